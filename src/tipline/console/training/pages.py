"""What the pages of exercises share: the language, and the frame that every page of an attempt stands in."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tipline.core.clock import now
from tipline.intake.public_form.texts import preferred
from tipline.training.attempts.queries import Work
from tipline.training.attempts.words import LANGUAGES, Words, texts_of
from tipline.training.scenarios.worlds import Document, fill

CHOSEN = "training_language"  # where a session keeps the language


def words_of(request: HttpRequest) -> Words:
    """The words of the language that the person chose (`language`, kept for the session), or that their browser asks for."""
    chosen = request.POST.get("language", "") or request.GET.get("language", "")
    if chosen in LANGUAGES and request.session.get(CHOSEN) != chosen:
        request.session[CHOSEN] = chosen
    kept = str(request.session.get(CHOSEN, ""))
    return LANGUAGES[kept if kept in LANGUAGES else preferred(request.headers.get("Accept-Language", ""), LANGUAGES)]


def show(request: HttpRequest, template: str, context: dict[str, Any], words: Words, status: int = 200) -> HttpResponse:
    """A page in a language, with the way to the others."""
    query = request.GET.copy()
    query.pop("language", None)
    frame = {"words": words, "languages": [one.language for one in LANGUAGES.values()], "query": query.urlencode()}
    return render(request, f"console/training/{template}.html", {**frame, **context}, status=status)


def spoken(request: HttpRequest, part: str) -> dict[str, Any]:
    """Context of a page that has its words as `words.NAME`: those that begin with `part_`, and the languages to choose from."""
    said, begins = words_of(request), f"{part}_"
    return {
        "language": said.language.code,
        "languages": [(one.language.code, one.language.name) for one in LANGUAGES.values()],
        "words": {name.removeprefix(begins): text for name, text in said.words.items() if name.startswith(begins)},
    }


def frame_of(done: Work, words: Words) -> dict[str, Any]:
    """What every page of an attempt shows: what it is, and how much time is left."""
    left = (done.attempt.due_at - now()).total_seconds()
    return {
        "work": done,
        "attempt": done.attempt,
        "title": fill(texts_of(done.folder, words.language.code).title, done.world.facts),
        "minutes_left": max(0, ceil(left / 60)),
        "level_word": words.say(f"level_{done.level}"),
    }


def title_of(done: Work, document: Document, words: Words) -> str:
    """What a paper is called."""
    titles = texts_of(done.folder, words.language.code).documents
    return fill(titles.get(document.id, document.id), done.world.facts)
