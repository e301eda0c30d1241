"""What figures of operations count of reports, kept: a fact for each report of an operation, and how many facts are alike.

A page adds up tallies, however many reports there are. Who sees a report is told by the agencies that hold or held it, so that reports
held by the same ones are seen by the same people, and are counted together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import connection

from tipline.trust.visibility import OPERATOR, acting

# The operations that the reports belong to, or are kept as belonging to.
_INVOLVED = """
SELECT m.operation_id FROM operations_membership m WHERE m.report_id = ANY (%(reports)s::bigint[]) AND m.taken_out_at IS NULL
UNION SELECT m.operation_id FROM cases_casereport l JOIN operations_membership m ON m.case_id = l.case_id AND m.taken_out_at IS NULL
  WHERE l.report_id = ANY (%(reports)s::bigint[])
UNION SELECT f.operation_id FROM operations_fact f WHERE f.report_id = ANY (%(reports)s::bigint[])
"""
_LOCK = "SELECT id FROM operations_operation WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"
MADE = """
belongs AS MATERIALIZED (
  SELECT m.operation_id, m.report_id FROM operations_membership m
  WHERE m.report_id = ANY (%(reports)s::bigint[]) AND m.taken_out_at IS NULL AND m.operation_id = ANY (%(operations)s::bigint[])
  UNION
  SELECT m.operation_id, l.report_id FROM cases_casereport l JOIN operations_membership m ON m.case_id = l.case_id AND m.taken_out_at IS NULL
  WHERE l.report_id = ANY (%(reports)s::bigint[]) AND m.operation_id = ANY (%(operations)s::bigint[])
), made AS (
  SELECT b.operation_id, b.report_id,
    ARRAY(SELECT h.agency_id FROM reports_holding h WHERE h.report_id = b.report_id ORDER BY 1) AS holders,
    EXISTS (SELECT 1 FROM referrals_referral f WHERE f.report_id = b.report_id AND f.state NOT IN ('drafted', 'discarded')) AS referred,
    EXISTS (SELECT 1 FROM cases_casereport l WHERE l.report_id = b.report_id) AS accepted
  FROM belongs b
)"""
_KEEP = f"""
WITH {MADE}, differ AS MATERIALIZED (
  SELECT operation_id, report_id, f.holders AS was_holders, f.referred AS was_referred, f.accepted AS was_accepted,
    m.holders, m.referred, m.accepted
  FROM made m
  FULL JOIN (
    SELECT * FROM operations_fact WHERE report_id = ANY (%(reports)s::bigint[]) AND operation_id = ANY (%(operations)s::bigint[])
  ) f USING (operation_id, report_id)
  WHERE (m.holders, m.referred, m.accepted) IS DISTINCT FROM (f.holders, f.referred, f.accepted)
), gone AS (
  DELETE FROM operations_fact f USING differ d
  WHERE d.holders IS NULL AND f.report_id = d.report_id AND f.operation_id = d.operation_id
), written AS (
  INSERT INTO operations_fact (operation_id, report_id, holders, referred, accepted)
  SELECT operation_id, report_id, holders, referred, accepted FROM differ WHERE holders IS NOT NULL
  ON CONFLICT (report_id, operation_id) DO UPDATE
  SET holders = EXCLUDED.holders, referred = EXCLUDED.referred, accepted = EXCLUDED.accepted
), moved AS (
  INSERT INTO operations_tally (operation_id, holders, referred, accepted, reports)
  SELECT operation_id, holders, referred, accepted, sum(n) FROM (
    SELECT operation_id, was_holders AS holders, was_referred AS referred, was_accepted AS accepted, -1 AS n
    FROM differ WHERE was_holders IS NOT NULL
    UNION ALL SELECT operation_id, holders, referred, accepted, 1 FROM differ WHERE holders IS NOT NULL
  ) x GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
  ON CONFLICT (operation_id, holders, referred, accepted) DO UPDATE SET reports = operations_tally.reports + EXCLUDED.reports
)
SELECT DISTINCT report_id FROM differ
"""  # noqa: S608 - texts of ours


_NEXT = """
SELECT report_id FROM operations_membership WHERE report_id > %(after)s AND taken_out_at IS NULL
UNION SELECT l.report_id FROM operations_membership m JOIN cases_casereport l ON l.case_id = m.case_id
  WHERE l.report_id > %(after)s AND m.taken_out_at IS NULL
UNION SELECT report_id FROM operations_fact WHERE report_id > %(after)s
ORDER BY 1 LIMIT %(most)s
"""


def keep(report_ids: Iterable[int], operations: Collection[int] | None = None) -> list[int]:
    """Bring the facts of these reports up to date. Returns those that had changed.

    Parameters
    ----------
    operations
        those that the caller has locked; None: every one that the reports belong to or belonged to, which only one transaction at a
        time may do (`rules.apply_rules`). They stay locked until it ends: two that count one of them at once would count wrongly.
    """
    reports = sorted(set(report_ids))
    if not reports:
        return []
    with acting(OPERATOR), connection.cursor() as cursor:
        if operations is None:
            cursor.execute(_INVOLVED, {"reports": reports})
            operations = [pk for (pk,) in cursor.fetchall()]
            if not operations:
                return []
            cursor.execute(_LOCK, [operations])
        cursor.execute(_KEEP, {"reports": reports, "operations": list(operations)})
        return [pk for (pk,) in cursor.fetchall()]


def reports_of(case_ids: Iterable[int]) -> list[int]:
    """The reports of cases, whoever sees them: for `keep`."""
    with acting(OPERATOR), connection.cursor() as cursor:
        cursor.execute("SELECT report_id FROM cases_casereport WHERE case_id = ANY (%s)", [list(case_ids)])
        return [pk for (pk,) in cursor.fetchall()]


def check(after: int, most: int) -> tuple[int | None, list[int]]:
    """Make the facts of the next reports of operations after one anew. Nobody may take what changed meanwhile (`rules.taking`).

    Returns
    -------
    tuple
        the last of them, None when there is none; and those whose facts were wrong although nothing said that they had changed.
    """
    with acting(OPERATOR), connection.cursor() as cursor:
        cursor.execute(_NEXT, {"after": after, "most": most})
        reports = [pk for (pk,) in cursor.fetchall()]
        if not reports:
            return None, []
        # looked at afterwards: a change that was seen has come with its row
        changed = set(keep(reports))
        cursor.execute("SELECT report_id FROM operations_changed WHERE report_id = ANY (%s)", [sorted(changed)])
        return reports[-1], sorted(changed - {pk for (pk,) in cursor.fetchall()})
