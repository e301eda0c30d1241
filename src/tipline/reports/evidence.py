"""Sealed evidence: an uploaded file is encrypted to the custodian as it streams in, or only hashed.

No process of Tipline holds the private key, so none can open what it sealed (age format, through pyrage). Nothing here
reads a sealed file back. The bytes of a file never touch the disk unencrypted.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

import pyrage

from tipline.core.config import Config, Evidence
from tipline.core.errors import TransientError


@dataclass(frozen=True, slots=True)
class Digests:
    """What is known of a file after it went by. Digests are lower-case hex; `storage_key` is empty when discarded."""

    size_bytes: int
    md5: str
    sha1: str
    sha256: str
    storage_key: str


class _Keeper(Protocol):
    def write(self, chunk: bytes) -> None: ...
    def keep(self) -> str: ...
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
        """End the file. When this returns, a sealed copy is durable under `storage_key`."""
        key = self._keeper.keep() if self._keeper else ""
        return Digests(self._size, self._md5.hexdigest(), self._sha1.hexdigest(), self._sha256.hexdigest(), key)

    def abort(self) -> None:
        """Forget the file; a half-written seal is removed."""
        if self._keeper:
            self._keeper.drop()


def open_intake(config: Config) -> Intake:
    """Begin to take in a file, sealed or discarded as the installation is set up."""
    if config.evidence is Evidence.DISCARD:
        return Intake(None)
    return Intake(_DirectorySeal(_directory(config.storage_url), config.evidence_recipient))


def remove_seal(config: Config, storage_key: str) -> None:
    """Remove a seal whose record was not committed. Unknown keys are nothing to do."""
    if storage_key:
        (_directory(config.storage_url) / storage_key).unlink(missing_ok=True)


def _directory(storage_url: str) -> Path:
    return Path(unquote(urlsplit(storage_url).path))


class _DirectorySeal:
    """A seal in a directory: written under a `.part` name, synced, then renamed.

    pyrage pulls (it reads from a file object) while a request pushes, so a pipe and a thread stand between.
    """

    def __init__(self, directory: Path, recipient: str) -> None:
        key = secrets.token_hex(16)
        self._key = f"{key[:2]}/{key}.age"
        self._final = directory / self._key
        self._part = self._final.with_suffix(".part")
        self._failure: BaseException | None = None
        try:
            self._final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._out: BinaryIO = os.fdopen(descriptor, "wb")
        except OSError as error:
            raise TransientError(f"the evidence store cannot be written: {error.strerror}") from error
        read_end, write_end = os.pipe()
        self._in = os.fdopen(write_end, "wb", buffering=0)
        source = os.fdopen(read_end, "rb")
        self._thread = threading.Thread(target=self._seal, args=(source, recipient), name="seal", daemon=True)
        self._thread.start()

    def _seal(self, source: BinaryIO, recipient: str) -> None:
        try:
            pyrage.encrypt_io(source, self._out, [pyrage.x25519.Recipient.from_str(recipient)])
        except BaseException as error:  # handed to the writer, who is blocked on the pipe
            self._failure = error
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

    def keep(self) -> str:
        self._in.close()
        self._thread.join()
        if self._failure:
            self.drop()
            raise TransientError("the evidence store stopped taking bytes") from self._failure
        try:
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()
            self._part.rename(self._final)
            parent = os.open(self._final.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(parent)
            finally:
                os.close(parent)
        except OSError as error:
            self.drop()
            raise TransientError(f"the evidence store cannot be written: {error.strerror}") from error
        return self._key

    def drop(self) -> None:
        self._in.close()
        self._thread.join()
        self._out.close()
        self._part.unlink(missing_ok=True)
        self._final.unlink(missing_ok=True)
