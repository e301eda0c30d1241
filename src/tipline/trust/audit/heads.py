"""Every signed head of the log that is known, in order of size: from the database, and from the witness where that is a directory.

The two are held against each other. What one lacks or has otherwise is a fault, and what both have is checked once.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from tipline.core.config import Config
from tipline.core.errors import InvalidInputError
from tipline.core.keys import ListedKey
from tipline.trust.audit import notes, witness
from tipline.trust.audit.models import StoredCheckpoint

# Two machines of one installation have two clocks, and a rotation comes between reading the key and signing.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was.

    `kind` is edited, deleted, inserted, reordered, rewritten, truncated, rewound, signature, tree or unreadable; `entry` is the
    first entry concerned, if one can be named; `text` says it in a sentence.
    """

    kind: str
    entry: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """A root that the tree had at a size, with where that is known from."""

    size: int
    root: bytes
    where: str


@dataclass(frozen=True, slots=True)
class _Stored:
    note: str
    root: bytes
    at: datetime
    published: bool


class Heads:
    """Iterates the heads whose signatures hold; `fault` is the first thing wrong with any other, once all were read.

    What the witness holds is listed when this is made: do that before the snapshot of the database is taken, or a checkpoint
    that is signed in between looks as if the database had lost it.
    """

    def __init__(self, settings: Config, origin: str, keys: Sequence[ListedKey]) -> None:
        self._folder = witness.directory(settings)
        self._names = witness.file_names(settings)
        self._witness = witness.name_of(settings)
        self._origin = origin
        self._keys = [(key, key.public) for key in keys]
        self.fault: Fault | None = None
        self.stored = 0
        self.witnessed = len(self._names)

    def __iter__(self) -> Iterator[Head]:
        merged = heapq.merge(self._of_database(), self._of_witness(), key=itemgetter(0))
        for size, group in groupby(merged, key=itemgetter(0)):
            stored: dict[str, _Stored] = {}
            held: dict[str, str] = {}
            for _, key_name, value in group:
                if isinstance(value, str):
                    held[key_name] = value
                else:
                    stored[key_name] = value
            yield from self._of_size(size, stored, held)

    def _of_database(self) -> Iterator[tuple[int, str, _Stored | str]]:
        rows = (
            StoredCheckpoint.objects.order_by("size", "id")
            .values_list("size", "key_name", "note", "root", "at", "publication__witness")
            .iterator(chunk_size=1_000)
        )
        for size, key_name, note, root, at, published in rows:
            self.stored += 1
            yield size, key_name, _Stored(note, bytes(root), at, published == self._witness)

    def _of_witness(self) -> Iterator[tuple[int, str, _Stored | str]]:
        for name in self._names:
            size, key_name = witness.parts_of(name)
            yield size, key_name, self._read(name)

    def _read(self, name: str) -> str:
        return witness.read_file(self._folder, name) if self._folder else ""

    def _of_size(self, size: int, stored: dict[str, _Stored], held: dict[str, str]) -> Iterator[Head]:
        for key_name, row in stored.items():
            note = held.get(key_name)
            if note is None and row.published and self._folder is not None:
                # it may have been written after the directory was listed
                name = witness.file_name(size, key_name)
                note = self._read(name) if os.path.lexists(self._folder / name) else None
                if note is None:
                    self._wrong(
                        "deleted", f"the witness lacks {name}, which it took: somebody took it out of {self._folder}"
                    )
            if note is not None and note != row.note:
                self._wrong(
                    "signature", f"the checkpoint of size {size} is another in the database than with the witness"
                )
            yield from self._checked(size, row.note, "the database", row)
            if note is not None and note != row.note:
                yield from self._checked(size, note, "the witness", None)
        for key_name in held.keys() - stored.keys():
            self._wrong("deleted", f"the checkpoint of size {size} that the witness has is no longer in the database")
            yield from self._checked(size, held[key_name], f"the witness ({witness.file_name(size, key_name)})", None)

    def _checked(self, size: int, note: str, where: str, row: _Stored | None) -> Iterator[Head]:
        try:
            checkpoint, _ = notes.read(note)
        except InvalidInputError as error:
            return self._wrong("signature", f"the checkpoint of size {size} in {where} cannot be read: {error}")
        if checkpoint.origin != self._origin:
            return self._wrong(
                "signature", f"the checkpoint of size {size} in {where} is of another log, {checkpoint.origin!r}"
            )
        if checkpoint.size != size or (row is not None and checkpoint.root != row.root):
            return self._wrong("signature", f"the checkpoint of size {size} in {where} says something else in its note")
        key = next((listed for listed, public in self._keys if notes.signed_by(note, public)), None)
        if key is None:
            return self._wrong(
                "signature",
                f"the checkpoint of size {size} in {where} carries no valid signature of a key of this installation"
                + ("" if self._keys else ": the list of its keys is missing"),
            )
        if row is not None and not (
            key.valid_at(row.at - SLACK) or key.valid_at(row.at) or key.valid_at(row.at + SLACK)
        ):
            self._wrong(
                "signature",
                f"the checkpoint of size {size} in {where} is of {row.at.isoformat()}, when its key {key.name} was not in use",
            )
        yield Head(size, checkpoint.root, where)

    def _wrong(self, kind: str, text: str) -> None:
        if self.fault is None:
            self.fault = Fault(kind, None, text)
