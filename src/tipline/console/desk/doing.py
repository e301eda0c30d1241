"""The acts on chosen reports: for each a form, and the act itself once the form is filled in.

A form carries what each report looked like when the form was made (its stamp). What changed since is refused, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_by_number
from tipline.console.desk.marks import marked
from tipline.console.desk.rows import rows
from tipline.console.fields import Errors, FieldError, placed, sentence
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases import joining
from tipline.investigation.cases.models import Case, CaseState
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.cases.services import DEFAULT_OFFENCES, open_case
from tipline.investigation.deconfliction import services as deconfliction
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.operations import queries as operations
from tipline.referrals import drafts, merging, services
from tipline.referrals.holding import LONGEST_TEXT, MOST_AT_ONCE, stamps
from tipline.referrals.models import DESK_REASONS, MergeReason, ReturnReason
from tipline.referrals.queries import DeskTab, held_jointly
from tipline.referrals.queries import desk as desk_query
from tipline.referrals.queue import closing, working
from tipline.referrals.queue.models import ClosingAct
from tipline.referrals.queue.rules import QUEUE
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, may_work_the_desk, scope_of

MOST_OFFERED = 100  # open cases that the form offers; any other is given by its number
MOST_LISTED = 20  # on the form of an act; the rest is counted
MOST_SPLIT = 50  # each has a choice of its own
# hours → their words
TIMES = {"1": "an hour", "4": "four hours", "24": "a day", "72": "three days", "168": "a week", "720": "thirty days"}
# What is done without a form.
_AT_ONCE = frozenset({"acknowledge", "part", "take", "wake", "work"})
_TITLES = {
    "accept": "Accept {} into a case", "join": "Put {} into an open case", "forward": "Forward {}", "return": "Return {}", "draft": "Draft a forward of {}",
    "split": "Split a bundle: {}", "merge": "Put {} together", "invite": "Ask a desk to take part in {}",
    "acknowledge": "Acknowledge {}", "part": "Part {} again",
    "take": "Take on {}", "assign": "Give {} to somebody", "snooze": "Let {} rest", "wake": "Take {} back from rest", "inform": "{} only inform", "work": "{} to be worked on again",
}  # fmt: skip

Seen = Mapping[int, str]


@require_POST
@signed_in
def act(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """A form for an act on the chosen reports, and the act itself once the form is filled in."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    verb = request.POST.get("verb", "")
    if verb not in _ACTS:
        return redirect("console:desk")
    chosen = _numbers(request.POST.getlist("report"))
    least = 2 if verb == "merge" else 1  # one report is put together with nothing
    if not least <= len(chosen) <= MOST_AT_ONCE:
        messages.error(request, f"Choose between {least} and {MOST_AT_ONCE} reports first")
        return redirect("console:desk")
    seen = {one: request.POST[f"as-{one}"] for one in chosen if f"as-{one}" in request.POST}
    errors: Errors = []
    # what the desk has jointly it takes part in; there is no case to fill a form for
    part = verb == "accept" and held_jointly(person.agency, chosen)
    filled_in = part or verb in _AT_ONCE or request.POST.get("step") == "do"
    if filled_in:
        try:
            return _take_part(request, person, chosen, seen) if part else _ACTS[verb](request, person, chosen, seen)
        except InvalidInputError as error:
            errors = [placed(error, "first-field")]
        except ConflictError as error:
            errors = [("chosen", f"{sentence(error)} Nothing was changed.")]
            seen = {}  # whoever reads what happened has seen it
    return _form(request, person, scope, verb, chosen, seen, errors, filled_in=filled_in)


def _form(
    request: HttpRequest,
    person: User,
    scope: Scope,
    verb: str,
    chosen: list[int],
    seen: Seen,
    errors: Errors,
    *,
    filled_in: bool,
) -> HttpResponse:
    context: dict[str, Any] = {"verb": verb, "chosen": chosen, "given": request.POST, "errors": errors}
    pile = DeskTab.ALL if verb == "invite" else DeskTab.NEW
    lying = desk_query(person.agency, scope, pile).filter(Q(pk__in=chosen, held_until=None))
    context |= _choices(person, verb)
    if verb == "accept":
        context |= contacts_of(person, chosen)
        context["ticked"] = request.POST.getlist("section") if filled_in else context["usual"]
    most = MOST_SPLIT if verb == "split" else MOST_LISTED
    shown = list(marked(lying, person.agency_id).order_by("pk")[:most])
    record(person.actor, [Act("desk.read", "desk", person.agency.code, {"act": verb, "rows": len(shown)})])
    context |= {
        "title": _TITLES[verb].format(_reports(chosen)),
        "stamps": sorted((stamps(person.agency, chosen) | dict(seen)).items()),
        "error_fields": [field for field, _ in errors],
        "rows": rows(shown),
        "picked": {one: request.POST.get(f"to-{one}", "") for one in chosen},
        "more": max(0, len(chosen) - most),
    }
    return render(request, "console/act.html", context, status=422 if errors else 200)


