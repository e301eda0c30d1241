, ages AS (
  SELECT d1, d2,
    CASE WHEN accepted_here_at IS NULL AND sent_on_at IS NULL AND returned_at IS NULL AND desk_id = agency_id AND NOT merged
      THEN CAST(extract(epoch FROM (as_of - arrived_at)) AS double precision) / 86400.0 END AS age
  FROM facts CROSS JOIN moment
), whole AS (
  SELECT d1, d2, age, CASE WHEN age < 30 THEN floor(age) ELSE 30 * floor(age / 30) END AS days FROM ages
)
SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2,
  count(age) AS waiting,
  count(CASE WHEN age <= 1 THEN 1 END) AS day_1,
  count(CASE WHEN age > 1 AND age <= 7 THEN 1 END) AS days_7,
  count(CASE WHEN age > 7 AND age <= 14 THEN 1 END) AS days_14,
  count(CASE WHEN age > 14 AND age <= 30 THEN 1 END) AS days_30,
  count(CASE WHEN age > 30 AND age <= 90 THEN 1 END) AS days_90,
  count(CASE WHEN age > 90 THEN 1 END) AS longer,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median
FROM whole
GROUP BY GROUPING SETS (:sums)
