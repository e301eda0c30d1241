"""Moving sets of rows: one statement a table, arrays in, keys out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import connection

# name → (PostgreSQL type, values)
Columns = Mapping[str, tuple[str, Sequence[Any]]]


def insert(table: str, columns: Columns, fixed: Mapping[str, str] = MappingProxyType({})) -> None:
    """Insert rows given column-wise.

    Parameters
    ----------
    columns
        name → (PostgreSQL type, values); all value lists have one length, above 0. The names come from code, never from data.
    fixed
        further columns, each with the SQL literal that stands in every row; from code, never from data.
    """
    names = ", ".join([*columns, *fixed])
    # bytes go over the wire as they are; as text they would be twice as long
    arrays = ", ".join(f"{'%b' if kind == 'bytea' else '%s'}::{kind}[]" for kind, _ in columns.values())
    literals = "".join(f", {literal}" for literal in fixed.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT u.*{literals} FROM unnest({arrays}) AS u",  # noqa: S608 - names and literals from code
            [list(values) for _, values in columns.values()],
        )


def upsert(
    table: str,
    columns: Columns,
    *,
    key: Sequence[str],
    update: Sequence[str],
    returning: Sequence[str] = (),
    stays_true: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Insert rows given column-wise; rows whose `key` exists are updated instead.

    Parameters
    ----------
    columns
        name → (PostgreSQL type, values); all value lists have one length. The names come from code, never from data.
    key
        the columns of the unique constraint.
    update
        the columns to overwrite when the row exists; at least one, so that the row is locked and returned.
    stays_true
        boolean columns that become true when the row exists and never false again.

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
    sets = ", ".join([*(f"{name} = EXCLUDED.{name}" for name in update), *kept])
    tail = f" RETURNING {', '.join(returning)}" if returning else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - names from code only
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}{tail}",
            [list(values) for _, values in columns.values()],
        )
        return cursor.fetchall() if returning else []
