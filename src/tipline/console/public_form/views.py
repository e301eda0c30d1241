"""Messages of one report, and its contact data: folded on the report's page, and opened on pages of their own, which is logged."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.authorise import signed_in
from tipline.console.fields import sentence
from tipline.core.errors import InvalidInputError
from tipline.intake.public_form import queries, services
from tipline.intake.public_form.models import Told
from tipline.intake.public_form.reading import LONG
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def messages_of(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """The messages, an answer to them, and what whoever reported is told. Reading them is logged."""
    visible_report(scope, report_id)
    errors: list[tuple[str, str]] = []
    text = request.POST.get("text", "")
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "tell":
                services.tell(person, report_id, request.POST.get("told", ""))
                messages.success(request, "What the reporter is told is changed")
            else:
                services.answer(person, report_id, text.replace("\r\n", "\n"))
                messages.success(request, "The answer waits for the reporter to come back")
            return redirect("console:report-messages", report_id=report_id)
        except InvalidInputError as error:
            field = "told" if request.POST.get("verb") == "tell" else "text"
            errors = [(field, sentence(error))]
    section = queries.section(report_id)
    context = {
        "report_id": report_id,
        "public": section,
        "thread": list(queries.messages_of(report_id)),
        "may_answer": services.may_answer(person, report_id),
        "states": Told.choices,
        "text": text,
        "longest": LONG,
        "errors": errors,
        "error_fields": [field for field, _ in errors],
    }
    services.mark_read(person, report_id)
    record(person.actor, [Act("public_form.messages_read", "report", report_id, {"messages": section.messages})])
    return render(request, "console/report_messages.html", context, status=422 if errors else 200)


@require_safe
@signed_in
def contact(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """How whoever reported can be reached, as they wrote it. Opening it is logged."""
    visible_report(scope, report_id)
    found = queries.contact_of(report_id)
    record(person.actor, [Act("public_form.contact_read", "report", report_id)])
    return render(request, "console/report_contact.html", {"report_id": report_id, "contact": found})
