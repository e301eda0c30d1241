"""The directory in force: what comes with Tipline, behind what this installation imported."""

from __future__ import annotations

from functools import lru_cache

import structlog
from pydantic import ValidationError

from tipline.pipeline.attribution.log_expiry.directory import Directory, DirectoryFile
from tipline.pipeline.attribution.log_expiry.models import ProviderDirectory

log = structlog.get_logger(__name__)


def directory() -> Directory:
    """The directory in force now. One query; a file is read again only when another one took its place."""
    # the digest belongs to the key: numbers of rows come again in a database that was restored
    return _made(tuple(ProviderDirectory.objects.filter(active=True).order_by("country").values_list("pk", "sha256")))


@lru_cache(maxsize=4)
def _made(active: tuple[tuple[int, str], ...]) -> Directory:
    own = []
    for row in ProviderDirectory.objects.filter(pk__in=[pk for pk, _ in active]).order_by("country"):
        try:
            own.append(DirectoryFile.model_validate(row.body))
        except ValidationError as error:  # checked at its import, by an older Tipline: the reports must go on
            log.error("an imported provider directory is left out", country=row.country, faults=error.error_count())
    return Directory(own)
