"""Answers that were kept, and whether counting again gives the same."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.authorise import signed_in
from tipline.console.statistics.views import allowed
from tipline.core.errors import NotFoundError
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def kept(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Kept answers."""
    allowed(person)
    context: dict[str, Any] = {"here": "kept"}
    return render(request, "console/statistics_kept.html", context)


@require_safe
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """One of them."""
    allowed(person)
    raise NotFoundError(f"there is no kept answer {number}")
