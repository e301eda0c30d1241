"""Counts: the numbers are right, each says what it counts, and small ones are not told to who sees no reports."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.factories import agency, drain, person
from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.investigation.cases.services import open_case
from tipline.referrals.counts import countable, counts_of, parts_of_table
from tipline.referrals.models import Referral, ReturnReason
from tipline.referrals.services import return_up
from tipline.reports.models import Holding, Report
from tipline.trust.accounts.models import Role
from tipline.trust.agencies.services import set_oversight
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports(tmp_path: Any) -> list[Report]:
    """Ten at Jalgaon: six accepted, one returned to the state, three waiting; one of them came three months ago."""
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    provider = factories.provider()
    filed = [factories.filed(provider, factories.synthetic(f"kite_{number}")) for number in range(10)]
    drain()
    officer = person("IN-MH-JALGAON")
    open_case(officer, [report.pk for report in filed[:6]], "Kites")
    return_up(officer, [filed[6].pk], ReturnReason.NOT_OUR_PLACE)
    for days, report in enumerate(filed[:6]):
        accepted = Referral.objects.get(report=report, to_agency__code="IN-MH-JALGAON")
        Report.objects.filter(pk=report.pk).update(received_at=accepted.state_at - timedelta(days=days + 1))
    Holding.objects.filter(report=filed[9], agency__code="IN-MH-JALGAON").update(held_from=now() - timedelta(days=92))
    return filed


def counted(role: Role, code: str = "IN-MH-JALGAON", of: str = "IN-MH-JALGAON") -> dict[str, dict[str, str]]:
    with acting(scope_of(person(code, role))) as scope:
        found = counts_of(scope, of, suppressed=role == Role.STATISTICIAN)
    assert all(figure.definition.endswith(".") for figure in found.figures)
    return {figure.name: {part.key: part.text for part in figure.parts} for figure in found.figures}


def test_who_sees_reports_gets_every_number(reports: list[Report]) -> None:
    found = counted(Role.SUPERVISOR)
    assert found["held_ever"] == {"all": "10"}
    assert found["held_now"] == {"now": "9"}
    assert found["standing"] == {"waiting": "3", "accepted": "6", "sent_on": "0", "returned": "1"}
    assert found["days_to_acceptance"] == {"median": "3.5"}
    months = found["new_by_month"]
    assert len(months) == 12 and list(months) == sorted(months)
    assert [count for count in months.values() if count != "0"] == ["1", "9"]
    above = counted(Role.SUPERVISOR, "IN-MH-CYBER", "IN-MH-CYBER")
    assert above["standing"] == {"waiting": "1", "accepted": "0", "sent_on": "9", "returned": "0"}
    assert above["days_to_acceptance"] == {"median": "–"}


def test_a_statistician_gets_no_small_number_nor_what_would_give_it_away(reports: list[Report]) -> None:
    found = counted(Role.STATISTICIAN)
    assert found["standing"] == {"waiting": "<5", "accepted": "6", "sent_on": "0", "returned": "<5"}
    assert found["held_now"] == {"now": "withheld"}  # with the six accepted it would tell the waiting ones
    assert found["held_ever"] == {"all": "10"}
    assert [count for count in found["new_by_month"].values() if count != "0"] == ["<5", "withheld"]
    assert counted(Role.STATISTICIAN, "IN-MH-CYBER", "IN-MH-CYBER")["standing"] == {
        "waiting": "<5", "accepted": "0", "sent_on": "withheld", "returned": "0",
    }  # fmt: skip


@pytest.mark.parametrize("of", ["IN-MH-PUNE", "IN-MH-CYBER", "NOWHERE", ""])
def test_another_agencys_counts_are_not_there(reports: list[Report], of: str) -> None:
    with pytest.raises(NotFoundError):
        counted(Role.STATISTICIAN, of=of)
    with pytest.raises(NotFoundError):
        counted(Role.ADMINISTRATOR)


def test_an_overseen_agency_is_counted_too(reports: list[Report]) -> None:
    unit = agency("IN-MH-CYBER")
    set_oversight(unit, agency("IN-MH-JALGAON"), with_below=False, reason="Order 7 of 2026", actor=factories.TESTS)
    with acting(scope_of(person("IN-MH-CYBER", Role.STATISTICIAN))) as scope:
        assert [one.code for one in countable(scope)] == ["IN-MH-CYBER", "IN-MH-JALGAON"]
    assert counted(Role.STATISTICIAN, "IN-MH-CYBER")["held_ever"] == {"all": "10"}


def test_the_page_is_where_a_statistician_begins(reports: list[Report]) -> None:
    client = factories.signed_in(person("IN-MH-JALGAON", Role.STATISTICIAN))
    assert client.get("/")["Location"] == "/statistics/"
    page = client.get("/counts/").content.decode()
    assert "fewer than 5" in page and "withheld" in page
    assert "kite_" not in page
    assert not re.search(r'<td class="num">[1-4]</td>', page)
    assert client.get("/counts/?agency=IN-MH-PUNE").status_code == 404
    own = factories.signed_in(person("IN-MH-JALGAON")).get("/counts/").content.decode()
    assert '<td class="num">3</td>' in own


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12))
def test_no_table_gives_a_small_number_away_by_its_sum(counts: list[int]) -> None:
    """What is hidden is never one alone, unless everything else is zero and the sum is hidden as well."""
    parts = parts_of_table([(str(n), str(n), count) for n, count in enumerate(counts)], suppressed=True)
    for part, count in zip(parts, counts, strict=True):
        assert part.value == (None if part.small or part.hidden else count)
        assert part.small == (0 < count < 5)
    missing = [count for part, count in zip(parts, counts, strict=True) if part.value is None]
    assert len(missing) != 1 or sum(counts) == missing[0] < 5
