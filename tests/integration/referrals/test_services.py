"""Accept, forward, return: never two owners, never none, and each refusal says why."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.factories import drain
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, TiplineError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.referrals.models import Referral, ReferralState, ReturnReason
from tipline.referrals.queries import DeskTab, desk, way_of
from tipline.referrals.services import accept, forward, return_up
from tipline.reports.models import Holding, Report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON")


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    return factories.provider()


@pytest.fixture
def people(reporter: Reporter) -> dict[str, User]:
    return {code: factories.person(code) for code in (*WAY, "IN-MH-PUNE")}


def holder(report: Report) -> str:
    return report.holdings.get(held_until=None).agency.code


def at_jalgaon(reporter: Reporter) -> Report:
    factories.forwarding(*WAY[:3])
    report = factories.filed(reporter)
    drain()
    assert holder(report) == "IN-MH-JALGAON"
    return report


def test_a_person_forwards_one_level_at_a_time(reporter: Reporter, people: dict[str, User]) -> None:
    report = factories.filed(reporter)
    drain()
    with pytest.raises(InvalidInputError, match="not directly below"):
        forward(people["US-NCMEC"], [report.pk], factories.agency("IN-MH-JALGAON"))
    for here, below in pairwise(WAY):
        forward(people[here], [report.pk], factories.agency(below), "for you")
    assert [(r.from_agency.code, r.to_agency.code, r.state) for r in way_of(report)] == [
        ("US-NCMEC", "IN-NCRB", "forwarded"),
        ("IN-NCRB", "IN-MH-CYBER", "forwarded"),
        ("IN-MH-CYBER", "IN-MH-JALGAON", "sent"),
    ]
    assert holder(report) == "IN-MH-JALGAON"
    acts = Entry.objects.filter(action="referral.forwarded").values_list("actor_kind", "actor_label")
    assert list(acts) == [("person", people[code].email) for code in WAY[:3]]


def test_the_second_to_accept_is_told(reporter: Reporter, people: dict[str, User]) -> None:
    report = at_jalgaon(reporter)
    accept(people["IN-MH-JALGAON"], [report.pk])
    with pytest.raises(ConflictError, match=f"report {report.pk} is already accepted"):
        accept(factories.person("IN-MH-JALGAON"), [report.pk])


def test_another_desk_finds_nothing(reporter: Reporter, people: dict[str, User]) -> None:
    report = at_jalgaon(reporter)
    with pytest.raises(NotFoundError, match="does not exist"):
        accept(people["IN-MH-PUNE"], [report.pk])
    with pytest.raises(ConflictError, match="IN-MH-JALGAON holds it now"):
        return_up(people["IN-MH-CYBER"], [report.pk], ReturnReason.DUPLICATE)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.STATISTICIAN, Role.TRAINEE, Role.INVESTIGATOR])
def test_roles_that_do_not_work_a_desk_do_not(reporter: Reporter, role: Role) -> None:
    report = at_jalgaon(reporter)
    with pytest.raises(NotPermittedError):
        accept(factories.person("IN-MH-JALGAON", role), [report.pk])


def test_what_goes_back_lies_on_the_desk_above_again(reporter: Reporter, people: dict[str, User]) -> None:
    report = at_jalgaon(reporter)
    with pytest.raises(InvalidInputError, match="say in a sentence"):
        return_up(people["IN-MH-JALGAON"], [report.pk], ReturnReason.OTHER, "  ")
    return_up(people["IN-MH-JALGAON"], [report.pk], ReturnReason.NOT_OUR_PLACE, "the address is of Pune")
    assert holder(report) == "IN-MH-CYBER"
    above = scope_of(people["IN-MH-CYBER"])
    assert list(desk(factories.agency("IN-MH-CYBER"), above, DeskTab.NEW)) == [report]
    forward(people["IN-MH-CYBER"], [report.pk], factories.agency("IN-MH-PUNE"))
    assert holder(report) == "IN-MH-PUNE"


def test_after_two_returns_the_desk_above_owns_it(reporter: Reporter, people: dict[str, User]) -> None:
    report = at_jalgaon(reporter)
    return_up(people["IN-MH-JALGAON"], [report.pk], ReturnReason.NOT_OUR_PLACE)
    forward(people["IN-MH-CYBER"], [report.pk], factories.agency("IN-MH-PUNE"))
    return_up(people["IN-MH-PUNE"], [report.pk], ReturnReason.NOT_OUR_PLACE)
    with pytest.raises(ConflictError, match="came back 2 times"):
        forward(people["IN-MH-CYBER"], [report.pk], factories.agency("IN-MH-NASHIK"))
    assert holder(report) == "IN-MH-CYBER"


def test_a_bulk_act_is_whole_or_nothing(reporter: Reporter, people: dict[str, User]) -> None:
    first, second = at_jalgaon(reporter), at_jalgaon(reporter)
    accept(people["IN-MH-JALGAON"], [second.pk])
    with pytest.raises(ConflictError):
        open_case(people["IN-MH-JALGAON"], [first.pk, second.pk], "A case")
    assert Referral.objects.get(report=first, to_agency__code="IN-MH-JALGAON").state == ReferralState.SENT
    assert not Case.objects.exists()


def test_a_case_opens_with_its_handles_offence_and_number(reporter: Reporter, people: dict[str, User]) -> None:
    factories.forwarding(*WAY[:3])
    reports = [factories.filed(reporter, factories.synthetic(handle)) for handle in ("one", "two", "two")]
    drain()
    case = open_case(people["IN-MH-JALGAON"], [r.pk for r in reports], "  Three reports ")
    assert case.number.startswith("IN-MH-JALGAON/") and case.number.endswith("/0001")
    assert sorted(case.handles.values_list("identifier__value", flat=True)) == ["one", "two"]
    assert list(case.offences.values_list("section_id", flat=True)) == ["IN-ITA-67B"]
    assert case.title == "Three reports"
    with pytest.raises(InvalidInputError, match="needs a title"):
        open_case(people["IN-MH-JALGAON"], [reports[0].pk], " ")


def test_the_desk_counts_what_its_piles_hold(reporter: Reporter, people: dict[str, User]) -> None:
    reports = [at_jalgaon(reporter) for _ in range(3)]
    accept(people["IN-MH-JALGAON"], [reports[0].pk])
    return_up(people["IN-MH-JALGAON"], [reports[1].pk], ReturnReason.DUPLICATE)
    agency, scope = factories.agency("IN-MH-JALGAON"), scope_of(people["IN-MH-JALGAON"])
    with acting(scope):
        listed = factories.piles("IN-MH-JALGAON")
    assert listed == {DeskTab.NEW: 1, DeskTab.ACCEPTED: 1, DeskTab.SENT_ON: 1, DeskTab.ALL: 3}
    for tab, number in ((DeskTab.NEW, 1), (DeskTab.ACCEPTED, 1), (DeskTab.SENT_ON, 1), (DeskTab.ALL, 3)):
        assert desk(agency, scope, tab).count() == number
    with acting(scope_of(people["IN-MH-PUNE"])):
        assert factories.piles("IN-MH-JALGAON")[DeskTab.ALL] == 0


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "forward", "return"]),
        st.sampled_from([*WAY, "IN-MH-PUNE"]),
        st.sampled_from([*WAY, "IN-MH-PUNE"]),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_order_of_acts_loses_the_owner(
    reporter: Reporter, people: dict[str, User], acts: list[tuple[str, str, str]]
) -> None:
    with transaction.atomic():
        report = factories.filed(reporter)
        drain()
        for verb, who, where in acts:
            try:
                if verb == "accept":
                    accept(people[who], [report.pk])
                elif verb == "forward":
                    forward(people[who], [report.pk], factories.agency(where))
                else:
                    return_up(people[who], [report.pk], ReturnReason.DUPLICATE)
            except TiplineError:
                pass
            assert Holding.objects.filter(report=report, held_until=None).count() == 1
            live = Referral.objects.filter(report=report, state__in=["sent", "accepted"])
            # the live hop leads to the holder; with none, the report is where it came in
            assert [r.to_agency.code for r in live] in ([holder(report)], []) and (live or holder(report) == WAY[0])
        transaction.set_rollback(True)
