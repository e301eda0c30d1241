"""The first line of every view of courses: instructors see courses that they teach, trainees their own; everybody else nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from tipline.console.authorise import signed_in
from tipline.core.errors import NotFoundError
from tipline.training.courses.models import Course, Enrolment
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import Scope

P = ParamSpec("P")
_View = Callable[Concatenate[HttpRequest, User, Scope, P], HttpResponse]


def instructor(
    view: Callable[Concatenate[HttpRequest, User, Course, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view the instructor and the course (of the address's `code`), which they teach; 404 for anybody else."""

    @wraps(view)
    def checked(request: HttpRequest, person: User, scope: Scope, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _only(person, Role.TRAINER)
        code = str(kwargs.pop("code", ""))
        found = taught(person).filter(code=code).first()
        if found is None:
            raise NotFoundError(f"there is no course {code!r} that you teach")
        return view(request, person, found, *args, **kwargs)

    return signed_in(checked)


def any_instructor(view: _View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view the instructor; 404 for anybody else."""

    @wraps(view)
    def checked(request: HttpRequest, person: User, scope: Scope, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _only(person, Role.TRAINER)
        return view(request, person, scope, *args, **kwargs)

    return signed_in(checked)


def trainee(view: _View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view the trainee; who is not signed in goes to where trainees enter, and 404 is for everybody else."""
    return _entered(view, Role.TRAINEE)


def who_trains(view: _View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """As `trainee`, for instructors too."""
    return _entered(view, Role.TRAINEE, Role.TRAINER)


def _entered(view: _View[P], *roles: Role) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def checked(request: HttpRequest, person: User, scope: Scope, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _only(person, *roles)
        return view(request, person, scope, *args, **kwargs)

    guarded = signed_in(checked)

    @wraps(view)
    def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
            return redirect(f"{reverse('courses:enter')}?{query}")
        return guarded(request, *args, **kwargs)

    return entered


def _only(person: User, *roles: Role) -> None:
    if Role(person.role) not in roles:
        raise NotFoundError("there is nothing here for this role")


def taught(person: User) -> QuerySet[Course]:
    """Courses that an instructor teaches, the newest first."""
    return Course.objects.filter(instructors__user=person).order_by("-pk")


def own_enrolments(person: User) -> QuerySet[Enrolment]:
    """Where a trainee is enrolled, the newest first."""
    return (
        Enrolment.objects.filter(trainee__user=person, withdrawn_at=None)
        .select_related("course", "trainee__user")
        .order_by("-pk")
    )
