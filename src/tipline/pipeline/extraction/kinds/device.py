"""A device id (IMEI, ICCID, advertising id, MAC): upper case, separators out. Its type is the scope."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s:.\-]+")


def normalise(text: str) -> str | None:
    """Upper case without blanks, colons, dots and hyphens; None when nothing is left."""
    return _SEPARATORS.sub("", text).upper() or None
