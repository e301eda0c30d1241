"""Error pages. A stranger learns that something is not there, and no more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from tipline.console.fields import sentence


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "console/error.html", {"title": title, "text": text, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(request, 400, "That request could not be read", "Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with what the refusal says: whoever is refused has seen that there is such a thing."""
    why = f"{sentence(exception)} " if exception and str(exception) else "Your role does not include this. "
    return _page(request, 403, "Not permitted", f"{why}Your administrator can tell you who may.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, also for what exists and may not be seen."""
    return _page(request, 404, "There is nothing here", "It does not exist, or it is not your agency's.")


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Drawn without the request: to name who is signed in would ask the database, which may be what broke."""
    page = {
        "title": "Something broke on our side",
        "text": "It has been logged. Nothing that was acknowledged is lost. Try again in a minute.",
        "status": 500,
    }
    return HttpResponse(render_to_string("console/error.html", page), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: usually a page left open over a sign-out."""
    return _page(
        request,
        403,
        "That form has expired",
        "Open the page again and repeat what you did. Nothing was changed.",
    )
