"""Row security of the wire, and the triggers that write the outbox in the transaction of what is told.

The rooms below do not know of other installations. What they write of a hop, one end of which works elsewhere, is told there; a hop
that lies further down than the one by which a report came is told upward as progress. Where no agency works elsewhere, a trigger costs
one look at an empty table.
"""

from django.db import migrations

from tipline.core.row_security import held, protect

FEDERATE = """
CREATE FUNCTION tipline_federate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  -- what we send down, and take back
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, reason, at, next_at)
  SELECT d.peer_id, CASE WHEN e.act = 'send' THEN 'referral' ELSE 'recall' END, r.id, r.report_id, e.act, e.reason, e.at, e.at
  FROM added e JOIN public.referrals_referral r ON r.id = e.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = r.to_agency_id
  WHERE e.act IN ('send', 'recall', 'reroute', 'take_over')
    AND NOT EXISTS (SELECT 1 FROM public.parties_remotedesk o WHERE o.agency_id = r.from_agency_id)
  ORDER BY e.id;
  -- what our desks do with what came to them
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, reason, at, next_at)
  SELECT d.peer_id, 'state', r.id, r.report_id, e.act, e.reason, e.at, e.at
  FROM added e JOIN public.referrals_referral r ON r.id = e.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = r.from_agency_id
  JOIN public.records_hoporigin h ON h.referral_id = r.id
  WHERE e.act NOT IN ('send', 'draft', 'discard', 'recall', 'reroute')
  ORDER BY e.id;
  -- how it goes further down than the hop by which it came
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, reason, agency, at, next_at)
  SELECT d.peer_id, 'progress', up.id, r.report_id, e.act, e.reason, a.code, e.at, e.at
  FROM added e JOIN public.referrals_referral r ON r.id = e.referral_id
  JOIN public.agencies_agency a ON a.id = r.to_agency_id
  JOIN public.records_hoporigin h ON h.report_id = r.report_id AND h.referral_id <> r.id
  JOIN public.referrals_referral up ON up.id = h.referral_id AND up.state NOT IN ('returned', 'recalled')
  JOIN public.parties_remotedesk d ON d.agency_id = up.from_agency_id
  WHERE e.act NOT IN ('draft', 'discard')
    AND NOT EXISTS (SELECT 1 FROM public.records_hoporigin own WHERE own.referral_id = r.id)
  ORDER BY e.id;
  RETURN NULL;
END
$$
"""
OUTCOME = """
CREATE FUNCTION tipline_federate_outcome() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, outcome_id, at, next_at)
  SELECT d.peer_id, 'outcome', up.id, o.report_id, CASE WHEN o.withdrawn_at IS NULL THEN 'record' ELSE 'withdraw' END, o.id,
    coalesce(o.withdrawn_at, o.recorded_at), coalesce(o.withdrawn_at, o.recorded_at)
  FROM changed o JOIN public.records_hoporigin h ON h.report_id = o.report_id
  JOIN public.referrals_referral up ON up.id = h.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = up.from_agency_id
  ORDER BY o.id;
  RETURN NULL;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0001_initial"),
        ("records", "0002_row_security"),
        ("referrals", "0009_desk_rows_kept"),
        ("outcomes", "0003_counts"),
    ]

    operations = [
        protect("federation_outgoing", held("federation_outgoing.report_id")),
        protect("federation_incoming", held("federation_incoming.report_id")),
        protect("federation_below", held("federation_below.report_id")),
        protect("federation_heardoutcome", held("federation_heardoutcome.report_id")),
        migrations.RunSQL(FEDERATE, "DROP FUNCTION tipline_federate()"),
        migrations.RunSQL(OUTCOME, "DROP FUNCTION tipline_federate_outcome()"),
        migrations.RunSQL(
            "CREATE TRIGGER federate AFTER INSERT ON referrals_referralevent REFERENCING NEW TABLE AS added"
            " FOR EACH STATEMENT EXECUTE FUNCTION tipline_federate()",
            "DROP TRIGGER federate ON referrals_referralevent",
        ),
        migrations.RunSQL(
            [
                f"CREATE TRIGGER federate_{event.lower()} AFTER {event} ON outcomes_reportoutcome REFERENCING NEW TABLE AS changed"
                " FOR EACH STATEMENT EXECUTE FUNCTION tipline_federate_outcome()"
                for event in ("INSERT", "UPDATE")
            ],
            [f"DROP TRIGGER federate_{event} ON outcomes_reportoutcome" for event in ("insert", "update")],
        ),
    ]
