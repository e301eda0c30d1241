"""When a clock that starts at a moment runs out. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tipline.investigation.legal.clocks.definitions import Definition

# No office is closed for longer; a calendar that says so would otherwise be followed for ever.
MOST_CLOSED_DAYS = 60
LAST = datetime(9000, 1, 1, tzinfo=UTC)

IsOpen = Callable[[date], bool]


def due(definition: Definition, start: datetime, zone: ZoneInfo, is_open: IsOpen) -> datetime:
    """The moment at which the clock runs out, in UTC.

    Hours are hours. Days, months and years end at the same time by the desk's wall clock; where a month has no such day, on its
    last. `extended` moves an end on a closed day to the end of the next day that is open (General Clauses Act 1897 s.10); `working`
    counts open days only.
    """
    if start >= LAST:
        return start
    if definition.hours:
        end = start.astimezone(UTC) + timedelta(hours=definition.hours)
    else:
        local = start.astimezone(zone)
        end = _at(_last_day(definition, local.date(), is_open), local.time(), zone)
    return extended(end, zone, is_open) if definition.counting == "extended" else end


def extended(end: datetime, zone: ZoneInfo, is_open: IsOpen) -> datetime:
    """The end, or where it falls on a closed day the end of the next open one."""
    day = end.astimezone(zone).date()
    if is_open(day):
        return end
    for number in range(1, MOST_CLOSED_DAYS + 1):
        if is_open(day + timedelta(days=number)):
            return _at(day + timedelta(days=number), time(23, 59, 59), zone)
    return end


def _last_day(definition: Definition, first: date, is_open: IsOpen) -> date:
    if definition.counting == "working":
        return _open_days_after(first, definition.days, is_open)
    if definition.days:
        return first + timedelta(days=definition.days)
    months = first.month - 1 + definition.months + 12 * definition.years
    year, month = first.year + months // 12, months % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))


def _open_days_after(first: date, wanted: int, is_open: IsOpen) -> date:
    """The day on which so many open days have passed after the first, which is not counted."""
    day, counted, closed = first, 0, 0
    while counted < wanted:
        day += timedelta(days=1)
        if is_open(day) or closed >= MOST_CLOSED_DAYS:
            counted, closed = counted + 1, 0
        else:
            closed += 1
    return day


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
