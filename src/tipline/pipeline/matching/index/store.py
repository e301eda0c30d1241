"""All PDQ values that have a position, to be searched: files of consecutive positions, and a tail that is read from PostgreSQL.

The database is the truth and the files are made from it. A file that is missing, damaged, or of another database is made again, by one process
at a time; the others wait for it. What is searched is what was committed when `refresh` was called.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from itertools import islice
from pathlib import Path

import numpy as np
import structlog
from django.db import connection
from numpy.typing import NDArray

from tipline.core.config import config
from tipline.core.errors import TransientError
from tipline.pipeline.matching.index.plan import SMALLEST
from tipline.pipeline.matching.index.segment import DamagedError, Hits, Segment, Words, combine, linear, words, write

log = structlog.get_logger(__name__)

# So many positions are searched one by one; more are written to a file.
LONGEST_TAIL = SMALLEST
# A reader does without files for what nobody has written yet, but not for so many.
_TOO_LONG = 4 * LONGEST_TAIL
# A new file takes in those before it that are less than so many times as large: there are few files, and each hash is written few times.
_TAKES_IN = 4
_SAMPLES = 8
_ROWS_AT_ONCE = 65_536
# What COPY sends: a header and an end around rows of two columns, a bigint and 32 bytes, each with its length before it.
_COPY_HEADER = 19
_ROW = np.dtype([("columns", ">i2"), ("a", ">i4"), ("position", ">i8"), ("b", ">i4"), ("value", ">u8", (4,))])

_COPY = (
    "COPY (SELECT position, value FROM matching_hashvalue WHERE position BETWEEN {} AND {} AND octet_length(value) = 32"
    " ORDER BY position) TO STDOUT (FORMAT BINARY)"
)


def folder() -> Path:
    """Where this machine has its files."""
    return config().data_dir / "matching"


class Index:
    """The index of one process. Not for several threads at once."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.segments: list[Segment] = []
        self._names: frozenset[str] = frozenset()
        self._tail: Words = _none()

    def __len__(self) -> int:
        return self.last

    @property
    def last(self) -> int:
        """The last position that is searched."""
        return self._covered() + len(self._tail)

    @property
    def tail(self) -> int:
        """How many positions are in no file."""
        return len(self._tail)

    @property
    def size_bytes(self) -> int:
        """Size of its files."""
        return sum(segment.size_bytes for segment in self.segments)

    def refresh(self) -> None:
        """Take note of what was committed, and of files that other processes wrote.

        Raises
        ------
        TransientError
            when files are to be made and cannot be written.
        """
        if _names(self.place) != self._names:
            self._open()
        if self._stale():
            log.warning("the index is of another database", place=str(self.place))
            self._remove(self.segments)
            self._open()
        if _last_position() - self._covered() > _TOO_LONG:
            self._lengthen()
            if _last_position() - self._covered() > _TOO_LONG:
                raise TransientError(f"the index in {self.place} was written and is not right")
        if (last := _last_position()) > self.last:
            more = _read(self.last + 1, last)
            self._tail = np.concatenate([self._tail, more]) if len(self._tail) else more

    def maintain(self, progress: Callable[[], None] = lambda: None) -> bool:
        """Write a file when the tail is long; whether one was written."""
        written = _last_position() - self._covered() > LONGEST_TAIL and self._lengthen(progress)
        self.refresh()
        return written

    def _lengthen(self, progress: Callable[[], None] = lambda: None) -> bool:
        with _locked(self.place):
            self._open()  # somebody else may have been quicker
            last = _last_position()
            if written := last - self._covered() > LONGEST_TAIL:
                self._write(last, progress)
        return written

    def search(self, values: Sequence[bytes], most: int) -> Hits:
        """All values within 31 bits of each of these, of 32 bytes each: the nearest `most` of each."""
        queries = words(b"".join(values))
        found = [segment.search(queries, most) for segment in self.segments]
        if len(self._tail):
            found.append(linear(self._tail, self._covered() + 1, queries, most))
        return combine(found, len(queries), most)

    def check(self) -> list[str]:
        """What is wrong with the files of this machine, in words: each is read whole."""
        wrong = []
        for path in _files(self.place):
            try:
                segment = Segment(path)
            except DamagedError as error:
                wrong.append(str(error))
                continue
            if _differs(segment):
                wrong.append(f"{path.name} is of another database")
        return wrong

    def _covered(self) -> int:
        return self.segments[-1].last if self.segments else 0

    def _open(self) -> None:
        """Open files that follow each other from position 1 on, the longest each; those that are not right are removed."""
        self._names = _names(self.place)
        known = {segment.path.name: segment for segment in self.segments}
        self.segments = []
        self._tail = _none()
        for path in _files(self.place):
            try:
                first, last = (int(part) for part in path.stem.split("-")[1:3])
                if first != self._covered() + 1:
                    continue
                segment = known.get(path.name) or Segment(path)
                if (segment.first, segment.last) != (first, last) or _differs(segment):
                    raise DamagedError(f"{path.name} is of another database")
            except (DamagedError, ValueError) as error:
                log.warning("a file of the index is made again", file=path.name, error=str(error))
                path.unlink(missing_ok=True)
                continue
            self.segments.append(segment)

    def _write(self, last: int, progress: Callable[[], None]) -> None:
        first, kept = self._covered() + 1, list(self.segments)
        while kept and kept[-1].count < _TAKES_IN * (last - first + 1):
            first = kept.pop().first
        try:
            write(self.place / f"pdq-{first:012}-{last:012}.idx", first, _read(first, last), progress)
        except OSError as error:
            raise TransientError(f"the index cannot be written to {self.place}: {error.strerror}") from error
        self._remove([segment for segment in self.segments if segment not in kept])
        self._open()

    def _remove(self, segments: Sequence[Segment]) -> None:
        """Remove files; who has one open goes on reading it."""
        for segment in segments:
            segment.path.unlink(missing_ok=True)

    def _stale(self) -> bool:
        """Whether the database has other values at these positions: it was restored, or is another one."""
        sample: dict[int, bytes] = {}
        for segment in self.segments:
            sample |= _sample(segment)
        if len(self._tail):
            sample |= {self._covered() + 1: _bytes(self._tail[0]), self.last: _bytes(self._tail[-1])}
        return bool(sample) and _other(sample)


