"""Writing in a case: the one question that every service asks before it writes."""

from __future__ import annotations

from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case, CaseState
from tipline.investigation.cases.queries import visible_cases
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, may, scope_of


def work_on(person: User, case_id: int, *, closed: bool = False, seen: int | None = None) -> Case:
    """The case, locked for the length of the transaction, when this person may write in it.

    Parameters
    ----------
    closed
        a closed case will do too: its outcome may still be written.
    seen
        `Case.changes` as the form showed it: what was changed meanwhile is not written over.

    Raises
    ------
    NotFoundError
        when there is none, or they do not see it.
    NotPermittedError
        when their role writes in no case, or it is another agency's.
    ConflictError
        when it is closed or destroyed, or was changed since the form was shown.
    """
    if not visible_cases(scope_of(person)).filter(pk=case_id).order_by().exists():
        raise NotFoundError(f"there is no case {case_id}")
    if not may(person, Can.WORK_CASES):
        raise NotPermittedError("your role does not write in cases")
    case = Case.objects.select_for_update(of=("self",), no_key=True).select_related("agency").get(pk=case_id)
    if case.agency_id != person.agency_id:
        raise NotPermittedError(f"case {case.number} is another agency's")
    if case.destroyed_at is not None:
        raise ConflictError(f"case {case.number} is destroyed")
    if case.state == CaseState.CLOSED and not closed:
        raise ConflictError(f"case {case.number} is closed")
    still_as(case, seen)
    return case


def still_as(case: Case, seen: int | None) -> None:
    """Refuse a form that was shown before the case was changed.

    Raises
    ------
    ConflictError
        saying so.
    """
    if seen is not None and seen != case.changes:
        raise ConflictError(f"somebody changed case {case.number} since you opened this form: look at it again")


def changed(case: Case, *fields: str) -> None:
    """Save these fields of a locked case and count the change, so that forms shown before are stale."""
    case.changes += 1
    case.save(update_fields=[*fields, "changes"])


def needed(text: str, what: str, most: int = 1000) -> str:
    """A text that an act does not go without, trimmed.

    Raises
    ------
    InvalidInputError
        naming `what` is missing or too long.
    """
    said = text.strip()
    if not said or len(said) > most:
        raise InvalidInputError(f"{what}, in 1 to {most} characters")
    return said
