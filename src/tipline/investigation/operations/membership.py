"""Cases and leads of an operation: put in and taken out by hand. What rules take in: `rules`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.operations.kept import keep, reports_of
from tipline.investigation.operations.models import Membership, Operation
from tipline.investigation.operations.queries import agencies_of, may_run, may_take_part
from tipline.investigation.operations.services import FieldRefusedError, locked, refuse_closed, text_of
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, scope_of

MOST_BY_HAND = 500


def open_in(case: Case, operation: Operation, person: User) -> None:
    """Note that a new case was opened in an operation."""
    Membership.objects.create(
        operation=operation, case=case, added_by=person, reason="opened in the operation", added_at=now()
    )
    record(person.actor, [Act("operation.put_in", "operation", operation.pk, {"cases": [case.pk], "leads": []})])


def leave_others(case: Case, person: User, stays: Iterable[Operation]) -> None:
    """A case that goes to another agency leaves the operations in which that agency has no part. Called as the operator."""
    left = Membership.objects.filter(case=case, taken_out_at__isnull=True).exclude(operation__in=[o.pk for o in stays])
    acts = [
        Act("operation.taken_out", "operation", row.operation_id, {"case": case.pk, "report": None}) for row in left
    ]
    record(person.actor, acts)
    left.update(taken_out_at=now(), taken_out_by=person, taken_out_why="handed to an agency that takes no part")


def _writing(person: User, code: str) -> Operation:
    operation = locked(person, code)
    if not may_run(person, operation) and not may_take_part(person, operation, agencies_of(operation)):
        raise NotPermittedError("your role puts nothing into this operation")
    refuse_closed(operation)
    return operation


@transaction.atomic
def put_in(person: User, code: str, reason: str, *, cases: Sequence[int] = (), reports: Sequence[int] = ()) -> int:
    """Put cases and leads that the person sees into an operation, also what was taken out before. Returns how many are new in it.

    Raises
    ------
    InvalidInputError
        naming the first that is not there for them, or when there is no reason.
    """
    operation = _writing(person, code)
    reason = text_of("reason", reason, 300, "a reason")
    if not cases and not reports:
        raise FieldRefusedError("what", "name a case or a report")
    if len(cases) + len(reports) > MOST_BY_HAND:
        raise FieldRefusedError("what", f"{MOST_BY_HAND} at once at most")
    scope = scope_of(person)
    wanted: list[tuple[str, Sequence[int], QuerySet[Any]]] = [
        ("case", cases, visible_cases(scope).order_by()), ("report", reports, visible_reports(scope)),
    ]  # fmt: skip
    at, new = now(), 0
    for name, ids, visible in wanted:
        there = set(visible.filter(pk__in=ids).values_list("pk", flat=True))
        if lost := [pk for pk in ids if pk not in there]:
            raise FieldRefusedError("what", f"there is no {name} {lost[0]}")
        known = Membership.objects.filter(operation=operation, **{f"{name}__in": ids})
        new += known.filter(taken_out_at__isnull=False).update(
            taken_out_at=None,
            taken_out_by=None,
            taken_out_why="",
            rule=None,
            added_by=person,
            reason=reason,
            added_at=at,
        )
        before = set(known.values_list(f"{name}_id", flat=True))
        new += len(
            Membership.objects.bulk_create(
                Membership(operation=operation, added_by=person, reason=reason, added_at=at, **{f"{name}_id": pk})
                for pk in sorted(there - before)
            )
        )
    keep([*reports, *reports_of(cases)], [operation.pk])
    detail = {"cases": sorted(cases), "leads": sorted(reports)}
    record(person.actor, [Act("operation.put_in", "operation", operation.pk, detail)])
    return new


@transaction.atomic
def take_out(person: User, code: str, membership_id: int, reason: str) -> None:
    """Take a case or a lead out, for good: no rule puts it back. A person can.

    Raises
    ------
    ConflictError
        when it is not in the operation, or not for the person to see.
    """
    operation = _writing(person, code)
    reason = text_of("out_reason", reason, 300, "a reason")
    scope = scope_of(person)
    row = belonging(scope, operation).filter(pk=membership_id).first()
    if row is None:
        raise ConflictError("that is not in the operation any more")
    row.taken_out_at, row.taken_out_by, row.taken_out_why = now(), person, reason
    row.save(update_fields=["taken_out_at", "taken_out_by", "taken_out_why"])
    touched = reports_of([row.case_id]) if row.case_id is not None else [row.report_id or 0]
    keep(touched, [operation.pk])
    detail = {"case": row.case_id, "report": row.report_id}
    record(person.actor, [Act("operation.taken_out", "operation", operation.pk, detail)])


class _EachByItself(Exists):
    """Looked up for each row. Beside an OR, PostgreSQL would else read all reports and cases in scope into a hash, for a page of 50."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


def belonging(scope: Scope, operation: Operation, *, out: bool = False) -> QuerySet[Membership]:
    """What belongs to an operation and is in scope, the latest first; `out`: what was taken out of it."""
    rows = Membership.objects.filter(operation=operation, taken_out_at__isnull=not out)
    if not scope.everything:
        rows = rows.filter(
            _EachByItself(visible_cases(scope).order_by().filter(pk=OuterRef("case_id")))
            | _EachByItself(visible_reports(scope).filter(pk=OuterRef("report_id")))
        )
    return rows.select_related(
        "case__agency", "report__reporter", "rule__district", "rule__reporter", "added_by", "taken_out_by"
    ).order_by("-id")
