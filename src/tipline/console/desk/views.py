"""The desk, and the three acts on it: accept into a case, forward, return."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.desk.acts import acts_of
from tipline.console.desk.rows import rows
from tipline.console.navigation import first_screen
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.investigation.cases.services import DEFAULT_OFFENCES, open_case
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.operations import queries as operations
from tipline.investigation.outcomes.queries import unseen as unseen_reminders
from tipline.pipeline.attribution.log_expiry import queries as log_expiry
from tipline.pipeline.attribution.log_expiry.services import acknowledge
from tipline.pipeline.triage.models import Score, ScoreKind
from tipline.referrals import services
from tipline.referrals.models import DESK_REASONS, ReturnReason
from tipline.referrals.queries import DeskTab, desk_counts, held_jointly
from tipline.referrals.queries import desk as desk_query
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, may_work_the_desk

PER_PAGE = 50
MOST_AT_ONCE = 500
MOST_LISTED = 20  # on the form of an act; the rest is counted
# The piles, and within the first of them what routing left to somebody's judgement.
_PERSON = "person"
_TABS = {
    DeskTab.NEW.value: "New",
    _PERSON: "Needs a person",
    DeskTab.ACCEPTED.value: "Accepted",
    DeskTab.SENT_ON.value: "Sent on",
    DeskTab.ALL.value: "All",
}
_SORTS = {"": "", "logs": "Logs expire first"}
_LOGS = {"": "all", "7": "expiring within 7 days", "gone": "likely gone"}
_WORKED_ON = frozenset({DeskTab.NEW.value, _PERSON, DeskTab.ACCEPTED.value})


@require_safe
@signed_in
def home(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Where the person's work begins: the desk, or for a role without reports its own first screen."""
    return redirect(f"console:{first_screen(person)}")


