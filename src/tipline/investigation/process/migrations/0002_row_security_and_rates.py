"""Row-level security of requests: with their case. And figures of them, for people who see counts and no rows.

The function is the owner's, as `tipline_counts` is: it gives aggregates, of agencies that the transaction named in `tipline.counts` or
whose reports it may see, and of no other. Its rows come out of the index request_rates alone. docs/explanation/legal-process.md.
"""

from django.db import migrations

from tipline.core.row_security import of_case, protect

# `holder` or `kind` is empty in sums over all of them. Without `known` every holder has its own name; with it, platforms in no
# directory are one row (*), since their names are words of reports.
RATES = """
CREATE FUNCTION tipline_request_rates(wanted bigint[], known text[]) RETURNS TABLE (
  holder text, holder_name text, kind text, sent integer, replied integer, in_full integer, useful integer, useful_of integer,
  median_days double precision, p90_days double precision, outstanding integer, oldest timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH allowed AS MATERIALIZED (
    SELECT a.id FROM public.agencies_agency a
    WHERE a.id = ANY (wanted)
      AND (current_setting('tipline.sees', true) = 'everything'
           OR a.id = ANY (nullif(current_setting('tipline.counts', true), '')::bigint[])
           OR a.id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[]))
  ), asked AS (
    SELECT CASE WHEN known IS NULL OR r.holder_kind = 'network' OR r.holder_key = ANY (known) THEN r.holder_key ELSE '*' END AS holder,
           r.holder_name, r.kind, r.sent_at, r.replied_at, r.answer, r.usefulness, r.ended_at,
           extract(epoch FROM r.replied_at - r.sent_at) / 86400.0 AS days
    FROM allowed JOIN public.process_request r ON r.agency_id = allowed.id
    WHERE r.sent_at IS NOT NULL AND r.state <> 'withdrawn'
  )
  SELECT coalesce(a.holder, ''), coalesce(max(a.holder_name), ''), coalesce(a.kind, ''), count(*)::integer,
         count(a.replied_at)::integer,
         count(*) FILTER (WHERE a.answer = 'full')::integer,
         count(*) FILTER (WHERE a.usefulness IN ('identified', 'narrowed'))::integer,
         count(*) FILTER (WHERE a.usefulness <> '')::integer,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY a.days),
         percentile_cont(0.9) WITHIN GROUP (ORDER BY a.days),
         count(*) FILTER (WHERE a.replied_at IS NULL AND a.ended_at IS NULL)::integer,
         min(a.sent_at) FILTER (WHERE a.replied_at IS NULL AND a.ended_at IS NULL)
  FROM asked a
  GROUP BY GROUPING SETS ((a.holder, a.kind), (a.holder), (a.kind), ())
  HAVING count(*) > 0
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("process", "0001_initial"),
        ("cases", "0007_persons_row_security"),
        ("agencies", "0001_initial"),
    ]

    operations = [
        *(
            protect(table, of_case(table))
            for table in ("process_request", "process_requestitem", "process_requestevent", "process_requestalert")
        ),
        migrations.RunSQL(RATES, "DROP FUNCTION tipline_request_rates(bigint[], text[])"),
    ]
