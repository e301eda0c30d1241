"""The life of a referral, act by act: drafts, receipts, recall, merge, split, stale forms, and who was faster."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from tests import factories
from tests.factories import agency, drain
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import CaseReport
from tipline.investigation.cases.services import open_case
from tipline.referrals import drafts
from tipline.referrals.holding import stamps
from tipline.referrals.life import TRANSITIONS, Step, take
from tipline.referrals.merging import merge, unmerge
from tipline.referrals.models import MergeReason, RecallReason, Referral, ReferralEvent, ReferralState, ReturnReason
from tipline.referrals.progress import SentTab, progress, sent_by
from tipline.referrals.queries import way_of
from tipline.referrals.recalling import recall
from tipline.referrals.receipts import receive
from tipline.referrals.services import accept, acknowledge, forward, return_up, split
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, User
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


@pytest.fixture
def reports(reporter: Reporter, people: dict[str, User]) -> list[Report]:
    """Three at the state's desk, which came there as one bundle."""
    factories.forwarding("US-NCMEC")
    found = [factories.filed(reporter, factories.synthetic(f"kite_{number}")) for number in range(3)]
    drain()
    forward(people["IN-NCRB"], [r.pk for r in found], agency("IN-MH-CYBER"), "together")
    return found


def holder(report: Report) -> str:
    return report.holdings.get(held_until=None, joint=False).agency.code


def live(report: Report) -> Referral:
    return way_of(report)[-1]


def test_who_received_and_acknowledged_it_is_told_to_the_sender(reports: list[Report], people: dict[str, User]) -> None:
    officer, sender = people["IN-MH-CYBER"], people["IN-NCRB"]
    one = reports[0]
    assert receive(people["IN-NCRB"], [one.pk]) == 0  # it lies elsewhere
    before = live(one).state_at
    assert receive(officer, [one.pk]) == 1
    assert receive(officer, [one.pk]) == 0
    assert (live(one).state, live(one).state_at) == ("received", before)  # forms that are open stay valid
    assert acknowledge(officer, [one.pk]) == 1
    assert acknowledge(factories.person("IN-MH-CYBER"), [one.pk]) == 0
    told = progress(list(sent_by(sender.agency, scope_of(sender), SentTab.OPEN).filter(report=one)))[0]
    assert told.receipt and told.acknowledged
    assert (told.receipt.by, told.acknowledged.by, told.case_opened) == (officer.name, officer.name, False)
    acts = Entry.objects.filter(action__startswith="referral.", object_id=str(one.pk)).values_list("action", flat=True)
    assert list(acts.order_by("id"))[-2:] == ["referral.received", "referral.acknowledged"]


def test_the_sender_takes_back_what_nobody_accepted(reports: list[Report], people: dict[str, User]) -> None:
    sender, officer = people["IN-NCRB"], people["IN-MH-CYBER"]
    hops = [live(r) for r in reports]
    with pytest.raises(InvalidInputError, match="say in a sentence"):
        recall(sender, [hops[0].pk], RecallReason.OTHER)
    with pytest.raises(NotFoundError, match="your desk sent no referral"):
        recall(officer, [hops[0].pk], RecallReason.WRONG_DESK)
    forward(officer, [reports[2].pk], agency("IN-MH-PUNE"))
    with pytest.raises(ConflictError, match=f"report {reports[2].pk} was forwarded by .* can no longer be recalled"):
        recall(sender, [hop.pk for hop in hops], RecallReason.WRONG_DESK)
    accept(officer, [reports[1].pk])
    with pytest.raises(ConflictError, match=f"is already accepted by {officer.name}"):
        recall(sender, [hops[1].pk], RecallReason.WRONG_DESK)
    with acting(scope_of(sender)):
        assert recall(sender, [hops[0].pk], RecallReason.SENT_IN_ERROR, "not this state") == 1
    assert holder(reports[0]) == "IN-NCRB"
    hops[0].refresh_from_db()
    assert (hops[0].state, hops[0].answer, hops[0].return_reason) == ("recalled", "not this state", "")
    assert ReferralEvent.objects.get(referral=hops[0], act="recall").reason == "sent_in_error"
    with pytest.raises(ConflictError, match=r"IN-NCRB holds it now .was recalled by"):
        accept(officer, [reports[0].pk])
    forward(sender, [reports[0].pk], agency("IN-MH-CYBER"))  # no bounce


