"""A trainee at work: their exercises, the story with its tasks, answering, handing in, and what was right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.training.pages import frame_of, show, title_of, words_of
from tipline.core.errors import ConflictError
from tipline.training.attempts import desks, services
from tipline.training.attempts.models import Answer, HintTaken
from tipline.training.attempts.queries import Work, is_over, mine, work
from tipline.training.attempts.words import Words, reasons_of, texts_of, why
from tipline.training.scenarios.building import expected, options
from tipline.training.scenarios.format import Hint, Kind, Task, TaskTexts
from tipline.training.scenarios.linting import lint
from tipline.training.scenarios.reading import row_ids
from tipline.training.scenarios.worlds import Dice, fill
from tipline.training.scenarios.worlds import words_of as words_of_fact
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

_CITED = re.compile(r"\[([a-z][a-z0-9_]{0,39})\]")


@require_safe
@signed_in
def exercises(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Every exercise of the person's courses, and how far they are."""
    words = words_of(request)
    listed = [
        {
            "one": one,
            "title": texts_of(one.folder, words.language.code).title if one.folder else one.exercise.scenario,
            "summary": texts_of(one.folder, words.language.code).summary if one.folder else "",
            "topic": words.say(f"topic_{one.folder.scenario.topic}") if one.folder else "",
            "level": words.say(f"level_{one.exercise.level}"),
            "over": one.attempt is not None and is_over(one.attempt),
        }
        for one in mine(scope)
    ]
    return show(request, "exercises", {"exercises": listed}, words)


@require_POST
@signed_in
def begin(request: HttpRequest, person: User, scope: Scope, exercise_id: int) -> HttpResponse:
    """Begin an exercise, or go on with it."""
    try:
        return redirect("training:attempt", services.start(person, exercise_id).pk)
    except ConflictError as error:
        messages.error(request, str(error))
        return redirect("training:exercises")


@dataclass(frozen=True, slots=True)
class _Try:
    """An answer with what it is called on the page: right, partly, wrong; and what a check of the desk said."""

    answer: Answer
    result: str
    because: str


@dataclass(frozen=True, slots=True)
class _TaskShown:
    """A task as its form shows it."""

    task: Task
    turn: int
    question: str
    options: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str, bool], ...]
    given: tuple[str, ...]
    tries: tuple[_Try, ...]
    hints: tuple[tuple[Hint, HintTaken | None, str], ...]
    closed: bool
    after: int
    key: str
    right: tuple[str, ...] = ()
    why: tuple[str, ...] = ()

    @property
    def tries_left(self) -> int:
        return self.task.tries - len(self.tries)

    @property
    def percent(self) -> int:
        return round(100 * self.task.try_costs)

    @property
    def hint_word(self) -> str:
        """The sentence that says how such an answer is written; empty where none is needed."""
        return {Kind.TIME: "hint_time", Kind.NUMBER: "hint_number"}.get(self.task.kind, "")


@require_safe
@signed_in
def attempt(request: HttpRequest, person: User, scope: Scope, attempt_id: int) -> HttpResponse:
    """The story, the papers, and the tasks with their forms."""
    done, words = work(scope, attempt_id), words_of(request)
    texts = texts_of(done.folder, words.language.code)
    facts = done.world.facts
    papers = [
        {
            "document": document, "title": title_of(done, document, words),
            "what": words.say(f"paper_{document.paper}", n=len(document.rows)),
        }
        for document in done.world.documents.values()
    ]  # fmt: skip
    context = frame_of(done, words) | {
        "story": _paragraphs(fill(texts.story[done.level], facts)),
        "papers": papers,
        "tasks": _tasks(done, words),
        "desk": desks.address_of(done.attempt.pk),
        "foreign": words.language.code not in done.folder.texts,
        "findings": len(lint(done.folder)) if done.attempt.is_try else 0,
    }
    return show(request, "attempt", context, words)


