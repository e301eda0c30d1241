"""Where sealed files stand: one small interface, and a folder for each kind of place.

Nothing here opens a file. A store takes bytes in, says what it holds, hashes what it holds, and carries it on as sealed as it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tipline.core.storage.interface import Store, Stored, Unfinished, Writer, new_key

if TYPE_CHECKING:
    from tipline.core.config import Config

__all__ = ["Store", "Stored", "Unfinished", "Writer", "new_key", "open_store"]


def open_store(settings: Config) -> Store:
    """The store that the installation is set up with. Nothing is contacted or made until it is used."""
    if settings.s3 is not None:
        return _s3(settings)
    from tipline.core.storage.directory import DirectoryStore

    return DirectoryStore(settings.storage_url)


@lru_cache(maxsize=4)
def _s3(settings: Config) -> Store:
    """One a process, with its connections."""
    from tipline.core.storage.s3.store import S3Store

    assert settings.s3 is not None  # noqa: S101 - asked by the caller
    return S3Store(settings.s3)
