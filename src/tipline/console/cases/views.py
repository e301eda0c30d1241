"""Pages of cases."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.investigation.cases import queries
from tipline.trust.accounts.models import User
from tipline.trust.audit.queries import entries_of
from tipline.trust.visibility import Scope

PER_PAGE = 50


@require_safe
@signed_in
def cases(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The cases of the person's agency, newest first."""
    page = Paginator(queries.visible_cases(scope), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/cases.html", {"page": page})


@require_safe
@signed_in
def case(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """One case."""
    found = queries.visible_case(scope, case_id)
    return render(request, "console/case.html", {"case": found, "entries": entries_of("case", found.pk)})
