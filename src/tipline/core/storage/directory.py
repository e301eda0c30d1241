"""Sealed files in a directory: written under a `.part` name, synced, then renamed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import structlog

from tipline.core.errors import TransientError
from tipline.core.files import sync_directory
from tipline.core.storage.interface import Stored, Unfinished, checked, is_key

log = structlog.get_logger(__name__)

_PIECE = 1024 * 1024


@contextmanager
def _reported(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TransientError(f"the evidence store cannot be {what}: {error.strerror}") from error


class DirectoryStore:
    """A directory that is Tipline's alone: 0700, files 0600."""

    def __init__(self, url: str) -> None:
        self._root = Path(unquote(urlsplit(url).path))

    def writer(self, key: str) -> _FileWriter:
        final = self._root / checked(key)
        with _reported("written"):
            for folder in (self._root, final.parent):
                if not folder.is_dir():
                    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                    sync_directory(folder.parent)  # else the folder's own name may go with the power
            return _FileWriter(final)

    def remove(self, key: str) -> None:
        with _reported("written"):
            (self._root / checked(key)).unlink(missing_ok=True)

    def size(self, key: str) -> int | None:
        with _reported("read"), suppress(FileNotFoundError):
            return (self._root / checked(key)).stat().st_size
        return None

    def sha256(self, key: str) -> str | None:
        return self._read(key, None)

    def carry(self, key: str, out: BinaryIO) -> str | None:
        return self._read(key, out)

    def _read(self, key: str, out: BinaryIO | None) -> str | None:
        with _reported("read"), suppress(FileNotFoundError):
            with (self._root / checked(key)).open("rb", buffering=0) as file:
                digest = hashlib.sha256()
                while piece := file.read(_PIECE):
                    digest.update(piece)
                    if out is not None:
                        out.write(piece)
            return digest.hexdigest()
        return None

    def _entries(self, suffix: str) -> Iterator[tuple[str, os.stat_result]]:
        with _reported("read"):
            for path in sorted(self._root.glob(f"??/*{suffix}")):
                key = path.relative_to(self._root).with_suffix(".age").as_posix()
                with suppress(FileNotFoundError):  # finished or removed meanwhile
                    if is_key(key):
                        yield key, path.stat()

    def stored(self) -> Iterator[Stored]:
        for key, status in self._entries(".age"):
            yield Stored(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def unfinished(self) -> Iterator[Unfinished]:
        for key, status in self._entries(".part"):
            yield Unfinished(key, "", datetime.fromtimestamp(status.st_mtime, UTC))

    def discard(self, what: Unfinished) -> None:
        with _reported("written"):
            (self._root / checked(what.key)).with_suffix(".part").unlink(missing_ok=True)

    def free_bytes(self) -> int | None:
        there = next(path for path in (self._root, *self._root.parents) if path.exists())
        status = os.statvfs(there)
        return status.f_bavail * status.f_frsize


class _FileWriter:
    def __init__(self, final: Path) -> None:
        self._final = final
        self._part = final.with_suffix(".part")
        self._committed = False
        # only one writer has this name, so that looking for the final one below cannot be overtaken
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")

    def write(self, chunk: bytes) -> None:
        with _reported("written"):
            self._file.write(chunk)

    def commit(self) -> None:
        with _reported("written"):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if self._final.exists():
                raise TransientError("the evidence store already has a file of this name")
            self._part.rename(self._final)
            self._committed = True
            sync_directory(self._final.parent)

    def abort(self) -> None:
        try:
            with suppress(OSError):  # what a full disk did not take is not wanted any more
                self._file.close()
            self._part.unlink(missing_ok=True)
            if self._committed:
                self._final.unlink(missing_ok=True)
        except OSError as error:
            log.error("evidence: an unfinished file is left for the sweep", why=error.strerror)
