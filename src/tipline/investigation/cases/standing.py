"""How a person of a case stands. Raising takes two officers and evidence; lowering takes one and a reason. Software only falls back.

No word here says that somebody did something: *person of interest* means that two officers wrote down why they go on looking.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.diary import note
from tipline.investigation.cases.lists import corroboration
from tipline.investigation.cases.models import Case, CasePerson, PersonEvidence, Standing
from tipline.investigation.cases.persons import person_of
from tipline.investigation.cases.records import ProposalEvidence, ProposalState, StandingChange, StandingProposal
from tipline.investigation.cases.working import needed, work_on
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record


@transaction.atomic
def propose(person: User, case_id: int, person_id: int, evidence_ids: Sequence[int], words: str) -> StandingProposal:
    """Propose that an account holder is a person of interest, on listed evidence. A second officer decides.

    Raises
    ------
    InvalidInputError
        when the evidence is not enough by `cases/data/corroboration.toml`, is another person's, or the words are missing.
    ConflictError
        when they stand as something else, or a proposal waits already.
    """
    case = work_on(person, case_id)
    of = person_of(case, person_id)
    said = needed(words, "say in your own words why")
    if of.standing != Standing.ACCOUNT_HOLDER:
        raise ConflictError(f"person {of.pk} does not stand as account holder but as {_words(of)}")
    waiting = StandingProposal.objects.filter(person=of, state=ProposalState.OPEN).select_related("proposed_by").first()
    if waiting is not None:
        raise ConflictError(f"a proposal of {waiting.proposed_by.name} about person {of.pk} waits already")
    wanted = set(evidence_ids)
    listed = list(PersonEvidence.objects.filter(person=of, pk__in=wanted, withdrawn_at__isnull=True).order_by("pk"))
    if not listed or len(listed) != len(wanted):
        raise InvalidInputError("choose evidence about this person that was not withdrawn")
    rule = corroboration()
    if missing := rule.missing(piece.kind for piece in listed):
        raise InvalidInputError(missing)
    made = StandingProposal.objects.create(
        case=case, person=of, words=said, rule_version=rule.about.version, proposed_by=person, proposed_at=now()
    )
    ProposalEvidence.objects.bulk_create(ProposalEvidence(case=case, proposal=made, evidence=piece) for piece in listed)
    numbers = ", ".join(str(piece.pk) for piece in listed)
    note(
        case, person, "case.standing_proposed",
        f"Person {of.pk} was proposed as person of interest, on evidence {numbers}. It waits for a second officer.",
    )  # fmt: skip
    detail = {"person": of.pk, "proposal": made.pk, "evidence": [piece.pk for piece in listed]}
    record(person.actor, [Act("case.standing_proposed", "case", case.pk, detail)])
    return made


@transaction.atomic
def decide(person: User, case_id: int, proposal_id: int, words: str, *, confirm: bool) -> StandingProposal:
    """Confirm or refuse another officer's proposal, in one's own words.

    Raises
    ------
    NotPermittedError
        for whoever proposed it; and to confirm, for whoever added a piece of the evidence it relies on.
    ConflictError
        when it was decided meanwhile: by whom, is said.
    InvalidInputError
        without words, or when they are the proposer's.
    """
    case = work_on(person, case_id)
    proposal = _open(case, proposal_id)
    said = needed(words, "say in your own words what you looked at and why you decide so")
    if proposal.proposed_by_id == person.pk:
        raise NotPermittedError("your own proposal is decided by another officer")
    if " ".join(said.split()).casefold() == " ".join(proposal.words.split()).casefold():
        raise InvalidInputError("these are the proposer's words: say in your own what you looked at")
    of = person_of(case, proposal.person_id)
    if confirm:
        pieces = list(PersonEvidence.objects.filter(pk__in=proposal.relies_on.values("evidence")))
        if any(piece.added_by_id == person.pk for piece in pieces):
            raise NotPermittedError(
                "you added evidence that this proposal relies on: an officer who did not confirms it"
            )
        if missing := corroboration().missing(piece.kind for piece in pieces if piece.withdrawn_at is None):
            raise ConflictError(missing)
    _settle(proposal, ProposalState.CONFIRMED if confirm else ProposalState.REFUSED, person, said)
    if confirm:
        _move(case, of, Standing.PERSON_OF_INTEREST, person, said, proposal)
    act = "case.standing_confirmed" if confirm else "case.standing_refused"
    note(
        case, person, act,
        f"Person {of.pk} is a person of interest: proposed by {proposal.proposed_by.name}, confirmed by {person.name}."
        if confirm
        else f"The proposal of {proposal.proposed_by.name} about person {of.pk} was refused; they stay account holder.",
    )  # fmt: skip
    record(person.actor, [Act(act, "case", case.pk, {"person": of.pk, "proposal": proposal.pk})])
    return proposal


@transaction.atomic
def take_back(person: User, case_id: int, proposal_id: int) -> None:
    """Take one's own proposal back before it is decided.

    Raises
    ------
    NotPermittedError
        for another's proposal.
    ConflictError
        when it was decided meanwhile.
    """
    case = work_on(person, case_id)
    proposal = _open(case, proposal_id)
    if proposal.proposed_by_id != person.pk:
        raise NotPermittedError("a proposal is taken back by whoever made it; others refuse it, in their own words")
    _settle(proposal, ProposalState.WITHDRAWN, person, "")
    note(case, person, "case.standing_taken_back", f"The proposal about person {proposal.person_id} was taken back.")
    detail = {"person": proposal.person_id, "proposal": proposal.pk}
    record(person.actor, [Act("case.standing_taken_back", "case", case.pk, detail)])


@transaction.atomic
def withdraw_evidence(person: User, case_id: int, evidence_id: int, why: str) -> CasePerson:
    """Withdraw a piece of evidence. It stays, marked. What rested on it does not: a waiting proposal lapses; a person of interest
    falls back to account holder when the rest is no longer enough, and is marked for review when it still is.

    Raises
    ------
    ConflictError
        when it was withdrawn before.
    """
    case = work_on(person, case_id)
    said = needed(why, "say why the evidence is withdrawn", 300)
    piece = PersonEvidence.objects.select_for_update(of=("self",)).filter(case=case, pk=evidence_id).first()
    if piece is None:
        raise NotFoundError(f"case {case.number} has no evidence {evidence_id}")
    if piece.withdrawn_at is not None:
        raise ConflictError(f"evidence {piece.pk} was withdrawn already")
    of = person_of(case, piece.person_id)
    piece.withdrawn_at, piece.withdrawn_by, piece.withdrawn_why = now(), person, said
    piece.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    note(case, person, "case.evidence_withdrawn", f"Evidence {piece.pk} about person {of.pk} was withdrawn: {said}")
    record(person.actor, [Act("case.evidence_withdrawn", "case", case.pk, {"person": of.pk, "evidence": piece.pk})])
    waiting = StandingProposal.objects.filter(person=of, state=ProposalState.OPEN, relies_on__evidence=piece).first()
    if waiting is not None:
        _settle(waiting, ProposalState.LAPSED, person, "")
        note(case, person, "case.standing_lapsed", f"The proposal about person {of.pk} lapsed with it.")
    if (
        of.rests_on_id is not None
        and ProposalEvidence.objects.filter(proposal_id=of.rests_on_id, evidence=piece).exists()
    ):
        _look_again(case, of, person, piece)
    return of


def _look_again(case: Case, of: CasePerson, by: User, piece: PersonEvidence) -> None:
    """What becomes of a person of interest when a piece of what that rested on is gone."""
    left = PersonEvidence.objects.filter(
        pk__in=ProposalEvidence.objects.filter(proposal_id=of.rests_on_id).values("evidence"), withdrawn_at__isnull=True
    ).values_list("kind", flat=True)
    missing = corroboration().missing(left)
    if missing:
        why = f"evidence {piece.pk} was withdrawn, and what is left is not enough: {missing}"
        _move(case, of, Standing.ACCOUNT_HOLDER, by, why[:1000], None)
        note(case, by, "case.standing_fell_back", f"Person {of.pk} stands as account holder again: {why}.")
        record(by.actor, [Act("case.standing_fell_back", "case", case.pk, {"person": of.pk, "evidence": piece.pk})])
    else:
        of.review_since = now()
        of.save(update_fields=["review_since"])
        note(
            case, by, "case.standing_review", f"Person {of.pk} is marked for review: evidence {piece.pk} was withdrawn."
        )


@transaction.atomic
def reviewed(person: User, case_id: int, person_id: int, words: str) -> None:
    """Say that a person of interest was looked at again after evidence was withdrawn, and stays one on what is left.

    Raises
    ------
    NotPermittedError
        for whoever proposed it: the second look is another's.
    ConflictError
        when no review waits.
    """
    case = work_on(person, case_id)
    of = person_of(case, person_id)
    said = needed(words, "say what is left, and why it is enough")
    if of.review_since is None or of.rests_on is None:
        raise ConflictError(f"person {of.pk} does not wait for a review")
    if of.rests_on.proposed_by_id == person.pk:
        raise NotPermittedError("your own proposal is looked at again by another officer")
    of.review_since = None
    of.save(update_fields=["review_since"])
    note(case, person, "case.standing_reviewed", f"Person {of.pk} was reviewed and stays a person of interest: {said}")
    record(person.actor, [Act("case.standing_reviewed", "case", case.pk, {"person": of.pk})])


@transaction.atomic
def clear(person: User, case_id: int, person_id: int, why: str) -> None:
    """Write down that a person has nothing more to do with the case, and why. A proposal that waits is refused with it.

    Raises
    ------
    ConflictError
        when they are cleared already.
    """
    case = work_on(person, case_id)
    of = person_of(case, person_id)
    said = needed(why, "say why they are cleared")
    if of.standing == Standing.CLEARED:
        raise ConflictError(f"person {of.pk} is cleared already")
    waiting = StandingProposal.objects.filter(person=of, state=ProposalState.OPEN).first()
    if waiting is not None:
        _settle(waiting, ProposalState.LAPSED, person, "")
    _move(case, of, Standing.CLEARED, person, said, None)
    note(case, person, "case.person_cleared", f"Person {of.pk} was cleared: {said}")
    record(person.actor, [Act("case.person_cleared", "case", case.pk, {"person": of.pk})])


@transaction.atomic
def look_again(person: User, case_id: int, person_id: int, why: str) -> None:
    """Bring a cleared person back as account holder, with a reason; anything more takes a new proposal and a second officer.

    Raises
    ------
    ConflictError
        when they are not cleared.
    """
    case = work_on(person, case_id)
    of = person_of(case, person_id)
    said = needed(why, "say why they are looked at again")
    if of.standing != Standing.CLEARED:
        raise ConflictError(f"person {of.pk} is not cleared but {_words(of)}")
    _move(case, of, Standing.ACCOUNT_HOLDER, person, said, None)
    note(case, person, "case.person_again", f"Person {of.pk} stands as account holder again: {said}")
    record(person.actor, [Act("case.person_again", "case", case.pk, {"person": of.pk})])


def _open(case: Case, proposal_id: int) -> StandingProposal:
    found = (
        StandingProposal.objects.select_for_update(of=("self",))
        .select_related("proposed_by", "decided_by")
        .filter(case=case, pk=proposal_id)
        .first()
    )
    if found is None:
        raise NotFoundError(f"case {case.number} has no proposal {proposal_id}")
    if found.state != ProposalState.OPEN:
        by = f" by {found.decided_by.name}" if found.decided_by else ""
        raise ConflictError(f"that proposal waits no longer: {found.get_state_display().lower()}{by}")
    return found


def _settle(proposal: StandingProposal, state: ProposalState, by: User, words: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.decided_words = state, by, now(), words
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decided_words"])


def _move(case: Case, of: CasePerson, after: Standing, by: User, why: str, proposal: StandingProposal | None) -> None:
    StandingChange.objects.create(
        case=case, person=of, before=of.standing, after=after, proposal=proposal, why=why, at=now(), by=by
    )
    of.standing, of.rests_on, of.review_since = after, proposal, None
    of.save(update_fields=["standing", "rests_on", "review_since"])


def _words(of: CasePerson) -> str:
    return Standing(of.standing).label.lower()
