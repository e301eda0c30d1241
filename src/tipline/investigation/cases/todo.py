"""Tasks of a case: what is to be done, by whom, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.cases.models import Case, CasePerson
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.cases.records import CaseTask, ProposalState, TaskState
from tipline.investigation.cases.working import needed, work_on
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may


@dataclass(frozen=True, slots=True)
class Task:
    """A task to be added."""

    title: str
    assignee: User | None = None
    due: date | None = None


@transaction.atomic
def add_task(person: User, case_id: int, task: Task) -> CaseTask:
    """Write down something to be done.

    Raises
    ------
    InvalidInputError
        without a title, or for an assignee who cannot work on the case.
    """
    case = work_on(person, case_id)
    title = needed(task.title, "say what is to be done", 300)
    _may_have(case, task.assignee)
    at = now()
    made = CaseTask.objects.create(
        case=case, title=title, assignee=task.assignee, due=task.due, state_at=at, state_by=person, added_at=at,
        added_by=person,
    )  # fmt: skip
    detail = {"task": made.pk, "assignee": task.assignee.pk if task.assignee else None}
    record(person.actor, [Act("case.task_added", "case", case.pk, detail)])
    return made


@transaction.atomic
def give_task(
    person: User, case_id: int, task_id: int, assignee: User | None, due: date | None, *, seen: int | None = None
) -> CaseTask:
    """Say anew who does a task, and until when.

    Raises
    ------
    ConflictError
        when it is ended, or was changed since the form was shown.
    """
    case = work_on(person, case_id)
    task = _task(case, task_id, seen)
    if task.state != TaskState.OPEN:
        raise ConflictError(f"that task is {task.get_state_display().lower()} already")
    _may_have(case, assignee)
    task.assignee, task.due, task.changes = assignee, due, task.changes + 1
    task.save(update_fields=["assignee", "due", "changes"])
    detail = {"task": task.pk, "assignee": assignee.pk if assignee else None}
    record(person.actor, [Act("case.task_given", "case", case.pk, detail)])
    return task


@transaction.atomic
def set_state(
    person: User, case_id: int, task_id: int, state: TaskState, note: str = "", *, seen: int | None = None
) -> CaseTask:
    """Mark a task done, drop it with a reason, or take it up again.

    Raises
    ------
    ConflictError
        when it is in that state already (by whom, is said), or was changed since the form was shown.
    InvalidInputError
        for one that is dropped without a reason.
    """
    case = work_on(person, case_id)
    task = _task(case, task_id, None)
    if task.state == state:
        raise ConflictError(f"{task.state_by.name} changed that task already: it is {task.get_state_display().lower()}")
    if seen is not None and seen != task.changes:
        raise ConflictError("somebody changed that task since you opened this page: look at it again")
    said = note.strip()
    if state == TaskState.DROPPED and not said:
        raise InvalidInputError("say why the task is dropped")
    if len(said) > 300:
        raise InvalidInputError("the note has at most 300 characters")
    task.state, task.state_at, task.state_by, task.note = state, now(), person, said
    task.changes += 1
    task.save(update_fields=["state", "state_at", "state_by", "note", "changes"])
    record(person.actor, [Act(f"case.task_{state.value}", "case", case.pk, {"task": task.pk})])
    return task


def _task(case: Case, task_id: int, seen: int | None) -> CaseTask:
    found = (
        CaseTask.objects.select_for_update(of=("self",))
        .select_related("state_by", "assignee")
        .filter(case=case, pk=task_id)
        .first()
    )
    if found is None:
        raise NotFoundError(f"case {case.number} has no task {task_id}")
    if seen is not None and seen != found.changes:
        raise ConflictError("somebody changed that task since you opened this page: look at it again")
    return found


def _may_have(case: Case, assignee: User | None) -> None:
    if assignee is None:
        return
    # an investigator sees a case only while they are on it; the others of the agency see it anyway
    sees = may(assignee, Can.SEE_ALL_CASES) or case.assignments.filter(person=assignee, ended_at__isnull=True).exists()
    if assignee.agency_id != case.agency_id or not may(assignee, Can.WORK_CASES) or not sees:
        raise InvalidInputError(f"{assignee.name} does not work on case {case.number}: assign them first")


def today_at(agency: Agency) -> date:
    """The day it is at a desk."""
    return now().astimezone(ZoneInfo(agency.timezone)).date()


def tasks_of(case: Case) -> QuerySet[CaseTask]:
    """A case's tasks: those to be done first, the most pressing on top."""
    return (
        CaseTask.objects.filter(case=case)
        .select_related("assignee", "state_by", "added_by")
        .order_by(
            # 'open' sorts after 'done' and 'dropped'
            F("state").desc(),
            F("due").asc(nulls_last=True),
            "pk",
        )
    )


def tasks_for(person: User, scope: Scope) -> QuerySet[CaseTask]:
    """What a person has to do in the open cases that they see, the most pressing first."""
    return (
        CaseTask.objects.filter(
            assignee=person,
            state=TaskState.OPEN,
            case__in=visible_cases(scope).filter(state="open").order_by().values("pk"),
        )
        .select_related("case__agency", "added_by")
        .order_by(F("due").asc(nulls_last=True), "pk")
    )


@dataclass(frozen=True, slots=True)
class Work:
    """How much waits in a case."""

    todo: int
    overdue: int
    proposals: int
    reviews: int


def work_asked(case: Case) -> tuple[QuerySet[Any, Any], ...]:
    """How much waits in a case, for `read_work`."""
    open_tasks = Q(state=TaskState.OPEN)
    return (
        CaseTask.objects.filter(case=case)
        .order_by()
        .values("case")
        .annotate(
            todo=Count("pk", filter=open_tasks),
            overdue=Count("pk", filter=open_tasks & Q(due__lt=today_at(case.agency))),
        ),
        CasePerson.objects.filter(case=case)
        .order_by()
        .values("case")
        .annotate(
            proposals=Count("pk", filter=Q(proposals__state=ProposalState.OPEN)),  # type: ignore[no-redef]
            reviews=Count("pk", filter=Q(review_since__isnull=False), distinct=True),
        ),
    )


def read_work(tasks: Sequence[dict[str, int]], persons: Sequence[dict[str, int]]) -> Work:
    """How much waits in a case. Of what it has none, there is no row."""
    found = {name: count for row in (*tasks, *persons) for name, count in row.items() if name != "case"}
    return Work(**{"todo": 0, "overdue": 0, "proposals": 0, "reviews": 0} | found)
