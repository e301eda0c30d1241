"""The desk: the inbox of an agency, and what it is told of logs that end and due times that pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.desk.acts import INVITE, acts_for, further_acts_of, queue_acts
from tipline.console.desk.marks import marked
from tipline.console.desk.pages import page_at
from tipline.console.desk.rows import rows
from tipline.console.navigation import first_screen
from tipline.core.clock import now
from tipline.core.errors import NotPermittedError
from tipline.core.sql import counts, together
from tipline.exchange.federation.watching import endings, may_end
from tipline.investigation.deconfliction.models import Notice
from tipline.investigation.outcomes.queries import unseen as unseen_reminders
from tipline.pipeline.attribution.log_expiry import queries as log_expiry
from tipline.pipeline.attribution.log_expiry.services import acknowledge
from tipline.referrals import overdue
from tipline.referrals.drafts import bundles_drafted
from tipline.referrals.holding import MOST_AT_ONCE
from tipline.referrals.listing import Listing
from tipline.referrals.models import DeskRow, ReferralState
from tipline.referrals.queries import DeskTab, page_of
from tipline.referrals.queue.closing import waiting_at
from tipline.referrals.queue.looks import looks_of, news_in, news_rows, note_look
from tipline.referrals.queue.models import PlaceKind
from tipline.referrals.receipts import receive
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, agencies_of, may_work_the_desk

# The piles, and within the first of them what routing left to somebody's judgement.
_PERSON = "person"
_RESTING = "resting"
_INFORMS = "informational"
_TABS = {
    DeskTab.NEW.value: "New",
    _PERSON: "Needs a person",
    _RESTING: "Resting",
    _INFORMS: "Only informs",
    DeskTab.ACCEPTED.value: "Accepted",
    DeskTab.SENT_ON.value: "Sent on",
    DeskTab.ALL.value: "All",
}
_ONLY_IF_ANY = frozenset({_PERSON, _RESTING, _INFORMS})
_SORTS = {"": "", "logs": "Logs expire first", "due": "Due first"}
_LOGS = {"": "all", "7": "expiring within 7 days", "gone": "likely gone"}
_DUE = {"": "all", "soon": "soon", "over": "overdue"}
_WHOSE = {"": "everybody's", "mine": "mine", "nobody": "nobody's"}
_NEW_PILES = (DeskTab.NEW.value, _PERSON, _RESTING, _INFORMS)
_WORKED_ON = frozenset({DeskTab.NEW.value, _PERSON, DeskTab.ACCEPTED.value})
# How far a pile is counted: somebody who has two thousand is not helped by their number. What waits for a person is asked of each report.
MOST = 2_000
_MOST_COUNTED = {
    DeskTab.NEW.value: MOST, _PERSON: 1_000, _RESTING: MOST, _INFORMS: MOST, DeskTab.ACCEPTED.value: MOST, DeskTab.SENT_ON.value: MOST,
}  # fmt: skip


@require_safe
@signed_in
def home(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Where the person's work begins: the desk, or for a role without reports its own first screen."""
    return redirect(first_screen(person))


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
    chosen = Choice(
        tab,
        _chosen(request.GET.get("sort"), _SORTS),
        _chosen(request.GET.get("logs"), _LOGS),
        _chosen(request.GET.get("due"), _DUE),
        _chosen(request.GET.get("whose"), _WHOSE),
    )
    works = may_work_the_desk(person)
    pile, most = _pile(person, chosen), _MOST_COUNTED.get(tab, MOST)
    agencies = agencies_of(person) if works else frozenset()
    sizes = counts(
        {
            **_piles(person),
            **({"chosen": (pile.rows(), most + 1)} if chosen.narrowed else {}),
            **news_rows(person, person.agency),
            "second": (waiting_at(person.agency), MOST),
            "told": (Notice.objects.filter(agency=person.agency, seen_at__isnull=True), MOST),
            "drafts": (bundles_drafted(person.agency), MOST),
            "outcomes": (unseen_reminders(scope, person.agency_id), MOST),
            "overdue": (overdue.unseen_overdue(person.agency), MOST),
            "soon": (overdue.due_soon(person.agency), MOST),
            "endings": (may_end(agencies), 1),
        }
    )
    in_all = _in_all(sizes)
    page = page_at(pile.slice, sizes.get("chosen", in_all[tab]), most, request.GET.get("page", ""))
    record(
        person.actor,
        [Act("desk.read", "desk", person.agency.code, {"tab": tab, "page": page.number, "rows": len(page.found)})],
    )
    reports, looks = together(
        marked(page_of(person.agency, scope, page.found), person.agency_id),
        looks_of(person, PlaceKind.DESK, person.agency_id),
    )
    found = {one.pk: one for one in reports}
    looked = looks[0] if looks else None
    since = looked.since if looked else None
    note_look(person, PlaceKind.DESK, person.agency_id, looked)
    shown = _received(person, [found[one] for one in page.found if one in found])
    new = tab in _NEW_PILES
    may_act = works and (new or tab == DeskTab.ACCEPTED)
    context = {
        "tab": tab,
        "tabs": _tabs(in_all, sizes, tab),
        "page": page,
        "query": f"{chosen.query()}&",
        "sort": chosen.sort,
        "narrowed": chosen.narrowed,
        "looked_at": since,
        "news": news_in(sizes, since),
        "second": sizes["second"],
        "told": sizes["told"],
        "choices": _choices_of_order(chosen),
        "expiring": log_expiry.notices(person.agency, scope),
        "due": overdue.notices(person.agency, scope, sizes["overdue"], sizes["soon"]),
        "endings": endings(agencies) if sizes["endings"] else [],
        "drafts": sizes["drafts"],
        "may_see": works,
        "outcomes_missing": sizes["outcomes"],
        "rows": rows(shown),
        "may_act": may_act,
        "acts": acts_for(person) if may_act and new else (INVITE,) if may_act else (),
        "queue_acts": queue_acts(tab) if may_act and new else (),
        "further": further_acts_of(person.agency) if may_act and new else (),
        "all_chosen": request.GET.get("choose") == "all",
    }
    return render(request, "console/desk.html", context)


