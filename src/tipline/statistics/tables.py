"""A figure as people read it: words for every cell, and the table that stands beside every chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tipline.core.text import visible
from tipline.referrals.counts import SMALLEST_TOLD
from tipline.statistics.figures import Answer, Asked, Cell, Dimension, Measure, Unit
from tipline.statistics.wording import ENGLISH, Wording

FEW = ENGLISH.say("few", number=SMALLEST_TOLD)
WITHHELD = ENGLISH.say("withheld")
NOTHING = "–"
LONGEST_LABEL = 120
DIMENSIONS = {dimension: ENGLISH.word("dimension", dimension.value) for dimension in Dimension}
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


def text_of(cell: Cell, unit: Unit, words: Wording = ENGLISH) -> str:
    """A cell as it is written. What is hidden says so and is never a zero."""
    if cell.small:
        return words.say("few", number=SMALLEST_TOLD)
    if cell.hidden:
        return words.say("withheld")
    return NOTHING if cell.value is None else number(cell.value, unit)


def head_of(measure: Measure, words: Wording = ENGLISH) -> str:
    """A measure's label, with its unit where the label does not say it."""
    unit = {Unit.DAYS: words.say("days"), Unit.PER_CENT: "%"}.get(measure.unit, "")
    return measure.label if not unit or unit in measure.label.lower() else f"{measure.label} ({unit})"


def labels_of(row_labels: Sequence[str]) -> tuple[str, ...]:
    """What people read for the keys of a row. Names of platforms are text of strangers."""
    return tuple(visible(label, LONGEST_LABEL) or NOTHING for label in row_labels)


def table_of(answer: Answer, words: Wording = ENGLISH) -> Table:
    """The whole answer as text, in its order; its labels are in the language of `words` already."""
    units = [measure.unit for measure in answer.definition.measures]
    return Table(
        tuple(words.word("dimension", dimension.value) for dimension in answer.asked.by),
        tuple(head_of(measure, words) for measure in answer.definition.measures),
        tuple(
            (
                labels_of(row.labels),
                tuple(text_of(cell, unit, words) for cell, unit in zip(row.cells, units, strict=True)),
            )
            for row in answer.rows
        ),
    )


def months(asked: Asked, words: Wording = ENGLISH) -> str:
    """The months that were asked for, as people say them."""
    first, last = words.month(asked.since), words.month(_last(asked))
    return first if first == last else words.say("from_to", first=first, last=last)


def months_short(asked: Asked) -> str:
    """The same as a name of a bar."""
    first, last = (f"{day:%b %Y}" for day in (asked.since, _last(asked)))
    return first if first == last else f"{first}–{last}"


def _last(asked: Asked) -> date:
    """The first day of the last month that was asked for."""
    return date(asked.until.year - (asked.until.month == 1), asked.until.month - 1 or 12, 1)


def hides(answer: Answer) -> bool:
    """Whether any of its numbers is hidden."""
    return any(cell.hidden or cell.small for row in answer.rows for cell in row.cells)
