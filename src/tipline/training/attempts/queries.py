"""Reads of attempts, for the trainee at work and for the instructor's boards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet

from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.core.sql import together
from tipline.training.attempts import reviews
from tipline.training.attempts.models import Answer, Attempt, Event, HintTaken, Kept
from tipline.training.attempts.worlds import kept_world
from tipline.training.courses.models import Enrolment, Exercise
from tipline.training.scenarios.format import Level, Task
from tipline.training.scenarios.loading import Folder
from tipline.training.scenarios.places import all_scenarios
from tipline.training.scenarios.worlds import World
from tipline.trust.visibility import Scope


def own_attempts(scope: Scope) -> QuerySet[Attempt]:
    """Attempts of the person's own, of a team that they are in now, and an instructor's tries."""
    if scope.trains is None:
        return Attempt.objects.none()
    mine = Q(enrolment__trainee__user_id=scope.trains, enrolment__withdrawn_at=None)
    teams = Enrolment.objects.filter(trainee__user_id=scope.trains, withdrawn_at=None).exclude(team="")
    team = Q(pk__in=_of_teams(teams))
    return Attempt.objects.filter(mine | team | Q(tried_by_id=scope.trains))


def _of_teams(enrolments: QuerySet[Enrolment]) -> QuerySet[Attempt, int]:
    return (
        Attempt.objects.exclude(team="")
        .filter(course__enrolments__in=enrolments, course__enrolments__team=F("team"))
        .values_list("pk", flat=True)
    )


def taught_attempts(scope: Scope) -> QuerySet[Attempt]:
    """Attempts in courses that the person teaches."""
    if scope.everything:
        return Attempt.objects.all()
    return Attempt.objects.filter(course__instructors__user_id=scope.trains) if scope.trains else Attempt.objects.none()


@dataclass(frozen=True, slots=True)
class Listed:
    """An exercise of a course of mine, and how far I am."""

    exercise: Exercise
    folder: Folder | None
    attempt: Attempt | None
    open: bool
    team: str = ""


def mine(scope: Scope) -> list[Listed]:
    """Every exercise of the courses that the person trains in, the latest course first. Two statements."""
    if scope.trains is None:
        return []
    own = Enrolment.objects.filter(trainee__user_id=scope.trains, withdrawn_at=None)
    exercises, attempts, enrolments = together(
        Exercise.objects.filter(course__enrolments__in=own).select_related("course").order_by("-course_id", "pk"),
        own_attempts(scope),
        own,
    )
    of_exercise = {attempt.exercise_id: attempt for attempt in attempts}
    teams = {enrolment.course_id: enrolment.team for enrolment in enrolments}
    good = all_scenarios().good
    return [
        Listed(
            exercise, good.get(exercise.scenario), of_exercise.get(exercise.pk), is_open(exercise),
            teams.get(exercise.course_id, "") if exercise.for_teams else "",
        )
        for exercise in exercises
    ]  # fmt: skip


def is_open(exercise: Exercise, at: datetime | None = None) -> bool:
    """Whether an attempt can be begun at this moment."""
    moment = at or now()
    return (exercise.opens_at is None or exercise.opens_at <= moment) and (
        exercise.closes_at is None or moment < exercise.closes_at
    )


def is_over(attempt: Attempt, at: datetime | None = None) -> bool:
    """Whether nothing more is taken: handed in, or time is over. From then on the debrief is open."""
    return attempt.finished_at is not None or (at or now()) >= attempt.due_at


@dataclass(frozen=True, slots=True)
class Work:
    """An attempt with its scenario, its world and everything done in it."""

    attempt: Attempt
    folder: Folder
    world: World
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    hints: Mapping[str, tuple[HintTaken, ...]] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()

    @property
    def level(self) -> Level:
        return Level(self.attempt.level)

    @property
    def over(self) -> bool:
        return is_over(self.attempt)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of the level, those too that are not shown yet."""
        return self.folder.tasks(self.level)

    def closed(self, task_id: str) -> bool:
        """Whether a task is over: right, or without tries left."""
        tries = self.answers.get(task_id, ())
        return len(tries) >= self.folder.task(self.level, task_id).tries or any(one.share >= 1 for one in tries)

    def shown(self, task: Task) -> bool:
        """Whether the question is told: what it comes after is over."""
        return self.over or task.after is None or self.closed(task.after)

    def points(self, task_id: str) -> Decimal:
        """What a task has brought: its best try."""
        return max((one.points for one in self.answers.get(task_id, ())), default=Decimal(0))


