"""data/due_times.toml: by when a desk should be done with a report, and when it is reminded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.trust.agencies.calendars import Calendar
from tipline.trust.agencies.models import AgencyKind

Percent = Annotated[int, Field(ge=1, le=100)]
_DOWN = (AgencyKind.CLEARINGHOUSE, AgencyKind.NATIONAL, AgencyKind.STATE, AgencyKind.DISTRICT)


class DueTime(Strict):
    """The time of one sort of report, in all and by level."""

    total_hours: Annotated[int, Field(ge=1, le=24 * 366)]
    least_hours: Annotated[int, Field(ge=1, le=24 * 31)]
    remind: Annotated[int, Field(ge=1, le=99)]
    calendars: bool
    share: Mapping[AgencyKind, Percent]

    @model_validator(mode="after")
    def _whole(self) -> DueTime:
        if set(self.share) != set(_DOWN):
            raise ValueError("share: every level has one")
        shares = [self.share[level] for level in _DOWN]
        if any(below <= above for above, below in pairwise(shares)) or shares[-1] != 100:
            raise ValueError("share: it grows from level to level, to 100")
        if self.least_hours > self.total_hours:
            raise ValueError("least_hours: no more than the total")
        return self


class DueTimes(Strict):
    """Of what is urgent, and of everything else."""

    about: About
    urgent: DueTime
    ordinary: DueTime

    @model_validator(mode="after")
    def _urgent_never_rests(self) -> DueTimes:
        if self.urgent.calendars:
            raise ValueError("urgent.calendars: what is urgent does not wait for office hours")
        return self


# Read when the code is loaded: a wrong file stops the start.
DUE_TIMES = load_toml(Path(__file__).parent / "data" / "due_times.toml", DueTimes)


@dataclass(frozen=True, slots=True)
class Due:
    """When a desk should be done with a report, and when it is reminded of that."""

    due_at: datetime
    remind_at: datetime


def due(level: str, received_at: datetime, came_at: datetime, *, urgent: bool, calendar: Calendar | None = None) -> Due:
    """The due time of a report on a desk.

    Parameters
    ----------
    level
        of the desk, an `AgencyKind`.
    received_at
        when the report came in by the clearinghouse's door.
    came_at
        when it came to this desk. A desk is not to pay for what those above it lost: it has `least_hours` in any case.
    """
    time = DUE_TIMES.urgent if urgent else DUE_TIMES.ordinary
    total, least = timedelta(hours=time.total_hours), timedelta(hours=time.least_hours)
    end = max(received_at + total * time.share[AgencyKind(level)] / 100, came_at + least)
    remind = came_at + (end - came_at) * time.remind / 100
    if time.calendars and calendar is not None:
        end, remind = _open(calendar, end), _open(calendar, remind)
    return Due(end, min(remind, end))


def _open(calendar: Calendar, at: datetime) -> datetime:
    """The moment itself, or when the desk opens next; a desk that stays closed for months gains nothing by it."""
    return at if calendar.is_open(at) else calendar.opens_after(at) or at
