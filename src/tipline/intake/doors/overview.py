"""What an administrator sees of providers: counts, alerts, and what was wrong with documents. Nothing that was reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.intake.doors.alerts import subject_of, told
from tipline.intake.doors.calls import Fault
from tipline.intake.doors.days import NUMBERS, Counts
from tipline.intake.doors.models import Alert, DoorCall, Feedback, ProviderDay
from tipline.trust.accounts.models import Reporter, ReporterCredential
from tipline.trust.accounts.provider_limits import Limits, limits_of
from tipline.trust.visibility import OPERATOR, acting

MONTH = 30
MOST_ALERTS = 200
MOST_REFUSED = 50


@dataclass(frozen=True, slots=True)
class Told:
    """Of how many of its reports a provider was told that they were of use, were not, or that it is not known yet."""

    yes: int = 0
    no: int = 0
    not_yet_known: int = 0

    @property
    def judged(self) -> int:
        """How many were judged one way or the other."""
        return self.yes + self.no

    @property
    def rate(self) -> int | None:
        """Of 100 that were judged, how many were of use; None when none was."""
        return round(100 * self.yes / self.judged) if self.judged else None


@dataclass(frozen=True, slots=True)
class Provider:
    """A row of the list: today, the last 7 and 28 days with today, and the 28 days before the last 7."""

    reporter: Reporter
    limits: Limits
    today: Counts
    week: Counts
    four_weeks: Counts
    before: Counts
    alerts: int
    told: Told

    @property
    def trend(self) -> int | None:
        """By how many points the completeness of the last 7 days differs from that of the 28 days before them."""
        week, before = self.week.completeness, self.before.completeness
        return None if week is None or before is None else week - before

    @property
    def fell(self) -> int:
        """By how many points it is lower."""
        return -(self.trend or 0)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused document, by what was wrong with it: (path, line, rule). Empty: the details are no longer kept."""

    received_at: datetime
    call: str
    code: int
    sandbox: bool
    number: int
    faults: tuple[tuple[str, int, str], ...]


def _today() -> date:
    return now().astimezone(UTC).date()


def overview(reporters: Sequence[Reporter]) -> list[Provider]:
    """Each provider with its sums and the number of open alerts. Three statements, whatever the number."""
    today = _today()
    windows = {
        "today": (0, 0), "week": (6, 0), "four_weeks": (27, 0), "before": (34, 7),
    }  # fmt: skip
    sums = {
        f"{window}_{name}": Sum(
            name, filter=Q(day__gte=today - timedelta(days=first), day__lte=today - timedelta(days=last)), default=0
        )
        for window, (first, last) in windows.items()
        for name in NUMBERS
    }
    ids = [reporter.pk for reporter in reporters]
    recent = ProviderDay.objects.filter(reporter_id__in=ids, day__gte=today - timedelta(days=34), day__lte=today)
    rows = {row["reporter_id"]: row for row in recent.values("reporter_id").annotate(**sums)}
    useful = _told(ids)
    alerts = dict(open_alerts(ids).values_list("reporter_id").annotate(n=Count("id")))

    def done(reporter: Reporter, window: str) -> Counts:
        row = rows.get(reporter.pk)
        return Counts(**{name: int(row[f"{window}_{name}"]) for name in NUMBERS}) if row else Counts()

    return [
        Provider(
            reporter=r, limits=limits_of(r), alerts=alerts.get(r.pk, 0), told=useful.get(r.pk, Told()),
            **{window: done(r, window) for window in windows},
        )
        for r in reporters
    ]  # fmt: skip


def _told(ids: Sequence[int]) -> dict[int, Told]:
    """What providers were told of the use of their reports, summed up: read as the software, for the rows are report data."""
    with acting(OPERATOR):
        rows = Feedback.objects.filter(reporter_id__in=ids).values_list("reporter_id", "useful").annotate(n=Count("id"))
        found: dict[int, dict[str, int]] = {}
        for reporter_id, useful, count in rows:
            found.setdefault(reporter_id, {})[useful] = count
    return {reporter_id: Told(**numbers) for reporter_id, numbers in found.items()}


def month_of(reporter: Reporter) -> list[tuple[date, Counts]]:
    """The last 30 days with today, the newest first; days without a call too."""
    today = _today()
    found = {
        row["day"]: Counts(**{name: row[name] for name in NUMBERS})
        for row in ProviderDay.objects.filter(reporter=reporter, day__gt=today - timedelta(days=MONTH)).values(
            "day", *NUMBERS
        )
    }
    return [(day, found.get(day, Counts())) for day in (today - timedelta(days=ago) for ago in range(MONTH))]


def open_alerts(reporter_ids: Iterable[int]) -> Any:
    """Alerts that nobody has acknowledged."""
    return Alert.objects.filter(reporter_id__in=reporter_ids, acknowledged_at__isnull=True)


def alert_of(reporters: QuerySet[Reporter], alert_id: int) -> Alert:
    """One alert of these providers, open or not.

    Raises
    ------
    NotFoundError
        when there is no such alert of theirs.
    """
    mine = Alert.objects.filter(reporter_id__in=reporters.values("id"))
    found = mine.filter(pk=alert_id).first() if 0 < alert_id < 2**63 else None
    if found is None:
        raise NotFoundError(f"alert {alert_id} does not exist")
    return found


def alerts_of(reporter: Reporter) -> list[Alert]:
    """Open ones first, and those that were acknowledged within a month."""
    recent = Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gt=now() - timedelta(days=MONTH))
    rows = Alert.objects.filter(recent, reporter=reporter).select_related("acknowledged_by").order_by("-last_at")
    return sorted(rows[:MOST_ALERTS], key=lambda alert: alert.acknowledged_at is not None)


def credentials_of(reporter: Reporter) -> list[ReporterCredential]:
    """All passwords that it has or had, the newest first. The hash is left out."""
    return list(reporter.credentials.defer("password_hash").order_by("-id")[:20])


def refused_of(reporter: Reporter) -> list[Refused]:
    """The newest refused documents: where each was wrong and by which rule.

    The rows are report data, and whoever asks has none in scope; so they are read as the software, by these columns alone. No
    body and no description leaves here, and a rule without the values that stand in it.
    """
    with acting(OPERATOR):
        rows = list(
            RefusedDocument.objects.filter(reporter=reporter)
            .order_by("-received_at", "-id")
            .values_list("id", "received_at", "call", "code", "sandbox", "request_id")[:MOST_REFUSED]
        )
        faults = dict(
            DoorCall.objects.filter(reporter=reporter, request_id__in=[row[5] for row in rows]).values_list(
                "request_id", "faults"
            )
        )
    return [
        Refused(at, call, code, sandbox, number, tuple(_plainly(faults.get(request_id) or [])))
        for number, at, call, code, sandbox, request_id in rows
    ]


def _plainly(faults: Iterable[dict[str, Any]]) -> Iterable[tuple[str, int, str]]:
    for one in faults:
        fault = Fault(str(one["path"]), int(one["line"]), str(one["rule"]), str(one.get("kind", "other")))
        yield subject_of(fault.path), fault.line, told(fault)