def work(scope: Scope, attempt_id: int, *, taught: bool = False) -> Work:
    """An attempt of the person's own, with what belongs to it; with `taught`, also one of a course that they teach. Two statements.

    Raises
    ------
    NotFoundError
        when it is somebody else's, there is none, or its version of the scenario is no longer there.
    """
    attempt = own_attempts(scope).filter(pk=attempt_id).select_related("exercise__course", "enrolment").first()
    if attempt is None and taught:
        attempt = (
            taught_attempts(scope)
            .filter(pk=attempt_id)
            .select_related("exercise__course", "enrolment__trainee__user")
            .first()
        )
    if attempt is None:
        raise NotFoundError("there is no such attempt")
    return work_of(attempt)


def work_of(attempt: Attempt) -> Work:
    """What belongs to an attempt that the caller may see."""
    folder = reviews.version(attempt.scenario, attempt.digest)
    answers, hints, kept = together(
        Answer.objects.filter(attempt=attempt).select_related("by").order_by("pk"),
        HintTaken.objects.filter(attempt=attempt).order_by("pk"),
        Kept.objects.filter(attempt=attempt),
    )
    tries: dict[str, list[Answer]] = {}
    for answer in answers:
        tries.setdefault(answer.task, []).append(answer)
    taken: dict[str, list[HintTaken]] = {}
    for hint in hints:
        taken.setdefault(hint.task, []).append(hint)
    return Work(
        attempt, folder, kept_world(folder, Level(attempt.level), attempt.seed),
        {task: tuple(tries_of) for task, tries_of in tries.items()}, {task: tuple(of) for task, of in taken.items()},
        frozenset(one.row for one in kept),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an attempt is: a line of an instructor's board."""

    attempt: Attempt
    name: str
    district: str
    tasks_answered: int
    tasks_right: int
    tries: int
    hints: int
    flags: Mapping[str, int]

    @property
    def over(self) -> bool:
        return is_over(self.attempt)


def of_exercise(scope: Scope, exercise_id: int) -> list[Standing]:
    """Every attempt at an exercise of a course that the person teaches, most points first. Two statements, however many there are."""
    attempts = taught_attempts(scope).filter(exercise_id=exercise_id)
    rows = list(attempts.select_related("enrolment__trainee__user").order_by("-points", "last_act_at", "pk"))
    ids = [row.pk for row in rows]
    answered, hints, events = together(
        Answer.objects.filter(attempt__in=ids).values("attempt").annotate(
            tries=Count("pk"), tasks=Count("task", distinct=True), right=Count("task", distinct=True, filter=Q(share__gte=1))
        ).values_list("attempt", "tries", "tasks", "right"),
        HintTaken.objects.filter(attempt__in=ids).values("attempt").annotate(n=Count("pk")).values_list("attempt", "n"),
        Event.objects.filter(attempt__in=ids).values("attempt", "kind").annotate(n=Count("pk")).values_list("attempt", "kind", "n"),
    )  # fmt: skip
    of = {attempt: (tries, tasks, right) for attempt, tries, tasks, right in answered}
    hints_of = dict(hints)
    flags: dict[int, dict[str, int]] = {}
    for attempt, kind, count in events:
        flags.setdefault(attempt, {})[kind] = count
    return [
        Standing(
            row, row.team or (row.enrolment.trainee.user.name if row.enrolment else ""),
            row.enrolment.trainee.district if row.enrolment else "",
            of.get(row.pk, (0, 0, 0))[1], of.get(row.pk, (0, 0, 0))[2], of.get(row.pk, (0, 0, 0))[0],
            hints_of.get(row.pk, 0), flags.get(row.pk, {}),
        )
        for row in rows
    ]  # fmt: skip


def flags_of(scope: Scope, exercise_id: int) -> list[Event]:
    """What stands out at an exercise, with both sides where an answer was shared. A fact to look at, and no verdict."""
    return list(
        Event.objects.filter(attempt__in=taught_attempts(scope).filter(exercise_id=exercise_id))
        .select_related("attempt__enrolment__trainee__user", "other__enrolment__trainee__user", "by")
        .order_by("pk")
    )
