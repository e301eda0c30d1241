"""Office hours and leave: read from a file, kept as data, asked at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from django.db import transaction
from pydantic import AfterValidator, AwareDatetime, Field

from tipline.core.clock import now
from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, DeskCalendar
from tipline.trust.audit.services import Act, record

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# How far ahead the next opening is looked for: no desk is closed for longer and not on leave.
HORIZON_DAYS = 62


def _span(hours: tuple[str, str]) -> tuple[str, str]:
    if not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", one) for one in hours) or not hours[0] < hours[1]:
        raise ValueError(f"{hours[0]} to {hours[1]}: hours run from an earlier HH:MM to a later one, 24:00 at most")
    return hours


Span = Annotated[tuple[str, str], AfterValidator(_span)]


class CalendarFile(Strict):
    """What a calendar's file holds (docs/reference/desk-calendar.md)."""

    about: About
    weekly: dict[Day, Annotated[tuple[Span, ...], Field(max_length=6)]]
    closed_days: Annotated[tuple[date, ...], Field(max_length=400)] = ()
    out_until: AwareDatetime | None = None
    deputy: str | None = None
    duty_desk: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a desk is at work. Hours are those on the wall clock of its zone, also on days when clocks change.

    Parameters
    ----------
    weekly
        day → spans of (HH:MM, HH:MM), the end not included; 24:00 is the end of the day.
    """

    zone: ZoneInfo
    weekly: Mapping[str, tuple[tuple[str, str], ...]]
    closed_days: frozenset[date] = frozenset()
    out_until: datetime | None = None
    deputy_id: int | None = None
    duty_desk_id: int | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is at work at this moment."""
        if self.is_out(at):
            return False
        today = at.astimezone(self.zone).date()
        return any(start <= at < end for start, end in self._spans(today, 1))

    def is_out(self, at: datetime) -> bool:
        """Whether the desk is on leave at this moment."""
        return self.out_until is not None and at < self.out_until

    def opens_after(self, at: datetime) -> datetime | None:
        """The first moment from `at` on when the desk is at work, in UTC; None: not within two months."""
        earliest = max(at, self.out_until) if self.out_until else at
        for start, end in self._spans(earliest.astimezone(self.zone).date(), HORIZON_DAYS):
            if earliest < end:
                return max(earliest, start).astimezone(UTC)
        return None

    def _spans(self, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The spans of work of so many days, in order, in UTC."""
        for number in range(days):
            day = first + timedelta(days=number)
            if day in self.closed_days:
                continue
            for start, end in sorted(self.weekly.get(DAYS[day.weekday()], ())):
                yield self._moment(day, start), self._moment(day, end)

    def _moment(self, day: date, clock: str) -> datetime:
        if clock == "24:00":
            day, clock = day + timedelta(days=1), "00:00"
        # a time that the clock skips is read with the offset before the change (PEP 495, fold 0)
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)


def calendar_of(row: DeskCalendar) -> Calendar:
    """The calendar of a desk, out of its row; needs `row.agency`."""
    return Calendar(
        zone=ZoneInfo(row.agency.timezone),
        weekly={day: tuple((a, b) for a, b in spans) for day, spans in row.weekly.items()},
        closed_days=frozenset(date.fromisoformat(day) for day in row.closed_days),
        out_until=row.out_until,
        deputy_id=row.deputy_id,
        duty_desk_id=row.duty_desk_id,
    )


def calendars() -> dict[int, Calendar]:
    """Agency id → its calendar, of those that have one. One query."""
    return {row.agency_id: calendar_of(row) for row in DeskCalendar.objects.select_related("agency")}


def set_calendar(agency: Agency, path: Path, actor: Actor) -> DeskCalendar:
    """Set a desk's hours, leave, deputy and duty desk from a TOML file; what was set before is replaced.

    Raises
    ------
    InvalidInputError
        naming the file, the key and what is wrong.
    """
    file = load_toml(path, CalendarFile)
    for day, spans in file.weekly.items():
        for before, after in zip(sorted(spans), sorted(spans)[1:], strict=False):
            if after[0] < before[1]:
                raise InvalidInputError(
                    f"{path.name}, weekly.{day}: {before[0]}-{before[1]} and {after[0]}-{after[1]} overlap"
                )
    named = {key: _named(path, key, code) for key, code in (("deputy", file.deputy), ("duty_desk", file.duty_desk))}
    if named["deputy"] == agency:
        raise InvalidInputError(f"{path.name}, deputy: {agency.code} cannot stand in for itself")
    with transaction.atomic():
        row, _ = DeskCalendar.objects.update_or_create(
            agency=agency,
            defaults={
                "weekly": {day: [list(span) for span in sorted(spans)] for day, spans in file.weekly.items()},
                "closed_days": [day.isoformat() for day in sorted(set(file.closed_days))],
                "out_until": file.out_until,
                **named,
                "source": f"{file.about.title} {file.about.version}: {file.about.source}"[:300],
                "set_by": actor.label,
                "set_at": now(),
            },
        )
        record(actor, [Act("agency.calendar_set", "agency", agency.pk, {"version": file.about.version})])
    return row


def _named(path: Path, key: str, code: str | None) -> Agency | None:
    if code is None:
        return None
    found = Agency.objects.filter(code=code, active=True).first()
    if found is None:
        raise InvalidInputError(f"{path.name}, {key}: there is no active agency {code[:40]!r}")
    return found


def clear_calendar(agency: Agency, actor: Actor) -> None:
    """Take a desk's calendar away: it is at work at any time again.

    Raises
    ------
    NotFoundError
        when it has none.
    """
    with transaction.atomic():
        gone, _ = DeskCalendar.objects.filter(agency=agency).delete()
        if not gone:
            raise NotFoundError(f"{agency.code} has no calendar: it is at work at any time")
        record(actor, [Act("agency.calendar_cleared", "agency", agency.pk)])
