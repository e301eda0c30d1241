"""What an administrator sees of providers: counts, alerts, and what was wrong with documents. Nothing that was reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.core.sql import together
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


# name of a sum → the first and the last of its days, counted back from today
_WINDOWS = {"today": (0, 0), "week": (6, 0), "four_weeks": (27, 0), "before": (34, 7)}


def overview(reporters: Sequence[Reporter]) -> list[Provider]:
    """Each provider with its sums and the number of open alerts. One query, whatever the number.

    What they were told of the use of their reports is read as the software, for those rows are report data.
    """
    with acting(OPERATOR):
        return _with_sums(reporters, *together(*_summed([reporter.pk for reporter in reporters])))


def _summed(ids: Sequence[int]) -> tuple[QuerySet[Any, Any], ...]:
    """What was done on the last days, open alerts, and what was told of the use of reports: for `_with_sums`."""
    today = _today()
    sums = {
        f"{window}_{name}": Sum(
            name, filter=Q(day__gte=today - timedelta(days=first), day__lte=today - timedelta(days=last)), default=0
        )
        for window, (first, last) in _WINDOWS.items()
        for name in NUMBERS
    }
    recent = ProviderDay.objects.filter(reporter_id__in=ids, day__gte=today - timedelta(days=34), day__lte=today)
    feedback = Feedback.objects.filter(reporter_id__in=ids)
    return (
        recent.order_by().values("reporter_id").annotate(**sums),
        open_alerts(ids).order_by().values_list("reporter_id").annotate(n=Count("id")),
        feedback.order_by().values_list("reporter_id", "useful").annotate(n=Count("id")),
    )


def _with_sums(
    reporters: Sequence[Reporter], summed: list[dict[str, Any]], open_ones: list[Any], told_ones: list[Any]
) -> list[Provider]:
    rows = {row["reporter_id"]: row for row in summed}
    useful, alerts = _told(told_ones), dict(open_ones)

    def done(reporter: Reporter, window: str) -> Counts:
        row = rows.get(reporter.pk)
        return Counts(**{name: int(row[f"{window}_{name}"]) for name in NUMBERS}) if row else Counts()

    return [
        Provider(
            reporter=r, limits=limits_of(r), alerts=alerts.get(r.pk, 0), told=useful.get(r.pk, Told()),
            **{window: done(r, window) for window in _WINDOWS},
        )
        for r in reporters
    ]  # fmt: skip


def _told(rows: Iterable[tuple[int, str, int]]) -> dict[int, Told]:
    """What providers were told of the use of their reports, summed up."""
    found: dict[int, dict[str, int]] = {}
    for reporter_id, useful, count in rows:
        found.setdefault(reporter_id, {})[useful] = count
    return {reporter_id: Told(**numbers) for reporter_id, numbers in found.items()}


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


@dataclass(frozen=True, slots=True)
class WholeProvider:
    """One provider, with what stands on its page."""

    provider: Provider
    days: list[tuple[date, Counts]]  # the last 30 with today, the newest first; days without a call too
    credentials: list[ReporterCredential]  # that it has or had, the newest first, without their hashes
    alerts: list[Alert]  # open ones first, and those that were acknowledged within a month
    refused: list[Refused]


def whole(reporter: Reporter) -> WholeProvider:
    """Everything that its page shows, in one query.

    What was refused is report data, and whoever asks has none in scope; so it is read as the software, by these columns alone. No
    body and no description leaves here, and a rule without the values that stand in it.
    """
    today = _today()
    recent = Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gt=now() - timedelta(days=MONTH))
    documents = RefusedDocument.objects.filter(reporter=reporter).order_by("-received_at", "-id")[:MOST_REFUSED]
    calls = DoorCall.objects.filter(reporter=reporter, request_id__in=documents.values("request_id"))
    with acting(OPERATOR):
        *sums, days, credentials, alerts, refused, faults = together(
            *_summed([reporter.pk]),
            ProviderDay.objects.filter(reporter=reporter, day__gt=today - timedelta(days=MONTH)).values(
                "day", *NUMBERS
            ),
            reporter.credentials.defer("password_hash").order_by("-id")[:20],
            Alert.objects.filter(recent, reporter=reporter)
            .select_related("acknowledged_by")
            .order_by("-last_at")[:MOST_ALERTS],
            documents.values_list("id", "received_at", "call", "code", "sandbox", "request_id"),
            calls.values_list("request_id", "faults"),
        )
    found = {row["day"]: Counts(**{name: row[name] for name in NUMBERS}) for row in days}
    wrong = dict(faults)
    return WholeProvider(
        provider=_with_sums([reporter], *sums)[0],
        days=[(day, found.get(day, Counts())) for day in (today - timedelta(days=ago) for ago in range(MONTH))],
        credentials=credentials,
        alerts=sorted(alerts, key=lambda alert: alert.acknowledged_at is not None),
        refused=[
            Refused(at, call, code, sandbox, number, tuple(_plainly(wrong.get(request_id) or [])))
            for number, at, call, code, sandbox, request_id in refused
        ],
    )


def _plainly(faults: Iterable[dict[str, Any]]) -> Iterable[tuple[str, int, str]]:
    for one in faults:
        fault = Fault(str(one["path"]), int(one["line"]), str(one["rule"]), str(one.get("kind", "other")))
        yield subject_of(fault.path), fault.line, told(fault)