def _numbers(given: list[str]) -> list[int]:
    return [int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19]


def _reports(chosen: list[int]) -> str:
    return f"{len(chosen)} report{'' if len(chosen) == 1 else 's'}"


def _choices(person: User, verb: str) -> dict[str, Any]:
    if verb == "accept":
        country = country_of(person.agency)
        law = catalogue(country)
        return {
            "operations": operations.open_to(scope_of(person), person.agency),
            "sections": law.offences,
            "usual": DEFAULT_OFFENCES.get(country, ()),
            "law_note": law.about.source,
        }
    if verb == "join":
        return {"open_cases": list(_open_cases(person).order_by("-opened_at", "-id")[:MOST_OFFERED])}
    if verb in {"forward", "draft", "split"}:
        return {"below": list(Agency.objects.filter(parent=person.agency, active=True).order_by("name"))}
    if verb == "assign":
        return {"colleagues": working.colleagues(person)}
    if verb in {"snooze", "inform"}:
        return {"times": list(TIMES.items()), "rest": QUEUE.rest, "most_priority": QUEUE.informational.priority_at_most}
    if verb == "invite":
        return {"agencies": list(Agency.objects.filter(active=True).exclude(pk=person.agency_id).order_by("name"))}
    return {"reasons": MergeReason.choices if verb == "merge" else DESK_REASONS}


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()[:LONGEST_TEXT]


def _below(request: HttpRequest, person: User) -> Agency:
    below = Agency.objects.filter(parent=person.agency, code=request.POST.get("agency", "")).first()
    if below is None:
        raise InvalidInputError("choose the agency that is to act")
    return below


