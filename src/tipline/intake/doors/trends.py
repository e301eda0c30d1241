"""What is loud over days: reports that say less, more that is refused, a provider that has gone silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.intake.doors.alerts import Key, Raised, raise_alerts
from tipline.intake.doors.models import AlertKind
from tipline.intake.doors.thresholds import THRESHOLDS, Completeness, Refusals, Silence, Window

# Sums of a window and of the days before it, a row for each provider that is switched on.
_SUMS = """
SELECT r.id,
    coalesce(sum(d.reports) FILTER (WHERE d.day >= %(since)s), 0), coalesce(sum(d.reports) FILTER (WHERE d.day < %(since)s), 0),
    coalesce(sum(d.refused) FILTER (WHERE d.day >= %(since)s), 0), coalesce(sum(d.refused) FILTER (WHERE d.day < %(since)s), 0),
    coalesce(sum(d.completeness_sum) FILTER (WHERE d.day >= %(since)s), 0),
    coalesce(sum(d.completeness_sum) FILTER (WHERE d.day < %(since)s), 0),
    coalesce(sum(d.completeness_count) FILTER (WHERE d.day >= %(since)s), 0),
    coalesce(sum(d.completeness_count) FILTER (WHERE d.day < %(since)s), 0),
    count(*) FILTER (WHERE d.day < %(since)s AND d.reports > 0)
FROM accounts_reporter r JOIN doors_providerday d ON d.reporter_id = r.id AND d.day >= %(begins)s AND d.day <= %(today)s
WHERE r.active AND r.kind = 'provider' GROUP BY r.id ORDER BY r.id
"""


class _Sums:
    """What one provider did in a window and before it."""

    def __init__(self, row: tuple[int, ...]) -> None:
        self.reporter_id, self.reports, self.reports_before, self.refused, self.refused_before = (
            int(n) for n in row[:5]
        )
        total, total_before, self.scored, self.scored_before = (int(n) for n in row[5:9])
        self.days_before = int(row[9])
        self.mean = total / self.scored if self.scored else 0.0
        self.mean_before = total_before / self.scored_before if self.scored_before else 0.0

    @property
    def share(self) -> float:
        """Of documents that opened a report or were refused, those refused."""
        return self.refused / max(1, self.refused + self.reports)

    @property
    def share_before(self) -> float:
        """The same in the days before."""
        return self.refused_before / max(1, self.refused_before + self.reports_before)


def watch_trends() -> int:
    """Hold each provider's last days against those before. Returns how many alerts are open for it now."""
    at = now()
    found: dict[Key, Raised] = {}
    for kind, window, judge in _questions():
        for sums in _sums_of(at.astimezone(UTC).date(), window):
            detail = judge(sums)
            if detail:
                key = sums.reporter_id, kind.value, _subject(window)
                found[key] = Raised(at, at, "", detail, 1)
    with transaction.atomic():
        _count_a_day_once(found, at)
        if found:
            raise_alerts(found, timedelta(days=THRESHOLDS.quiet.trends_days))
    return len(found)


def _questions() -> Iterator[tuple[AlertKind, Window, Callable[[_Sums], str]]]:
    for completeness in THRESHOLDS.completeness:
        yield AlertKind.COMPLETENESS_FELL, completeness, lambda sums, one=completeness: _fell(sums, one)  # type: ignore[misc]
    for refusals in THRESHOLDS.refusals:
        yield AlertKind.REFUSALS_ROSE, refusals, lambda sums, one=refusals: _rose(sums, one)  # type: ignore[misc]
    for silence in THRESHOLDS.silence:
        yield AlertKind.SILENT, silence, lambda sums, one=silence: _silent(sums, one)  # type: ignore[misc]


def _subject(window: Window) -> str:
    return "today" if window.days == 1 else f"the last {window.days} days"


def _sums_of(today: date, window: Window) -> list[_Sums]:
    since = today - timedelta(days=window.days - 1)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"since": since, "begins": since - timedelta(days=window.before), "today": today})
        return [_Sums(row) for row in cursor.fetchall()]


def _fell(sums: _Sums, rule: Completeness) -> str:
    if sums.scored < rule.least or sums.scored_before < rule.least_before:
        return ""
    if sums.mean_before - sums.mean < rule.fell_by:
        return ""
    return f"completeness {sums.mean:.0f} of 100 ({sums.scored} reports), {sums.mean_before:.0f} in the {rule.before} days before"


def _rose(sums: _Sums, rule: Refusals) -> str:
    if sums.refused < rule.least or sums.share < rule.share or sums.share < rule.times * sums.share_before:
        return ""
    return (
        f"{sums.share:.0%} refused ({sums.refused} documents), {sums.share_before:.1%} in the {rule.before} days before"
    )


def _silent(sums: _Sums, rule: Silence) -> str:
    if sums.reports or sums.days_before < rule.filed_on:
        return ""
    return f"no report for {rule.days} days, after reports on {sums.days_before} of the {rule.before} days before"


def _count_a_day_once(found: dict[Key, Raised], at: datetime) -> None:
    """The job runs every hour; an alert of this kind counts days. Those that were counted today are only told anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reporter_id, kind, subject FROM doors_alert WHERE last_at >= %s AND kind = ANY (%s)",
            [
                at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
                sorted({kind for _, kind, _ in found}),
            ],
        )
        for key in cursor.fetchall():
            if tuple(key) in found:
                found[tuple(key)].count = 0
