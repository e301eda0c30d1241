"""The first line of every view: who asks, and what they may see."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.trust.accounts.models import Role, User
from tipline.trust.accounts.sessions import PROOFS, Step, missing_step
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, acting, scope_of

P = ParamSpec("P")

__all__ = ["FRESH_SECONDS", "PROOFS", "fresh", "is_fresh", "signed_in", "signed_in_or_setting_up"]

FRESH_SECONDS = 5 * 60
# What is to be done before anything else is open, and the page for it.
STEPS = {Step.PASSWORD: "console:password", Step.SECOND_FACTOR: "console:authenticator"}


def signed_in(
    view: Callable[Concatenate[HttpRequest, User, Scope, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view the person and what they may see; strangers go to the sign-in form, and whoever has yet to set up a second
    factor (or to change a password that somebody else made) to the page for that, and to no other.

    The view runs in one transaction, which PostgreSQL's row-level security holds to the same scope; what the rooms refuse
    becomes a page, and not found and not visible are both 404. Refusals are entries of the log.
    """

    return _guarded(view, open_to=frozenset())


def signed_in_or_setting_up(
    *steps: Step,
) -> Callable[
    [Callable[Concatenate[HttpRequest, User, Scope, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """As `signed_in`, for the few pages that are open to somebody who has one of these steps before them."""
    return lambda view: _guarded(view, open_to=frozenset(steps))


def _guarded(
    view: Callable[Concatenate[HttpRequest, User, Scope, P], HttpResponse], open_to: frozenset[Step]
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = request.user
        if not isinstance(person, User) or not person.is_active:
            return redirect_to_login(request.get_full_path())
        step = missing_step(person, request.session)
        if step is not None and step not in open_to:
            return redirect(STEPS[step])
        try:
            _refuse_trainee(request, person)
            with acting(scope_of(person)) as scope:
                return view(request, person, scope, *args, **kwargs)
        except NotFoundError as error:
            _note_refusal(request, person)
            raise Http404(str(error)) from error
        except NotPermittedError as error:
            _note_refusal(request, person)
            raise PermissionDenied(str(error)) from error

    return checked


def _refuse_trainee(request: HttpRequest, person: User) -> None:
    """A trainee of a training range reaches their own pages there, and no page of the console."""
    match = request.resolver_match
    console = (
        match is not None and match.namespace == "console" and match.url_name != "home"
    )  # which leads on to their own
    if settings.RANGE and console and Role(person.role) is Role.TRAINEE:
        raise NotFoundError("there is nothing here for a trainee")


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved within the last minutes that they sit there."""
    proofs = request.session.get(PROOFS) or [{}]
    return 0 <= time.time() - float(proofs[-1].get("at", 0)) <= FRESH_SECONDS


def fresh(
    view: Callable[Concatenate[HttpRequest, User, Scope, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, User, Scope, P], HttpResponse]:
    """Below `signed_in`: whoever has not proved who they are for a while does so first, and then comes back to the page.

    A form that is sent too late leads back to the page that it stands on, so give that page the same decorator.
    """

    @wraps(view)
    def checked(request: HttpRequest, person: User, scope: Scope, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_fresh(request):
            return view(request, person, scope, *args, **kwargs)
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else _page_of_form(request)
        return redirect(f"{reverse('console:confirm')}?{urlencode({'next': back})}")

    return checked


def _page_of_form(request: HttpRequest) -> str:
    referrer = urlsplit(request.META.get("HTTP_REFERER", ""))
    return referrer.path if referrer.netloc == request.get_host() else reverse("console:home")


def _note_refusal(request: HttpRequest, person: User) -> None:
    """Log that somebody asked for what is not theirs, or not there: one is a slip, a hundred are a search."""
    match = request.resolver_match
    if match is not None:
        asked = {name: str(value)[:40] for name, value in match.kwargs.items()}
        record(person.actor, [Act("access.refused", "screen", match.view_name[:80], asked)])
