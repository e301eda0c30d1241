"""Letting a course work on a scenario: which are there, and which may be used."""

from __future__ import annotations

from datetime import datetime

from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.training.attempts.reviews import released
from tipline.training.courses.models import Course, Exercise
from tipline.training.courses.services import add_exercise
from tipline.training.scenarios.format import Level
from tipline.trust.actors import Actor


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
    """As `add_exercise`, for a scenario that is there and released; 0 minutes are those that the scenario says.

    Raises
    ------
    InvalidInputError
        for a scenario that is none, is broken, or lacks the level.
    """
    try:
        folder = released(scenario)
    except (NotFoundError, ConflictError) as error:
        raise InvalidInputError(f"scenario: {error}") from error
    if level not in folder.levels:
        raise InvalidInputError(f"level: {scenario} has {', '.join(folder.levels)}, and not {level[:20]!r}")
    return add_exercise(
        course, scenario, level, minutes or folder.scenario.minutes[Level(level)], actor,
        opens_at=opens_at, closes_at=closes_at, for_teams=for_teams,
    )  # fmt: skip
