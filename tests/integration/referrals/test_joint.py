"""Several desks, agreements, standing rules: one owner at any time, and nobody sees or gets what is not theirs."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.factories import TESTS, agency, drain
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, TiplineError
from tipline.investigation.cases.services import open_case
from tipline.referrals import standing
from tipline.referrals.models import Referral, ReferralState, ReturnReason, StandingAction, Waiting
from tipline.referrals.queries import DeskTab, desk, way_of
from tipline.referrals.services import (
    BOUNCE_LIMIT,
    Plan,
    accept,
    forward,
    forward_by_standing_rules,
    invite,
    release_due,
    return_up,
    set_standing_rule,
)
from tipline.reports.models import Holding, Report
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import Reporter, User
from tipline.trust.agencies.agreements import end_agreement, set_agreement
from tipline.trust.visibility import acting, scope_of

WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON")
EVERYBODY = (*WAY, "IN-MH-PUNE", "IN-GJ-CYBER")


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    return factories.provider()


@pytest.fixture
def people(reporter: Reporter) -> dict[str, User]:
    return {code: factories.person(code) for code in EVERYBODY}


@pytest.fixture
def report(reporter: Reporter, people: dict[str, User]) -> Report:
    """On Jalgaon's desk."""
    factories.forwarding(*WAY[:3])
    report = factories.filed(reporter)
    drain()
    assert owner(report) == "IN-MH-JALGAON"
    return report


def ids(*codes: str) -> tuple[int, ...]:
    return tuple(agency(code).pk for code in codes)


def owner(report: Report) -> str:
    return report.holdings.get(held_until=None, joint=False).agency.code


def joint(report: Report) -> set[str]:
    return set(report.holdings.filter(held_until=None, joint=True).values_list("agency__code", flat=True))


def sees(person: User, report: Report) -> bool:
    with acting(scope_of(person)):  # both locks
        return (
            visible_reports(scope_of(person)).filter(pk=report.pk).exists()
            and Report.objects.filter(pk=report.pk).exists()
        )


# -- taking part -------------------------------------------------------------------------------------------------------


def test_a_joint_desk_sees_it_and_takes_part_and_the_owner_stays(report: Report, people: dict[str, User]) -> None:
    set_agreement(agency("IN-MH-JALGAON"), agency("IN-MH-PUNE"), "Order 12/2026", TESTS)
    assert not sees(people["IN-MH-PUNE"], report)
    with acting(scope_of(people["IN-MH-JALGAON"])):  # as a screen does, with the second lock
        invite(people["IN-MH-JALGAON"], [report.pk], agency("IN-MH-PUNE"), "its account logs in there")
    assert (owner(report), joint(report)) == ("IN-MH-JALGAON", {"IN-MH-PUNE"})
    assert sees(people["IN-MH-PUNE"], report)
    assert not sees(people["IN-GJ-CYBER"], report)
    with acting(scope_of(people["IN-MH-PUNE"])):
        [taken] = accept(people["IN-MH-PUNE"], [report.pk])
    assert not taken.lead
    accept(people["IN-MH-JALGAON"], [report.pk])
    assert owner(report) == "IN-MH-JALGAON"
    with acting(scope_of(people["IN-MH-PUNE"])):
        return_up(people["IN-MH-PUNE"], [report.pk], ReturnReason.NOT_OUR_PLACE)
    assert (owner(report), joint(report)) == ("IN-MH-JALGAON", set())
    assert sees(people["IN-MH-PUNE"], report)  # what it had, it goes on seeing
    assert Referral.objects.get(to_agency__code="IN-MH-JALGAON").state == ReferralState.ACCEPTED


