"""Telling officers what is due: reminders, terms that are over, preservations that end. Nothing is sent by software.

What is due follows from the requests as they are and from `data/reminders.toml`, by one statement over a set. An alert is a row, so
that somebody can say that they saw it; it ends by itself when its cause is gone. Any number of workers may do this at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.process.models import RequestAlert
from tipline.investigation.process.reminders import TERMS
from tipline.trust.accounts.models import User
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may, scope_of

SOFTWARE = system("process")
AT_ONCE = 5_000

# Every cause there is now, of open requests in open cases: request_open and request_preserved lead to them.
_DUE = """
WITH t AS MATERIALIZED (
    SELECT * FROM unnest(%(kinds)s::text[], %(remind)s::int[], %(again)s::int[], %(most)s::int[], %(escalate)s::int[], %(told)s::text[])
        AS t(kind, remind, again, most, escalate, told)
), live AS MATERIALIZED (
    SELECT r.* FROM process_request r JOIN cases_case c ON c.id = r.case_id AND c.state = 'open' AND c.destroyed_at IS NULL
    WHERE r.ended_at IS NULL AND r.sent_at IS NOT NULL AND (%(requests)s::bigint[] IS NULL OR r.id = ANY (%(requests)s::bigint[]))
), due AS (
    SELECT r.id, r.case_id, r.agency_id, 'remind' AS kind, r.reminders + 1 AS step, 'officer' AS told, d.at AS due_at
    FROM live r JOIN t USING (kind) CROSS JOIN LATERAL (
        SELECT coalesce(r.reminded_at + make_interval(hours => t.again), r.sent_at + make_interval(hours => t.remind)) AS at) d
    WHERE r.state IN ('sent', 'reminded') AND r.reminders < t.most AND d.at <= %(at)s
    AND r.sent_at + make_interval(hours => t.escalate) > %(at)s
    UNION ALL
    SELECT r.id, r.case_id, r.agency_id, 'term_over', 0, 'officer', r.term_at
    FROM live r WHERE r.state IN ('sent', 'reminded') AND r.term_at <= %(at)s
    UNION ALL
    SELECT r.id, r.case_id, r.agency_id, 'escalate', 0, t.told, r.sent_at + make_interval(hours => t.escalate)
    FROM live r JOIN t USING (kind)
    WHERE r.state IN ('sent', 'reminded') AND r.sent_at + make_interval(hours => t.escalate) <= %(at)s
    UNION ALL
    SELECT r.id, r.case_id, r.agency_id, 'ends_soon', w.days, 'officer', r.preserved_until
    FROM live r CROSS JOIN LATERAL (
        SELECT min(days) AS days FROM unnest(%(warn)s::int[]) AS w(days)
        WHERE r.preserved_until <= %(at)s + make_interval(days => w.days)) w
    WHERE r.preserved_until > %(at)s AND w.days IS NOT NULL
    UNION ALL
    SELECT r.id, r.case_id, r.agency_id, 'ended', 0, 'supervisor', r.preserved_until
    FROM live r WHERE r.preserved_until <= %(at)s
)
"""
# NOT IN is hashed once, where NOT EXISTS over the same rows was a loop: 0.2 s and 16 s for 10,000 alerts. No part of a key is null.
# A cause that comes again, as when a case is opened again, is told again.
_RAISE = f"""{_DUE}
INSERT INTO process_requestalert (request_id, case_id, agency_id, kind, step, told, due_at, raised_at)
SELECT id, case_id, agency_id, kind, step, told, due_at, %(at)s FROM due
WHERE NOT EXISTS (SELECT 1 FROM process_requestalert a WHERE a.request_id = due.id AND a.kind = due.kind AND a.step = due.step
    AND a.due_at = due.due_at AND a.ended_at IS NULL)
ORDER BY due_at, id LIMIT %(limit)s
ON CONFLICT (request_id, kind, step, due_at) DO UPDATE
    SET ended_at = NULL, raised_at = excluded.raised_at, acknowledged_at = NULL, acknowledged_by_id = NULL
    WHERE process_requestalert.ended_at IS NOT NULL
RETURNING case_id, request_id, kind, step, told
"""  # noqa: S608 - statements of ours
_SETTLE = f"""{_DUE}
UPDATE process_requestalert a SET ended_at = %(at)s
WHERE a.ended_at IS NULL AND (%(requests)s::bigint[] IS NULL OR a.request_id = ANY (%(requests)s::bigint[]))
AND (a.request_id, a.kind, a.step, a.due_at) NOT IN (SELECT id, kind, step, due_at FROM due)
"""  # noqa: S608 - as above


def _given(at: datetime, requests: Sequence[int] | None) -> dict[str, Any]:
    terms = list(TERMS.values())
    return {
        "at": at, "requests": None if requests is None else list(requests),
        "kinds": [t.kind for t in terms], "remind": [t.remind_after_hours for t in terms],
        "again": [t.again_after_hours for t in terms], "most": [t.most_reminders for t in terms],
        "escalate": [t.escalate_after_hours for t in terms], "told": [t.escalate_to for t in terms],
        "warn": [days for t in terms for days in t.warn_days],
    }  # fmt: skip


def raise_due(at: datetime | None = None, limit: int = AT_ONCE) -> int:
    """Tell what is due at `at`, at most `limit` alerts, the longest due first. Returns how many were new."""
    at = at or now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RAISE, {**_given(at, None), "limit": limit})
        raised = cursor.fetchall()
        record(
            SOFTWARE,
            [
                Act("request.alerted", "case", case, {"request": request, "alert": kind, "step": step, "told": told})
                for case, request, kind, step, told in raised
            ],
        )
    return len(raised)


def settle(at: datetime | None = None, requests: Sequence[int] | None = None) -> int:
    """End the alerts whose cause is gone, of these requests or of all. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, _given(at or now(), requests))
        return int(cursor.rowcount)


@transaction.atomic
def acknowledge(person: User, alert_ids: Sequence[int]) -> int:
    """Say that alerts of the person's own desk were seen. Returns how many were not before.

    Raises
    ------
    NotPermittedError
        for a role that does not write in cases, and of what is told to supervisors for one that assigns nobody.
    NotFoundError
        when one of them is no alert of a case that the person sees at their own desk; nothing is changed then.
    InvalidInputError
        for none.
    """
    if not may(person, Can.WORK_CASES):
        raise NotPermittedError("your role does not write in cases")
    wanted = sorted({one for one in alert_ids if 0 < one < 2**63})
    if not alert_ids:
        raise InvalidInputError("choose at least one alert")
    mine = visible_cases(scope_of(person)).filter(agency_id=person.agency_id).order_by().values("pk")
    found = list(
        RequestAlert.objects.select_for_update(of=("self",)).filter(pk__in=wanted, case__in=mine).order_by("pk")
    )
    if len(found) != len(set(alert_ids)):
        raise NotFoundError("there is no such alert at your desk")
    if any(alert.told == "supervisor" for alert in found) and not may(person, Can.ASSIGN_CASES):
        raise NotPermittedError("what is told to supervisors is theirs to have seen")
    fresh = [alert for alert in found if alert.acknowledged_at is None]
    RequestAlert.objects.filter(pk__in=[a.pk for a in fresh]).update(acknowledged_at=now(), acknowledged_by=person)
    record(
        person.actor,
        [Act("request.alert_seen", "case", a.case_id, {"request": a.request_id, "alert": a.kind}) for a in fresh],
    )
    return len(fresh)
