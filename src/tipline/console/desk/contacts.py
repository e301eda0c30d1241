"""Deconfliction as a desk sees it: who asked about identifiers that it has, whom it was told to call, and how it is named to others."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.fields import Errors, placed
from tipline.core.errors import InvalidInputError, NotPermittedError
from tipline.investigation.deconfliction import queries, services
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, may_work_the_desk


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def contacts(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Notices to the own desk and its latest checks; a supervisor says how the desk is named."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not work the desk")
    errors: Errors = []
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "seen":
                given = [t for t in request.POST.getlist("notice")[:500] if t.isascii() and t.isdigit() and len(t) < 19]
                number = services.seen(person, [int(text) for text in given])
                messages.success(request, f"{number} marked as seen by you")
            else:
                covert = request.POST.get("covert") == "yes"
                services.set_policy(person, covert=covert, call=request.POST.get("call", ""))
                messages.success(request, "Kept: others are told so from now on")
            return redirect("console:contacts")
        except InvalidInputError as error:
            errors = [placed(error, "call")]
    told, checks = queries.notices(person.agency), queries.checks(person.agency)
    record(
        person.actor,
        [Act("deconfliction.read", "desk", person.agency.code, {"notices": len(told), "checks": len(checks)})],
    )
    context = {
        "notices": told, "checks": checks, "policy": queries.policy(person.agency), "errors": errors, "given": request.POST,
        "may_set": Role(person.role) == Role.SUPERVISOR, "error_fields": [field for field, _ in errors],
    }  # fmt: skip
    return render(request, "console/contacts.html", context, status=422 if errors else 200)
