"""What trainees got in the exercises of a course, in two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tipline.core.sql import together
from tipline.training.attempts.models import Attempt
from tipline.training.courses.models import Course, Enrolment, Exercise
from tipline.training.scenarios.format import Level
from tipline.training.scenarios.places import all_scenarios


@dataclass(frozen=True, slots=True)
class Points:
    """Points got, and the most that the course's exercises give."""

    got: Decimal = Decimal(0)
    most: int = 0

    @property
    def percent(self) -> int | None:
        """Of the most, rounded down; None where the course has no exercise."""
        return int(100 * self.got / self.most) if self.most else None

    def __str__(self) -> str:
        return f"{self.got.normalize():f} of {self.most}"


def points_of(course: Course, enrolments: Iterable[Enrolment]) -> dict[int, Points]:
    """By enrolment. An exercise that was not begun brings nothing of what it gives; a team's points are those of each member."""
    exercises, attempts = together(Exercise.objects.filter(course=course), Attempt.objects.filter(course=course))
    most: dict[int, int] = {one.pk: _possible(one) for one in exercises}
    got: dict[tuple[int | None, str], Decimal] = defaultdict(Decimal)
    for attempt in attempts:
        most[attempt.exercise_id] = attempt.points_possible  # of the version that was worked on
        got[attempt.enrolment_id, attempt.team] += attempt.points
    whole = sum(most.values())
    return {
        one.pk: Points(
            got.get((one.pk, ""), Decimal(0)) + (got.get((None, one.team), Decimal(0)) if one.team else 0), whole
        )
        for one in enrolments
    }


def _possible(exercise: Exercise) -> int:
    folder = all_scenarios().good.get(exercise.scenario)
    level = Level(exercise.level)
    return folder.points(level) if folder and level in folder.levels else 0
