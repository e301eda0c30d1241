"""Reminding: a desk is told of what has no outcome for too long, once for a thing, and again some time after somebody saw it.

Any number of workers may do this at once. Each statement is one step over a set, and what another has raised is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.investigation.outcomes.kinds import OUTCOMES, TERMINAL
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

SOFTWARE = system("outcomes")
AT_ONCE = 5_000

# What lacks an outcome now, whatever its age: the same for raising and for ending. `{case}` and `{report}` narrow it.
_LACKS = """
    SELECT c.agency_id, 'case_open' AS kind, c.id AS case_id, NULL::bigint AS report_id, c.opened_at AS since
    FROM cases_case c
    WHERE c.state = 'open' {case} AND NOT EXISTS (
        SELECT 1 FROM outcomes_outcome o WHERE o.case_id = c.id AND o.withdrawn_at IS NULL AND o.kind = ANY (%(terminal)s::text[]))
    UNION ALL
    SELECT c.agency_id, 'case_closed', c.id, NULL, c.closed_at
    FROM cases_case c
    WHERE c.state = 'closed' AND c.destroyed_at IS NULL {case} AND NOT EXISTS (
        SELECT 1 FROM outcomes_outcome o WHERE o.case_id = c.id AND o.withdrawn_at IS NULL)
    UNION ALL
    -- the case has an outcome, which says nothing of this report
    SELECT c.agency_id, 'report', c.id, cr.report_id, cr.added_at
    FROM cases_casereport cr JOIN cases_case c ON c.id = cr.case_id AND c.destroyed_at IS NULL {case}
    JOIN reports_report r ON r.id = cr.report_id AND r.destroyed_at IS NULL
    WHERE EXISTS (SELECT 1 FROM outcomes_outcome o WHERE o.case_id = c.id AND o.withdrawn_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM outcomes_reportoutcome t WHERE t.report_id = cr.report_id AND t.withdrawn_at IS NULL)
    UNION ALL
    SELECT f.to_agency_id, 'report', NULL, f.report_id, f.state_at
    FROM referrals_referral f JOIN reports_report r ON r.id = f.report_id AND r.destroyed_at IS NULL
    WHERE f.state = 'accepted' AND f.lead {report}
      AND NOT EXISTS (SELECT 1 FROM cases_casereport cr WHERE cr.report_id = f.report_id)
      AND NOT EXISTS (SELECT 1 FROM outcomes_reportoutcome t WHERE t.report_id = f.report_id AND t.withdrawn_at IS NULL)
"""
_SAME = """m.agency_id = l.agency_id AND m.kind = l.kind AND coalesce(m.case_id, 0) = coalesce(l.case_id, 0)
    AND coalesce(m.report_id, 0) = coalesce(l.report_id, 0)"""
_RAISE = f"""
WITH l AS MATERIALIZED ({_LACKS.format(case="", report="")})
INSERT INTO outcomes_reminder (agency_id, kind, case_id, report_id, since, raised_at)
SELECT l.agency_id, l.kind, l.case_id, l.report_id, l.since, %(at)s
FROM l
WHERE l.since <= CASE l.kind WHEN 'case_open' THEN %(case_open)s::timestamptz WHEN 'case_closed' THEN %(case_closed)s ELSE %(report)s END
  AND NOT EXISTS (SELECT 1 FROM outcomes_reminder m WHERE m.ended_at IS NULL AND {_SAME})
ORDER BY l.since LIMIT %(limit)s
ON CONFLICT DO NOTHING
RETURNING agency_id, kind, case_id, report_id
"""  # noqa: S608 - statements of this file only
_SETTLE = """
WITH l AS MATERIALIZED ({lacks})
UPDATE outcomes_reminder m SET ended_at = %(at)s
WHERE m.ended_at IS NULL {which}
  AND (m.acknowledged_at <= %(seen_before)s OR NOT EXISTS (SELECT 1 FROM l WHERE {same}))
"""
_SETTLE_ALL = _SETTLE.format(lacks=_LACKS.format(case="", report=""), which="", same=_SAME)
_SETTLE_SOME = _SETTLE.format(
    lacks=_LACKS.format(case="AND c.id = %(case)s", report="AND f.report_id = ANY (%(reports)s)"),
    which="AND (m.case_id = %(case)s OR m.case_id IS NULL AND m.report_id = ANY (%(reports)s))",
    same=_SAME,
)


def raise_missing(at: datetime | None = None, limit: int = AT_ONCE) -> int:
    """Remind desks of what lacks an outcome at `at`, at most so many, the oldest first. Returns how many were new."""
    at = at or now()
    after = OUTCOMES.reminders
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "at": at, "limit": limit, "terminal": TERMINAL,
                "case_open": at - timedelta(days=after.case_open_days),
                "case_closed": at - timedelta(days=after.case_closed_days),
                "report": at - timedelta(days=after.report_days),
            },
        )  # fmt: skip
        raised = cursor.fetchall()
        record(
            SOFTWARE,
            [
                Act(
                    "outcome.missing",
                    "report" if report else "case",
                    report or case,
                    {"agency": agency, "missing": kind},
                )
                for agency, kind, case, report in raised
            ],
        )
    return len(raised)


def settle(at: datetime | None = None) -> int:
    """End all reminders that are no longer true, or were seen so long ago that they are raised anew. Returns how many."""
    return _settle(_SETTLE_ALL, at or now())


def settle_of(at: datetime, case_id: int | None, report_ids: Sequence[int]) -> int:
    """The same for one case, or for reports that are in none."""
    return _settle(_SETTLE_SOME, at, case=case_id, reports=list(report_ids))


def _settle(statement: str, at: datetime, **which: Any) -> int:
    seen_before = at - timedelta(days=OUTCOMES.reminders.again_days)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"at": at, "terminal": TERMINAL, "seen_before": seen_before, **which})
        return int(cursor.rowcount)
