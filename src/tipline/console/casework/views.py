"""The pages on which a case is worked."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_by_number
from tipline.console.casework.forms import Form, Page, Sent, show
from tipline.console.downloads import printed
from tipline.console.fields import FieldError
from tipline.investigation.cases import closing, diary, joining, links, persons, registration, standing, todo, transfer
from tipline.investigation.cases.lists import closing as closing_list
from tipline.investigation.cases.lists import corroboration
from tipline.investigation.cases.models import (
    Case,
    CaseAssignment,
    CaseHandle,
    CasePerson,
    CaseState,
    EvidenceKind,
    PersonEvidence,
)
from tipline.investigation.cases.persons import Evidence
from tipline.investigation.cases.queries import with_parts
from tipline.investigation.cases.records import (
    CaseTransfer,
    LinkKind,
    OffenceAct,
    PreliminaryEnquiry,
    ProposalState,
    StandingChange,
    StandingProposal,
    TaskState,
)
from tipline.investigation.cases.registration import Fir, Permission
from tipline.investigation.legal.catalogue import catalogue
from tipline.trust.accounts.models import Rank, Role, User
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import MAY, Can, Scope, may, scope_of

PER_PAGE = 50


def workers(case: Case) -> list[User]:
    """Who may have a task of the case: those who are on it, and those of its agency who see all its cases and write in them."""
    on_it = CaseAssignment.objects.filter(case=case, person=OuterRef("pk"), ended_at__isnull=True)
    writers = User.objects.filter(agency_id=case.agency_id, is_active=True, role__in=MAY[Can.WORK_CASES])
    return list(writers.filter(Q(role__in=MAY[Can.SEE_ALL_CASES]) | Exists(on_it)).order_by("name", "id"))


# -- diary ------------------------------------------------------------------------------------------------------


def _write(person: User, case: Case, sent: Sent) -> str:
    made = diary.write(person, case.pk, sent.text("text"), sent.moment("happened_at"))
    return f"Entry {made.number} is written"


def _correct(person: User, case: Case, sent: Sent) -> str:
    number = sent.number("entry")
    made = diary.correct(person, case.pk, number, sent.text("correction"), sent.moment("corrected_at"))
    return f"Entry {made.number} corrects entry {number}"


def _diary(request: HttpRequest, person: User, scope: Scope, case: Case) -> dict[str, Any]:
    page = Paginator(diary.entries(case), PER_PAGE).get_page(request.GET.get("page"))
    correcting = request.POST.get("entry") or request.GET.get("correct", "")
    wanted = int(correcting) if correcting.isascii() and correcting.isdigit() and len(correcting) < 9 else None
    found = diary.entries(case).filter(number=wanted, by_software=False).first() if wanted else None
    return {"page": page, "correcting": found}


DIARY = Page(
    "case-diary",
    "console/case_diary.html",
    {"write": Form("text", _write), "correct": Form("correction", _correct)},
    _diary,
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case_diary(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """The diary, the latest entry first."""
    return show(request, person, scope, case_id, DIARY)


@require_safe
@signed_in
def diary_file(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """The whole diary to be printed."""
    return printed(diary.printed(person, scope, case_id), f"diary-of-case-{case_id}.pdf")


# -- tasks ------------------------------------------------------------------------------------------------------


def _add_task(person: User, case: Case, sent: Sent) -> str:
    assignee = sent.colleague("assignee", case.agency_id)
    todo.add_task(person, case.pk, todo.Task(sent.text("title"), assignee, sent.day("due")))
    return "The task is added"


def _give_task(person: User, case: Case, sent: Sent) -> str:
    assignee, due = sent.colleague("new_assignee", case.agency_id), sent.day("new_due")
    todo.give_task(person, case.pk, sent.number("task"), assignee, due, seen=sent.seen)
    return "The task is changed"


def _end_task(person: User, case: Case, sent: Sent) -> str:
    if sent.text("state") not in TaskState.values:
        raise FieldError("note", "choose what became of the task")
    state = TaskState(sent.text("state"))
    todo.set_state(person, case.pk, sent.number("task"), state, sent.text("note"), seen=sent.seen)
    return f"The task is marked: {state.label.lower()}"


def _tasks(request: HttpRequest, person: User, scope: Scope, case: Case) -> dict[str, Any]:
    tasks = list(todo.tasks_of(case)[:500])
    return {
        "todo": [t for t in tasks if t.state == TaskState.OPEN],
        "ended": [t for t in tasks if t.state != TaskState.OPEN],
        "today": todo.today_at(case.agency),
        "workers": workers(case),
    }


TASKS = Page(
    "case-tasks", "console/case_tasks.html",
    {"add": Form("title", _add_task), "give": Form("todo", _give_task), "end": Form("todo", _end_task)}, _tasks,
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case_tasks(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """What is to be done in the case."""
    return show(request, person, scope, case_id, TASKS)


@require_safe
@signed_in
def my_tasks(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What the person has to do, over all their cases."""
    page = Paginator(todo.tasks_for(person, scope), PER_PAGE).get_page(request.GET.get("page"))
    if not scope.empty:
        record(person.actor, [Act("case.tasks_listed", "agency", person.agency.code, {"rows": len(page)})])
    return render(request, "console/my_tasks.html", {"page": page, "today": todo.today_at(person.agency)})


