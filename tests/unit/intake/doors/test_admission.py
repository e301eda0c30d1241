"""Who is let in, and what a refusal says: no database is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tipline.core import limits
from tipline.intake.doors import admission, days
from tipline.intake.doors.admission import SANDBOX_RATE, Asked, ForeignNetworkError, TooManyError, admit
from tipline.intake.doors.days import Usage
from tipline.trust.accounts.models import Reporter
from tipline.trust.accounts.provider_limits import DEFAULT_RATE


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [100.0]
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: at[0]))
    admission.forget_all()
    return at


def used(monkeypatch: pytest.MonkeyPatch, reports: int = 0, size_bytes: int = 0) -> None:
    monkeypatch.setattr(days, "today", lambda reporter_id: Usage(reports, size_bytes))


def asked(call: str = "submit", address: str = "192.0.2.1", *, sandbox: bool = False, size: int = 0) -> Asked:
    return Asked(call, address, sandbox, size)


def refused(reporter: Reporter, what: Asked) -> float | None:
    """How long to wait, or None when it is let in."""
    try:
        admit(reporter, what)
    except TooManyError as error:
        return error.seconds
    return None


def test_without_limits_everybody_has_the_same_rate(clock: list[float]) -> None:
    reporter, other = Reporter(pk=1), Reporter(pk=2)
    for _ in range(int(DEFAULT_RATE.burst)):
        admit(reporter, asked("status"))
    assert refused(reporter, asked("status")) == pytest.approx(1 / DEFAULT_RATE.per_second)
    admit(other, asked("status"))  # nobody pays for another
    clock[0] += 1
    for _ in range(int(DEFAULT_RATE.per_second)):
        admit(reporter, asked("status"))
    assert refused(reporter, asked("status"))


def test_a_providers_own_rate_counts() -> None:
    reporter = Reporter(pk=1, calls_per_second=0.5, burst=2)
    assert [refused(reporter, asked("status")) for _ in range(3)] == [None, None, 2.0]
    with pytest.raises(TooManyError, match=r"0\.5 a second, 2 at once; try again in 2 s"):
        admit(reporter, asked("status"))


def test_the_sandbox_has_limits_of_its_own_and_no_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    used(monkeypatch, reports=99)
    reporter = Reporter(pk=1, calls_per_second=0.5, burst=1, reports_per_day=1, bytes_per_day=0)
    for _ in range(int(SANDBOX_RATE.burst)):
        admit(reporter, asked("submit", sandbox=True))
    assert refused(reporter, asked("submit", sandbox=True))
    admit(reporter, asked("status"))  # what was tried out does not count for real


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("192.0.2.7", True), ("2001:db8:5::1", True), ("198.51.100.1", False), ("unknown", False), ("", False)],
)
def test_only_from_the_networks_on_the_list(address: str, allowed: bool) -> None:
    reporter = Reporter(pk=1, networks=["192.0.2.0/24", "2001:db8::/32"], calls_per_second=1, burst=1)
    if allowed:
        admit(reporter, asked(address=address))
        return
    for sandbox in (False, True):
        with pytest.raises(ForeignNetworkError, match="ask the clearinghouse"):
            admit(reporter, asked(address=address, sandbox=sandbox))
    admit(reporter, asked(address="192.0.2.1"))  # a stranger's tries take nothing from the bucket


def test_the_days_quota_of_reports_refuses_new_ones_until_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "now", lambda: datetime(2026, 11, 25, 23, 59, 0, tzinfo=UTC))
    reporter = Reporter(pk=1, reports_per_day=10)
    used(monkeypatch, reports=9)
    assert refused(reporter, asked("submit")) is None
    used(monkeypatch, reports=10)
    assert [refused(reporter, asked(c)) for c in ("submit", "POST /api/v1/reports", "POST /api/v1/reports/batch")] == [
        60.0
    ] * 3
    # what is open can be finished
    assert [refused(reporter, asked(c)) for c in ("upload", "fileinfo", "finish", "retract", "status")] == [None] * 5


@pytest.mark.parametrize(
    ("before", "size", "allowed"), [(0, 100, True), (40, 60, True), (41, 60, False), (99, 0, True), (100, 0, False)]
)
def test_the_days_quota_of_bytes(monkeypatch: pytest.MonkeyPatch, before: int, size: int, allowed: bool) -> None:
    used(monkeypatch, size_bytes=before)
    reporter = Reporter(pk=1, bytes_per_day=100)
    assert (refused(reporter, asked("upload", size=size)) is None) == allowed
    assert refused(reporter, asked("submit", size=10**9)) is None
