"""A course with trainees at work on the example scenario, for tests of attempts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.factories import person
from tipline.training.attempts import desks, queries, services
from tipline.training.attempts.models import Attempt
from tipline.training.courses.models import Course, Enrolment, Exercise, Instructor, Trainee
from tipline.training.scenarios import checks, loading
from tipline.training.scenarios.building import expected
from tipline.training.scenarios.checks import because
from tipline.training.scenarios.format import Kind
from tipline.training.scenarios.worlds import words_of
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import acting, scope_of

EXAMPLES = Path(__file__).parent / "example_scenario"
AGENCY = "IN-MH-CYBER"


@contextmanager
def example_installed(monkeypatch: pytest.MonkeyPatch, share: float = 1.0) -> Iterator[None]:
    """The example as if it came with Tipline, with the check of a desk that it names."""
    monkeypatch.setattr(loading, "SHIPPED", EXAMPLES)
    monkeypatch.setitem(
        checks.CHECKS, "example_desk", lambda agency, world: because(share, "preservation", sent=1, wanted=2)
    )
    yield


def course(code: str = "course", teacher: User | None = None) -> Course:
    """A course, and who teaches it."""
    made = Course.objects.create(code=code, name=code)
    if teacher is not None:
        Instructor.objects.create(course=made, user=teacher)
    return made


def trainee(of: Course, team: str = "") -> User:
    """Somebody who trains in a course."""
    user = person(AGENCY, Role.TRAINEE)
    Enrolment.objects.create(course=of, trainee=Trainee.objects.create(user=user, district="Jalgaon"), team=team)
    return user


def exercise(of: Course, level: str = "foundation", **more: object) -> Exercise:
    """The example, as an exercise."""
    return Exercise.objects.create(course=of, scenario="example", level=level, minutes=30, **more)


def begin(user: User, of: Exercise) -> Attempt:
    """Start as somebody."""
    with acting(scope_of(user)):
        return services.start(user, of.pk)


def work(user: User, attempt: Attempt) -> queries.Work:
    """Read as somebody."""
    with acting(scope_of(user)) as scope:
        return queries.work(scope, attempt.pk)


def right(done: queries.Work, task_id: str) -> list[str]:
    """What is right in an attempt's world."""
    task = done.folder.task(done.level, task_id)
    if task.kind is Kind.DESK:
        return []
    fact = expected(task, done.world)
    return list(fact) if isinstance(fact, tuple) else [words_of(fact)]


def give(user: User, attempt: Attempt, task: str, given: Iterable[str], key: str = "") -> services.Answered:
    """Answer as somebody."""
    with acting(scope_of(user)):
        return services.answer(user, attempt.pk, task, list(given), key or uuid4().hex)


def desk_at(agency_id: int | None) -> None:
    """Every attempt's desk is at this agency."""
    desks.known_by(desks.Desks(lambda attempt: agency_id, lambda attempt: "/desk/"))