# -- persons ----------------------------------------------------------------------------------------------------


def _evidence(case: Case, sent: Sent) -> Evidence:
    if sent.text("kind") not in EvidenceKind.values:
        raise FieldError("kind", "choose what kind of evidence it is")
    handle = None
    if sent.text("handle"):
        handle = CaseHandle.objects.filter(case=case, pk=sent.number("handle")).first()
        if handle is None:
            raise FieldError("handle", "choose an account of this case")
    return Evidence(EvidenceKind(sent.text("kind")), sent.text("says"), sent.text("source"), handle)


def _add_person(person: User, case: Case, sent: Sent) -> str:
    made = persons.add_account_holder(person, case.pk, sent.text("name"), [_evidence(case, sent)])
    return f"Person {made.pk} stands as account holder"


def _add_evidence(person: User, case: Case, sent: Sent) -> str:
    persons.add_evidence(person, case.pk, sent.number("person"), [_evidence(case, sent)])
    return "The evidence is listed"


def _withdraw(person: User, case: Case, sent: Sent) -> str:
    of = standing.withdraw_evidence(person, case.pk, sent.number("evidence"), sent.text("why"))
    return f"The evidence is withdrawn. Person {of.pk} stands as {of.get_standing_display().lower()}"


def _propose(person: User, case: Case, sent: Sent) -> str:
    standing.propose(person, case.pk, sent.number("person"), sent.numbers("relies"), sent.text("words"))
    return "The proposal waits for a second officer"


def _decide(person: User, case: Case, sent: Sent) -> str:
    confirm = sent.text("decision") == "confirm"
    standing.decide(person, case.pk, sent.number("proposal"), sent.text("words"), confirm=confirm)
    return "The proposal is confirmed" if confirm else "The proposal is refused"


def _take_back(person: User, case: Case, sent: Sent) -> str:
    standing.take_back(person, case.pk, sent.number("proposal"))
    return "The proposal is taken back"


def _review(person: User, case: Case, sent: Sent) -> str:
    standing.reviewed(person, case.pk, sent.number("person"), sent.text("words"))
    return "The review is written down"


def _clear(person: User, case: Case, sent: Sent) -> str:
    standing.clear(person, case.pk, sent.number("person"), sent.text("why"))
    return "The person is cleared"


def _again(person: User, case: Case, sent: Sent) -> str:
    standing.look_again(person, case.pk, sent.number("person"), sent.text("why"))
    return "The person stands as account holder again"


