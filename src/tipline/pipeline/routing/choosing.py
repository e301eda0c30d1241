"""Which desk, out of where the addresses were. No database here: sightings' places in, one decision out.

Version 1: the account reported speaks, not the child and not the reporting side. Every address counts with its confidence;
the place that most of the weight agrees on is taken if it holds enough of it, otherwise a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# The share of the weight that the first place must hold before software acts on it.
MAJORITY = 2 / 3
FLOOR = 0.6

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Located:
    """One attributed address of a report: its place (country, state, district), confidence, and whether it abstained."""

    ip: str
    place: Place
    confidence: float
    abstained: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Desk:
    """An agency that can be routed to: the codes and ids from the root of the tree down to it."""

    agency_id: int
    code: str
    path: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A decision: a desk with the confidence in it, or none with the reason and the best guesses."""

    desk: Desk | None
    confidence: float
    reasons: tuple[dict[str, str], ...]
    guesses: tuple[dict[str, object], ...] = field(default=())


def choose(located: Sequence[Located], desks: Mapping[Place, Desk]) -> Chosen:
    """Decide for one report.

    Parameters
    ----------
    located
        the addresses of the account reported.
    desks
        the active desk of each jurisdiction; (country, state, "") is a whole state, (country, "", "") a country.
    """
    if not located:
        return _abstain("no-address", "the report has no address of the account reported that can be read")
    certain = [one for one in located if not one.abstained]
    if not certain:
        return _abstain(
            "all-abstained",
            "its address could not be placed with enough confidence"
            if len(located) == 1
            else f"none of its {len(located)} addresses could be placed with enough confidence",
            located,
            desks,
        )
    weights: dict[Place, float] = defaultdict(float)
    for one in certain:
        weights[one.place] += one.confidence
    total = sum(weights.values())
    place, weight = max(weights.items(), key=lambda item: (item[1], item[0]))
    reasons = [{"rule": "addresses", "text": one.explanation} for one in located]
    if weight / total < MAJORITY:
        place = _common(list(weights))
        if place == ("", "", ""):
            return _abstain("addresses-disagree", "its addresses lie in different countries", located, desks)
        if not place[1]:
            return _abstain("addresses-disagree", "its addresses lie in different states", located, desks)
        return _abstain(
            "addresses-disagree",
            f"its addresses lie in different districts of {place[1]}, and no one district holds two thirds of the weight",
            located,
            desks,
        )
    confidence = round(max(one.confidence for one in certain if one.place == place) * (weight / total), 3)
    if confidence < FLOOR:
        return _abstain("too-unsure", f"confidence {confidence:.2f} is under the floor of {FLOOR:.2f}", located, desks)
    desk, rule = _desk_for(place, desks)
    if desk is None:
        return _abstain("no-desk", f"no active desk is responsible for {_text(place)}", located, desks)
    reasons.append(
        {
            "rule": "majority",
            "text": f"{_text(place)} holds {weight / total:.0%} of the weight of its addresses",
        }
    )
    reasons.append(
        {"rule": rule, "text": f"{desk.code} is the most specific active desk responsible for {_text(place)}"}
    )
    return Chosen(desk, confidence, tuple(reasons))


def _desk_for(place: Place, desks: Mapping[Place, Desk]) -> tuple[Desk | None, str]:
    country, state, district = place
    for candidate in ((country, state, district), (country, state, ""), (country, "", "")):
        if candidate in desks:
            level = "district" if candidate[2] else "state" if candidate[1] else "national"
            return desks[candidate], f"{level}-desk"
    return None, "none"


def _common(places: Sequence[Place]) -> Place:
    country = places[0][0] if len({p[0] for p in places}) == 1 else ""
    state = places[0][1] if country and len({p[1] for p in places}) == 1 else ""
    return (country, state, "")


def _abstain(
    rule: str, text: str, located: Sequence[Located] = (), desks: Mapping[Place, Desk] | None = None
) -> Chosen:
    shares: dict[Place, float] = defaultdict(float)
    for one in located:
        if one.place[0]:
            shares[one.place] += one.confidence
    total = sum(shares.values()) or 1.0
    guesses = [
        {
            "place": _text(place),
            "agency": desk.code if (desk := _desk_for(place, desks or {})[0]) else "",
            "share": round(weight / total, 2),
        }
        for place, weight in sorted(shares.items(), key=lambda item: -item[1])[:5]
    ]
    reasons = [{"rule": rule, "text": f"{text}: a person decides"}]
    reasons += [{"rule": "addresses", "text": one.explanation} for one in located]
    return Chosen(None, 0.0, tuple(reasons), tuple(guesses))


def _text(place: Place) -> str:
    return ", ".join(part for part in reversed(place) if part)
