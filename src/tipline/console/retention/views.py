"""What is due, legal holds, orders that wait for a second person, certificates. Each act is one call of a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.fields import sentence
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.sql import together
from tipline.investigation.cases.queries import visible_case
from tipline.investigation.retention import queries, services
from tipline.investigation.retention.certificates import WORDS, document
from tipline.investigation.retention.models import Destruction, DestructionState
from tipline.investigation.retention.schedule import due
from tipline.investigation.retention.services import By
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, may

MOST_LISTED = 50


@require_safe
@signed_in
def overview(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Everything of retention that this person may see, the newest of each."""
    By.somebody(person, scope)
    made, placed = queries.visible_destructions(scope), queries.visible_holds(scope)
    holds, lifted, waiting, ended = together(
        placed.filter(lifted_at__isnull=True)[:MOST_LISTED],
        placed.filter(lifted_at__isnull=False)[:MOST_LISTED],
        made.filter(state=DestructionState.ORDERED)[:MOST_LISTED],
        made.exclude(state=DestructionState.ORDERED)[:MOST_LISTED],
    )
    context = {
        "due": due(scope, most=MOST_LISTED),
        "holds": holds,
        "lifted": lifted,
        "waiting": waiting,
        "ended": ended,
        "most": MOST_LISTED,
    }
    return render(request, "console/retention.html", context)


def section(person: User, scope: Scope, found: queries.Section) -> dict[str, Any]:
    """Context of `retention_section.html`: what the page of a report or a case says of retention."""
    manages = may(person, Can.MANAGE_RETENTION)
    against = found.decision.against_order(court_order=True)
    return {
        "decision": found.decision,
        "holds": found.holds,
        "orders": found.orders,
        "may_hold": manages,
        "may_order": manages and not against and found.decision.agency_id in scope.agency_ids,
    }


def _subject(scope: Scope, given: Any) -> dict[str, Any]:
    """The visible report or case that a form is about, named by its address or its hidden field."""
    for name, read in (("report", visible_report), ("case", visible_case)):
        text = given.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 19:
            return {"name": name, "id": int(text), "thing": read(scope, int(text))}
    raise NotFoundError("name a report or a case")


def _form(
    request: HttpRequest, context: dict[str, Any], act: Callable[[], HttpResponse], *, template: str
) -> HttpResponse:
    """Show a form, or do what it asks; what is wrong with it stands on it, and nothing was changed."""
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            return act()
        except (InvalidInputError, ConflictError) as error:
            errors = [("first-field", sentence(error))]
    context |= {"errors": errors, "given": request.POST}
    return render(request, template, context, status=422 if errors else 200)


def _back(subject: dict[str, Any]) -> HttpResponse:
    return redirect(f"console:{subject['name']}", subject["id"])


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hold(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Place a legal hold. It only keeps, so it needs no fresh sign-in."""
    by = By.somebody(person, scope)
    subject = _subject(scope, request.POST if request.method == "POST" else request.GET)

    def act() -> HttpResponse:
        services.place_hold(
            by, authority=request.POST.get("authority", ""), reference=request.POST.get("reference", ""),
            **{f"{subject['name']}_id": subject["id"]},
        )  # fmt: skip
        messages.success(request, "The legal hold stands: nothing of it is destroyed until it is lifted")
        return _back(subject)

    return _form(request, {"verb": "hold", "subject": subject}, act, template="console/retention_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def lift(request: HttpRequest, person: User, scope: Scope, hold_id: int) -> HttpResponse:
    """Lift a legal hold, with a reason."""
    by = By.somebody(person, scope)
    found = queries.visible_hold(scope, hold_id)

    def act() -> HttpResponse:
        services.lift_hold(by, found.pk, request.POST.get("reason", ""))
        messages.success(request, "The legal hold is lifted")
        return redirect("console:retention")

    return _form(request, {"verb": "lift", "hold": found}, act, template="console/retention_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def order(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Order a destruction. Nothing happens until another person confirms it."""
    by = By.somebody(person, scope)
    subject = _subject(scope, request.POST if request.method == "POST" else request.GET)
    named: dict[str, Any] = {"case_id": subject["id"]} if subject["name"] == "case" else {"report_ids": [subject["id"]]}

    def act() -> HttpResponse:
        made = services.order(
            by, reference=request.POST.get("reference", ""), authority=request.POST.get("authority", ""),
            court_order=request.POST.get("court") == "1", **named,
        )  # fmt: skip
        messages.success(request, "Ordered. Nothing is destroyed until another person confirms it")
        return redirect("console:retention-order", made.pk)

    found = (
        queries.of_case(scope, subject["thing"])
        if subject["name"] == "case"
        else queries.of_report(scope, subject["id"])
    )
    context = {"verb": "order", "subject": subject, "against": found.decision.against_order(court_order=False)}
    return _form(request, context, act, template="console/retention_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def decide(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """One order: what it takes and on what it rests; a second person confirms it, or somebody ends it."""
    by = By.somebody(person, scope)
    made = queries.visible_destruction(scope, number)

    def act() -> HttpResponse:
        verb = request.POST.get("verb")
        if verb == "confirm":
            services.confirm(by, made.pk)
            messages.success(request, "Confirmed. It is being destroyed now; the certificate follows")
        elif verb == "refuse":
            services.refuse(by, made.pk, request.POST.get("reason", ""))
            messages.success(request, "The order is ended. Nothing was destroyed")
        else:
            raise InvalidInputError("choose to confirm the order or to end it")
        return redirect("console:retention-order", made.pk)

    context = {
        "made": made,
        "items": queries.items_of(made)[:500],
        "waits": made.state == DestructionState.ORDERED,
        "own": _is_own(person, made),
    }
    return _form(request, context, act, template="console/retention_order.html")


def _is_own(person: User, made: Destruction) -> bool:
    return made.orderer_id == person.pk


@require_safe
@signed_in
def certificate(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """A certificate of destruction, to read and to print."""
    By.somebody(person, scope)
    found = queries.visible_certificate(scope, number)
    told = document(found)
    statement = told["statement"]
    context = {
        "certificate": told,
        "statement": statement,
        "destroyed": [(count, WORDS.get(name, name)) for name, count in statement["destroyed"].items()],
        "number": found.pk,
    }
    return render(request, "console/certificate.html", context)


@require_safe
@signed_in
def certificate_file(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """The signed JSON."""
    By.somebody(person, scope)
    found = queries.visible_certificate(scope, number)
    answer = JsonResponse(document(found), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="certificate-of-destruction-{found.pk}.json"'
    return answer
