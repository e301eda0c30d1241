"""From what somebody stated of a place to its district, or to as much above it as is certain.

Two witnesses are heard: the name, and the coordinates. Where both say the same district, that is it. Where one is silent the other may
speak alone, with less sureness. Where they contradict each other, nobody is believed below what both share. The rules and how often each
decides on real data stand in docs/explanation/places.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tipline.trust.places.kinds import Around, Place, Resolved, Where
from tipline.trust.places.loading import head, known_countries
from tipline.trust.places.names import canonical_district, canonical_place, canonical_state, key, plain

if TYPE_CHECKING:
    from tipline.trust.places.gazetteer import Found, Gazetteer

# A district that holds this share of the nearest offices is where the point is; one with less than POSSIBLE is not.
CLEAR = 0.8
ALONE = 0.9
POSSIBLE = 0.1
# Farther from an office than this, the nearest offices say nothing.
NEAR_KM, SIXTH_KM = 15.0, 25.0
ALONE_NEAR_KM, ALONE_SIXTH_KM = 6.0, 12.0
# A place of the same name at this distance from the coordinates is another place.
SAME_PLACE_KM = 12.0
SAME_NAME_KM = 30.0
# A newer district was made of a part of it, and the gazetteer does not know of which.
DIVIDED = 0.9
MAX_TEXT = 200
MOST_CANDIDATES = 12

_WITHIN = re.compile(r"^(?P<main>[^()]+?)\s*\((?P<part>[^()]*)\)\s*$")
# Strength of what a name says: a city of the list, a district's own name, a town's office, a village's.
_CITY, _DISTRICT, _TOWN, _VILLAGE, _HEARD = 1.0, 0.9, 0.7, 0.4, 0.3


@dataclass(slots=True)
class _Named:
    """What the name says: districts with the strength of it, and whether it is a city that lies in several."""

    strengths: dict[Where, float] = field(default_factory=dict)
    nearest: dict[Where, float] = field(default_factory=dict)
    spans: tuple[Where, ...] = ()

    def add(self, where: Where, strength: float, km: float = math.nan) -> None:
        self.strengths[where] = max(strength, self.strengths.get(where, 0.0))
        if not math.isnan(km):
            self.nearest[where] = min(km, self.nearest.get(where, math.inf))


def resolve(
    country: str,
    state: str = "",
    district: str = "",
    city: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    postal_code: str = "",
) -> Resolved:
    """The district, or as much above it as is certain, of a place that somebody stated by some of these. Never raises for odd text.

    Parameters
    ----------
    country
        ISO 3166-1 alpha-2.
    state, district, city
        names in any spelling the gazetteer knows; a city may name a part of itself in brackets. 200 characters each are read.
    latitude, longitude
        degrees, WGS 84. Both or neither; out of range or 0, 0 is as if none was given.
    postal_code
        with or without blanks.
    """
    found = _resolve(country, state, district, city, latitude, longitude, postal_code)
    places = gazetteer(found.place.country) if found.place.district and found.rule != "district" else None
    newer = places.divided.get((found.place.state, found.place.district)) if places else None
    if not newer:
        return found
    text = f"{found.text} ({', '.join(newer)} was made of a part of it since)"
    return replace(found, text=text, sureness=round(found.sureness * DIVIDED, 3))


def _resolve(
    country: str,
    state: str,
    district: str,
    city: str,
    latitude: float | None,
    longitude: float | None,
    postal_code: str,
) -> Resolved:
    country = country.strip().upper()
    state, district, city = (" ".join(text[:MAX_TEXT].split()) for text in (state, district, city))
    point = _point(latitude, longitude)
    places = gazetteer(country) if len(country) == 2 else None
    if places is None:
        state, district = canonical_place(country, state, district)
        return Resolved(Place(country, state if country else "", district if country and state else ""), "as-stated")
    known = canonical_state(country, state)
    if district and known and (canonical := canonical_district(country, known, district)):
        return _checked(places, (known, canonical), district, point)
    if postal_code and (found := _by_postal_code(places, known, postal_code)):
        return found
    around = places.around(*point) if point else Around()
    if known:
        around = around.within(known)
    if not (known or city or district):
        return _by_coordinates(places, around) if point else Resolved(Place(country), "country")
    return _by_name(places, known, state, city or district, point, around)


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    if latitude is None or longitude is None or not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def _checked(places: Gazetteer, where: Where, written: str, point: tuple[float, float] | None) -> Resolved:
    """A district that was named as such: it stands, unless coordinates are clearly elsewhere."""
    around = places.around(*point) if point else Around()
    if _reliable(around) and around.shares[0][1] >= CLEAR and around.share(where) < POSSIBLE:
        return _disagree(places, (where, around.shares[0][0]), f"{written!r} is not where its coordinates are")
    said = "" if plain(written) == plain(where[1]) else f"{written!r} is {where[1]}"
    return Resolved(_place(places, where), "district", said)


def _by_postal_code(places: Gazetteer, state: str, code: str) -> Resolved | None:
    """The district of a postal code; None when no office has it."""
    about = head(places.country)
    written = "".join(code.split())
    if about is None or not about.postal_code or not re.fullmatch(about.postal_code, written):
        return None
    offices = places.with_postal_code(written)
    if not offices:
        return None
    within = {where: n for where, n in offices.items() if not state or where[0] == state}
    if not within:
        return _disagree(places, ((state, ""), *offices), f"the postal code {written} is not in {state}")
    if len(within) == 1:
        where = next(iter(within))
        return Resolved(
            _place(places, where),
            "postal-code",
            f"every office with the postal code {written} is in {where[1]}",
            (),
            0.95,
        )
    return _several(
        places, within, "postal-code-of-several", f"offices with the postal code {written} are in several districts"
    )


def _by_coordinates(places: Gazetteer, around: Around) -> Resolved:
    """Nothing but coordinates, not even a state: offices must lie on all sides, or one close by."""
    if not around.shares or not (around.surrounded or around.nearest_km <= 2):
        return Resolved(Place(), "no-place-near", "no known place lies around the coordinates")
    if _alone(around):
        where, share = around.shares[0]
        return Resolved(
            _place(places, where), "coordinates", f"{share:.0%} of the nearest offices are in {where[1]}", (), 0.9
        )
    return _several(places, dict(around.shares), "near-a-border", "the coordinates are near several districts")


def _by_name(
    places: Gazetteer, state: str, written: str, city: str, point: tuple[float, float] | None, around: Around
) -> Resolved:
    if not state and written:
        return Resolved(Place(places.country), "unknown-state", f"no state of the gazetteer is named {written!r}")
    if point and state and _reliable(around) and not any(where[0] == state for where, share in around.shares):
        nearest = around.shares[0][0]
        return _disagree(
            places,
            ((state, ""), nearest),
            f"{city or state!r} is stated in {state}, its coordinates are in {nearest[1]}, {nearest[0]}",
        )
    if not city:
        if not _alone(around):
            return Resolved(Place(places.country, state), "state")
        return _placed_alone(places, state, "the coordinates are", around)
    inside = _WITHIN.match(city)
    main, part = (inside["main"], inside["part"]) if inside else (city, "")
    named = _names(places, state, main, point)
    if len(named.spans) > 1:
        return _in_parts(places, named, main, part, point, around)
    clear = _reliable(around) and around.shares[0][1] >= CLEAR
    possible = {where for where, share in around.shares if share >= POSSIBLE} if _reliable(around) else set()
    both = {where: strength for where, strength in named.strengths.items() if where in possible}
    if around.shares and (newer := _newer(places, named, around.shares[0][0])):
        text = f"{main!r} is the name of {newer[1]}, which was made of a part of {around.shares[0][0][1]}"
        return Resolved(_place(places, newer), "name", text, (), 0.85)
    if both:
        return _both(places, main, both, around, clear=clear)
    if not named.strengths:
        if _alone(around):
            return _placed_alone(places, state, f"no place {main!r} is known; its coordinates are", around)
        text = (
            f"no place {main!r} is known, and its coordinates are not clear" if point else f"no place {main!r} is known"
        )
        return _several(places, dict(around.shares), "unknown-name", text, state)
    if point:
        known = dict(named.strengths)
        _drop_far(places, named, point)
        if not named.strengths and max(known.values()) >= _DISTRICT:
            return _disagree(places, known | dict(around.shares[:1]), f"{main!r} is not where its coordinates are")
        if not named.strengths and _alone(around):
            text = f"the known places named {main!r} are elsewhere; these coordinates are"
            return _placed_alone(places, state, text, around)
        if not named.strengths:
            text = f"no place {main!r} is known near its coordinates"
            return _several(places, dict(around.shares), "unknown-name", text, state)
    if clear and all(places.is_covered(where) for where in named.strengths):
        top = around.shares[0][0]
        text = f"{main!r} is in {_listed(named.strengths)} by name, but its coordinates are in {top[1]}"
        return _disagree(places, (*named.strengths, top), text)
    return _name_alone(places, state, main, named)


def _names(places: Gazetteer, state: str, name: str, point: tuple[float, float] | None) -> _Named:
    """What the name says, within the state if one is known."""
    named = _Named()
    if state:
        form = key(name)
        within = places.cities.get((state, form)) or places.cities.get((state, plain(name)), ())
        named.spans = tuple((state, district) for district in within)
        if len(within) == 1:
            named.add(named.spans[0], _CITY)
    for where in places.districts_named(name):
        if not state or where[0] == state:
            named.add(where, _DISTRICT)
    for where, kind, km in _within(places.offices_named(name, heard=False, point=point), state):
        named.add(where, _VILLAGE if kind == "B" else _TOWN, km)
    if not named.strengths and point:  # other spellings only support coordinates, close by
        for where, _, km in _within(places.offices_named(name, heard=True, point=point), state):
            if km <= SAME_PLACE_KM:
                named.add(where, _HEARD, km)
    return named


def _newer(places: Gazetteer, named: _Named, older: Where) -> Where | None:
    """The district that bears the name and was made of a part of `older`, where the offices do not know of it yet."""
    newer = [(older[0], name) for name in places.divided.get(older, ())]
    return next((where for where in newer if named.strengths.get(where, 0.0) >= _DISTRICT), None)


def _within(found: Iterable[Found], state: str) -> list[Found]:
    return [one for one in found if not state or one[0][0] == state]


def _reliable(around: Around) -> bool:
    """Whether the nearest offices are near enough to say something."""
    return around.nearest_km <= NEAR_KM and around.sixth_km <= SIXTH_KM


def _alone(around: Around) -> bool:
    """Whether coordinates say enough with no name to support them."""
    return bool(
        around.shares
        and around.shares[0][1] >= ALONE
        and around.nearest_km <= ALONE_NEAR_KM
        and around.sixth_km <= ALONE_SIXTH_KM
    )


def _placed_alone(places: Gazetteer, state: str, text: str, around: Around) -> Resolved:
    where, share = around.shares[0]
    if state and where[0] != state:
        return _disagree(places, ((state, ""), where), f"{text} in {where[0]}, not in {state}")
    return Resolved(
        _place(places, where), "coordinates", f"{text} among offices of which {share:.0%} are in {where[1]}", (), 0.85
    )


def _both(places: Gazetteer, name: str, both: dict[Where, float], around: Around, *, clear: bool) -> Resolved:
    """Name and coordinates allow a district in common."""
    best = max(both, key=lambda where: (both[where] * around.share(where), where))
    if clear and best == around.shares[0][0]:
        return Resolved(
            _place(places, best), "name-and-coordinates", f"{name!r} is in {best[1]} by name and by coordinates"
        )
    if len(both) == 1 and (both[best] >= _TOWN or around.share(best) >= 0.5):
        text = f"{name!r} is in {best[1]} by name, and its coordinates near a border allow it"
        return Resolved(_place(places, best), "name-near-a-border", text, (), 0.9)
    shares = {where: around.share(where) for where in both} | dict(around.shares)
    return _several(places, shares, "near-a-border", f"{name!r} is near the border of several districts")


def _in_parts(
    places: Gazetteer, named: _Named, name: str, part: str, point: tuple[float, float] | None, around: Around
) -> Resolved:
    """A city that lies in several districts: only a named part of it, which the coordinates agree with, is in one of them."""
    state = named.spans[0][0]
    inside = [where for where in named.spans if around.share(where) >= ALONE]
    if part and inside and _reliable(around):
        where = inside[0]
        beside = _names(places, state, part, point)
        known = {w for w in beside.strengths if w in named.spans and beside.nearest.get(w, math.inf) <= SAME_PLACE_KM}
        if known == {where}:
            text = f"{part!r}, a part of {name!r}, is in {where[1]} by name and by coordinates"
            return Resolved(_place(places, where), "part-of-a-city", text, (), 0.95)
        if not known and _alone(around):
            text = f"{part!r}, a part of {name!r}, has its coordinates in {where[1]}"
            return Resolved(_place(places, where), "part-of-a-city", text, (), 0.85)
    lies = f"{name!r} lies in {len(named.spans)} districts of {state}"
    return Resolved(
        Place(places.country, state), "city-of-several-districts", lies, tuple(_place(places, w) for w in named.spans)
    )


def _drop_far(places: Gazetteer, named: _Named, point: tuple[float, float]) -> None:
    """Places of the same name that are too far from the coordinates are other places. A district that is not on the map is not far."""
    for where in list(named.strengths):
        own = named.nearest.get(where, math.inf)
        if math.isinf(own) or named.strengths[where] >= _DISTRICT:
            own = min(own, places.away(where, point))
        unplaced = math.isinf(own) and not places.is_covered(where) and named.strengths[where] >= _TOWN
        if own > SAME_NAME_KM and not unplaced:
            del named.strengths[where]


def _name_alone(places: Gazetteer, state: str, name: str, named: _Named) -> Resolved:
    """Only the name speaks. A town's name is not confused with villages of other districts; two towns are."""
    strongest = max(named.strengths.values())
    if strongest == _HEARD:
        return _several(
            places,
            named.strengths,
            "unknown-name",
            f"no place {name!r} is known, only others that sound like it",
            state,
        )
    first = [where for where, strength in named.strengths.items() if strength == strongest]
    rivals = [where for where, strength in named.strengths.items() if where not in first and strength >= _TOWN]
    # the seat of a district bears its name; villages and suburbs of other districts do, too
    if len(first) > 1 or (rivals and strongest < _DISTRICT) or (not state and len(named.strengths) > 1):
        return _several(
            places,
            named.strengths,
            "ambiguous-name",
            f"{name!r} is in {_listed(named.strengths)}: not known which",
            state,
        )
    sureness = {_CITY: 0.95, _DISTRICT: 0.9 if not rivals else 0.8, _TOWN: 0.85, _VILLAGE: 0.7}[strongest]
    where = first[0]
    kind = {_CITY: "a city", _DISTRICT: "the name of the district", _TOWN: "a town", _VILLAGE: "a village"}[strongest]
    return Resolved(
        _place(places, where), "name", f"{name!r} is {kind} in {where[1]}", (), sureness if state else sureness - 0.15
    )


