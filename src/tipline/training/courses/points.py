"""What trainees got in the exercises of a course."""

from __future__ import annotations

from dataclasses import dataclass

from tipline.training.courses.models import Course


@dataclass(frozen=True, slots=True)
class Points:
    """Points got, and the most that the course's exercises give."""

    got: int = 0
    most: int = 0

    @property
    def percent(self) -> int | None:
        """Of the most, rounded down; None where the course has no exercise."""
        return int(100 * self.got / self.most + 1e-9) if self.most else None


def points_of(course: Course) -> dict[int, Points]:
    """By enrolment."""
    return {}
