"""Looking up addresses by hand: what was typed is read strictly, kept as received, and never guessed at."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.fusion import attribute
from tipline.pipeline.attribution.models import Source
from tipline.pipeline.attribution.sources import ask
from tipline.pipeline.attribution.sources.times import EARLIEST

_AHEAD = timedelta(minutes=10)  # how far clocks may differ


def read_address(text: str) -> str:
    """The canonical text (RFC 5952) of an address; an IPv4-mapped one is its IPv4 address.

    Raises
    ------
    InvalidInputError
        naming it as it was received.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        why = ": some read leading zeros as octal, others do not" if re.search(r"(^|\.)0[0-9]", text) else ""
        raise InvalidInputError(f"{text[:100]!r} is not an IP address{why}") from error
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            raise InvalidInputError(f"{text[:100]!r} has a zone, which means something on one machine only")
        address = address.ipv4_mapped or address
    return str(address)


def read_time(text: str) -> datetime:
    """When an address was seen.

    Raises
    ------
    InvalidInputError
        for what is no time, has no zone, lies before 1990 or in the future.
    """
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"{text[:60]!r} is not a time; write 2026-01-31T18:30:00+05:30") from error
    if at.tzinfo is None:
        raise InvalidInputError(f"{text[:60]!r} has no zone: end it with Z or +05:30; it is not guessed")
    if at < EARLIEST:
        raise InvalidInputError(f"{text[:60]!r} is before 1990")
    if at > now() + _AHEAD:
        raise InvalidInputError(f"{text[:60]!r} is in the future")
    return at


def read_port(number: int) -> int:
    """A port.

    Raises
    ------
    InvalidInputError
        when it is none.
    """
    if not 1 <= number <= 65535:
        raise InvalidInputError(f"{number} is not a port: ports are 1 to 65535")
    return number


def look_up(texts: Sequence[str], at: datetime | None = None, port: int | None = None) -> list[dict[str, Any]]:
    """What would be attributed to each, as JSON has it; one that cannot be read has `ip` and `error` alone."""
    found: list[dict[str, Any]] = []
    asked: list[tuple[str, datetime | None]] = []
    for text in texts:
        try:
            asked.append((read_address(text), at))
            found.append({"ip": text})
        except InvalidInputError as error:
            found.append({"ip": text, "error": str(error)})
    said = ask(asked)
    credit = dict(Source.objects.filter(active=True).exclude(credit="").values_list("name", "credit"))
    for number, document in enumerate(one for one in found if "error" not in one):
        statements = said.statements(number)
        made = attribute(asked[number][0], at, port, statements)
        document |= {
            **made.as_data(),
            "at": at.isoformat() if at else None, "port": port,
            "versions": {s.claim.source: s.claim.version for s in statements},
            "credit": list(dict.fromkeys(credit[s.claim.source] for s in statements if s.claim.source in credit)),
        }  # fmt: skip
    return found
