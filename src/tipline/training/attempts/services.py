"""Writes of attempts: beginning, answering, taking a hint, keeping rows, handing in. Each is one transaction with its entries in the log.

What somebody tampered with, sent twice or too late is refused with a result, and not with an exception: what stands out is kept, and an
exception would take it back with the rest of the transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from django.db import IntegrityError, transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotFoundError
from tipline.training.attempts import desks, reviews, secret
from tipline.training.attempts.models import Answer, Attempt, Event, EventKind, Expected, HintTaken, Kept
from tipline.training.attempts.queries import Work, is_open, own_attempts, work_of
from tipline.training.attempts.worlds import keep_worlds
from tipline.training.courses.models import Enrolment, Exercise
from tipline.training.scenarios.building import expected, options, seed_of
from tipline.training.scenarios.checks import Reason, known_checks
from tipline.training.scenarios.format import Kind, Level, Task
from tipline.training.scenarios.scoring import MOST_VALUES, Marked, digestible, mark, points
from tipline.training.scenarios.worlds import World, words_of
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Scope, acting, scope_of

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
LONGEST_VALUE = 2_000
# A wrong answer that is right in more worlds than these is common, and says nothing.
MOST_WORLDS, MOST_SHARE = 2, 0.02
MOST_KEPT = 500


class Refusal(StrEnum):
    """Why an answer or a hint was not taken."""

    TAMPERED = "tampered"  # the page did not offer that
    LATE = "late"
    OVER = "over"  # the task is right, or has no tries left
    EMPTY = "empty"
    NO_DESK = "no_desk"


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer: the try that it is, or why it was not taken. `replayed`: it had come before, and counts once."""

    answer: Answer | None = None
    refusal: Refusal | None = None
    replayed: bool = False


def start(person: User, exercise_id: int) -> Attempt:
    """Begin an exercise, or go on with what was begun: there is one attempt for each trainee or team.

    Raises
    ------
    NotFoundError
        when the exercise is none of a course that the person trains in.
    ConflictError
        when it is not open, the scenario is not released, or it is for teams and the person is in none.
    """
    exercise = (
        Exercise.objects.filter(
            pk=exercise_id, course__enrolments__trainee__user=person, course__enrolments__withdrawn_at=None
        )
        .select_related("course")
        .first()
    )
    if exercise is None:
        raise NotFoundError("there is no such exercise")
    enrolment = Enrolment.objects.get(course=exercise.course, trainee__user=person, withdrawn_at=None)
    if exercise.for_teams and not enrolment.team:
        raise ConflictError("this exercise is for teams, and you are in none: your instructor puts you into one")
    team = enrolment.team if exercise.for_teams else ""
    begun = own_attempts(scope_of(person)).filter(exercise=exercise, team=team).first()
    if begun is not None:
        return begun
    if not is_open(exercise):
        raise ConflictError("this exercise is not open now")
    folder = reviews.released(exercise.scenario)
    if exercise.level not in folder.scenario.minutes:
        raise ConflictError(f"the scenario has no level {exercise.level!r}")
    level, at = Level(exercise.level), now()
    due = at + timedelta(minutes=exercise.minutes)
    seed = seed_for(exercise, enrolment)
    attempt = Attempt(
        exercise=exercise, course=exercise.course, enrolment=None if team else enrolment, team=team, scenario=folder.name, level=level,
        digest=folder.digest, seed=seed, started_at=at, started_by=person, last_act_at=at,
        due_at=min(due, exercise.closes_at) if exercise.closes_at else due, points_possible=folder.points(level),
    )  # fmt: skip
    try:
        with transaction.atomic():
            attempt.save()
    except IntegrityError:  # the other hand of a team, or a second press, was first
        return own_attempts(scope_of(person)).get(exercise=exercise, team=team)
    reviews.keep(folder)
    _keep_expected(attempt, exercise, folder.tasks(level), keep_worlds(folder, level, [seed])[seed])
    record(person.actor, [Act("attempt.started", "attempt", attempt.pk, {"exercise": exercise.pk})])
    return attempt


