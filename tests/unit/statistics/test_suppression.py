"""No number that is hidden can be worked out from those that are shown, by whoever tries all others in its place."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tipline.statistics.suppression import Place, Told, hide_in_list, hide_in_table

Table = dict[tuple[str, str], int]
few = st.one_of(st.integers(0, 5), st.integers(0, 40))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    return {(f"r{r}", f"c{c}"): draw(few) for r in range(rows) for c in range(columns)}


def sums(table: Table) -> tuple[dict[str, int], dict[str, int], int]:
    rows = {row: sum(n for (r, _), n in table.items() if r == row) for row, _ in table}
    columns = {column: sum(n for (_, c), n in table.items() if c == column) for _, column in table}
    return rows, columns, sum(table.values())


def told_of(table: Table) -> dict[Place, Told]:
    return hide_in_table(table, *sums(table))


def worked_out(table: Table, told: dict[Place, Told]) -> set[Place]:
    """The hidden numbers above nought that are the same in every table that fits what is shown.

    It is enough to try each number one higher and one lower: where a table of counts can be another at all, it can be one
    that differs by ones. All sums follow from the body.
    """
    cells = list(table)
    hidden = [cell for cell in cells if told[cell] != Told.SHOWN]
    steps = np.array(list(itertools.product((-1, 0, 1), repeat=len(hidden))), dtype=int)
    moved: dict[Place, np.ndarray] = {cell: np.zeros(len(steps), dtype=int) for cell in cells}
    moved |= {cell: steps[:, place] for place, cell in enumerate(hidden)}
    rows, columns, total = sums(table)
    values: dict[Place, int] = dict(table)
    for row, n in rows.items():
        values[row, None] = n
        moved[row, None] = sum(moved[row, column] for column in columns)  # type: ignore[assignment]
    for column, n in columns.items():
        values[None, column] = n
        moved[None, column] = sum(moved[row, column] for row in rows)  # type: ignore[assignment]
    values[None, None] = total
    moved[None, None] = sum(moved[row, None] for row in rows)  # type: ignore[assignment]
    fits = np.ones(len(steps), dtype=bool)
    for place, n in values.items():
        tried = n + moved[place]
        if told[place] == Told.SHOWN:
            fits &= tried == n
        elif told[place] == Told.SMALL:
            fits &= (tried >= 1) & (tried <= 4)
        else:
            fits &= tried >= 0
    return {p for p, n in values.items() if told[p] != Told.SHOWN and n > 0 and not (fits & (moved[p] != 0)).any()}


@given(tables())
@settings(max_examples=400)
@example({("r0", "c0"): 3, ("r0", "c1"): 50, ("r1", "c0"): 60, ("r1", "c1"): 70})
@example({("r0", "c0"): 1, ("r0", "c1"): 5, ("r1", "c0"): 5, ("r1", "c1"): 100})
@example({("r0", "c0"): 4, ("r0", "c1"): 4, ("r1", "c0"): 4, ("r1", "c1"): 4})
@example({("r0", "c0"): 1, ("r0", "c1"): 1, ("r0", "c2"): 3})
@example({("r0", "c0"): 3, ("r0", "c1"): 0, ("r1", "c0"): 0, ("r1", "c1"): 40})
@example({("r0", "c0"): 0, ("r0", "c1"): 6, ("r1", "c0"): 20, ("r1", "c1"): 4})
def test_no_hidden_number_of_a_table_with_its_sums_can_be_worked_out(table: Table) -> None:
    assert worked_out(table, told_of(table)) == set()


@given(tables())
@settings(max_examples=300)
@example({("r0", "c0"): 0, ("r0", "c1"): 6, ("r1", "c0"): 20, ("r1", "c1"): 4})
def test_small_numbers_are_never_shown_and_sums_are_told_as_they_are_alone(table: Table) -> None:
    told, (rows, columns, total) = told_of(table), sums(table)
    values: dict[Place, int] = {
        **table,
        **{(r, None): n for r, n in rows.items()},
        **{(None, c): n for c, n in columns.items()},
    }
    assert not [place for place, n in values.items() if 0 < n < 5 and told[place] == Told.SHOWN]
    assert all(n < 5 for place, n in values.items() if told[place] == Told.SMALL)
    for place, alone in [((r, None), hide_in_list(rows, total)[r]) for r in rows] + [
        ((None, c), hide_in_list(columns, total)[c]) for c in columns
    ]:
        assert (told[place] == Told.SHOWN) == (alone == Told.SHOWN), place


@given(st.dictionaries(st.sampled_from("abcdefg"), few, min_size=1))
def test_no_hidden_part_of_a_list_can_be_worked_out_from_its_sum(parts: dict[str, int]) -> None:
    told = hide_in_list(parts, sum(parts.values()))
    table: Table = {(key, "all"): n for key, n in parts.items()}
    places: dict[Place, Told] = {(key, "all"): told[key] for key in parts}
    # of one column: its rows are the cells again, and its sum is the total
    places |= {(key, None): told[key] for key in parts} | {(None, "all"): told[None], (None, None): told[None]}
    assert worked_out(table, places) == set()


def test_what_need_not_be_hidden_is_shown() -> None:
    assert set(told_of({("r0", "c0"): 5, ("r0", "c1"): 0, ("r1", "c0"): 9, ("r1", "c1"): 6}).values()) == {Told.SHOWN}
    told = hide_in_list({"a": 3, "b": 50, "c": 9, "d": 0}, 62)
    assert told == {"a": Told.SMALL, "b": Told.SHOWN, "c": Told.WITHHELD, "d": Told.SHOWN, None: Told.SHOWN}


def test_a_large_table_is_done_in_a_moment() -> None:
    table = {(f"r{r:03}", f"c{c:03}"): (r * 31 + c * 17) % 23 for r in range(40) for c in range(40)}
    assert len(told_of(table)) == 41 * 41