@require_safe
@signed_in
def desk(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The inbox of the person's agency.

    What is still here to be worked on: what a provider calls urgent first, then by priority, then what came first.
    What is gone or finished: the latest first. A page of it shows handles, so that each is an entry of the log.
    """
    if scope.empty:
        return render(request, "console/no_reports.html", {"role": person.get_role_display()})
    tab = request.GET.get("tab", "")
    tab = tab if tab in _TABS else DeskTab.NEW.value
    new = desk_query(person.agency, scope, DeskTab.NEW)
    undecided = new.filter(routing__abstained=True)
    found = desk_counts(person.agency, scope)
    counts = dict(zip(_TABS, (found.new, undecided.count(), found.accepted, found.sent_on, found.all), strict=True))
    pile = undecided if tab == _PERSON else desk_query(person.agency, scope, DeskTab(tab))
    sort, logs = _chosen(request.GET.get("sort"), _SORTS), _chosen(request.GET.get("logs"), _LOGS)
    in_order = _sorted(log_expiry.within(pile, logs, now()), tab, sort)
    paginator = Paginator(in_order.select_related("reporter"), PER_PAGE)
    if not logs:
        paginator.count = counts[tab]  # counted for the tabs already
    page = paginator.get_page(request.GET.get("page"))
    record(
        person.actor,
        [Act("desk.read", "desk", person.agency.code, {"tab": tab, "page": page.number, "rows": len(page)})],
    )
    may_act = tab in {DeskTab.NEW, _PERSON} and may_work_the_desk(person)
    context = {
        "tab": tab,
        "tabs": [
            {"key": key, "label": label, "count": counts[key]}
            for key, label in _TABS.items()
            if key != _PERSON or counts[key] or tab == key
        ],
        "page": page,
        "query": f"{_query(tab, sort, logs)}&",
        "sort": sort,
        "logs": logs,
        "choices": _choices_of_order(tab, sort, logs),
        "expiring": log_expiry.notices(person.agency, scope),
        "may_see": may_work_the_desk(person),
        "outcomes_missing": unseen_reminders(scope, person.agency_id),
        "rows": rows(list(page)),
        "may_act": may_act,
        "acts": acts_of(person.agency) if may_act else (),
        "all_chosen": request.GET.get("choose") == "all",
    }
    return render(request, "console/desk.html", context)


def _chosen(given: str | None, among: dict[str, str]) -> str:
    return given if given in among else ""


def _query(tab: str, sort: str, logs: str) -> str:
    return urlencode({"tab": tab, **({"sort": sort} if sort else {}), **({"logs": logs} if logs else {})})


def _choices_of_order(tab: str, sort: str, logs: str) -> list[dict[str, Any]]:
    """The links that order the pile and narrow it down, each keeping what the other says."""
    usual = "Urgent first" if tab in _WORKED_ON else "Latest first"
    return [
        {"label": "Order", "options": [
            {"label": label or usual, "query": _query(tab, key, logs), "current": key == sort} for key, label in _SORTS.items()
        ]},
        {"label": "Logs", "options": [
            {"label": label, "query": _query(tab, sort, key), "current": key == logs} for key, label in _LOGS.items()
        ]},
    ]  # fmt: skip


def _sorted(pile: QuerySet[Report], tab: str, sort: str) -> QuerySet[Report]:
    if sort == "logs":  # what still runs, the soonest first; then what went, the latest first; then what has no clock
        gone_at = F("log_clock__next_likely_gone_at")
        running = Case(When(log_clock__next_likely_gone_at__gt=now(), then=gone_at))
        return pile.order_by(running.asc(nulls_last=True), gone_at.desc(nulls_last=True), "held_from", "id")
    return ordered(pile, tab)


def ordered(pile: QuerySet[Report], tab: str) -> QuerySet[Report]:
    """A pile of `referrals.queries.desk` in the order in which its people work on it."""
    if tab not in _WORKED_ON:
        return pile.order_by("-held_from", "-id")
    priority = Score.objects.filter(report=OuterRef("pk"), kind=ScoreKind.PRIORITY).values("score")[:1]
    return pile.annotate(priority=Subquery(priority)).order_by(
        F("escalated").desc(), F("priority").desc(nulls_last=True), "held_from", "id"
    )


@require_POST
@signed_in
def expiring_seen(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Say that notices of logs that end soon were seen, by whom and when."""
    given = [text for text in request.POST.getlist("notice")[:MOST_AT_ONCE] if text.isascii() and text.isdigit()]
    seen = acknowledge(person, [int(text[:19]) for text in given])
    messages.success(request, f"{seen} notice{'' if seen == 1 else 's'} marked as seen by you")
    return redirect("console:desk")


@require_POST
@signed_in
def act(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """A form for an act on the chosen reports, and the act itself once the form is filled in."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    verb = request.POST.get("verb", "")
    acts = {"accept": _accept, "forward": _forward, "return": _return}
    if verb not in acts:
        return redirect("console:desk")
    chosen = [
        int(text) for text in request.POST.getlist("report") if text.isascii() and text.isdigit() and len(text) < 19
    ]
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        messages.error(request, f"Choose between 1 and {MOST_AT_ONCE} reports first")
        return redirect("console:desk")
    context: dict[str, Any] = {"verb": verb, "chosen": chosen, "given": request.POST, "errors": []}
    # what the desk has jointly it takes part in; there is no case to fill a form for
    part = verb == "accept" and held_jointly(person.agency, chosen)
    filled_in = part or request.POST.get("step") == "do"
    if filled_in:
        try:
            return _take_part(request, person, chosen) if part else acts[verb](request, person, chosen)
        except InvalidInputError as error:
            # once the reason is chosen, what a return can lack is its sentence
            field = "note" if request.POST.get("reason") in ReturnReason.values else "first-field"
            context["errors"] = [(field, _sentence(error))]
        except ConflictError as error:
            context["errors"] = [("chosen", f"{_sentence(error)} Nothing was changed.")]
    lying = desk_query(person.agency, scope, DeskTab.NEW).filter(pk__in=chosen)
    context |= _choices(person, verb)
    if verb == "accept":
        context["ticked"] = request.POST.getlist("section") if filled_in else context["usual"]
    shown = list(lying.select_related("reporter").order_by("pk")[:MOST_LISTED])
    record(person.actor, [Act("desk.read", "desk", person.agency.code, {"act": verb, "rows": len(shown)})])
    context |= {
        "error_fields": [field for field, _ in context["errors"]],
        "rows": rows(shown),
        "more": max(0, len(chosen) - MOST_LISTED),
    }
    return render(request, "console/act.html", context, status=422 if context["errors"] else 200)


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def _reports(chosen: list[int]) -> str:
    return f"{len(chosen)} report{'' if len(chosen) == 1 else 's'}"


def _choices(person: User, verb: str) -> dict[str, Any]:
    if verb == "accept":
        country = person.agency.jurisdictions.values_list("country", flat=True).first() or ""
        law = catalogue(country)
        return {
            "operations": operations.open_to(person.agency),
            "sections": law.offences,
            "usual": DEFAULT_OFFENCES.get(country, ()),
            "law_note": law.about.source,
        }
    if verb == "forward":
        return {"below": list(Agency.objects.filter(parent=person.agency, active=True).order_by("name"))}
    return {"reasons": DESK_REASONS}


def _accept(request: HttpRequest, person: User, chosen: list[int]) -> HttpResponse:
    code = request.POST.get("operation", "")
    operation = next((o for o in operations.open_to(person.agency) if o.code == code), None)
    if code and operation is None:
        raise InvalidInputError("choose an operation from the list")
    case = open_case(
        person,
        chosen,
        request.POST.get("title", ""),
        operation=operation,
        offences=request.POST.getlist("section"),
    )
    messages.success(request, f"Case {case.number} is open with {_reports(chosen)}")
    return redirect("console:case", case_id=case.pk)


def _take_part(request: HttpRequest, person: User, chosen: list[int]) -> HttpResponse:
    services.accept(person, chosen)
    messages.success(request, f"Your desk takes part in {_reports(chosen)}; the owner goes on owning them")
    return redirect("console:desk")


def _forward(request: HttpRequest, person: User, chosen: list[int]) -> HttpResponse:
    below = Agency.objects.filter(parent=person.agency, code=request.POST.get("agency", "")).first()
    if below is None:
        raise InvalidInputError("choose the agency that is to act")
    services.forward(person, chosen, below, request.POST.get("note", "").strip()[:2000])
    messages.success(request, f"{_reports(chosen)} went to {below.name}")
    return redirect("console:desk")


def _return(request: HttpRequest, person: User, chosen: list[int]) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if reason not in ReturnReason.values:
        raise InvalidInputError("choose a reason")
    services.return_up(person, chosen, ReturnReason(reason), request.POST.get("note", "").strip()[:2000])
    messages.success(request, f"{_reports(chosen)} went back to the desk above")
    return redirect("console:desk")
