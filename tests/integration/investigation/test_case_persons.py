"""Persons of a case: nobody becomes a person of interest without evidence and a second officer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import person
from tests.integration.investigation.casework import DESK, DEVICE, REPLY, Work, holder, worked
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, TiplineError
from tipline.investigation.cases import persons, standing
from tipline.investigation.cases.models import CasePerson, EvidenceKind, PersonEvidence, Standing
from tipline.investigation.cases.persons import Evidence, add_evidence
from tipline.investigation.cases.records import DiaryEntry, ProposalState, StandingChange, StandingProposal
from tipline.trust.accounts.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return worked(tmp_path)


def test_two_officers_and_two_kinds_of_evidence_make_a_person_of_interest(work: Work) -> None:
    of, pieces = holder(work)
    proposal = standing.propose(work.one, work.case.pk, of.pk, pieces, "Line and telephone agree")
    standing.decide(work.two, work.case.pk, proposal.pk, "I looked at both myself", confirm=True)
    of.refresh_from_db()
    assert of.standing == Standing.PERSON_OF_INTEREST
    change = StandingChange.objects.get(person=of)
    assert (change.before, change.after, change.proposal_id, change.by) == (
        "account_holder", "person_of_interest", proposal.pk, work.two,
    )  # fmt: skip
    told = " ".join(DiaryEntry.objects.filter(case=work.case).values_list("text", flat=True)).casefold()
    assert f"confirmed by {work.two.name}".casefold() in told
    assert not {"suspect", "guilty", "accused"} & set(told.split())


def test_a_subscriber_record_alone_is_never_enough(work: Work) -> None:
    of, pieces = holder(work, REPLY, REPLY)
    with pytest.raises(InvalidInputError, match="who pays for a line, not who used it"):
        standing.propose(work.one, work.case.pk, of.pk, pieces, "Look")
    add_evidence(work.one, work.case.pk, of.pk, [Evidence(EvidenceKind.OTHER, "A rumour", "diary 2")])
    every = list(PersonEvidence.objects.filter(person=of).values_list("pk", flat=True))
    with pytest.raises(InvalidInputError, match="subscriber record alone"):
        standing.propose(work.one, work.case.pk, of.pk, every, "Look")
    of, pieces = holder(work, DEVICE, DEVICE)
    with pytest.raises(InvalidInputError, match="2 different kinds"):
        standing.propose(work.one, work.case.pk, of.pk, pieces, "Look")


def test_the_proposer_does_not_confirm_nor_whoever_added_the_evidence(work: Work) -> None:
    of, pieces = holder(work)
    added = add_evidence(work.two, work.case.pk, of.pk, [DEVICE])
    proposal = standing.propose(work.one, work.case.pk, of.pk, [*pieces, added[0].pk], "Both agree")
    with pytest.raises(NotPermittedError, match="another officer"):
        standing.decide(work.one, work.case.pk, proposal.pk, "Yes", confirm=True)
    with pytest.raises(NotPermittedError, match="you added evidence"):
        standing.decide(work.two, work.case.pk, proposal.pk, "Yes", confirm=True)
    with pytest.raises(InvalidInputError, match="the proposer's words"):
        standing.decide(work.supervisor, work.case.pk, proposal.pk, " both  AGREE ", confirm=True)
    with pytest.raises(InvalidInputError):
        standing.decide(work.supervisor, work.case.pk, proposal.pk, " ", confirm=True)
    for outsider, error in (
        (person("IN-MH-PUNE", Role.SUPERVISOR), NotFoundError),
        (person(DESK, Role.INVESTIGATOR), NotFoundError),  # not assigned
        (person(DESK, Role.ANALYST), NotPermittedError),
    ):
        with pytest.raises(error):
            standing.decide(outsider, work.case.pk, proposal.pk, "Yes", confirm=True)
    of.refresh_from_db()
    assert of.standing == Standing.ACCOUNT_HOLDER


def test_the_database_refuses_one_officer_as_both(work: Work) -> None:
    of, pieces = holder(work)
    proposal = standing.propose(work.one, work.case.pk, of.pk, pieces, "Both agree")
    with pytest.raises(IntegrityError, match="proposal_second_officer"), transaction.atomic():
        StandingProposal.objects.filter(pk=proposal.pk).update(
            state="confirmed", decided_by=work.one, decided_at=proposal.proposed_at, decided_words="Yes"
        )
    with pytest.raises(IntegrityError, match="caseperson_corroborated"), transaction.atomic():
        CasePerson.objects.filter(pk=of.pk).update(standing="person_of_interest")


def test_a_refused_proposal_is_kept_and_only_one_waits(work: Work) -> None:
    of, pieces = holder(work)
    first = standing.propose(work.one, work.case.pk, of.pk, pieces, "Both agree")
    with pytest.raises(ConflictError, match="waits already"):
        standing.propose(work.two, work.case.pk, of.pk, pieces, "I think so too")
    standing.decide(work.two, work.case.pk, first.pk, "The telephone is shared", confirm=False)
    with pytest.raises(ConflictError, match="refused by"):
        standing.decide(work.supervisor, work.case.pk, first.pk, "Yes", confirm=True)
    second = standing.propose(work.one, work.case.pk, of.pk, pieces, "Once more")
    standing.take_back(work.one, work.case.pk, second.pk)
    assert list(of.proposals.order_by("pk").values_list("state", flat=True)) == ["refused", "withdrawn"]
    of.refresh_from_db()
    assert of.standing == Standing.ACCOUNT_HOLDER


def test_withdrawn_evidence_takes_back_what_stood_on_it(work: Work) -> None:
    of, pieces = holder(work)
    proposal = standing.propose(work.one, work.case.pk, of.pk, pieces, "Both agree")
    standing.decide(work.two, work.case.pk, proposal.pk, "I looked", confirm=True)
    after = standing.withdraw_evidence(work.one, work.case.pk, pieces[1], "Another telephone")
    assert after.standing == Standing.ACCOUNT_HOLDER
    assert StandingChange.objects.filter(person=of).count() == 2
    with pytest.raises(ConflictError, match="withdrawn already"):
        standing.withdraw_evidence(work.one, work.case.pk, pieces[1], "Again")
    with pytest.raises(InvalidInputError, match="not withdrawn"):
        standing.propose(work.one, work.case.pk, of.pk, pieces, "Still")


def test_what_is_left_may_be_enough_and_is_looked_at_again(work: Work) -> None:
    of, pieces = holder(work, REPLY, DEVICE, Evidence(EvidenceKind.STATEMENT, "Seen with it", "statement 3"))
    proposal = standing.propose(work.one, work.case.pk, of.pk, pieces, "All agree")
    standing.decide(work.two, work.case.pk, proposal.pk, "I looked", confirm=True)
    after = standing.withdraw_evidence(work.one, work.case.pk, pieces[2], "The witness took it back")
    assert after.standing == Standing.PERSON_OF_INTEREST and after.review_since is not None
    with pytest.raises(NotPermittedError):
        standing.reviewed(work.one, work.case.pk, of.pk, "Fine")
    standing.reviewed(work.supervisor, work.case.pk, of.pk, "Line and telephone are left")
    of.refresh_from_db()
    assert of.review_since is None


def test_a_waiting_proposal_lapses_with_its_evidence(work: Work) -> None:
    of, pieces = holder(work)
    proposal = standing.propose(work.one, work.case.pk, of.pk, pieces, "Both agree")
    standing.withdraw_evidence(work.one, work.case.pk, pieces[0], "Wrong line")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.LAPSED


def test_cleared_with_a_reason_and_back(work: Work) -> None:
    of, pieces = holder(work)
    with pytest.raises(InvalidInputError):
        standing.clear(work.one, work.case.pk, of.pk, " ")
    standing.clear(work.one, work.case.pk, of.pk, "Abroad that week")
    with pytest.raises(ConflictError, match="cleared"):
        standing.propose(work.one, work.case.pk, of.pk, pieces, "Look")
    standing.look_again(work.one, work.case.pk, of.pk, "The passport says otherwise")
    of.refresh_from_db()
    assert of.standing == Standing.ACCOUNT_HOLDER


KINDS = list(EvidenceKind)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 6)), min_size=3, max_size=25))
def test_nobody_alone_makes_a_person_of_interest(work: Work, acts: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        me, case = work.one, work.case.pk
        of = persons.add_account_holder(me, case, "Meera Example", [REPLY])
        for number, more in acts:
            pieces = list(PersonEvidence.objects.filter(person=of).order_by("pk").values_list("pk", flat=True))
            proposals = list(StandingProposal.objects.filter(person=of).order_by("-pk").values_list("pk", flat=True))
            last = proposals[0] if proposals else 0
            one = pieces[more % len(pieces)]
            done: list[Callable[[], object]] = [
                lambda more=more: add_evidence(me, case, of.pk, [Evidence(KINDS[more], "Text", "Source")]),
                lambda pieces=pieces: standing.propose(me, case, of.pk, pieces, "Why"),
                lambda last=last: standing.decide(me, case, last, "Words", confirm=True),
                lambda last=last: standing.decide(me, case, last, "Words", confirm=False),
                lambda last=last: standing.take_back(me, case, last),
                lambda one=one: standing.withdraw_evidence(me, case, one, "Wrong"),
                lambda: standing.clear(me, case, of.pk, "Why"),
                lambda: standing.look_again(me, case, of.pk, "Why"),
            ]
            try:
                with transaction.atomic():
                    done[number]()
            except TiplineError:
                pass
            of.refresh_from_db()
            assert of.standing != Standing.PERSON_OF_INTEREST
        transaction.set_rollback(True)
