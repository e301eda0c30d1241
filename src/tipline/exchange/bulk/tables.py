"""The tables of the record: derived from its model, so that they cannot part from it.

What is one of many (reports, identifiers, sightings) is a row of a table of its own. Its key is the hand-over's `referral`, the place of its
report (`report_n`), its own place `n`, and the place of what it is in (`parent_n`). What is one of one (sender, terms) is columns of its owner.
"""

from __future__ import annotations

import tomllib
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime

from tipline.exchange.record.model import (
    Happened,
    Hashed,
    HopMade,
    Named,
    Part,
    Placed,
    Point,
    Received,
    Record,
    ReportRecord,
    Scored,
    Seen,
    Someone,
)  # fmt: skip

NAMES: dict[type[Part], str] = {
    Record: "referrals", ReportRecord: "reports", Received: "documents", Someone: "persons", Named: "identifiers", Seen: "sightings", Hashed: "files",
    Placed: "places", Scored: "scores", Point: "reasons", HopMade: "hops", Happened: "history",
}  # fmt: skip
KEYS = ("referral", "report_n", "parent_n", "n")
_SQL: dict[Any, str] = {
    str: "VARCHAR",
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    AwareDatetime: "TIMESTAMP WITH TIME ZONE",
}
MEANINGS_FILE = Path(__file__).parent / "data" / "dictionary.toml"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `path` is where in the row's part its value stands, `sql` its type as DuckDB and Parquet have it."""

    name: str
    path: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: keys first, then the columns of its part."""

    name: str
    part: type[Part]
    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def types(self) -> dict[str, str]:
        """Every column with its type, in order."""
        keys = {key: "VARCHAR" if key == "referral" else "BIGINT" for key in self.keys}
        return keys | {column.name: column.sql for column in self.columns}


Row = list[Any]


@lru_cache(maxsize=1)
def tables() -> tuple[Table, ...]:
    """All tables, referrals first."""
    found: dict[str, Table] = {}
    _add(Record, (), found)
    return tuple(found.values())


def rows(record: Record) -> Iterator[tuple[str, Row]]:
    """Every row of a record with the name of its table, owners before what is in them."""
    yield from _rows(record, record.uid, None, None, None)


@lru_cache(maxsize=1)
def meanings() -> dict[str, dict[str, str]]:
    """What each column is, by table."""
    found: dict[str, dict[str, str]] = tomllib.loads(MEANINGS_FILE.read_text(encoding="utf-8"))["tables"]
    return found


def dictionary() -> dict[str, Any]:
    """The data dictionary, as it stands in every export."""
    return {
        "record": "tipline-referral/1",
        "tables": {
            table.name: {
                "about": " ".join((table.part.__doc__ or "").split()),
                "key": list(table.keys),
                "columns": {name: {"type": sql, "is": meanings()[table.name].get(name) or meanings()["keys"][name]} for name, sql in table.types.items()},
            }
            for table in tables()
        },
    }  # fmt: skip


# -- from the model -----------------------------------------------------------------------------------------------------


def _add(part: type[Part], above: tuple[str, ...], found: dict[str, Table]) -> None:
    columns, inner = _columns(part, ())
    depth = len(above)
    keys = (
        KEYS[:1]
        if depth == 0
        else ("referral", "n")
        if depth == 1
        else ("referral", "report_n", "n")
        if depth == 2
        else KEYS
    )
    found[NAMES[part]] = Table(NAMES[part], part, keys, tuple(columns))
    for below in inner:
        _add(below, (*above, NAMES[part]), found)


def _columns(part: type[Part], path: tuple[str, ...]) -> tuple[list[Column], list[type[Part]]]:
    columns: list[Column] = []
    inner: list[type[Part]] = []
    hints = typing.get_type_hints(part)
    for name in part.model_fields:
        bare = _bare(hints[name])
        here = (*path, name)
        if _is_part(bare):
            more, below = _columns(bare, here)
            columns += more
            inner += below
        elif _is_part(of := _of_tuple(bare)):
            inner.append(of)
        else:
            columns.append(Column("_".join(here), here, _sql(bare)))
    return columns, inner


def _bare(kind: Any) -> Any:
    """A type without what may be missing."""
    if typing.get_origin(kind) in {types.UnionType, typing.Union}:
        return next(one for one in typing.get_args(kind) if one is not types.NoneType)
    return kind


def _of_tuple(kind: Any) -> Any:
    return _bare(typing.get_args(kind)[0]) if typing.get_origin(kind) is tuple else None


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Part)


def _sql(kind: Any) -> str:
    if typing.get_origin(kind) is tuple:
        return f"{_sql(_of_tuple(kind))}[]"
    if isinstance(kind, type):
        # bool is an int too
        return next(sql for base, sql in _SQL.items() if issubclass(kind, base))
    # a choice of texts
    return "VARCHAR"


def _rows(
    part: Part, referral: str, report: int | None, parent: int | None, n: int | None
) -> Iterator[tuple[str, Row]]:
    table = _table_of(type(part))
    keys = {"referral": referral, "report_n": report, "parent_n": parent, "n": n}
    yield table.name, [keys[key] for key in table.keys] + [_value(part, column.path) for column in table.columns]
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, tuple) and value and isinstance(value[0], Part):
            for index, one in enumerate(value):
                is_report = isinstance(one, ReportRecord)
                yield from _rows(one, referral, index if is_report else report, n, index)


@cache
def _table_of(part: type[Part]) -> Table:
    return next(table for table in tables() if table.part is part)


def _value(part: Part, path: tuple[str, ...]) -> Any:
    value: Any = part
    for name in path:
        value = None if value is None else getattr(value, name)
    return value
