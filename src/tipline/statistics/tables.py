"""A figure as people read it: words for every cell, and the table that stands beside every chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tipline.core.text import visible
from tipline.referrals.counts import SMALLEST_TOLD
from tipline.statistics.figures import Answer, Asked, Cell, Dimension, Measure, Unit

FEW = f"fewer than {SMALLEST_TOLD}"
WITHHELD = "withheld"
NOTHING = "–"
LONGEST_LABEL = 120
DIMENSIONS = {
    Dimension.MONTH: "Month", Dimension.DISTRICT: "District", Dimension.PLATFORM: "Platform",
    Dimension.CATEGORY: "Category", Dimension.DESK: "Desk",
}  # fmt: skip
_MEASURED = frozenset({"days", "per cent", "points"})  # told with a decimal; all others are counts


@dataclass(frozen=True, slots=True)
class Table:
    """A figure as text: heads of the dimensions, heads of the measures, and rows of both."""

    keys: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def is_count(unit: Unit) -> bool:
    """Whether values of this unit are whole things, counted."""
    return unit.value not in _MEASURED


def number(value: float, unit: Unit) -> str:
    """A value as it is written: whole counts with separators, days and shares with one decimal."""
    return f"{value:,.0f}" if is_count(unit) else f"{value:,.1f}{' %' if unit == Unit.PER_CENT else ''}"


def text_of(cell: Cell, unit: Unit) -> str:
    """A cell as it is written. What is hidden says so and is never a zero."""
    if cell.small:
        return FEW
    if cell.hidden:
        return WITHHELD
    return NOTHING if cell.value is None else number(cell.value, unit)


def head_of(measure: Measure) -> str:
    """A measure's label, with its unit where the label does not say it."""
    unit = {Unit.DAYS: "days", Unit.PER_CENT: "%"}.get(measure.unit, "")
    return measure.label if not unit or unit in measure.label.lower() else f"{measure.label} ({unit})"


def labels_of(row_labels: Sequence[str]) -> tuple[str, ...]:
    """What people read for the keys of a row. Names of platforms are text of strangers."""
    return tuple(visible(label, LONGEST_LABEL) or NOTHING for label in row_labels)


def table_of(answer: Answer) -> Table:
    """The whole answer as text, in its order."""
    units = [measure.unit for measure in answer.definition.measures]
    return Table(
        tuple(DIMENSIONS[dimension] for dimension in answer.asked.by),
        tuple(head_of(measure) for measure in answer.definition.measures),
        tuple(
            (labels_of(row.labels), tuple(text_of(cell, unit) for cell, unit in zip(row.cells, units, strict=True)))
            for row in answer.rows
        ),
    )


def months(asked: Asked) -> str:
    """The months that were asked for, as people say them."""
    last_month = asked.until.month - 1 or 12
    last_year = asked.until.year - (asked.until.month == 1)
    first, last = f"{_MONTHS[asked.since.month - 1]} {asked.since.year}", f"{_MONTHS[last_month - 1]} {last_year}"
    return first if first == last else f"{first} to {last}"


def months_short(asked: Asked) -> str:
    """The same as a name of a bar."""
    last = date(asked.until.year - (asked.until.month == 1), asked.until.month - 1 or 12, 1)
    first, final = (f"{_MONTHS[day.month - 1][:3]} {day.year}" for day in (asked.since, last))
    return first if first == final else f"{first}–{final}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def hides(answer: Answer) -> bool:
    """Whether any of its numbers is hidden."""
    return any(cell.hidden or cell.small for row in answer.rows for cell in row.cells)
