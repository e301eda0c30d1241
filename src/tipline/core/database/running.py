"""Having the database reachable, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tipline.core.config import Config
from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.database.urls import database_urls, without_password
from tipline.core.errors import DatabaseUnavailableError

OLDEST_SERVER = 150_000  # PostgreSQL 15


@contextmanager
def database_running(config: Config) -> Iterator[None]:
    """The database for the time of the block: the embedded one started, a given one checked.

    Raises
    ------
    DatabaseUnavailableError
        when it cannot be reached, or is older than PostgreSQL 15.
    """
    if config.embedded:
        with EmbeddedPostgres(config.data_dir).use():
            yield
        return
    urls = database_urls(config)
    _check("TIPLINE_DATABASE_URL", urls.app)
    if urls.owner != urls.app:
        _check("TIPLINE_DATABASE_OWNER_URL", urls.owner)
    yield


def _check(variable: str, url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        said = " ".join(str(error).split()) or "no answer"
        raise DatabaseUnavailableError(f"{variable} ({without_password(url)}) cannot be reached: {said}") from error
    if version < OLDEST_SERVER:
        raise DatabaseUnavailableError(
            f"{variable} ({without_password(url)}) is PostgreSQL {version // 10_000}; Tipline needs 15 or newer"
        )
