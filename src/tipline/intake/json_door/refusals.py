"""What the door refuses, as problem documents; and that what was refused is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from tipline.core.errors import ConflictError, InvalidInputError, TransientError
from tipline.core.problems import problem, retry_after
from tipline.core.text import visible
from tipline.intake.cybertipline.errors import WireError
from tipline.intake.cybertipline.refused import Kept, keep_refused
from tipline.intake.doors.admission import ForeignNetworkError, TooManyError
from tipline.intake.doors.bodies import BrokenBodyError, TooLargeError
from tipline.intake.forms import FormError, UnreadableError
from tipline.intake.json_door.turns import (
    SandboxHasNoReportsError,
    Turn,
    UnknownProviderError,
    turn_of,
)
from tipline.reports import received

log = structlog.get_logger(__name__)

LONGEST_DETAIL = 2_000


class UnknownFormError(InvalidInputError):
    """The Content-Type, or `form`, is of no form that is taken."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that was refused, as it came, and why."""

    body: bytes
    error: FormError


def status_of(error: Exception) -> int:
    """The HTTP status of an error of one report."""
    return next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 422)


def told(error: Exception, most: int = 20) -> dict[str, Any]:
    """An error of one report in words: `detail`, and `errors` with the places at fault."""
    faults = error.faults[:most] if isinstance(error, FormError) else ()
    listed = [{"path": fault.path, "rule": fault.rule} for fault in faults]
    return {"detail": visible(str(error), LONGEST_DETAIL), **({"errors": listed} if listed else {})}


def code_of(error: Exception) -> int:
    """The code that stands for it on the provider's page: the provider door's where it is a document."""
    return error.code if isinstance(error, FormError) else status_of(error)


def keep(turn: Turn, refused: Sequence[Refused]) -> None:
    """Keep refused documents where an administrator sees them. That they cannot be kept must not hide the refusal."""
    if not refused:
        return
    try:
        keep_refused(turn.provider, map(_kept, refused), call="json", request_id=turn.request_id, sandbox=turn.sandbox)
    except DatabaseError:
        log.exception("json door: refused documents could not be kept", request_id=turn.request_id)


def _kept(one: Refused) -> Kept:
    body = one.body if one.error.may_be_kept else b""
    return Kept(body, code_of(one.error), str(one.error), hashlib.sha256(one.body).hexdigest())


_STATUSES: dict[type[Exception], int] = {
    UnreadableError: 400,
    BrokenBodyError: 400,
    TooLargeError: 413,
    UnknownFormError: 415,
    TooManyError: 429,
    SandboxHasNoReportsError: 403,
    ForeignNetworkError: 403,
    received.ReportNotFoundError: 404,
    received.ReportExpiredError: 404,
    received.FileNotFoundInReportError: 404,
    ConflictError: 409,
    InvalidInputError: 422,
    TransientError: 503,
    DatabaseError: 503,
}


def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, FormError):
        turn = turn_of(request)
        turn.faults, turn.code = error.faults, code_of(error)
    return problem(status_of(error), **told(error))


def _unknown(request: HttpRequest, error: UnknownProviderError) -> HttpResponse:
    return problem(401, str(error), {"WWW-Authenticate": 'Basic realm="Tipline", charset="UTF-8"'})


def _too_many(request: HttpRequest, error: TooManyError) -> HttpResponse:
    return problem(429, str(error), retry_after(error.seconds))


def _transient(request: HttpRequest, error: TransientError) -> HttpResponse:
    return problem(503, f"{error}; try again.", retry_after(10))


def _wire(request: HttpRequest, error: WireError) -> HttpResponse:
    """Of what both doors read in the same way: the form of an upload."""
    return problem(error.status, str(error))


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    UnknownProviderError: _unknown,
    TooManyError: _too_many,
    TransientError: _transient,
    WireError: _wire,
    **dict.fromkeys((FormError, BrokenBodyError, TooLargeError, UnknownFormError, SandboxHasNoReportsError, ForeignNetworkError, received.ReportNotFoundError, received.ReportExpiredError, received.FileNotFoundInReportError, ConflictError), _refused),
}  # fmt: skip
