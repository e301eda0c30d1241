"""How an edition of a source is called."""

from __future__ import annotations

from datetime import date


def version_of(sha256: str, as_of: date | None) -> str:
    """Name of an edition: the beginning of its file's SHA-256, and the day it speaks of."""
    return f"{sha256[:12]} of {as_of.isoformat()}" if as_of else sha256[:12]