def seed_for(exercise: Exercise, enrolment: Enrolment) -> str:
    """The seed of the world that this trainee, or their team, gets in this exercise: also before it is begun."""
    team = enrolment.team if exercise.for_teams else ""
    who = f"team {team}" if team else f"enrolment {enrolment.pk}"
    return seed_of(secret.key(), str(exercise.pk), who, exercise.scenario, Level(exercise.level))


def _keep_expected(attempt: Attempt, exercise: Exercise, tasks: Iterable[Task], world: World) -> None:
    """Digests of what is right here, so that it is known again elsewhere."""
    rows = [
        Expected(attempt=attempt, exercise=exercise, task=task.id, digest=_digest(attempt, task, value))
        for task in tasks
        if task.kind is not Kind.DESK
        for value in digestible(task, _values(task, world))
    ]
    with acting(OPERATOR):
        Expected.objects.bulk_create(rows)


def _values(task: Task, world: World) -> tuple[str, ...]:
    fact = expected(task, world)
    return fact if isinstance(fact, tuple) else (words_of(fact),)


def _digest(attempt: Attempt, task: Task, value: str) -> str:
    return secret.digest("expected", str(attempt.exercise_id), task.id, value)


def answer(person: User, attempt_id: int, task_id: str, given: Sequence[str], key: str) -> Answered:
    """Take one try at a task.

    Parameters
    ----------
    given
        the values as they were typed or picked, none for a task on the desk.
    key
        of the form: the same key again is the same try, whatever comes with it.

    Raises
    ------
    NotFoundError
        when the attempt is not the person's own.
    """
    done = _locked(person, attempt_id)
    attempt = done.attempt
    task = next((one for one in done.tasks if one.id == task_id), None)
    if task is None or not done.shown(task) or not _KEY.fullmatch(key):
        return _stands_out(
            person, attempt, EventKind.TAMPERED, task_id, "a task or form that was not offered", Refusal.TAMPERED
        )
    before = next((one for tries in done.answers.values() for one in tries if one.key == key), None)
    if before is not None:
        if before.task != task_id or before.given != list(given):
            _note(person, attempt, EventKind.REPLAYED, task_id, "a form came again with another answer")
        return Answered(before, replayed=True)
    if done.over:
        return _stands_out(person, attempt, EventKind.LATE, task_id, "an answer after the end", Refusal.LATE)
    if done.closed(task.id):
        return Answered(refusal=Refusal.OVER)
    if what := _not_offered(done, task, given):
        return _stands_out(person, attempt, EventKind.TAMPERED, task_id, what, Refusal.TAMPERED)
    values = [value for value in given if value.strip()]
    if not values and task.kind is not Kind.DESK:
        return Answered(refusal=Refusal.EMPTY)
    try:
        marked, reasons = _marked(done, task, values)
    except ConflictError:
        return Answered(refusal=Refusal.NO_DESK)
    made = _write(person, done, task, list(given), marked, reasons, key)
    if marked.share < 1 and task.kind is not Kind.DESK:
        _look_for_shared(person, done, task, values)
    return Answered(made)


def _locked(person: User, attempt_id: int) -> Work:
    """The person's own attempt, for one hand of a team at a time."""
    attempt = own_attempts(scope_of(person)).filter(pk=attempt_id).first()
    if attempt is None:
        raise NotFoundError("there is no such attempt")
    return work_of(Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk))


def _not_offered(done: Work, task: Task, given: Sequence[str]) -> str:
    """What of an answer no page offers, in words; empty where all of it could have been given."""
    if len(given) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in given):
        return "more than a page takes"
    if task.kind is Kind.DESK:
        return "values for a task on the desk" if any(given) else ""
    if task.kind is Kind.CHOICE and len(given) > 1:
        return "several options where one is asked for"
    offered: Iterable[str] = ()
    if task.kind is Kind.ROWS:
        offered = {row.id for document in done.world.documents.values() for row in document.rows}
    elif task.options:
        offered = options(task, done.world)
    else:
        return ""
    return "a row or option that is not there" if {value for value in given if value} - set(offered) else ""


