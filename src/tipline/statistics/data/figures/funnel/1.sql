SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2,
  count(*) AS reports,
  count(referred_at) AS referred,
  count(accepted_at) AS accepted,
  count(case_at) AS in_case,
  count(DISTINCT case_id) AS cases,
  count(traced_at) AS traced,
  count(outcome_at) AS outcome
FROM facts
GROUP BY GROUPING SETS (:sums)
