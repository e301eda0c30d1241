"""What routing left to a person: why, its best guesses, and one form that sends each report one level down towards a desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.desk.marks import marked
from tipline.console.desk.rows import Row, rows
from tipline.console.fields import Errors, FieldError, placed, sentence
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.pipeline.routing.models import Decision
from tipline.referrals import services
from tipline.referrals.queries import DeskTab
from tipline.referrals.queries import desk as desk_query
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, may_work_the_desk

PER_PAGE = 50
_ORDER = (F("mark_urgent").desc(), F("mark_priority").desc(nulls_last=True), "held_from", "id")
MOST_LETTERS = 2000  # of a referral's note
# Why routing abstains, in words; another rule stands as it is called.
_WHY = {
    "all-abstained": "No address placed",
    "no-agreement": "No agreement on the way",
    "no-desk": "No desk for the place",
    "no-rule": "No rule fits",
    "no-way": "Desk not below this one",
    "too-unsure": "Too unsure",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A place that routing thought of: its share of the weight in percent, the desk responsible for it, and the desk directly
    below this one on the way there (none: not below this one, so nothing can be sent there from here)."""

    place: str
    percent: int
    agency: str
    name: str
    step: Agency | None


@dataclass(frozen=True, slots=True)
class Undecided:
    """A report that waits for a person; `picked` is the code of the desk chosen beside it."""

    row: Row
    guesses: tuple[Guess, ...]
    chosen: bool
    picked: str


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def undecided(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The queue of the person's agency, and sending the chosen ones down, each towards the desk picked beside it."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    waiting = desk_query(person.agency, scope, DeskTab.NEW).filter(routing__abstained=True)
    counts = _counts(waiting)
    why = request.GET.get("why", "")
    why = why if why in counts else ""
    errors: Errors = []
    if request.method == "POST":
        try:
            messages.success(request, _send(person, request.POST))
            return redirect(request.get_full_path())
        except InvalidInputError as error:
            errors = [placed(error, "queue")]
        except ConflictError as error:
            errors = [("queue", f"{sentence(error)} Nothing was changed.")]
    pile = waiting.filter(routing__reasons__0__rule=why) if why else waiting
    paginator = Paginator(marked(pile, person.agency_id).order_by(*_ORDER), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    record(
        person.actor,
        [Act("desk.read", "desk", person.agency.code, {"tab": "person", "page": page.number, "rows": len(page)})],
    )
    context = {
        "why": why,
        "tabs": [("", "All", sum(counts.values())), *((rule, _label(rule), number) for rule, number in counts.items())],
        "page": page,
        "query": f"why={why}&" if why else "",
        "queue": _queue(person, page, request.POST),
        "below": _below(person),
        "given": request.POST,
        "errors": errors,
        "error_fields": [field for field, _ in errors],
        "all_chosen": request.GET.get("choose") == "all",
    }
    return render(request, "console/needs_person.html", context, status=422 if errors else 200)


def _counts(waiting: QuerySet[Report]) -> dict[str, int]:
    """How many wait for each reason, the most frequent first."""
    found = waiting.values(rule=F("routing__reasons__0__rule")).annotate(number=Count("pk")).order_by("-number", "rule")
    return {str(row["rule"] or "unknown"): row["number"] for row in found}


def _label(rule: str) -> str:
    return _WHY.get(rule, rule.replace("-", " ").capitalize())


def _below(person: User) -> list[Agency]:
    return list(Agency.objects.filter(parent=person.agency, active=True).order_by("name"))


def _queue(person: User, page: Page[Report], given: Any) -> list[Undecided]:
    """The page's reports with their guesses; what was chosen in a form that was refused stays chosen."""
    reports = list(page)
    guessed = dict(Decision.objects.filter(report__in=reports).values_list("report_id", "guesses"))
    tree = {agency.code: agency for agency in Agency.objects.all()} if any(guessed.values()) else {}
    chosen = set(given.getlist("report")) if given else set()
    return [
        Undecided(
            row,
            tuple(_guess(person, tree, one) for one in guessed.get(row.report.pk) or ()),
            str(row.report.pk) in chosen,
            given.get(f"to-{row.report.pk}", ""),
        )
        for row in rows(reports)
    ]


def _guess(person: User, tree: Mapping[str, Agency], guess: Mapping[str, Any]) -> Guess:
    agency = tree.get(str(guess.get("agency", "")))
    return Guess(
        str(guess.get("place", "")),
        round(float(guess.get("share", 0)) * 100),
        agency.code if agency else "",
        agency.name if agency else "",
        _step(person.agency_id, tree, agency),
    )


def _step(here: int, tree: Mapping[str, Agency], agency: Agency | None) -> Agency | None:
    """The agency directly below `here` on the way to `agency`."""
    by_id = {one.pk: one for one in tree.values()}
    while agency is not None and agency.parent_id != here:
        agency = by_id.get(agency.parent_id) if agency.parent_id else None
    return agency if agency is not None and agency.active else None


@transaction.atomic
def _send(person: User, given: Any) -> str:
    """Forward the chosen reports, all or none, and say where they went.

    Whoever picks a desk further down names it: the note to the desk directly below says for whom the report is.
    """
    chosen = [int(text) for text in given.getlist("report") if text.isascii() and text.isdigit() and len(text) < 19]
    if not 0 < len(chosen) <= PER_PAGE:
        raise InvalidInputError(f"choose between 1 and {PER_PAGE} reports")
    reason = given.get("reason", "").strip()
    if not reason or len(reason) > MOST_LETTERS:
        raise FieldError("reason", f"say in 1 to {MOST_LETTERS} letters why they go there")
    groups: dict[str, list[int]] = defaultdict(list)
    for report_id in chosen:
        groups[given.get(f"to-{report_id}", "") or given.get("to", "")].append(report_id)
    tree = {agency.code: agency for agency in Agency.objects.all()}
    steps = {code: _step(person.agency_id, tree, tree.get(code)) for code in groups}
    sent: dict[str, int] = defaultdict(int)
    for code, ids in sorted(groups.items()):
        below = steps[code]
        if below is None:
            raise FieldError("to", f"pick a desk below yours for report {ids[0]}, or one for all that have none")
        meant = "" if below.code == code else f"For {tree[code].name} ({code}). "
        services.forward(person, ids, below, f"{meant}{reason}"[:MOST_LETTERS])
        sent[below.name] += len(ids)
    return f"{_number(len(chosen))} sent: " + ", ".join(f"{_number(n)} to {name}" for name, n in sent.items())


def _number(reports: int) -> str:
    return f"{reports} report{'' if reports == 1 else 's'}"
