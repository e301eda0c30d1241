"""The areas that maps shade: towns lie in their districts, neighbours meet, sizes are plausible, and what is missing is known."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tipline.console.maps import sheets
from tipline.console.maps.drawing import SHADES, drawing, frame, holds, rows, shade, trail
from tipline.core.datafile import About
from tipline.trust.places import Place
from tipline.trust.places import __file__ as places_room

FILES = sorted(sheets.DATA.rglob("*.json"))
Ring = list[tuple[float, float]]


def areas(path: Path) -> Iterator[tuple[dict[str, str], list[Ring]]]:
    """Properties and rings in degrees."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    lines = sheets._arcs(topology)
    for geometry in topology["objects"]["areas"]["geometries"]:
        yield geometry["properties"], [sheets._ring(lines, ring) for part in geometry["arcs"] for ring in part]


def inside(rings: list[Ring], x: float, y: float) -> bool:
    crossings = 0
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            crossings += (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax
    return crossings % 2 == 1


def square_km(rings: list[Ring]) -> float:
    total = 0.0
    for ring in rings:
        wide = math.cos(math.radians(sum(y for _, y in ring) / len(ring)))
        total += sum(
            (ax * by - bx * ay) * wide / 2 for (ax, ay), (bx, by) in pairwise(ring)
        ) * 111.2**2  # fmt: skip
    return total


@pytest.fixture(scope="module")
def districts() -> dict[tuple[str, str], list[Ring]]:
    return {
        (known["state"], known["district"]): rings
        for path in FILES
        if path.name.startswith("IN-")
        for known, rings in areas(path)
    }


@pytest.mark.parametrize(
    ("town", "x", "y", "district"),
    [
        ("Bhusawal", 75.79, 21.05, "Jalgaon"), ("Chalisgaon", 75.01, 20.46, "Jalgaon"), ("Amalner", 75.06, 21.04, "Jalgaon"),
        ("Pachora", 75.35, 20.66, "Jalgaon"), ("Raver", 76.03, 21.24, "Jalgaon"), ("Pune", 73.86, 18.52, "Pune"),
        ("Nagpur", 79.09, 21.15, "Nagpur"), ("Nashik", 73.79, 20.0, "Nashik"), ("Malegaon", 74.53, 20.55, "Nashik"),
        ("Mumbai CST", 72.836, 18.94, "Mumbai City"), ("Andheri", 72.85, 19.12, "Mumbai Suburban"),
        ("Shirdi", 74.48, 19.77, "Ahilyanagar"), ("Jalgaon Jamod", 76.53, 21.05, "Buldhana"), ("Kochi", 76.27, 9.93, "Ernakulam"),
        ("Chennai", 80.27, 13.08, "Chennai"), ("Patna", 85.14, 25.6, "Patna"), ("Jaipur", 75.79, 26.91, "Jaipur"),
        ("Lucknow", 80.95, 26.85, "Lucknow"), ("Shimla", 77.17, 31.1, "Shimla"), ("Srinagar", 74.8, 34.08, "Srinagar"),
        ("Surat", 72.83, 21.17, "Surat"), ("Agartala", 91.28, 23.83, "West Tripura"),
    ],
)  # fmt: skip
def test_towns_lie_in_their_districts(
    districts: dict[tuple[str, str], list[Ring]], town: str, x: float, y: float, district: str
) -> None:
    assert [name for (_, name), rings in districts.items() if inside(rings, x, y)] == [district], town


# Census of India 2011, square kilometres.
@pytest.mark.parametrize(
    ("state", "district", "known"),
    [
        ("Maharashtra", "Jalgaon", 11_765), ("Maharashtra", "Pune", 15_643), ("Maharashtra", "Nashik", 15_530),
        ("Maharashtra", "Nagpur", 9_892), ("Maharashtra", "Ahilyanagar", 17_048), ("Maharashtra", "Gadchiroli", 14_412),
        ("Maharashtra", "Ratnagiri", 8_208), ("Rajasthan", "Jaisalmer", 38_401), ("Bihar", "Patna", 3_202),
    ],
)  # fmt: skip
def test_districts_have_about_their_size(
    districts: dict[tuple[str, str], list[Ring]], state: str, district: str, known: int
) -> None:
    assert 0.6 < square_km(districts[state, district]) / known < 1.5


def test_the_whole_has_the_size_of_the_country(districts: dict[tuple[str, str], list[Ring]]) -> None:
    whole = sum(square_km(rings) for rings in districts.values())
    assert 2_900_000 < whole < 3_400_000
    assert all(square_km(rings) > 0 for rings in districts.values())


def test_every_district_of_the_table_that_has_offices_has_a_shape(
    districts: dict[tuple[str, str], list[Ring]],
) -> None:
    with (Path(places_room).parent / "data" / "IN" / "districts.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    # made after the post offices were listed: they are drawn as part of the districts that they were made of
    known = [row for row in table if not row.get("since")]
    missing = [
        (row.get("state", "Maharashtra"), row["district"])
        for row in known
        if (row.get("state", "Maharashtra"), row["district"]) not in districts
    ]
    assert len(known) >= 36
    assert len(missing) <= len(known) // 100, missing


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_say_what_they_are_and_stay_small(path: Path) -> None:
    topology = json.loads(path.read_text(encoding="utf-8"))
    about = About.model_validate(topology["about"])
    assert "no statement on boundaries" in about.note
    assert path.stat().st_size <= 120_000
    assert sum(file.stat().st_size for file in FILES) <= 900_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_neighbours_share_their_lines(path: Path) -> None:
    topology = json.loads(path.read_text(encoding="utf-8"))
    used = Counter(
        arc if arc >= 0 else ~arc
        for geometry in topology["objects"]["areas"]["geometries"]
        for part in geometry["arcs"]
        for ring in part
        for arc in ring
    )
    assert set(used) == set(range(len(topology["arcs"])))
    assert max(used.values()) <= 2
    for known, rings in areas(path):
        for ring in rings:
            assert ring[0] == pytest.approx(ring[-1], abs=1e-6), known


# -- sheets and drawings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within", "name", "least"),
    [
        (Place(), "The world", 200), (Place("IN"), "India", 36), (Place("IN", "Maharashtra"), "Maharashtra", 36),
        (Place("FR"), "The world", 200), (Place("IN", "Nowhere"), "India", 36), (Place("../IN"), "The world", 200),
        (Place("IN", "../../world"), "India", 36),
    ],
)  # fmt: skip
def test_a_place_without_areas_is_shown_in_what_is_around_it(within: Place, name: str, least: int) -> None:
    found = sheets.sheet(within)
    assert found.name == name
    assert len(found.areas) >= least
    assert found.width <= sheets.WIDE and found.height <= sheets.HIGH
    for area in found.areas:
        assert 0 < area.x < found.width and 0 < area.y < found.height
        assert re.fullmatch(r"(M[\d.,-]+(l-?[\d.]+,-?[\d.]+)*z)+", area.path)


def test_a_sheet_is_small_enough_for_a_page() -> None:
    for within in (Place(), Place("IN"), Place("IN", "Maharashtra"), Place("IN", "Uttar Pradesh")):
        assert sum(len(area.path) for area in sheets.sheet(within).areas) < 150_000


JALGAON, PUNE, STATE = (
    Place("IN", "Maharashtra", "Jalgaon"),
    Place("IN", "Maharashtra", "Pune"),
    Place("IN", "Maharashtra"),
)


def test_the_smallest_drawing_that_holds_everything_is_chosen() -> None:
    home = Place("IN", "Maharashtra", "Jalgaon")
    assert frame([], Place(), home) == STATE
    assert frame([JALGAON, PUNE], Place(), home) == STATE
    assert frame([JALGAON, Place("IN", "Gujarat")], Place(), home) == Place("IN")
    assert frame([JALGAON, Place("IN")], Place(), home) == Place("IN")
    assert frame([JALGAON, Place("FR")], Place(), home) == Place()
    assert frame([Place("FR")], Place(), home) == Place()
    assert frame([Place("FR")], JALGAON, home) == STATE


def test_every_sighting_is_on_the_map_or_said_to_be_besides() -> None:
    counts = Counter(
        {JALGAON: 40, PUNE: 1, STATE: 2, Place("IN", "Gujarat"): 3, Place("IN", "Maharashtra", "Atlantis"): 4}
    )
    found = drawing(counts, STATE, PUNE, str)
    assert {mark.area.name: mark.count for mark in found.marks} == {"Jalgaon": 40, "Pune": 1}
    assert (found.above, found.elsewhere) == (6, 3)
    assert sum(mark.count for mark in found.marks) + found.above + found.elsewhere == counts.total()
    assert [mark.area.name for mark in found.marks if mark.current] == ["Pune"]
    assert [row.count for row in rows(counts, PUNE, str)] == [40, 4, 3, 2, 1]
    assert len(found.empty) + len(found.marks) == len(found.sheet.areas)


def test_shades_grow_with_the_number() -> None:
    found = [shade(count, 1_000) for count in range(1, 1_001)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (1, SHADES)
    assert shade(1, 1) == SHADES


def test_places_hold_what_lies_in_them() -> None:
    assert holds(Place(), JALGAON) and holds(STATE, JALGAON) and holds(JALGAON, JALGAON)
    assert not holds(JALGAON, STATE) and not holds(PUNE, JALGAON)
    assert not holds(Place("IN", "Madhya Pradesh", "Jalgaon"), JALGAON)
    assert trail(JALGAON) == [Place("IN"), STATE, JALGAON]
    assert trail(Place()) == []
