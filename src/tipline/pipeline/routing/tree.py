"""The tree as routing needs it: whose place is whose, ways down, agreements, calendars and standing rules. Read once a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from tipline.referrals.models import StandingAction, StandingRule
from tipline.trust.agencies.agreements import in_force
from tipline.trust.agencies.calendars import Calendar, calendars
from tipline.trust.agencies.models import Agency, AgencyKind

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """An agency that can be routed to, with the ids from the root of the tree down to it."""

    agency_id: int
    code: str
    kind: str
    path: tuple[int, ...]
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a desk does by itself: hold, forward or bundle; and whether it waits for a closed desk below."""

    action: str
    wait_for_hours: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """Everything that deciding asks of agencies. Only active desks under active parents stand in it.

    Parameters
    ----------
    desks
        agency id → desk.
    places
        place → its desks, in order of code; (country, state, "") is a whole state. A clearinghouse is a door, and no place's desk.
    agreements
        (from, to) → the reference of the agreement in force.
    """

    desks: Mapping[int, Desk]
    places: Mapping[Place, tuple[Desk, ...]]
    agreements: Mapping[tuple[int, int], str] = field(default_factory=dict)
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    standing: Mapping[int, Standing] = field(default_factory=dict)

    def desks_for(self, place: Place) -> tuple[Desk, ...]:
        """The desks responsible for a place: of the most specific level that has any."""
        country, state, district = place
        for candidate in dict.fromkeys([(country, state, district), (country, state, ""), (country, "", "")]):
            if country and candidate in self.places:
                return self.places[candidate]
        return ()

    def by_code(self, code: str) -> Desk | None:
        """The active desk with this code."""
        return next((desk for desk in self.desks.values() if desk.code == code), None)

    def parent(self, desk: Desk) -> Desk | None:
        """The desk above."""
        return self.desks[desk.path[-2]] if len(desk.path) > 1 else None

    def way(self, from_id: int, desk: Desk) -> tuple[int, ...]:
        """The agencies from one to a desk below it, both included; empty when it is not below."""
        return desk.path[desk.path.index(from_id) :] if from_id in desk.path else ()

    def codes(self, ids: Iterable[int]) -> list[str]:
        """Codes of agencies, in order."""
        return [self.desks[one].code for one in ids]

    def without_agreement(self, way: Sequence[int]) -> tuple[str, str] | None:
        """The first hop of a way without an agreement in force, as codes."""
        for a, b in pairwise(way):
            if (a, b) not in self.agreements:
                return self.desks[a].code, self.desks[b].code
        return None

    def is_open(self, desk: Desk, at: datetime) -> bool:
        """Whether a desk is at work."""
        calendar = self.calendars.get(desk.agency_id)
        return calendar is None or calendar.is_open(at)

    def stands(self, agency_id: int) -> Standing:
        """A desk's standing rule; without one it holds."""
        return self.standing.get(agency_id, Standing(StandingAction.HOLD))


def read_tree(at: datetime) -> Tree:
    """The tree as it is, with what is in force at a time. Five queries, whatever its size."""
    agencies = {a.pk: a for a in Agency.objects.prefetch_related("jurisdictions").order_by("code")}
    desks: dict[int, Desk] = {}
    places: dict[Place, list[Desk]] = {}
    for agency in agencies.values():
        path = _path(agency, agencies)
        if not path:
            continue
        desk = Desk(agency.pk, agency.code, agency.kind, path, frozenset(agency.languages.split()))
        desks[agency.pk] = desk
        if agency.kind != AgencyKind.CLEARINGHOUSE:
            for place in agency.jurisdictions.all():
                places.setdefault((place.country, place.state, place.district), []).append(desk)
    rules = StandingRule.objects.values_list("agency_id", "action", "wait_for_hours")
    return Tree(
        desks=desks,
        places={place: tuple(them) for place, them in places.items()},
        agreements=in_force(at.date()),
        calendars=calendars(),
        standing={agency_id: Standing(action, wait) for agency_id, action, wait in rules},
    )


def _path(agency: Agency, agencies: Mapping[int, Agency]) -> tuple[int, ...]:
    """The ids from the root to an agency; empty when it or one above it is not active."""
    path: list[int] = []
    above: Agency | None = agency
    while above is not None:
        if not above.active:
            return ()
        path.append(above.pk)
        above = agencies.get(above.parent_id) if above.parent_id else None
    return tuple(reversed(path))
