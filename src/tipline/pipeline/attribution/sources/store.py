"""Compiled sources on this machine: under the data directory, made anew from the database when they are not there.

A compiled source is named by the SHA-256 of its file, the gazetteer that placed its records, and the form of the folder. When any of these changes
another name is looked for, not found, and made: once, under a lock, by whoever asks first.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import mmap
import os
import shutil
import tempfile
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from django.db import connection

from tipline.core.config import config
from tipline.core.errors import TransientError
from tipline.pipeline.attribution.editions import version_of
from tipline.pipeline.attribution.models import SourceKind, SourcePart
from tipline.pipeline.attribution.sources.compiled import FORMAT, Compiled
from tipline.pipeline.attribution.sources.recognise import KINDS, recognise
from tipline.pipeline.attribution.sources.speaker import Speaker, claims_of
from tipline.trust import places

_MOST_OPEN = 32
_open: dict[tuple[int, str], Speaker] = {}
_opening = threading.Lock()


@lru_cache(maxsize=1)
def places_version() -> str:
    """What the gazetteer is, code and data: 8 hex digits of the SHA-256 of its files."""
    digest = hashlib.sha256()
    for path in sorted(Path(places.__file__).parent.glob("*.py")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    for country in places.known_countries():
        digest.update(f"{places.version(country)}\0".encode())
    return digest.hexdigest()[:8]


def compiled_name(sha256: str) -> str:
    """Name of the folder of a compiled source."""
    return f"{sha256}-{places_version()}-{FORMAT}"


@dataclass(frozen=True, slots=True)
class Active:
    """A source that speaks, as its row has it."""

    id: int
    name: str
    kind: str
    sha256: str
    path: str
    as_of: date | None
    imported_at: datetime

    @property
    def version(self) -> str:
        """Which edition: for people and for the record, the same on every machine."""
        return version_of(self.sha256, self.as_of)


def active() -> list[Active]:
    """The sources that speak, the first-ranked first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, kind, sha256, path, coalesce(as_of, built_at::date, imported_at::date), imported_at"
            " FROM attribution_source WHERE active ORDER BY rank, id"
        )
        return [Active(*row) for row in cursor.fetchall()]


def speakers() -> list[Speaker]:
    """The sources that speak, ready to be asked."""
    return [_speaker(source) for source in active()]


def _speaker(source: Active) -> Speaker:
    name = compiled_name(source.sha256)
    known = _open.get((source.id, name))
    if known is None:
        with _opening:
            known = _open.get((source.id, name))
            if known is None:
                compiled = _compiled(source, name)
                kind = KINDS[SourceKind(source.kind)]
                claims = claims_of(compiled, source.name, kind, source.version, source.as_of)
                known = Speaker(source.name, kind, compiled, claims)
                while len(_open) >= _MOST_OPEN:
                    _open.pop(next(iter(_open)))
                _open[source.id, name] = known
    return known


def folder(data_dir: Path) -> Path:
    """Where a data directory holds compiled sources."""
    return data_dir / "geo" / "compiled"


def _compiled(source: Active, name: str) -> Compiled:
    """Where it was imported, or in this machine's data directory, where it is made if need be."""
    for place in (Path(source.path) if source.path else None, folder(config().data_dir)):
        if place is not None and (place / name / "about.json").is_file():
            return Compiled.read(place / name)
    here = folder(config().data_dir)
    with locked(here):
        if not (here / name / "about.json").is_file():
            with stored_file(source.id, source.name) as (path, body):
                put(here, name, recognise(path, source.name, body).compiled)
    return Compiled.read(here / name)


def put(place: Path, name: str, compiled: Compiled) -> None:
    """Write a compiled source: whole or not at all."""
    if (place / name).exists():
        return
    place.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=place))
    try:
        compiled.write(part)
        with contextlib.suppress(FileExistsError):
            part.rename(place / name)
    except OSError as error:
        if not (place / name / "about.json").is_file():  # nobody else was quicker
            raise TransientError(f"the compiled source cannot be written to {place}: {error.strerror}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """One process at a time makes compiled sources here."""
    place.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(place / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def forget_others(place: Path, kept: Iterable[str]) -> None:
    """Remove compiled sources that no kept version needs; who has one open goes on reading it."""
    names = {compiled_name(sha256) for sha256 in kept}
    for old in place.iterdir() if place.is_dir() else ():
        if old.is_dir() and not old.name.startswith(".") and old.name not in names:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def stored_file(source_id: int, name: str) -> Iterator[tuple[Path, mmap.mmap]]:
    """A source's file as the database keeps it.

    Raises
    ------
    TransientError
        when it is not kept there.
    """
    with tempfile.TemporaryDirectory(prefix="tipline-geo-") as place:
        path = Path(place, "source")
        with path.open("wb") as file:
            parts = SourcePart.objects.filter(source=source_id).order_by("number").values_list("body", flat=True)
            for part in parts.iterator(chunk_size=8):
                file.write(zlib.decompress(part))
        if not path.stat().st_size:
            raise TransientError(f"the file of {name} is not kept any more: import it again")
        with path.open("rb") as stored, mmap.mmap(stored.fileno(), 0, access=mmap.ACCESS_READ) as body:
            yield path, body
