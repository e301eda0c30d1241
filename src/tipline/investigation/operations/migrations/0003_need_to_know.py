"""Row-level security of operations: for who is named, and for nobody above them. What was there before names who saw it then.

A case or a lead of an operation is visible to whoever sees both: being in an operation opens no case.
"""

from django.db import migrations

from tipline.core.row_security import held, of_case, of_operation, protect

# It reads who is named past the policy that rests on it; once a statement (`core.row_security.OPERATIONS`).
MINE = """
CREATE FUNCTION tipline_my_operations() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(DISTINCT m.operation_id), '{}') FROM public.operations_operationmember m
  WHERE m.ended_at IS NULL
    AND (m.person_id = nullif(current_setting('tipline.asker', true), '')::bigint
         OR m.agency_id = nullif(current_setting('tipline.home', true), '')::bigint)
$$
"""
# As `cases` 0011 has it, but the operation is named to whoever knows of it, and to nobody else.
TOLD = """
CREATE OR REPLACE FUNCTION tipline_case_told(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT jsonb_build_object('id', c.id, 'number', c.number, 'agency', a.code, 'operation', o.name)
  FROM public.cases_case c
  JOIN public.agencies_agency a ON a.id = c.agency_id
  LEFT JOIN public.operations_operation o ON o.id = c.operation_id
    AND (current_setting('tipline.sees', true) = 'everything' OR o.id = ANY (public.tipline_my_operations()))
  WHERE c.id = wanted
    AND (current_setting('tipline.sees', true) = 'everything'
         OR EXISTS (SELECT 1 FROM public.cases_casereport l JOIN public.reports_holding h ON h.report_id = l.report_id
                    WHERE l.case_id = wanted
                      AND h.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[])))
$$
"""
# Until now everybody knew of every operation. Those who run one, and those whose cases are in it, go on knowing of it.
NAMED = """
INSERT INTO operations_operationmember (operation_id, agency_id, part, added_at, added_by, ended_by)
SELECT DISTINCT k.operation_id, k.agency_id, '', now(), 'migration', ''
FROM (SELECT id AS operation_id, agency_id FROM operations_operation
      UNION SELECT operation_id, agency_id FROM cases_case WHERE operation_id IS NOT NULL) k
"""
TAKING_PART = """
INSERT INTO operations_operationagency (operation_id, agency_id, added_at, added_by)
SELECT DISTINCT c.operation_id, c.agency_id, now(), 'migration'
FROM cases_case c JOIN operations_operation o ON o.id = c.operation_id WHERE o.agency_id <> c.agency_id
"""
BELONGS = """
INSERT INTO operations_membership (operation_id, case_id, added_by_id, reason, added_at, taken_out_why)
SELECT operation_id, id, opened_by_id, 'opened in the operation', opened_at, '' FROM cases_case WHERE operation_id IS NOT NULL
"""
OF_OPERATION = (
    "goal", "operationagency", "operationmember", "rule", "phase", "operationtask", "districttask", "actionday", "boardentry", "closing",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("operations", "0002_programme"), ("cases", "0011_case_told"), ("reports", "0002_row_security")]

    operations = [
        migrations.RunSQL(MINE, "DROP FUNCTION tipline_my_operations()"),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
        *(migrations.RunSQL(text, migrations.RunSQL.noop) for text in (NAMED, TAKING_PART, BELONGS)),
        protect("operations_operation", of_operation("id")),
        *(protect(f"operations_{name}", of_operation(f"operations_{name}.operation_id")) for name in OF_OPERATION),
        protect(
            "operations_membership",
            f"({of_operation('operations_membership.operation_id')}"
            f" AND ({of_case('operations_membership')} OR {held('operations_membership.report_id')}))",
        ),
    ]
