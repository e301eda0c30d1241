"""Which network an attribution names: its AS number, or its owner's text. The one place that knows what attributions look like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_AS_NUMBER = re.compile(r"AS(\d{1,10})\b", re.IGNORECASE)
_MOST = 4_294_967_295


def network_of(stated_asn: Any, owner: str, sources: Sequence[Mapping[str, Any]]) -> tuple[int | None, str]:
    """The AS number and the owner's text, each as far as anybody says it.

    Parameters
    ----------
    stated_asn
        the attribution's own, which stands before those of its sources.
    owner
        may begin with an AS number itself, as some MMDB files write it: `AS64500 Example Broadband`.
    """
    for given in (stated_asn, *(source.get("asn") for source in sources)):
        asn = _number(given)
        if asn is not None:
            return asn, owner
    return _number(owner.partition(" ")[0]), owner


def _number(given: Any) -> int | None:
    """An AS number as 64500, "64500" or "AS64500"."""
    text = str(given or "").strip()
    found = _AS_NUMBER.fullmatch(text)
    digits = found[1] if found else text
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        return None
    return int(digits) if 0 < int(digits) <= _MOST else None


def country_of(country: str, sources: Sequence[Mapping[str, Any]], *, abstained: bool) -> str:
    """The country whose rules hold: of an attribution that abstained only if every source that names one names the same."""
    if not abstained:
        return country
    named = {str(source["country"]) for source in sources if source.get("country")}
    return country if named == {country} else ""
