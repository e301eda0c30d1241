"""Facts as figures read them: one text of SQL, for PostgreSQL over the table and for DuckDB over a Parquet export of it.

A figure selects from `facts`, which has the rows of one agency and time as they stood at a moment, cut by the columns `d1` and `d2` ('' where
nothing was asked). It groups by `GROUPING SETS (:sums)`, which stands for the table itself and those of its sums that are wanted; `g1` and `g2`
are 1 where a column is summed over. `:sums_of_subject` is the same with a column `subject` in each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tipline.statistics.catalogue import Figure
from tipline.statistics.figures import Dimension, Over
from tipline.statistics.keeping import REPORTS, REQUESTS, Names

MOST_DIMENSIONS = 2

_MONTH = "substr(CAST(month AS varchar), 1, 7)"
KEYS = {
    Over.REPORTS: {
        Dimension.MONTH: _MONTH,
        Dimension.DISTRICT: "district",
        Dimension.PLATFORM: "CAST(provider_id AS varchar)",
        Dimension.CATEGORY: "category",
        Dimension.DESK: "CAST(desk_id AS varchar)",
    },
    Over.REQUESTS: {Dimension.MONTH: _MONTH, Dimension.PLATFORM: "holder", Dimension.CATEGORY: "kind"},
}


def _known(names: Names) -> str:
    return ", ".join(f"CASE WHEN {name} <= :as_of THEN {name} END AS {name}" for name in names.events)


_STOOD = """
  WHERE agency_id = :agency AND month >= CAST(:since AS date) AND month < CAST(:until AS date)
    AND known_from <= :as_of AND (known_until IS NULL OR known_until > :as_of)"""
_MOMENT = "WITH moment AS (SELECT CAST(:as_of AS timestamptz) AS as_of)"
_FACTS = {
    Over.REPORTS: f"""
{_MOMENT}, facts AS (
  SELECT {{d1}} AS d1, {{d2}} AS d2, report_id, agency_id, desk_id, channel, received_at, arrived_at, logs_gone_at, children, repeat, merged,
    urgent, completeness, files, identifiers, useful, {_known(REPORTS)},
    CASE WHEN case_at <= :as_of THEN case_id END AS case_id
  FROM {REPORTS.table} {_STOOD}
    AND received_at <= :as_of AND arrived_at <= :as_of AND (retracted_at IS NULL OR retracted_at > :as_of)
    {{only}}
)
""",  # noqa: S608 - names of columns, from keeping.py
    Over.REQUESTS: f"""
{_MOMENT}, facts AS (
  SELECT {{d1}} AS d1, {{d2}} AS d2, request_id, sent_at, {_known(REQUESTS)},
    CASE WHEN replied_at <= :as_of THEN answer ELSE '' END AS answer, CASE WHEN replied_at <= :as_of THEN usefulness ELSE '' END AS usefulness
  FROM {REQUESTS.table} {_STOOD}
    AND sent_at <= :as_of AND NOT withdrawn
    {{only}}
)
""",  # noqa: S608 - as above
}
_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Question:
    """What a figure's query is asked: of one agency, by at most two dimensions, as of a moment."""

    agency_id: int
    since: date
    until: date
    by: tuple[Dimension, ...]
    as_of: datetime
    only: tuple[tuple[Dimension, str], ...] = ()
    sums: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a figure's query: keys, which of them are summed over, and the columns in order."""

    keys: tuple[str, ...]
    summed: tuple[bool, ...]
    values: dict[str, float | None]


def statement(figure: Figure, asked: Question) -> tuple[str, dict[str, Any]]:
    """The whole statement with `:name` for its parameters, and their values."""
    over = figure.definition.over
    of = KEYS[over]
    keys = [of[dimension] for dimension in asked.by] + ["CAST('' AS varchar)"] * (MOST_DIMENSIONS - len(asked.by))
    only = "".join(f" AND {of[dimension]} = :only_{place}" for place, (dimension, _) in enumerate(asked.only))
    text = _FACTS[over].format(d1=keys[0], d2=keys[1], only=only) + _with_sums(figure.sql, asked)
    values: dict[str, Any] = {
        "agency": asked.agency_id, "since": asked.since, "until": asked.until, "as_of": asked.as_of,
        **{f"only_{place}": key for place, (_, key) in enumerate(asked.only)},
    }  # fmt: skip
    return text, values


def _with_sums(text: str, asked: Question) -> str:
    # a column that was not asked for is the same in all rows: grouping without it as well would count everything again
    sums = (("d1, d2",), ("d1, d2", "d2"), ("d1, d2", "d1", "d2", ""))[len(asked.by) if asked.sums else 0]
    of_subject = ", ".join(f"({one}, subject)" if one else "(subject)" for one in sums)
    return text.replace(":sums_of_subject", of_subject).replace(":sums", ", ".join(f"({one})" for one in sums))


def for_postgresql(text: str) -> str:
    """Parameters as psycopg writes them."""
    return _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))


def for_duckdb(text: str) -> str:
    """Parameters as DuckDB writes them."""
    return _PARAMETER.sub(r"$\1", text)


def lines(names: Sequence[str], rows: Sequence[Sequence[Any]], dimensions: int) -> list[Line]:
    """Rows of either database, told apart by what they are summed over: sums last."""
    found: dict[tuple[tuple[str, ...], tuple[bool, ...]], Line] = {}
    for row in rows:
        columns = dict(zip(names, row, strict=True))
        summed = tuple(bool(columns[f"g{place + 1}"]) for place in range(dimensions))
        keys = tuple("" if summed[place] else str(columns[f"d{place + 1}"]) for place in range(dimensions))
        values = {
            name: None if value is None else float(value)
            for name, value in columns.items()
            if name not in {"d1", "d2", "g1", "g2"}
        }
        found.setdefault((keys, summed), Line(keys, summed, values))
    return sorted(found.values(), key=lambda line: (line.summed, line.keys))
