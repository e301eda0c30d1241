SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2,
  count(*) AS reports,
  count(completeness) AS scored,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(completeness AS double precision)) AS completeness,
  count(CASE WHEN files = 0 THEN 1 END) AS no_files,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(identifiers AS double precision)) AS identifiers,
  count(coalesce(accepted_at, outcome_at)) AS of_use,
  CASE WHEN count(*) > 0 THEN 100.0 * count(coalesce(accepted_at, outcome_at)) / count(*) END AS of_use_share,
  count(CASE WHEN useful = 'yes' THEN 1 END) AS told_useful
FROM facts
GROUP BY GROUPING SETS (:sums)