def _tasks(done: Work, words: Words) -> list[_TaskShown]:
    texts = texts_of(done.folder, words.language.code)
    turns = {task.id: turn for turn, task in enumerate(done.tasks, start=1)}
    rows = row_ids(done.world.documents.values())
    shown: list[_TaskShown] = []
    for task in done.tasks:
        said = texts.tasks.get(task.id) or TaskTexts(question=task.id.ljust(5), explains=task.id.ljust(5))
        tries = done.answers.get(task.id, ())
        taken = {hint.hint: hint for hint in done.hints.get(task.id, ())}
        given = tuple(tries[-1].given) if tries else ()
        kept = tuple(
            (
                row,
                title_of(done, rows[row][0], words),
                " · ".join(cell for cell in rows[row][1].cells if cell),
                not given or row in given,
            )
            for row in rows
            if row in done.kept
        )
        shown.append(
            _TaskShown(
                task, turns[task.id], fill(said.question, done.world.facts) if done.shown(task) else "",
                _offered(done, task, said), kept if task.kind is Kind.ROWS else (), given,
                tuple(
                    _Try(
                        one, "right" if one.share >= 1 else "partly" if one.share else "wrong",
                        " ".join(reasons_of(one, words)),
                    )
                    for one in tries
                ),
                tuple(
                    (hint, taken.get(hint.id), fill(said.hints.get(hint.id, ""), done.world.facts) if hint.id in taken else "")
                    for hint in task.hints
                ),
                done.closed(task.id), turns.get(task.after or "", 0) if not done.shown(task) else 0, uuid4().hex,
                tuple(_key(done, task, said, words)) if done.attempt.is_try else (),
                tuple(why(task, tries[-1], words)) if done.attempt.is_try and tries else (),
            )
        )  # fmt: skip
    return shown


def _key(done: Work, task: Task, said: TaskTexts, words: Words) -> list[str]:
    """The answer key, for who tries a scenario: what is right in this world, or the check that looks."""
    if task.kind is Kind.DESK:
        return [words.say("try_desk", name=task.answer)]
    return _right(done, task, said, words)


def _offered(done: Work, task: Task, said: TaskTexts) -> tuple[tuple[str, str], ...]:
    """Options with their words, in an order of the trainee's own."""
    if not task.options or not done.shown(task):
        return ()
    ids = Dice(done.attempt.seed).fork(f"options/{task.id}").shuffled(options(task, done.world))
    return tuple((one, fill(said.options.get(one, one), done.world.facts)) for one in ids)


@require_POST
@signed_in
def answer(request: HttpRequest, person: User, scope: Scope, attempt_id: int, task_id: str) -> HttpResponse:
    """Take an answer, and lead back to its task."""
    words = words_of(request)
    answered = services.answer(person, attempt_id, task_id, _given(request), request.POST.get("key", ""))
    if answered.refusal is not None:
        messages.error(request, words.say(f"refused_{answered.refusal}"))
    elif answered.replayed:
        messages.info(request, words.say("replayed"))
    return _back(attempt_id, task_id)


def _given(request: HttpRequest) -> list[str]:
    """The values of a form: fields, the lines of a text, or options with the place that each was given."""
    if "lines" in request.POST:
        return [line for line in request.POST["lines"].splitlines() if line.strip()]
    if "place" in request.POST:
        numbered = zip(request.POST.getlist("place"), request.POST.getlist("option"), strict=False)
        placed = [
            (int(place), option) for place, option in numbered if place.strip().isascii() and place.strip().isdigit()
        ]
        return [option for _, option in sorted(placed, key=lambda one: one[0])]
    return request.POST.getlist("value")


def _back(attempt_id: int, task_id: str) -> HttpResponse:
    return redirect(f"{reverse('training:attempt', args=[attempt_id])}#{task_id}")