def test_a_joint_desk_is_on_the_desks_piles_and_opens_no_case(report: Report, people: dict[str, User]) -> None:
    invite_pune(report, people)
    officer = people["IN-MH-PUNE"]
    row = desk(officer.agency, scope_of(officer), DeskTab.NEW).get()
    assert (row.pk, row.jointly, row.hop_state) == (report.pk, True, "sent")  # type: ignore[attr-defined]
    with pytest.raises(ConflictError, match="jointly"), transaction.atomic():
        open_case(officer, [report.pk], "Kite")
    open_case(people["IN-MH-JALGAON"], [report.pk], "Kite")
    assert owner(report) == "IN-MH-JALGAON"


def invite_pune(report: Report, people: dict[str, User]) -> None:
    set_agreement(agency("IN-MH-JALGAON"), agency("IN-MH-PUNE"), "Order 12/2026", TESTS)
    invite(people["IN-MH-JALGAON"], [report.pk], agency("IN-MH-PUNE"))


def test_on_the_screen_accepting_what_is_joint_is_taking_part(report: Report, people: dict[str, User]) -> None:
    invite_pune(report, people)
    done = factories.signed_in(people["IN-MH-PUNE"]).post(
        "/desk/act/", {"verb": "accept", "report": [report.pk]}, follow=True
    )
    assert "takes part in 1 report" in done.content.decode()
    assert Referral.objects.get(report=report, lead=False).state == ReferralState.ACCEPTED
    assert owner(report) == "IN-MH-JALGAON"


def test_only_the_owner_invites_and_nobody_twice(report: Report, people: dict[str, User]) -> None:
    with pytest.raises(ConflictError, match="no agreement is in force"):
        invite(people["IN-MH-JALGAON"], [report.pk], agency("IN-MH-PUNE"))
    invite_pune(report, people)
    with pytest.raises(ConflictError, match="is with IN-MH-PUNE already"):
        invite(people["IN-MH-JALGAON"], [report.pk], agency("IN-MH-PUNE"))
    with pytest.raises(ConflictError, match="jointly"):
        invite(people["IN-MH-PUNE"], [report.pk], agency("IN-GJ-CYBER"))
    with pytest.raises(NotFoundError):
        invite(people["IN-GJ-CYBER"], [report.pk], agency("IN-MH-PUNE"))
    with pytest.raises(InvalidInputError, match="taken"):
        return_up(people["IN-MH-PUNE"], [report.pk], ReturnReason.REROUTED)


def test_a_desk_above_that_takes_part_owns_it_again_when_it_comes_back(report: Report, people: dict[str, User]) -> None:
    set_agreement(agency("IN-MH-JALGAON"), agency("IN-MH-CYBER"), "Order 13/2026", TESTS)
    invite(people["IN-MH-JALGAON"], [report.pk], agency("IN-MH-CYBER"))
    assert joint(report) == {"IN-MH-CYBER"}
    return_up(people["IN-MH-JALGAON"], [report.pk], ReturnReason.NOT_OUR_PLACE)
    assert (owner(report), joint(report)) == ("IN-MH-CYBER", set())


def test_software_sends_joint_desks_their_part_where_the_ways_part(reporter: Reporter, people: dict[str, User]) -> None:
    report = factories.filed(reporter, factories.synthetic(ip=""))
    drain()
    factories.forwarding(*WAY[:3])
    plan = Plan(
        report.pk, ids(*WAY), (ids(*WAY[:3], "IN-MH-PUNE"), ids(*WAY[:2], "IN-GJ-CYBER"), ids(*WAY[:3]))
    )  # fmt: skip
    for _ in range(2):  # twice changes nothing
        forward_by_standing_rules([plan])
        assert owner(report) == "IN-MH-JALGAON"
        assert joint(report) == {"IN-MH-PUNE", "IN-GJ-CYBER", "IN-MH-CYBER"}
    beside = Referral.objects.filter(report=report, lead=False, state="sent").values_list(
        "from_agency__code", "to_agency__code"
    )
    assert set(beside) == {("IN-MH-CYBER", "IN-MH-PUNE"), ("IN-NCRB", "IN-GJ-CYBER"), ("IN-NCRB", "IN-MH-CYBER")}
    return_up(people["IN-MH-PUNE"], [report.pk], ReturnReason.DUPLICATE)
    forward_by_standing_rules([plan])
    assert "IN-MH-PUNE" not in joint(report)  # who left is not asked again by software


