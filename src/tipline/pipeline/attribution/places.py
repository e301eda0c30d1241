"""What a source says of an address, and how several sayings become one answer.

The model (version 1), from the design: operator ranges speak first; agreement raises, disagreement lowers; a marked
address (CGNAT, hosting, proxy, anycast) names no district; under the floor it abstains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

# How far a source is believed for the most precise place it names. An operator's own table is a statement by somebody
# who can be asked; a public geolocation file is an estimate, at district level often of the network's head office.
TRUST = {
    "ranges": {"district": 0.95, "state": 0.95, "country": 0.97},
    "mmdb": {"district": 0.5, "state": 0.7, "country": 0.9},
}
FLOOR = 0.6
AGREEMENT_BONUS = 0.5  # of the remaining doubt
# Marks that break the tie between an address and a place, and the factor by which confidence falls.
MARKS = {
    "cgnat": 0.8,
    "mobile": 0.8,
    "shared": 0.8,
    "hosting": 0.4,
    "proxy": 0.4,
    "vpn": 0.4,
    "anycast": 0.4,
    "satellite": 0.5,
}
_LEVELS = ("country", "state", "district")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of one address."""

    source: str
    kind: str
    network: str
    country: str
    state: str = ""
    district: str = ""
    owner: str = ""
    flags: tuple[str, ...] = ()
    as_of: str = ""

    @property
    def level(self) -> str:
        """The most precise level it names."""
        return "district" if self.district else "state" if self.state else "country"

    def names(self, level: str) -> tuple[str, ...]:
        """The place down to `level`; empty when it does not go that far."""
        place = (self.country, self.state, self.district)[: _LEVELS.index(level) + 1]
        return place if all(place) else ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Where an address was at its time: place, confidence from 0 to 1, and why in words."""

    country: str
    state: str
    district: str
    owner: str
    flags: tuple[str, ...]
    confidence: float
    abstained: bool
    explanation: str
    sources: tuple[dict[str, Any], ...]


def answer(ip: str, statements: Sequence[Statement], *, possible_proxy: bool | None = None) -> Answer:
    """One answer out of what the sources said, the most trusted first."""
    told = tuple(asdict(s) for s in statements)
    located = [s for s in statements if s.country]
    flags = tuple(dict.fromkeys(flag for s in statements for flag in s.flags)) + (
        ("possible-proxy",) if possible_proxy else ()
    )
    owner = next((s.owner for s in statements if s.owner), "")
    if not located:
        reason = "no source knows this address" if not statements else "no source names a place for it"
        return Answer("", "", "", owner, flags, 0.0, True, f"{ip}: {reason}. A person decides.", told)
    first = located[0]
    level = first.level
    confidence = TRUST[first.kind][level]
    said = [f"{first.source} ({first.network}) says {_place(first.names(level))}"]
    for other in located[1:]:
        confidence, remark = _weigh(first, other, level, confidence)
        if remark:
            said.append(remark)
    factor = 1.0
    for flag in flags:
        mark = MARKS.get(flag, 0.6 if flag == "possible-proxy" else 1.0)
        if mark < 1.0:
            said.append(f"it is marked {flag}, which loosens the tie to a place")
            factor = min(factor, mark)
    confidence = round(confidence * factor, 3)
    abstained = confidence < FLOOR
    verdict = (
        f"confidence {confidence:.2f} is under the floor of {FLOOR:.2f}, so Tipline abstains and a person decides"
        if abstained
        else f"confidence {confidence:.2f} that it is in {_place(first.names(level))}"
    )
    return Answer(
        first.country, first.state, first.district, owner, flags, confidence, abstained,
        f"{ip}: {'; '.join(said)}; {verdict}.", told,
    )  # fmt: skip


def _weigh(first: Statement, other: Statement, level: str, confidence: float) -> tuple[float, str]:
    """What a further source does to the confidence in the first one's place."""
    for depth in reversed(_LEVELS[: _LEVELS.index(level) + 1]):
        mine, theirs = first.names(depth), other.names(depth)
        if not theirs:
            continue
        if tuple(map(str.casefold, mine)) == tuple(map(str.casefold, theirs)):
            if depth != level:
                return confidence, f"{other.source} agrees as far as it goes ({_place(theirs)})"
            raised = confidence + (1 - confidence) * AGREEMENT_BONUS * TRUST[other.kind][depth]
            return raised, f"{other.source} agrees"
        if depth == "country" or not other.names(depth):
            return confidence * 0.5, f"{other.source} names another country ({other.country})"
        if tuple(map(str.casefold, mine[:-1])) == tuple(map(str.casefold, theirs[:-1])):
            lowered = confidence * (1 - 0.4 * TRUST[other.kind][depth])
            return lowered, f"{other.source} disagrees: {_place(theirs)}"
    return confidence, ""


def _place(names: Sequence[str]) -> str:
    return ", ".join(reversed(names))
