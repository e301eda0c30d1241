, asked AS (
  SELECT d1, d2, replied_at, ended_at, answer, usefulness,
    CAST(extract(epoch FROM (replied_at - sent_at)) AS double precision) / 86400.0 AS days
  FROM facts
)
SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2,
  count(*) AS sent,
  count(replied_at) AS replied,
  CASE WHEN count(*) > 0 THEN 100.0 * count(replied_at) / count(*) END AS rate,
  count(CASE WHEN answer = 'full' THEN 1 END) AS in_full,
  count(CASE WHEN usefulness IN ('identified', 'narrowed') THEN 1 END) AS of_use,
  count(CASE WHEN replied_at IS NULL AND ended_at IS NULL THEN 1 END) AS outstanding,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS p90
FROM asked
GROUP BY GROUPING SETS (:sums)
