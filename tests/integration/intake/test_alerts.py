"""What is loud: unknown elements and values from the first one on, and what changes over days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import person
from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotFoundError
from tipline.intake.doors import alerts, trends
from tipline.intake.doors.alerts import MOST_OPEN, OTHERS, acknowledge, watch
from tipline.intake.doors.calls import Exchange, Fault
from tipline.intake.doors.models import Alert, ProviderDay
from tipline.intake.doors.trends import watch_trends
from tipline.trust.accounts.models import Reporter, Role
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def reporter() -> Reporter:
    factories.standard_tree()
    return factories.provider()


def refused(reporter: Reporter, *faults: Fault, sandbox: bool = False, request_id: str = "1" * 32) -> Exchange:
    return Exchange(
        reporter=reporter, sandbox=sandbox, call="submit", run="", at=now(), status=422, code=4100, description="wrong",
        request_id=request_id, report_id=None, size_bytes=1, seconds=0.001, faults=faults,
    )  # fmt: skip


def element(path: str) -> Fault:
    return Fault(path, 3, "unknown element x; expected y", "unknown_element")


def rows() -> list[tuple[str, str, int]]:
    return list(Alert.objects.order_by("kind", "subject", "id").values_list("kind", "subject", "count"))


def test_the_same_place_is_one_alert_that_counts(reporter: Reporter) -> None:
    watch([refused(reporter, element("/report/victim[3]/x"), element("/report/victim[1]/x"))])
    watch(
        [refused(reporter, element("/report/victim/x"), request_id="2" * 32), refused(reporter, element("/report/y"))]
    )
    assert rows() == [("unknown_element", "/report/victim/x", 3), ("unknown_element", "/report/y", 1)]
    one = Alert.objects.get(subject="/report/victim/x")
    assert (one.request_id, one.first_at < one.last_at) == ("2" * 32, True)


def test_other_faults_the_sandbox_and_other_providers(reporter: Reporter) -> None:
    other = factories.provider("Clipwave")
    watch([
        refused(reporter, Fault("/report/x", 1, "too long"), Fault("", 1, "not XML", "malformed")),
        refused(reporter, element("/report/x"), sandbox=True),
        refused(other, element("/report/x")),
    ])  # fmt: skip
    assert list(Alert.objects.values_list("reporter_id", "subject")) == [(other.pk, "/report/x")]


def test_an_unknown_value_is_told_and_a_text_is_not(reporter: Reporter) -> None:
    watch([
        refused(reporter, Fault("/report/a", 1, "'New Kind' is not one of 'A'", "unknown_value")),
        refused(reporter, Fault("/report/b", 1, "'monsoon@mail.example' is not one of 'A'", "unknown_value")),
    ])  # fmt: skip
    assert dict(Alert.objects.values_list("subject", "detail")) == {
        "/report/a": "“New Kind” is not in the schema's list",
        "/report/b": "a value that is not shown is not in the schema's list",
    }


def test_a_lot_takes_two_statements(reporter: Reporter) -> None:
    lot = [refused(reporter, *(element(f"/report/e{n}") for n in range(20))) for _ in range(50)]
    with CaptureQueriesContext(connection) as queries:
        watch(lot)
        watch([refused(reporter)])
    assert len(queries) == 2
    assert Alert.objects.count() == 20


def test_a_client_that_makes_up_names_does_not_fill_the_page(reporter: Reporter) -> None:
    for start in range(0, 1000, 100):
        watch([refused(reporter, *(element(f"/report/e{n}") for n in range(start, start + 100)))])
    watch([refused(reporter, element("/report/e5"))])
    assert Alert.objects.count() == MOST_OPEN + 1
    assert Alert.objects.get(subject=OTHERS).count == 1000 - MOST_OPEN
    assert Alert.objects.get(subject="/report/e5").count == 2


def test_acknowledged_it_is_quiet_for_a_day_and_then_loud_again(reporter: Reporter) -> None:
    somebody = person("US-NCMEC", Role.ADMINISTRATOR)
    watch([refused(reporter, element("/report/x"))])
    one = Alert.objects.get()
    with pytest.raises(NotFoundError):
        acknowledge(one.pk, [reporter.pk + 1], somebody)
    acknowledge(one.pk, [reporter.pk], somebody)
    with pytest.raises(ConflictError):
        acknowledge(one.pk, [reporter.pk], somebody)
    assert Entry.objects.get(action="alert.acknowledged").detail == {"reporter": reporter.pk, "kind": "unknown_element"}
    watch([refused(reporter, element("/report/x"))])
    assert rows() == [("unknown_element", "/report/x", 2)]
    Alert.objects.update(acknowledged_at=now() - timedelta(hours=25))
    watch([refused(reporter, element("/report/x"))])
    assert rows() == [("unknown_element", "/report/x", 2), ("unknown_element", "/report/x", 1)]


# --- over days ------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    at = [NOON]
    monkeypatch.setattr(trends, "now", lambda: at[0])
    monkeypatch.setattr(alerts, "now", lambda: at[0])
    return at


def day(reporter: Reporter, ago: int, reports: int = 10, mean: int = 70, refused: int = 0) -> None:
    ProviderDay.objects.create(
        reporter=reporter, day=(NOON - timedelta(days=ago)).date(), calls=reports * 4, reports=reports, refused=refused,
        completeness_sum=mean * reports, completeness_count=reports,
    )  # fmt: skip


def days(reporter: Reporter, first: int, last: int, **what: Any) -> None:
    for ago in range(first, last + 1):
        day(reporter, ago, **what)


def loud() -> list[tuple[str, str, str, int]]:
    return list(Alert.objects.order_by("kind", "subject").values_list("kind", "subject", "detail", "count"))


def test_reports_that_say_less(reporter: Reporter, clock: list[datetime]) -> None:
    days(reporter, 0, 6, mean=60)
    days(reporter, 7, 34, mean=70)
    steady = factories.provider("Clipwave")
    days(steady, 0, 34, mean=65)
    assert watch_trends() == 1
    assert loud() == [
        ("completeness_fell", "the last 7 days", "completeness 60 of 100 (70 reports), 70 in the 28 days before", 1)
    ]


@pytest.mark.parametrize(("mean", "reports"), [(63, 10), (60, 4)])
def test_a_little_less_or_too_few_reports_are_not_loud(
    reporter: Reporter, clock: list[datetime], mean: int, reports: int
) -> None:
    days(reporter, 0, 6, mean=mean, reports=reports)
    days(reporter, 7, 34, mean=70)
    assert watch_trends() == 0


def test_a_release_that_lost_most_shows_on_the_same_day(reporter: Reporter, clock: list[datetime]) -> None:
    days(reporter, 0, 0, mean=45, reports=60)
    days(reporter, 1, 28, mean=70, reports=60)
    assert watch_trends() == 1
    assert loud()[0][:2] == ("completeness_fell", "today")


def test_more_refused_than_used_to_be(reporter: Reporter, clock: list[datetime]) -> None:
    days(reporter, 0, 6, refused=1)
    days(reporter, 7, 34, refused=0)
    assert watch_trends() == 0  # seven in all
    ProviderDay.objects.filter(day__gte="2026-11-19").update(refused=2)
    assert watch_trends() == 1
    assert loud() == [("refusals_rose", "the last 7 days", "17% refused (14 documents), 0.0% in the 28 days before", 1)]
    always = factories.provider("Clipwave")
    days(always, 0, 34, refused=2)  # as bad as ever: not a change
    assert watch_trends() == 1


def test_a_provider_that_stops(reporter: Reporter, clock: list[datetime]) -> None:
    days(reporter, 3, 30)
    seldom = factories.provider("Seldom")
    for ago in (5, 12, 19, 26):
        day(seldom, ago)
    off = factories.provider("Off")
    days(off, 3, 30)
    Reporter.objects.filter(pk=off.pk).update(active=False)
    assert watch_trends() == 1
    assert loud() == [
        ("silent", "the last 3 days", "no report for 3 days, after reports on 28 of the 28 days before", 1)
    ]
    day(reporter, 0, reports=0)  # it asks for the status still
    assert watch_trends() == 1
    ProviderDay.objects.filter(reporter=reporter, day=NOON.date()).update(reports=1)
    assert watch_trends() == 0


def test_the_hourly_job_counts_days_and_is_quiet_after_an_acknowledgement(
    reporter: Reporter, clock: list[datetime]
) -> None:
    days(reporter, 0, 6, mean=60)
    days(reporter, 7, 34, mean=70)
    for _ in range(3):
        watch_trends()
        clock[0] += timedelta(hours=1)
    assert loud()[0][3] == 1
    clock[0] += timedelta(days=1)
    watch_trends()
    assert loud()[0][3] == 2
    acknowledge(Alert.objects.get().pk, [reporter.pk], person("US-NCMEC", Role.ADMINISTRATOR))
    clock[0] += timedelta(days=1)
    watch_trends()
    assert (Alert.objects.count(), Alert.objects.filter(acknowledged_at__isnull=True).count()) == (1, 0)
    Alert.objects.update(acknowledged_at=clock[0] - timedelta(days=8))
    watch_trends()
    assert Alert.objects.count() == 2
