"""Reading scores and what they rest on, within what somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tipline.trust.visibility import Scope

MOST_COUNTED = 2_000  # reports among which it is told how often rules count
MOST_COMPARED = 20_000  # reports of the fairness table
FEW = 10  # a group of fewer is not told: its figures would be those of single reports

_VISIBLE = "(%(everything)s OR EXISTS (SELECT 1 FROM reports_holding h WHERE h.report_id = r.id AND h.agency_id = ANY(%(agencies)s)))"
_FIRED = f"""
WITH r AS (
    SELECT r.id FROM reports_report r WHERE r.processing = 'done' AND r.destroyed_at IS NULL AND {_VISIBLE}
    ORDER BY r.id DESC LIMIT %(most)s
)
SELECT e ->> 'rule', count(*), (SELECT count(*) FROM r)
FROM r JOIN triage_score s ON s.report_id = r.id CROSS JOIN LATERAL jsonb_array_elements(s.reasons) AS e
GROUP BY 1
"""  # noqa: S608 - text of this file
# Three groupings of the same reports in one statement. The language is that of the public form; providers state none.
_FAIRNESS = f"""
WITH r AS (
    SELECT r.id, p.name AS provider, coalesce(l.urgent, r.escalated) AS urgent, coalesce(f.language, '') AS language,
        coalesce(w.country || CASE WHEN w.state <> '' THEN ', ' || w.state ELSE '' END, '') AS state
    FROM reports_report r JOIN accounts_reporter p ON p.id = r.reporter_id
    LEFT JOIN triage_lane l ON l.report_id = r.id
    LEFT JOIN public_form_publicreport f ON f.report_id = r.id
    LEFT JOIN attribution_whereabouts w ON w.report_id = r.id AND NOT w.abstained AND w.country <> ''
    WHERE r.processing = 'done' AND r.destroyed_at IS NULL AND {_VISIBLE}
    ORDER BY r.id DESC LIMIT %(most)s
), s AS (
    SELECT s.report_id, max(s.score) FILTER (WHERE s.kind = 'completeness') AS completeness,
        max(s.score) FILTER (WHERE s.kind = 'priority') AS priority, max(s.score) FILTER (WHERE s.kind = 'legal_relevance') AS legal
    FROM triage_score s JOIN r ON r.id = s.report_id GROUP BY s.report_id
)
SELECT CASE WHEN grouping(r.provider) = 0 THEN 'provider' WHEN grouping(r.language) = 0 THEN 'language'
        WHEN grouping(r.state) = 0 THEN 'state' ELSE 'all' END AS by,
    coalesce(r.provider, r.language, r.state, ''), count(*), count(*) FILTER (WHERE r.urgent),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY s.completeness), percentile_cont(0.5) WITHIN GROUP (ORDER BY s.priority),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY s.legal)
FROM r JOIN s ON s.report_id = r.id
GROUP BY GROUPING SETS ((r.provider), (r.language), (r.state), ())
ORDER BY 1, 3 DESC, 2
"""  # noqa: S608 - text of this file


@dataclass(frozen=True, slots=True)
class Group:
    """Scores of reports that have something in common: medians (0 to 100), and the share on the urgent lane (0 to 1).

    Of a group of fewer than `FEW` reports only that is told: `reports` is None and so are the figures.
    """

    by: str
    name: str
    reports: int | None
    urgent: float | None = None
    completeness: float | None = None
    priority: float | None = None
    legal_relevance: float | None = None

    @property
    def percent(self) -> str:
        """The share on the urgent lane, in percent."""
        return "" if self.urgent is None else f"{100 * self.urgent:.1f}"


def _parameters(scope: Scope, most: int) -> dict[str, Any]:
    return {"everything": scope.everything, "agencies": sorted(scope.agency_ids), "most": most}


def fired(scope: Scope) -> tuple[dict[str, int], int]:
    """How often each rule counts among the last reports that the asker sees, and how many those are. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRED, _parameters(scope, MOST_COUNTED))
        rows = cursor.fetchall()
    return {rule: count for rule, count, _ in rows}, (rows[0][2] if rows else 0)


def fairness(scope: Scope) -> list[Group]:
    """Scores by provider, language and state among the last reports that the asker sees, the whole first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FAIRNESS, _parameters(scope, MOST_COMPARED))
        found = [_group(row) for row in cursor.fetchall()]
    order = {"all": 0, "provider": 1, "language": 2, "state": 3}
    return sorted(found, key=lambda one: order[one.by])


def _group(row: Sequence[Any]) -> Group:
    by, name, reports, urgent, *medians = row
    if reports < FEW:
        return Group(by, name, None)
    return Group(by, name, reports, urgent / reports, *(float(median) for median in medians))
