SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2,
  count(*) AS reports,
  count(CASE WHEN repeat OR merged THEN 1 END) AS repeats,
  CASE WHEN count(*) > 0 THEN 100.0 * count(CASE WHEN repeat OR merged THEN 1 END) / count(*) END AS share
FROM facts
GROUP BY GROUPING SETS (:sums)