# -- agreements --------------------------------------------------------------------------------------------------------


def test_nothing_crosses_a_hop_without_an_agreement_in_force(reporter: Reporter, people: dict[str, User]) -> None:
    factories.forwarding(*WAY[:3])
    end_agreement(agency("IN-MH-CYBER"), agency("IN-MH-JALGAON"), TESTS)
    report = factories.filed(reporter)
    drain()
    assert owner(report) == "US-NCMEC"
    assert report.routing.rule == "no-agreement"
    forward(people["US-NCMEC"], [report.pk], agency("IN-NCRB"))
    forward(people["IN-NCRB"], [report.pk], agency("IN-MH-CYBER"))
    with pytest.raises(ConflictError, match="no agreement is in force by which IN-MH-CYBER hands to IN-MH-JALGAON"):
        forward(people["IN-MH-CYBER"], [report.pk], agency("IN-MH-JALGAON"))
    set_agreement(
        agency("IN-MH-CYBER"), agency("IN-MH-JALGAON"), "Circular 4", TESTS, since=now().date() + timedelta(days=1)
    )
    with pytest.raises(ConflictError, match="no agreement"):
        forward(people["IN-MH-CYBER"], [report.pk], agency("IN-MH-JALGAON"))


# -- standing rules ----------------------------------------------------------------------------------------------------


def test_what_is_urgent_waits_for_no_bundle(reporter: Reporter) -> None:
    factories.forwarding("US-NCMEC", "IN-MH-CYBER")
    set_standing_rule(agency("IN-NCRB"), StandingAction.BUNDLE, TESTS, bundle_at=time(17, 30))
    urgent = factories.filed(reporter)
    Report.objects.filter(pk=urgent.pk).update(escalated=True)
    other = factories.filed(reporter, factories.synthetic("calm_kite"))
    drain()
    assert (owner(urgent), urgent.routing.urgent) == ("IN-MH-JALGAON", True)
    assert owner(other) == "IN-NCRB"
    assert {hop.rule for hop in way_of(urgent)} == {"urgent"}


def test_a_desk_that_holds_hands_on_what_is_urgent_itself(reporter: Reporter) -> None:
    factories.forwarding("US-NCMEC")
    urgent = factories.filed(reporter)
    Report.objects.filter(pk=urgent.pk).update(escalated=True)
    drain()
    assert (owner(urgent), urgent.routing.urgent) == ("IN-NCRB", True)


