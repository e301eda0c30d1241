"""Pages of cases."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import context_of
from tipline.console.retention.views import section as retention_section
from tipline.core.errors import ConflictError
from tipline.investigation.cases import queries, services
from tipline.investigation.cases.models import CaseState
from tipline.investigation.retention.queries import of_case, tombstone_of
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
    ended = found.destroyed_at is not None
    may_assign = not ended and may(person, Can.ASSIGN_CASES) and found.agency_id == person.agency_id
    context = context_of(person, found, "case") | {
        "entries": entries_of("case", found.pk),
        "may_assign": may_assign,
        "may_close": may_assign and found.state == CaseState.OPEN,
        "tombstone": tombstone_of(scope, case_id=found.pk) if ended else None,
        "manages": may(person, Can.MANAGE_RETENTION),
        "retention": retention_section(person, scope, of_case(scope, found)),
        "assignable": queries.assignable(found) if may_assign else (),
    }
    return render(request, "console/case.html", context)


@require_POST
@signed_in
def close(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """End the investigation. Its retention is counted from here."""
    found = queries.visible_case(scope, case_id)
    try:
        services.close_case(person, found)
    except ConflictError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The case is closed")
    return redirect("console:case", case_id=found.pk)


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
