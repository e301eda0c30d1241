"""Reading operations, within what somebody may know of.

An operation is there for whoever it names, by person or by agency, and for nobody else: not for an agency above, and not for who
sees one of its cases. docs/explanation/operations.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from tipline.core.errors import NotFoundError
from tipline.investigation.operations.models import (
    Operation,
    OperationAgency,
    OperationMember,
    OperationState,
)
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Can, Scope, may


def visible_operations(scope: Scope) -> QuerySet[Operation]:
    """The operations that name the asker or their agency, by code."""
    operations = Operation.objects.select_related("agency", "lead_officer").order_by("code")
    if scope.everything:
        return operations
    named = OperationMember.objects.filter(operation=OuterRef("pk"), ended_at__isnull=True)
    return operations.filter(
        Exists(named.filter(Q(person_id=scope.asker_id) | Q(agency_id=scope.home_id)))
        if scope.asker_id is not None
        else Q(pk__in=[])
    )


def visible_operation(scope: Scope, code: str) -> Operation:
    """One operation by its code.

    Raises
    ------
    NotFoundError
        when there is none, or the asker is not named in it: the two look the same.
    """
    found = visible_operations(scope).filter(code=code[:60]).first()
    if found is None:
        raise NotFoundError(f"there is no operation {code[:60]!r}")
    return found


def open_to(scope: Scope, agency: Agency) -> list[Operation]:
    """The operations in scope, not closed, that cases of this agency can belong to: its own, those of agencies above it, and those
    in which it takes part."""
    above: list[int] = []
    here: Agency | None = agency
    while here is not None:
        above.append(here.pk)
        here = here.parent
    takes_part = OperationAgency.objects.filter(operation=OuterRef("pk"), agency=agency, ended_at__isnull=True)
    found = visible_operations(scope).exclude(state=OperationState.CLOSED)
    return list(found.filter(Q(agency_id__in=above) | Exists(takes_part)).order_by("name"))


def agencies_of(operation: Operation) -> list[Agency]:
    """The agency that runs it, and after it those that take part, by name."""
    others = Agency.objects.filter(
        pk__in=OperationAgency.objects.filter(operation=operation, ended_at__isnull=True).values("agency")
    )
    return [operation.agency, *others.exclude(pk=operation.agency_id).order_by("name")]


def reach_of(operation: Operation) -> list[int]:
    """Whose cases and reports the operation's rules reach: the agency that runs it, and those below it that take part."""
    parents = dict(Agency.objects.values_list("pk", "parent_id"))

    def below(pk: int | None) -> bool:
        while pk is not None and pk != operation.agency_id:
            pk = parents.get(pk)
        return pk is not None

    return [agency.pk for agency in agencies_of(operation) if below(agency.pk)]


def members_of(operation: Operation) -> QuerySet[OperationMember]:
    """Who knows of it now: agencies first, then people."""
    return (
        OperationMember.objects.filter(operation=operation, ended_at__isnull=True)
        .select_related("agency", "person__agency")
        .order_by("person_id", "agency__code", "id")
    )


def may_run(person: User, operation: Operation) -> bool:
    """Whether this person decides in an operation that they know of: a supervisor or desk officer of the agency that runs it."""
    return person.agency_id == operation.agency_id and may(person, Can.RUN_OPERATIONS)


def may_take_part(person: User, operation: Operation, agencies: Iterable[Agency]) -> bool:
    """Whether this person writes for their own agency in an operation that they know of."""
    return may(person, Can.WORK_CASES) and person.agency_id in {agency.pk for agency in agencies}
