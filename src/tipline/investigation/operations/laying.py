"""Tasks of an operation: one task is laid on many districts in one act, and each district goes on with its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotFoundError, NotPermittedError
from tipline.investigation.operations.models import DistrictTask, DistrictTaskState, Operation, OperationTask, Phase
from tipline.investigation.operations.queries import agencies_of, may_run, may_take_part
from tipline.investigation.operations.services import FieldRefusedError, locked, locked_to_run, refuse_closed, text_of
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may


@dataclass(frozen=True, slots=True)
class Step:
    """How a district goes on with a task."""

    state: str
    note: str = ""
    officer: User | None = None
    due_at: datetime | None = None


@transaction.atomic
def lay_task(
    person: User,
    code: str,
    text: str,
    agencies: Sequence[str],
    *,
    due_at: datetime | None = None,
    phase_id: int | None = None,
) -> OperationTask:
    """Lay one task on many districts, all or none.

    Raises
    ------
    InvalidInputError
        for an agency without a part in the operation, naming it.
    """
    operation = locked_to_run(person, code)
    text = text_of("text", text, 300, "what is to be done")
    fitting = {agency.code: agency for agency in agencies_of(operation)}
    wrong = [one for one in agencies if one not in fitting]
    if wrong or not agencies:
        raise FieldRefusedError("agencies", f"{wrong[0][:40]} takes no part" if wrong else "choose a district")
    phase = Phase.objects.filter(operation=operation, pk=phase_id).first() if phase_id else None
    if phase_id and phase is None:
        raise FieldRefusedError("task_phase", "choose a phase from the list")
    at = now()
    task = OperationTask.objects.create(operation=operation, phase=phase, text=text, added_at=at, added_by=person)
    chosen = [fitting[one] for one in dict.fromkeys(agencies)]
    DistrictTask.objects.bulk_create(
        DistrictTask(operation=operation, task=task, agency=a, due_at=due_at, state_at=at, state_by=person)
        for a in chosen
    )
    detail = {"task": task.pk, "agencies": [a.code for a in chosen]}
    record(person.actor, [Act("operation.task_laid", "operation", operation.pk, detail)])
    return task


@transaction.atomic
def go_on(person: User, code: str, district_task_id: int, step: Step, seen: int | None = None) -> None:
    """Write how far a district is with a task: the district itself, or who runs the operation.

    Raises
    ------
    NotPermittedError
        when it is another district's.
    ConflictError
        when somebody changed it since the form was opened.
    """
    operation = locked(person, code)
    refuse_closed(operation)
    row = (
        DistrictTask.objects.select_for_update(of=("self",))
        .filter(operation=operation, pk=district_task_id)
        .select_related("agency")
        .first()
    )
    if row is None:
        raise NotFoundError("there is no such task")
    own = row.agency_id == person.agency_id and may_take_part(person, operation, agencies_of(operation))
    if not own and not may_run(person, operation):
        raise NotPermittedError(f"that is for {row.agency.code} to say")
    if seen is not None and seen != row.changes:
        raise ConflictError("somebody changed the task meanwhile: look at it again")
    if step.state not in DistrictTaskState.values:
        raise FieldRefusedError("state", "choose how far it is")
    least = 1 if step.state == DistrictTaskState.CANNOT else 0
    row.note = text_of("note", step.note, 300, "a note", least=least)
    officer = step.officer
    if officer is not None and (officer.agency_id != row.agency_id or not may(officer, Can.WORK_CASES)):
        raise FieldRefusedError("officer", f"{officer.email} works on no cases of {row.agency.code}")
    row.state, row.officer, row.due_at = step.state, officer, step.due_at
    row.state_at, row.state_by, row.changes = now(), person, row.changes + 1
    row.save()
    detail = {"task": row.task_id, "agency": row.agency.code, "state": row.state}
    record(person.actor, [Act("operation.task_changed", "operation", operation.pk, detail)])


def tasks_of(operation: Operation) -> QuerySet[DistrictTask]:
    """All tasks with their districts, the tasks in the order in which they were laid."""
    return (
        DistrictTask.objects.filter(operation=operation)
        .select_related("task__phase", "agency", "officer", "state_by")
        .order_by("task_id", "agency__name")
    )
