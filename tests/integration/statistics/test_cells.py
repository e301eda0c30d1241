"""Numbers out of cells are the numbers of the facts: for every figure, however it is cut, after whatever happened to the record."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection

from tests import factories, world
from tests.integration.statistics.test_as_of import CHANGES
from tipline.statistics import keeping
from tipline.statistics.cells import ask_cells, cut_of
from tipline.statistics.facts import Line, Question
from tipline.statistics.figures import Asked, Dimension
from tipline.statistics.keeping import refresh
from tipline.statistics.models import Cell, Kept
from tipline.statistics.queries import answer, ask_postgresql, fresh_at
from tipline.statistics.rebuild import same
from tipline.statistics.rolling import DIGEST, FIGURES
from tipline.trust.agencies.queries import by_code
from tipline.trust.visibility import OPERATOR

pytestmark = pytest.mark.django_db

WINDOWS = (
    (date(2020, 1, 1), date(2030, 1, 1)),
    (date(2026, 2, 1), date(2026, 5, 1)),
    (date(2026, 3, 1), date(2026, 4, 1)),
)


@pytest.fixture
def made() -> None:
    factories.standard_tree()
    world.make(200)
    refresh()


# By nothing, each dimension, and pairs: of two keys, of a month and a key, and with the keys the other way round.
CUT_BY = (
    (), *((one,) for one in Dimension), (Dimension.MONTH, Dimension.DISTRICT), (Dimension.PLATFORM, Dimension.DISTRICT),
    (Dimension.CATEGORY, Dimension.DESK), (Dimension.DESK, Dimension.MONTH),
)  # fmt: skip


def parted(found: list[Line], counted: list[Line], keys: list[str]) -> list[str]:
    """Where two answers are not one."""
    ours, theirs = ({(line.keys, line.summed): line.values for line in lines} for lines in (found, counted))
    return [f"row {row}" for row in ours.keys() ^ theirs.keys()] + [
        f"{row} {key}: cells say {ours[row][key]}, facts {theirs[row][key]}"
        for row in ours.keys() & theirs.keys()
        for key in keys
        if not same(ours[row][key], theirs[row][key])
    ]


def assert_equal(what: str, agencies: Sequence[str], windows: Sequence[tuple[date, date]]) -> None:
    asked, at = 0, fresh_at()
    for agency, window, figure, by in itertools.product(agencies, windows, FIGURES, CUT_BY):
        question = Question(by_code(agency).pk, *window, by, at)
        if cut_of(figure, question) is None:
            assert figure.percentiles and Dimension.MONTH not in by
            continue
        found, _ = ask_cells(figure, question)
        keys = [measure.key for measure in figure.definition.measures]
        wrong = parted(found, ask_postgresql(figure, question), keys)
        assert not wrong, f"{what}: {figure.name} of {agency} by {by} in {window}: {wrong[:5]}"
        asked += bool(found)
    assert asked > 50


def test_cells_say_what_facts_say_after_every_change(made: None) -> None:
    assert_equal("at first", ("US-NCMEC", "IN-MH-JALGAON"), WINDOWS)
    for what, statement in CHANGES.items():
        with connection.cursor() as cursor:
            cursor.execute(statement)
        assert refresh(), what
        assert_equal(what, ("IN-MH-CYBER",), WINDOWS[:1])
    assert_equal("after all of it", ("US-NCMEC", "IN-MH-JALGAON"), WINDOWS[1:])


def test_what_time_alone_changes_is_counted_anew(made: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in (1, 9, 200):
        later = fresh_at() + timedelta(days=days)
        monkeypatch.setattr(keeping, "now", partial(lambda at: at, later))
        assert refresh() == 0, "nothing happened"
        assert_equal(f"{days} days later", ("US-NCMEC", "IN-MH-JALGAON"), WINDOWS[:1])


def test_a_question_beside_what_cells_have_is_answered_by_the_facts(made: None) -> None:
    by = (Dimension.DISTRICT, Dimension.PLATFORM)
    asked = Asked("hop_days", "US-NCMEC", *WINDOWS[0], by, suppressed=False)
    assert answer(OPERATOR, asked).rows == answer(OPERATOR, replace(asked, as_of=fresh_at())).rows
    narrow = replace(
        asked, figure="funnel", by=(Dimension.MONTH,), only=((Dimension.DISTRICT, "IN/Maharashtra/Jalgaon"),)
    )
    assert answer(OPERATOR, narrow).rows == answer(OPERATOR, replace(narrow, as_of=fresh_at())).rows
    one_month = replace(narrow, by=(Dimension.DISTRICT,), only=((Dimension.MONTH, "2026-03"),))
    assert answer(OPERATOR, one_month).rows == answer(OPERATOR, replace(one_month, as_of=fresh_at())).rows


def test_cells_of_other_figures_are_not_read_and_counted_anew(made: None) -> None:
    Kept.objects.update(cells="0" * 64)
    Cell.objects.update(counts=None)
    asked = Asked("funnel", "US-NCMEC", *WINDOWS[0], suppressed=False)
    by_facts = answer(OPERATOR, asked).rows
    assert by_facts[0].cells[0].value
    refresh()
    assert Kept.objects.get().cells == DIGEST
    assert answer(OPERATOR, asked).rows == by_facts