_index: dict[Path, Index] = {}
_one = threading.RLock()


@contextmanager
def opened() -> Iterator[Index]:
    """The index of this process, as the database is now; for one thread at a time."""
    place = folder()
    with _one:
        found = _index.get(place)
        if found is None:
            found = _index[place] = Index(place)
        found.refresh()
        yield found


def state() -> dict[str, int]:
    """What is to be watched: files and their bytes, values that have a position, those in no file, those without a position. Opens nothing."""
    paths = _files(folder())
    covered = 0
    for path in paths:
        first, last = (int(part) for part in path.stem.split("-")[1:3])
        covered = last if first == covered + 1 else covered
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM (SELECT FROM matching_hashvalue WHERE algorithm = 'pdq' AND fault = '' AND position IS NULL"
            " LIMIT 100000) n)"
        )
        waiting = int(cursor.fetchone()[0])
    last = _last_position()
    size = sum(path.stat().st_size for path in paths if path.exists())
    return {"files": len(paths), "bytes": size, "values": last, "tail": max(0, last - covered), "unsettled": waiting}


def _files(place: Path) -> list[Path]:
    """By the first position, of several the one that goes furthest."""
    found = list(place.glob("pdq-*-*.idx")) if place.is_dir() else []
    return sorted(found, key=lambda path: (path.stem.split("-")[1], [-ord(letter) for letter in path.stem]))


def _names(place: Path) -> frozenset[str]:
    return frozenset(path.name for path in _files(place))


def _last_position() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM matching_hashvalue")
        return int(cursor.fetchone()[0])


def _differs(segment: Segment) -> bool:
    """Whether a sample of a file is not what the database has."""
    return _other(_sample(segment))


def _none() -> Words:
    return np.zeros((0, 4), dtype=np.uint64)


def _sample(segment: Segment) -> dict[int, bytes]:
    places = np.linspace(segment.first, segment.last, _SAMPLES).astype(int).tolist()
    return {place: segment.at(place) for place in places}


def _bytes(row: NDArray[np.uint64]) -> bytes:
    return row.astype(">u8").tobytes()


def _other(sample: dict[int, bytes]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, value FROM matching_hashvalue WHERE position = ANY (%s)", [list(sample)])
        rows = cursor.fetchall()
    # of a value that was destroyed the place is empty in one and may not be in the other
    return not rows or any(bytes(value) != sample[position] for position, value in rows)


def _read(first: int, last: int) -> Words:
    """The values of positions; where there is none all bits are 0. Read in parts, without an object for each row."""
    found: Words = np.zeros((last - first + 1, 4), dtype=np.uint64)
    with connection.cursor() as cursor, cursor.copy(_COPY.format(int(first), int(last))) as copy:
        blocks = iter(copy)
        rest = b""
        skip = _COPY_HEADER
        while part := b"".join(islice(blocks, _ROWS_AT_ONCE)):
            rest = (rest + part)[skip:]
            skip = 0
            rows = np.frombuffer(rest, _ROW, len(rest) // _ROW.itemsize)
            _take(found, rows, first)
            rest = rest[len(rows) * _ROW.itemsize :]
    return found


def _take(found: Words, rows: NDArray[np.void], first: int) -> None:
    found[rows["position"].astype(np.int64) - first] = rows["value"].astype(np.uint64)


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """One process of the machine at a time makes files here; a lock of the system, which ends with the process."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise TransientError(f"the index cannot be written to {place}: {error.strerror}") from error
    try:
        flock(descriptor, LOCK_EX)
        for left in place.glob("*.new"):  # of one that was killed
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(descriptor)
