"""Moving sets of rows: one statement a table, arrays in, keys out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

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


_ROW = "together_row"


def read_already(thing: Model, name: str, rows: Iterable[Any]) -> None:
    """Make `thing.name.all()` these rows, which were read along with something else, as a prefetch would."""
    found = getattr(thing, name).all()
    found._result_cache, found._prefetch_done = list(rows), True
    thing.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def together(*asked: QuerySet[Any, Any]) -> tuple[list[Any], ...]:
    """The rows of several queries that do not depend on each other, asked for in one statement: for pages that show a little of many tables.

    Each keeps its own columns, conditions and order, and the policies of its own tables: they stand side by side, joined by nothing
    but the numbers of their rows. What a query prefetches is asked for afterwards.
    """
    found: list[list[Any]] = [[] for _ in asked]
    parts: list[tuple[int, QuerySet[Any, Any], Any, int]] = []
    texts: list[str] = []
    params: list[Any] = []
    for place, rows in enumerate(asked):
        query = rows.all()
        compiler = query.query.get_compiler(using=query.db)
        try:
            text, given = compiler.as_sql()
        except EmptyResultSet:  # such as a list of no ids: there is nothing to ask
            continue
        parts.append((place, query, compiler, len(compiler.select)))
        texts.append(f"(SELECT row_number() OVER () AS {_ROW}, q.* FROM ({text}) q) q{place}")  # noqa: S608 - Django's own text
        params += given
    if not parts:
        return tuple(found)
    columns = ", ".join(f"q{place}.*" for place, *_ in parts)
    joined = " FULL JOIN ".join([texts[0], *(f"{text} USING ({_ROW})" for text in texts[1:])])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {joined}", params)  # noqa: S608 - as above
        answer = cursor.fetchall()
        starts = [number for number, column in enumerate(cursor.description) if column.name == _ROW]
    for (place, query, compiler, width), start in zip(parts, starts, strict=True):
        of_it = sorted((row for row in answer if row[start] is not None), key=itemgetter(start))
        own = [row[start + 1 : start + 1 + width] for row in of_it]
        compiler.execute_sql = lambda *_, own=own, **__: [own]
        query.query.get_compiler = lambda *_, compiler=compiler, **__: compiler  # type: ignore[method-assign]
        found[place] = list(query)
    return tuple(found)
