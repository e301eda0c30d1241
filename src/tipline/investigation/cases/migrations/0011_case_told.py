"""What is told of a case to every desk that one of its reports came by: its number, whose it is, and its operation.

The case itself is not theirs to read, so a function of the owner reads it, as `tipline_sees_report` does: for who sees one of the
case's reports, and for nobody else. docs/explanation/visibility.md.
"""

from django.db import migrations

TOLD = """
CREATE FUNCTION tipline_case_told(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT jsonb_build_object('id', c.id, 'number', c.number, 'agency', a.code, 'operation', o.name)
  FROM public.cases_case c
  JOIN public.agencies_agency a ON a.id = c.agency_id
  LEFT JOIN public.operations_operation o ON o.id = c.operation_id
  WHERE c.id = wanted
    AND (current_setting('tipline.sees', true) = 'everything'
         OR EXISTS (SELECT 1 FROM public.cases_casereport l JOIN public.reports_holding h ON h.report_id = l.report_id
                    WHERE l.case_id = wanted
                      AND h.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[])))
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_report_of_a_reply"),
        ("operations", "0001_initial"),
        ("reports", "0002_row_security"),
    ]

    operations = [migrations.RunSQL(TOLD, "DROP FUNCTION tipline_case_told(bigint)")]
