"""The log's tree in the database: giving entries their places, and reading subtrees for roots and proofs.

One sequencer works at a time, whoever starts it; writers never wait for it. Every entry was marked as pending in its own
transaction, so the sequencer sees exactly what is committed, in whatever order that happened, and takes each entry once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import structlog
from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConflictError
from tipline.core.keys import listed_keys, signing_key
from tipline.trust.audit import merkle, notes
from tipline.trust.audit.canonical import canonical
from tipline.trust.audit.models import Leaf, Log, Node, StoredCheckpoint

log = structlog.get_logger(__name__)

TILE = 256  # leaves, or nodes, under one node of the next stored level
_BITS = 8
BATCH = 20_000
_LOCK = 0x61756469  # advisory: one sequencer at a time
# The time as text: there are times that PostgreSQL knows and Python does not, and whoever edits an entry can write one.
ENTRY_COLUMNS = (
    "e.id, CASE WHEN e.at >= '0001-01-01 00:00:00+00' AND e.at < '10000-01-01 00:00:00+00'"
    """ THEN to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') ELSE e.at::text END,"""
    " e.actor_kind, e.actor_id, e.actor_label, e.agency_id, e.action, e.object_type, e.object_id, e.detail::text"
)

# Three steps with keys, not one join: a planner with last week's statistics would read whole tables for every batch.
_MARKS = "SELECT entry_id FROM audit_pending WHERE entry_id > %s ORDER BY entry_id LIMIT %s"
_PLACED = "SELECT entry_id FROM audit_leaf WHERE entry_id = ANY (%s)"
_ENTRIES = f"SELECT {ENTRY_COLUMNS} FROM audit_entry e WHERE e.id = ANY (%s) ORDER BY e.id"  # noqa: S608 - columns of ours


class UnreadableEntryError(ConflictError):
    """An entry cannot be brought into its canonical form; it names the entry."""


def entry_bytes(row: Sequence[Any]) -> bytes:
    """The canonical form of a row of `ENTRY_COLUMNS`."""
    try:
        return canonical(*row)
    except Exception as error:  # whatever stands in the row: the log must say which one
        raise UnreadableEntryError(f"entry {row[0]} cannot be written in its canonical form: {error}") from error


def origin() -> str:
    """What this log calls itself in checkpoints.

    Raises
    ------
    ConflictError
        when its name is gone from the database.
    """
    found = Log.objects.values_list("origin", flat=True).first()
    if found is None:
        raise ConflictError("the log's name is gone from the database: run `tipline audit verify`")
    return found


def sequence() -> int:
    """Give every entry that is committed now its place in the tree. Returns how many.

    Works in batches of its own transactions, so that a backlog of any length goes in constant memory. An entry that cannot be
    read keeps waiting, and holds up no other: `verify` names it.
    """
    done = 0
    last: int | None = -(2**63)
    while last is not None:
        placed, last = _sequence_batch(last)
        done += placed
    return done


@transaction.atomic
def _sequence_batch(after: int) -> tuple[int, int | None]:
    """Place the next entries with numbers above `after`. Returns how many, and the last number if there may be more.

    What is committed meanwhile with a lower number is for the next round. Marks whose entry is gone, or has its place, stay for
    `verify` to find: they are traces of tampering.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_MARKS, [after, BATCH])
        marks = [row[0] for row in cursor.fetchall()]
        cursor.execute(_PLACED, [marks])
        placed = {row[0] for row in cursor.fetchall()}
        cursor.execute(_ENTRIES, [[mark for mark in marks if mark not in placed]])
        ids, hashes = [], []
        for row in cursor.fetchall():
            try:
                hashes.append(merkle.leaf_hash(entry_bytes(row)))
                ids.append(row[0])
            except UnreadableEntryError as error:
                log.error("an entry cannot get its place in the log", entry=row[0], error=str(error))
        if ids:
            start = size()
            cursor.execute(
                "INSERT INTO audit_leaf (index, entry_id, hash)"
                " SELECT %s + o - 1, id, h FROM unnest(%s::bigint[], %s::bytea[]) WITH ORDINALITY AS t(id, h, o)",
                [start, ids, hashes],
            )
            cursor.execute("DELETE FROM audit_pending WHERE entry_id = ANY (%s)", [ids])
            _complete(start, start + len(ids))
    return len(ids), marks[-1] if len(marks) == BATCH else None


def size() -> int:
    """How many leaves the tree has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(index) + 1, 0) FROM audit_leaf")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _complete(old: int, new: int) -> None:
    """Store the nodes that became complete when the tree grew from `old` to `new` leaves."""
    level = 0
    while new >= TILE:
        old, new = old // TILE, new // TILE
        level += 1
        if old == new:
            continue
        below = _stored(level - 1, old * TILE, new * TILE)
        made = [_fold(below[n * TILE : (n + 1) * TILE]) for n in range(new - old)]
        Node.objects.bulk_create(
            (Node(level=level, index=old + n, hash=value) for n, value in enumerate(made)), batch_size=5_000
        )


def _stored(level: int, start: int, end: int) -> list[bytes]:
    """Stored hashes [start, end) of a level: leaves, or nodes over 256 of the level below."""
    found = (
        Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index").values_list("hash", flat=True)
        if level == 0
        else Node.objects.filter(level=level, index__gte=start, index__lt=end)
        .order_by("index")
        .values_list("hash", flat=True)
    )
    hashes = [bytes(value) for value in found]
    if len(hashes) != end - start:
        raise ConflictError(
            f"the log's tree lacks hashes between {start} and {end} of level {level}: run `tipline audit verify`"
        )
    return hashes


def _fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [
            merkle.node_hash(left, right)
            for left, right in zip(islice(row, 0, None, 2), islice(row, 1, None, 2), strict=True)
        ]
    return row[0]


def stored_hashes() -> merkle.Hashes:
    """The tree of this database for `merkle`. What one proof reads twice is kept while it lasts."""

    @lru_cache(maxsize=4_096)
    def subtree(level: int, index: int) -> bytes:
        stored, width = level // _BITS, 1 << (level % _BITS)
        return _fold(_stored(stored, index * width, (index + 1) * width))

    return subtree


def checkpoint(settings: Config) -> StoredCheckpoint | None:
    """Sequence what is committed and sign the head of the tree. Returns the newest checkpoint; None for an empty log.

    A head that the key in use signed already is not signed again.

    Raises
    ------
    ConflictError
        when the tree does not continue the last checkpoint: this instance signs no two histories.
    """
    sequence()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        now_size = size()
        last = StoredCheckpoint.objects.order_by("-size", "-id").first()
        if not now_size and last is None:
            return None
        hashes = stored_hashes()
        if last and (now_size < last.size or merkle.root(hashes, last.size) != bytes(last.root)):
            raise ConflictError(
                f"the log does not continue its checkpoint of size {last.size}, so that nothing is signed: run `tipline audit verify`"
            )
        key = signing_key(settings)
        earlier = StoredCheckpoint.objects.filter(size=now_size, key_name=key.public.name).first()
        if earlier:
            return earlier
        head = notes.Checkpoint(origin(), now_size, merkle.root(hashes, now_size))
        # a clock that was put back behind the making of the key is wrong: nothing was signed by it before that
        at = max(now(), datetime.fromisoformat(listed_keys(settings)[-1].valid_from))
        return StoredCheckpoint.objects.create(
            size=now_size, root=head.root, note=notes.sign(head, key), key_name=key.public.name, at=at
        )
