"""Feedback: from what desks decided about reports to what their providers are told. Nothing else of the investigation leaves.

A provider must not learn when an officer acted, so a day is looked through when it is over (UTC), rows carry the day and nothing
finer, and within a day they stand in order of report numbers, not of acts. The days are done one after the other by one
process at a time; a row that changes takes a new position at the end of its provider's list, so whoever asks for what stands
after a position has missed nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from django.db import connection
from django.db.models import Count, Max, Min
from django.db.models.functions import TruncMonth
from pydantic import model_validator

from tipline.core.clock import now
from tipline.core.datafile import About, Strict, load_toml
from tipline.intake.doors.models import Feedback, FeedbackDay, Useful
from tipline.referrals.models import Referral, ReferralState, ReturnReason
from tipline.trust.accounts.models import ReporterKind
from tipline.trust.visibility import OPERATOR, acting

FILE = Path(__file__).parent / "data" / "feedback.toml"
WITHOUT_PLACE = f"{ReturnReason.INSUFFICIENT.value}_without_place"
DECISIONS = frozenset({ReferralState.ACCEPTED.value, *ReturnReason.values, WITHOUT_PLACE})
MONTHS = 12
# one process at a time makes feedback, whatever the queue does
_LOCK = 0x66656564


class Told(Strict):
    """What one decision comes to."""

    useful: Useful
    reason: str


class Words(Strict):
    """The data file."""

    about: About
    reasons: dict[str, str]
    told: dict[str, Told]

    @model_validator(mode="after")
    def _whole(self) -> Words:
        if unknown := set(self.told) - DECISIONS:
            raise ValueError(f"told: {min(unknown)} is no decision of a desk")
        if missing := {told.reason for told in self.told.values()} - set(self.reasons):
            raise ValueError(f"reasons: {min(missing)} has no words")
        return self


WORDS = load_toml(FILE, Words)

# An acceptance outweighs every return; of returns the last that may be told counts. KEY SHARE waits for a destruction that
# has begun, and then finds the report destroyed.
_MAKE = """
WITH candidate AS (
    SELECT DISTINCT report_id FROM referrals_referral
    WHERE lead AND state IN ('accepted', 'returned') AND state_at >= %(begins)s AND state_at < %(ends)s
), live AS (
    SELECT r.id, r.reporter_id FROM candidate c JOIN reports_report r ON r.id = c.report_id
    JOIN accounts_reporter p ON p.id = r.reporter_id
    WHERE r.state = 'finished' AND r.destroyed_at IS NULL AND p.kind = %(kind)s
    FOR KEY SHARE OF r
), decision AS (
    SELECT l.id AS report_id, l.reporter_id, f.id, f.state, f.state_at,
        CASE WHEN f.state = 'accepted' THEN f.state
             WHEN f.return_reason = %(insufficient)s AND NOT EXISTS (
                 SELECT 1 FROM reports_sighting s WHERE s.report_id = l.id AND s.ip IS NOT NULL AND s.at IS NOT NULL
             ) THEN %(without_place)s
             ELSE f.return_reason END AS decided
    FROM live l JOIN referrals_referral f ON f.report_id = l.id
    WHERE f.lead AND f.state IN ('accepted', 'returned') AND f.state_at < %(ends)s
), judged AS (
    SELECT DISTINCT ON (d.report_id) d.report_id, d.reporter_id, t.useful, t.reason
    FROM decision d JOIN unnest(%(decided)s::text[], %(useful)s::text[], %(reason)s::text[]) AS t (decided, useful, reason)
        ON t.decided = d.decided
    ORDER BY d.report_id, (d.state = 'accepted') DESC, d.state_at DESC, d.id DESC
), changed AS (
    SELECT j.*, row_number() OVER (PARTITION BY j.reporter_id ORDER BY j.report_id) AS n
    FROM judged j LEFT JOIN doors_feedback x ON x.report_id = j.report_id
    WHERE x.id IS NULL OR (x.useful, x.reason) IS DISTINCT FROM (j.useful, j.reason)
), top AS (
    SELECT c.reporter_id, coalesce((SELECT max(x.position) FROM doors_feedback x WHERE x.reporter_id = c.reporter_id), 0) AS last
    FROM (SELECT DISTINCT reporter_id FROM changed) c
)
INSERT INTO doors_feedback (report_id, reporter_id, useful, reason, day, position)
SELECT c.report_id, c.reporter_id, c.useful, c.reason, %(day)s, t.last + c.n FROM changed c JOIN top t USING (reporter_id)
ON CONFLICT (report_id) DO UPDATE
SET useful = EXCLUDED.useful, reason = EXCLUDED.reason, day = EXCLUDED.day, position = EXCLUDED.position
"""


def make_feedback() -> int:
    """Look through every day that is over and was not; the last one that was, once more. Returns how many rows changed."""
    today = now().astimezone(UTC).date()
    day, changed = _first_day(), 0
    while day is not None and day < today:
        changed += _make(day)
        day += timedelta(days=1)
    return changed


def _first_day() -> date | None:
    with acting(OPERATOR):
        last = FeedbackDay.objects.aggregate(last=Max("day"))["last"]
        if last is not None:
            return last  # type: ignore[no-any-return]
        decided = Referral.objects.filter(state__in=[ReferralState.ACCEPTED, ReferralState.RETURNED])
        first = decided.aggregate(first=Min("state_at"))["first"]
        return first.astimezone(UTC).date() if first else None


def _make(day: date) -> int:
    begins = datetime.combine(day, time(), UTC)
    told = sorted(WORDS.told.items())
    with acting(OPERATOR), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            _MAKE,
            {
                "begins": begins, "ends": begins + timedelta(days=1), "day": day, "kind": ReporterKind.PROVIDER.value,
                "insufficient": ReturnReason.INSUFFICIENT.value, "without_place": WITHOUT_PLACE,
                "decided": [decided for decided, _ in told],
                "useful": [one.useful.value for _, one in told],
                "reason": [one.reason for _, one in told],
            },
        )  # fmt: skip
        changed = int(cursor.rowcount)
        done, made = FeedbackDay.objects.get_or_create(day=day, defaults={"changed": changed})
        if not made and changed:
            done.changed += changed
            done.save(update_fields=["changed"])
    return changed


def feedback_after(reporter_id: int, position: int, limit: int) -> Sequence[Feedback]:
    """What changed after a position of the provider's list, in order. Inside `acting` of that provider."""
    return list(Feedback.objects.filter(reporter_id=reporter_id, position__gt=position).order_by("position")[:limit])


