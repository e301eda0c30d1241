"""The directory in force: what comes with Tipline, behind what this installation imported."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

import structlog
from pydantic import ValidationError

from tipline.pipeline.attribution.log_expiry.directory import Directory, DirectoryFile
from tipline.pipeline.attribution.log_expiry.models import ProviderDirectory

log = structlog.get_logger(__name__)

RECENT_SECONDS = 15.0
_recent: list[Any] = [0.0, None]  # when it was read, and the directory


def directory() -> Directory:
    """The directory in force now. One query; a file is read again only when another one took its place."""
    # the digest belongs to the key: numbers of rows come again in a database that was restored
    active = ProviderDirectory.objects.filter(active=True).order_by("country").values_list("pk", "sha256")
    known = _made(tuple(active))
    _recent[:] = time.monotonic(), known
    return known


def recent_directory() -> Directory:
    """The directory in force some seconds ago: for pages, which then need no query for it."""
    read_at: float = _recent[0]
    known: Directory | None = _recent[1]
    if known is None or time.monotonic() - read_at > RECENT_SECONDS:
        return directory()
    return known


@lru_cache(maxsize=4)
def _made(active: tuple[tuple[int, str], ...]) -> Directory:
    own = []
    for row in ProviderDirectory.objects.filter(pk__in=[pk for pk, _ in active]).order_by("country"):
        try:
            own.append(DirectoryFile.model_validate(row.body))
        except ValidationError as error:  # checked at its import, by an older Tipline: the reports must go on
            log.error("an imported provider directory is left out", country=row.country, faults=error.error_count())
    return Directory(own)
