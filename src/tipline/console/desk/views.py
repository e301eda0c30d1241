"""The desk, and the three acts on it: accept into a case, forward, return."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.desk.rows import rows
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.investigation.cases.services import DEFAULT_OFFENCES, open_case
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.operations import queries as operations
from tipline.pipeline.triage.models import Score, ScoreKind
from tipline.referrals import services
from tipline.referrals.models import ReturnReason
from tipline.referrals.queries import DeskTab, desk_counts
from tipline.referrals.queries import desk as desk_query
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency, AgencyKind
from tipline.trust.visibility import Scope, may_work_the_desk

PER_PAGE = 50
MOST_AT_ONCE = 500
_TABS = (
    (DeskTab.NEW, "New"),
    (DeskTab.ACCEPTED, "Accepted"),
    (DeskTab.SENT_ON, "Sent on"),
    (DeskTab.ALL, "All"),
)


@require_safe
@signed_in
def home(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The first page is the desk."""
    return redirect("console:desk")


@require_safe
@signed_in
def desk(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The inbox of the person's agency: what a provider calls urgent first, then by priority, then what came first."""
    if scope.empty:
        return render(request, "console/no_reports.html", {"role": person.get_role_display()})
    tab = DeskTab(request.GET["tab"]) if request.GET.get("tab") in set(DeskTab) else DeskTab.NEW
    counts = desk_counts(person.agency, scope)
    reports = (
        desk_query(person.agency, scope, tab)
        .select_related("reporter")
        .annotate(
            priority=Subquery(Score.objects.filter(report=OuterRef("pk"), kind=ScoreKind.PRIORITY).values("score")[:1])
        )
        .order_by(F("escalated").desc(), F("priority").desc(nulls_last=True), "held_from", "id")
    )
    paginator = Paginator(reports, PER_PAGE)
    paginator.count = {  # counted for the tabs already
        DeskTab.NEW: counts.new, DeskTab.ACCEPTED: counts.accepted, DeskTab.SENT_ON: counts.sent_on, DeskTab.ALL: counts.all,
    }[tab]  # fmt: skip
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "tab": tab.value,
        "tabs": [
            {"key": key.value, "label": label, "count": count}
            for (key, label), count in zip(
                _TABS, (counts.new, counts.accepted, counts.sent_on, counts.all), strict=True
            )
        ],
        "page": page,
        "rows": rows(list(page)),
        "may_act": tab is DeskTab.NEW and may_work_the_desk(person),
        # what came by the door was referred by nobody: it is forwarded, or stays
        "by_door": person.agency.kind == AgencyKind.CLEARINGHOUSE,
    }
    return render(request, "console/desk.html", context)


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
    if request.POST.get("step") == "do":
        try:
            return acts[verb](request, person, chosen)
        except InvalidInputError as error:
            context["errors"] = [("first-field", _sentence(error))]
        except ConflictError as error:
            context["errors"] = [("first-field", f"{_sentence(error)} Nothing was changed.")]
    context |= _choices(person, verb)
    return render(request, "console/act.html", context, status=422 if context["errors"] else 200)


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


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
    return {"reasons": ReturnReason.choices}


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
    messages.success(request, f"Case {case.number} is open with {len(chosen)} reports")
    return redirect("console:case", case_id=case.pk)


def _forward(request: HttpRequest, person: User, chosen: list[int]) -> HttpResponse:
    below = Agency.objects.filter(parent=person.agency, code=request.POST.get("agency", "")).first()
    if below is None:
        raise InvalidInputError("choose the agency that is to act")
    services.forward(person, chosen, below, request.POST.get("note", "").strip()[:2000])
    messages.success(request, f"{len(chosen)} reports went to {below.name}")
    return redirect("console:desk")


def _return(request: HttpRequest, person: User, chosen: list[int]) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if reason not in ReturnReason.values:
        raise InvalidInputError("choose a reason")
    services.return_up(person, chosen, ReturnReason(reason), request.POST.get("note", "").strip()[:2000])
    messages.success(request, f"{len(chosen)} reports went back")
    return redirect("console:desk")
