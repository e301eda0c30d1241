"""The requests of a case: who holds what, what was asked, and one request with its forms. Each act is one call of a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page
from tipline.console.fields import Errors, FieldError, placed, sentence
from tipline.console.requests import reading
from tipline.console.templatetags.components import span_of
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.process import queries, services
from tipline.investigation.process.alerts import acknowledge
from tipline.investigation.process.making import catalogue_of, make
from tipline.investigation.process.models import Answer, Channel, EventKind, Request, RequestKind, Usefulness
from tipline.investigation.process.services import Reply
from tipline.investigation.process.states import allowed
from tipline.investigation.replies.answering import replies_to
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

MOST_CHOSEN = 500
# verb of a form, what it does to a request, and its heading
FORMS = (
    ("send", "sent", "Note as sent"), ("reply", "replied", "Note a reply"), ("remind", "reminded", "Note a reminder"),
    ("renew", "renewed", "Note a renewal"), ("close", "closed", "Close"), ("withdraw", "withdrawn", "Withdraw"),
)  # fmt: skip


@require_safe
@signed_in
def of_case(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Holders of the case's records with what was asked of each, and all requests. That it was read is logged."""
    context = case_page(person, scope, case_id, "case-requests")
    record(person.actor, [Act("request.listed", "case", case_id)])
    return _page_of_case(request, person, scope, context)


def _page_of_case(
    request: HttpRequest, person: User, scope: Scope, context: dict[str, Any], errors: Errors | None = None
) -> HttpResponse:
    case = context["case"]
    requests = queries.requests_of(case)
    context |= {
        "holders": queries.holders_with_requests(case),
        "requests": requests,
        "drafted": [one for one in requests if one.state == "drafted"],
        "alerts": queries.alerts(scope, case.agency_id, case),
        "kinds": RequestKind.choices,
        "channels": Channel.choices,
        "sections": catalogue_of(case).sections,
        "given": request.POST or {"when": reading.now_at(person.agency)},
        "chosen": request.POST.getlist("request"),
        "chosen_holders": request.POST.getlist("holder"),
        "errors": errors or [],
        "error_fields": {field for field, _ in errors or []},
        "may_escalated": may(person, Can.ASSIGN_CASES),
    }
    return render(request, "console/case_requests.html", context, status=422 if errors else 200)


def _writing(person: User, scope: Scope, case_id: int) -> dict[str, Any]:
    """The context of a case's page, for whoever may write in cases."""
    context = case_page(person, scope, case_id, "case-requests")
    if not may(person, Can.WORK_CASES):
        raise NotPermittedError("your role does not write in cases")
    return context