def _several(
    places: Gazetteer, shares: dict[Where, float] | dict[Where, int], rule: str, text: str, state: str = ""
) -> Resolved:
    """Not known which of several districts: as much as they have in common."""
    order = sorted(shares, key=lambda where: (-shares[where], where))[:MOST_CANDIDATES]
    common = {where[0] for where in shares}
    if not state and len(common) == 1:
        state = common.pop()
    return Resolved(Place(places.country, state), rule, text, tuple(_place(places, where) for where in order))


def _disagree(places: Gazetteer, wheres: Iterable[Where], text: str) -> Resolved:
    """Witnesses contradict each other: what they share, and what each says."""
    found = tuple(dict.fromkeys(wheres))[:MOST_CANDIDATES]
    common = {where[0] for where in found}
    state = common.pop() if len(common) == 1 else ""
    return Resolved(Place(places.country, state), "disagreement", text, tuple(_place(places, where) for where in found))


def _place(places: Gazetteer, where: Where) -> Place:
    return Place(places.country, *where)


def _listed(wheres: Iterable[Where]) -> str:
    names = [where[1] for where in wheres]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def check_folders() -> None:
    """Read every country's folder.

    Raises
    ------
    ConfigurationError
        naming file and line of the first thing that is wrong.
    """
    for country in known_countries():
        gazetteer(country)


def gazetteer(country: str) -> Gazetteer | None:
    """The places of a country. Only who asks for one loads the arrays: every process knows this module, few place anything."""
    from tipline.trust.places.gazetteer import gazetteer as load

    return load(country)