def test_a_daily_bundle_goes_out_at_its_time_with_one_mark(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.forwarding("US-NCMEC", "IN-MH-CYBER")
    set_standing_rule(agency("IN-NCRB"), StandingAction.BUNDLE, TESTS, bundle_at=time(17, 30))
    reports = [factories.filed(reporter, factories.synthetic(f"kite_{n}")) for n in range(3)]
    drain()
    assert {owner(report) for report in reports} == {"IN-NCRB"}
    waits = Waiting.objects.get(report=reports[0])
    assert (waits.until.astimezone(UTC).time(), waits.reason) == (time(12, 0), "bundle")
    assert release_due() == 0
    monkeypatch.setattr(standing, "now", lambda: waits.until + timedelta(seconds=1))
    assert release_due() == 3
    assert {owner(report) for report in reports} == {"IN-MH-JALGAON"}
    marks = set(Referral.objects.filter(from_agency__code="IN-NCRB").values_list("bundle", flat=True))
    assert len(marks) == 1 and None not in marks
    assert not Waiting.objects.exists()


def test_a_person_may_send_on_what_waits_and_an_emptied_rule_keeps_it(
    reporter: Reporter, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.forwarding("US-NCMEC")
    set_standing_rule(agency("IN-NCRB"), StandingAction.BUNDLE, TESTS, bundle_at=time(17, 30))
    first, second = (factories.filed(reporter, factories.synthetic(f"kite_{n}")) for n in range(2))
    drain()
    until = Waiting.objects.get(report=first).until
    forward(people["IN-NCRB"], [first.pk], agency("IN-MH-CYBER"))
    assert not Waiting.objects.filter(report=first).exists()
    set_standing_rule(agency("IN-NCRB"), StandingAction.HOLD, TESTS)
    monkeypatch.setattr(standing, "now", lambda: until + timedelta(seconds=1))
    release_due()
    assert owner(second) == "IN-NCRB"
    assert not Waiting.objects.exists()


def test_software_never_repeats_a_hop_that_was_returned(report: Report, people: dict[str, User]) -> None:
    return_up(people["IN-MH-JALGAON"], [report.pk], ReturnReason.NOT_OUR_PLACE)
    return_up(people["IN-MH-CYBER"], [report.pk], ReturnReason.NOT_OUR_PLACE)
    forward_by_standing_rules([Plan(report.pk, ids("IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON"), urgent=True)])
    assert owner(report) == "IN-NCRB"


def test_the_next_bundle_is_by_the_wall_clock(reporter: Reporter) -> None:
    set_standing_rule(agency("US-NCMEC"), StandingAction.BUNDLE, TESTS, bundle_at=time(17, 0))
    rule = standing.StandingRule.objects.select_related("agency").get()
    assert standing.next_bundle(rule, datetime(2026, 10, 31, 22, tzinfo=UTC)) == datetime(2026, 11, 1, 22, tzinfo=UTC)
    assert standing.next_bundle(rule, datetime(2026, 10, 30, 22, tzinfo=UTC)) == datetime(2026, 10, 31, 21, tzinfo=UTC)
    with pytest.raises(InvalidInputError):
        set_standing_rule(agency("US-NCMEC"), StandingAction.FORWARD, TESTS, bundle_at=time(17, 0))


# -- whatever desks do -------------------------------------------------------------------------------------------------
ACTS = st.lists(
    st.tuples(st.sampled_from(["accept", "forward", "return", "invite", "software"]), st.sampled_from(EVERYBODY), st.sampled_from(EVERYBODY)),
    max_size=14,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_there_is_always_exactly_one_owner_and_no_bounce_too_many(
    report: Report, people: dict[str, User], acts: list[tuple[str, str, str]]
) -> None:
    with transaction.atomic():
        for a, b in (("IN-MH-JALGAON", "IN-MH-PUNE"), ("IN-MH-CYBER", "IN-GJ-CYBER"), ("IN-MH-PUNE", "IN-MH-CYBER")):
            set_agreement(agency(a), agency(b), "Order 12/2026", TESTS)
        for verb, who, other in acts:
            try:
                with transaction.atomic():
                    if verb == "accept":
                        accept(people[who], [report.pk])
                    elif verb == "forward":
                        forward(people[who], [report.pk], agency(other))
                    elif verb == "return":
                        return_up(people[who], [report.pk], ReturnReason.DUPLICATE)
                    elif verb == "invite":
                        invite(people[who], [report.pk], agency(other))
                    else:
                        forward_by_standing_rules(
                            [Plan(report.pk, ids(*WAY), (ids(*WAY[:3], "IN-MH-PUNE"),), urgent=True)]
                        )
            except TiplineError:
                pass
            assert Holding.objects.filter(report=report, held_until=None, joint=False).count() == 1
            live = Referral.objects.filter(report=report, state__in=["sent", "accepted"])
            assert {r.to_agency.code for r in live if r.lead} <= {owner(report)}
            assert {r.to_agency.code for r in live if not r.lead} == joint(report)
            assert owner(report) not in joint(report)
            returned = Referral.objects.filter(report=report, state="returned", lead=True).order_by("id")
            if len(returned) >= BOUNCE_LIMIT:
                down = Referral.objects.filter(report=report, lead=True, sent_at__gt=max(r.state_at for r in returned))
                assert not down.exists()
        transaction.set_rollback(True)
