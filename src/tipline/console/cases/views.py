"""Pages of cases."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.investigation.cases import queries, services
from tipline.trust.accounts.models import User
from tipline.trust.audit.queries import entries_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

PER_PAGE = 50


@require_safe
@signed_in
def cases(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The cases of the person's agency, newest first. That they were listed is logged."""
    page = Paginator(queries.visible_cases(scope), PER_PAGE).get_page(request.GET.get("page"))
    if not scope.empty:
        record(
            person.actor, [Act("case.listed", "agency", person.agency.code, {"page": page.number, "rows": len(page)})]
        )
    return render(request, "console/cases.html", {"page": page})


@require_safe
@signed_in
def case(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """One case. That it was read is logged."""
    found = queries.visible_case(scope, case_id)
    record(person.actor, [Act("case.read", "case", found.pk)])
    may_assign = may(person, Can.ASSIGN_CASES) and found.agency_id == person.agency_id
    context = {
        "case": found,
        "entries": entries_of("case", found.pk),
        "may_assign": may_assign,
        "assignable": queries.assignable(found) if may_assign else (),
    }
    return render(request, "console/case.html", context)


@require_POST
@signed_in
def assign(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Put somebody on the case, or take them off it."""
    found = queries.visible_case(scope, case_id)
    email = request.POST.get("person", "").strip().lower()
    assignee = User.objects.filter(email=email, agency_id=found.agency_id).first()
    if assignee is None:
        messages.error(request, "Choose somebody from the list")
    elif request.POST.get("end"):
        services.unassign(person, found, assignee)
        messages.success(request, f"{assignee.name} no longer works on this case")
    else:
        services.assign(person, found, assignee)
        messages.success(request, f"{assignee.name} works on this case now")
    return redirect("console:case", case_id=found.pk)
