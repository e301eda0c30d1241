"""What forms of requests hand in, read: moments in the desk's zone, numbers, versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tipline.console.fields import FieldError
from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.investigation.process.services import Letter
from tipline.trust.agencies.models import Agency


def number(text: str) -> int:
    """The number of a row.

    Raises
    ------
    NotFoundError
        when it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFoundError("there is no such thing")
    return int(text)


def version(text: str) -> int:
    """The version that a form was made from. One that is no number was never handed out."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def moment(agency: Agency, text: str, field: str, what: str) -> datetime:
    """A moment that somebody typed, in the desk's zone.

    Raises
    ------
    FieldError
        when it is no moment.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise FieldError(field, f"give the day and time of {what}, as 2026-11-28T14:30") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(agency.timezone))


def end_of_day(agency: Agency, text: str, field: str) -> datetime | None:
    """The end of a day that somebody typed, in the desk's zone; None when nothing was.

    Raises
    ------
    FieldError
        when it is no day.
    """
    if not text.strip():
        return None
    try:
        day = datetime.fromisoformat(text.strip()).date()
    except ValueError as error:
        raise FieldError(field, "give the day until which it is kept as year-month-day, or leave it empty") from error
    return datetime.combine(day, time(23, 59), ZoneInfo(agency.timezone))


def letter(agency: Agency, given: Mapping[str, Any], what: str) -> Letter:
    """Of the fields `when`, `channel` and `reference`."""
    return Letter(
        moment(agency, given.get("when", ""), "when", what), given.get("channel", ""), given.get("reference", "")
    )


def now_at(agency: Agency) -> str:
    """The present minute as a form's field has it."""
    return at_minute(agency, now())


def at_minute(agency: Agency, at: datetime) -> str:
    """A moment as a form's field has it, in the desk's zone."""
    return f"{at.astimezone(ZoneInfo(agency.timezone)):%Y-%m-%dT%H:%M}"
