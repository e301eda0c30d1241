"""The stamp of a database: live or training range. Written at the first start, and never changed (`training_stamp`)."""

from __future__ import annotations

from typing import Any

import psycopg

from tipline.core.errors import DatabaseUnavailableError

LIVE, RANGE = "live", "range"


def refuse_another(connection: psycopg.Connection[Any], *, in_range: bool) -> None:
    """Refuse a database that is stamped as the other kind, or that holds people or reports and was never stamped: that one is live.

    Raises
    ------
    DatabaseUnavailableError
        saying which it is, before anything was written.
    """
    kind = _stamp(connection) or (LIVE if _in_use(connection) else "")
    if kind and (kind == RANGE) != in_range:
        raise DatabaseUnavailableError(
            "this database is a live installation's: the training range needs one of its own (TIPLINE_TRAINING_DATABASE_URL)"
            if in_range
            else "this database is a training range's, where nothing is real: name a live one, or start it with `tipline training up`"
        )


def stamp(owner: psycopg.Connection[Any], *, in_range: bool) -> None:
    """Write what this database is, unless that was written."""
    if not _stamp(owner):
        owner.execute(
            "INSERT INTO training_stamp (kind) VALUES (%s) ON CONFLICT DO NOTHING", [RANGE if in_range else LIVE]
        )


def _stamp(connection: psycopg.Connection[Any]) -> str:
    if not _there(connection, "training_stamp"):
        return ""
    row = connection.execute("SELECT kind FROM training_stamp").fetchone()
    return str(row[0]) if row else ""


def _in_use(connection: psycopg.Connection[Any]) -> bool:
    return any(
        _there(connection, table) and bool(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone())  # noqa: S608 - names of ours
        for table in ("accounts_user", "reports_report")
    )


def _there(connection: psycopg.Connection[Any], table: str) -> bool:
    return connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)
