"""Deriving the whole log again from its entries, and naming the first thing that is not as it was.

What is compared, from the strongest witness down: checkpoints that left the database, checkpoints in it with their signatures,
stored nodes, leaves, entries. All of them stream in the order of the log, so that memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from tipline.core.config import Config
from tipline.core.keys import listed_keys
from tipline.trust.audit import merkle
from tipline.trust.audit.heads import Fault, Head, Heads
from tipline.trust.audit.models import Log
from tipline.trust.audit.tree import ENTRY_COLUMNS, TILE, UnreadableEntryError, entry_bytes

_FETCH = 5_000
_LEAVES = f"SELECT l.index, l.entry_id, l.hash, {ENTRY_COLUMNS} FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.index"  # noqa: S608 - columns of ours
_UNPLACED = (
    "SELECT e.id FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.id)"
    " AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.entry_id = e.id) ORDER BY e.id LIMIT 1"
)
_LOST_MARK = (
    "SELECT p.entry_id FROM audit_pending p WHERE NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = p.entry_id)"
    " ORDER BY p.entry_id LIMIT 1"
)
_SECOND_MARK = (
    "SELECT p.entry_id FROM audit_pending p JOIN audit_leaf l ON l.entry_id = p.entry_id ORDER BY p.entry_id LIMIT 1"
)
_WAITING = f"SELECT {ENTRY_COLUMNS} FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id ORDER BY p.entry_id LIMIT 1000"  # noqa: S608 - columns of ours
# Within one round of the sequencer places follow the entries' numbers.
_OUT_OF_ORDER = (
    "SELECT entry_id FROM (SELECT index, entry_id, lead(entry_id) OVER (ORDER BY index) AS next FROM audit_leaf"
    " WHERE index >= %s AND index < %s) AS l WHERE next < entry_id ORDER BY index LIMIT 1"
)
_BEYOND = "SELECT level, index FROM audit_node WHERE level NOT BETWEEN 1 AND 7 OR index < 0 OR index >= (%s::bigint >> (8 * level::int)) LIMIT 1"
_REWOUND = (
    "SELECT greatest((SELECT max(entry_id) FROM audit_leaf), (SELECT max(id) FROM audit_entry)),"
    " coalesce(pg_sequence_last_value('audit_entry_id_seq'), 0)"
)


@dataclass(slots=True)
class Verification:
    """What was looked at, and the first fault, if there is one."""

    entries: int = 0
    pending: int = 0
    checkpoints: int = 0
    witnessed: int = 0
    root: str = ""
    fault: Fault | None = field(default=None)

    @property
    def ok(self) -> bool:
        """Whether everything is as it was."""
        return self.fault is None


def verify(settings: Config) -> Verification:
    """Check every entry, leaf, node, checkpoint and signature of the log, in one snapshot of the database."""
    found = Verification()
    keys = listed_keys(settings)
    name = Log.objects.values_list("origin", flat=True).first()
    heads = Heads(settings, name or "", keys)
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        # what is wrong with an entry is told before what is wrong with a head: it is the cause
        found.fault = _Walk(cursor, heads, found).fault() or _loose(cursor, found)
    found.checkpoints, found.witnessed = heads.stored, heads.witnessed
    if name is None and found.fault is None:
        found.fault = Fault("deleted", None, "the log's own name was deleted from the database")
    if found.fault is None and heads.fault is not None:
        found.fault = heads.fault
    if found.fault is None and found.entries and not heads.stored + heads.witnessed:
        found.fault = Fault(
            "deleted", None,
            f"{found.entries} entries have their place, but there is no checkpoint at all: they were deleted, or this installation"
            " was stopped before it signed its first; then run `tipline audit checkpoint`",
        )  # fmt: skip
    return found


class _Nodes:
    """Stored hashes of complete subtrees, held against what they are over, level by level."""

    def __init__(self) -> None:
        self._open: list[merkle.Growing] = []
        self._stored: list[Iterator[tuple[int, bytes]]] = []
        self._made: list[int] = []

    def append(self, value: bytes) -> tuple[int, int] | None:
        """Take the next leaf. Returns (level, index) of the first node that was completed by it and is not as stored."""
        level, wrong = 0, None
        while True:
            if level == len(self._open):
                self._open.append(merkle.Growing())
                self._stored.append(_stored_nodes(level + 1))
                self._made.append(0)
            tile = self._open[level]
            tile.append(value)
            if tile.size < TILE:
                return wrong
            value = tile.root()
            index = self._made[level]
            if wrong is None and next(self._stored[level], None) != (index, value):
                wrong = (level + 1, index)
            self._open[level] = merkle.Growing()
            self._made[level] += 1
            level += 1


def _stored_nodes(level: int) -> Iterator[tuple[int, bytes]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT index, hash FROM audit_node WHERE level = %s ORDER BY index", [level])
        while rows := cursor.fetchmany(_FETCH):
            for index, value in rows:
                yield index, bytes(value)


class _Walk:
    """One way through the log from its first place to its last."""

    def __init__(self, cursor: Any, heads: Heads, found: Verification) -> None:
        self._cursor = cursor
        self._heads = iter(heads)
        self._found = found
        self._tree = merkle.Growing()
        self._nodes = _Nodes()
        self._sound = 0  # places below were confirmed by a head
        self._wrong_node: tuple[int, int] | None = None  # the first one, and the first place it is over
        self._last_entry: int | None = None

    def fault(self) -> Fault | None:
        """The first leaf that does not follow from its entry, the first head or node that does not follow from the leaves."""
        head = next(self._heads, None)
        while head is not None and head.size <= 0:
            head = next(self._heads, None)
        fault = None
        for index, entry_id, stored, *row in _stream():
            fault = self._place(index, entry_id, bytes(stored), row)
            while fault is None and head is not None and head.size == self._tree.size:
                fault = self._against(head)
                head = next(self._heads, None)
            if fault is not None:
                break
        self._found.entries, self._found.root = self._tree.size, self._tree.root().hex()
        if fault is None and head is not None:
            fault = self._truncated(head)
        for _ in self._heads:
            pass  # the rest is looked at too: a head that is wrong in itself is told if nothing comes before it
        return fault or self._unsigned()

    def _place(self, index: int, entry_id: int, stored: bytes, row: Sequence[Any]) -> Fault | None:
        expected = self._tree.size
        if index < expected:
            return Fault("inserted", entry_id, f"entry {entry_id} was given the place {index}, where there is none")
        if index > expected:
            return self._gap(expected)
        if row[0] is None:
            return Fault("deleted", entry_id, f"entry {entry_id} (place {index}) was deleted")
        try:
            content = entry_bytes(row)
        except UnreadableEntryError as error:
            return Fault("unreadable", entry_id, f"{error} (place {index})")
        if merkle.leaf_hash(content) != stored:
            return Fault(
                "edited", entry_id, f"entry {entry_id} (place {index}) is not what it was when it got its place"
            )
        self._tree.append(stored)
        wrong = self._nodes.append(stored)
        if wrong is not None and self._wrong_node is None:
            self._wrong_node = wrong
        self._last_entry = entry_id
        return None

    def _gap(self, place: int) -> Fault:
        """A leaf is missing. Its entry may still be there, without a place."""
        entry = _one(self._cursor, _UNPLACED)
        after = f", after entry {self._last_entry}" if self._last_entry is not None else ""
        whose = f"it may be that of entry {entry}" if entry is not None else "its entry is gone too"
        return Fault("deleted", entry, f"the place {place} of the log was deleted{after}; {whose}")

    def _start_of_wrong_node(self) -> int | None:
        if self._wrong_node is None:
            return None
        level, index = self._wrong_node
        return int(index * TILE**level)

    def _against(self, head: Head) -> Fault | None:
        size = self._tree.size
        if self._tree.root() == head.root:
            self._sound = size
            if (
                self._wrong_node is not None
            ):  # the leaves are those that were signed, so it is the node that was changed
                return self._bad_node()
            return None
        start = max(self._sound, self._start_of_wrong_node() or 0)
        swapped = _one(self._cursor, _OUT_OF_ORDER, [start, size])
        entry = swapped if swapped is not None else _entry_at(self._cursor, start)
        return Fault(
            "reordered" if swapped is not None else "rewritten",
            entry,
            f"from place {start} on, entry {entry}, the log is not the one that the checkpoint of size {size} in {head.where} was signed"
            f" for; the first {self._sound} places are confirmed by an earlier checkpoint, and all from place {size} on are in doubt:"
            " entries were changed, inserted, deleted or reordered together with their places",
        )

    def _bad_node(self) -> Fault:
        level, index = self._wrong_node or (0, 0)
        start = self._start_of_wrong_node() or 0
        return Fault(
            "tree",
            None,
            f"the stored hash over the places {start} to {start + TILE**level - 1} (level {level}, number {index}) was changed or"
            " deleted; the entries below it are as signed",
        )

    def _truncated(self, head: Head) -> Fault:
        size = self._tree.size
        entry = _one(self._cursor, _UNPLACED)
        end = f"ends with entry {self._last_entry} at place {size - 1}" if size else "is empty"
        return Fault(
            "truncated",
            entry,
            f"the log {end}, but the checkpoint of size {head.size} in {head.where} was signed for more:"
            f" the last {head.size - size} places or more are gone"
            + (f"; entry {entry} has lost its place" if entry is not None else ""),
        )

    def _unsigned(self) -> Fault | None:
        """What stored nodes alone tell of places after the last head."""
        if self._wrong_node is not None:
            start = max(self._sound, self._start_of_wrong_node() or 0)
            entry = _entry_at(self._cursor, start)
            return Fault(
                "rewritten", entry,
                f"from place {start} on, entry {entry}, the places are not those that their stored hash (level {self._wrong_node[0]},"
                f" number {self._wrong_node[1]}) was made over",
            )  # fmt: skip
        self._cursor.execute(_BEYOND, [self._tree.size])
        row = self._cursor.fetchone()
        if row:
            return Fault(
                "truncated", None,
                f"there is a stored hash (level {row[0]}, number {row[1]}) over places that the log no longer has",
            )  # fmt: skip
        return None


def _stream() -> Iterator[Sequence[Any]]:
    """Leaves with their entries, in order, from a cursor of the server."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LEAVES)
        while rows := cursor.fetchmany(_FETCH):
            yield from rows


