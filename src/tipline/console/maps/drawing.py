"""A sheet with the sightings on it: shades, numbers, and where each shape leads."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tipline.console.maps.sheets import Area, Sheet, has_areas, name_of, sheet
from tipline.trust.places import Place

SHADES = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """An area that holds sightings: its shade from 1 to SHADES, and the page that shows them alone."""

    number: int
    area: Area
    count: int
    shade: int
    url: str
    current: bool

    @property
    def words(self) -> str:
        """What somebody hears who does not see it."""
        return f"{self.area.name}: {self.count} sighting{'' if self.count == 1 else 's'}"

    @property
    def digits(self) -> int:
        """How wide the number is."""
        return len(str(self.count))


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the key: the shade and the numbers that it stands for."""

    shade: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn. `above`: placed, but not as precisely as this drawing's areas; `elsewhere`: outside of it."""

    sheet: Sheet
    empty: tuple[Area, ...]
    marks: tuple[Mark, ...]
    key: tuple[Step, ...]
    above: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Row:
    """A place in the table beside the drawing."""

    place: Place
    name: str
    around: str
    level: str
    count: int
    url: str
    current: bool


def frame(places: Iterable[Place], wanted: Place, home: Place) -> Place:
    """What to draw: around the wanted place, else the smallest that holds all places; without any, the desk's own."""
    if wanted.country:
        return _drawable(Place(wanted.country, wanted.state))
    found = set(places)
    if not found:
        return _drawable(Place(home.country, home.state))
    countries = {place.country for place in found}
    states = {place.state for place in found}
    if len(countries) > 1:
        return Place()
    return _drawable(Place(countries.pop(), states.pop() if len(states) == 1 else ""))


def _drawable(place: Place) -> Place:
    if place.state and not has_areas(place):
        place = Place(place.country)
    return place if has_areas(place) else Place()


def drawing(counts: Counter[Place], within: Place, chosen: Place, url: Callable[[Place], str]) -> Drawing:
    """The sheet of `within` with these counts on it."""
    drawn = sheet(within)
    inside = {place: count for place, count in counts.items() if holds(within, place)}
    by_area: Counter[Place] = Counter()
    for place, count in inside.items():
        by_area[_cut(place, within)] += count
    known = {area.place for area in drawn.areas}
    most = max((count for place, count in by_area.items() if place in known), default=1)
    marks = tuple(
        Mark(number, area, by_area[area.place], shade(by_area[area.place], most), url(area.place), area.place == chosen)
        for number, area in enumerate(drawn.areas)
        if by_area[area.place]
    )
    return Drawing(
        sheet=drawn,
        empty=tuple(area for area in drawn.areas if not by_area[area.place]),
        marks=marks,
        key=_key(marks),
        above=sum(count for place, count in by_area.items() if place not in known),
        elsewhere=sum(counts.values()) - sum(inside.values()),
    )


def shade(count: int, most: int) -> int:
    """From 1 to SHADES, by the logarithm: one sighting is seen beside a thousand."""
    if most <= 1 or count >= most:
        return SHADES
    return 1 + math.floor(math.log(count) / math.log(most) * (SHADES - 1))


def _key(marks: Iterable[Mark]) -> tuple[Step, ...]:
    by_shade: dict[int, list[int]] = {}
    for mark in marks:
        by_shade.setdefault(mark.shade, []).append(mark.count)
    return tuple(Step(one, min(counts), max(counts)) for one, counts in sorted(by_shade.items()))


def rows(counts: Counter[Place], chosen: Place, url: Callable[[Place], str]) -> list[Row]:
    """Every place that sightings have, the most first."""
    return [
        Row(
            place,
            name_of(place),
            around_of(place),
            place.level,
            count,
            url(place),
            place == chosen,
        )
        for place, count in sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))
    ]


def _around(place: Place) -> list[Place]:
    around = [Place(place.country, place.state)] if place.district else []
    return [*around, Place(place.country)] if place.state else around


def around_of(place: Place) -> str:
    """What a place lies in, in words."""
    return ", ".join(name_of(one) for one in _around(place))


def trail(place: Place) -> list[Place]:
    """A place with all that it lies in, the largest first."""
    return [*reversed(_around(place)), place] if place.country else []


def holds(around: Place, place: Place) -> bool:
    """Whether a place is this one or lies in it."""
    return all(
        not want or want == has
        for want, has in zip(
            (around.country, around.state, around.district), (place.country, place.state, place.district), strict=True
        )
    )


def _cut(place: Place, within: Place) -> Place:
    """A place as precise as a sheet's areas."""
    if within.state:
        return place
    return Place(place.country, place.state) if within.country else Place(place.country)
