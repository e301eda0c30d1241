"""Two answers to one question side by side: of two times, two agencies or two districts, with the difference and when not to trust it."""

from __future__ import annotations

from dataclasses import dataclass

from tipline.core.errors import InvalidInputError
from tipline.statistics.figures import Answer, Cell, Measure
from tipline.statistics.tables import head_of, is_count, labels_of, number, text_of

FEW_TO_COMPARE = 30  # below it a change of a third is within what chance does to a count (its square root)


@dataclass(frozen=True, slots=True)
class Line:
    """One number of one row in both answers. `doubtful`: too few to read anything into the difference."""

    labels: tuple[str, ...]
    measure: str
    here: str
    there: str
    difference: str
    doubtful: bool


def compare(here: Answer, there: Answer) -> tuple[Line, ...]:
    """Every row of either answer, every measure; a difference only where both sides tell a number.

    Raises
    ------
    InvalidInputError
        when they answer different figures, or are cut differently.
    """
    if here.definition != there.definition or here.asked.by != there.asked.by:
        raise InvalidInputError("only one figure, of one version and cut in one way, compares with itself")
    measures = here.definition.measures
    sides = [{row.keys: row for row in answer.rows} for answer in (here, there)]
    keys = list(dict.fromkeys([*sides[0], *sides[1]]))
    # a row is there as soon as anything is counted in it
    nothing = tuple(Cell(0.0 if is_count(measure.unit) else None) for measure in measures)
    lines = []
    for key in keys:
        labels = labels_of(next(side[key].labels for side in sides if key in side))
        cells = [side[key].cells if key in side else nothing for side in sides]
        lines += [_line(labels, place, measure, measures, *cells) for place, measure in enumerate(measures)]
    return tuple(lines)


def _line(
    labels: tuple[str, ...], place: int, measure: Measure, measures: tuple[Measure, ...],
    here: tuple[Cell, ...], there: tuple[Cell, ...],
) -> Line:  # fmt: skip
    first, second = here[place], there[place]
    return Line(
        labels,
        head_of(measure),
        text_of(first, measure.unit),
        text_of(second, measure.unit),
        _difference(first, second, measure),
        any(_few(side, place, measures) for side in (here, there)),
    )


def _difference(here: Cell, there: Cell, measure: Measure) -> str:
    if here.value is None or there.value is None:
        return ""
    change = here.value - there.value
    text = f"{'+' if change > 0 else '−' if change < 0 else '±'}{number(abs(change), measure.unit)}"
    if is_count(measure.unit) and there.value:
        text += f" ({100 * change / there.value:+.0f} %)".replace("-", "−")
    return text


def _few(cells: tuple[Cell, ...], place: int, measures: tuple[Measure, ...]) -> bool:
    """Whether the number itself, or what a median or a share was made over, is small or hidden."""
    of = measures[place].of
    base = cells[[one.key for one in measures].index(of)] if of else cells[place]
    return base.hidden or base.small or base.value is None or base.value < FEW_TO_COMPARE
