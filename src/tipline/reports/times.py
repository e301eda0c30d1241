"""Times as providers write them.

Real traffic writes `2026-01-05T10:15:00Z`, offsets, fractions of any length, or no zone at all. The text is always
kept; a time without a zone is read as UTC, and the reading says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

_SHAPE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|z|[+-]\d\d:?\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time as read from text: `at` in UTC, or None when the text is no time; `zone_stated` is whether it named one."""

    at: datetime | None
    zone_stated: bool


def read_time(text: str) -> StatedTime:
    """Read an xs:dateTime. Never raises: what cannot be read, such as 30 February, comes back with `at` None."""
    match = _SHAPE.fullmatch(text.strip())
    if not match:
        return StatedTime(None, False)
    year, month, day, hour, minute = (int(part) for part in match.group(1, 2, 3, 4, 5))
    second = int(match[6] or 0)
    micro = int(((match[7] or "") + "000000")[:6])
    zone = match[8]
    # xs:dateTime writes midnight at the end of a day as 24:00:00
    carry = timedelta(days=1) if (hour, minute, second, micro) == (24, 0, 0, 0) else timedelta()
    if carry:
        hour = 0
    offset = UTC if not zone or zone in "Zz" else _offset(zone)
    if offset is None:
        return StatedTime(None, False)
    try:
        at = datetime(year, month, day, hour, minute, second, micro, offset).astimezone(UTC) + carry
    except (ValueError, OverflowError):
        return StatedTime(None, False)
    return StatedTime(at, bool(zone))


def _offset(text: str) -> timezone | None:
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59 or 60 * hours + minutes > 14 * 60:  # xs:dateTime allows -14:00 to +14:00
        return None
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
