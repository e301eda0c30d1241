SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2,
  count(CASE WHEN channel <> 'public' THEN 1 END) AS reports,
  count(CASE WHEN channel <> 'public' AND feedback_at IS NOT NULL AND useful IN ('yes', 'no') THEN 1 END) AS told,
  CASE WHEN count(CASE WHEN channel <> 'public' THEN 1 END) > 0
    THEN 100.0 * count(CASE WHEN channel <> 'public' AND feedback_at IS NOT NULL AND useful IN ('yes', 'no') THEN 1 END)
      / count(CASE WHEN channel <> 'public' THEN 1 END) END AS share,
  count(CASE WHEN channel <> 'public' AND feedback_at IS NOT NULL AND useful = 'yes' THEN 1 END) AS useful,
  count(CASE WHEN channel <> 'public' AND feedback_at IS NOT NULL AND useful = 'no' THEN 1 END) AS not_useful
FROM facts
GROUP BY GROUPING SETS (:sums)
