"""Raising in time: what ends soon is told to the desk that holds the report, and on the last day to the one above.

Any number of workers may do this at once. Each statement is one step over a set, and what another has raised is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.pipeline.attribution.log_expiry.in_force import directory
from tipline.pipeline.attribution.log_expiry.stage import recount, write
from tipline.pipeline.attribution.log_expiry.thresholds import THRESHOLDS, WIDEST_DAYS
from tipline.pipeline.stage import Batch
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

SOFTWARE = system("log-expiry")
AT_ONCE = 5_000

# The tightest threshold that is met, for whoever holds the report and, where it says so, the desk above.
_RAISE = """
WITH t AS (
    SELECT * FROM unnest(%(days)s::int[], %(urgent_days)s::int[], %(accepted)s::bool[], %(escalate)s::bool[])
        AS t(days, urgent_days, accepted, escalate)
), due AS (
    SELECT c.report_id, c.next_unasked_at, h.agency_id AS holding, t.days, t.escalate AND f.id IS NULL AS escalate, r.escalated AS urgent
    FROM attribution_reportclock c
    JOIN reports_report r ON r.id = c.report_id AND r.destroyed_at IS NULL
    JOIN reports_holding h ON h.report_id = r.id AND h.held_until IS NULL AND NOT h.joint
    LEFT JOIN referrals_referral f ON f.report_id = r.id AND f.state = 'accepted' AND f.to_agency_id = h.agency_id
    JOIN LATERAL (
        SELECT t.* FROM t
        WHERE c.next_unasked_at <= %(at)s + make_interval(days => CASE WHEN r.escalated THEN t.urgent_days ELSE t.days END)
        ORDER BY t.days LIMIT 1
    ) t ON f.id IS NULL OR t.accepted
    WHERE c.next_unasked_at > %(at)s AND c.next_unasked_at <= %(until)s
), told AS (
    SELECT due.*, holding AS agency_id, NULL::bigint AS escalated_from FROM due
    UNION ALL
    SELECT due.*, a.parent_id, holding FROM due JOIN agencies_agency a ON a.id = due.holding AND a.parent_id IS NOT NULL
    WHERE due.escalate
), fresh AS (
    SELECT * FROM told WHERE NOT EXISTS (
        SELECT 1 FROM attribution_expirynotice n
        WHERE n.report_id = told.report_id AND n.agency_id = told.agency_id AND n.threshold_days = told.days)
    ORDER BY next_unasked_at, report_id LIMIT %(limit)s
)
INSERT INTO attribution_expirynotice
    (report_id, agency_id, threshold_days, escalated_from_id, holder_name, place, urgent, likely_gone_at, raised_at)
SELECT fresh.report_id, fresh.agency_id, fresh.days, fresh.escalated_from, coalesce(l.holder, ''), coalesce(l.place, ''), fresh.urgent,
    fresh.next_unasked_at, %(at)s
FROM fresh LEFT JOIN LATERAL (
    SELECT CASE WHEN s.child IS NULL AND NOT i.of_child THEN l.holder_name ELSE '' END AS holder,
        CASE WHEN a.abstained THEN '' ELSE concat_ws(', ',
            CASE WHEN s.child IS NULL AND NOT i.of_child THEN nullif(a.district, '') END, nullif(a.state, ''), nullif(a.country, '')) END AS place
    FROM attribution_logclock l JOIN reports_sighting s ON s.id = l.sighting_id JOIN reports_identifier i ON i.id = s.identifier_id
    JOIN attribution_attribution a ON a.sighting_id = l.sighting_id
    WHERE l.report_id = fresh.report_id AND l.likely_gone_at = fresh.next_unasked_at ORDER BY l.sighting_id LIMIT 1
) l ON true
ON CONFLICT (report_id, agency_id, threshold_days) DO NOTHING
RETURNING report_id, agency_id, threshold_days, escalated_from_id
"""
# What need not be told any more: noted, gone, destroyed, sent on; or accepted, where the threshold was for what nobody has accepted.
_SETTLE = """
UPDATE attribution_expirynotice n SET ended_at = %(at)s
FROM reports_report r
LEFT JOIN attribution_reportclock c ON c.report_id = r.id
LEFT JOIN reports_holding h ON h.report_id = r.id AND h.held_until IS NULL AND NOT h.joint
LEFT JOIN referrals_referral f ON f.report_id = r.id AND f.state = 'accepted' AND f.to_agency_id = h.agency_id
WHERE r.id = n.report_id AND n.ended_at IS NULL AND (%(reports)s::bigint[] IS NULL OR n.report_id = ANY (%(reports)s::bigint[])) AND (
    n.likely_gone_at <= %(at)s OR r.destroyed_at IS NOT NULL
    OR c.next_unasked_at IS NULL OR c.next_unasked_at > n.likely_gone_at
    OR h.agency_id IS DISTINCT FROM coalesce(n.escalated_from_id, n.agency_id)
    OR f.id IS NOT NULL AND (n.escalated_from_id IS NOT NULL OR NOT n.threshold_days = ANY (%(also_accepted)s::int[]))
)
"""


def raise_due(at: datetime | None = None, limit: int = AT_ONCE) -> int:
    """Raise what is due at `at`, at most `limit` notices, the soonest to go first. Returns how many were new."""
    at = at or now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "at": at, "until": at + timedelta(days=WIDEST_DAYS), "limit": limit,
                "days": [t.days for t in THRESHOLDS], "urgent_days": [t.urgent_days for t in THRESHOLDS],
                "accepted": [t.accepted for t in THRESHOLDS], "escalate": [t.escalate for t in THRESHOLDS],
            },
        )  # fmt: skip
        raised = cursor.fetchall()
        record(
            SOFTWARE,
            [
                Act(
                    "log_expiry.raised", "report", report,
                    {"agency": agency, "days": days, "escalated_from": escalated_from},
                )
                for report, agency, days, escalated_from in raised
            ],
        )  # fmt: skip
    return len(raised)


def settle(at: datetime | None = None, reports: Sequence[int] | None = None) -> int:
    """End the notices that need not be told any more, of these reports or of all. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            {
                "at": at or now(),
                "reports": None if reports is None else list(reports),
                "also_accepted": [t.days for t in THRESHOLDS if t.accepted],
            },
        )
        return int(cursor.rowcount)


@transaction.atomic
def advance(at: datetime | None = None, limit: int = AT_ONCE) -> int:
    """Move on the reports whose next log went since they were summed up. Returns how many.

    A report that another worker is summing up is left to it.
    """
    at = at or now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT report_id FROM attribution_reportclock WHERE next_unasked_at <= %(at)s"
            " OR (all_gone_at > %(at)s AND next_likely_gone_at <= %(at)s) ORDER BY report_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED",
            {"at": at, "limit": limit},
        )
        due = [report for (report,) in cursor.fetchall()]
    if due:
        recount(due, at)
    return len(due)


@transaction.atomic
def renew(at: datetime | None = None, limit: int = AT_ONCE) -> int:
    """Write the clocks of reports anew that an older directory wrote. Returns how many; 0: all are by the directory in force."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.report_id FROM attribution_reportclock c JOIN reports_report r ON r.id = c.report_id AND r.destroyed_at IS NULL"
            " WHERE c.directory_version <> %s ORDER BY c.report_id LIMIT %s FOR UPDATE OF c SKIP LOCKED",
            [directory().version, limit],
        )
        due = [report for (report,) in cursor.fetchall()]
    if due:
        write(Batch(tuple(due), at or now()))
    return len(due)