def _marked(done: Work, task: Task, values: Sequence[str]) -> tuple[Marked, tuple[Reason, ...]]:
    if task.kind is not Kind.DESK:
        return mark(task, values, expected(task, done.world)), ()
    agency = desks.agency_of(done.attempt.pk)
    with acting(Scope(agency_ids=frozenset({agency}))):
        shown = known_checks()[task.answer](agency, done.world)
    share = min(1.0, max(0.0, shown.share))
    return Marked(share, int(share >= 1), int(share < 1), 1), shown.reasons


def _write(
    person: User, done: Work, task: Task, given: list[str], marked: Marked, reasons: Sequence[Reason], key: str
) -> Answer:
    attempt, tries = done.attempt, done.answers.get(task.id, ())
    cost = sum(hint.cost for hint in done.hints.get(task.id, ()))
    at = now()
    made = Answer.objects.create(
        attempt=attempt, task=task.id, turn=len(tries) + 1, given=[_storable(value) for value in given], share=marked.share,
        right=marked.right, wrong=marked.wrong, wanted=marked.wanted, reasons=[[one, dict(values)] for one, values in reasons], hints_cost=cost,
        points=points(task, marked.share, tries_before=len(tries), hints_cost=cost), at=at, by=person, key=key,
    )  # fmt: skip
    better = max(Decimal(0), made.points - done.points(task.id))
    attempt.points += better
    attempt.last_act_at = at
    attempt.save(update_fields=["points", "last_act_at"])
    record(person.actor, [Act("attempt.answered", "attempt", attempt.pk, {"task": task.id, "try": made.turn})])
    return made


def _storable(value: str) -> str:
    """PostgreSQL takes neither NUL nor half of a surrogate pair."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _look_for_shared(person: User, done: Work, task: Task, values: Sequence[str]) -> None:
    """Note where a wrong answer is right in another world of this exercise. What stands in one's own papers may be read there."""
    attempt, exercise_id = done.attempt, done.attempt.exercise_id
    if exercise_id is None:  # an instructor's try is nobody's copy
        return
    right = set(digestible(task, _values(task, done.world)))
    wrong = [value for value in digestible(task, values) if value not in right]
    if not wrong:
        return
    papers = _everything_in(done.world)
    telling = [
        value
        for value, typed in _typed(task, values, wrong)
        if not any(text.casefold() in papers for text in (value, typed))
    ]
    if not telling:
        return
    digests = [_digest(attempt, task, value) for value in telling]
    with acting(OPERATOR):
        rows = Expected.objects.filter(exercise_id=exercise_id, task=task.id, digest__in=digests).exclude(
            attempt=attempt
        )
        others: dict[str, set[int]] = {}
        for digest, other in rows.values_list("digest", "attempt"):
            others.setdefault(digest, set()).add(other)
        if not others:
            return
        worlds = Attempt.objects.filter(exercise_id=exercise_id).count()
        most = max(MOST_WORLDS, int(MOST_SHARE * worlds))
        owners = sorted({other for found in others.values() if len(found) <= most for other in found})
        Event.objects.bulk_create(
            [
                Event(
                    attempt=attempt, other_id=other, kind=EventKind.SHARED, task=task.id, at=now(), by=person,
                    what="a wrong answer that is right in the other's papers, and stands nowhere in one's own",
                )
                for other in owners
            ],
            ignore_conflicts=True,
        )  # fmt: skip


def _typed(task: Task, values: Sequence[str], wrong: Sequence[str]) -> list[tuple[str, str]]:
    """Each wrong value in its normal form, with how it was typed."""
    return [(value, next(one for one in values if value in digestible(task, [one])).strip()) for value in wrong]