def months(reporter_id: int) -> list[dict[str, str | int]]:
    """By month of the day, the latest twelve: how many reports are told as useful, not useful, not yet known.

    Inside `acting` of that provider. The sums change once a day, so they are remembered until the list has a new end.
    """
    last = Feedback.objects.filter(reporter_id=reporter_id).aggregate(last=Max("position"))["last"]
    return [dict(row) for row in _months(reporter_id, last)] if last else []


@lru_cache(maxsize=512)
def _months(reporter_id: int, last: int) -> tuple[dict[str, str | int], ...]:
    newest = Feedback.objects.filter(reporter_id=reporter_id).aggregate(day=Max("day"))["day"]
    since = newest.replace(day=1)
    for _ in range(MONTHS - 1):
        since = (since - timedelta(days=1)).replace(day=1)
    counted = (
        Feedback.objects.filter(reporter_id=reporter_id, day__gte=since)
        .annotate(month=TruncMonth("day"))
        .values_list("month", "useful")
        .annotate(n=Count("id"))
        .order_by("month")
    )
    rows: dict[str, dict[str, str | int]] = {}
    for month, useful, count in counted:
        name = f"{month:%Y-%m}"
        rows.setdefault(name, {"month": name, **dict.fromkeys(Useful.values, 0)})[useful] = count
    return tuple(rows.values())
