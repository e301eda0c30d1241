"""What a figure is, how one asks for it, and what comes back. Nothing here touches a database.

A figure is a folder in `statistics/data/figures/`: its definition (name, version, the sentences, the dimensions it can be cut by) and
one query over the facts, in SQL that PostgreSQL and DuckDB both run. `statistics.queries.answer` asks PostgreSQL; `statistics.rebuild`
asks DuckDB over a Parquet export, and must get the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from tipline.core.datafile import Strict


class Dimension(StrEnum):
    """What a figure can be cut by."""

    MONTH = "month"
    DISTRICT = "district"
    PLATFORM = "platform"
    CATEGORY = "category"
    DESK = "desk"


class Unit(StrEnum):
    """What the values of a figure are."""

    REPORTS = "reports"
    CASES = "cases"
    DAYS = "days"
    PER_CENT = "per cent"
    CHILDREN = "children"
    REQUESTS = "requests"
    POINTS = "points"


class Over(StrEnum):
    """Which facts a figure counts."""

    REPORTS = "reports"
    REQUESTS = "requests"


class Measure(Strict):
    """One column of a figure: `key` names the column of the query."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: str = Field(min_length=1)
    unit: Unit
    of: str = Field(
        default="",
        description="the column that says over how many rows a median or a share was made; empty: a count itself",
    )
    part: str = Field(default="", description="of a share: the column that is counted in it, and is hidden with it")
    once: bool = Field(
        default=False, description="counts what several reports have in common once, a case: parts do not add up"
    )


class Turn(Strict):
    """Moments at which a fact counts otherwise although nothing happened to it: some whole days after one of its times."""

    after: Literal["received_at", "arrived_at", "logs_gone_at"]
    days: tuple[int, ...] = Field(min_length=1)
    then_every: int = Field(
        default=0, ge=0, description="and every so many days after the last of them; nought: never again"
    )


class Definition(Strict):
    """A figure as its data file has it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=80)
    counts: str = Field(min_length=20, description="one or two sentences: what it counts")
    leaves_out: str = Field(min_length=10, description="what it does not count")
    over: Over = Over.REPORTS
    turns: tuple[Turn, ...] = ()
    by: tuple[Dimension, ...]
    measures: tuple[Measure, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: which figure of which agency, for reports received in the months from `since` to before `until`, cut by what.

    Parameters
    ----------
    agency
        code of the agency whose reports count: those that it holds or held.
    since, until
        first days of months; the time zone is the agency's.
    by
        dimensions in the order of the rows' keys; empty: one row.
    only
        (dimension, key) pairs that rows must have.
    as_of
        count what was known at this moment, and nothing later; None: now.
    suppressed
        hide numbers of one to four, and what would give them away: for whoever may not see the reports, and for all that is published.
    """

    figure: str
    agency: str
    since: date
    until: date
    by: tuple[Dimension, ...] = ()
    only: tuple[tuple[Dimension, str], ...] = ()
    as_of: datetime | None = None
    suppressed: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A value; None where there is nothing to tell, or it is hidden (`small`: since it is one to four; else since it would give one away)."""

    value: float | None
    small: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Keys (one a dimension asked for, as stored), what people read for them, and a cell for each measure."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A figure asked: rows in the order of their keys, the definition they were made by, and when the facts were last brought up to date.

    `row_by_row`: cells have no answer to it, so that it was counted over the facts, which takes seconds where there are many.
    """

    definition: Definition
    asked: Asked
    rows: tuple[Row, ...]
    fresh_at: datetime
    row_by_row: bool = field(default=False, compare=False)
