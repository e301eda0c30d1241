"""How an answer is scored. Pure: a task, what is right in the trainee's world, what was given.

A share between 0 and 1 says how much of the task is right; points are that share of the task's, less what further tries and
hints cost, and never below 0. The best try counts, so another try never costs what one has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from tipline.training.scenarios.format import Kind, Task
from tipline.training.scenarios.normal import amount, moment, normal
from tipline.training.scenarios.worlds import Fact, words_of

MOST_VALUES = 500  # of one answer; what comes after is no answer


@dataclass(frozen=True, slots=True)
class Marked:
    """How much is right, and what the sentence about it needs.

    Parameters
    ----------
    share
        from 0 to 1.
    right, wrong, wanted
        values given that are right, values given that are not, and how many were wanted.
    """

    share: float
    right: int
    wrong: int
    wanted: int


def mark(task: Task, given: Sequence[str], right: Fact) -> Marked:
    """Compare what was given with what is right. Never raises, whatever was given."""
    if task.kind is Kind.DESK:
        raise ValueError("what was done on a desk is looked at by its check")  # the caller's mistake, not a trainee's
    values = [value for value in given[:MOST_VALUES] if value.strip()]
    return _MARKS[task.kind](task, values, right)


def _whole(correct: bool, given: Sequence[str]) -> Marked:
    return Marked(float(correct), int(correct), int(bool(given) and not correct), 1)


def _text(task: Task, given: Sequence[str], right: Fact) -> Marked:
    wanted = {normal(task.form, one) for one in _values(right)}
    return _whole(len(given) == 1 and normal(task.form, given[0]) in wanted, given)


def _number(task: Task, given: Sequence[str], right: Fact) -> Marked:
    meant, written = amount(words_of(right)), amount(given[0]) if len(given) == 1 else None
    if meant is None or written is None:
        return _whole(False, given)
    return _whole(abs(written - meant) <= Decimal(str(task.tolerance)), given)


def _time(task: Task, given: Sequence[str], right: Fact) -> Marked:
    meant = right if isinstance(right, datetime) else moment(words_of(right))
    written = moment(given[0]) if len(given) == 1 else None
    if meant is None or written is None:
        return _whole(False, given)
    return _whole(abs((written - meant).total_seconds()) <= task.tolerance, given)


def _many(task: Task, given: Sequence[str], right: Fact) -> Marked:
    return _picked(task, _normals(task, given), _normals(task, _values(right)))


def _rows(task: Task, given: Sequence[str], right: Fact) -> Marked:
    return _picked(task, dict.fromkeys(one.strip() for one in given), dict.fromkeys(_values(right)))


def _picked(task: Task, given: dict[str, None], wanted: dict[str, None]) -> Marked:
    """Each right pick is worth one part of all that are wanted, each wrong one costs a share of a part."""
    good = len(given.keys() & wanted.keys())
    bad = len(given) - good
    share = max(0.0, good - task.wrong_costs * bad) / len(wanted) if wanted else float(not given)
    return Marked(share, good, bad, len(wanted))


def _order(task: Task, given: Sequence[str], right: Fact) -> Marked:
    """The longest run that is in the right order, without the one that any order has."""
    wanted = [normal(task.form, one) for one in _values(right)]
    written = [normal(task.form, one) for one in given]
    common = _common(wanted, written)
    longest = max(len(wanted), len(written))
    share = (common - 1) / (longest - 1) if longest > 1 and common else float(bool(wanted) and wanted == written)
    return Marked(share, common, len(written) - common, len(wanted))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for left in one:
        before = 0
        for at, right in enumerate(other, start=1):
            before, row[at] = row[at], before + 1 if left == right else max(row[at], row[at - 1])
    return row[-1]


def _values(fact: Fact) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else (words_of(fact),)


def _normals(task: Task, values: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(made for one in values if (made := normal(task.form, one)))


_MARKS: dict[Kind, Callable[[Task, Sequence[str], Fact], Marked]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.TIME: _time,
    Kind.CHOICE: _text,
    Kind.MANY: _many,
    Kind.ORDER: _order,
    Kind.ROWS: _rows,
}


def points(task: Task, share: float, *, tries_before: int, hints_cost: int) -> Decimal:
    """The points of one try, to a hundredth: the share of the task's points, less a part for tries before and the hints taken."""
    kept = max(0.0, 1 - task.try_costs * tries_before)
    made = Decimal(str(task.points * min(1.0, max(0.0, share)) * kept)) - hints_cost
    return max(Decimal(0), made).quantize(Decimal("0.01"), ROUND_HALF_UP)


def digestible(task: Task, given: Sequence[str]) -> tuple[str, ...]:
    """Values of an answer in the form in which two trainees' answers are the same: what is looked up where answers are shared.

    Empty for tasks whose answers anybody may guess: choices, rows ticked, and numbers of few digits.
    """
    values = [value for value in given[:MOST_VALUES] if value.strip()]
    if task.kind in {Kind.TEXT, Kind.MANY, Kind.ORDER} and not task.options:
        found = {normal(task.form, one) for one in values}
    elif task.kind is Kind.NUMBER:
        found = {f"{number.normalize():f}" for one in values if (number := amount(one)) is not None}
    elif task.kind is Kind.TIME:
        found = {f"{at.timestamp():.0f}" for one in values if (at := moment(one)) is not None}
    else:
        found = set()
    return tuple(sorted(one for one in found if len(one) >= _TELLING))


_TELLING = 5  # characters below which equal answers say nothing
