"""Row-level security of what is written down in a case; counters and histories begin with what is there; rows that only destruction takes."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, ASSIGNED_TO, of_case, protect

OF_A_CASE = (
    "diaryentry", "casetask", "standingproposal", "proposalevidence", "standingchange", "officerchange", "offenceact",
    "firentry", "preliminaryenquiry", "caseending",
)  # fmt: skip

# An officer's diary is not to be rewritten by whoever holds the application's password: its role may only add to these tables. A
# destruction that was ordered, confirmed and begun takes them with the case, and nothing else does: this runs as the tables' owner.
FORGET = """
CREATE FUNCTION tipline_forget_case_rows(which text, given bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    taken bigint;
BEGIN
    IF which NOT IN ('cases_diaryentry', 'cases_standingchange', 'cases_officerchange', 'cases_offenceact',
                     'cases_firentry', 'cases_preliminaryenquiry', 'cases_caseending') THEN
        RAISE EXCEPTION 'table % is not taken with a case', which;
    END IF;
    EXECUTE format(
        'DELETE FROM public.%I t WHERE t.case_id = ANY ($1) AND EXISTS (SELECT 1 FROM public.retention_destructionitem i'
        ' JOIN public.retention_destruction d ON d.id = i.destruction_id'
        ' WHERE i.case_id = t.case_id AND i.live AND d.state = ''begun'')', which) USING given;
    GET DIAGNOSTICS taken = ROW_COUNT;
    RETURN taken;
END $$
"""

COUNTERS = """
INSERT INTO cases_numbercounter (agency_id, year, last)
SELECT agency_id, year, max(running_number) FROM cases_case GROUP BY agency_id, year
"""
OFFENCES = """
INSERT INTO cases_offenceact (case_id, section_id, label, catalogue_version, withdrawn, why, at, by_id)
SELECT o.case_id, o.section_id, o.label, o.catalogue_version, false, '', c.opened_at, c.opened_by_id
FROM cases_caseoffence o JOIN cases_case c ON c.id = o.case_id ORDER BY o.id
"""
DIARIES = """
INSERT INTO cases_diaryentry (case_id, number, happened_at, written_at, author_id, by_software, act, text)
SELECT id, 1, opened_at, now(), opened_by_id, true, 'case.opened', 'The case was opened. (Its diary was begun later.)'
FROM cases_case WHERE destroyed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_records"), ("retention", "0002_row_security")]

    operations = [
        *(protect(f"cases_{table}", of_case(f"cases_{table}")) for table in OF_A_CASE),
        protect("cases_caselink", of_case("cases_caselink"), of_case("cases_caselink", "other_id")),
        # both agencies; not whoever sees only single cases
        protect(
            "cases_casetransfer",
            f"((from_agency_id = ANY ({AGENCIES}) OR to_agency_id = ANY ({AGENCIES})) AND {ASSIGNED_TO} IS NULL)",
        ),
        migrations.RunSQL(FORGET, "DROP FUNCTION tipline_forget_case_rows(text, bigint[])"),
        migrations.RunSQL(COUNTERS, migrations.RunSQL.noop),
        migrations.RunSQL(OFFENCES, migrations.RunSQL.noop),
        migrations.RunSQL(DIARIES, migrations.RunSQL.noop),
    ]
