"""Writing in a case: the one question that every service asks before it writes."""

from __future__ import annotations

from tipline.core.errors import ConflictError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case, CaseState
from tipline.investigation.cases.queries import visible_cases
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, may, scope_of


def work_on(person: User, case_id: int, *, closed: bool = False) -> Case:
    """The case, locked for the length of the transaction, when this person may write in it.

    Parameters
    ----------
    closed
        a closed case will do too: its outcome may still be written.

    Raises
    ------
    NotFoundError
        when there is none, or they do not see it.
    NotPermittedError
        when their role writes in no case, or it is another agency's.
    ConflictError
        when it is closed or destroyed.
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
    return case
