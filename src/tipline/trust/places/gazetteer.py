"""The places of one country in memory: by name, by postal code, by coordinates. About 10 MB for the 165,000 offices of India.

Loaded from its folder when it is first asked, in half a second, and shared by everything in the process.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from tipline.core.errors import ConfigurationError
from tipline.trust.places import loading
from tipline.trust.places.kinds import Around, Where
from tipline.trust.places.names import canonical_district, key, plain, sound

KM_PER_DEGREE = 111.2
CELL_DEGREES = 0.1
NEIGHBOURS = 12
REACH_KM = 45.0
# With fewer offices of believed coordinates a district is as good as absent from the map.
COVERED = 10

Found = tuple[Where, str, float]  # a district, kind of its office, and km from the point asked for (nan: unknown)


class Gazetteer:
    """The places of a country."""

    def __init__(self, country: str) -> None:
        self.country = country
        self.districts = loading.districts(country)
        states = {state.name for state in loading.states(country)}
        for district in self.districts:
            if district.state not in states:
                raise ConfigurationError(f"districts.csv of {country}: states.csv has no state {district.state!r}")
        self.wheres: list[Where] = [(d.state, d.name) for d in self.districts]
        self._numbers = {where: n for n, where in enumerate(self.wheres)}
        self.cities: dict[tuple[str, str], tuple[str, ...]] = {}
        for city in loading.cities(country):
            within = tuple(canonical_district(country, city.state, d) or d for d in city.districts)
            for name in city.names:
                for form in (key(name), plain(name)):
                    self.cities[city.state, form] = within
        self._districts_of: dict[str, list[Where]] = defaultdict(list)  # plain name → districts so named, in any state
        for d in self.districts:
            for form in {plain(name) for name in d.names}:
                self._districts_of[form].append((d.state, d.name))
        since = {(d.state, d.name): [(d.state, older) for older in d.part_of] for d in self.districts}
        self._read()
        # Districts that were made after the offices were listed: their places still stand under the older one.
        self.divided: dict[Where, tuple[str, ...]] = {}
        for where, olders in since.items():
            if not self._has_offices[self._numbers[where]]:
                for older in olders:
                    self.divided[older] = (*self.divided.get(older, ()), where[1])

    def _read(self) -> None:
        district, postal, latitude, longitude, kinds = [], [], [], [], []
        exact: list[int] = []
        names: list[str] = []
        for office in loading.offices(self.country):
            where = self._numbers.get((office.state, office.district))
            if where is None:
                raise ConfigurationError(
                    f"offices.csv.xz of {self.country} names {office.district}, {office.state}: districts.csv does not"
                )
            district.append(where)
            postal.append(_digest(office.postal_code))
            latitude.append(math.nan if office.latitude is None else office.latitude)
            longitude.append(math.nan if office.longitude is None else office.longitude)
            kinds.append(office.kind)
            exact.append(_digest(plain(office.name)))
            names.append(office.name)
        self._district = np.array(district, np.int32)
        self._latitude = np.array(latitude, np.float32)
        self._longitude = np.array(longitude, np.float32)
        self._kind = np.array(kinds, "U1")
        self._by_name = _Index(exact)
        self._by_postal_code = _Index(postal)
        placed = np.flatnonzero(~np.isnan(self._latitude))
        cells = _cell(self._latitude[placed], self._longitude[placed])
        order = np.argsort(cells, kind="stable")
        self._placed, self._cells = placed[order], cells[order]
        self._names = "\n".join(names)
        self._has_offices = np.bincount(self._district, minlength=len(self.wheres)) > 0
        self._covered = np.bincount(self._district[placed], minlength=len(self.wheres)) >= COVERED

    @cached_property
    def _by_sound(self) -> _Index:
        """Made when it is first asked: most names are known as they are written."""
        return _Index([_digest(sound(name)) for name in self._names.split("\n")])

    def is_covered(self, where: Where) -> bool:
        """Whether enough offices of a district have believed coordinates; otherwise its neighbours' say nothing against it."""
        number = self._numbers.get(where)
        return number is not None and bool(self._covered[number])

    def away(self, where: Where, point: tuple[float, float]) -> float:
        """Km from a point to the nearest office of a district; infinite when none has believed coordinates."""
        number = self._numbers.get(where)
        rows = self._placed[self._district[self._placed] == number] if number is not None else self._placed[:0]
        return float(_km(point, self._latitude[rows], self._longitude[rows]).min()) if len(rows) else math.inf

    def districts_named(self, name: str) -> tuple[Where, ...]:
        """Districts that bear this name, in any state."""
        return tuple(self._districts_of.get(plain(name), ()))

    def offices_named(self, name: str, *, heard: bool, point: tuple[float, float] | None) -> list[Found]:
        """Offices of this name, or with `heard` of this sound, in any state; with their distance from a point."""
        if heard:
            form = sound(name)
            rows = self._by_sound.rows(_digest(form)) if form else np.empty(0, np.int64)
        else:
            rows = self._by_name.rows(_digest(plain(name)))
        if point is None:
            away: Sequence[float] = [math.nan] * len(rows)
        else:
            away = _km(point, self._latitude[rows], self._longitude[rows]).tolist()
        return [
            (self.wheres[self._district[row]], str(self._kind[row]), km) for row, km in zip(rows, away, strict=True)
        ]

    def with_postal_code(self, code: str) -> dict[Where, int]:
        """Districts of the offices with a postal code, and how many offices each has."""
        found: dict[Where, int] = defaultdict(int)
        for row in self._by_postal_code.rows(_digest(code)):
            found[self.wheres[self._district[row]]] += 1
        return dict(found)

    def around(self, latitude: float, longitude: float) -> Around:
        """What lies around a point, out of the nearest offices with believed coordinates."""
        rows = self._near(latitude, longitude)
        if not len(rows):
            return Around()
        north = (self._latitude[rows] - latitude) * KM_PER_DEGREE
        east = (self._longitude[rows] - longitude) * KM_PER_DEGREE * math.cos(math.radians(latitude))
        away = np.hypot(north, east)
        order = np.argsort(away, kind="stable")[:NEIGHBOURS]
        order = order[away[order] <= REACH_KM]
        if not len(order):
            return Around()
        weights = 1.0 / (away[order] + 1.0)
        sums: dict[Where, float] = defaultdict(float)
        for row, weight in zip(rows[order], weights, strict=True):
            sums[self.wheres[self._district[row]]] += float(weight)
        total = sum(sums.values())
        shares = sorted(((where, weight / total) for where, weight in sums.items()), key=lambda one: (-one[1], one[0]))
        bearings = np.sort(np.arctan2(east[order], north[order]))
        gaps = np.diff(np.append(bearings, bearings[0] + 2 * math.pi))
        return Around(
            tuple(shares),
            float(away[order[0]]),
            float(away[order[min(5, len(order) - 1)]]) if len(order) > 5 else math.inf,
            bool(gaps.max() < math.pi),
        )

    def _near(self, latitude: float, longitude: float) -> npt.NDArray[np.int64]:
        """Rows of offices in the cells around a point: as few rings of cells as hold enough, never fewer than two."""
        found: npt.NDArray[np.int64] = np.empty(0, np.int64)
        for rings in (2, 5):
            parts = []
            for step in range(-rings, rings + 1):
                low = _cell_of(latitude + step * CELL_DEGREES, longitude - rings * CELL_DEGREES)
                first, last = np.searchsorted(self._cells, [low, low + 2 * rings + 1])
                parts.append(self._placed[first:last])
            found = np.concatenate(parts)
            if len(found) >= 4 * NEIGHBOURS:
                break
        return found


