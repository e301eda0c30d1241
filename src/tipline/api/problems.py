"""Errors as problem documents (RFC 9457), in the words of the house. A stranger learns no more than from a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tipline.api.asking import ScopeMissingError, TooManyCallsError, note_not_found
from tipline.api.unchanged import ChangedError
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.problems import problem, retry_after
from tipline.core.text import visible
from tipline.exchange.package.format import PackageError
from tipline.trust.accounts.tokens import TokenRefusedError, TooManyAttemptsError

log = structlog.get_logger(__name__)

_NOT_HERE = "It does not exist, or it is not your agency's."


def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """404, also for what exists and may not be seen."""
    return problem(404, _NOT_HERE)


def _unauthorised(request: HttpRequest, error: Exception) -> HttpResponse:
    code = ', error="invalid_token"' if isinstance(error, TokenRefusedError) else ""
    detail = str(error) if code else "Send a token of yours: Authorization: Bearer tipline_…"
    # a calendar program asks its user for a name and a password only when it is told to
    basic = 'Basic realm="Tipline", ' if request.path.endswith(".ics") else ""
    return problem(401, detail, {"WWW-Authenticate": f'{basic}Bearer realm="Tipline"{code}'})


def _forbidden(request: HttpRequest, error: ScopeMissingError) -> HttpResponse:
    challenge = f'Bearer realm="Tipline", error="insufficient_scope", scope="{error.needs.value}"'
    return problem(403, str(error), {"WWW-Authenticate": challenge})


def _too_many(request: HttpRequest, error: TooManyCallsError | TooManyAttemptsError) -> HttpResponse:
    return problem(429, str(error), retry_after(error.seconds))


def _absent(request: HttpRequest, error: Exception) -> HttpResponse:
    note_not_found(request)
    return problem(404, _NOT_HERE)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [
        {
            "field": visible(".".join(str(part) for part in fault["loc"][1:]), 80),
            "fault": visible(str(fault["msg"]), 200),
        }
        for fault in error.errors[:20]
    ]
    return problem(422, "; ".join(f"{fault['field']}: {fault['fault']}" for fault in faults), errors=faults)


def _refused(request: HttpRequest, error: InvalidInputError) -> HttpResponse:
    return problem(422, visible(str(error), 500))


def _package_refused(request: HttpRequest, error: PackageError) -> HttpResponse:
    return problem(422, visible(str(error), 500), code=error.code)


def _broke_off(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(400, "The body broke off before its end.")


def _not_permitted(request: HttpRequest, error: NotPermittedError) -> HttpResponse:
    note_not_found(request)
    return problem(403, visible(str(error), 500))


def _in_conflict(request: HttpRequest, error: ConflictError) -> HttpResponse:
    return problem(409, visible(str(error), 500))


def _changed(request: HttpRequest, error: ChangedError) -> HttpResponse:
    return problem(412, str(error))


def _unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "The body is not JSON.")


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(413, f"A body has at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes.")


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("api: database", error=type(error).__name__, path=request.path)
    return problem(503, "The database cannot be reached. Try again in a minute.", retry_after(10))


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("api: fault", error=type(error).__name__, path=request.path)
    return problem(500, "It has been logged. Try again in a minute.")


_HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    AuthenticationError: _unauthorised,
    TokenRefusedError: _unauthorised,
    ScopeMissingError: _forbidden,
    TooManyCallsError: _too_many,
    TooManyAttemptsError: _too_many,
    NotFoundError: _absent,
    Http404: _absent,
    ValidationError: _invalid,
    PackageError: _package_refused,
    UnreadablePostError: _broke_off,
    InvalidInputError: _refused,
    NotPermittedError: _not_permitted,
    ConflictError: _in_conflict,
    ChangedError: _changed,
    HttpError: _unread,
    RequestDataTooBig: _too_large,
    OperationalError: _unavailable,
    InterfaceError: _unavailable,
    Exception: _broken,
}


def answer_with_problems(api: NinjaAPI) -> None:
    """Have every exception of an endpoint answered here."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)


def whole(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view whose absences are problem documents too, as those of the endpoints are."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return not_found(request)

    return answered
