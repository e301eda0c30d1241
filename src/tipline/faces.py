"""The faces of Tipline: the provider door, what anybody may reach, and the console; on one address or on three.

Each has its own way in. The console has sessions, cookies and tokens against forged forms (`settings.MIDDLEWARE`). The door and
the other addresses for machines pass all of that by: no cookie is read there, and none is set.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import structlog
from django.core.exceptions import BadRequest, DisallowedHost
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

from tipline.core.config import Face, config
from tipline.core.text import visible

log = structlog.get_logger(__name__)

# Asked by the machine itself, by whatever name it knows; they tell nothing that depends on it. Metrics ask who asks.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
# For machines, which bring what they need with each call, and for strangers, who are given no cookie. Public keys are below
# /.well-known/.
BARE = ("/ispws/", "/ispws-test/", "/provider/", "/report/", "/csp-report/", "/api/", "/.well-known/", "/federation/")

_Answer = Callable[[HttpRequest], HttpResponse]


class _BareHandler(BaseHandler):
    """Django without middleware: finds the view and runs it."""

    def __init__(self) -> None:
        self._view_middleware: list[object] = []
        self._template_response_middleware: list[object] = []
        self._exception_middleware: list[object] = []
        # the stubs do not know the method that BaseHandler is made of
        self.answer = cast(_Answer, convert_exception_to_response(self._get_response))  # type: ignore[attr-defined]


class FaceMiddleware:
    """Sends a request down the console's middleware, or past it; refuses names that are not ours."""

    def __init__(self, get_response: _Answer) -> None:
        self._console = get_response if Face.CONSOLE in config().faces else None
        self._bare = _BareHandler()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path in PROBES:
            return self._bare.answer(request)
        try:
            request.get_host()
        except DisallowedHost as error:
            log.warning("asked for by a name that is not in TIPLINE_ALLOWED_HOSTS", host=_asked_name(request))
            return get_resolver().resolve_error_handler(400)(request, exception=error)  # type: ignore[call-arg]
        if self._console is None or path.startswith(BARE):
            return self._bare.answer(request)
        return self._console(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Refuse what PostgreSQL cannot hold before a view of the console takes it for text."""
        if any("\0" in value for form in (request.GET, request.POST) for _, values in form.lists() for value in values):
            raise BadRequest("a NUL in a field")


def _asked_name(request: HttpRequest) -> str:
    return visible(request.META.get("HTTP_HOST", ""), 100)
