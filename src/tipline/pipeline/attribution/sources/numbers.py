"""AS numbers as they are written."""

from __future__ import annotations

import re

_AS_NUMBER = re.compile(r"(?:AS)?([0-9]{1,10})", re.ASCII | re.IGNORECASE)


def as_number(text: str) -> int:
    """`24560` or `AS24560` (RFC 5396 asplain).

    Raises
    ------
    ValueError
        when it is none, or above 32 bits (RFC 6793).
    """
    found = _AS_NUMBER.fullmatch(text)
    if not found or int(found[1]) >= 1 << 32:
        raise ValueError(f"{text[:40]!r} is not an AS number")
    return int(found[1])
