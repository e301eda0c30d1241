"""What came of a case or a report: the one-minute form, what came back from the desks below, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page
from tipline.console.fields import FieldError, placed, sentence
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.investigation.outcomes import queries, services
from tipline.investigation.outcomes.kinds import KINDS, label_of
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may, may_work_the_desk

PER_PAGE = 50
MOST_REMINDERS = 50
# With what the sentence of a refusal begins, and which field it is about.
_FIELDS = (
    ("the note", "text"), ("the sentence", "for_senders"), ("the day", "on"), ("report", "reports"), ("choose at least", "reports"),
    ("the reason", "why"),
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_case(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """The page of a case that says what came of it, with the form for one more word."""
    context = case_page(person, scope, case_id, "case-outcome")
    case: Case = context["case"]
    reports = list(case.case_reports.order_by("pk").values_list("report_id", flat=True))

    def act(given: services.Given) -> HttpResponse:
        chosen = None if request.POST.get("of") != "chosen" else _numbers(request.POST.getlist("report"))
        made = services.record_outcome(person, case.pk, given, chosen)
        messages.success(
            request, f"Recorded: {label_of(made.kind)}. The desks above see the word, the number and the day"
        )
        return redirect("console:case-outcome", case.pk)

    rows = queries.of_case(case)
    record(person.actor, [Act("outcome.read", "case", case.pk)])
    context |= {
        "rows": rows,
        "standing": queries.standing(rows),
        "reminders": queries.reminders_of(case),
        "may_record": case.agency_id == person.agency_id and may(person, Can.WORK_CASES) and case.destroyed_at is None,
        "reports": reports,
        "kinds": tuple(KINDS.values()),
    }
    return _form(request, person, context, act, "console/case_outcome.html")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_report(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """The same form for a report on the desk that becomes no case."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not work the desk")
    report = visible_report(scope, report_id)

    def act(given: services.Given) -> HttpResponse:
        made = services.record_for_reports(person, [report.pk], given)
        messages.success(request, f"Recorded: {label_of(made.kind)}. The desks above see the word and the day")
        return redirect("console:report", report.pk)

    context = {"report": report, "kinds": [kind for kind in KINDS.values() if kind.desk], "may_record": True}
    return _form(request, person, context, act, "console/report_outcome.html")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: HttpRequest, person: User, scope: Scope, outcome_id: int) -> HttpResponse:
    """Take a wrong outcome back, with a reason. It stays in the record."""
    found = services.visible_outcome(person, outcome_id)
    if not may(person, Can.WORK_CASES) or found.agency_id != person.agency_id:
        raise NotPermittedError("only the desk that recorded an outcome withdraws it")
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            services.withdraw_outcome(person, found.pk, request.POST.get("why", ""))
        except (InvalidInputError, ConflictError) as error:
            errors = [("why", sentence(error))]
        else:
            messages.success(request, "Withdrawn. It stays in the record, with your reason")
            return redirect("console:case-outcome", found.case_id) if found.case_id else redirect("console:outcomes")
    context = {"outcome": found, "label": label_of(found.kind), "errors": errors, "given": request.POST}
    return render(request, "console/outcome_withdraw.html", context, status=422 if errors else 200)


@require_safe
@signed_in
def outcomes(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What came back of the reports that the person's agency held or holds, and what its own desk has not said yet."""
    if not may(person, Can.SEE_REPORTS):
        raise NotPermittedError("your role does not see reports")
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    others = request.GET.get("of") == "others"
    page = Paginator(queries.came_back(scope, kind, own=person.agency_id if others else None), PER_PAGE).get_page(
        request.GET.get("page")
    )
    missing = queries.reminders(scope, person.agency_id)
    record(
        person.actor, [Act("outcome.listed", "agency", person.agency.code, {"page": page.number, "rows": len(page)})]
    )
    context = {
        "page": page, "rows": [queries.read(row) for row in page], "kinds": tuple(KINDS.values()), "kind": kind, "others": others,
        "query": f"{urlencode({'kind': kind, 'of': 'others' if others else ''})}&",
        "reminders": missing[:MOST_REMINDERS], "missing": missing.order_by().count(), "may_see": may_work_the_desk(person),
    }  # fmt: skip
    return render(request, "console/outcomes.html", context)


@require_POST
@signed_in
def reminders_seen(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Say that reminders were seen, by whom and when."""
    seen = services.acknowledge(person, _numbers(request.POST.getlist("reminder")))
    messages.success(request, f"{seen} reminder{'' if seen == 1 else 's'} marked as seen by you")
    return redirect("console:outcomes")


def _form(
    request: HttpRequest,
    person: User,
    context: dict[str, Any],
    act: Callable[[services.Given], HttpResponse],
    template: str,
) -> HttpResponse:
    """Show the form, or do what it asks; what is wrong with it stands on it, and nothing was changed."""
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            return act(_given(request))
        except (InvalidInputError, ConflictError) as error:
            errors = [_placed(error)]
    today = now().astimezone(ZoneInfo(person.agency.timezone)).date()
    context |= {
        "errors": errors, "error_fields": [field for field, _ in errors], "given": request.POST, "today": today.isoformat(), "chosen": request.POST.get("what", ""),
        "number": request.POST.get("number", "1"), "on": request.POST.get("on", today.isoformat()),
        "chosen_reports": set(_numbers(request.POST.getlist("report"))) if request.POST.get("of") == "chosen" else None,
    }  # fmt: skip
    return render(request, template, context, status=422 if errors else 200)


def _placed(error: Exception) -> tuple[str, str]:
    text = str(error)
    return placed(
        error,
        next(
            (field for begins, field in _FIELDS if text.startswith(begins)),
            "number" if "how many" in text else "first-field",
        ),
    )


def _given(request: HttpRequest) -> services.Given:
    """What was filled in. The number stands on the form for every kind; where the kind counts nothing it is nobody's."""
    what = request.POST.get("what", "")
    if what not in KINDS:
        raise FieldError("first-field", "choose what came of it")
    number = request.POST.get("number", "").strip()
    if KINDS[what].number and not (number.isascii() and number.isdigit() and len(number) < 9):
        raise FieldError("number", "say how many, in figures")
    try:
        on = date.fromisoformat(request.POST["on"]) if request.POST.get("on") else None
    except ValueError:
        raise FieldError("on", "the day is no date") from None
    return services.Given(
        what, number=int(number) if KINDS[what].number else None, on=on, text=request.POST.get("text", ""),
        for_senders=request.POST.get("for_senders", ""),
    )  # fmt: skip


def _numbers(texts: list[str]) -> list[int]:
    found = [
        int(text) for text in texts[: services.MOST_REPORTS] if text.isascii() and text.isdigit() and len(text) < 19
    ]
    if len(found) != len(texts[: services.MOST_REPORTS]):
        raise NotFoundError("there is no such thing")
    return found
