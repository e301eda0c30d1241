"""Feedback: from what desks decided about reports to what their providers are told. Nothing else of the investigation leaves.

A provider must not learn when an officer acted, so a day is looked through when it is over (UTC), rows carry the day and nothing
finer, and within a day they stand in order of report numbers, not of acts. The days are done one after the other by one
process at a time; a row that changes takes a new position at the end of its provider's list, so whoever asks for what stands
after a position has missed nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from django.db import connection
from django.db.models import Count, Max, Min
from django.db.models.functions import TruncMonth
from pydantic import model_validator

from tipline.core.clock import now
from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.intake.doors.models import Feedback, FeedbackDay, Judgement, Useful
from tipline.referrals.models import Referral, ReferralState, ReturnReason
from tipline.trust.accounts.models import ReporterKind
from tipline.trust.visibility import OPERATOR, acting

FILE = Path(__file__).parent / "data" / "feedback.toml"
WITHOUT_PLACE = f"{ReturnReason.INSUFFICIENT.value}_without_place"
# What an outcome says of a report's use; the last: that what was told before no longer holds.
JUDGED = frozenset({"outcome_actionable", "outcome_useful", "outcome_not_useful", "outcome_withdrawn"})
DECISIONS = frozenset({ReferralState.ACCEPTED.value, *ReturnReason.values, WITHOUT_PLACE}) | JUDGED
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

# An acceptance outweighs every return, and the outcome of a case outweighs an acceptance (`weight`); of what weighs the same the
# last that may be told counts. KEY SHARE waits for a destruction that has begun, and then finds the report destroyed.
_MAKE = """
WITH candidate AS (
    SELECT DISTINCT report_id FROM referrals_referral
    WHERE lead AND state IN ('accepted', 'returned') AND state_at >= %(begins)s AND state_at < %(ends)s
    UNION SELECT report_id FROM doors_judgement WHERE at >= %(begins)s AND at < %(ends)s
    UNION SELECT report_id FROM doors_judgement WHERE withdrawn_at >= %(begins)s AND withdrawn_at < %(ends)s
), live AS (
    SELECT r.id, r.reporter_id FROM candidate c JOIN reports_report r ON r.id = c.report_id
    JOIN accounts_reporter p ON p.id = r.reporter_id
    WHERE r.state = 'finished' AND r.destroyed_at IS NULL AND p.kind = %(kind)s
    FOR KEY SHARE OF r
), said AS (
    SELECT l.id AS report_id, l.reporter_id, f.id, CASE f.state WHEN 'accepted' THEN 1 ELSE 0 END AS weight, f.state_at AS at,
        CASE WHEN f.state = 'accepted' THEN f.state ELSE f.return_reason END AS decided
    FROM live l JOIN referrals_referral f ON f.report_id = l.id
    WHERE f.lead AND f.state IN ('accepted', 'returned') AND f.state_at < %(ends)s
    UNION ALL
    SELECT l.id, l.reporter_id, j.id, CASE WHEN j.withdrawn_at < %(ends)s THEN -1 ELSE j.weight END, j.at,
        CASE WHEN j.withdrawn_at < %(ends)s THEN 'outcome_withdrawn' ELSE j.decided END
    FROM live l JOIN doors_judgement j ON j.report_id = l.id
    WHERE j.at < %(ends)s
), decision AS (
    SELECT s.report_id, s.reporter_id, s.id, s.weight, s.at,
        CASE WHEN s.decided = %(insufficient)s AND NOT EXISTS (
                 SELECT 1 FROM reports_sighting g WHERE g.report_id = s.report_id AND g.ip IS NOT NULL AND g.at IS NOT NULL
             ) THEN %(without_place)s
             ELSE s.decided END AS decided
    FROM said s
), judged AS (
    SELECT DISTINCT ON (d.report_id) d.report_id, d.reporter_id, t.useful, t.reason
    FROM decision d JOIN unnest(%(decided)s::text[], %(useful)s::text[], %(reason)s::text[]) AS t (decided, useful, reason)
        ON t.decided = d.decided
    ORDER BY d.report_id, d.weight DESC, d.at DESC, d.id DESC
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
        firsts = [
            decided.aggregate(first=Min("state_at"))["first"],
            Judgement.objects.aggregate(first=Min("at"))["first"],
        ]
        first = min((at for at in firsts if at), default=None)
        return first.astimezone(UTC).date() if first else None


def judge(report_ids: Iterable[int], source: int, decided: str, weight: int) -> None:
    """Take down what an outcome says of the use of these reports, inside the caller's transaction. Providers are told a day later.

    Parameters
    ----------
    source
        number of the outcome, by which it is withdrawn.
    decided
        one of `DECISIONS`.
    weight
        the heaviest that stands counts; an acceptance weighs 1, a return 0.
    """
    if decided not in DECISIONS:
        raise InvalidInputError(f"{decided!r} is no word for providers")
    at = now()
    Judgement.objects.bulk_create(
        Judgement(report_id=report, source=source, decided=decided, weight=weight, at=at) for report in report_ids
    )


def withdraw_judgement(source: int) -> None:
    """What an outcome said no longer holds. Whoever was told learns that it is not yet known, or what else stands."""
    Judgement.objects.filter(source=source, withdrawn_at__isnull=True).update(withdrawn_at=now())


def hear_judgement(
    report_id: int, teller_id: int, uid: str, decided: str, weight: int, *, withdrawn: bool = False
) -> bool:
    """Take down what another installation says of the use of a report, or that it withdrew it. False when that is known.

    Parameters
    ----------
    teller_id
        the agency over the border whose installation says it, which alone can take it back.
    uid
        what it is called there.
    """
    at = now()
    _, new = Judgement.objects.get_or_create(
        report_id=report_id, uid=uid, told_by_id=teller_id,
        defaults={"source": None, "decided": decided, "weight": weight, "at": at, "withdrawn_at": at if withdrawn else None},
    )  # fmt: skip
    return new or (withdrawn and withdraw_heard(report_id, teller_id, uid))


def withdraw_heard(report_id: int, teller_id: int, uid: str) -> bool:
    """What another installation said no longer holds. False when it never said it, or took it back before."""
    stands = Judgement.objects.filter(report_id=report_id, told_by_id=teller_id, uid=uid, withdrawn_at__isnull=True)
    return bool(stands.update(withdrawn_at=now()))


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
