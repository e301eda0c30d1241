"""Counts of outcomes, for people who see counts and no rows: beside `tipline_counts`, and with its rules of who may ask.

It gives aggregates of an agency that the transaction named in `tipline.counts`, and of no other. docs/explanation/outcomes.md.
"""

from django.db import migrations

# One row a figure and part. Of each case (or of a report that became none) the newest row of a kind counts, withdrawn ones left out:
# `kind` is how many of them have it, `number` the sum of what it counts. `reports`: held ones that are told of, and not. `days`:
# median from receipt to the first outcome. `cases`: with an outcome, and by state without one.
COUNTS = """
CREATE FUNCTION tipline_outcome_counts(wanted bigint) RETURNS TABLE (figure text, part text, value double precision)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH allowed AS MATERIALIZED (
    SELECT a.id FROM public.agencies_agency a
    WHERE a.id = wanted
      AND (current_setting('tipline.sees', true) = 'everything'
           OR a.id = ANY (nullif(current_setting('tipline.counts', true), '')::bigint[]))
  ), held AS MATERIALIZED (
    SELECT h.report_id, r.received_at
    FROM allowed JOIN public.reports_holding h ON h.agency_id = allowed.id JOIN public.reports_report r ON r.id = h.report_id
  ), told AS MATERIALIZED (
    SELECT t.report_id, t.outcome_id, t.kind, t.number, t.recorded_at, held.received_at, o.case_id,
           CASE WHEN o.case_id IS NULL THEN -t.report_id ELSE o.case_id END AS subject
    FROM held JOIN public.outcomes_reportoutcome t ON t.report_id = held.report_id AND t.withdrawn_at IS NULL
    JOIN public.outcomes_outcome o ON o.id = t.outcome_id
  ), newest AS (
    SELECT DISTINCT ON (told.subject, told.kind) told.subject, told.kind, told.number
    FROM told ORDER BY told.subject, told.kind, told.outcome_id DESC
  ), firsts AS (
    SELECT told.report_id, extract(epoch FROM min(told.recorded_at) - min(told.received_at)) / 86400.0 AS days
    FROM told GROUP BY told.report_id
  ), cases AS (
    SELECT DISTINCT c.id, c.state,
           EXISTS (SELECT 1 FROM public.outcomes_outcome o WHERE o.case_id = c.id AND o.withdrawn_at IS NULL) AS told
    FROM held JOIN public.cases_casereport cr ON cr.report_id = held.report_id
    JOIN public.cases_case c ON c.id = cr.case_id AND c.destroyed_at IS NULL
  )
  SELECT 'kind', newest.kind, count(*)::double precision FROM newest GROUP BY newest.kind
  UNION ALL
  SELECT 'number', newest.kind, sum(newest.number)::double precision FROM newest WHERE newest.number IS NOT NULL GROUP BY newest.kind
  UNION ALL
  SELECT 'reports', 'told', count(*)::double precision FROM firsts
  UNION ALL
  SELECT 'reports', 'untold', ((SELECT count(*) FROM held) - (SELECT count(*) FROM firsts))::double precision
  UNION ALL
  SELECT 'days', '', percentile_cont(0.5) WITHIN GROUP (ORDER BY firsts.days) FROM firsts HAVING count(*) > 0
  UNION ALL
  SELECT 'cases', CASE WHEN cases.told THEN 'with' ELSE cases.state || '_without' END, count(*)::double precision
  FROM cases GROUP BY 2
$$
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0002_row_security"), ("agencies", "0001_initial")]

    operations = [migrations.RunSQL(COUNTS, "DROP FUNCTION tipline_outcome_counts(bigint)")]
