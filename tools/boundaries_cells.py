"""Which district the ground belongs to, by its post offices: the first half of `boundaries.py`."""

from __future__ import annotations

import bz2
import csv
import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from scipy import ndimage
from scipy.spatial import cKDTree

PLACES = Path(__file__).parents[1] / "src/tipline/trust/places/data/IN"

CELL = 0.015  # degrees
WEST, SOUTH, EAST, NORTH = 68.0, 6.5, 97.6, 37.3
NEAREST = 7  # offices that vote for a cell
FEW = 5  # a district with no more offices keeps all of them
REGION_DEGREES = 2.5  # and so do, in their way, those of a state whose pin codes begin with the same two digits
PIN_CODE_DEGREES = 0.35  # the offices of one pin code lie closer together
SAME_NUMBER = 60  # offices at one latitude, or at one longitude, to four places
SMALLEST_CELLS = 20  # a district drawn no larger was outvoted by its neighbours
APART = 0.3  # a part apart from the rest of its district stays if it has that share of the offices
LAND = -1  # the label of what is not India


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
