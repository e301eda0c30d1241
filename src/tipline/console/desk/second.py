"""What waits for a second person of the desk, and handing over everything that somebody works on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.fields import Errors, placed, sentence
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.referrals.models import ReturnReason
from tipline.referrals.queue import closing, working
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, may_work_the_desk

MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def second_look(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Proposals to close urgent reports: somebody else of the desk confirms or refuses, whoever proposed takes back."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    errors: Errors = []
    if request.method == "POST":
        given = request.POST.get("proposal", "")
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
        try:
            if request.POST.get("verb") == "confirm":
                found = closing.confirm(person, number)
                messages.success(request, f"Confirmed: {_what(found.act)} report {found.report_id}")
            else:
                found = closing.refuse(person, number, request.POST.get("answer", ""))
                messages.success(request, f"Not done: report {found.report_id} stays where it is")
            return redirect("console:second-look")
        except (ConflictError, InvalidInputError) as error:
            errors = [("proposals", f"{sentence(error)} Nothing was changed.")]
    rows = list(closing.waiting_at(person.agency)[:MOST_SHOWN])
    record(person.actor, [Act("desk.closings_read", "desk", person.agency.code, {"rows": len(rows)})])
    labels = dict(ReturnReason.choices)
    context = {
        "rows": [(one, _what(one.act), labels.get(one.reason, "")) for one in rows],
        "errors": errors,
        "person": person,
    }
    return render(request, "console/second_look.html", context, status=422 if errors else 200)


def _what(act: str) -> str:
    return "return" if act == "return" else "put among what only informs"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hand_over(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Everything that somebody works on goes to somebody else: one's own; a supervisor's, of anybody of the desk."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    errors: Errors = []
    if request.method == "POST":
        try:
            of = working.colleague(person, request.POST.get("of", "") or person.email)
            to = working.colleague(person, request.POST.get("to", ""))
            number = working.hand_over_all(person, of, to, request.POST.get("note", ""))
            messages.success(request, f"{number} report{'' if number == 1 else 's'} went to {to.name}")
            return redirect("console:desk")
        except InvalidInputError as error:
            errors = [placed(error, "to")]
    context = {
        "colleagues": working.colleagues(person), "others": Role(person.role) == Role.SUPERVISOR, "errors": errors,
        "given": request.POST, "person": person, "error_fields": [field for field, _ in errors],
    }  # fmt: skip
    return render(request, "console/hand_over.html", context, status=422 if errors else 200)
