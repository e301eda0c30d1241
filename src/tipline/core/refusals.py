"""Error answers of faces without pages: a line of text that tells a stranger nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def _line(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _line(400, "That request could not be read.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _line(403, "Not permitted.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _line(404, "There is nothing here.")


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _line(500, "Something broke on our side. It has been logged.")