@require_POST
@signed_in
def hint(request: HttpRequest, person: User, scope: Scope, attempt_id: int, task_id: str) -> HttpResponse:
    """Show a hint for what it costs."""
    hinted = services.take_hint(person, attempt_id, task_id, request.POST.get("hint", ""))
    if hinted.refusal is not None:
        messages.error(request, words_of(request).say(f"refused_{hinted.refusal}"))
    return _back(attempt_id, task_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def finish(request: HttpRequest, person: User, scope: Scope, attempt_id: int) -> HttpResponse:
    """Ask once whether everything is to be handed in, and do it."""
    if request.method == "POST":
        services.finish(person, attempt_id)
        return redirect("training:debrief", attempt_id)
    done, words = work(scope, attempt_id), words_of(request)
    if done.over:
        return redirect("training:debrief", attempt_id)
    unanswered = sum(not done.answers.get(task.id) for task in done.tasks)
    return show(request, "finish", frame_of(done, words) | {"unanswered": unanswered}, words)


@require_safe
@signed_in
def debrief(request: HttpRequest, person: User, scope: Scope, attempt_id: int) -> HttpResponse:
    """What was right and why, point by point: for the trainee after the end, and for who teaches the course."""
    done, words = work(scope, attempt_id, taught=True), words_of(request)
    if not done.over:
        return redirect("training:attempt", attempt_id)
    texts = texts_of(done.folder, words.language.code)
    sources = {source.id: turn for turn, source in enumerate(done.folder.scenario.sources, start=1)}
    told = [
        {
            "task": task, "turn": turn, "points": done.points(task.id), "hints": done.hints.get(task.id, ()),
            "question": fill(texts.tasks[task.id].question, done.world.facts) if task.id in texts.tasks else task.id,
            "explains": _cited(fill(texts.tasks[task.id].explains, done.world.facts), sources) if task.id in texts.tasks else [],
            "right": _right(done, task, texts.tasks.get(task.id), words),
            "tries": [(one, _in_words(done, task, one.given, texts.tasks.get(task.id), words), why(task, one, words)) for one in done.answers.get(task.id, ())],
        }
        for turn, task in enumerate(done.tasks, start=1)
    ]  # fmt: skip
    skills = [
        (
            texts.skills.get(skill, skill),
            sum(done.points(task.id) for task in done.tasks if task.skill == skill),
            sum(task.points for task in done.tasks if task.skill == skill),
        )
        for skill in done.folder.scenario.skills
        if any(task.skill == skill for task in done.tasks)
    ]
    context = frame_of(done, words) | {
        "told": told,
        "skills": skills,
        "debrief": [_cited(one, sources) for one in _paragraphs(fill(texts.debrief, done.world.facts))],
        "sources": done.folder.scenario.sources,
        "of": done.attempt.team or (done.attempt.enrolment.trainee.user.name if done.attempt.enrolment else ""),
        "own": done.attempt.team
        or done.attempt.is_try
        or (done.attempt.enrolment and done.attempt.enrolment.trainee.user_id == person.pk),
    }
    return show(request, "debrief", context, words)


def _paragraphs(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"\n\s*\n", text) if one.strip()]


def _cited(text: str, sources: dict[str, int]) -> list[tuple[str, int]]:
    """The text in pieces, each with the number of the source that is cited after it; 0 for none."""
    pieces: list[tuple[str, int]] = []
    at = 0
    for found in _CITED.finditer(text):
        if found[1] in sources:
            pieces.append((text[at : found.start()].rstrip(), sources[found[1]]))
            at = found.end()
    return [*pieces, (text[at:], 0)]


def _right(done: Work, task: Task, said: TaskTexts | None, words: Words) -> list[str]:
    if task.kind is Kind.DESK:
        return []
    fact = expected(task, done.world)
    return _in_words(done, task, fact if isinstance(fact, tuple) else (words_of_fact(fact),), said, words)


def _in_words(done: Work, task: Task, values: Iterable[str], said: TaskTexts | None, words: Words) -> list[str]:
    """Values as they are read: rows by their cells, options by their words."""
    if task.kind is Kind.ROWS:
        rows = row_ids(done.world.documents.values())
        return [
            f"{title_of(done, rows[one][0], words)}: {' · '.join(cell for cell in rows[one][1].cells if cell)}"
            for one in values
            if one in rows
        ]
    return [fill(said.options.get(one, one), done.world.facts) if said and task.options else one for one in values]
