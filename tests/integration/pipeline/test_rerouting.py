"""Better information: told to the desks, moved by a person, and the first owner is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
from tests.factories import agency, drain, person
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.pipeline.attribution.models import Attribution, Whereabouts
from tipline.pipeline.routing import reroute
from tipline.pipeline.routing.models import Decision, Reroute, RerouteState
from tipline.pipeline.routing.queries import suggestions
from tipline.referrals.models import Referral, ReferralState
from tipline.referrals.queries import way_of
from tipline.referrals.services import accept
from tipline.reports.models import Report
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.agencies.agreements import end_agreement, set_agreement
from tipline.trust.visibility import acting, scope_of

WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON")


@pytest.fixture
def report(db: None, tmp_path: Path) -> Report:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY[:3])
    report = factories.filed(factories.provider())
    drain()
    assert owner(report) == "IN-MH-JALGAON"
    return report


def owner(report: Report) -> str:
    return report.holdings.get(held_until=None, joint=False).agency.code


def found_to_be_in(report: Report, state: str, district: str, **more: object) -> None:
    Attribution.objects.filter(report=report).update(state=state, district=district, **more)
    Whereabouts.objects.filter(report=report).update(state=state, district=district, **more)
    assert reroute.queue([report.pk]) == 1


def suggested(report: Report) -> Reroute:
    return Reroute.objects.get(report=report, state=RerouteState.OPEN)


def test_better_information_is_told_and_moves_nothing_by_itself(report: Report) -> None:
    found_to_be_in(report, "Maharashtra", "Pune")
    one = suggested(report)
    assert (one.old_agency.code, one.new_agency.code) == ("IN-MH-JALGAON", "IN-MH-PUNE")
    assert one.old_decision["agency"] == "IN-MH-JALGAON" and one.new_decision["agency"] == "IN-MH-PUNE"
    assert "it belongs to IN-MH-PUNE" in one.reason
    assert owner(report) == "IN-MH-JALGAON"
    assert Decision.objects.get(report=report).agency == agency("IN-MH-JALGAON")
    for code, sees in (("IN-MH-JALGAON", True), ("IN-MH-CYBER", True), ("IN-MH-PUNE", False), ("IN-GJ-CYBER", False)):
        with acting(scope_of(person(code))) as scope:
            assert suggestions(scope).exists() is sees
            assert Reroute.objects.exists() is sees
    reroute.queue([report.pk])  # found again it is the same one
    assert Reroute.objects.count() == 1


@pytest.mark.parametrize("who", ["IN-MH-JALGAON", "IN-MH-CYBER"])
def test_taking_it_moves_the_report_up_and_down_and_keeps_the_chain(report: Report, who: str) -> None:
    found_to_be_in(report, "Maharashtra", "Pune")
    officer = person(who)
    with acting(scope_of(officer)):  # as a screen does, with the second lock
        reroute.take(officer, suggested(report))
    assert owner(report) == "IN-MH-PUNE"
    assert [(r.from_agency.code, r.to_agency.code, r.state) for r in way_of(report)] == [
        ("US-NCMEC", "IN-NCRB", "forwarded"),
        ("IN-NCRB", "IN-MH-CYBER", "forwarded"),
        ("IN-MH-CYBER", "IN-MH-JALGAON", "returned"),
        ("IN-MH-CYBER", "IN-MH-PUNE", "sent"),
    ]
    first = person("IN-MH-JALGAON")
    with acting(scope_of(first)) as scope:
        assert visible_reports(scope).filter(pk=report.pk).exists()
    decision = Decision.objects.get(report=report)
    assert decision.path[-1] == "IN-MH-PUNE"
    assert Reroute.objects.get().state == RerouteState.TAKEN
    with pytest.raises(ConflictError, match="taken"):
        reroute.take(first, Reroute.objects.get())


def test_to_another_state_it_goes_by_the_national_desk(report: Report) -> None:
    found_to_be_in(report, "Gujarat", "")
    one = suggested(report)
    with pytest.raises(NotPermittedError):
        reroute.take(person("IN-MH-CYBER"), one)  # neither holds it nor stands where the ways part
    assert reroute.may_decide(person("IN-NCRB"), one) and not reroute.may_decide(person("IN-MH-CYBER"), one)
    reroute.take(person("IN-NCRB"), one)
    assert owner(report) == "IN-GJ-CYBER"
    returned = Referral.objects.filter(report=report, state=ReferralState.RETURNED).values_list(
        "return_reason", flat=True
    )
    assert list(returned) == ["rerouted", "rerouted"]


def test_an_accepted_report_stays_and_the_other_desk_takes_part(report: Report) -> None:
    officer = person("IN-MH-JALGAON")
    accept(officer, [report.pk])
    found_to_be_in(report, "Maharashtra", "Pune")
    assert owner(report) == "IN-MH-JALGAON"
    with pytest.raises(ConflictError, match="no agreement"):
        reroute.take(officer, suggested(report))
    set_agreement(agency("IN-MH-JALGAON"), agency("IN-MH-PUNE"), "Order 12/2026", officer.actor)
    reroute.take(officer, suggested(report))
    assert owner(report) == "IN-MH-JALGAON"
    assert report.holdings.get(agency__code="IN-MH-PUNE").joint


def test_without_an_agreement_it_does_not_move(report: Report) -> None:
    found_to_be_in(report, "Maharashtra", "Pune")
    one, officer = suggested(report), person("IN-MH-CYBER")
    end_agreement(agency("IN-MH-CYBER"), agency("IN-MH-PUNE"), officer.actor)
    with pytest.raises(ConflictError, match="would go elsewhere again"):
        reroute.take(officer, one)
    assert owner(report) == "IN-MH-JALGAON"


def test_a_dismissal_says_why_and_by_whom(report: Report) -> None:
    found_to_be_in(report, "Maharashtra", "Pune")
    officer: User = person("IN-MH-JALGAON")
    with pytest.raises(InvalidInputError, match="say in a sentence"):
        reroute.dismiss(officer, suggested(report), " ")
    with pytest.raises(NotPermittedError):
        reroute.dismiss(person("IN-MH-PUNE"), suggested(report), "no")
    reroute.dismiss(officer, suggested(report), "The account is known to us")
    one = Reroute.objects.get()
    assert (one.state, one.decided_by, one.note) == ("dismissed", officer.email, "The account is known to us")
    reroute.queue([report.pk])
    assert Reroute.objects.count() == 1  # nobody is asked the same thing twice


def test_what_was_urgent_once_stays_urgent(report: Report) -> None:
    Decision.objects.filter(report=report).update(urgent=True)
    reroute.queue([report.pk])
    assert Decision.objects.get(report=report).urgent


def test_a_suggestion_that_no_longer_fits_is_dismissed(report: Report) -> None:
    found_to_be_in(report, "Maharashtra", "Pune")
    found_to_be_in(report, "Maharashtra", "Jalgaon")
    assert Reroute.objects.get().decided_by == "routing"
    found_to_be_in(report, "Maharashtra", "Pune", abstained=True)
    assert Reroute.objects.count() == 1  # who does not know suggests nothing


def test_what_has_not_moved_is_simply_decided_anew(db: None, tmp_path: Path) -> None:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    report = factories.filed(factories.provider())
    drain()
    assert owner(report) == "US-NCMEC"
    found_to_be_in(report, "Maharashtra", "Pune")
    assert Decision.objects.get(report=report).path[-1] == "IN-MH-PUNE"
    assert not Reroute.objects.exists()
    factories.forwarding(*WAY[:3])
    reroute.queue([report.pk])
    assert owner(report) == "IN-MH-PUNE"
