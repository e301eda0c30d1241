"""Counts of what an agency holds and held, for people who see counts and no rows.

Row-level security shows a statistician nothing to count. This function of the owner counts for them: it gives aggregates, of an
agency that the transaction named in `tipline.counts`, and of no other. docs/explanation/visibility.md.
"""

from django.db import migrations

# One row a figure and part: `held` by where the reports stand at this desk, `month` by when they came to it (in the desk's
# own months), `days` with the median from receipt at the door to acceptance here. Where a report stands follows from
# whether the desk holds it still, and from the last hop that led to it.
COUNTS = """
CREATE FUNCTION tipline_counts(wanted bigint) RETURNS TABLE (figure text, part text, value double precision)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH allowed AS MATERIALIZED (
    SELECT a.id, a.timezone FROM public.agencies_agency a
    WHERE a.id = wanted
      AND (current_setting('tipline.sees', true) = 'everything'
           OR a.id = ANY (nullif(current_setting('tipline.counts', true), '')::bigint[]))
  ), hop AS (
    SELECT DISTINCT ON (f.report_id) f.report_id, f.state, f.state_at
    FROM allowed, public.referrals_referral f
    WHERE f.to_agency_id = allowed.id
    ORDER BY f.report_id, f.id DESC
  ), held AS MATERIALIZED (
    SELECT CASE WHEN h.held_until IS NULL THEN CASE WHEN hop.state = 'accepted' THEN 'accepted' ELSE 'waiting' END
                WHEN hop.state = 'returned' THEN 'returned' ELSE 'sent_on' END AS stands,
           to_char(h.held_from AT TIME ZONE allowed.timezone, 'YYYY-MM') AS month,
           extract(epoch FROM hop.state_at - r.received_at) / 86400.0 AS days
    FROM allowed
    JOIN public.reports_holding h ON h.agency_id = allowed.id
    JOIN public.reports_report r ON r.id = h.report_id
    LEFT JOIN hop ON hop.report_id = h.report_id
  ), months AS (
    SELECT to_char(date_trunc('month', now() AT TIME ZONE allowed.timezone) - make_interval(months => n), 'YYYY-MM') AS month
    FROM allowed, generate_series(0, 11) AS n
  )
  SELECT 'held', s.stands, count(held.stands)::double precision
  FROM allowed CROSS JOIN unnest(ARRAY['waiting', 'accepted', 'sent_on', 'returned']) AS s(stands)
  LEFT JOIN held ON held.stands = s.stands
  GROUP BY s.stands
  UNION ALL
  SELECT 'month', months.month, count(held.month)::double precision
  FROM months LEFT JOIN held ON held.month = months.month
  GROUP BY months.month
  UNION ALL
  SELECT 'days', '', percentile_cont(0.5) WITHIN GROUP (ORDER BY held.days)
  FROM held WHERE held.stands = 'accepted'
  HAVING count(*) > 0
$$
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_row_security"), ("reports", "0002_row_security"), ("agencies", "0001_initial")]

    operations = [migrations.RunSQL(COUNTS, "DROP FUNCTION tipline_counts(bigint)")]
