"""When a row held, and when something was seen: as whole microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """Of an aware time."""
    return (at - _EPOCH) // _MICROSECOND


def moment(text: str, *, end: bool) -> datetime:
    """A day or an aware time; a day begins at midnight UTC, and as an end it is meant with all of it.

    Raises
    ------
    ValueError
        saying what is wrong with it.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        begins = datetime.combine(day, time(), UTC)
        return begins + timedelta(days=1) if end and day < date.max else begins
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is neither a day (2026-01-31) nor a time with its zone") from None
    if at.tzinfo is None:
        raise ValueError(f"{text[:40]!r} is a time without a zone; end it with Z or +05:30")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text[:40]!r} is not a time that can be meant") from None
