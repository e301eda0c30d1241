"""Pages of cases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import context_of
from tipline.console.retention.views import section as retention_section
from tipline.core.sql import together
from tipline.investigation.cases import diary, queries, services
from tipline.investigation.cases.closing import handed_over
from tipline.investigation.cases.models import Case, CaseState
from tipline.investigation.cases.records import TransferState
from tipline.investigation.cases.registration import officer_warning
from tipline.investigation.cases.todo import Work, read_work, tasks_for, work_asked
from tipline.investigation.cases.transfer import transfers_of
from tipline.investigation.legal.clocks.queries import running_of
from tipline.investigation.retention.queries import of_case, tombstone_of
from tipline.trust.accounts.models import User
from tipline.trust.audit.models import Entry
from tipline.trust.audit.queries import latest_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

PER_PAGE = 50
MOST_CLOCKS = 4  # on the overview
MOST_ENTRIES = 30
MOST_LAST = 3  # of the diary


@require_safe
@signed_in
def cases(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The cases of the person's agency, newest first: all, or those of a state, an officer, one's own. That they were listed is logged."""
    asked = {name: request.GET.get(name, "")[:20] for name in ("state", "officer", "mine")}
    officer = int(asked["officer"]) if asked["officer"].isascii() and asked["officer"].isdigit() else None
    chosen = queries.filtered(
        queries.with_operations(scope, queries.visible_cases(scope)),
        state=asked["state"],
        officer=officer,
        mine=person if asked["mine"] else None,
    )
    page = Paginator(queries.counted(chosen), PER_PAGE).get_page(request.GET.get("page"))
    if not scope.empty:
        record(
            person.actor, [Act("case.listed", "agency", person.agency.code, {"page": page.number, "rows": len(page)})]
        )
    context = {
        "page": page, "asked": asked, "filtered": any(asked.values()), "query": urlencode({k: v for k, v in asked.items() if v}),
        "officers": queries.officers_of(scope), "states": CaseState.choices,
        "offered": transfers_of(person).filter(state=TransferState.OFFERED, to_agency_id=person.agency_id).count(),
        "my_tasks": tasks_for(person, scope).count(),
    }  # fmt: skip
    return render(request, "console/cases.html", context)


@require_safe
@signed_in
def case(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """One case. That it was read is logged."""
    found = queries.with_parts(queries.visible_case(scope, case_id))
    record(person.actor, [Act("case.read", "case", found.pk)])
    ended = found.destroyed_at is not None
    may_assign = not ended and may(person, Can.ASSIGN_CASES) and found.agency_id == person.agency_id
    entries, officer_changes, clocks, last_entries, assignable, came, *work = together(
        latest_of("case", found.pk)[:MOST_ENTRIES],
        found.officer_changes.order_by("-pk")[:1],
        running_of(scope, found)[: 0 if ended else MOST_CLOCKS],
        diary.entries(found).filter(corrected_by__isnull=True)[: 0 if ended else MOST_LAST],
        queries.assignable(found) if may_assign else User.objects.none(),
        handed_over(found)[:1],
        *work_asked(found),
    )
    context = context_of(person, found, "case") | {
        "entries": entries[::-1],
        "log_runs": _runs(entries[::-1]),
        "clocks": clocks,
        "may_assign": may_assign,
        "next": next_things(found, read_work(*work), came_by_transfer=bool(came)),
        "officer_warning": officer_warning(found.agency, found.investigating_officer)
        if found.investigating_officer and not ended
        else None,
        "officer_why": officer_changes[0].why_nevertheless if officer_changes else None,
        "last_entries": last_entries,
        "tombstone": tombstone_of(scope, case_id=found.pk) if ended else None,
        "manages": may(person, Can.MANAGE_RETENTION),
        "retention": retention_section(person, scope, of_case(scope, found)),
        "assignable": assignable,
    }
    return render(request, "console/case.html", context)


def _runs(entries: Sequence[Entry]) -> list[tuple[Entry, int]]:
    """Entries of one act by one person, one after the other, as their last and how many they are."""
    runs = (list(run) for _, run in groupby(entries, lambda entry: (entry.action, entry.actor_label)))
    return [(run[-1], len(run)) for run in runs]


def next_things(found: Case, counts: Work, *, came_by_transfer: bool) -> list[tuple[str, str]]:
    """What waits in an open case: a sentence, and the name of the page where it is done."""
    if found.state != CaseState.OPEN:
        return []
    waiting = [
        (counts.overdue, "case-tasks", "task is overdue", "tasks are overdue"),
        (
            counts.proposals,
            "case-persons",
            "proposal waits for a second officer",
            "proposals wait for a second officer",
        ),
        (counts.reviews, "case-persons", "person is to be reviewed", "persons are to be reviewed"),
        (counts.todo - counts.overdue, "case-tasks", "task to do", "tasks to do"),
    ]
    sentences = [(f"{n} {one if n == 1 else many}", page) for n, page, one, many in waiting if n]
    if found.investigating_officer is None:
        sentences.insert(0, ("Name the investigating officer", "case-registration"))
    if not found.fir_number:
        sentences.append(("Write the FIR down when it is registered", "case-registration"))
    if found.zero_fir and not came_by_transfer:
        sentences.append(("Zero FIR: hand the case to the station of the place", "case-close"))
    return sentences


@require_POST
@signed_in
def assign(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Put somebody on the case, or take them off it."""
    found = queries.visible_case(scope, case_id)
    email = request.POST.get("person", "").strip().lower()
    assignee = User.objects.filter(email=email, agency_id=found.agency_id).first()
    if assignee is None:
        messages.error(request, "Choose somebody from the list")
    elif request.POST.get("end"):
        services.unassign(person, found, assignee)
        messages.success(request, f"{assignee.name} no longer works on this case")
    else:
        services.assign(person, found, assignee)
        messages.success(request, f"{assignee.name} works on this case now")
    return redirect("console:case", case_id=found.pk)
