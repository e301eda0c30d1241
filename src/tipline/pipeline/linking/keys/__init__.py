"""Linking keys: where reports meet, beside what each of them states.

A key is an identifier itself, in the form that its provider or platform says is the same account: the record keeps what was stated, and
no screen shows a key in its place. Two identifiers have one key only where a rule of the data files says that they are equal.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from tipline.pipeline.linking.keys import email, handle, url
from tipline.pipeline.linking.strengths import Place
from tipline.reports.models import IdentifierKind

UNREADABLE = "unreadable"  # the scope in which extraction keeps a text that is not of its kind


class Meeting(NamedTuple):
    """An identifier at which reports meet, and the sort of place it is."""

    kind: str
    scope: str
    value: str
    place: Place


@lru_cache(maxsize=65_536)
def meetings(kind: str, scope: str, value: str) -> tuple[Meeting, ...]:
    """Where reports with this identifier meet, the surest first; none for an IP address, which says nothing without port and minute."""
    if scope == UNREADABLE:
        return (Meeting(kind, scope, value, "unreadable"),)
    match kind:
        case IdentifierKind.IP:
            return ()
        case IdentifierKind.EMAIL:
            return (Meeting(kind, scope, email.key(value), "stated"),)
        case IdentifierKind.HANDLE:
            return _handle(scope, value)
        case IdentifierKind.URL:
            profile = url.profile(value)
            if profile is not None:
                return _handle(*profile)
            return (Meeting(kind, scope, url.key(value), "stated"),)
        case IdentifierKind.ACCOUNT_ID:
            # a number without its platform is many platforms' number
            return (Meeting(kind, scope, value, "platform"),) if scope else ()
        case _:
            return (Meeting(kind, scope, value, "stated"),)


def _handle(scope: str, value: str) -> tuple[Meeting, ...]:
    kind = str(IdentifierKind.HANDLE)
    across = Meeting(kind, "", value, "any")
    if not scope:
        return (across,)
    return (Meeting(kind, *handle.key(scope, value), "platform"), across)


def at_minute(ip: str, port: int, at: datetime) -> Meeting:
    """An address with its port, in one minute (UTC): one connection. An address and a minute without a port is a whole network's."""
    minute = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return Meeting(str(IdentifierKind.IP), "port and minute", f"{ipaddress.ip_address(ip)} {port} {minute}", "minute")
