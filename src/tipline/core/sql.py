"""Moving sets of rows: one statement a table, arrays in, keys out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

# name → (PostgreSQL type, values)
Columns = Mapping[str, tuple[str, Sequence[Any]]]


@contextmanager
def pipelined() -> Iterator[None]:
    """Statements within go to the database one after another without waiting for answers, and cost one way there and back.

    What is to be read must be fetched within, and best after the last statement was sent. The first statement that fails
    fails all that follow it.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def insert(
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    fixed: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Insert rows in one statement.

    They travel as one JSON text, which is written in a tenth of the time that arrays of each column take; bytes beside it.

    Parameters
    ----------
    columns
        name → PostgreSQL type, in the order of the values of each row. Names come from code, never from data.
    rows
        strings, numbers, booleans, None, aware times; lists and maps of them where the type is jsonb; bytes where it is bytea.
    fixed
        further columns, each with the SQL literal that stands in every row; from code, never from data.
    """
    if not rows:
        return
    binary = [place for place, kind in enumerate(columns.values()) if kind == "bytea"]
    plain = [place for place in range(len(columns)) if place not in binary]
    names = list(columns)
    kinds = ", ".join(f"{names[place]} {columns[names[place]]}" for place in plain)
    sources = [f"json_to_recordset(%s) AS ({kinds})", *("unnest(%b::bytea[])" for _ in binary)]
    ordered = [names[place] for place in (*plain, *binary)]
    values = ", ".join(["u.*", *fixed.values()])
    text = json.dumps(
        [{names[place]: row[place] for place in plain} for row in rows], ensure_ascii=False, default=datetime.isoformat
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join([*ordered, *fixed])})"  # noqa: S608 - names and literals from code
            f" SELECT {values} FROM ROWS FROM ({', '.join(sources)}) AS u",
            [text, *([row[place] for row in rows] for place in binary)],
        )


def upsert(
    table: str,
    columns: Columns,
    *,
    key: Sequence[str],
    update: Sequence[str],
    returning: Sequence[str] = (),
    stays_true: Sequence[str] = (),
    adds: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Insert rows given column-wise; rows whose `key` exists are updated instead.

    Parameters
    ----------
    columns
        name → (PostgreSQL type, values); all value lists have one length. The names come from code, never from data.
    key
        the columns of the unique constraint.
    update
        the columns to overwrite when the row exists; at least one here or in `adds`, so that the row is locked and returned.
    stays_true
        boolean columns that become true when the row exists and never false again.
    adds
        numbers that are added to those of the row that exists.

    Returns
    -------
    list of tuple
        the `returning` columns of every row, inserted or updated, in no particular order.
    """
    lengths = {len(values) for _, values in columns.values()}
    if len(lengths) != 1:
        raise ValueError(f"columns of {table} differ in length: {sorted(lengths)}")
    if lengths == {0}:
        return []
    names = ", ".join(columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind, _ in columns.values())
    kept = [f"{name} = {table}.{name} OR EXCLUDED.{name}" for name in stays_true]
    added = [f"{name} = {table}.{name} + EXCLUDED.{name}" for name in adds]
    sets = ", ".join([*(f"{name} = EXCLUDED.{name}" for name in update), *kept, *added])
    tail = f" RETURNING {', '.join(returning)}" if returning else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - names from code only
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}{tail}",
            [list(values) for _, values in columns.values()],
        )
        return cursor.fetchall() if returning else []


def counts(wanted: Mapping[str, tuple[QuerySet[Any], int]]) -> dict[str, int]:
    """How many rows each of several queries has, in one statement; none when nothing is asked.

    Parameters
    ----------
    wanted
        name → the query, and how far to count: what has more rows costs no more, and has that number.
    """
    parts: list[str] = []
    values: list[Any] = []
    for rows, most in wanted.values():
        try:
            text, given = rows.order_by()[:most].query.sql_with_params()
        except EmptyResultSet:  # asks for one of none
            text, given = "SELECT WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({text}) AS n)")  # noqa: S608 - Django's own SQL
        values += given
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)  # as above
        return dict(zip(wanted, cursor.fetchone(), strict=True))
