"""For instructors: what scenarios there are, what they lack, and reviewing and releasing a version."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.authorise import signed_in
from tipline.console.training.pages import words_of
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.training.attempts import reviews, tries
from tipline.training.attempts.models import Review
from tipline.training.attempts.words import LANGUAGES
from tipline.training.scenarios.linting import lint
from tipline.training.scenarios.loading import Folder
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import Scope

_ACTS: Mapping[str, Callable[[User, str, str], Review]] = {
    "review": reviews.review,
    "release": reviews.release,
    "withdraw": reviews.withdraw,
}


def _teacher(person: User) -> None:
    if Role(person.role) is not Role.TRAINER:
        raise NotPermittedError("scenarios are looked after by instructors")


@require_safe
@signed_in
def scenarios(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Every scenario with its state."""
    _teacher(person)
    return render(request, "console/training/scenarios.html", {"versions": reviews.versions()})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def scenario(request: HttpRequest, person: User, scope: Scope, name: str) -> HttpResponse:
    """One scenario: its levels, what the linter finds, its history, trying it, and what may be done with this version."""
    _teacher(person)
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("act", ""))
        try:
            if request.POST.get("act") == "try":
                return _try(request, person, name)
            if act is None:
                raise InvalidInputError("choose what to do")
            act(person, name, request.POST.get("note", ""))
        except (ConflictError, InvalidInputError, NotPermittedError) as error:
            messages.error(request, str(error))
        return redirect("training:scenario", name)
    found = reviews.version_of(name)
    folder = found.found if isinstance(found.found, Folder) else None
    levels = (
        [
            (level, folder.scenario.minutes[level], len(folder.tasks(level)), folder.points(level))
            for level in folder.levels
        ]
        if folder
        else []
    )
    context = {
        "version": found,
        "folder": folder,
        "levels": levels,
        "findings": lint(found.found),
        "own": found.reviewed_by == person,
        "changed": reviews.changed_blocks(name, found.released) if found.released and not found.broken else (),
        "languages": [one.language for one in LANGUAGES.values()],
        "most_seed": tries.MOST_SEED,
    }
    return render(request, "console/training/scenario.html", context)


def _try(request: HttpRequest, person: User, name: str) -> HttpResponse:
    """Begin a try, in the language that was chosen for it."""
    begun = tries.try_out(person, name, request.POST.get("level", ""), request.POST.get("seed", ""))
    words_of(request)  # keeps the language for the session
    return redirect("training:attempt", begun.pk)
