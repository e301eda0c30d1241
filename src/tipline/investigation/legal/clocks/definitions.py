"""Clocks and holidays as data: what starts a clock, how long it runs, what ends it, what happens when it runs out, and who says so.

The files that come with Tipline lie in `data/`, one of clocks and one of holidays a country. An installation adds its own by
`tipline clock import`: what it defines under an id counts instead of what comes with Tipline under that id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml

DATA = Path(__file__).parent / "data"

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
# What can happen, and in words. A definition that waits for anything else would wait for ever, so that it is refused when it is read.
EVENTS = {
    "case.opened": "the case is opened",
    "case.preliminary_permitted": "the preliminary enquiry is permitted",
    "case.fir_registered": "the FIR is registered",
    "case.transferred": "the case is transferred",
    "case.closed": "the case is closed",
    "request.sent.preservation": "a preservation is sent",
    "request.sent.production": "an order to produce is sent",
    "request.sent.assistance": "an order for assistance within 72 hours is sent",
    "request.sent.emergency": "a request for emergency disclosure is sent",
    "request.sent.mlat": "a letter of request (MLAT) is sent",
    "request.replied": "the reply is noted",
    "request.closed": "the request is closed",
    "preservation.confirmed": "the holder confirms the preservation",
    "child.known": "a child is known",
    "child.cwc_notified": "the Child Welfare Committee is told",
    "child.court_notified": "the Special Court is told",
    "outcome.recorded": "an outcome is recorded",
}
Event = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=60)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
# running: every hour counts. extended: the same, and where the last day is closed, to the end of the next that is not.
# working: only days on which the desk is at work count.
Counting = Literal["running", "extended", "working"]


class Definition(Strict):
    """One clock.

    Parameters
    ----------
    starts, ends
        events; none in `ends`: only a person ends it.
    hours, days, months, years
        its length: exactly one of them.
    counts_from
        the event, or when the first report of the case was received at the clearinghouse's door.
    warn_hours
        how long before its end it warns.
    by_law
        a section binds; otherwise it is practice, which a desk may set for itself.
    pausable
        whether a person may stop it for a while, with a reason. The law's own clocks mostly cannot be.
    """

    id: Key
    label: Line
    starts: Event
    ends: tuple[Event, ...] = ()
    hours: Annotated[int, Field(ge=0, le=100_000)] = 0
    days: Annotated[int, Field(ge=0, le=5_000)] = 0
    months: Annotated[int, Field(ge=0, le=600)] = 0
    years: Annotated[int, Field(ge=0, le=50)] = 0
    counting: Counting = "running"
    counts_from: Literal["event", "first_report_received"] = "event"
    warn_hours: Annotated[int, Field(ge=0, le=20_000)]
    consequence: Line
    law: Line
    by_law: bool
    pausable: bool = False
    source: Line
    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]

    @model_validator(mode="after")
    def _sound(self) -> Definition:
        if sum(bool(length) for length in (self.hours, self.days, self.months, self.years)) != 1:
            raise ValueError(f"{self.id}: a clock has one length: hours, days, months or years")
        if self.counting == "working" and not self.days:
            raise ValueError(f"{self.id}: only days can be working days")
        unknown = sorted({self.starts, *self.ends} - EVENTS.keys())
        if unknown:
            raise ValueError(f"{self.id}: nothing ever says {unknown[0]!r}")
        return self

    @property
    def span(self) -> str:
        """Its length in words."""
        for number, unit in ((self.hours, "hour"), (self.days, "day"), (self.months, "month"), (self.years, "year")):
            if number:
                word = f"working {unit}" if self.counting == "working" else unit
                return f"{number} {word}{'' if number == 1 else 's'}"
        return ""


class ClockFile(Strict):
    """The clocks of a country."""

    about: About
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    clocks: Annotated[tuple[Definition, ...], Field(max_length=500)]

    @model_validator(mode="after")
    def _ids_once(self) -> ClockFile:
        ids = [one.id for one in self.clocks]
        if len(set(ids)) != len(ids):
            raise ValueError("a clock's id stands twice")
        return self


class Holiday(Strict):
    """A day on which offices are closed: every year on the same day (`every`, MM-DD), or on one day (`on`). No states: everywhere."""

    name: Line
    every: Annotated[str, Field(pattern=r"^(0\d|1[0-2])-[0-3]\d$")] | None = None
    on: date | None = None
    states: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _one_day(self) -> Holiday:
        if bool(self.every) == bool(self.on):
            raise ValueError(f"{self.name}: a holiday is either every year or on one day")
        if self.every:
            date.fromisoformat(f"2024-{self.every}")  # a leap year: 02-29 is a day
        return self

    def falls_on(self, day: date) -> bool:
        """Whether that day is this holiday."""
        return day == self.on if self.on else f"{day:%m-%d}" == self.every


class HolidayFile(Strict):
    """The holidays of a country and of its states."""

    about: About
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    holidays: Annotated[tuple[Holiday, ...], Field(max_length=5_000)]


@dataclass(frozen=True, slots=True)
class Rules:
    """What is in force in a country: every definition by its id with the file it stands in, and the holidays."""

    definitions: dict[str, tuple[Definition, str]]
    holidays: tuple[Holiday, ...]

    def closed_days(self, state: str, first: date, days: int) -> frozenset[date]:
        """The holidays of a state, or of the country where it is empty, from a day on."""
        mine = [h for h in self.holidays if not h.states or state in h.states]
        span = (first + timedelta(days=number) for number in range(days))
        return frozenset(day for day in span if any(h.falls_on(day) for h in mine))


def rules_of(clocks: Sequence[ClockFile], holidays: Iterable[HolidayFile]) -> Rules:
    """What is in force out of files, the first that defines an id counting."""
    definitions: dict[str, tuple[Definition, str]] = {}
    for file in clocks:
        for one in file.clocks:
            definitions.setdefault(one.id, (one, f"{file.about.title} {file.about.version}"))
    return Rules(definitions, tuple(h for file in holidays for h in file.holidays))


@lru_cache(maxsize=16)
def standard(country: str) -> tuple[tuple[ClockFile, ...], tuple[HolidayFile, ...]]:
    """The files that come with Tipline for a country; none where there is no file yet."""
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        return (), ()
    clocks, holidays = DATA / f"{country}.toml", DATA / f"holidays_{country}.toml"
    return (
        (load_toml(clocks, ClockFile),) if clocks.is_file() else (),
        (load_toml(holidays, HolidayFile),) if holidays.is_file() else (),
    )
