"""What a provider may do at the door: its rate, its quotas of a day, and the networks that it calls from."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypedDict, Unpack

from django.db import transaction

from tipline.core.addresses import read_networks
from tipline.core.errors import InvalidInputError
from tipline.core.limits import Rate
from tipline.trust.accounts.models import Reporter
from tipline.trust.accounts.providers import locked_reporter
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

# What everybody gets. A report is about four calls, so a backlog of 100,000 is filed in 34 minutes, and a burst holds 250
# reports; the world's 99,200 reports a day come to less than five calls a second. It stops a client that has run wild,
# not one that is busy: who needs more is given more.
DEFAULT_RATE = Rate(per_second=200.0, burst=1000)
MOST_CALLS_PER_SECOND = 100_000.0
MOST_BURST = 1_000_000
MOST_REPORTS = 2**31 - 1
MOST_BYTES = 2**53 - 1
MOST_NETWORKS = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one provider. None: the default of the rate, and no quota; no networks: from everywhere."""

    calls_per_second: float | None = None
    burst: int | None = None
    reports_per_day: int | None = None
    bytes_per_day: int | None = None
    networks: tuple[str, ...] = ()

    @property
    def rate(self) -> Rate:
        """The token bucket that these come to."""
        return Rate(
            DEFAULT_RATE.per_second if self.calls_per_second is None else self.calls_per_second,
            DEFAULT_RATE.burst if self.burst is None else self.burst,
        )


class LimitChanges(TypedDict, total=False):
    """Of `Limits` those that are to change."""

    calls_per_second: float | None
    burst: int | None
    reports_per_day: int | None
    bytes_per_day: int | None
    networks: tuple[str, ...]


def limits_of(reporter: Reporter) -> Limits:
    """What stands at the provider."""
    return Limits(
        reporter.calls_per_second, reporter.burst, reporter.reports_per_day, reporter.bytes_per_day,
        tuple(reporter.networks),
    )  # fmt: skip


@transaction.atomic
def set_limits(username: str, actor: Actor, **changes: Unpack[LimitChanges]) -> Limits:
    """Change a provider's limits; what is not named stays. Returns what stands then. The doors know it within a minute.

    Raises
    ------
    NotFoundError
        when there is no such provider.
    InvalidInputError
        naming the limit that cannot be, or the network that is none.
    """
    reporter = locked_reporter(username)
    before = limits_of(reporter)
    after = _checked(replace(before, **changes))
    if after == before:
        return after
    for name, value in asdict(after).items():
        setattr(reporter, name, list(value) if name == "networks" else value)
    reporter.save(update_fields=[field.name for field in fields(Limits)])
    record(actor, [Act("reporter.limited", "reporter", reporter.pk, _difference(before, after))])
    return after


def _checked(limits: Limits) -> Limits:
    rate = limits.calls_per_second
    if rate is not None and not (math.isfinite(rate) and 0.01 <= rate <= MOST_CALLS_PER_SECOND):
        raise InvalidInputError(f"calls per second: 0.01 to {MOST_CALLS_PER_SECOND:.0f}")
    for name, value, least, most in (
        ("burst", limits.burst, 1, MOST_BURST),
        ("reports per day", limits.reports_per_day, 0, MOST_REPORTS),
        ("bytes per day", limits.bytes_per_day, 0, MOST_BYTES),
    ):
        if value is not None and not least <= value <= most:
            raise InvalidInputError(f"{name}: {least} to {most}")
    return replace(limits, networks=tuple(read_networks(limits.networks, MOST_NETWORKS)))


def _difference(before: Limits, after: Limits) -> dict[str, Any]:
    """What changed, as the log holds it: before and after by name. A rate is written out, since the log has no fractions."""
    old, new = asdict(before), asdict(after)
    return {name: {"before": _told(old[name]), "after": _told(new[name])} for name in old if old[name] != new[name]}


def _told(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:g}"
    return list(value) if isinstance(value, tuple) else value