def test_two_reports_of_one_matter_are_accepted_together(reports: list[Report], people: dict[str, User]) -> None:
    officer = people["IN-MH-CYBER"]
    first, second, third = (r.pk for r in reports)
    with pytest.raises(InvalidInputError, match="at least two"):
        merge(officer, [first], first, MergeReason.DUPLICATE)
    assert merge(officer, [first, second], first, MergeReason.DUPLICATE, "the same account") == 1
    with pytest.raises(ConflictError, match=f"together with report {first}"):
        accept(officer, [second])
    with pytest.raises(ConflictError, match="put together with another report"):
        merge(officer, [third], second, MergeReason.SAME_MATTER)
    with pytest.raises(ConflictError, match="has other reports with it"):
        merge(officer, [first], third, MergeReason.SAME_MATTER)
    unmerge(officer, [second])
    assert live(reports[1]).state == "acknowledged"
    merge(officer, [second], first, MergeReason.SAME_MATTER)
    case = open_case(officer, [first], "Kite")
    assert set(CaseReport.objects.filter(case=case).values_list("report_id", flat=True)) == {first, second}
    with pytest.raises(ConflictError, match="it is in its case"):
        unmerge(officer, [second])


def test_what_is_together_goes_on_together_and_parts_when_one_is_recalled(
    reports: list[Report], people: dict[str, User]
) -> None:
    officer = people["IN-MH-CYBER"]
    first, second, third = (r.pk for r in reports)
    merge(officer, [second, third], first, MergeReason.SAME_MATTER)
    forward(officer, [first], agency("IN-MH-JALGAON"))
    assert [holder(r) for r in reports] == ["IN-MH-JALGAON"] * 3
    jalgaon = people["IN-MH-JALGAON"]
    merge(jalgaon, [second], first, MergeReason.SAME_MATTER)
    recall(officer, [live(reports[0]).pk], RecallReason.WRONG_DESK)
    assert [holder(r) for r in reports] == ["IN-MH-CYBER", "IN-MH-JALGAON", "IN-MH-JALGAON"]
    assert live(reports[1]).state == "acknowledged"
    merge(jalgaon, [second], third, MergeReason.SAME_MATTER)
    return_up(jalgaon, [third], ReturnReason.NOT_OUR_PLACE, "of Pune")
    assert [holder(r) for r in reports] == ["IN-MH-CYBER"] * 3


def test_a_bundle_is_parted(reports: list[Report], people: dict[str, User]) -> None:
    officer = people["IN-MH-CYBER"]
    first, second, third = (r.pk for r in reports)
    assert len({live(r).bundle for r in reports}) == 1
    with pytest.raises(InvalidInputError, match="between two desks"):
        split(officer, [(agency("IN-MH-PUNE"), [first])])
    split(officer, [(agency("IN-MH-PUNE"), [first]), (agency("IN-MH-JALGAON"), [second, third])], "each its own")
    assert [holder(r) for r in reports] == ["IN-MH-PUNE", "IN-MH-JALGAON", "IN-MH-JALGAON"]
    assert ReferralEvent.objects.filter(act="split").count() == 3
    with pytest.raises(ConflictError, match="no longer on your desk"):
        split(officer, [(agency("IN-MH-PUNE"), [first]), (agency("IN-MH-JALGAON"), [second])])


def test_a_draft_needs_a_second_person_and_stays_within_the_desk(
    reports: list[Report], people: dict[str, User]
) -> None:
    officer, colleague = people["IN-MH-CYBER"], factories.person("IN-MH-CYBER")
    first, second, third = reports
    with acting(scope_of(officer)):
        bundle = drafts.draft(officer, [first.pk, second.pk], agency("IN-MH-JALGAON"), "look at both")
    assert holder(first) == "IN-MH-CYBER" and live(first).state == "sent"
    assert [d.report_ids for d in drafts.drafts_of(agency("IN-MH-CYBER"))] == [(first.pk, second.pk)]
    with acting(scope_of(people["IN-NCRB"])):  # which sees the report, and not the draft
        assert not Referral.objects.filter(state=ReferralState.DRAFTED).exists()
        assert not ReferralEvent.objects.filter(act="draft").exists()
    with pytest.raises(ConflictError, match=r"was drafted by .* discard that draft first"):
        drafts.draft(colleague, [first.pk], agency("IN-MH-PUNE"))
    with pytest.raises(NotPermittedError, match="somebody else of your desk"):
        drafts.send(officer, bundle)
    with pytest.raises(NotFoundError):
        drafts.send(people["IN-NCRB"], bundle)
    with acting(scope_of(colleague)):
        assert drafts.send(colleague, bundle) == 2
    assert (holder(first), live(first).note, live(first).state) == ("IN-MH-JALGAON", "look at both", "sent")
    other = drafts.draft(officer, [third.pk], agency("IN-MH-PUNE"))
    assert drafts.throw_away(officer, other) == 1
    assert holder(third) == "IN-MH-CYBER"