def _one(cursor: Any, query: str, parameters: Sequence[object] = ()) -> int | None:
    cursor.execute(query, parameters)
    row = cursor.fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _entry_at(cursor: Any, index: int) -> int | None:
    return _one(cursor, "SELECT entry_id FROM audit_leaf WHERE index = %s", [index])


def _loose(cursor: Any, found: Verification) -> Fault | None:
    """Entries that have no place and wait for none, marks of entries that are gone, and numbers that come a second time."""
    found.pending = _one(cursor, "SELECT count(*) FROM audit_pending") or 0
    if (entry := _one(cursor, _UNPLACED)) is not None:
        return Fault(
            "inserted", entry,
            f"entry {entry} has no place in the log and waits for none: it was inserted past Tipline, or its mark was deleted",
        )  # fmt: skip
    if (entry := _one(cursor, _LOST_MARK)) is not None:
        return Fault("deleted", entry, f"entry {entry} was deleted before it got its place")
    if (entry := _one(cursor, _SECOND_MARK)) is not None:
        return Fault(
            "inserted", entry, f"entry {entry} has its place and is marked as waiting for one: the mark was inserted"
        )
    cursor.execute(_WAITING)
    for row in cursor.fetchall():
        try:
            entry_bytes(row)
        except UnreadableEntryError as error:
            return Fault("unreadable", row[0], str(error))
    cursor.execute(_REWOUND)
    highest, last = cursor.fetchone()
    if highest is not None and last < highest:
        return Fault("rewound", highest, f"the numbering of entries was set back to {last}, before entry {highest}")
    return None
