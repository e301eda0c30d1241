"""Due times: shared out over the levels, told in time, escalated once, and over when somebody decides."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.factories import agency, drain
from tipline.core.clock import now
from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.referrals.models import DueNotice, Referral
from tipline.referrals.overdue import (
    DueNotices,
    acknowledge_overdue,
    due_soon,
    fill_in,
    raise_due,
    settle,
    unseen_overdue,
)
from tipline.referrals.overdue import notices as notices_counted
from tipline.referrals.services import accept
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import Scope, scope_of


def notices(desk: Agency, scope: Scope) -> DueNotices:
    """What a desk is told, counted as its page counts."""
    return notices_counted(desk, scope, unseen_overdue(desk).count(), due_soon(desk).count())


WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON")


@pytest.fixture
def report(db: None, tmp_path: Path) -> Report:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY[:3])
    report = factories.filed(factories.provider())
    drain()
    return report


@pytest.fixture
def officer(report: Report) -> User:
    return factories.person("IN-MH-JALGAON")


@pytest.fixture
def above(report: Report) -> User:
    return factories.person("IN-MH-CYBER")


def hop(report: Report) -> Referral:
    return Referral.objects.get(report=report, to_agency__code="IN-MH-JALGAON")


def test_each_level_has_its_share_of_fourteen_days(report: Report) -> None:
    report.refresh_from_db()
    days = [(r.due_at - report.received_at) / timedelta(days=1) for r in report.referrals.order_by("id") if r.due_at]
    assert days == sorted(days) and len(days) == 3
    assert 13.99 < days[-1] < 14.01 and not hop(report).urgent


def test_what_is_urgent_has_a_day(db: None, tmp_path: Path) -> None:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY[:3])
    report = factories.filed(factories.provider())
    Report.objects.filter(pk=report.pk).update(escalated=True)  # as the door writes what a provider asks
    drain()
    report.refresh_from_db()
    assert hop(report).urgent
    assert timedelta(hours=23) < hop(report).due_at - report.received_at <= timedelta(hours=24, minutes=1)  # type: ignore[operator]


def test_a_reminder_and_then_the_desk_above_each_once(report: Report, officer: User, above: User) -> None:
    jalgaon, state = agency("IN-MH-JALGAON"), agency("IN-MH-CYBER")
    assert raise_due() == 0
    assert raise_due(now() + timedelta(days=12)) == 1
    assert notices(jalgaon, scope_of(officer)).due_soon == 1
    late = now() + timedelta(days=15)
    assert raise_due(late) == 1
    assert raise_due(late) == 0
    assert settle(late) == 1  # the reminder
    told = notices(state, scope_of(above))
    assert [(one.notice.desk.code, one.visible) for one in told.overdue] == [("IN-MH-JALGAON", True)]
    assert Entry.objects.filter(action="referral.overdue", object_id=str(report.pk)).count() == 1
    number = told.overdue[0].notice.pk
    with pytest.raises(NotFoundError):
        acknowledge_overdue(officer, [number])
    with pytest.raises(NotPermittedError):
        acknowledge_overdue(factories.person("IN-MH-CYBER", Role.INVESTIGATOR), [number])
    assert acknowledge_overdue(above, [number]) == 1
    assert acknowledge_overdue(above, [number]) == 0
    assert notices(state, scope_of(above)).seen and not notices(state, scope_of(above)).overdue


def test_it_is_over_when_somebody_decides(report: Report, officer: User) -> None:
    raise_due(now() + timedelta(days=15))
    accept(officer, [report.pk])
    assert not DueNotice.objects.filter(ended_at=None).exists()
    assert raise_due(now() + timedelta(days=30)) == 0


def test_hops_of_before_get_their_due_time(report: Report) -> None:
    Referral.objects.update(due_at=None, remind_at=None)
    assert fill_in() == 1  # the live one
    assert hop(report).due_at is not None
    assert fill_in() == 0


def test_the_desk_shows_what_is_due_and_what_is_overdue_below(report: Report, officer: User, above: User) -> None:
    Referral.objects.filter(pk=hop(report).pk).update(
        due_at=now() - timedelta(hours=2, minutes=1), remind_at=now() - timedelta(days=2)
    )
    raise_due()
    own = factories.signed_in(officer).get("/desk/?due=over&sort=due").content.decode()
    assert "2 hours late" in own and f"/reports/{report.pk}/" in own
    assert f"/reports/{report.pk}/" not in factories.signed_in(officer).get("/desk/?due=soon").content.decode()
    client = factories.signed_in(above)
    page = client.get("/desk/").content.decode()
    assert "neither accepted it nor sent it on in time" in page
    number = DueNotice.objects.get().pk
    assert client.post("/desk/overdue/seen/", {"notice": number}).status_code == 302
    assert f"seen by {above.name}" in client.get("/desk/").content.decode()
