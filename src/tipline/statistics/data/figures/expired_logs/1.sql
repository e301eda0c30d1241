SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2,
  count(CASE WHEN logs_gone_at IS NOT NULL AND accepted_at IS NOT NULL THEN 1 END) AS accepted,
  count(CASE WHEN logs_gone_at <= accepted_at THEN 1 END) AS gone,
  CASE WHEN count(CASE WHEN logs_gone_at IS NOT NULL AND accepted_at IS NOT NULL THEN 1 END) > 0
    THEN 100.0 * count(CASE WHEN logs_gone_at <= accepted_at THEN 1 END)
      / count(CASE WHEN logs_gone_at IS NOT NULL AND accepted_at IS NOT NULL THEN 1 END) END AS share,
  count(CASE WHEN accepted_at IS NULL AND logs_gone_at <= as_of THEN 1 END) AS open_gone
FROM facts CROSS JOIN moment
GROUP BY GROUPING SETS (:sums)