def _persons(request: HttpRequest, person: User, scope: Scope, case: Case) -> dict[str, Any]:
    proposals = StandingProposal.objects.select_related("proposed_by", "decided_by").prefetch_related("relies_on")
    found = (
        CasePerson.objects.filter(case=case)
        .select_related("added_by")
        .annotate(waits=Exists(StandingProposal.objects.filter(person=OuterRef("pk"), state=ProposalState.OPEN)))
        .prefetch_related(
            Prefetch(
                "evidence",
                PersonEvidence.objects.select_related("added_by", "withdrawn_by", "handle__identifier").order_by("pk"),
            ),
            Prefetch("proposals", proposals.order_by("-pk")),
            Prefetch("changes_of_standing", StandingChange.objects.select_related("by").order_by("-pk")),
        )
        .order_by("pk")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    # each form for evidence lists the accounts of the case
    prefetch_related_objects(
        [case], Prefetch("handles", CaseHandle.objects.select_related("identifier").order_by("pk"))
    )
    rule = corroboration()
    return {"page": page, "kinds": EvidenceKind.choices, "rule": rule, "open": ProposalState.OPEN.value}


PERSONS = Page(
    "case-persons", "console/case_persons.html",
    {
        "add": Form("name", _add_person), "evidence": Form("persons", _add_evidence), "withdraw": Form("persons", _withdraw),
        "propose": Form("persons", _propose), "decide": Form("persons", _decide), "take-back": Form("persons", _take_back),
        "review": Form("persons", _review), "clear": Form("persons", _clear), "again": Form("persons", _again),
    },
    _persons,
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case_persons(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Who sources name as behind the accounts, and what speaks for it."""
    return show(request, person, scope, case_id, PERSONS)


# -- registration -----------------------------------------------------------------------------------------------


def _officer(person: User, case: Case, sent: Sent) -> str:
    officer = sent.colleague("officer", case.agency_id)
    if officer is None:
        raise FieldError("officer", "choose the investigating officer")
    registration.set_officer(person, case.pk, officer, sent.text("nevertheless"), seen=sent.seen)
    return f"{officer.name} is the investigating officer"


def _fir_of(sent: Sent) -> Fir:
    at = sent.moment("registered_at")
    if at is None:
        raise FieldError("registered_at", "say when the FIR was registered")
    return Fir(sent.text("fir_number"), at, sent.text("station"), sent.ticked("zero_fir"))


def _register(person: User, case: Case, sent: Sent) -> str:
    registration.register_fir(person, case.pk, _fir_of(sent), seen=sent.seen)
    return "The FIR is written down"


def _correct_fir(person: User, case: Case, sent: Sent) -> str:
    registration.correct_fir(person, case.pk, _fir_of(sent), sent.text("why"), seen=sent.seen)
    return "The FIR is corrected"


def _enquire(person: User, case: Case, sent: Sent) -> str:
    at = sent.moment("permitted_at")
    if at is None:
        raise FieldError("permitted_at", "say when the permission was given")
    rank = Rank(sent.text("rank")) if sent.text("rank") in Rank.values else Rank.NONE
    given = Permission(sent.text("permitted_by"), rank, at, sent.text("reference"))
    registration.start_enquiry(person, case.pk, given, seen=sent.seen)
    return "The preliminary enquiry is written down"


def _choose(person: User, case: Case, sent: Sent) -> str:
    made = registration.choose_section(person, case.pk, sent.text("section"), seen=sent.seen)
    return f"{made.label} is chosen"


def _withdraw_section(person: User, case: Case, sent: Sent) -> str:
    registration.withdraw_section(person, case.pk, sent.text("section"), sent.text("section_why"), seen=sent.seen)
    return "The section is withdrawn"


def _registration(request: HttpRequest, person: User, scope: Scope, case: Case) -> dict[str, Any]:
    with_parts(case)
    law = catalogue(country_of(case.agency))
    chosen = {offence.section_id for offence in case.offences.all()}
    officer = case.investigating_officer
    return {
        "law": law,
        "sections": [section for section in law.offences if section.id not in chosen],
        "officer_warning": registration.officer_warning(case.agency, officer) if officer else None,
        "officer_changes": case.officer_changes.select_related("officer", "by").order_by("-pk"),
        "on_it": [(w.person, registration.officer_warning(case.agency, w.person)) for w in case.assigned],  # type: ignore[attr-defined]
        "may_assign": may(person, Can.ASSIGN_CASES) and case.agency_id == person.agency_id,
        "fir_entries": case.fir_entries.select_related("by").order_by("-pk"),
        "enquiry": PreliminaryEnquiry.objects.select_related("by").filter(case=case).first(),
        "offence_acts": OffenceAct.objects.filter(case=case).select_related("by").order_by("-pk"),
        "ranks": [rank for rank in Rank.choices if rank[0]],
    }


REGISTRATION = Page(
    "case-registration", "console/case_registration.html",
    {
        "officer": Form("officer", _officer), "fir": Form("fir_number", _register),
        "correct-fir": Form("fir_number", _correct_fir), "enquiry": Form("permitted_by", _enquire),
        "section": Form("section", _choose), "withdraw-section": Form("sections", _withdraw_section),
    },
    _registration,
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case_registration(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Investigating officer, FIR, preliminary enquiry, sections."""
    return show(request, person, scope, case_id, REGISTRATION)


# -- reports and links ------------------------------------------------------------------------------------------


def _scope(sent: Sent) -> Scope:
    return scope_of(sent.request.user)  # type: ignore[arg-type]


def _add_reports(person: User, case: Case, sent: Sent) -> str:
    texts = sent.text("reports").replace(",", " ").split()
    if not texts or not all(t.isascii() and t.isdigit() and len(t) < 19 for t in texts):
        raise FieldError("reports", "give the numbers of reports on your desk, with spaces between them")
    joining.add_reports(person, case.pk, [int(t) for t in texts], seen=sent.seen)
    return "The reports are accepted into the case"


def _move_report(person: User, case: Case, sent: Sent) -> str:
    target = case_by_number(_scope(sent), sent.text("to_case"), "to_case")
    joining.move_report(person, sent.number("report"), case.pk, target.pk, sent.text("move_why"))
    return f"The report is in case {target.number} now"


def _link(person: User, case: Case, sent: Sent) -> str:
    other = case_by_number(_scope(sent), sent.text("other_case"), "other_case")
    if sent.text("link_kind") not in LinkKind.values:
        raise FieldError("link_kind", "choose what they have to do with each other")
    kind = LinkKind(sent.text("link_kind"))
    links.link(person, case.pk, other.pk, kind, sent.text("link_why"), told=sent.ticked("told"))
    return f"The case is linked with {other.number}"


def _unlink(person: User, case: Case, sent: Sent) -> str:
    links.unlink(person, case.pk, sent.number("link"))
    return "The link is ended"


def _links(request: HttpRequest, person: User, scope: Scope, case: Case) -> dict[str, Any]:
    with_parts(case)
    return {
        "links": links.links_of(scope, case),
        "link_kinds": LinkKind.choices,
        "may_accept": may(person, Can.WORK_DESK),
    }


LINKS = Page(
    "case-links", "console/case_links.html",
    {
        "reports": Form("reports", _add_reports), "move": Form("to_case", _move_report), "link": Form("other_case", _link),
        "unlink": Form("links", _unlink),
    },
    _links,
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case_links(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """The reports of the case, and other cases that have to do with it."""
    return show(request, person, scope, case_id, LINKS)


# -- the end, and transfers -------------------------------------------------------------------------------------


def _close(person: User, case: Case, sent: Sent) -> str:
    closing.close_case(
        person, case, sent.text("reason"), sent.text("close_text"), despite=sent.ticked("despite"), seen=sent.seen
    )
    return "The case is closed"


def _reopen(person: User, case: Case, sent: Sent) -> str:
    closing.reopen_case(person, case, sent.text("reopen_text"), seen=sent.seen)
    return "The case is open again"


def _offer(person: User, case: Case, sent: Sent) -> str:
    to = sent.agency("to")
    transfer.offer_transfer(person, case.pk, to, sent.text("transfer_reason"), seen=sent.seen)
    return f"The case is offered to {to.name}. It stays here until they accept it"


def _take_back_transfer(person: User, case: Case, sent: Sent) -> str:
    transfer.take_back_transfer(person, case.pk, sent.number("transfer"))
    return "The offer is taken back"


def _end(request: HttpRequest, person: User, scope: Scope, case: Case) -> dict[str, Any]:
    ours = may(person, Can.ASSIGN_CASES) and case.agency_id == person.agency_id and case.destroyed_at is None
    open_now = case.state == CaseState.OPEN
    return {
        "pending": closing.pending(case) if open_now else [],
        "reasons": closing_list().reasons,
        "may_close": ours and open_now,
        "may_reopen": ours and not open_now and person.role == Role.SUPERVISOR,
        "endings": [
            (ending, next((r.label for r in closing_list().reasons if r.id == ending.reason), ending.reason))
            for ending in case.endings.select_related("by").order_by("-pk")
        ],
        "transfers": CaseTransfer.objects.filter(case=case).select_related(
            "from_agency", "to_agency", "offered_by", "decided_by"
        ).order_by("-pk"),
        "agencies": Agency.objects.filter(
            active=True, jurisdictions__country=country_of(case.agency) or "-"
        ).exclude(pk=case.agency_id).distinct().order_by("name").values_list("code", "name") if ours and open_now else (),
    }  # fmt: skip


END = Page(
    "case-close", "console/case_end.html",
    {
        "close": Form("reason", _close), "reopen": Form("reopen_text", _reopen), "offer": Form("to", _offer),
        "take-back": Form("to", _take_back_transfer),
    },
    _end,
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case_end(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Closing, opening again, handing to another agency."""
    return show(request, person, scope, case_id, END)
