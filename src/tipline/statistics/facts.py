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
from tipline.statistics.columns import REPORTS, REQUESTS, Names
from tipline.statistics.figures import Dimension, Over

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


_OF_AGENCY = "agency_id = :agency AND month >= CAST(:since AS date) AND month < CAST(:until AS date)"
MOMENT = "moment AS (SELECT CAST(:as_of AS timestamptz) AS as_of)"
_STOOD = "known_from <= :as_of AND (known_until IS NULL OR known_until > :as_of)"
_COLUMNS = {
    Over.REPORTS: f"""report_id, agency_id, desk_id, channel, received_at, arrived_at, logs_gone_at, children, repeat, merged,
    urgent, completeness, files, identifiers, useful, {_known(REPORTS)},
    CASE WHEN case_at <= :as_of THEN case_id END AS case_id""",
    Over.REQUESTS: f"""request_id, sent_at, {_known(REQUESTS)},
    CASE WHEN replied_at <= :as_of THEN answer ELSE '' END AS answer, CASE WHEN replied_at <= :as_of THEN usefulness ELSE '' END AS usefulness""",
}
_COUNTED = {
    Over.REPORTS: "received_at <= :as_of AND arrived_at <= :as_of AND (retracted_at IS NULL OR retracted_at > :as_of)",
    Over.REQUESTS: "sent_at <= :as_of AND NOT withdrawn",
}


def rows(over: Over, first: str, where: str, beside: str = "") -> str:
    """The rows that figures count, as they stood at `:as_of`: `first` names the columns that they are cut by, `beside` what they are joined with."""
    return (
        f"SELECT {first}, {_COLUMNS[over]}\n  FROM {_TABLES[over]}{beside}"  # noqa: S608 - names of columns, from keeping.py
        f"\n  WHERE {where} AND {_STOOD}\n    AND {_COUNTED[over]}"
    )


_TABLES = {Over.REPORTS: REPORTS.table, Over.REQUESTS: REQUESTS.table}
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
    counted = rows(over, f"{keys[0]} AS d1, {keys[1]} AS d2", f"{_OF_AGENCY}{only}")
    text = f"WITH {MOMENT}, facts AS (\n  {counted}\n)\n{grouped(figure.sql, sums_of(asked))}"
    values: dict[str, Any] = {
        "agency": asked.agency_id, "since": asked.since, "until": asked.until, "as_of": asked.as_of,
        **{f"only_{place}": key for place, (_, key) in enumerate(asked.only)},
    }  # fmt: skip
    return text, values


def sums_of(asked: Question) -> tuple[str, ...]:
    """The sets that a question groups by: its table, and those of its sums that it wants."""
    # a column that was not asked for is the same in all rows: grouping without it as well would count everything again
    return (("d1, d2",), ("d1, d2", "d2"), ("d1, d2", "d1", "d2", ""))[len(asked.by) if asked.sums else 0]


def grouped(text: str, sums: Sequence[str]) -> str:
    """A figure's query that groups by the table and its sums."""
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
