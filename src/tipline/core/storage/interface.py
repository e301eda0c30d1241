"""What a store of sealed files can do. What it holds is ciphertext, and only `carry` lets that out: for packages that two persons released."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from tipline.core.errors import InvalidInputError

_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.age")


def new_key() -> str:
    """A name that says nothing of the file: 128 random bits, in one of 256 folders."""
    key = secrets.token_hex(16)
    return f"{key[:2]}/{key}.age"


def is_key(text: str) -> bool:
    """Whether this is a name that `new_key` makes. A store touches nothing else."""
    return _KEY.fullmatch(text) is not None


def checked(key: str) -> str:
    """The key, if it is one.

    Raises
    ------
    InvalidInputError
        when it is not: it could lead out of the store.
    """
    if not is_key(key):
        raise InvalidInputError(f"{key[:80]!r} is not the name of a sealed file")
    return key


@dataclass(frozen=True, slots=True)
class Stored:
    """A whole file in the store."""

    key: str
    size_bytes: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A file that began to be written and was not completed: by now, or ever."""

    key: str
    upload: str
    since: datetime


class Writer(Protocol):
    """A file on its way in. It stands under its key when `commit` returned, and not before."""

    def write(self, chunk: bytes) -> None:
        """Take bytes. Memory is bounded, however many come. Raises TransientError when the store cannot."""

    def commit(self) -> None:
        """Make the file durable under its key, if no file stands there. Raises TransientError when the store cannot."""

    def abort(self) -> None:
        """Forget it, also after `commit`. What cannot be removed now is left for the sweep."""


class Store(Protocol):
    """A place for sealed files. All methods raise TransientError when the place cannot be reached or written."""

    def writer(self, key: str) -> Writer:
        """Begin a file."""

    def remove(self, key: str) -> None:
        """Remove a file; none there is nothing to do."""

    def size(self, key: str) -> int | None:
        """Its size in bytes; None when there is none."""

    def sha256(self, key: str) -> str | None:
        """The digest of what is stored, computed here and now; None when there is none."""

    def carry(self, key: str, out: BinaryIO) -> str | None:
        """Write the sealed bytes of a file elsewhere, and return their digest; None when there is none. Nothing is opened."""

    def stored(self) -> Iterator[Stored]:
        """Everything that stands under a key of ours."""

    def unfinished(self) -> Iterator[Unfinished]:
        """What was begun and is not completed."""

    def discard(self, what: Unfinished) -> None:
        """Remove something unfinished; gone already is nothing to do."""

    def free_bytes(self) -> int | None:
        """How much fits still; None when the place does not say."""