def _chosen(given: str | None, among: dict[str, str]) -> str:
    return given if given in among else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A pile, its order, and what it is narrowed down to."""

    tab: str
    sort: str
    logs: str
    due: str
    whose: str

    @property
    def narrowed(self) -> bool:
        """Whether it is less than the pile."""
        return bool(self.logs or self.due or self.whose)

    def query(self, **other: str) -> str:
        """Its address, with one thing changed."""
        said = {"tab": self.tab, "sort": self.sort, "logs": self.logs, "due": self.due, "whose": self.whose} | other
        return urlencode({key: value for key, value in said.items() if value})


def _pile(person: User, chosen: Choice) -> Listing:
    tab = DeskTab.NEW if chosen.tab in _NEW_PILES else DeskTab(chosen.tab)
    return Listing(
        person.agency, tab, now(), chosen.tab == _PERSON, chosen.sort, chosen.logs, chosen.due, chosen.whose, person.pk,
        resting=chosen.tab == _RESTING, informational=chosen.tab == _INFORMS,
    )  # fmt: skip


def _piles(person: User) -> dict[str, tuple[QuerySet[DeskRow], int]]:
    return {key: (_pile(person, Choice(key, "", "", "", "")).rows(), far + 1) for key, far in _MOST_COUNTED.items()}


def _in_all(sizes: Mapping[str, int]) -> dict[str, int]:
    """How many there are of each tab: all of a desk is what is new, rests or only informs, what is accepted, and what went on."""
    whole = sum(sizes[tab] for tab in _MOST_COUNTED if tab != _PERSON)
    return {**{key: sizes[key] for key in _MOST_COUNTED}, DeskTab.ALL.value: whole}


def _number(counted: int, most: int) -> str:
    return f"{most:,}+" if counted > most else str(counted)


def _received(person: User, page: list[Report]) -> list[Report]:
    """The reports of a page; of those that are here for the first time, that somebody has seen them now."""
    fresh = [r for r in page if r.held_until is None and r.hop_state == ReferralState.SENT]  # type: ignore[attr-defined]
    if fresh and receive(person, [r.pk for r in fresh]):
        for report in fresh:
            report.hop_state = ReferralState.RECEIVED  # type: ignore[attr-defined]
    return page


def _choices_of_order(chosen: Choice) -> list[dict[str, Any]]:
    """The links that order the pile and narrow it down, each keeping what the others say."""
    usual = "Urgent first, then in turn" if chosen.tab in _WORKED_ON else "Latest first"
    whose = [
        {"label": "Whose", "options": [
            {"label": label, "query": chosen.query(whose=key), "current": key == chosen.whose} for key, label in _WHOSE.items()
        ]},
    ]  # fmt: skip
    return [
        *(whose if chosen.tab in _NEW_PILES else []),
        {"label": "Order", "options": [
            {"label": label or usual, "query": chosen.query(sort=key), "current": key == chosen.sort} for key, label in _SORTS.items()
        ]},
        {"label": "Logs", "options": [
            {"label": label, "query": chosen.query(logs=key), "current": key == chosen.logs} for key, label in _LOGS.items()
        ]},
        {"label": "Due", "options": [
            {"label": label, "query": chosen.query(due=key), "current": key == chosen.due} for key, label in _DUE.items()
        ]},
    ]  # fmt: skip


@require_safe
@signed_in
def live_counts(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """How many lie on each pile now: the tabs alone, for a page that asks again, or as JSON for who asks for that. One query."""
    if scope.empty:
        raise NotPermittedError("your role does not work on reports")
    tab = request.GET.get("tab", "")
    sizes = counts(_piles(person))
    in_all = _in_all(sizes)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({key: in_all[key] for key in _TABS})
    return render(request, "console/desk_tabs.html", {"tab": tab, "tabs": _tabs(in_all, sizes, tab)})


def _tabs(in_all: Mapping[str, int], sizes: Mapping[str, int], tab: str) -> list[dict[str, str]]:
    return [
        {"key": key, "label": label, "count": _number(in_all[key], _MOST_COUNTED.get(key, MOST))}
        for key, label in _TABS.items()
        if key not in _ONLY_IF_ANY or sizes.get(key) or tab == key
    ]


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
def overdue_seen(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Say that notices of due times that have passed were seen, by whom and when."""
    given = [text for text in request.POST.getlist("notice")[:MOST_AT_ONCE] if text.isascii() and text.isdigit()]
    seen = overdue.acknowledge_overdue(person, [int(text[:19]) for text in given])
    messages.success(request, f"{seen} notice{'' if seen == 1 else 's'} marked as seen by you")
    return redirect("console:desk")
