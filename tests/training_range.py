"""A database of the tests that is a training range for the time of a test, as `tipline training up` would have made it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


@contextmanager
def stamped(superuser_url: str, kind: str = "range") -> Iterator[None]:
    """The database stamped as this kind meanwhile. Only a superuser can: no trigger has a say in its session."""
    _stamp(superuser_url, kind)
    try:
        yield
    finally:
        _stamp(superuser_url, "live")


def _stamp(superuser_url: str, kind: str) -> None:
    with psycopg.connect(superuser_url) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM training_stamp")
        superuser.execute("INSERT INTO training_stamp (kind) VALUES (%s)", [kind])
