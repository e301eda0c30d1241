"""A small tree for tests of routing, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from tipline.pipeline.routing.facts import Known, Located
from tipline.pipeline.routing.tree import Desk, Place, Tree

INDIA: Place = ("IN", "", "")
STATE: Place = ("IN", "Maharashtra", "")
JALGAON: Place = ("IN", "Maharashtra", "Jalgaon")
PUNE: Place = ("IN", "Maharashtra", "Pune")
BULDHANA: Place = ("IN", "Maharashtra", "Buldhana")
GUJARAT: Place = ("IN", "Gujarat", "")
ABROAD: Place = ("LK", "", "")

CLEARINGHOUSE = 100


def desk(number: int, code: str, kind: str, *above: int, languages: str = "en") -> Desk:
    return Desk(number, code, kind, (CLEARINGHOUSE, *above, number), frozenset(languages.split()))


DOOR = Desk(CLEARINGHOUSE, "US-NCMEC", "clearinghouse", (CLEARINGHOUSE,))
DESKS = {
    INDIA: (desk(1, "IN-NCRB", "national"),),
    STATE: (desk(2, "IN-MH-CYBER", "state", 1),),
    JALGAON: (desk(3, "IN-MH-JALGAON", "district", 1, 2),),
    PUNE: (desk(4, "IN-MH-PUNE", "district", 1, 2),),
    BULDHANA: (desk(5, "IN-MH-BULDHANA", "district", 1, 2),),
}


def tree(
    places: Mapping[Place, tuple[Desk, ...]] = DESKS, *, without: tuple[tuple[int, int], ...] = (), **more: object
) -> Tree:
    """The tree, with an agreement for every link but those named."""
    desks = {CLEARINGHOUSE: DOOR} | {one.agency_id: one for them in places.values() for one in them}
    links = {hop for one in desks.values() for hop in pairwise(one.path)}
    return Tree(desks, places, dict.fromkeys(links - set(without), "MoU 7/2019"), **more)  # type: ignore[arg-type]


def at(place: Place, confidence: float = 0.95, *, abstained: bool = False) -> Located:
    return Located(place, confidence, abstained, f"it says {place}")


def known(*located: Located, **more: object) -> Known:
    return Known(CLEARINGHOUSE, located, **more)  # type: ignore[arg-type]
