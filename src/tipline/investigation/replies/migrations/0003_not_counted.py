"""What an agency files itself of replies of providers is none of the reports that `tipline_counts` counts.

The function is the one of referrals 0003, with the channel left out.
"""

from django.db import migrations

COUNTS = """
CREATE OR REPLACE FUNCTION tipline_counts(wanted bigint) RETURNS TABLE (figure text, part text, value double precision)
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
    JOIN public.reports_report r ON r.id = h.report_id AND r.channel <> 'reply'
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
    dependencies = [
        ("replies", "0002_row_security"),
        ("referrals", "0003_counts"),
        ("reports", "0043_reply_channel"),
    ]

    operations = [migrations.RunSQL(COUNTS, migrations.RunSQL.noop)]
