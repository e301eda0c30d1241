"""Triggers note what changed that rules and figures look at; a case is told with every operation that the asker knows of.

A trigger looks at what one statement changed and adds numbers of reports and cases, nothing else: what follows from it is worked out once for
many of them (`operations.rules`). What was there before is noted whole, and rules in force are asked of everything once.
"""

from django.db import migrations

from tipline.core.row_security import AGENCIES, EVERYTHING, of_operation, protect

# name → where its notes go, and what they are, read from the rows that a statement changed
_NOTES = {
    "report": (
        "report_id",
        "SELECT n.id FROM changed n JOIN before o ON o.id = n.id WHERE (n.state, n.reporter_id, n.received_at, n.destroyed_at)"
        " IS DISTINCT FROM (o.state, o.reporter_id, o.received_at, o.destroyed_at)",
    ),
    "of_report": ("report_id", "SELECT DISTINCT n.report_id FROM changed n"),
    "case": ("case_id", "SELECT n.id FROM changed n"),
    "of_case": ("case_id", "SELECT DISTINCT n.case_id FROM changed n"),
    "case_report": ("report_id, case_id", "SELECT DISTINCT n.report_id, n.case_id FROM changed n"),
    # rules about linked reports follow all links anew whatever changed: one note is enough
    "link": ("report_id", "SELECT min(n.report_id) FROM changed n HAVING count(*) > 0"),
    "membership": (
        "report_id",
        "SELECT n.report_id FROM changed n WHERE n.report_id IS NOT NULL"
        " UNION SELECT l.report_id FROM changed n JOIN public.cases_casereport l ON l.case_id = n.case_id",
    ),
}
_ON = [
    ("reports_report", "report", ("UPDATE",)),
    ("reports_holding", "of_report", ("INSERT",)),
    ("referrals_referral", "of_report", ("INSERT", "UPDATE")),
    ("cases_case", "case", ("INSERT", "UPDATE")),
    ("cases_caseoffence", "of_case", ("INSERT", "UPDATE", "DELETE")),
    ("cases_casereport", "case_report", ("INSERT", "UPDATE", "DELETE")),
    ("linking_link", "link", ("INSERT",)),
    ("operations_membership", "membership", ("INSERT", "UPDATE")),
]
# The tree decides how far rules reach.
_TREE = """
CREATE FUNCTION tipline_note_tree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM changed n JOIN before o ON o.id = n.id AND o.parent_id IS DISTINCT FROM n.parent_id) THEN
    UPDATE public.operations_rule SET scan_reports_below = 9223372036854775807, scan_cases_below = 9223372036854775807, scan_from = NULL
    WHERE ended_at IS NULL;
  END IF;
  RETURN NULL;
END
$$
"""
# As `operations` 0003 has it, but with all operations of the case that the asker knows of.
_TOLD = """
CREATE OR REPLACE FUNCTION tipline_case_told(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT jsonb_build_object('id', c.id, 'number', c.number, 'agency', a.code, 'operations', (
    SELECT coalesce(jsonb_agg(o.name ORDER BY m.id), '[]')
    FROM public.operations_membership m JOIN public.operations_operation o ON o.id = m.operation_id
    WHERE m.case_id = c.id AND m.taken_out_at IS NULL
      AND (current_setting('tipline.sees', true) = 'everything' OR o.id = ANY (public.tipline_my_operations()))))
  FROM public.cases_case c
  JOIN public.agencies_agency a ON a.id = c.agency_id
  WHERE c.id = wanted
    AND (current_setting('tipline.sees', true) = 'everything'
         OR EXISTS (SELECT 1 FROM public.cases_casereport l JOIN public.reports_holding h ON h.report_id = l.report_id
                    WHERE l.case_id = wanted
                      AND h.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[])))
$$
"""
# A case that says an operation of which it is no member: there is none, as services wrote both.
_MEMBERS = """
INSERT INTO operations_membership (operation_id, case_id, added_by_id, reason, added_at, taken_out_why)
SELECT operation_id, id, opened_by_id, 'opened in the operation', opened_at, '' FROM cases_case WHERE operation_id IS NOT NULL
ON CONFLICT DO NOTHING
"""
_EVERYTHING = [
    "INSERT INTO operations_changed (report_id) SELECT report_id FROM operations_membership WHERE report_id IS NOT NULL"
    " UNION SELECT l.report_id FROM operations_membership m JOIN cases_casereport l ON l.case_id = m.case_id",
    "UPDATE operations_rule SET scan_reports_below = 9223372036854775807, scan_cases_below = 9223372036854775807 WHERE ended_at IS NULL",
]
# As `operations` 0003 has it. OFFSET 0 keeps PostgreSQL from reading all holdings and all cases into a hash, which it else does for a page of 50.
_MEMBERSHIP = (
    f"{EVERYTHING} OR {of_operation('operations_membership.operation_id')} AND ("
    "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = operations_membership.case_id OFFSET 0)"
    f" OR EXISTS (SELECT 1 FROM reports_holding h WHERE h.report_id = operations_membership.report_id AND h.agency_id = ANY ({AGENCIES}) OFFSET 0))"
)


def _function(name: str, into: str, what: str) -> str:
    return f"""
CREATE FUNCTION tipline_note_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO public.operations_changed ({into}) {what};
  RETURN NULL;
END
$$
"""


def _triggers() -> list[str]:
    found = ["CREATE TRIGGER note_update AFTER UPDATE ON agencies_agency REFERENCING OLD TABLE AS before NEW TABLE AS changed"
             " FOR EACH STATEMENT EXECUTE FUNCTION tipline_note_tree()"]  # fmt: skip
    for table, name, events in _ON:
        for event in events:
            rows = "OLD TABLE AS changed" if event == "DELETE" else "NEW TABLE AS changed"
            before = "OLD TABLE AS before " if name == "report" else ""
            found.append(
                f"CREATE TRIGGER note_{event.lower()} AFTER {event} ON {table} REFERENCING {before}{rows}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION tipline_note_{name}()"
            )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0005_kept"),
        ("cases", "0011_case_told"),
        ("linking", "0001_initial"),
        ("referrals", "0009_desk_rows_kept"),
    ]

    operations = [
        migrations.RunSQL([_MEMBERS, *_EVERYTHING], migrations.RunSQL.noop),
        # the application adds notes by triggers alone; a member sees of facts and tallies what they see of reports
        protect("operations_fact", f"({of_operation('operations_fact.operation_id')} AND holders && {AGENCIES})"),
        protect("operations_tally", f"({of_operation('operations_tally.operation_id')} AND holders && {AGENCIES})"),
        migrations.RunSQL(
            "ALTER POLICY operations_membership_visible ON operations_membership"
            f" USING ({_MEMBERSHIP}) WITH CHECK ({_MEMBERSHIP})",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(_TOLD, migrations.RunSQL.noop),
        migrations.RunSQL(
            [*(_function(name, into, what) for name, (into, what) in _NOTES.items()), _TREE, *_triggers()],
            [
                "DROP TRIGGER note_update ON agencies_agency",
                *(f"DROP TRIGGER note_{event.lower()} ON {table}" for table, _, events in _ON for event in events),
                *(f"DROP FUNCTION tipline_note_{name}()" for name in (*_NOTES, "tree")),
            ],
        ),
    ]
