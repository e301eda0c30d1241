"""Figures as somebody asks for them: who may, what is counted, and what a moment later changes."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from tests import factories
from tests.factories import drain, person
from tipline.investigation.cases.services import open_case
from tipline.statistics.catalogue import figure_of, newest
from tipline.statistics.figures import Answer, Asked
from tipline.statistics.keeping import refresh
from tipline.statistics.queries import answer
from tipline.trust.visibility import OPERATOR, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def placed(tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """Six reports of which all came down to Jalgaon."""
    factories.standard_tree()
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    factories.demo_ranges(tmp_path_factory.mktemp("ranges"))
    provider = factories.provider()
    reports = [
        factories.filed(provider, factories.synthetic(f"kite_{n}", email=f"kite_{n}@mail.example")).pk for n in range(6)
    ]
    drain()
    refresh()
    return reports


def asked(figure: str = "funnel", agency: str = "IN-MH-JALGAON", **more: object) -> Asked:
    return Asked(figure, agency, date(2020, 1, 1), date(2040, 1, 1), **{"suppressed": False, **more})  # type: ignore[arg-type]


def told(found: Answer) -> dict[str, float | None]:
    """The cells of an answer of one row, by measure."""
    (row,) = found.rows
    return {measure.key: cell.value for measure, cell in zip(found.definition.measures, row.cells, strict=True)}


def ask(**more: object) -> dict[str, float | None]:
    with acting(OPERATOR):
        return told(answer(OPERATOR, asked(**more)))  # type: ignore[arg-type]


def test_the_funnel_counts_what_desks_did(placed: list[int]) -> None:
    assert ask() == {"reports": 6, "referred": 6, "accepted": 0, "in_case": 0, "cases": 0, "traced": 0, "outcome": 0}
    case = open_case(person("IN-MH-JALGAON"), placed[:2], "Kite")
    assert case.pk
    refresh()
    now = ask()
    assert (now["accepted"], now["in_case"], now["cases"]) == (2, 2, 1)
    assert ask(agency="US-NCMEC") == now, "the desks above count what became of it"


@pytest.mark.parametrize("figure", [figure.name for figure in newest()])
def test_every_figure_is_answered_by_every_pair_of_dimensions(placed: list[int], figure: str) -> None:
    by = figure_of(figure).definition.by
    with acting(OPERATOR):
        for pair in [(), *((one,) for one in by), *itertools.permutations(by, 2)]:
            for suppressed in (True, False):
                found = answer(OPERATOR, asked(figure, by=pair, suppressed=suppressed))
                assert found.rows and all(len(row.cells) == len(found.definition.measures) for row in found.rows)
