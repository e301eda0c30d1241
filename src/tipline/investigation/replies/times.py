"""Times as companies write them in replies: in a stated order of day and month, in a stated zone, or not read at all.

`05/06/2026` is two days. Which, is said by the layout or by the person who imports; nothing is guessed. A zone that stands in the
text itself wins; otherwise the layout's or the person's counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tipline.core.errors import InvalidInputError
from tipline.core.text import visible


class Dates(StrEnum):
    """In which order a date is written. A year in front or a month's name needs no saying."""

    UNSAID = ""
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    EPOCH = "epoch"  # seconds or milliseconds since 1970


_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
# what is written beside a time in India, the United States and on the wire
_NAMED = {"z": 0, "utc": 0, "gmt": 0, "ist": 330}
_SHAPE = re.compile(
    r"(?P<a>\d{1,4})(?P<sep>[-/. ])(?P<b>\d{1,2}|[A-Za-z]{3,9})(?P=sep)(?P<c>\d{1,4})"
    r"(?:(?:[T ,:]|, | - )\s*(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*\(?(?P<zone>Z|z|UTC|GMT|IST|utc|gmt|ist)?(?P<offset>[+-]\d{2}:?\d{2})?\)?",
    re.ASCII,
)
_EPOCH = re.compile(r"\d{9,13}(?:\.\d{1,6})?", re.ASCII)
_EARLIEST, _LATEST = 1990, 2100
MOST_KEPT = 50_000
_SECONDS = {f"{second:02}": timedelta(seconds=second) for second in range(60)}


class UnreadableTimeError(InvalidInputError):
    """The text is no time, or could be two."""


class NeedsSayingError(UnreadableTimeError):
    """It can be read as soon as a person says its zone, or which of day and month stands first."""


def zone_of(name: str) -> tzinfo:
    """A zone by its name, such as Asia/Kolkata or UTC.

    Raises
    ------
    InvalidInputError
        when there is none of that name.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInputError(
            f"there is no time zone {visible(name, 40)!r}; write it as Asia/Kolkata or UTC"
        ) from error


@dataclass(slots=True)
class Clock:
    """Reads times of one file.

    Parameters
    ----------
    zone
        of times that name none; None: such times are refused.
    """

    dates: Dates = Dates.UNSAID
    zone: tzinfo | None = None
    # what was read to the minute: of a hundred thousand sessions most share theirs
    _minutes: dict[tuple[str | None, ...], datetime] = field(default_factory=dict)
    # the same by the text before the two digits of the second, when these end it
    _beginnings: dict[str, datetime] = field(default_factory=dict)

    def read(self, text: str) -> datetime:
        """The time in UTC.

        Raises
        ------
        UnreadableTimeError
            saying what about it is not clear.
        """
        if self.dates == Dates.EPOCH:
            return _since_1970(text)
        minute_begun = self._beginnings.get(text[:-2])
        if minute_begun is not None and (lasted := _SECONDS.get(text[-2:])) is not None:
            return minute_begun + lasted
        found = _SHAPE.fullmatch(text.strip())
        if found is None:
            raise UnreadableTimeError(f"{visible(text, 40)!r} is not read as a time")
        a, _, b, c, hour, minute, second, fraction, half, zone, offset = found.groups()
        key = (a, b, c, hour, minute, half, zone, offset)
        at = self._minutes.get(key)
        if at is None:
            at = self._to_the_minute(key, text)
            if len(self._minutes) < MOST_KEPT:
                self._minutes[key] = at
        if found.end("s") == len(text) and len(self._beginnings) < MOST_KEPT:
            self._beginnings[text[:-2]] = at
        seconds = int(second or 0)
        if seconds > 59:
            raise UnreadableTimeError(f"{visible(text, 40)!r} is no time that there was")
        return at + timedelta(seconds=seconds, microseconds=int((fraction or "0").ljust(6, "0")[:6]))

    def _to_the_minute(self, key: tuple[str | None, ...], text: str) -> datetime:
        a, b, c, hour, minute, half, named, offset = key
        year, month, day = self._date(a or "", b or "", c or "", text)
        if hour is None:
            raise UnreadableTimeError(f"{visible(text, 40)!r} is a day without a time of day")
        zone = _stated(named, offset) or self.zone
        if zone is None:
            raise NeedsSayingError(f"{visible(text, 40)!r} names no time zone: say which one it is in")
        try:
            local = datetime(year, month, day, _hour(hour, half, text), int(minute or 0), tzinfo=zone)
            at = local.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise UnreadableTimeError(f"{visible(text, 40)!r} is no time that there was") from error
        # where clocks are changed the two readings of a local time differ (PEP 495): it never was, or it was twice
        if local.replace(fold=1).utcoffset() != local.utcoffset():
            never = at.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)
            why = "was left out when clocks went forward" if never else "came twice when clocks went back"
            raise UnreadableTimeError(f"{visible(text, 40)!r} {why}")
        return at

    def _date(self, a: str, b: str, c: str, text: str) -> tuple[int, int, int]:
        if len(a) == 4:
            year, month, day = int(a), _month(b, text), int(c)
        elif not b.isdigit():
            year, month, day = int(c), _month(b, text), int(a)
        elif self.dates == Dates.DAY_FIRST:
            year, month, day = int(c), int(b), int(a)
        elif self.dates == Dates.MONTH_FIRST:
            year, month, day = int(c), int(a), int(b)
        else:
            raise NeedsSayingError(f"{visible(text, 40)!r}: day and month cannot be told apart; say which stands first")
        if len(a) != 4 and len(c) == 2:
            year += 2000
        if not _EARLIEST <= year <= _LATEST:
            raise UnreadableTimeError(f"{visible(text, 40)!r} is not of a year from {_EARLIEST} to {_LATEST}")
        return year, month, day


def _month(text: str, whole: str) -> int:
    number = int(text) if text.isdigit() else _MONTHS.get(text[:3].lower(), 0)
    if not 1 <= number <= 12:
        raise UnreadableTimeError(f"{visible(whole, 40)!r} has no month from 1 to 12")
    return number


def _hour(text: str | None, half: str | None, whole: str) -> int:
    hour = int(text or 0)
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise UnreadableTimeError(f"{visible(whole, 40)!r} has no hour from 1 to 12")
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _stated(name: str | None, offset: str | None) -> tzinfo | None:
    if offset:
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        if minutes > 14 * 60 or int(offset[-2:]) > 59:
            raise UnreadableTimeError(f"{offset} is no offset of a time zone")
        return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    return timezone(timedelta(minutes=_NAMED[name.lower()])) if name else None


def _since_1970(text: str) -> datetime:
    if not _EPOCH.fullmatch(text.strip()):
        raise UnreadableTimeError(f"{visible(text, 40)!r} is no number of seconds since 1970")
    number = float(text)
    at = datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC)
    if not _EARLIEST <= at.year <= _LATEST:
        raise UnreadableTimeError(f"{visible(text, 40)!r} is not of a year from {_EARLIEST} to {_LATEST}")
    return at
