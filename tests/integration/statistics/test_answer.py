"""Figures as somebody asks for them: who may, what is counted, and what a moment later changes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests import factories
from tests.factories import drain, person
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.investigation.cases.services import open_case
from tipline.reports.models import Report
from tipline.statistics.catalogue import figure_of, newest
from tipline.statistics.figures import Answer, Asked, Dimension
from tipline.statistics.keeping import lag_seconds, mark_all, refresh
from tipline.statistics.models import Fact, Stale
from tipline.statistics.queries import answer
from tipline.trust.accounts.models import Role
from tipline.trust.visibility import OPERATOR, acting, scope_of

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
                assert all(len(row.cells) == len(found.definition.measures) for row in found.rows)
                assert found.rows or figure == "legal_requests@1"


def test_nobody_gets_counts_that_are_not_theirs(placed: list[int]) -> None:
    clerk, elsewhere = person("IN-MH-JALGAON", Role.STATISTICIAN), person("IN-MH-AKOLA", Role.STATISTICIAN)
    with acting(scope_of(clerk)) as scope:
        assert told(answer(scope, asked(suppressed=True)))["reports"] == 6
        for code in ("IN-MH-AKOLA", "IN-MH-CYBER", "XX", "IN-MH-JALGAON' OR 1=1"):
            with pytest.raises(NotFoundError, match="no counts"):
                answer(scope, asked(agency=code, suppressed=True))
    for nobody in (elsewhere, person("IN-MH-JALGAON", Role.INVESTIGATOR), person("IN-MH-JALGAON", Role.ADMINISTRATOR)):
        with acting(scope_of(nobody)) as scope, pytest.raises(NotFoundError):
            answer(scope, asked())


def test_the_second_lock_counts_nothing_for_another_agency(placed: list[int]) -> None:
    elsewhere = scope_of(person("IN-MH-AKOLA", Role.STATISTICIAN))
    with acting(elsewhere):  # as if the first lock had let them through
        assert told(answer(OPERATOR, asked()))["reports"] == 0


def test_somebody_who_sees_counts_can_write_none(placed: list[int]) -> None:
    with acting(scope_of(person("IN-MH-JALGAON", Role.SUPERVISOR))):
        assert Fact.objects.exists()
        assert Fact.objects.update(children=5) == 0


def test_small_numbers_are_hidden_and_so_is_what_gives_them_away(placed: list[int]) -> None:
    open_case(person("IN-MH-JALGAON"), placed[:2], "Kite")
    refresh()
    with acting(OPERATOR):
        found = answer(OPERATOR, asked(suppressed=True))
        feedback = answer(OPERATOR, asked("provider_reports", suppressed=True))
    cells = dict(zip((m.key for m in found.definition.measures), found.rows[0].cells, strict=True))
    assert (cells["reports"].value, cells["reports"].hidden) == (6.0, False)
    assert (cells["accepted"].value, cells["accepted"].small) == (None, True)
    shares = dict(zip((m.key for m in feedback.definition.measures), feedback.rows[0].cells, strict=True))
    assert shares["of_use_share"].hidden, "a share of two in six would tell the two"
    assert shares["completeness"].value is not None


def test_a_part_of_a_hidden_table_is_hidden_as_in_the_table(placed: list[int]) -> None:
    open_case(person("IN-MH-JALGAON"), placed[:2], "Kite")
    refresh()
    with acting(OPERATOR):
        table = answer(OPERATOR, asked(by=(Dimension.PLATFORM, Dimension.CATEGORY), suppressed=True))
        for row in table.rows:
            part = asked(by=(Dimension.CATEGORY,), only=((Dimension.PLATFORM, row.keys[0]),), suppressed=True)
            assert answer(OPERATOR, part).rows == (replace(row, keys=row.keys[1:], labels=row.labels[1:]),)


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"since": date(2026, 1, 2)}, "first day of a month"),
        ({"until": date(2019, 1, 1)}, "first day of a month"),
        ({"since": date(1900, 1, 1)}, "months at once"),
        ({"by": (Dimension.MONTH, Dimension.DESK, Dimension.PLATFORM)}, "at most 2"),
        ({"by": (Dimension.MONTH, Dimension.MONTH)}, "each once"),
        (
            {"by": (Dimension.MONTH, Dimension.DESK), "only": ((Dimension.PLATFORM, "1"),), "suppressed": True},
            "finer tables",
        ),
        ({"figure": "waiting", "by": (Dimension.DESK,)}, "cannot be cut by desk"),
        ({"only": ((Dimension.CATEGORY, "\x00"),)}, "no text can have"),
        ({"as_of": datetime(2026, 1, 1)}, "time zone"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_what_is_wrong_with_it(
    placed: list[int], more: dict[str, object], wrong: str
) -> None:
    with acting(OPERATOR), pytest.raises(InvalidInputError, match=wrong):
        answer(OPERATOR, replace(asked(), **more))  # type: ignore[arg-type]


def test_hostile_keys_find_nothing(placed: list[int]) -> None:
    with acting(OPERATOR):
        for key in ("'; DROP TABLE statistics_fact; --", "%(agency)s", ":as_of", "\u202e"):
            found = answer(OPERATOR, asked(only=((Dimension.CATEGORY, key),)))
            assert told(found)["reports"] == 0


def test_months_are_those_of_the_agency(placed: list[int]) -> None:
    Report.objects.filter(pk=placed[0]).update(received_at=datetime(2026, 3, 31, 20, 0, tzinfo=UTC))
    refresh()
    for code, month in (("IN-MH-JALGAON", "2026-04"), ("US-NCMEC", "2026-03")):
        with acting(OPERATOR):
            found = answer(OPERATOR, asked(agency=code, by=(Dimension.MONTH,)))
        counted = {row.keys[0]: row.cells[0].value for row in found.rows if row.cells[0].value}
        assert counted[month] == 1 and sum(counted.values()) == 6


def test_a_destroyed_report_stays_counted_as_it_was(placed: list[int]) -> None:
    Report.objects.filter(pk=placed[0]).update(destroyed_at=now(), processing="none")
    mark_all()
    refresh()
    assert ask()["reports"] == 6


def test_what_changed_is_counted_by_one_refresh_and_lag_tells_what_waits(placed: list[int]) -> None:
    assert lag_seconds() == 0
    open_case(person("IN-MH-JALGAON"), placed[:1], "Kite")
    assert lag_seconds() >= 0 and Stale.objects.filter(report_id=placed[0]).exists()
    refresh()
    assert not Stale.objects.exists()
