"""The areas that a map shades: read from TopoJSON files that come with Tipline, made ready to be drawn.

docs/explanation/maps.md says how they are made. A country with a folder in `data/` has states and districts; a further one needs
files and no code.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from tipline.trust.places import Place

DATA = Path(__file__).parent / "data"
# A drawing fits in this box, in units of its own.
WIDE, HIGH, MARGIN = 800.0, 640.0, 40.0
_COUNTRIES = frozenset(path.name for path in DATA.iterdir() if path.is_dir())

Line = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Area:
    """A place with its outlines as an SVG path, and the point where its number stands, in units of the drawing."""

    place: Place
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """All areas of one drawing: the countries of the world, the states of one, or the districts of a state."""

    within: Place
    name: str
    width: float
    height: float
    areas: tuple[Area, ...]
    title: str
    source: str
    note: str


@lru_cache(maxsize=16)
def sheet(within: Place) -> Sheet:
    """The drawing that shows what is directly in a place; where no file has that, the one around it."""
    path = _file(within)
    if path is None:
        return sheet(Place(within.country) if within.state else Place())
    topology = json.loads(path.read_text(encoding="utf-8"))
    lines = _arcs(topology)
    shapes = [
        (geometry["properties"], [_ring(lines, ring) for part in geometry["arcs"] for ring in part])
        for geometry in topology["objects"]["areas"]["geometries"]
    ]
    fit = _Fit([point for _, rings in shapes for ring in rings for point in ring])
    areas = tuple(
        Area(place, _name(known), "".join(fit.path(ring) for ring in rings), *fit.point(*known["at"]))
        for known, rings in shapes
        for place in (_place(known, within.country),)
    )
    about = topology["about"]
    name = within.state or (_names().get(within.country, within.country) if within.country else "The world")
    return Sheet(
        within, name, round(fit.width), round(fit.height), areas, about["title"], about["source"], about["note"]
    )


def has_areas(within: Place) -> bool:
    """Whether there is a drawing of what is directly in this place."""
    return _file(within) is not None


def name_of(place: Place) -> str:
    """A place as people say it: the district, the state, or the country by its name."""
    return place.district or place.state or _names().get(place.country, place.country)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {known["country"]: known["name"] for known in _known(DATA / "world.json")}


@lru_cache(maxsize=4)
def _states(country: str) -> dict[str, str]:
    """Code by name: a file is only ever opened by a code that our own data holds."""
    return {known["state"]: known["code"] for known in _known(DATA / country / "states.json")}


def _known(path: Path) -> list[dict[str, Any]]:
    topology = json.loads(path.read_text(encoding="utf-8"))
    return [geometry["properties"] for geometry in topology["objects"]["areas"]["geometries"]]


def _file(within: Place) -> Path | None:
    if not within.country:
        return DATA / "world.json"
    if within.country not in _COUNTRIES:
        return None
    if not within.state:
        return DATA / within.country / "states.json"
    code = _states(within.country).get(within.state)
    return None if code is None else DATA / within.country / f"{code}.json"


def _place(known: dict[str, Any], country: str) -> Place:
    return Place(known.get("country", country), known.get("state", ""), known.get("district", ""))


def _name(known: dict[str, Any]) -> str:
    return str(known.get("district") or known.get("state") or known["name"])


def _arcs(topology: dict[str, Any]) -> list[Line]:
    """Arcs in degrees: each point of the file is a step from the one before (TopoJSON, 2.1.1 and 2.1.3)."""
    (wide, high), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    return [
        [(x * wide + west, y * high + south) for x, y in accumulate(arc, lambda a, b: (a[0] + b[0], a[1] + b[1]))]
        for arc in topology["arcs"]
    ]


def _ring(lines: list[Line], ring: list[int]) -> Line:
    found: Line = []
    for arc in ring:  # ~i is arc i backwards; each begins where the one before ends
        found += (lines[arc] if arc >= 0 else lines[~arc][::-1])[1 if found else 0 :]
    return found


class _Fit:
    """Degrees to units: a degree of longitude shortened as in the middle of the drawing, north on top. For the world as it is."""

    def __init__(self, points: Line) -> None:
        self._west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, self._north = min(y for _, y in points), max(y for _, y in points)
        self._short = math.cos(math.radians((south + self._north) / 2)) if east - self._west < 90 else 1.0
        wide, high = (east - self._west) * self._short, self._north - south
        self._scale = min((WIDE - 2 * MARGIN) / wide, (HIGH - 2 * MARGIN) / high)
        self.width, self.height = wide * self._scale + 2 * MARGIN, high * self._scale + 2 * MARGIN

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (
            round((x - self._west) * self._short * self._scale + MARGIN, 1),
            round((self._north - y) * self._scale + MARGIN, 1),
        )

    def path(self, ring: Line) -> str:
        """In tenths of a unit from point to point, so that rounding does not add up and a page stays small."""
        tenths = [(round(x * 10), round(y * 10)) for x, y in (self.point(*point) for point in ring)]
        steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(tenths) if (ax, ay) != (bx, by)]
        start = f"M{_number(tenths[0][0])},{_number(tenths[0][1])}"
        return start + "".join(f"l{_number(x)},{_number(y)}" for x, y in steps[:-1]) + "z"


def _number(tenths: int) -> str:
    return f"{tenths / 10:g}"
