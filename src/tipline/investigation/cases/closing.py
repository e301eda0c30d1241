"""The end of a case: why it is closed, what is still pending, and opening it again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotPermittedError
from tipline.core.sql import together
from tipline.investigation.cases.diary import note
from tipline.investigation.cases.lists import closing
from tipline.investigation.cases.models import Case, CasePerson, CaseReport, CaseState
from tipline.investigation.cases.records import (
    CaseEnding,
    CaseTask,
    CaseTransfer,
    DiaryEntry,
    ProposalState,
    StandingProposal,
    TaskState,
    TransferState,
)
from tipline.investigation.cases.services import may_assign
from tipline.investigation.cases.working import changed, needed, still_as, work_on
from tipline.investigation.legal.clocks.services import event
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.services import Act, record


def pending(case: Case) -> list[str]:
    """What is not finished in a case, each in a sentence, before it is closed."""
    open_tasks = CaseTask.objects.filter(case=case, state=TaskState.OPEN).order_by("pk")
    waiting = StandingProposal.objects.filter(case=case, state=ProposalState.OPEN).order_by("pk")
    review = CasePerson.objects.filter(case=case, review_since__isnull=False).order_by("pk")
    tasks, proposed, to_review, offered = together(
        open_tasks.values_list("title", flat=True)[:20],
        waiting.values_list("person_id", flat=True),
        review.values_list("pk", flat=True),
        CaseTransfer.objects.filter(case=case, state=TransferState.OFFERED).values_list("pk", flat=True)[:1],
    )
    found = [f"task to do: {title}" for title in tasks]
    found += [f"person {pk}: a proposal waits for a second officer" for pk in proposed]
    found += [f"person {pk}: waits for a review" for pk in to_review]
    if offered:
        found.append("its transfer waits for the other agency")
    if case.zero_fir and not came_by_transfer(case):
        found.append("it is registered as a zero FIR and was not transferred")
    return found


def came_by_transfer(case: Case) -> bool:
    """Whether the case was handed over from another agency."""
    return handed_over(case).exists()


def handed_over(case: Case) -> QuerySet[DiaryEntry]:
    """What says that another agency handed the case over: of its diary, which everybody on the case sees."""
    return DiaryEntry.objects.filter(case=case, by_software=True, act="case.transferred")


@transaction.atomic
def close_case(
    person: User, case: Case, reason: str, text: str, *, despite: bool = False, seen: int | None = None
) -> Case:
    """End an investigation. Its retention is counted from here.

    Parameters
    ----------
    reason
        an id of `cases/data/closing.toml`.
    despite
        close it though something is pending: the person was shown what.

    Raises
    ------
    NotPermittedError
        when the person's role assigns nobody, or the case is another agency's.
    ConflictError
        when it is closed, a transfer of it waits, or something is pending, which is named.
    InvalidInputError
        for a reason that is not in the list, or no text.
    """
    found = work_on(person, case.pk, closed=True)
    may_assign(person, found)
    if found.state == CaseState.CLOSED:
        raise ConflictError(f"case {found.number} is closed already")
    still_as(found, seen)
    why = closing().reason(reason)
    said = needed(text, f"say what the reason rests on ({why.hint.lower()})")
    if CaseTransfer.objects.filter(case=found, state=TransferState.OFFERED).exists():
        raise ConflictError(f"the transfer of case {found.number} waits for the other agency: take it back first")
    left = pending(found)
    if left and not despite:
        raise ConflictError("still pending: " + "; ".join(left))
    at = now()
    found.state, found.closed_at, found.closed_reason = CaseState.CLOSED, at, why.id
    changed(found, "state", "closed_at", "closed_reason")
    CaseEnding.objects.create(case=found, reason=why.id, text=said, at=at, by=person)
    note(
        found, person, "case.closed",
        f"The case was closed: {why.label}. {said}" + (f" Pending then: {'; '.join(left)}." if left else ""),
    )  # fmt: skip
    record(person.actor, [Act("case.closed", "case", found.pk, {"reason": why.id, "pending": len(left)})])
    event("case.closed", found.agency, at, case_id=found.pk)
    return found


@transaction.atomic
def reopen_case(person: User, case: Case, text: str, *, seen: int | None = None) -> Case:
    """Open a closed case again, with a reason.

    Raises
    ------
    NotPermittedError
        for whoever is no supervisor of its agency.
    ConflictError
        when it is open, destroyed, or being destroyed.
    """
    found = work_on(person, case.pk, closed=True)
    may_assign(person, found)
    if person.role != Role.SUPERVISOR:
        raise NotPermittedError("a supervisor opens a closed case again")
    if found.state == CaseState.OPEN:
        raise ConflictError(f"case {found.number} is open")
    still_as(found, seen)
    # from `begun` on a destruction cannot be stopped, and its reports are marked
    if CaseReport.objects.filter(case=found, report__destroyed_at__isnull=False).exists():
        raise ConflictError(f"reports of case {found.number} are destroyed or being destroyed: it stays closed")
    said = needed(text, "say why it is opened again")
    found.state, found.closed_at, found.closed_reason = CaseState.OPEN, None, ""
    changed(found, "state", "closed_at", "closed_reason")
    CaseEnding.objects.create(case=found, reopened=True, text=said, at=now(), by=person)
    note(found, person, "case.reopened", f"The case was opened again: {said}")
    record(person.actor, [Act("case.reopened", "case", found.pk)])
    return found