@require_POST
@signed_in
def draft(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Draft requests of one kind: to those that are ticked, or to all who are known to answer it."""
    context = _writing(person, scope, case_id)
    given = request.POST
    try:
        if given.get("kind", "") not in RequestKind.values:
            raise FieldError("kind", "choose what is asked for")
        done = make(
            person, case_id, RequestKind(given["kind"]), given.getlist("holder")[:MOST_CHOSEN] or None,
            again=bool(given.get("again")), basis=given.get("basis") or None,
        )  # fmt: skip
    except (InvalidInputError, ConflictError) as error:
        return _page_of_case(request, person, scope, context, [placed(error, "kind")])
    if done.requests:
        messages.success(
            request, f"{_count(len(done.requests), 'request')} drafted. Nothing was sent: you send, and note it below"
        )
    else:
        messages.error(
            request, "Nothing was drafted: every holder that answers this was asked about everything already"
        )
    return redirect("console:case-requests", case_id=case_id)


@require_POST
@signed_in
def send(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Note that the ticked drafts went out, all by one way and under one reference."""
    context = _writing(person, scope, case_id)
    given = request.POST
    try:
        chosen = {reading.number(text): _version(given, text) for text in given.getlist("request")[:MOST_CHOSEN]}
        if not chosen:
            raise FieldError("chosen", "tick the requests that went out")
        done = services.send(
            person, case_id, chosen, reading.letter(person.agency, given, "sending"), given.get("dispatch", "")
        )
    except (InvalidInputError, ConflictError) as error:
        return _page_of_case(request, person, scope, context, [placed(error, "when")])
    messages.success(request, f"{_count(len(done), 'request')} noted as sent")
    return redirect("console:case-requests", case_id=case_id)


def _version(given: QueryDict, pk: str) -> int:
    return reading.version(given.get(f"version-{pk}", ""))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


@require_POST
@signed_in
def seen(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Say that alerts were seen, on the page of a case or of the desk."""
    try:
        count = acknowledge(person, [reading.number(text) for text in request.POST.getlist("alert")[:MOST_CHOSEN]])
    except InvalidInputError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"{_count(count, 'alert')} seen")
    back = request.POST.get("case", "")
    return redirect("console:case-requests", case_id=reading.number(back)) if back else redirect("console:requests")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, case_id: int, request_id: int) -> HttpResponse:
    """One request: what it asks about, what happened, and the forms of what may happen next. A form that is refused stays filled in."""
    context = case_page(person, scope, case_id, "case-requests")
    found = queries.visible_request(scope, case_id, request_id)
    errors: Errors = []
    if request.method == "POST":
        try:
            messages.success(request, _act(request.POST, person, found))
            return redirect("console:case-request", case_id=case_id, request_id=request_id)
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "when")]
    else:
        record(person.actor, [Act("request.read", "case", case_id, {"request": found.pk})])
    return _page_of_one(request, person, context, found, errors)


def _page_of_one(
    request: HttpRequest, person: User, context: dict[str, Any], found: Request, errors: Errors
) -> HttpResponse:
    shown = queries.shown_texts(found.asked)  # type: ignore[attr-defined]
    case = context["case"]
    # a reply may come, and a request be closed, after the case was
    may_note = case.agency_id == person.agency_id and case.destroyed_at is None and may(person, Can.WORK_CASES)
    open_to = {event.value for event in allowed(found)} if may_note else set()
    if not context["may_write"]:
        open_to &= {EventKind.REPLIED.value, EventKind.CLOSED.value}
    law = {section.id: section.label for section in catalogue_of(case).sections}
    context |= {
        "found": found,
        "items": [(item, shown[item.pk], request.POST.get(f"item-{item.pk}", item.answer)) for item in found.asked],  # type: ignore[attr-defined]
        "basis": law.get(found.legal_basis, found.legal_basis),
        "open_to": open_to,
        "forms": FORMS,
        # the form that was refused stands open; before any was sent, the next step
        "verb_open": request.POST.get("verb") or next((verb for verb, event, _ in FORMS if event in open_to), ""),
        "verb_is": {verb: errors and request.POST.get("verb") == verb for verb, _, _ in FORMS},
        "days_taken": span_of(found.replied_at - found.sent_at) if found.replied_at and found.sent_at else "",
        "given": request.POST or {"when": reading.now_at(person.agency)},
        "channels": Channel.choices,
        "answers": Answer.choices,
        "uses": Usefulness.choices,
        "files": replies_to(found),
        "errors": errors,
        "error_fields": {field for field, _ in errors},
        "preserves": found.kind == RequestKind.PRESERVATION,
    }
    return render(request, "console/case_request.html", context, status=422 if errors else 200)


def _act(given: QueryDict, person: User, found: Request) -> str:
    """Do what a form asks. Returns what was done, in words."""
    acts: dict[str, Callable[[QueryDict, User, Request], str]] = {
        "send": _send, "remind": _remind, "reply": _reply, "renew": _renew, "close": _close, "withdraw": _withdraw,
    }  # fmt: skip
    act = acts.get(given.get("verb", ""))
    if act is None:
        raise NotFoundError("there is no such act")
    return act(given, person, found)


def _seen(given: QueryDict) -> int:
    return reading.version(given.get("version", ""))


def _send(given: QueryDict, person: User, found: Request) -> str:
    letter = reading.letter(person.agency, given, "sending")
    services.send(person, found.case_id, {found.pk: _seen(given)}, letter, given.get("dispatch", ""))
    return "Noted as sent"


def _remind(given: QueryDict, person: User, found: Request) -> str:
    letter = reading.letter(person.agency, given, "the reminder")
    services.remind(person, found.case_id, found.pk, _seen(given), letter)
    return "The reminder is noted"


def _reply(given: QueryDict, person: User, found: Request) -> str:
    items = {item.pk: given.get(f"item-{item.pk}", "") for item in found.asked}  # type: ignore[attr-defined]
    answer = given.get("answer", "")
    # an answer for the whole stands for every part of it, unless it is one in part
    parts = {pk: text for pk, text in items.items() if text} if answer == Answer.PART else {}
    services.reply(
        person, found.case_id, found.pk, _seen(given),
        Reply(
            reading.letter(person.agency, given, "the reply"), answer, given.get("usefulness", ""), given.get("remark", ""), parts,
            reading.end_of_day(person.agency, given.get("until", ""), "until"),
        ),
    )  # fmt: skip
    return "The reply is noted"


def _renew(given: QueryDict, person: User, found: Request) -> str:
    until = reading.end_of_day(person.agency, given.get("until", ""), "renew-until")
    letter = reading.letter(person.agency, given, "the renewal")
    services.renew(person, found.case_id, found.pk, _seen(given), letter, until)
    return "The renewal is noted"


def _close(given: QueryDict, person: User, found: Request) -> str:
    services.close(person, found.case_id, found.pk, _seen(given), given.get("remark", ""))
    return "The request is closed"


def _withdraw(given: QueryDict, person: User, found: Request) -> str:
    services.withdraw(person, found.case_id, found.pk, _seen(given), given.get("remark", ""))
    return "The request is withdrawn"