def _accept(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    code = request.POST.get("operation", "")
    operation = next((o for o in operations.open_to(scope_of(person), person.agency) if o.code == code), None)
    if code and operation is None:
        raise InvalidInputError("choose an operation from the list")
    _contacts_read(request, person, chosen)
    case = open_case(
        person,
        chosen,
        request.POST.get("title", ""),
        operation=operation,
        offences=request.POST.getlist("section"),
        seen=seen,
    )
    messages.success(request, f"Case {case.number} is open with {_reports(chosen)}")
    return redirect("console:case", case_id=case.pk)


def contacts_of(person: User, chosen: list[int]) -> dict[str, Any]:
    """Who else has identifiers of these reports, asked when the form is opened. What is not on the desk any more is asked about nowhere."""
    try:
        check = deconfliction.ask(person, chosen)
    except NotFoundError:
        return {}
    contacts = deconfliction.result(check)
    return {"check": check, "contacts": contacts, "found": deconfliction.sentence(check, contacts)}


def _contacts_read(request: HttpRequest, person: User, chosen: list[int]) -> None:
    """Refuse to open a case before somebody has read whom to call."""
    found = contacts_of(person, chosen)
    if not found.get("contacts"):
        return
    if request.POST.get("contacts-read") != str(found["check"].pk):
        raise FieldError("contacts-read", "read whom to call, and tick that you have")
    deconfliction.acknowledge(person, found["check"])


def _open_cases(person: User) -> QuerySet[Case]:
    return visible_cases(scope_of(person)).filter(agency=person.agency_id, state=CaseState.OPEN, destroyed_at=None)


def _join(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    case = case_by_number(scope_of(person), request.POST.get("case", "").strip(), "first-field")
    # what the service refuses, told beside the field; it asks again, with the case locked
    if case.agency_id != person.agency_id:
        raise FieldError(
            "first-field", f"case {case.number} is another agency's: reports are put into your own agency's cases"
        )
    if case.state != CaseState.OPEN:
        raise FieldError("first-field", f"case {case.number} is closed: choose an open one, or reopen it first")
    joining.add_reports(person, case.pk, chosen, stamps=seen)
    messages.success(request, f"{_reports(chosen)} accepted into case {case.number}")
    return redirect("console:case", case_id=case.pk)


def _take_part(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    services.accept(person, chosen, seen)
    messages.success(request, f"Your desk takes part in {_reports(chosen)}; the owner goes on owning them")
    return redirect("console:desk")


def _acknowledge(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    fresh = services.acknowledge(person, chosen, seen)
    newly = "" if fresh == len(chosen) else f", {fresh} of them now"
    messages.success(request, f"{_reports(chosen)} acknowledged{newly}")
    return redirect("console:desk")


def _forward(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    below = _below(request, person)
    services.forward(person, chosen, below, _note(request), seen=seen)
    messages.success(request, f"{_reports(chosen)} went to {below.name}")
    return redirect("console:desk")


def _draft(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    drafts.draft(person, chosen, _below(request, person), _note(request), seen)
    messages.success(request, f"A draft with {_reports(chosen)} waits for a second look; they stay on your desk")
    return redirect("console:drafts")


def _split(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    if len(chosen) > MOST_SPLIT:
        raise InvalidInputError(f"split at most {MOST_SPLIT} reports at once")
    below = {one.code: one for one in Agency.objects.filter(parent=person.agency)}
    parts: dict[str, list[int]] = {}
    for report_id in chosen:
        code = request.POST.get(f"to-{report_id}", "")
        if code not in below:
            raise FieldError(f"to-{report_id}", f"choose the desk for report {report_id}")
        parts.setdefault(code, []).append(report_id)
    services.split(person, [(below[code], ids) for code, ids in sorted(parts.items())], _note(request), seen)
    messages.success(request, f"{_reports(chosen)} went to {len(parts)} desks")
    return redirect("console:desk")


def _return(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if reason not in ReturnReason.values:
        raise InvalidInputError("choose a reason")
    try:
        closed = closing.close(person, chosen, ClosingAct.RETURN, reason, _note(request), seen)
    except InvalidInputError as error:
        # once the reason is chosen, what a return can lack is its sentence
        raise FieldError("note", str(error)) from error
    return _closed(request, closed, "went back to the desk above", "urgent")


def _closed(request: HttpRequest, closed: closing.Closed, what: str, why: str) -> HttpResponse:
    if closed.done:
        messages.success(request, f"{_reports(list(closed.done))} {what}")
    if closed.proposed:
        messages.success(
            request, f"{_reports(list(closed.proposed))} {why}: somebody else of your desk is to confirm it"
        )
        return redirect("console:second-look")
    return redirect("console:desk")


def _take(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    number = working.assign(person, chosen, person, "", seen)
    messages.success(request, f"{number} more {'is' if number == 1 else 'are'} yours now")
    return redirect("console:desk")


def _assign(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    email = request.POST.get("to", "")
    to = None if email == "nobody" else working.colleague(person, email)
    try:
        working.assign(person, chosen, to, request.POST.get("note", ""), seen)
    except InvalidInputError as error:
        # once somebody is chosen, what it can lack is its sentence
        raise FieldError("note", str(error)) from error
    messages.success(
        request, f"{_reports(chosen)}: {to.name if to else 'nobody'} works on {'them' if len(chosen) > 1 else 'it'}"
    )
    return redirect("console:desk")


def _snooze(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    hours = request.POST.get("hours", "")
    if hours not in TIMES:
        raise InvalidInputError("choose how long")
    why = request.POST.get("note", "")
    if not why.strip():
        raise FieldError("note", "say in a sentence why it rests")
    working.snooze(person, chosen, now() + timedelta(hours=int(hours)), why, seen)
    messages.success(request, f"{_reports(chosen)} put to rest; what raises one brings it back")
    return redirect("console:desk")


def _wake(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    messages.success(request, f"{working.wake(person, chosen, seen)} back from rest")
    return redirect("console:desk")


def _inform(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    if not request.POST.get("note", "").strip():
        raise FieldError("note", "say in a sentence why it only informs")
    closed = closing.close(person, chosen, ClosingAct.INFORMATIONAL, "", request.POST.get("note", ""), seen)
    return _closed(request, closed, "put among what only informs", "of some priority")


def _work(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    messages.success(request, f"{working.to_work(person, chosen, seen)} back among what is to be worked on")
    return redirect("console:desk")


def _merge(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    into, reason = request.POST.get("into", ""), request.POST.get("reason", "")
    if into not in {str(one) for one in chosen}:
        raise FieldError("into", "choose the report that the others go with")
    if reason not in MergeReason.values:
        raise InvalidInputError("choose a reason")
    merged = merging.merge(person, chosen, int(into), MergeReason(reason), _note(request), seen)
    messages.success(
        request, f"{merged} put together with report {into}: they are accepted, forwarded or returned with it"
    )
    return redirect("console:desk")


def _part(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    merging.unmerge(person, chosen, seen)
    messages.success(request, f"{_reports(chosen)} parted again")
    return redirect("console:desk")


def _invite(request: HttpRequest, person: User, chosen: list[int], seen: Seen) -> HttpResponse:
    agency = Agency.objects.filter(code=request.POST.get("agency", "")).first()
    if agency is None:
        raise InvalidInputError("choose the desk that is to take part")
    services.invite(person, chosen, agency, _note(request), seen)
    messages.success(
        request, f"{agency.name} was asked to take part in {_reports(chosen)}; your desk goes on owning them"
    )
    return redirect("console:desk")


_ACTS: dict[str, Callable[[HttpRequest, User, list[int], Seen], HttpResponse]] = {
    "accept": _accept, "join": _join, "acknowledge": _acknowledge, "forward": _forward, "draft": _draft, "split": _split, "return": _return,
    "take": _take, "assign": _assign, "snooze": _snooze, "wake": _wake, "inform": _inform, "work": _work,
    "merge": _merge, "part": _part, "invite": _invite,
}  # fmt: skip
