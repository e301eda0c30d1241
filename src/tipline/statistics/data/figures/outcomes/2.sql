, subjects AS (
  SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2, subject,
    max(case_id) AS case_id, max(CASE WHEN outcome_at IS NOT NULL THEN children END) AS children,
    count(*) AS reports, count(outcome_at) AS told
  FROM (SELECT d1, d2, case_id, children, outcome_at, coalesce(case_id, -report_id) AS subject FROM facts) AS named
  GROUP BY GROUPING SETS (:sums_of_subject)
)
SELECT d1, d2, g1, g2,
  coalesce(sum(children), 0) AS children,
  count(case_id) AS cases,
  count(CASE WHEN told > 0 THEN case_id END) AS cases_told,
  sum(reports) AS reports,
  sum(told) AS told,
  100.0 * sum(told) / sum(reports) AS share
FROM subjects
GROUP BY d1, d2, g1, g2
