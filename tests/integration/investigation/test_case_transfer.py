"""A case handed to another agency: it always has an owner, and the sender keeps only that it went."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from tests.factories import agency, person
from tests.integration.investigation.casework import DESK, SIBLING, Work, holder, ranked, worked
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases import diary, registration, todo, transfer
from tipline.investigation.cases.models import Case, CasePerson, CaseReport
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.cases.records import CaseTransfer, DiaryEntry
from tipline.investigation.cases.services import assign
from tipline.referrals.models import Referral
from tipline.reports.models import Holding
from tipline.trust.accounts.models import Rank, Role, User
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return worked(tmp_path)


@pytest.fixture
def pune() -> User:
    return person(SIBLING, Role.SUPERVISOR)


def owners(report_id: int) -> list[str]:
    return list(
        Holding.objects.filter(report_id=report_id, held_until__isnull=True, joint=False).values_list(
            "agency__code", flat=True
        )
    )


def test_the_case_goes_over_whole_and_the_sender_keeps_that_it_went(work: Work, pune: User) -> None:
    ranked(work.two, Rank.INSPECTOR)
    registration.set_officer(work.supervisor, work.case.pk, work.two)
    task = todo.add_task(work.one, work.case.pk, todo.Task("Ask the network", work.one))
    holder(work)
    before, report = work.case.number, work.reports[0].pk
    made = transfer.offer_transfer(work.supervisor, work.case.pk, agency(SIBLING), "The line is in Pune")
    assert owners(report) == [DESK]
    with acting(scope_of(pune)):
        assert not Case.objects.filter(pk=work.case.pk).exists()
        case = transfer.accept_transfer(pune, made.pk)
    assert owners(report) == [SIBLING]
    case.refresh_from_db()
    assert (case.agency.code, case.investigating_officer) == (SIBLING, None)
    assert case.number.startswith(SIBLING)
    live = Referral.objects.get(report_id=report, state__in=["sent", "accepted"], lead=True)
    assert (live.to_agency.code, live.state) == (SIBLING, "accepted")
    assert CaseReport.objects.get(report_id=report).referral_id == live.pk
    task.refresh_from_db()
    assert task.assignee is None
    with acting(scope_of(pune)):
        assert visible_cases(scope_of(pune)).filter(pk=case.pk).exists()
        assert DiaryEntry.objects.filter(case=case).count() > 3 and CasePerson.objects.filter(case=case).exists()
        diary.write(pune, case.pk, "Taken over")
    for sender in (work.supervisor, work.one, work.two):
        with acting(scope_of(sender)):
            assert not Case.objects.filter(pk=case.pk).exists()
            assert not DiaryEntry.objects.filter(case_id=case.pk).exists()
        with pytest.raises(NotFoundError):
            diary.write(sender, case.pk, "Still here?")
    with acting(scope_of(work.supervisor)):
        kept = CaseTransfer.objects.get()
        assert (kept.number_before, kept.number_after, kept.state) == (before, case.number, "accepted")
    with acting(scope_of(work.one)):  # sees single cases only
        assert not CaseTransfer.objects.exists()
    assign(pune, case, person(SIBLING, Role.INVESTIGATOR))


def test_a_refused_case_stays_with_its_reason(work: Work, pune: User) -> None:
    made = transfer.offer_transfer(work.supervisor, work.case.pk, agency(SIBLING), "The line is in Pune")
    with pytest.raises(ConflictError, match="waits for an answer"):
        transfer.offer_transfer(work.supervisor, work.case.pk, agency("IN-MH-CYBER"), "Or there")
    with pytest.raises(InvalidInputError, match="why"):
        transfer.refuse_transfer(pune, made.pk, " ")
    with acting(scope_of(pune)):
        transfer.refuse_transfer(pune, made.pk, "The line is in Nashik")
    with pytest.raises(ConflictError, match=f"refused by {pune.name}"):
        transfer.accept_transfer(person(SIBLING, Role.SUPERVISOR), made.pk)
    assert owners(work.reports[0].pk) == [DESK]
    assert "Nashik" in DiaryEntry.objects.filter(case=work.case).order_by("-number")[0].text


def test_taken_back_before_the_answer(work: Work, pune: User) -> None:
    made = transfer.offer_transfer(work.supervisor, work.case.pk, agency(SIBLING), "The line is in Pune")
    transfer.take_back_transfer(work.supervisor, work.case.pk, made.pk)
    with pytest.raises(ConflictError, match="taken back"):
        transfer.accept_transfer(pune, made.pk)


def test_who_may_not(work: Work, pune: User) -> None:
    with pytest.raises(NotPermittedError):
        transfer.offer_transfer(work.one, work.case.pk, agency(SIBLING), "Mine")
    for code, why in ((DESK, "another active"), ("US-NCMEC", "another country's law")):
        with pytest.raises(InvalidInputError, match=why):
            transfer.offer_transfer(work.supervisor, work.case.pk, agency(code), "Because")
    made = transfer.offer_transfer(work.supervisor, work.case.pk, agency(SIBLING), "The line is in Pune")
    for who, error in (
        (person("IN-BR-CYBER", Role.SUPERVISOR), NotFoundError),
        (work.supervisor, NotFoundError),
        (person(SIBLING, Role.INVESTIGATOR), NotPermittedError),
    ):
        with pytest.raises(error), acting(scope_of(who)):
            transfer.accept_transfer(who, made.pk)
    assert owners(work.reports[0].pk) == [DESK]


def test_a_number_that_left_is_not_given_again(work: Work, pune: User) -> None:
    from tipline.investigation.cases.services import open_case

    made = transfer.offer_transfer(work.supervisor, work.case.pk, agency(SIBLING), "The line is in Pune")
    before = work.case.number
    transfer.accept_transfer(pune, made.pk)
    assert open_case(work.supervisor, [work.reports[1].pk], "Next").number != before


def test_a_case_whose_report_is_elsewhere_does_not_go(work: Work, pune: User) -> None:
    made = transfer.offer_transfer(work.supervisor, work.case.pk, agency(SIBLING), "The line is in Pune")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_holding SET agency_id = %s WHERE report_id = %s AND held_until IS NULL",
            [agency("IN-BR-CYBER").pk, work.reports[0].pk],
        )
    with pytest.raises(ConflictError, match="is not held by"):
        transfer.accept_transfer(pune, made.pk)
    assert Case.objects.get(pk=work.case.pk).agency.code == DESK
