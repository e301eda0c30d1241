"""What a provider has done today (UTC): counted in this process at once, and in the database a moment later."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from django.db import connection

from tipline.core.sql import upsert

# for how long after its last call a provider's count is kept fresh
SEEN_LATELY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Usage:
    """Reports opened and bytes uploaded today, as far as this process knows: what others did shows within seconds."""

    reports: int = 0
    size_bytes: int = 0


@dataclass(slots=True)
class Counts:
    """What one provider did: on one day since it was last written, or in some days. Each is a column of its days."""

    calls: int = 0
    reports: int = 0
    refused: int = 0
    limited: int = 0
    size_bytes: int = 0
    completeness_sum: int = 0
    completeness_count: int = 0

    @property
    def completeness(self) -> int | None:
        """Mean of the reports' scores, 0 to 100."""
        return round(self.completeness_sum / self.completeness_count) if self.completeness_count else None


NUMBERS = tuple(field.name for field in fields(Counts))
Day = tuple[int, date]


class _Book:
    """Counts of this process, and what the database said last."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pending: dict[Day, Counts] = {}
        self.writing: dict[Day, Counts] = {}
        self.written: dict[Day, Usage] = {}
        self.seen: dict[int, float] = {}


_book = _Book()


def today(reporter_id: int) -> Usage:
    """What this provider has used of its quotas today. Costs no query."""
    key = reporter_id, datetime.now(UTC).date()
    with _book.lock:
        base = _book.written.get(key, Usage())
        open_ = [counts for counts in (_book.writing.get(key), _book.pending.get(key)) if counts is not None]
    return Usage(
        base.reports + sum(counts.reports for counts in open_),
        base.size_bytes + sum(counts.size_bytes for counts in open_),
    )


def count(reporter_id: int, day: date, *, reports: int, refused: int, limited: int, size_bytes: int) -> bool:
    """Add a call to a provider's day. Returns whether this process has not asked the database about that day yet."""
    key = reporter_id, day
    with _book.lock:
        counts = _book.pending.get(key)
        if counts is None:
            counts = _book.pending[key] = Counts()
        counts.calls += 1
        counts.reports += reports
        counts.refused += refused
        counts.limited += limited
        counts.size_bytes += size_bytes
        _book.seen[reporter_id] = time.monotonic()
        return key not in _book.written


def take() -> dict[Day, Counts]:
    """The counts that are to be written now. They go on counting for `today` until `settle`."""
    with _book.lock:
        _book.writing, _book.pending = _book.pending, {}
        return _book.writing


def idle() -> bool:
    """Whether no provider was seen lately, so that nobody's count has to be kept fresh."""
    since = time.monotonic() - SEEN_LATELY_SECONDS
    with _book.lock:
        _book.seen = {reporter_id: at for reporter_id, at in _book.seen.items() if at > since}
        return not _book.seen


def write(counts: Mapping[Day, Counts]) -> dict[Day, Usage]:
    """Add counts to the table, in the caller's transaction. Returns what it says now of the providers seen lately."""
    # in one order everywhere: two processes that write the same rows wait, and do not lock each other out
    days = sorted(counts)
    upsert(
        "doors_providerday",
        {
            "reporter_id": ("bigint", [reporter_id for reporter_id, _ in days]),
            "day": ("date", [day for _, day in days]),
            **{name: ("bigint", [getattr(counts[day], name) for day in days]) for name in NUMBERS},
        },
        key=("reporter_id", "day"),
        update=(),
        adds=NUMBERS,
    )
    with _book.lock:
        ids = sorted(_book.seen)
    return _usage(ids)


def _usage(reporter_ids: Iterable[int]) -> dict[Day, Usage]:
    """What the table says of these providers today."""
    ids, day = list(reporter_ids), datetime.now(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reporter_id, reports, size_bytes FROM doors_providerday WHERE day = %s AND reporter_id = ANY (%s::bigint[])",
            [day, ids],
        )
        found = {(int(row[0]), day): Usage(int(row[1]), int(row[2])) for row in cursor.fetchall()}
    return {(reporter_id, day): found.get((reporter_id, day), Usage()) for reporter_id in ids}


def settle(usage: Mapping[Day, Usage]) -> None:
    """What `take` took is in the table, which says this now."""
    day = datetime.now(UTC).date()
    with _book.lock:
        _book.writing = {}
        _book.written = {**{key: said for key, said in _book.written.items() if key[1] == day}, **usage}


def lose() -> None:
    """What `take` took could not be written, and never will be."""
    with _book.lock:
        _book.writing = {}


def forget_all() -> None:
    """Count from nothing (tests, and a process that was forked)."""
    global _book
    _book = _Book()
