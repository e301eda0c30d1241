"""A report that would go elsewhere by what is known now: its page says so, and the right desk takes or dismisses it there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import HttpResponse

from tests import factories
from tests.factories import drain
from tipline.pipeline.attribution.models import Attribution, Whereabouts
from tipline.pipeline.routing import reroute
from tipline.pipeline.routing.models import Reroute, RerouteState
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry


@pytest.fixture
def report(db: None, tmp_path: Path) -> Report:
    """At Jalgaon, and found to be in Pune since."""
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = factories.filed(factories.provider())
    drain()
    for where in (Attribution, Whereabouts):
        where.objects.filter(report=report).update(state="Maharashtra", district="Pune")
    assert reroute.queue([report.pk]) == 1
    return report


@pytest.fixture
def officer(report: Report) -> User:
    return factories.person("IN-MH-JALGAON")


def page(user: User, path: str) -> str:
    response = factories.signed_in(user).get(path)
    assert response.status_code == 200
    return response.content.decode()


def decide(user: User, report: Report, verb: str, note: str = "", suggestion: int | None = None) -> HttpResponse:
    number = Reroute.objects.latest("id").pk if suggestion is None else suggestion
    form = {"suggestion": number, "verb": verb, "note": note}
    return factories.signed_in(user).post(f"/reports/{report.pk}/reroute/", form, follow=True)  # type: ignore[return-value]


def owner(report: Report) -> str:
    return str(report.holdings.get(held_until=None, joint=False).agency.code)


def test_the_page_and_the_desk_say_it_and_who_may_decide_is_offered_to(report: Report, officer: User) -> None:
    path = f"/reports/{report.pk}/"
    text = page(officer, path)
    assert "Would go elsewhere now" in text and "it belongs to IN-MH-PUNE" in text
    assert "Take: Pune district cyber police station" in text and "Dismiss" in text
    assert "Would go elsewhere" in page(officer, "/desk/")
    assert "Take: Pune" in page(factories.person("IN-MH-CYBER"), path)
    for reader in (factories.person("IN-NCRB"), factories.person("IN-MH-JALGAON", Role.INVESTIGATOR)):
        text = page(reader, path)
        assert "Would go elsewhere now" in text and "Take: Pune" not in text


def test_taking_it_sends_the_report_there(report: Report, officer: User) -> None:
    assert "The suggestion is taken" in decide(officer, report, "take").content.decode()
    assert owner(report) == "IN-MH-PUNE"
    text = page(factories.person("IN-MH-PUNE"), f"/reports/{report.pk}/")
    assert "Taken: Jalgaon district cyber police station → Pune district cyber police station" in text
    assert Entry.objects.filter(action="routing.suggestion_taken", actor_id=officer.pk).count() == 1


def test_dismissing_it_needs_a_reason_which_stays(report: Report, officer: User) -> None:
    assert "Say in a sentence why it stays where it is" in decide(officer, report, "dismiss", " ").content.decode()
    assert Reroute.objects.get().state == RerouteState.OPEN
    text = decide(officer, report, "dismiss", "The address is the office's").content.decode()
    assert "The address is the office&#x27;s" in text and "Would go elsewhere now" not in text
    assert owner(report) == "IN-MH-JALGAON"


def test_a_decided_suggestion_is_not_decided_again(report: Report, officer: User) -> None:
    decide(officer, report, "dismiss", "Known")
    assert decide(officer, report, "take").status_code == 404
    assert owner(report) == "IN-MH-JALGAON"


@pytest.mark.parametrize(
    ("code", "role", "status"),
    [("IN-MH-JALGAON", Role.INVESTIGATOR, 403), ("IN-NCRB", Role.DESK_OFFICER, 403), ("IN-MH-PUNE", Role.DESK_OFFICER, 404),
     ("IN-GJ-CYBER", Role.SUPERVISOR, 404), ("IN-MH-JALGAON", Role.ADMINISTRATOR, 404), ("IN-MH-JALGAON", Role.AUDITOR, 404)],
)  # fmt: skip
def test_the_wrong_person_decides_nothing(report: Report, code: str, role: Role, status: int) -> None:
    assert decide(factories.person(code, role), report, "take").status_code == status
    assert owner(report) == "IN-MH-JALGAON" and Reroute.objects.get().state == RerouteState.OPEN


def test_the_suggestion_must_be_the_report_s(report: Report, officer: User) -> None:
    assert decide(officer, report, "take", suggestion=987_654).status_code == 404
