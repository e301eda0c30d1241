"""A source made ready for many look-ups: covers of both address spaces, and the rows that their intervals name.

On disk a folder of `.npy` files, which are mapped into memory, and one JSON. `FORMAT` is part of the folder's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np

from tipline.core.inet import text
from tipline.pipeline.attribution.sources.intervals import NOTHING, Array, Cover
from tipline.pipeline.attribution.sources.reading import Template

FORMAT = "1"
ALWAYS_FROM, ALWAYS_UNTIL = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(slots=True)
class Rows:
    """Distinct rows as they are found; equal templates, owners and rows are one."""

    templates: dict[Template, int] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=lambda: {"": 0})
    known: dict[tuple[int, int, int, int, bool], int] = field(default_factory=dict)

    def add(
        self, template: Template, owner: str = "", asn: int | None = None, *,
        length: int = NOTHING, speaks_of_special: bool = False,
    ) -> int:  # fmt: skip
        """The number of a row."""
        claim = self.templates.setdefault(template, len(self.templates))
        whose = self.owners.setdefault(owner, len(self.owners))
        key = (claim, whose, NOTHING if asn is None else asn, length, speaks_of_special)
        return self.known.setdefault(key, len(self.known))


@dataclass(frozen=True, slots=True)
class Periods:
    """Rows that held at some times only. An interval's value -2 - g means group g: rows `row[at[g]:at[g + 1]]`, the most precise first.

    Times are microseconds since 1970 in UTC; a row holds from `start` until just before `end`.
    """

    at: Array
    row: Array
    start: Array
    end: Array

    def choose(self, groups: Array, times: Array) -> Array:
        """The row of each group that held at the time, int32, or NOTHING."""
        chosen = np.full(len(groups), NOTHING, dtype=np.int32)
        position, stop = self.at[groups], self.at[groups + 1]
        while (left := np.flatnonzero((chosen == NOTHING) & (position < stop))).size:
            here = position[left]
            holds = (self.start[here] <= times[left]) & (times[left] < self.end[here])
            chosen[left[holds]] = self.row[here[holds]]
            position[left] += 1
        return chosen


@dataclass(frozen=True, slots=True)
class Compiled:
    """A source's networks and what they say.

    Parameters
    ----------
    by_range
        its intervals are rows of first and last address, not networks.
    claim, owner, asn, length, special
        of each row: which template, which owner, its AS number or NOTHING, the length of its network or NOTHING (then the intervals say it), and
        whether it speaks although the address is one for documentation.
    """

    v4: Cover | None
    v6: Cover | None
    templates: tuple[Template, ...]
    claim: Array
    owner: Array
    asn: Array
    length: Array
    special: Array
    owners: Texts
    networks: int
    by_range: bool = False
    periods: Periods | None = None

    @classmethod
    def of(
        cls, rows: Rows, v4: Cover | None, v6: Cover | None, networks: int, *,
        by_range: bool = False, periods: Periods | None = None,
    ) -> Self:  # fmt: skip
        """From rows that were collected."""
        known = np.array(list(rows.known) or np.empty((0, 5)), dtype=np.int64).reshape(-1, 5)
        return cls(
            v4, v6, tuple(rows.templates), known[:, 0].astype(np.int32), known[:, 1].astype(np.int32), known[:, 2].copy(),
            known[:, 3].astype(np.int16), known[:, 4].astype(np.bool_), Texts.of(rows.owners), networks, by_range, periods,
        )  # fmt: skip

    def rows_at(self, cover: Cover, intervals: Array, times: Array | None) -> Array:
        """The row that speaks of each interval at each time, int32, or NOTHING."""
        rows: Array = cover.value[intervals]
        if self.periods is not None:
            grouped = np.flatnonzero(rows < NOTHING)
            if len(grouped) and times is not None:
                rows[grouped] = self.periods.choose(-2 - rows[grouped], times[grouped])
        return rows

    def found_by(self, cover: Cover, interval: int, row: int, address: int) -> str:
        """The network or range that an address was found by."""
        if self.by_range:
            first, last = cover.span(interval)
            size = last - first + 1
            if size & (size - 1) or first % size:
                return f"{text(first, cover.bits)} to {text(last, cover.bits)}"
            return f"{text(first, cover.bits)}/{cover.bits - size.bit_length() + 1}"
        length = int(self.length[row])
        if length == NOTHING:
            length = cover.length(interval, address)
        return f"{text(address >> (cover.bits - length) << (cover.bits - length), cover.bits)}/{length}"

    def write(self, folder: Path) -> None:
        """Into an empty folder."""
        arrays: dict[str, Array | None] = {
            "claim": self.claim, "owner": self.owner, "asn": self.asn, "length": self.length, "special": self.special,
            "owners_at": self.owners.at, "owners": self.owners.body,
        }  # fmt: skip
        for name, cover in (("v4", self.v4), ("v6", self.v6)):
            if cover is not None:
                arrays |= {f"{name}_{part}": getattr(cover, part) for part in ("start", "low", "value", "prefix")}
        if self.periods is not None:
            arrays |= {f"periods_{part}": getattr(self.periods, part) for part in ("at", "row", "start", "end")}
        for name, array in arrays.items():
            if array is not None:
                np.save(folder / f"{name}.npy", array, allow_pickle=False)
        about = {"networks": self.networks, "by_range": self.by_range, "templates": [tuple(t) for t in self.templates]}
        (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Mapped from a folder that `write` filled."""
        about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))

        def array(name: str) -> Any:
            path = folder / f"{name}.npy"
            return np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray) if path.exists() else None

        def cover(name: str, bits: int) -> Cover | None:
            start = array(f"{name}_start")
            parts = (array(f"{name}_{part}") for part in ("low", "value", "prefix"))
            return None if start is None else Cover(bits, start, *parts)

        has_periods = (folder / "periods_at.npy").exists()
        return cls(
            cover("v4", 32), cover("v6", 128), tuple(_template(t) for t in about["templates"]),
            array("claim"), array("owner"), array("asn"), array("length"), array("special"), Texts(array("owners_at"), array("owners")),
            about["networks"], about["by_range"],
            Periods(*(array(f"periods_{part}") for part in ("at", "row", "start", "end"))) if has_periods else None,
        )  # fmt: skip


def _template(stored: list[Any]) -> Template:
    country, state, district, precision, sureness, flags, how, candidates, until = stored
    places = tuple((str(c), str(s), str(d)) for c, s, d in candidates)
    return Template(country, state, district, precision, sureness, tuple(flags), how, places, until)


@dataclass(frozen=True, slots=True)
class Texts:
    """Many texts in one array of bytes, so that they stay on disk until one is asked for."""

    at: Array
    body: Array

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """From texts in their order."""
        parts = [one.encode() for one in texts]
        ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
        return cls(ends, np.frombuffer(b"".join(parts), dtype=np.uint8))

    def __getitem__(self, number: int) -> str:
        """One of them."""
        return bytes(self.body[self.at[number] : self.at[number + 1]]).decode()
