"""Times that reports are of: weeks from Monday, months, quarters, half-years and years, as days of an agency's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tipline.core.errors import InvalidInputError
from tipline.statistics.publishing.models import Rhythm

MOST_MADE_UP_FOR = 60


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to before `after`."""

    first: date
    after: date

    @property
    def months(self) -> tuple[date, date]:
        """The first days of its first month and of the month after its last."""
        return self.first.replace(day=1), months_on((self.after - timedelta(days=1)).replace(day=1), 1)

    @property
    def text(self) -> str:
        """As people read it, the last day named."""
        return f"{self.first:%d %b %Y} to {self.after - timedelta(days=1):%d %b %Y}"


def months_on(first: date, number: int) -> date:
    """The first day of a month that is so many months later, or earlier."""
    whole = first.year * 12 + first.month - 1 + number
    return date(whole // 12, whole % 12 + 1, 1)


def period_with(rhythm: Rhythm, day: date) -> Period:
    """The week, month or quarter that a day is in."""
    if rhythm == Rhythm.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=7))
    first = day.replace(day=1)
    if rhythm == Rhythm.MONTHLY:
        return Period(first, months_on(first, 1))
    first = first.replace(month=(first.month - 1) // 3 * 3 + 1)
    return Period(first, months_on(first, 3))


def ended(rhythm: Rhythm, first_day: date, today: date) -> list[Period]:
    """The periods that are over, from the one that `first_day` is in; of very many the newest."""
    found, at = [], period_with(rhythm, first_day)
    while at.after <= today:
        found.append(at)
        at = period_with(rhythm, at.after)
    return found[-MOST_MADE_UP_FOR:]


def year_or_half(text: str) -> Period:
    """The time of a transparency report: `2026`, `2026-H1` or `2026-H2`.

    Raises
    ------
    InvalidInputError
        when it is none of these.
    """
    year, _, half = text.strip().partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and year > "1999" and half in {"", "H1", "H2"}):
        raise InvalidInputError("the time is a year such as 2026, or a half-year such as 2026-H1")
    first = date(int(year), 7 if half == "H2" else 1, 1)
    return Period(first, months_on(first, 6 if half else 12))
