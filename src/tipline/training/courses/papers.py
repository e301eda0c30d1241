"""Tests before and after a course, as trainees take them: drawn once, handed in once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.crypto import salted_hmac

from tipline.core.clock import now
from tipline.core.errors import ConflictError
from tipline.training.courses.models import Course, Enrolment, Exercise, Moment, Paper
from tipline.training.knowledge.banks import DATA, Form, draw, item, versions
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


def topics_of(course: Course) -> list[Topic]:
    """What a course is tested in: the topics of its exercises; all that have a bank where it has none yet."""
    named = set(Exercise.objects.filter(course=course).values_list("scenario", flat=True))
    of_scenarios = {folder.scenario.topic for name, folder in all_scenarios().good.items() if name in named}
    with_bank = [topic for topic in Topic if (DATA / f"{topic}.toml").exists()]
    return [topic for topic in with_bank if topic in of_scenarios] or with_bank


@transaction.atomic
def take(enrolment: Enrolment, moment: Moment, actor: Actor) -> Paper:
    """The trainee's paper, drawn at first. Who has form A before the course has B after it, by the number of the enrolment."""
    found = Paper.objects.filter(enrolment=enrolment, moment=moment).first()
    if found is not None:
        return found
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

    Raises
    ------
    ConflictError
        when it was handed in before: what counts is the first time.
    """
    locked = Paper.objects.select_for_update().get(pk=paper.pk)
    if locked.handed_in_at is not None:
        raise ConflictError("This test was handed in already; the first time counts")
    answers: dict[str, int] = {
        key: order[int(text)]
        for key, order in locked.items
        if (text := given.get(key, "")).isascii() and text.isdigit() and len(text) == 1 and int(text) < len(order)
    }
    right = sum(option == 0 for option in answers.values())
    Paper.objects.filter(pk=paper.pk).update(answers=answers, right=right, handed_in_at=now())
    detail = {"moment": paper.moment, "right": right, "of": len(locked.items)}
    record(actor, [Act("training.test_handed_in", "enrolment", paper.enrolment_id, detail)])
    return right


def questions(paper: Paper, language: str) -> list[Question]:
    """What stands on a paper; items that the banks have no more are left out.

    Which option is right is not among it: options are numbered as they stand on this paper, and not as the bank has them.
    """
    found = []
    for key, order in paper.items:
        try:
            words = item(key).words(language)
        except (KeyError, ValueError):
            continue
        chosen = (paper.answers or {}).get(key)
        options = tuple(enumerate(words.options[place] for place in order))
        found.append(Question(key, words.question, options, None if chosen is None else order.index(chosen)))
    return found


def answered(paper: Paper) -> Answered:
    """A paper that was handed in, for statistics."""
    answers = paper.answers or {}
    return Answered({key: answers.get(key) for key, _ in paper.items})
