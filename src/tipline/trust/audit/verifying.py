"""Deriving the whole log again from its entries, and naming the first thing that is not as it was.

What is compared, from the strongest witness down: checkpoints that left the database, checkpoints in it with their signatures, leaves,
entries. Entries stream through a cursor on the server, so that memory does not grow with the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from tipline.core.config import Config
from tipline.core.errors import InvalidInputError
from tipline.core.keys import ListedKey, listed_keys
from tipline.trust.audit import merkle, notes
from tipline.trust.audit.models import Node, StoredCheckpoint
from tipline.trust.audit.tree import ENTRY_COLUMNS, TILE, UnreadableEntryError, entry_bytes, origin
from tipline.trust.audit.witness import witnessed

_FETCH = 5_000
_LEAVES = f"SELECT l.index, l.entry_id, l.hash, {ENTRY_COLUMNS} FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.index"  # noqa: S608 - columns of ours
_UNPLACED = (
    "SELECT e.id FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.id)"
    " AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.entry_id = e.id) ORDER BY e.id LIMIT 1"
)
_LOST_PENDING = (
    "SELECT p.entry_id FROM audit_pending p WHERE NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = p.entry_id)"
    " ORDER BY p.entry_id LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was: `kind` is edited, deleted, inserted, reordered, truncated, signature or unreadable.

    `entry` is the first entry concerned, if one can be named; `text` says it in a sentence.
    """

    kind: str
    entry: int | None
    text: str


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


@dataclass(frozen=True, slots=True)
class _Head:
    """A root that the tree had at a size, with where that is known from."""

    checkpoint: notes.Checkpoint
    where: str


def verify(settings: Config) -> Verification:
    """Check every entry, leaf, node, checkpoint and signature of the log, in one snapshot of the database."""
    found = Verification()
    keys = listed_keys(settings)
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        heads, fault = _heads(settings, keys, found)
        # what is wrong with an entry is told before what is wrong with a head: it is the cause
        found.fault = _leaves(found, heads) or _loose(cursor, found) or fault
    return found


def _heads(settings: Config, keys: Sequence[ListedKey], found: Verification) -> tuple[list[_Head], Fault | None]:
    """Every head that is known, smallest first, and the first one whose signature does not hold."""
    heads: list[_Head] = []
    fault: Fault | None = None
    name = origin()
    stored = [(c.note, c.size, "the database") for c in StoredCheckpoint.objects.order_by("size", "id").iterator()]
    published = [(note, None, f"the witness ({where})") for where, note in witnessed(settings)]
    found.checkpoints, found.witnessed = len(stored), len(published)
    for note, size, where in [*stored, *published]:
        wrong = ""
        try:
            checkpoint, _ = notes.read(note)
            if checkpoint.origin != name:
                wrong = f"a checkpoint in {where} is of another log, {checkpoint.origin!r}"
            elif size is not None and checkpoint.size != size:
                wrong = f"the checkpoint of size {size} in {where} says {checkpoint.size}"
            elif not any(notes.signed_by(note, key.public) for key in keys):
                wrong = f"the checkpoint of size {checkpoint.size} in {where} carries no valid signature of a key of this installation"
            else:
                heads.append(_Head(checkpoint, where))
        except InvalidInputError as error:
            wrong = f"a checkpoint in {where} cannot be read: {error}"
        if wrong and fault is None:
            fault = Fault("signature", None, wrong)
    heads.sort(key=lambda head: head.checkpoint.size)
    return heads, fault


def _stream() -> Iterator[Sequence[Any]]:
    """Leaves with their entries, in order, from a cursor of the server."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LEAVES)
        while rows := cursor.fetchmany(_FETCH):
            yield from rows


def _leaves(found: Verification, heads: Sequence[_Head]) -> Fault | None:
    """The first leaf that does not follow from its entry, or the first head that does not follow from the leaves."""
    tree = merkle.Growing()
    waiting = list(heads)
    nodes = _stored_nodes()
    tile = merkle.Growing()
    sound = 0  # leaves up to here were confirmed by a head
    suspect: int | None = None  # the first leaf of a tile that differs from its stored node
    for index, entry_id, stored, *row in _stream():
        if index != tree.size:
            return Fault("deleted", None, f"the place {tree.size} of the log is missing: a leaf was deleted")
        fault = _entry(index, entry_id, bytes(stored), row)
        if fault:
            return fault
        tree.append(bytes(stored))
        tile.append(bytes(stored))
        if tile.size == TILE:
            if suspect is None and nodes.get(index // TILE) not in {None, tile.root()}:
                suspect = entry_id
            tile = merkle.Growing()
        while waiting and waiting[0].checkpoint.size == tree.size:
            head = waiting.pop(0)
            if tree.root() != head.checkpoint.root:
                since = f"place {sound} and place {tree.size - 1}"
                return Fault(
                    "reordered",
                    suspect if suspect is not None else _entry_at(sound),
                    f"between {since} the leaves are not those that the checkpoint of size {tree.size} in {head.where} was signed for:"
                    " entries were changed, inserted or reordered together with their leaves",
                )
            sound = tree.size
    found.entries, found.root = tree.size, tree.root().hex()
    if waiting:
        head = waiting[0]
        return Fault(
            "truncated",
            None,
            f"the log ends at place {tree.size - 1}, but the checkpoint in {head.where} was signed for {head.checkpoint.size} entries:"
            f" the last {head.checkpoint.size - tree.size} or more are gone",
        )
    return None


def _entry(index: int, entry_id: int, stored: bytes, row: Sequence[Any]) -> Fault | None:
    if row[0] is None:
        return Fault("deleted", entry_id, f"entry {entry_id} (place {index}) was deleted")
    try:
        content = entry_bytes(row)
    except UnreadableEntryError as error:
        return Fault("unreadable", entry_id, str(error))
    if merkle.leaf_hash(content) != stored:
        return Fault("edited", entry_id, f"entry {entry_id} (place {index}) is not what it was when it got its place")
    return None


def _entry_at(index: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id FROM audit_leaf WHERE index = %s", [index])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _stored_nodes() -> dict[int, bytes]:
    """Stored hashes over 256 leaves each: they tell where a fault is to within one of those."""
    return {
        index: bytes(value) for index, value in Node.objects.filter(level=1).values_list("index", "hash").iterator()
    }


def _loose(cursor: Any, found: Verification) -> Fault | None:
    """Entries that have no place and wait for none, and marks of entries that are gone."""
    cursor.execute("SELECT count(*) FROM audit_pending")
    found.pending = cursor.fetchone()[0]
    cursor.execute(_UNPLACED)
    row = cursor.fetchone()
    if row:
        return Fault(
            "inserted",
            row[0],
            f"entry {row[0]} was inserted past Tipline: it has no place in the log and waits for none",
        )
    cursor.execute(_LOST_PENDING)
    row = cursor.fetchone()
    if row:
        return Fault("deleted", row[0], f"entry {row[0]} was deleted before it got its place")
    return None