def test_a_draft_is_void_once_the_report_is_moved(reports: list[Report], people: dict[str, User]) -> None:
    officer, sender = people["IN-MH-CYBER"], people["IN-NCRB"]
    bundle = drafts.draft(officer, [reports[0].pk], agency("IN-MH-PUNE"))
    with acting(scope_of(sender)):  # which must not see the draft, and voids it
        recall(sender, [live(reports[0]).pk], RecallReason.NEW_INFORMATION)
    assert not drafts.drafts_of(agency("IN-MH-CYBER"))
    with pytest.raises(NotFoundError, match="sent or discarded"):
        drafts.send(factories.person("IN-MH-CYBER"), bundle)


def test_a_form_of_before_is_refused_with_what_happened(reports: list[Report], people: dict[str, User]) -> None:
    officer, colleague = people["IN-MH-CYBER"], factories.person("IN-MH-CYBER")
    one = reports[0].pk
    seen = stamps(officer.agency, [one])
    receive(colleague, [one])
    acknowledge(officer, [one], seen)  # a receipt changes nothing that a form stands on
    with pytest.raises(
        ConflictError, match=f"report {one} was acknowledged by {officer.name}, on .*, since you opened it"
    ):
        return_up(colleague, [one], ReturnReason.DUPLICATE, seen=seen)
    return_up(colleague, [one], ReturnReason.DUPLICATE, seen=stamps(officer.agency, [one]))


def test_a_return_after_acceptance_is_refused_by_name(reports: list[Report], people: dict[str, User]) -> None:
    officer = people["IN-MH-CYBER"]
    accept(officer, [reports[0].pk])
    with pytest.raises(ConflictError, match=f"is accepted here by {officer.name}, on .* cannot go back"):
        return_up(factories.person("IN-MH-CYBER"), [reports[0].pk], ReturnReason.DUPLICATE)


def test_a_step_that_is_not_in_the_table_changes_nothing(reports: list[Report], people: dict[str, User]) -> None:
    hop = live(reports[0])
    accept(people["IN-MH-CYBER"], [reports[0].pk])
    with pytest.raises(ConflictError, match="is already accepted by"):
        take(Step.RECALL, [hop.pk], people["IN-NCRB"].actor, hop.state_at)
    assert {t.before for t in TRANSITIONS if t.step == Step.RECALL} == {"sent", "received", "acknowledged"}


def test_five_hundred_at_once_take_as_many_statements_as_five(
    reports: list[Report], people: dict[str, User], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    officer = people["IN-MH-CYBER"]
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        acknowledge(officer, [reports[0].pk])
    with CaptureQueriesContext(connection) as two:
        acknowledge(officer, [r.pk for r in reports[1:]])
    assert len(one) == len(two)
    with CaptureQueriesContext(connection) as one:
        return_up(officer, [reports[0].pk], ReturnReason.DUPLICATE)
    with CaptureQueriesContext(connection) as two:
        return_up(officer, [r.pk for r in reports[1:]], ReturnReason.DUPLICATE)
    assert len(one) == len(two)


def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told_who(committed_db: None, tmp_path: Path) -> None:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY[:3])
    report = factories.filed(factories.provider())
    drain()
    officers = [factories.person("IN-MH-JALGAON") for _ in range(2)]
    together, told = threading.Barrier(2), {}

    def accepts(person: User) -> None:
        try:
            with acting(scope_of(person)):
                together.wait(20)
                accept(person, [report.pk])
            told[person.pk] = ""
        except ConflictError as error:
            told[person.pk] = str(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accepts, args=(person,)) for person in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    winner, loser = sorted(officers, key=lambda person: told[person.pk] != "")
    assert told[winner.pk] == ""
    assert told[loser.pk].startswith(f"report {report.pk} is already accepted by {winner.name}, on ")
    assert ReferralEvent.objects.filter(report=report, act="accept").count() == 1
