"""The directory of platforms in force: what comes with Tipline, behind what this installation imported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import structlog
from django.db import transaction
from pydantic import ValidationError

from tipline.core.clock import now
from tipline.core.datafile import load_toml
from tipline.core.errors import InvalidInputError
from tipline.core.own_files import make_room
from tipline.investigation.process.models import PlatformDirectory
from tipline.investigation.process.platforms import OwnPlatformFile, PlatformFile, together
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

MAX_BYTES = 5_000_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought."""

    version: str
    platforms: int
    unchanged: bool


def own_directory() -> OwnPlatformFile | None:
    """What this installation imported last; None: nothing. One query; it is read again only when another took its place."""
    # the digest belongs to the key: numbers of rows come again in a database that was restored
    active = PlatformDirectory.objects.filter(active=True).values_list("pk", "sha256").first()
    return None if active is None else _read(*active)


def platforms_in_force() -> PlatformFile:
    """The directory in force now."""
    return together(own_directory())


@lru_cache(maxsize=4)
def _read(pk: int, sha256: str) -> OwnPlatformFile | None:
    row = PlatformDirectory.objects.get(pk=pk)
    try:
        return OwnPlatformFile.model_validate(row.body)
    except ValidationError as error:  # checked at its import, by an older Tipline: the cases must go on
        log.error("the imported platform directory is left out", version=row.version, faults=error.error_count())
        return None


def import_platforms(path: Path, actor: Actor) -> Imported:
    """Import a directory of platforms. It takes the place of the one imported before, all of it or nothing; the old one is kept.

    Raises
    ------
    InvalidInputError
        naming the key and what is wrong with it.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    if size > MAX_BYTES:
        raise InvalidInputError(f"{path.name} has {size} bytes; a directory has at most {MAX_BYTES}")
    file = load_toml(path, OwnPlatformFile)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with transaction.atomic():
        if make_room(PlatformDirectory.objects.all(), path, file.about.version, digest):
            return Imported(file.about.version, len(file.platforms), unchanged=True)
        made = PlatformDirectory.objects.create(
            version=file.about.version, sha256=digest, body=file.model_dump(mode="json"), imported_at=now(),
            imported_by=actor.label,
        )  # fmt: skip
        detail = {"version": file.about.version, "sha256": digest, "platforms": len(file.platforms)}
        record(actor, [Act("platform_directory.imported", "platform_directory", made.pk, detail)])
    return Imported(file.about.version, len(file.platforms), unchanged=False)