class _Index:
    """Rows by a 64-bit digest: sorted numbers instead of a dictionary of texts."""

    def __init__(self, digests: Sequence[int]) -> None:
        values = np.array(digests, np.uint64)
        order = np.argsort(values, kind="stable")
        kept = order[values[order] != 0]
        self._rows, self._values = kept.astype(np.int32), values[kept]

    def rows(self, digest: int) -> npt.NDArray[np.int64]:
        wanted = np.uint64(digest)
        first, last = np.searchsorted(self._values, wanted, "left"), np.searchsorted(self._values, wanted, "right")
        found: npt.NDArray[np.int64] = self._rows[first:last].astype(np.int64)
        return found


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") if text else 0


def _cell_of(latitude: float, longitude: float) -> int:
    return math.floor((latitude + 90) / CELL_DEGREES) * 10_000 + math.floor((longitude + 180) / CELL_DEGREES)


def _cell(latitude: npt.NDArray[np.float32], longitude: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    down: npt.NDArray[np.int64] = np.floor((latitude.astype(np.float64) + 90) / CELL_DEGREES).astype(np.int64)
    across: npt.NDArray[np.int64] = np.floor((longitude.astype(np.float64) + 180) / CELL_DEGREES).astype(np.int64)
    return down * 10_000 + across


def _km(
    point: tuple[float, float], latitude: npt.NDArray[np.float32], longitude: npt.NDArray[np.float32]
) -> npt.NDArray[np.float64]:
    north = (latitude - point[0]) * KM_PER_DEGREE
    east = (longitude - point[1]) * KM_PER_DEGREE * math.cos(math.radians(point[0]))
    away: npt.NDArray[np.float64] = np.hypot(north, east)
    return away


@lru_cache(maxsize=8)
def _load(country: str, version: str) -> Gazetteer:
    return Gazetteer(country)


def gazetteer(country: str) -> Gazetteer | None:
    """The places of a country; None when it has no folder.

    Raises
    ------
    ConfigurationError
        naming file and line of what is wrong in the folder.
    """
    version = loading.version(country)
    return _load(country, version) if version else None
