"""What keeps a batch and a settling, or an import, from missing each other: neither sees what the other has not committed."""

from __future__ import annotations

import time

from django.db import connection

from tipline.core.errors import TransientError

_BATCHES = 0x6D617463  # advisory: held, shared, by every transaction that matches a batch
_SETTLING = 0x73657474  # advisory: one settles at a time
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.05


def say_a_batch_is_matched() -> None:
    """To the end of this transaction. What it reads afterwards is at least as new as this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_BATCHES])


def wait_for_batches(patience_seconds: float = _PATIENCE_SECONDS) -> None:
    """Wait until every batch that is matched now has committed or gone; new ones are not held up.

    Called after a commit: each batch has then either seen it or ended. That is how PostgreSQL makes an index beside writers.

    Raises
    ------
    TransientError
        when one takes longer than that.
    """
    waited_for = _at_it()
    end = time.monotonic() + patience_seconds
    while waited_for and (waited_for := waited_for & _at_it()):
        if time.monotonic() > end:
            raise TransientError("a batch of the pipeline has not ended in time; this is tried again")
        time.sleep(_PAUSE_SECONDS)


def settle_alone() -> bool:
    """To the end of this transaction; False when somebody else settles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SETTLING])
        return bool(cursor.fetchone()[0])


def _at_it() -> set[str]:
    """Other transactions that match a batch. A key of 64 bits stands in `pg_locks` in two halves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND objsubid = 1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()",
            [_BATCHES],
        )
        return {row[0] for row in cursor.fetchall()}
