"""Data files of an installation's own, kept in a table: a newer one takes the place of the one in force, and the old one stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from tipline.core.errors import InvalidInputError


def make_room(rows: QuerySet[Any], path: Path, version: str, sha256: str) -> Any | None:
    """Take what is in force among `rows` out of force, inside the caller's transaction.

    Parameters
    ----------
    rows
        of one kind and place; they have `active`, `version` and `sha256`, and at most one is active.

    Returns
    -------
    Any | None
        the row in force when it holds these very bytes: there is nothing to do. Otherwise None.

    Raises
    ------
    InvalidInputError
        for other content under the version in force.
    """
    before = rows.select_for_update().filter(active=True).first()
    if before is None:
        return None
    if before.sha256 == sha256:
        return before
    if before.version == version:
        raise InvalidInputError(
            f"{path.name}, about.version: {version!r} is in force with other content; give the file a new version"
        )
    before.active = False
    before.save(update_fields=["active"])
    return None
