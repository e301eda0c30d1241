"""A trainee's own desk: made when they first open it, worked at in Tipline's own screens, and the way back to the exercise.

The account at the desk has no password. The session of the trainee becomes one of that account, and back again: who they are stays in the
session (`_TRAINEE`), which only the server writes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.courses.guards import who_trains
from tipline.console.downloads import attached
from tipline.console.training.pages import CHOSEN, spoken
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, TransientError
from tipline.training.attempts.queries import Work, own_attempts, work_of
from tipline.training.desk import services
from tipline.training.desk.bundle import reply_file
from tipline.training.desk.models import Desk
from tipline.training.desk.queries import attempt_at, desk_of
from tipline.training.scenarios.format import Kind
from tipline.trust.accounts import sessions
from tipline.trust.accounts.models import User
from tipline.trust.visibility import OPERATOR, Scope, acting

_TRAINEE = "training_trainee"


def _at_own_desk(view: Callable[[HttpRequest, User, Work], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the person's own attempt at a scenario that has tasks for a desk, or an instructor's try; 404 for any other."""

    @who_trains
    @wraps(view)
    def checked(request: HttpRequest, person: User, scope: Scope, /, attempt_id: int) -> HttpResponse:
        attempt = own_attempts(scope).filter(pk=attempt_id).first()
        if attempt is None:
            raise NotFoundError("there is no such desk")
        try:
            work = work_of(attempt)
        except ConflictError as error:  # the scenario was changed under the attempt: its world is no more
            messages.error(request, str(error))
            return redirect("console:home")
        if not any(task.kind is Kind.DESK for task in work.tasks):
            raise NotFoundError("there is no such desk")
        return view(request, person, work)

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@_at_own_desk
def desk(request: HttpRequest, person: User, work: Work) -> HttpResponse:
    """What there is at the desk, and the ways onto it."""
    context, own = spoken(request, "course"), spoken(request, "own_desk")["words"]
    if request.method == "POST" and not work.over:
        return _act(request, person, work, own)
    page = {"attempt": work.attempt, "desk": desk_of(work.attempt.seed), "own": own, "over": work.over}
    return render(request, "console/own_desk.html", context | page)


def _act(request: HttpRequest, person: User, work: Work, words: dict[str, str]) -> HttpResponse:
    act, attempt = request.POST.get("act", ""), work.attempt
    try:
        if act == "enter":
            wanted = services.Wanted(person, attempt.scenario, attempt.level, attempt.seed, work.world)
            return _enter(request, person, services.open_desks([wanted])[0])
        if act == "second":
            messages.info(request, f"{words['decided']}: {services.second_officer(attempt.seed)}")
        elif act == "anew" and request.POST.get("sure"):
            services.reset(attempt.seed)
    except (ConflictError, InvalidInputError, TransientError) as error:
        messages.error(request, str(error))
    return redirect("own-desk:desk", attempt_id=attempt.pk)


def _enter(request: HttpRequest, person: User, made: Desk) -> HttpResponse:
    """The session becomes one of the account at the desk."""
    language = request.session.get(CHOSEN)
    with acting(OPERATOR), transaction.atomic():
        sessions.start(request, made.account, [sessions.proof("training_range")], second_factor=True)
    request.session[_TRAINEE], request.session[CHOSEN] = person.pk, language
    return redirect("console:desk")


@require_POST
@signed_in
def back(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """From the desk to the exercise: the session becomes the trainee's again."""
    language = request.session.get(CHOSEN)
    who = User.objects.filter(pk=request.session.get(_TRAINEE, 0), is_active=True).first()
    attempt = attempt_at(person.pk)
    if not settings.RANGE or who is None or attempt is None:
        raise NotFoundError("this is no desk of a trainee")
    with acting(OPERATOR), transaction.atomic():
        sessions.start(request, who, [sessions.proof("training_range")], second_factor=False)
    request.session[CHOSEN] = language
    return redirect("own-desk:desk", attempt_id=attempt.pk)


@require_safe
@_at_own_desk
def reply(request: HttpRequest, person: User, work: Work) -> HttpResponse:
    """The file that a network sends to the trainee's case. It is there as long as the desk is."""
    made = desk_of(work.attempt.seed)
    if made is None:
        raise NotFoundError("there is no desk yet")
    name, body = reply_file(work.world, made.made_at)
    return attached(body, "text/csv; charset=utf-8", name)
