"""Desks made beforehand, for everybody who will work on an exercise: nobody waits when the course begins."""

from __future__ import annotations

from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.training.attempts import reviews
from tipline.training.attempts.services import seed_for
from tipline.training.attempts.worlds import keep_worlds
from tipline.training.courses.models import Enrolment, Exercise
from tipline.training.desk.services import Wanted, open_desks
from tipline.training.scenarios.format import Kind, Level
from tipline.trust.accounts.models import User


def prepare(exercise_id: int, batch: str = "") -> int:
    """Make the desks of an exercise that are not there yet, of one batch or of all. Returns how many desks there are then.

    Raises
    ------
    NotFoundError
        when there is no such exercise.
    InvalidInputError
        when its scenario has no task for a desk.
    """
    exercise = Exercise.objects.select_related("course").filter(pk=exercise_id).first()
    if exercise is None:
        raise NotFoundError(f"there is no exercise {exercise_id}")
    folder, level = reviews.released(exercise.scenario), Level(exercise.level)
    if not any(task.kind is Kind.DESK for task in folder.tasks(level)):
        raise InvalidInputError(f"{exercise.scenario}, {exercise.level}, has no task for a desk")
    enrolled = Enrolment.objects.filter(course=exercise.course, withdrawn_at=None).select_related("trainee__user")
    if batch:
        enrolled = enrolled.filter(batch=batch)
    if exercise.for_teams:
        enrolled = enrolled.exclude(team="")
    wanted: dict[str, User] = {}
    for enrolment in enrolled.order_by("pk"):
        seed = seed_for(exercise, enrolment)
        if seed not in wanted:
            wanted[seed] = enrolment.trainee.user
    reviews.keep(folder)
    worlds = keep_worlds(folder, level, wanted)
    return len(
        open_desks([Wanted(user, folder.name, level.value, seed, worlds[seed]) for seed, user in wanted.items()])
    )
