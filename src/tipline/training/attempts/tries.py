"""An instructor tries a scenario before a course works on it: any version that lies there, any level, any world. It counts nowhere."""

from __future__ import annotations

from datetime import timedelta

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.training.attempts import reviews, secret
from tipline.training.attempts.models import Attempt
from tipline.training.attempts.queries import is_over
from tipline.training.attempts.worlds import keep_worlds
from tipline.training.scenarios.building import seed_of
from tipline.training.scenarios.format import Level
from tipline.training.scenarios.loading import Broken
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.services import Act, record

MOST_SEED = 40


def try_out(person: User, name: str, level: str, seed: str = "") -> Attempt:
    """Begin a try of the version that lies there now, or go on with one of the same words.

    Parameters
    ----------
    seed
        words of which this person's world is made: the same words make the same world again.

    Raises
    ------
    NotFoundError
        when there is no such scenario.
    NotPermittedError
        for who is no instructor.
    ConflictError
        when it is broken, or its world cannot be made.
    InvalidInputError
        for a level that it does not have, or words that are too long.
    """
    if Role(person.role) is not Role.TRAINER or not person.is_active:
        raise NotPermittedError("scenarios are tried by instructors")
    folder = reviews.version_of(name).found
    if isinstance(folder, Broken):
        raise ConflictError(f"{name!r} is broken: {folder.faults[0]}")
    if level not in folder.levels:
        raise InvalidInputError(f"level: {name} has {', '.join(folder.levels)}, and not {level[:20]!r}")
    if len(seed) > MOST_SEED:
        raise InvalidInputError(f"seed: give at most {MOST_SEED} characters")
    chosen = Level(level)
    # a desk belongs to a world: two instructors never stand at one
    made_of = seed_of(secret.key(), "try", f"{person.pk} {seed.strip()}", folder.name, chosen)
    begun = Attempt.objects.filter(tried_by=person, seed=made_of, digest=folder.digest).order_by("-pk").first()
    if begun is not None and not is_over(begun):
        return begun
    at = now()
    attempt = Attempt.objects.create(
        tried_by=person, scenario=folder.name, level=chosen, digest=folder.digest, seed=made_of, started_at=at,
        started_by=person, last_act_at=at, due_at=at + timedelta(minutes=folder.scenario.minutes[chosen]),
        points_possible=folder.points(chosen),
    )  # fmt: skip
    reviews.keep(folder)
    try:
        keep_worlds(folder, chosen, [made_of])
    except InvalidInputError as error:
        raise ConflictError(f"its world cannot be made: {error}") from error
    record(person.actor, [Act("scenario.tried", "attempt", attempt.pk, {"scenario": name, "version": folder.digest})])
    return attempt
