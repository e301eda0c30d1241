"""One file of the index: consecutive positions, read through the page cache by every process that asks.

Layout: a header of 4,096 bytes (magic, then JSON), then, each at a multiple of 64 bytes, the first 128 bits of each hash, the last 128 bits of
each, the tables of the parts (where each key's list begins), and the lists. All numbers are little-endian.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tipline.core.errors import TiplineError
from tipline.pipeline.matching.index.plan import RADIUS, Part, keys, masks, plan

MAGIC = b"TIPLINE-PDQ-1\n"
HEADER = 4096
_ALIGN = 64
# Candidates looked at in one go: what they take must stay in the processor's cache.
_AT_ONCE = 65_536
# Reading a hash out of order costs about as much as reading so many in order.
_OUT_OF_ORDER = 6
_CHECKED_AT_ONCE = 1 << 24

Words = NDArray[np.uint64]


class DamagedError(TiplineError):
    """A file of the index is not whole; it is made again from the database."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: for each hit the place of its query, its position, and the bits that differ; sorted so.

    Parameters
    ----------
    more
        for each query, whether it has more hits than were asked for; the nearest are given.
    """

    which: NDArray[np.int64]
    position: NDArray[np.int64]
    distance: NDArray[np.int64]
    more: NDArray[np.bool_]


def words(values: bytes) -> Words:
    """Hashes of 32 bytes each, one after another, as (n, 4) words."""
    return np.frombuffer(values, dtype=">u8").reshape(-1, 4).astype(np.uint64)


def combine(found: list[Hits], queries: int, most: int) -> Hits:
    """Hits of several searches of the same queries as those of one."""
    more = np.zeros(queries, dtype=bool)
    for hits in found:
        more |= hits.more
    which = np.concatenate([hits.which for hits in found] or [np.zeros(0, np.int64)])
    position = np.concatenate([hits.position for hits in found] or [np.zeros(0, np.int64)])
    distance = np.concatenate([hits.distance for hits in found] or [np.zeros(0, np.int64)])
    return _nearest(which, position, distance, more, most)


def _nearest(
    which: NDArray[np.int64],
    position: NDArray[np.int64],
    distance: NDArray[np.int64],
    more: NDArray[np.bool_],
    most: int,
) -> Hits:
    """In order, each hit once, and of each query no more than `most`."""
    order = np.lexsort((position, distance, which))
    which, position, distance = which[order], position[order], distance[order]
    if len(which):
        fresh = np.ones(len(which), dtype=bool)
        fresh[1:] = (which[1:] != which[:-1]) | (position[1:] != position[:-1])
        which, position, distance = which[fresh], position[fresh], distance[fresh]
        counts = np.bincount(which, minlength=len(more))
        more = more | (counts > most)
        rank = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        kept = rank < most
        which, position, distance = which[kept], position[kept], distance[kept]
    return Hits(which, position, distance, more)


def linear(hashes: Words, first: int, queries: Words, most: int) -> Hits:
    """Look at every hash: for few of them, and for a query that is near very many."""
    return _linear(hashes[:, :2], hashes[:, 2:], first, queries, most)


def _linear(left: Words, right: Words, first: int, queries: Words, most: int) -> Hits:
    found: list[Hits] = []
    for place, query in enumerate(queries):
        part: list[Hits] = []
        for start in range(0, len(left), _AT_ONCE):
            near = np.bitwise_count(left[start : start + _AT_ONCE] ^ query[:2]).sum(axis=1, dtype=np.int64)
            rows = np.flatnonzero(near <= RADIUS)
            near = near[rows] + np.bitwise_count(right[start + rows] ^ query[2:]).sum(axis=1, dtype=np.int64)
            rows, near = rows[near <= RADIUS], near[near <= RADIUS]
            part.append(Hits(np.zeros(len(rows), np.int64), first + start + rows, near, np.zeros(1, dtype=bool)))
        one = combine(part, 1, most)
        more = np.zeros(len(queries), dtype=bool)
        more[place] = one.more[0]
        found.append(Hits(one.which + place, one.position, one.distance, more))
    return combine(found, len(queries), most)


class Segment:
    """A file that is open, checked and mapped.

    Raises
    ------
    DamagedError
        when it is not there, not whole, or of another kind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise DamagedError(f"{path.name} cannot be read: {type(error).__name__}") from error
        head = self._checked()
        self.first, self.count = int(head["first"]), int(head["count"])
        self.parts = tuple(Part(*part) for part in head["parts"])
        at = HEADER
        at, self._left = self._array(at, np.uint64, self.count * 2)
        at, self._right = self._array(at, np.uint64, self.count * 2)
        self._left, self._right = self._left.reshape(-1, 2), self._right.reshape(-1, 2)
        sizes = [(1 << part.key) + 1 for part in self.parts]
        at, self._tables = self._array(at, np.uint32, sum(sizes))
        at, self._lists = self._array(at, np.uint32, self.count * len(self.parts))
        # one row of probes serves a query: which part's key, what it is XORed with, where that part's table begins
        made = [masks(part) for part in self.parts]
        lengths = [len(one) for one in made]
        begins = np.cumsum([0, *sizes[:-1]]) if sizes else np.zeros(0, np.int64)
        self._part_of = np.repeat(np.arange(len(made)), lengths)
        self._masks = np.concatenate(made) if made else np.zeros(0, np.int64)
        self._table_of = np.repeat(begins, lengths)
        self._list_of = self._part_of * self.count

    @property
    def last(self) -> int:
        """The last position in it."""
        return self.first + self.count - 1

    @property
    def size_bytes(self) -> int:
        """Size of the file."""
        return len(self._map)

    def at(self, position: int) -> bytes:
        """The hash at a position that is in it."""
        row = position - self.first
        return np.concatenate([self._left[row], self._right[row]]).astype(">u8").tobytes()

    def search(self, queries: Words, most: int) -> Hits:
        """All hashes within 31 bits of each query, the nearest `most` of each.

        Time and memory are bounded whatever is in it: a query that would look at more candidates than it costs to look at every hash does that.
        """
        if not self.parts:
            return _linear(self._left, self._right, self.first, queries, most)
        found: list[Hits] = []
        rows = max(1, 4 * _AT_ONCE // len(self._masks))
        for start in range(0, len(queries), rows):
            found += self._some(queries[start : start + rows], start, len(queries), most)
        return combine(found, len(queries), most)

    def _some(self, queries: Words, offset: int, total: int, most: int) -> list[Hits]:
        own = np.stack([keys(queries, part) for part in self.parts], axis=1)
        probes = own[:, self._part_of]
        probes ^= self._masks
        probes += self._table_of
        begins = self._tables.take(probes).astype(np.int64)
        probes += 1
        lengths = self._tables.take(probes) - begins
        begins += self._list_of
        counts = lengths.sum(axis=1)
        found: list[Hits] = []
        wide = counts > max(_AT_ONCE, self.count // _OUT_OF_ORDER)
        for place in np.flatnonzero(wide):
            one = _linear(self._left, self._right, self.first, queries[place : place + 1], most)
            found.append(_moved(one, offset + int(place), total))
        few = np.flatnonzero(~wide)
        # as many queries at once as have `_AT_ONCE` candidates together
        ends = np.cumsum(counts[few])
        start = 0
        while start < len(few):
            before = ends[start - 1] if start else 0
            end = max(start + 1, int(np.searchsorted(ends, before + _AT_ONCE, side="right")))
            chosen = few[start:end]
            found.append(self._look(queries, chosen, begins[chosen], lengths[chosen], counts[chosen], offset, total))
            start = end
        return found

    def _look(
        self,
        queries: Words,
        chosen: NDArray[np.int64],
        begins: NDArray[np.int64],
        lengths: NDArray[np.int64],
        counts: NDArray[np.int64],
        offset: int,
        total: int,
    ) -> Hits:
        lengths = lengths.ravel()
        ends = np.cumsum(lengths)
        places = np.repeat(begins.ravel() - ends + lengths, lengths)
        places += np.arange(len(places))
        rows = self._lists.take(places).astype(np.int64)
        far = self._left.take(rows, axis=0)
        far ^= np.repeat(queries[chosen, :2], counts, axis=0)
        bits = np.bitwise_count(far)
        near = np.flatnonzero(bits[:, 0] + bits[:, 1] <= RADIUS)
        which = chosen[np.searchsorted(np.cumsum(counts), near, side="right")]
        rows = rows[near]
        distance = bits[near].sum(axis=1, dtype=np.int64)
        distance += np.bitwise_count(self._right[rows] ^ queries[which, 2:]).sum(axis=1, dtype=np.int64)
        kept = distance <= RADIUS
        return Hits(which[kept] + offset, rows[kept] + self.first, distance[kept], np.zeros(total, dtype=bool))

    def _array(self, at: int, kind: type[np.generic], count: int) -> tuple[int, NDArray[Any]]:
        size = count * np.dtype(kind).itemsize
        return _aligned(at + size), np.frombuffer(self._map, kind, count, at)

    def _checked(self) -> dict[str, Any]:
        name = self.path.name
        if self._map[: len(MAGIC)] != MAGIC:
            raise DamagedError(f"{name} does not begin as an index does")
        try:
            head = json.loads(self._map[len(MAGIC) : HEADER].rstrip(b"\0"))
            size, sum_, parts = int(head["size"]), int(head["crc32"]), head["parts"]
            count = int(head["count"])
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError(f"the header of {name} cannot be read") from error
        if size != len(self._map):
            raise DamagedError(f"{name} has {len(self._map)} bytes and should have {size}")
        if parts != [list(_fields(part)) for part in plan(count)]:
            raise DamagedError(f"{name} was made by another version")
        found = 0
        for start in range(HEADER, size, _CHECKED_AT_ONCE):
            found = zlib.crc32(memoryview(self._map)[start : start + _CHECKED_AT_ONCE], found)
        if found != sum_:
            raise DamagedError(f"{name} is not what was written: its checksum is another")
        return dict(head)


def _moved(hits: Hits, place: int, total: int) -> Hits:
    more = np.zeros(total, dtype=bool)
    more[place] = hits.more[0]
    return Hits(hits.which + place, hits.position, hits.distance, more)


def _fields(part: Part) -> tuple[int, int, int, int]:
    return part.start, part.width, part.key, part.radius


def _aligned(at: int) -> int:
    return -(-at // _ALIGN) * _ALIGN


def write(path: Path, first: int, hashes: Words, progress: Callable[[], None] = lambda: None) -> None:
    """Write a file of consecutive positions from `first` on; it is there whole or not at all.

    It takes the memory of the hashes and 12 bytes each beside.
    """
    count = len(hashes)
    parts = plan(count)
    made = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with made.open("wb") as file:
            body = _Body(file)
            body.add(np.ascontiguousarray(hashes[:, :2]))
            body.add(np.ascontiguousarray(hashes[:, 2:]))
            tables_at = body.at
            body.skip(4 * sum((1 << part.key) + 1 for part in parts))
            tables: list[NDArray[np.uint32]] = []
            for part in parts:
                table, rows = _lists(hashes, part)
                tables.append(table)
                body.add(rows, align=False)
                progress()
            body.close(tables_at, tables)
            head = {
                "first": first, "count": count, "size": body.at, "crc32": 0, "parts": [_fields(part) for part in parts],
            }  # fmt: skip
        head["crc32"] = _sum(made)
        with made.open("r+b") as file:
            file.write((MAGIC + json.dumps(head).encode()).ljust(HEADER, b"\0"))
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


class _Body:
    """Writes arrays one after another, each where `Segment` looks for it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.at = HEADER
        file.seek(HEADER)

    def add(self, values: NDArray[Any], *, align: bool = True) -> None:
        self._file.write(values.data)
        self.at += values.nbytes
        if align:
            self._to(_aligned(self.at))

    def skip(self, size: int) -> None:
        self._to(_aligned(self.at + size))

    def close(self, at: int, tables: list[NDArray[np.uint32]]) -> None:
        self._to(_aligned(self.at))
        self._file.truncate(self.at)
        self._file.seek(at)
        for table in tables:
            self._file.write(table.data)

    def _to(self, at: int) -> None:
        self._file.seek(at)
        self.at = at


def _lists(hashes: Words, part: Part) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Where the list of each key begins, with the end of the last; and the rows, by key."""
    own = keys(hashes, part)
    table = np.zeros((1 << part.key) + 1, dtype=np.uint32)
    np.cumsum(np.bincount(own, minlength=1 << part.key), out=table[1:], dtype=np.uint32)
    both = own.view(
        np.uint64
    )  # the key above, the row below: sorted in place, it is faster than an argsort and half its size
    both <<= np.uint64(32)
    both |= np.arange(len(both), dtype=np.uint64)
    both.sort()
    return table, both.astype(np.uint32)


def _sum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        file.seek(HEADER)
        while block := file.read(_CHECKED_AT_ONCE):
            found = zlib.crc32(block, found)
    return found
