"""Numbers out of cells are the numbers of the facts: for every figure, however it is cut, after whatever happened to the record."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.db import connection

from tests import factories, world
from tests.integration.statistics.test_as_of import CHANGES
from tipline.statistics.cells import ask_cells, cut_of
from tipline.statistics.facts import Line, Question
from tipline.statistics.figures import Dimension
from tipline.statistics.keeping import refresh
from tipline.statistics.queries import ask_postgresql, fresh_at
from tipline.statistics.rebuild import same
from tipline.statistics.rolling import FIGURES
from tipline.trust.agencies.queries import by_code

pytestmark = pytest.mark.django_db

WINDOWS = (
    (date(2020, 1, 1), date(2030, 1, 1)),
    (date(2026, 2, 1), date(2026, 5, 1)),
    (date(2026, 3, 1), date(2026, 4, 1)),
)


@pytest.fixture
def made() -> None:
    factories.standard_tree()
    world.make(400)
    refresh()


def questions(agency: str, window: tuple[date, date]) -> list[Question]:
    """By nothing, by every dimension and by every pair of them."""
    cuts = [(), *((one,) for one in Dimension), *itertools.permutations(Dimension, 2)]
    return [Question(by_code(agency).pk, *window, by, fresh_at()) for by in cuts]


def parted(found: list[Line], counted: list[Line], keys: list[str]) -> list[str]:
    """Where two answers are not one."""
    ours, theirs = ({(line.keys, line.summed): line.values for line in lines} for lines in (found, counted))
    return [f"row {row}" for row in ours.keys() ^ theirs.keys()] + [
        f"{row} {key}: cells say {ours[row][key]}, facts {theirs[row][key]}"
        for row in ours.keys() & theirs.keys()
        for key in keys
        if not same(ours[row][key], theirs[row][key])
    ]


def assert_equal(what: str, agencies: tuple[str, ...] = ("US-NCMEC", "IN-MH-CYBER", "IN-MH-JALGAON")) -> None:
    asked = 0
    for agency, window, figure in itertools.product(agencies, WINDOWS, FIGURES):
        keys = [measure.key for measure in figure.definition.measures]
        for question in questions(agency, window):
            if cut_of(figure, question) is None:
                assert figure.percentiles and Dimension.MONTH not in question.by
                continue
            found = ask_cells(figure, question)
            assert found is not None, f"{what}: cells have no answer to {figure.name} {question}"
            wrong = parted(found, ask_postgresql(figure, question), keys)
            assert not wrong, f"{what}: {figure.name} of {agency} by {question.by} in {window}: {wrong[:5]}"
            asked += bool(found)
    assert asked > 500


def test_cells_say_what_facts_say_after_every_change(made: None) -> None:
    assert_equal("at first")
    for what, statement in CHANGES.items():
        with connection.cursor() as cursor:
            cursor.execute(statement)
        assert refresh(), what
        assert_equal(what, ("IN-MH-CYBER",))
    assert_equal("after all of it")
