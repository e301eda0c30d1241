"""Sealed evidence: an uploaded file is encrypted to the custodians as it streams in, or only hashed.

No process of Tipline holds a private key, so none can open what it sealed (age format, through pyrage). Nothing here
reads a sealed file back. The bytes of a file never touch the disk unencrypted.
"""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import pyrage

from tipline.core.config import Config, Evidence
from tipline.core.errors import TransientError
from tipline.core.storage import Store, Writer, new_key, open_store


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed copy as it stands in the store, so that it can be checked without being opened."""

    storage_key: str
    sha256: str
    size_bytes: int
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digests:
    """What is known of a file after it went by. Digests are lower-case hex; without a `seal` it was discarded."""

    size_bytes: int
    md5: str
    sha1: str
    sha256: str
    seal: Seal | None = None

    @property
    def storage_key(self) -> str:
        """Where the sealed copy stands; empty when the file was discarded."""
        return self.seal.storage_key if self.seal else ""


class _Keeper(Protocol):
    def write(self, chunk: bytes) -> None: ...
    def keep(self) -> Seal: ...
    def drop(self) -> None: ...


class Intake:
    """One uploaded file on its way in. Write chunks, then `close()`, or `abort()` to leave no trace.

    Memory is constant: a chunk is hashed and handed on before the next one comes.
    """

    def __init__(self, keeper: _Keeper | None) -> None:
        self._keeper = keeper
        self._size = 0
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._sha256 = hashlib.sha256()

    @property
    def size_bytes(self) -> int:
        """How many bytes have gone by so far."""
        return self._size

    def write(self, chunk: bytes) -> None:
        """Hash a chunk and hand it to the seal.

        Raises
        ------
        TransientError
            when the storage cannot take it (full disk, missing directory).
        """
        self._size += len(chunk)
        for digest in (self._md5, self._sha1, self._sha256):
            digest.update(chunk)
        if self._keeper:
            self._keeper.write(chunk)

    def close(self) -> Digests:
        """End the file. When this returns, the sealed copy is durable."""
        seal = self._keeper.keep() if self._keeper else None
        return Digests(self._size, self._md5.hexdigest(), self._sha1.hexdigest(), self._sha256.hexdigest(), seal)

    def abort(self) -> None:
        """Forget the file; a half-written seal is removed."""
        if self._keeper:
            self._keeper.drop()


def open_intake(config: Config) -> Intake:
    """Begin to take in a file, sealed or discarded as the installation is set up."""
    if config.evidence is Evidence.DISCARD:
        return Intake(None)
    return Intake(_Sealing(open_store(config), config.evidence_recipients))


def remove_seal(config: Config, storage_key: str) -> None:
    """Remove a seal. One that is not there is nothing to do.

    Raises
    ------
    TransientError
        when the store cannot be reached or written.
    """
    if storage_key:
        open_store(config).remove(storage_key)


class _Counted:
    """Where the seal is written: hashes and counts what is sealed on its way into the store.

    What the store refuses is kept here, since pyrage would hand on no more than its text.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._sha256 = hashlib.sha256()
        self.size_bytes = 0
        self.failure: TransientError | None = None

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def write(self, chunk: bytes) -> int:
        self._sha256.update(chunk)
        self.size_bytes += len(chunk)
        try:
            self._writer.write(chunk)
        except TransientError as error:
            self.failure = error
            raise
        return len(chunk)

    def flush(self) -> None:
        """Nothing: the writer is committed when all of it is there."""


class _Sealing:
    """A file being sealed into the store.

    pyrage pulls (it reads from a file object) while a request pushes, so a pipe and a thread stand between.
    """

    def __init__(self, store: Store, recipients: tuple[str, ...]) -> None:
        self._key = new_key()
        self._recipients = recipients
        self._writer = store.writer(self._key)
        self._sealed = _Counted(self._writer)
        self._failure: BaseException | None = None
        read_end, write_end = os.pipe()
        self._in = os.fdopen(write_end, "wb", buffering=0)
        source = os.fdopen(read_end, "rb")
        self._thread = threading.Thread(target=self._seal, args=(source,), name="seal", daemon=True)
        self._thread.start()

    def _seal(self, source: BinaryIO) -> None:
        try:
            keys = [pyrage.x25519.Recipient.from_str(key) for key in self._recipients]
            pyrage.encrypt_io(source, self._sealed, keys)
        except BaseException as error:  # handed to the writer, who is blocked on the pipe
            self._failure = self._sealed.failure or error
        finally:
            source.close()

    def write(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        try:
            while view:
                view = view[self._in.write(view) :]
        except BrokenPipeError as error:
            self._thread.join()
            raise TransientError("the evidence store stopped taking bytes") from (self._failure or error)

    def keep(self) -> Seal:
        self._in.close()
        self._thread.join()
        if self._failure:
            self.drop()
            raise TransientError("the evidence store stopped taking bytes") from self._failure
        try:
            self._writer.commit()
        except BaseException:
            self.drop()
            raise
        return Seal(self._key, self._sealed.sha256, self._sealed.size_bytes, self._recipients)

    def drop(self) -> None:
        self._in.close()
        self._thread.join()
        self._writer.abort()
