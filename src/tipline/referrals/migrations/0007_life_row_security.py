"""Row security of the life of referrals: history and notices are visible with their report, drafts to the desk that drafts.

A policy that restricts stands beside the one that lets through: of the rows of a report that somebody may see, those of a draft are its desk's
alone. What is drafted is void as soon as its report is moved in another way, also by a desk that must not see the draft, so a function
of the owner discards it for whoever may see the report. docs/explanation/referrals.md.
"""

from importlib import import_module

from django.db import migrations

from tipline.core.row_security import AGENCIES, EVERYTHING, held, protect

_OWN_DRAFT = f"from_agency_id = ANY ({AGENCIES})"
DRAFTS = f"""
CREATE POLICY referrals_referral_drafts ON referrals_referral AS RESTRICTIVE
USING (state NOT IN ('drafted', 'discarded') OR {EVERYTHING} OR {_OWN_DRAFT})
WITH CHECK (state NOT IN ('drafted', 'discarded') OR {EVERYTHING} OR {_OWN_DRAFT})
"""
_OWN_EVENT = f"EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id AND r.{_OWN_DRAFT})"
DRAFT_EVENTS = f"""
CREATE POLICY referrals_referralevent_drafts ON referrals_referralevent AS RESTRICTIVE
USING (act NOT IN ('draft', 'discard') OR {EVERYTHING} OR {_OWN_EVENT})
WITH CHECK (act NOT IN ('draft', 'discard') OR {EVERYTHING} OR {_OWN_EVENT})
"""
DISCARD = """
CREATE FUNCTION tipline_discard_drafts(reports bigint[], at timestamptz, agency bigint, person bigint, label text)
RETURNS TABLE (referral_id bigint, report_id bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH was AS MATERIALIZED (
    SELECT r.id, r.report_id FROM public.referrals_referral r
    WHERE r.report_id = ANY (reports) AND r.state = 'drafted'
      AND (current_setting('tipline.sees', true) = 'everything' OR EXISTS (
        SELECT 1 FROM public.reports_holding h WHERE h.report_id = r.report_id
          AND h.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[])))
    ORDER BY r.id FOR UPDATE OF r
  ), gone AS (
    UPDATE public.referrals_referral r SET state = 'discarded', state_at = at FROM was WHERE r.id = was.id
  )
  INSERT INTO public.referrals_referralevent AS e
    (referral_id, report_id, act, before, after, at, agency_id, person_id, label, reason)
  SELECT was.id, was.report_id, 'discard', 'drafted', 'discarded', at, agency, person, label, '' FROM was ORDER BY was.id
  RETURNING e.referral_id, e.report_id
$$
"""
# As before (0003), with two differences: a draft is no hop, and what the desk above recalled stands with what was returned.
COUNTS_BEFORE = import_module("tipline.referrals.migrations.0003_counts").COUNTS
COUNTS = (
    COUNTS_BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    .replace(
        "WHERE f.to_agency_id = allowed.id",
        "WHERE f.to_agency_id = allowed.id AND f.state NOT IN ('drafted', 'discarded')",
    )
    .replace("hop.state = 'returned' THEN", "hop.state IN ('returned', 'recalled') THEN")
)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_life")]

    operations = [
        protect("referrals_referralevent", held("referrals_referralevent.report_id")),
        # a desk above is told of what is overdue below it, also where it never had the report
        protect("referrals_duenotice", held("referrals_duenotice.report_id"), f"agency_id = ANY ({AGENCIES})"),
        migrations.RunSQL(DRAFTS, "DROP POLICY referrals_referral_drafts ON referrals_referral"),
        migrations.RunSQL(DRAFT_EVENTS, "DROP POLICY referrals_referralevent_drafts ON referrals_referralevent"),
        migrations.RunSQL(DISCARD, "DROP FUNCTION tipline_discard_drafts(bigint[], timestamptz, bigint, bigint, text)"),
        migrations.RunSQL(COUNTS, COUNTS_BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)),
    ]