def _everything_in(world: World) -> str:
    """All text of a world, in one case."""
    parts = [words_of(fact) for fact in world.facts.values()]
    for document in world.documents.values():
        parts.append(document.body)
        parts += ["\n".join(row.cells) for row in document.rows]
    return "\n".join(parts).casefold()


def _stands_out(person: User, attempt: Attempt, kind: EventKind, task: str, what: str, refusal: Refusal) -> Answered:
    _note(person, attempt, kind, task, what)
    return Answered(refusal=refusal)


def _note(person: User, attempt: Attempt, kind: EventKind, task: str, what: str) -> None:
    if attempt.is_try:  # an instructor looks at what the page does
        return
    with acting(OPERATOR):
        Event.objects.create(attempt=attempt, kind=kind, task=_storable(task)[:40], what=what, at=now(), by=person)


@dataclass(frozen=True, slots=True)
class Hinted:
    """The hint, or why it was not given."""

    hint: HintTaken | None = None
    refusal: Refusal | None = None


def take_hint(person: User, attempt_id: int, task_id: str, hint_id: str) -> Hinted:
    """Show a hint for what it costs. The same hint again costs nothing.

    Raises
    ------
    NotFoundError
        when the attempt is not the person's own.
    """
    done = _locked(person, attempt_id)
    attempt = done.attempt
    task = next((one for one in done.tasks if one.id == task_id), None)
    hint = next((one for one in task.hints if one.id == hint_id), None) if task else None
    if task is None or hint is None or not done.shown(task):
        _note(person, attempt, EventKind.TAMPERED, task_id, "a hint that was not offered")
        return Hinted(refusal=Refusal.TAMPERED)
    taken = next((one for one in done.hints.get(task.id, ()) if one.hint == hint.id), None)
    if taken is not None:
        return Hinted(taken)
    if done.over:
        return Hinted(refusal=Refusal.LATE)
    if done.closed(task.id):
        return Hinted(refusal=Refusal.OVER)
    made = HintTaken.objects.create(attempt=attempt, task=task.id, hint=hint.id, cost=hint.cost, at=now(), by=person)
    attempt.last_act_at = made.at
    attempt.save(update_fields=["last_act_at"])
    record(person.actor, [Act("attempt.hint_taken", "attempt", attempt.pk, {"task": task.id, "hint": hint.id})])
    return Hinted(made)


def keep_rows(person: User, attempt_id: int, shown: Iterable[str], ticked: Iterable[str]) -> int:
    """Keep the ticked ones of the rows that a page showed, and let go of its others. Returns how many are kept in all.

    Raises
    ------
    NotFoundError
        when the attempt is not the person's own.
    ConflictError
        when its time is over, or too many are kept.
    """
    done = _locked(person, attempt_id)
    if done.over:
        raise ConflictError("time is over")
    known = {row.id for document in done.world.documents.values() for row in document.rows}
    on_page, wanted = known & set(shown), known & set(ticked)
    kept = (set(done.kept) - on_page) | (wanted & on_page)
    if len(kept) > MOST_KEPT:
        raise ConflictError(f"at most {MOST_KEPT} rows are kept: untick some")
    if gone := set(done.kept) - kept:
        Kept.objects.filter(attempt=done.attempt, row__in=gone).delete()
    Kept.objects.bulk_create(
        [Kept(attempt=done.attempt, row=row, by=person) for row in sorted(kept - set(done.kept))], ignore_conflicts=True
    )
    return len(kept)


def finish(person: User, attempt_id: int) -> Attempt:
    """Hand in: nothing more is taken, and the debrief is open. A second time changes nothing.

    Raises
    ------
    NotFoundError
        when the attempt is not the person's own.
    """
    attempt = own_attempts(scope_of(person)).filter(pk=attempt_id).first()
    if attempt is None:
        raise NotFoundError("there is no such attempt")
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if attempt.finished_at is None:
        attempt.finished_at = min(now(), attempt.due_at)
        attempt.save(update_fields=["finished_at"])
        record(person.actor, [Act("attempt.finished", "attempt", attempt.pk, {})])
    return attempt
