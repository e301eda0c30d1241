"""Tests before and after a course, as trainees take them: open for a time, drawn once, handed in once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils.crypto import salted_hmac

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.training.courses.models import Course, Enrolment, Exercise, Moment, Paper
from tipline.training.knowledge.banks import DATA, Form, draw, item, versions
from tipline.training.knowledge.banks import Words as ItemWords
from tipline.training.knowledge.item_statistics import Answered
from tipline.training.scenarios.format import Topic
from tipline.training.scenarios.places import all_scenarios
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record


@dataclass(frozen=True, slots=True)
class Question:
    """An item as it stands on a paper: options as (number on the paper, words), and the number that was chosen."""

    key: str
    question: str
    options: tuple[tuple[int, str], ...]
    chosen: int | None


HAND_IN = timedelta(minutes=2)  # after a test was closed: what was ticked till then is not lost


class Closed(StrEnum):
    """Why a test cannot be begun now."""

    NOT_YET = "not_yet"  # nobody has said when
    OPENS = "opens"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Opening:
    """When a test of a course is open, and how it stands at a moment. `closed` is None while it is open."""

    moment: Moment
    opens_at: datetime | None
    closes_at: datetime | None
    closed: Closed | None

    @property
    def at(self) -> datetime | None:
        """The moment of which `closed` speaks."""
        return {Closed.OPENS: self.opens_at, Closed.CLOSED: self.closes_at}.get(self.closed) if self.closed else None


def opening(course: Course, moment: Moment, at: datetime | None = None) -> Opening:
    """When a test is open, and whether it is."""
    opens, closes = (getattr(course, f"{moment.value}_{name}_at") for name in ("opens", "closes"))
    here = at or now()
    if closes is not None and closes <= here:
        return Opening(moment, opens, closes, Closed.CLOSED)
    if opens is None:
        return Opening(moment, opens, closes, Closed.NOT_YET)
    return Opening(moment, opens, closes, Closed.OPENS if here < opens else None)


@transaction.atomic
def set_opening(
    course: Course, moment: Moment, actor: Actor, *, opens_at: datetime | None, closes_at: datetime | None
) -> None:
    """Say when a test is open; without `opens_at` it is not open yet, without `closes_at` it stays open.

    Raises
    ------
    InvalidInputError
        when it would close before it opens.
    """
    if closes_at and (opens_at is None or closes_at < opens_at):
        raise InvalidInputError(f"{moment.value}_closes_at: the test would close before it opens")
    setattr(course, f"{moment.value}_opens_at", opens_at)
    setattr(course, f"{moment.value}_closes_at", closes_at)
    course.save(update_fields=[f"{moment.value}_opens_at", f"{moment.value}_closes_at"])
    times = {name: at.isoformat() if at else None for name, at in (("opens", opens_at), ("closes", closes_at))}
    record(actor, [Act("training.test_set", "course", course.pk, {"moment": moment.value, **times})])


def open_now(course: Course, moment: Moment, actor: Actor) -> None:
    """Open a test, until somebody closes it."""
    set_opening(course, moment, actor, opens_at=now(), closes_at=None)


def close_now(course: Course, moment: Moment, actor: Actor) -> None:
    """Close a test. Who is at it has `HAND_IN` to hand in."""
    at, opens = now(), opening(course, moment).opens_at
    set_opening(course, moment, actor, opens_at=min(opens, at) if opens else at, closes_at=at)


def topics_of(course: Course) -> list[Topic]:
    """What a course is tested in: the topics of its exercises; all that have a bank where it has none yet."""
    named = set(Exercise.objects.filter(course=course).values_list("scenario", flat=True))
    of_scenarios = {folder.scenario.topic for name, folder in all_scenarios().good.items() if name in named}
    with_bank = [topic for topic in Topic if (DATA / f"{topic}.toml").exists()]
    return [topic for topic in with_bank if topic in of_scenarios] or with_bank


@transaction.atomic
def take(enrolment: Enrolment, moment: Moment, actor: Actor) -> Paper:
    """The trainee's paper, drawn at first. Who has form A before the course has B after it, by the number of the enrolment.

    Raises
    ------
    ConflictError
        when it was not begun, and the test is not open.
    """
    found = Paper.objects.filter(enrolment=enrolment, moment=moment).first()
    if found is not None:
        return found
    if opening(enrolment.course, moment).closed is not None:
        raise ConflictError("this test is not open now")
    form: Form = "A" if (enrolment.pk % 2 == 0) == (moment == Moment.BEFORE) else "B"
    topics = topics_of(enrolment.course)
    seed = salted_hmac("tipline.training.paper", f"{enrolment.pk}:{moment}", algorithm="sha256").hexdigest()
    drawn = draw(topics, form, seed)
    made, new = Paper.objects.get_or_create(
        enrolment=enrolment,
        moment=moment,
        defaults={"form": form, "items": [[one.key, list(one.order)] for one in drawn], "bank": versions(topics)},
    )
    if new:
        record(actor, [Act("training.test_begun", "enrolment", enrolment.pk, {"moment": moment.value, "form": form})])
    return made


@transaction.atomic
def hand_in(paper: Paper, given: Mapping[str, str], actor: Actor) -> int:
    """Score a paper: how many are right. What was sent for other items, or is no option, is no answer.

    Items that the banks have no more were not shown: they leave the paper, and count neither as wrong nor in any statistics.

    Raises
    ------
    ConflictError
        when it was handed in before: what counts is the first time; or the test was closed.
    """
    locked = Paper.objects.select_for_update(of=("self",)).select_related("enrolment__course").get(pk=paper.pk)
    if locked.handed_in_at is not None:
        raise ConflictError("This test was handed in already; the first time counts")
    stands = opening(locked.enrolment.course, Moment(locked.moment), now() - HAND_IN)
    if stands.closed is Closed.CLOSED:
        raise ConflictError("This test was closed: nothing is taken any more")
    shown = [(key, order) for key, order in locked.items if _words(key, "en") is not None]
    answers: dict[str, int] = {
        key: order[place] for key, order in shown if (place := _place(given.get(key, ""), order)) is not None
    }
    right = sum(option == 0 for option in answers.values())
    Paper.objects.filter(pk=paper.pk).update(items=shown, answers=answers, right=right, handed_in_at=now())
    detail = {"moment": paper.moment, "right": right, "of": len(shown)}
    record(actor, [Act("training.test_handed_in", "enrolment", paper.enrolment_id, detail)])
    return right


def _place(text: str, order: Sequence[int]) -> int | None:
    """The number of an option on this paper, as a form sent it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 and int(text) < len(order) else None


def _words(key: str, language: str) -> ItemWords | None:
    """What an item says; None where the banks have it no more."""
    try:
        return item(key).words(language)
    except (KeyError, ValueError):
        return None


def questions(paper: Paper, language: str, given: Mapping[str, str]) -> list[Question]:
    """What stands on a paper, with what is ticked in `given`; items that the banks have no more are left out.

    Which option is right is not among it: options are numbered as they stand on this paper, and not as the bank has them.
    """
    return [
        Question(
            key, words.question, tuple(enumerate(words.options[place] for place in order)),
            _place(given.get(key, ""), order),
        )
        for key, order in paper.items
        if (words := _words(key, language)) is not None
    ]  # fmt: skip


def answered(paper: Paper) -> Answered:
    """A paper that was handed in, for statistics."""
    answers = paper.answers or {}
    return Answered({key: answers.get(key) for key, _ in paper.items})
