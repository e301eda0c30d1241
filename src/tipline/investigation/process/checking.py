"""What every service of requests asks before it writes: plain words, days that can be, and whether the form is still true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.cases.models import Case
from tipline.investigation.process.models import Channel, EventKind, Request, RequestEvent

LONGEST_REFERENCE = 120
LONGEST_REMARK = 500
MOST_AT_ONCE = 500
# no controls and nothing that hides or reorders: a reference is typed off and looked up
_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069]+")


def reference_of(text: str, what: str = "the reference, as it stands in your own file") -> str:
    """A reference, stripped.

    Raises
    ------
    InvalidInputError
        when it is missing, too long, or has hidden characters.
    """
    text = text.strip()
    if not 0 < len(text) <= LONGEST_REFERENCE or not _PLAIN.fullmatch(text):
        raise InvalidInputError(f"give {what}: 1 to {LONGEST_REFERENCE} plain characters")
    return text


def remark_of(text: str, *, needed: str = "") -> str:
    """Free words, stripped. `needed`: what to ask for when there are none.

    Raises
    ------
    InvalidInputError
        when they are too long, or missing where they are needed.
    """
    text = text.replace("\x00", "").strip()
    if len(text) > LONGEST_REMARK:
        raise InvalidInputError(f"a remark has at most {LONGEST_REMARK} characters")
    if needed and not text:
        raise InvalidInputError(needed)
    return text


def channel_of(text: str) -> Channel:
    """The way that a letter went or came.

    Raises
    ------
    InvalidInputError
        for one that is not in the list.
    """
    if text not in Channel.values:
        raise InvalidInputError(f"say by which way it went: {', '.join(Channel.values)}")
    return Channel(text)


def moment_of(at: datetime, case: Case, *, after: datetime | None = None, what: str = "it") -> datetime:
    """A moment that an officer states, when it can be.

    Parameters
    ----------
    after
        what it cannot lie before; both are compared by the minute, as forms state them.

    Raises
    ------
    InvalidInputError
        for a moment to come, one before the case, or one before `after`.
    """
    zone = ZoneInfo(case.agency.timezone)
    if at > now():
        raise InvalidInputError(f"{what} cannot have happened in the future: check the day and the time")
    if at.astimezone(zone).date() < case.opened_at.astimezone(zone).date():
        raise InvalidInputError(
            f"{what} cannot have happened before the case was opened, on {case.opened_at.astimezone(zone):%d %b %Y}"
        )
    if after is not None and at < after.replace(second=0, microsecond=0):
        raise InvalidInputError(
            f"{what} cannot have happened before the request was sent, on {after.astimezone(zone):%d %b %Y %H:%M}"
        )
    return at


def locked(case: Case, seen: Mapping[int, int | None]) -> list[Request]:
    """Requests of a case, locked, as the asker saw them.

    Parameters
    ----------
    seen
        id → the version that the form was made from; None: whatever it is now.

    Raises
    ------
    NotFoundError
        when one of them is no request of this case.
    ConflictError
        when somebody changed one since.
    InvalidInputError
        for none, or too many.
    """
    if not seen:
        raise InvalidInputError("choose at least one request")
    if len(seen) > MOST_AT_ONCE:
        raise InvalidInputError(f"at most {MOST_AT_ONCE} requests at once")
    found = list(
        Request.objects.select_for_update(of=("self",), no_key=True)
        .filter(case=case, pk__in=[pk for pk in seen if 0 < pk < 2**63])
        .order_by("pk")
    )
    if len(found) != len(seen):
        raise NotFoundError("there is no such request in this case")
    stale = next((one for one in found if seen[one.pk] not in {None, one.version}), None)
    if stale is not None:
        last = RequestEvent.objects.filter(request=stale).select_related("person").order_by("-pk")[0]
        raise ConflictError(
            f"request {stale.own_reference} was changed while you looked at it: {last.person.name} noted"
            f" “{EventKind(last.kind).label.lower()}”. Look at it again"
        )
    return found
