"""Who may read what is written of the children of a case: those who work on it, and the supervisors of its agency.

Two locks, as everywhere. The first is here. The second is PostgreSQL's: rows of a case are let through only in a transaction that
was opened for that case by this function, so no list, count or search elsewhere can take them along by mistake.
"""

from __future__ import annotations

from django.db import connection

from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case, CaseAssignment
from tipline.investigation.cases.queries import visible_cases
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import Can, may, scope_of


def open_children(person: User, case_id: int) -> Case:
    """The case, when this person needs to know of its children; their rows are visible to the rest of the transaction.

    Raises
    ------
    NotFoundError
        when there is no such case, or they do not see it.
    NotPermittedError
        when they see the case and do not need to know.
    """
    case = visible_cases(scope_of(person)).filter(pk=case_id).order_by().first()
    if case is None:
        raise NotFoundError(f"there is no case {case_id}")
    if not needs_to_know(person, case):
        raise NotPermittedError(
            "what is written of the children of a case is for those who are assigned to it, and for supervisors of its agency"
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tipline.safeguarding', %s, true)", [str(case.pk)])
    return case


def needs_to_know(person: User, case: Case) -> bool:
    """Whether a person works on this case, or supervises the agency whose case it is."""
    if not may(person, Can.SAFEGUARD) or case.agency_id != person.agency_id:
        return False
    if person.role == Role.SUPERVISOR:
        return True
    return CaseAssignment.objects.filter(case=case, person=person, ended_at__isnull=True).exists()
