"""A recall that came too late: both sides come to say the same of the hop, or say aloud that two desks have the report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.exchange_peers import Elsewhere, agreed, elsewhere
from tests.factories import agency, person, provider, signed_in, standard_tree
from tests.factories import filed as file_report
from tipline.exchange.federation.models import Kind, Outgoing
from tipline.exchange.federation.sending import settle
from tipline.exchange.federation.wire import Status
from tipline.exchange.parties.ourselves import our_name
from tipline.referrals.models import RecallReason, Referral, ReferralEvent, ReferralState
from tipline.referrals.moving import Hop, join
from tipline.referrals.recalling import recall
from tipline.referrals.services import accept, forward
from tipline.reports.models import Holding
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def state(tmp_path: Path) -> Elsewhere:
    """The state desk, in an installation of its own; this one is the clearinghouse's and the national desk's."""
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    agreed("IN-NCRB", "IN-MH-CYBER")
    return elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")


def sent_down() -> Referral:
    """A report that the national desk sent to the state."""
    report = file_report(provider())
    forward(person("US-NCMEC"), [report.pk], agency("IN-NCRB"))
    forward(person("IN-NCRB"), [report.pk], agency("IN-MH-CYBER"))
    return Referral.objects.get(report=report, to_agency__code="IN-MH-CYBER")


def too_late(state: Elsewhere, hops: Iterable[Referral], there: str = "accepted") -> None:
    """What the state desk answers to the recalls of these."""
    rows = list(Outgoing.objects.filter(kind=Kind.RECALL, referral__in=list(hops)))
    answers = {
        row.pk: Status(number=row.pk, status="refused", code="late", text="it is already accepted", state=there)
        for row in rows
    }
    settle(state.peer, rows, answers)


def owner(referral: Referral) -> str:
    return Holding.objects.get(report_id=referral.report_id, held_until=None, joint=False).agency.code


def history(referral: Referral) -> list[str]:
    return list(ReferralEvent.objects.filter(referral=referral).order_by("id").values_list("act", flat=True))


@pytest.mark.parametrize(("there", "act"), [("accepted", "accept"), ("forwarded", "forward")])
def test_the_hop_stands_again_as_it_does_there(state: Elsewhere, there: str, act: str) -> None:
    hop = sent_down()
    recall(person("IN-NCRB"), [hop.pk], RecallReason.WRONG_DESK)
    assert owner(hop) == "IN-NCRB"
    too_late(state, [hop], there)
    hop.refresh_from_db()
    assert hop.state == there
    assert owner(hop) == "IN-MH-CYBER"
    assert history(hop) == ["send", "recall", "late", act]
    above = Referral.objects.get(report=hop.report, to_agency__code="IN-NCRB")
    assert above.state == ReferralState.FORWARDED
    [entry] = Entry.objects.filter(action="referral.recall_refused", object_id=str(hop.report_id))
    assert entry.detail["there"] == act and not entry.detail["both"]


def test_what_the_desk_does_next_is_mirrored_again(state: Elsewhere) -> None:
    hop = sent_down()
    recall(person("IN-NCRB"), [hop.pk], RecallReason.WRONG_DESK)
    name = f"urn:tipline:{our_name()}:hop:{hop.pk}"
    # it had accepted before the recall reached it: that crosses with the recall, and is refused here
    assert state.tell(state.message("state", name, act="accept"))[0]["status"] == "refused"
    too_late(state, [hop])
    assert state.tell(state.message("state", name, act="accept"))[0]["status"] == "done"
    assert state.tell(state.message("state", name, act="transfer"))[0]["status"] == "done"
    hop.refresh_from_db()
    assert hop.state == ReferralState.FORWARDED


def test_the_page_of_the_report_says_so(state: Elsewhere) -> None:
    hop = sent_down()
    officer = person("IN-NCRB")
    recall(officer, [hop.pk], RecallReason.WRONG_DESK)
    too_late(state, [hop])
    page = signed_in(officer).get(f"/reports/{hop.report_id}/").content.decode()
    assert "The recall came too late: that desk had decided already" in page


@pytest.mark.parametrize("meanwhile", ["accepted", "sent elsewhere"])
def test_where_it_went_on_meanwhile_two_desks_have_it_and_the_history_says_so(state: Elsewhere, meanwhile: str) -> None:
    hop = sent_down()
    officer = person("IN-NCRB")
    recall(officer, [hop.pk], RecallReason.WRONG_DESK)
    if meanwhile == "accepted":
        accept(officer, [hop.report_id])
    else:
        other = agency("IN-GA-CYBER")
        agreed("IN-NCRB", other.code)
        forward(officer, [hop.report_id], other)
    has_it = owner(hop)
    too_late(state, [hop])
    hop.refresh_from_db()
    assert hop.state == ReferralState.RECALLED
    assert history(hop)[-1] == "apart"
    assert owner(hop) == has_it
    page = signed_in(officer).get(f"/reports/{hop.report_id}/").content.decode()
    assert "Not given back: that desk works on it too" in page


def test_a_desk_that_took_part_takes_part_again(state: Elsewhere) -> None:
    report = file_report(provider())
    forward(person("US-NCMEC"), [report.pk], agency("IN-NCRB"))
    officer = person("IN-NCRB")
    join([Hop(report.pk, agency("IN-NCRB").pk, agency("IN-MH-CYBER").pk)], "person", "", officer.actor)
    hop = Referral.objects.get(report=report, to_agency__code="IN-MH-CYBER")
    recall(officer, [hop.pk], RecallReason.WRONG_DESK)
    too_late(state, [hop])
    hop.refresh_from_db()
    assert hop.state == ReferralState.ACCEPTED
    assert owner(hop) == "IN-NCRB"
    assert Holding.objects.filter(report=report, agency__code="IN-MH-CYBER", joint=True, held_until=None).exists()


def test_many_at_once_and_twice_change_nothing_more(state: Elsewhere) -> None:
    hops = [sent_down() for _ in range(3)]
    recall(person("IN-NCRB"), [one.pk for one in hops], RecallReason.WRONG_DESK)
    too_late(state, hops)
    before = [history(one) for one in hops]
    too_late(state, hops)  # as after `tipline peer retry --refused`
    assert [history(one) for one in hops] == before


def test_the_other_side_says_how_it_stands_there(tmp_path: Path) -> None:
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    above = elsewhere(tmp_path, "clearinghouse", "US-NCMEC")
    above.tell(
        *(above.message("referral", above.hop(n), package=0) for n in (1, 2)), packages=(above.package(1, 2),)
    )  # fmt: skip
    reports = [Referral.objects.get(origin__uid=above.hop(n)).report_id for n in (1, 2)]
    accept(person("IN-NCRB"), reports[:1])
    agreed("IN-NCRB", "IN-MH-CYBER")
    forward(person("IN-NCRB"), reports[1:], agency("IN-MH-CYBER"))
    told = above.tell(*(above.message("recall", above.hop(n), act="recall", reason="wrong_desk") for n in (1, 2)))
    assert [(one["status"], one["code"], one["state"]) for one in told] == [
        ("refused", "late", "accepted"), ("refused", "late", "forwarded"),
    ]  # fmt: skip
