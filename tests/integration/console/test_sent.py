"""What a desk sees of what it sent: how far it is. Nothing of the case below, nothing for other desks, and no count of theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import factories
from tests.factories import agency, drain, person, signed_in
from tipline.investigation.cases.diary import write
from tipline.investigation.cases.models import Case, EvidenceKind
from tipline.investigation.cases.persons import Evidence, add_account_holder
from tipline.investigation.cases.services import open_case
from tipline.referrals.drafts import draft
from tipline.referrals.models import RecallReason, Referral, ReferralState, ReturnReason
from tipline.referrals.recalling import recall
from tipline.referrals.services import acknowledge, forward, return_up
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User

pytestmark = pytest.mark.django_db
TITLE, DIARY, NAME = "Kites over the river", "The line ends at Example Lane", "Example Subscriber One"


@pytest.fixture
def reports(tmp_path: Path) -> list[Report]:
    """Three reports at the desk of Maharashtra Cyber."""
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB")
    provider = factories.provider()
    found = [factories.filed(provider, factories.synthetic(f"kite_{n}", f"192.0.2.{10 + n}")) for n in (1, 2, 3)]
    drain()
    return found


@pytest.fixture
def above(reports: list[Report]) -> User:
    return person("IN-MH-CYBER")


@pytest.fixture
def below(reports: list[Report], above: User) -> User:
    forward(above, [one.pk for one in reports], agency("IN-MH-JALGAON"))
    return person("IN-MH-JALGAON")


@pytest.fixture
def case(reports: list[Report], below: User) -> Case:
    """A case with a word of everything that is written in one."""
    made = open_case(below, [reports[0].pk], TITLE)
    write(below, made.pk, DIARY)
    add_account_holder(below, made.pk, NAME, [Evidence(EvidenceKind.OBSERVATION, DIARY, "Diary of today")])
    return made


def page_of(who: User, address: str = "/sent/?tab=all") -> str:
    answer = signed_in(who).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def named_in(page: str) -> set[int]:
    return {int(number) for number in re.findall(r'<th scope="row"[^>]*><a href="/reports/(\d+)/"', page)}


def test_the_sender_sees_progress_and_not_the_case(reports: list[Report], above: User, below: User, case: Case) -> None:
    acknowledge(below, [reports[1].pk])
    page = page_of(above)
    assert named_in(page) == {one.pk for one in reports}
    row = next(row for row in page.split("<tr ") if f'href="/reports/{reports[0].pk}/"' in row)
    assert re.search(r'data-label="Case opened">\s*yes', row), "that there is one"
    acknowledged = next(row for row in page.split("<tr ") if f'href="/reports/{reports[1].pk}/"' in row)
    assert below.name in acknowledged and re.search(r'data-label="Case opened"><span class="quiet">no', acknowledged)
    for told in (TITLE, DIARY, NAME, case.number, f"/cases/{case.pk}/"):
        assert told not in page, told
    assert signed_in(above).get(f"/cases/{case.pk}/").status_code == 404


def test_a_desk_that_did_not_send_sees_nothing_not_even_how_many(below: User, case: Case) -> None:
    for code in ("IN-MH-JALGAON", "IN-MH-DHULE", "IN-KA-CYBER"):
        for tab in ("open", "back", "all"):
            page = page_of(person(code), f"/sent/?tab={tab}")
            assert named_in(page) == set() and "Nothing here" in page, code
            assert 'class="count"' not in page.partition("<main")[2], "no number that others' work would move"


def test_a_draft_is_not_sent_and_nobody_above_learns_of_it(reports: list[Report], above: User) -> None:
    draft(above, [reports[2].pk], agency("IN-MH-DHULE"))
    assert named_in(page_of(above)) == set()
    page = page_of(person("IN-NCRB"))
    assert named_in(page) == {one.pk for one in reports}
    assert "IN-MH-DHULE" not in page and "Dhule" not in page


def test_tabs_hold_what_they_say_and_paging_tells_no_more(reports: list[Report], above: User, below: User) -> None:
    return_up(below, [reports[0].pk], ReturnReason.NOT_OUR_PLACE, "The address lies in another district")
    sent = Referral.objects.get(report=reports[1], to_agency=below.agency)
    recall(above, [sent.pk], RecallReason.WRONG_DESK)
    assert named_in(page_of(above, "/sent/?tab=back")) == {reports[0].pk, reports[1].pk}
    assert named_in(page_of(above, "/sent/?tab=open")) == {reports[2].pk}
    assert named_in(page_of(above, "/sent/?tab=all&page=99")) == {one.pk for one in reports}
    assert named_in(page_of(above, "/sent/?tab=everything")) == {reports[2].pk}


def test_nobody_recalls_what_another_desk_sent(reports: list[Report], below: User) -> None:
    hop = Referral.objects.get(report=reports[0], to_agency=below.agency)
    before = hop.state
    for code in ("IN-MH-JALGAON", "IN-MH-DHULE", "IN-NCRB"):
        answer = signed_in(person(code)).post("/sent/", {"referral": hop.pk, "reason": RecallReason.WRONG_DESK})
        assert answer.status_code in {404, 409, 422}, code
        assert "kite_1" not in answer.content.decode()
    hop.refresh_from_db()
    assert hop.state == before != ReferralState.RECALLED


def test_roles_that_do_not_work_on_reports_are_refused(below: User) -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        answer = signed_in(person("IN-MH-CYBER", role)).get("/sent/")
        assert answer.status_code == 403 and "kite" not in answer.content.decode()
