"""Letting a course work on a scenario: which are there, and which may be used."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.training.attempts.reviews import released
from tipline.training.courses.models import Course, Exercise
from tipline.training.scenarios.format import Level
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record


@transaction.atomic
def add(
    course: Course,
    scenario: str,
    level: str,
    minutes: int,
    actor: Actor,
    *,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    for_teams: bool = False,
) -> Exercise:
    """Let a course work on a scenario that is there and released; 0 minutes are those that the scenario says.

    Raises
    ------
    InvalidInputError
        for a scenario that is none, is broken, or lacks the level; for a time that is none.
    """
    try:
        folder = released(scenario)
    except (NotFoundError, ConflictError) as error:
        raise InvalidInputError(f"scenario: {error}") from error
    if level not in folder.levels:
        raise InvalidInputError(f"level: {scenario} has {', '.join(folder.levels)}, and not {level[:20]!r}")
    minutes = minutes or folder.scenario.minutes[Level(level)]
    if not 1 <= minutes <= 10_000:
        raise InvalidInputError(f"minutes: {minutes} is not from 1 to 10000")
    if opens_at and closes_at and closes_at <= opens_at:
        raise InvalidInputError("closes_at: the exercise would close before it opens")
    made = Exercise.objects.create(
        course=course, scenario=scenario, level=level, minutes=minutes, opens_at=opens_at, closes_at=closes_at,
        for_teams=for_teams,
    )  # fmt: skip
    record(actor, [Act("training.exercise_added", "exercise", made.pk, {"course": course.code, "scenario": scenario})])
    return made
