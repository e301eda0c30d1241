"""Hiding small numbers in a table, so that what is shown gives none of them away.

Numbers of one to four are hidden. A table with its sums is a set of equations, and a hidden number that the shown ones leave only one value
for is as good as told; so further numbers are hidden until none is left. Whether a number is fixed is found exactly: every hidden
number is an edge between the two equations that it stands in, and it can have another value if there is a ring of hidden numbers
through it that can go up and down in turn (a table of counts is a network, so whole numbers suffice). Whoever looks is taken to know the sums,
and that what is told as "fewer than five" is one to four.

Sums are hidden as they are in the tables of one dimension, whatever else stands beside them: a table of months and districts, one of months,
one of districts and the total can all be asked, and put together they tell no more. What this does not hold against: tables of different
periods or of different pairs of dimensions subtracted from each other, and knowledge from elsewhere. docs/explanation/statistics.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from tipline.referrals.counts import SMALLEST_TOLD

# (row, column); None: the sum over it
Place = tuple[str | None, str | None]
_SUM = "sum"
_OUTSIDE = ("outside", "")
_Node = tuple[str, str]


class Told(Enum):
    """What is told of a number."""

    SHOWN = "shown"
    SMALL = "small"  # that it is one to four
    WITHHELD = "withheld"  # nothing: it may be anything, nought as well


@dataclass(slots=True)
class _Number:
    """A number of a table: an edge between two of its equations, from the one in which it counts to the one in which it is summed."""

    place: Place
    value: int
    start: _Node
    end: _Node
    told: Told = Told.SHOWN

    @property
    def can_rise(self) -> bool:
        return self.told == Told.WITHHELD or (self.told == Told.SMALL and self.value < SMALLEST_TOLD - 1)

    @property
    def can_fall(self) -> bool:
        return (self.told == Told.WITHHELD and self.value > 0) or (self.told == Told.SMALL and self.value > 1)

    @property
    def is_sum(self) -> bool:
        return None in self.place


def hide_in_list(values: Mapping[str, int], total: int) -> dict[str | None, Told]:
    """What is told of the parts of a list, and (None) of their sum; a sum without parts stands alone."""
    if not values:
        return {None: Told.SMALL if 0 < total < SMALLEST_TOLD else Told.SHOWN}
    numbers = [_Number((key, ""), value, _OUTSIDE, (_SUM, "")) for key, value in values.items()]
    numbers.append(_Number((None, ""), total, (_SUM, ""), _OUTSIDE))
    _hide(numbers)
    return {number.place[0]: number.told for number in numbers}


def hide_in_table(
    values: Mapping[tuple[str, str], int], rows: Mapping[str, int], columns: Mapping[str, int], total: int
) -> dict[Place, Told]:
    """What is told of the numbers of a table and of its sums. Numbers that are not in `values` are nought."""
    by_row, by_column = hide_in_list(rows, total), hide_in_list(columns, total)
    numbers = [
        _Number((row, column), values.get((row, column), 0), ("row", row), ("column", column))
        for row in rows
        for column in columns
    ]
    numbers += [_Number((row, None), value, ("column", _SUM), ("row", row), by_row[row]) for row, value in rows.items()]
    numbers += [
        _Number((None, column), value, ("column", column), ("row", _SUM), by_column[column])
        for column, value in columns.items()
    ]
    # of the total the two lists say the same of a small one; where one had to withhold it, it is withheld
    whole = Told.WITHHELD if Told.WITHHELD in {by_row[None], by_column[None]} else by_row[None]
    numbers.append(_Number((None, None), total, ("row", _SUM), ("column", _SUM), whole))
    _hide(numbers)
    return {number.place: number.told for number in numbers}


def _hide(numbers: list[_Number]) -> None:
    for number in numbers:
        if number.told == Told.SHOWN and 0 < number.value < SMALLEST_TOLD:
            number.told = Told.SMALL
    hidden = _Edges(number for number in numbers if number.told != Told.SHOWN)
    queue = [number for number in numbers if number.told != Told.SHOWN]
    while queue:
        number = queue.pop()
        while number.value > 0 and not hidden.can_differ(number):
            other = _next_to_hide(numbers, hidden, number)
            if other is None:  # one number alone in its table: its sum is hidden with it, and there is nothing else
                break
            if other.told == Told.SHOWN:
                hidden.add(other)
                queue.append(other)
            other.told = Told.WITHHELD


class _Edges:
    """The hidden numbers by the equations that they stand in."""

    def __init__(self, numbers: Iterable[_Number]) -> None:
        self.of: dict[_Node, list[_Number]] = {}
        for number in numbers:
            self.add(number)

    def add(self, number: _Number) -> None:
        self.of.setdefault(number.start, []).append(number)
        self.of.setdefault(number.end, []).append(number)

    def can_differ(self, number: _Number) -> bool:
        """Whether some ring of hidden numbers goes through this one."""
        return (number.can_rise and number.start in self.reached(number.end, number.start, without=number)) or (
            number.can_fall and number.end in self.reached(number.start, number.end, without=number)
        )

    def reached(self, start: _Node, until: _Node | None = None, *, without: _Number) -> set[_Node]:
        """The equations that a change can be handed on to from `start`; with `until`, those that were found before it was."""
        found, waiting = {start}, [start]
        while waiting:
            node = waiting.pop()
            for number in self.of.get(node, ()):
                if number is without:
                    continue
                onward = number.end if number.start == node and number.can_rise else None
                onward = number.start if number.end == node and number.can_fall else onward
                if onward is not None and onward not in found:
                    found.add(onward)
                    if onward == until:
                        return found
                    waiting.append(onward)
        return found


def _next_to_hide(numbers: list[_Number], hidden: _Edges, number: _Number) -> _Number | None:
    """What is hidden next, so that a change of this number can be handed on further: the smallest shown one that leads on.

    Then one that was told to be small loses that word, then noughts are hidden. Before a sum is hidden the number itself loses that
    word: the sum is shown where it stands alone, and hiding it here would tell by comparison.
    """
    reached = hidden.reached(number.end, without=number)
    back = hidden.reached(number.start, without=number)
    leading = [
        other
        for other in numbers
        if other is not number
        and other.told != Told.WITHHELD
        and any(
            (other.start in nodes and other.end not in nodes) or (other.end in nodes and other.start not in nodes)
            for nodes in (reached, back)
        )
    ]
    if number.told == Told.SMALL and all(other.is_sum for other in leading):
        return number
    return min(leading, key=lambda other: (_reluctance(other), other.value, str(other.place)), default=None)


def _reluctance(number: _Number) -> int:
    if number.is_sum:
        return 3
    if number.told == Told.SMALL:
        return 1
    return 0 if number.value else 2
