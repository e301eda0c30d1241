"""Whether a provider that is known may make this call now: network, rate, quota. All from memory: a call costs no query.

Limits come with the provider, whom the door remembers for up to a minute (`cybertipline.credentials`), so a change is in force
a minute later at the latest. Rates are counted by each web process for itself; quotas are of the whole installation, to
within the seconds after which `days` knows what other processes took.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from tipline.core.addresses import within
from tipline.core.clock import now
from tipline.core.errors import TiplineError
from tipline.core.limits import Buckets, Rate
from tipline.intake.doors import days
from tipline.trust.accounts.models import Reporter
from tipline.trust.accounts.provider_limits import DEFAULT_RATE, limits_of

# The sandbox is for trying out: a person or one test run at a time, whatever the provider may do for real.
SANDBOX_RATE = Rate(per_second=20.0, burst=200)
# Calls that open reports, and those that bring files. What a quota refuses is something new: whatever is open can be finished.
OPENS = ("submit", "POST /api/v1/reports")
BRINGS = ("upload",)

_live = Buckets(DEFAULT_RATE.per_second, DEFAULT_RATE.burst)
_sandbox = Buckets(SANDBOX_RATE.per_second, SANDBOX_RATE.burst)


class NotAdmittedError(TiplineError):
    """The call is refused before it is read. The text names the limit."""


class ForeignNetworkError(NotAdmittedError):
    """It comes from a network that is not on the provider's list."""


class TooManyError(NotAdmittedError):
    """The rate or the quota is used up. `seconds`: when to try again."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as far as it is known before its body is read. `call` is the door's name for it; `size_bytes` as declared."""

    call: str
    address: str
    sandbox: bool
    size_bytes: int


def admit(reporter: Reporter, asked: Asked) -> None:
    """Let the call in, or say why not. Costs no query.

    Raises
    ------
    ForeignNetworkError, TooManyError
    """
    if reporter.networks and not within(asked.address, reporter.networks):
        raise ForeignNetworkError(
            f"these credentials are not to be used from {asked.address}: ask the clearinghouse to add your network"
        )
    if asked.sandbox:
        _within_rate(_sandbox, reporter.pk, SANDBOX_RATE, "in the sandbox")
        return
    _within_rate(_live, reporter.pk, limits_of(reporter).rate, "for these credentials")
    _within_quota(reporter, asked)


def _within_rate(buckets: Buckets, key: int, rate: Rate, whose: str) -> None:
    seconds = buckets.take(key, rate)
    if seconds:
        raise TooManyError(
            f"more calls than the limit {whose}: {rate}; try again in {max(1.0, seconds):.0f} s", seconds
        )


def _within_quota(reporter: Reporter, asked: Asked) -> None:
    reports, size_bytes = reporter.reports_per_day, reporter.bytes_per_day
    if reports is not None and asked.call.startswith(OPENS) and days.today(reporter.pk).reports >= reports:
        raise TooManyError(f"the day's quota of {reports} reports is used up; it begins anew at 00:00 UTC", _midnight())
    if size_bytes is not None and asked.call in BRINGS:
        used = days.today(reporter.pk).size_bytes
        if used >= size_bytes or used + asked.size_bytes > size_bytes:
            raise TooManyError(
                f"the day's quota of {size_bytes} bytes does not hold this file; it begins anew at 00:00 UTC",
                _midnight(),
            )


def _midnight() -> float:
    """Seconds until the next day begins (UTC)."""
    at = now()
    return (datetime.combine(at.date() + timedelta(days=1), time(), UTC) - at).total_seconds()


def forget_all() -> None:
    """Fill every bucket (tests)."""
    _live.forget_all()
    _sandbox.forget_all()
