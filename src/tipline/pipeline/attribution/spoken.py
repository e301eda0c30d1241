"""From what the sources said to the answer of `places`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tipline.pipeline.attribution import places
from tipline.pipeline.attribution.sources.special_ranges import KIND as SPECIAL
from tipline.pipeline.attribution.statements import Statement

_KINDS = {"operator_ranges": "ranges"}
_MARKS = {"tor": "proxy", "relay": "proxy", "anonymous": "proxy"}


def answer(ip: str, statements: Sequence[Statement], *, possible_proxy: bool | None = None) -> places.Answer:
    """One answer out of what the sources said of an address."""
    said = [
        places.Statement(
            s.claim.source, _KINDS.get(s.claim.kind, s.claim.kind), s.found_by, s.claim.country, s.claim.state,
            s.claim.district, s.owner, tuple(_MARKS.get(f, f) for f in s.claim.flags),
            s.claim.as_of.isoformat() if s.claim.as_of else "",
        )
        for s in statements
    ]  # fmt: skip
    found = places.answer(ip, said, possible_proxy=possible_proxy)
    special = next((s for s in statements if s.claim.kind == SPECIAL), None)
    if special is None:
        return found
    why = f"{ip}: {special.claim.how}, in {special.found_by}. It is nobody's place; a person decides."
    return replace(found, explanation=why)
