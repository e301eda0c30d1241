"""The tree of agencies: who is responsible for what place. It holds no report data, so everybody signed in sees it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.trust.accounts.models import User
from tipline.trust.agencies import queries
from tipline.trust.visibility import Scope


@require_safe
@signed_in
def tree(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The whole tree."""
    return render(request, "console/agencies.html", {"roots": queries.tree(), "mine": person.agency_id})
