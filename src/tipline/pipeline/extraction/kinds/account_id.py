"""A provider's own number for an account. Opaque: compared as written, within its platform."""

from __future__ import annotations


def normalise(text: str) -> str | None:
    """The number as written. Case can carry meaning in it, so it stays."""
    return text
