"""The queue of a desk for programs: its order, whose a report is, what rests, and whom to call about its identifiers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tipline.api import given
from tipline.api.asking import Token, asker_of
from tipline.api.endpoints import Limit
from tipline.api.writing import DONE, REFUSALS, Key, done
from tipline.core.clock import now
from tipline.core.sql import counts
from tipline.investigation.deconfliction import queries as contacts
from tipline.investigation.deconfliction import services as deconfliction
from tipline.referrals.listing import Listing
from tipline.referrals.models import DeskRow
from tipline.referrals.queries import DeskTab
from tipline.referrals.queue import closing, working
from tipline.referrals.queue.models import ClosingAct
from tipline.referrals.queue.rules import QUEUE
from tipline.trust.accounts.models import TokenScope, User
from tipline.trust.visibility import Scope, acting

router = Router(tags=["desk"])
_READ = Token(TokenScope.REPORTS)
_WRITE = Token(TokenScope.REPORTS_WRITE)
_MOST = 2_000


class QueueRow(Schema):
    """A report in the queue of a desk."""

    report: int
    urgent: bool
    priority: int | None
    since: datetime
    turn: float | None = Field(description="its place; null: it gets one within a minute")
    band: str = Field(description="the line it stands in; see `bands`")
    flow: str | None = Field(description="the desk that routing means it for: these take turns")
    assignee: str | None
    snoozed_until: datetime | None
    informational: bool


class Queue(Schema):
    """The first of a desk's queue, in the order of the screen, with the rules by which."""

    items: list[QueueRow]
    rules_version: str
    counts: dict[str, int] = Field(description="of each pile, counted to 2,000")


class ContactRow(Schema):
    """A desk to call. No more is told of what it has."""

    agency: str
    name: str
    call: str
    share: str


class CheckRow(Schema):
    """What the desk asked about identifiers of its reports."""

    id: int
    at: datetime
    reports: list[int]
    case: int | None
    identifiers: int
    found: str
    contacts: list[ContactRow]
    not_checked: list[dict[str, str]]


class NoticeRow(Schema):
    """That another desk asked about identifiers that this one has, too."""

    id: int
    desk: str
    name: str
    call: str
    share: str
    below: bool = Field(description="told for a desk below that is not named to others")
    at: datetime
    seen_at: datetime | None


class Contacts(Schema):
    """Both sides of contacts of the desk, the latest first."""

    asked: list[CheckRow]
    told: list[NoticeRow]


@router.get("/desk/queue", auth=_READ, response={200: Queue, **REFUSALS})
def queue(request: HttpRequest, limit: Limit = 50, pile: str = "new", whose: str = "") -> dict[str, Any]:
    """The first of the queue: `pile` is `new`, `resting` or `informational`; `whose` is empty, `mine` or `nobody`."""
    asker = asker_of(request)
    person = asker.person
    with acting(asker.scope):
        piles = {
            name: Listing(
                person.agency, DeskTab.NEW, now(), whose=whose if name == pile else "", person=person.pk,
                resting=name == "resting", informational=name == "informational",
            )
            for name in ("new", "resting", "informational")
        }  # fmt: skip
        ids = piles.get(pile, piles["new"]).slice(0, limit)
        sizes = counts({name: (one.rows(), _MOST) for name, one in piles.items()})
        rows = {
            row["report"]: row
            for row in DeskRow.objects.filter(agency=person.agency, report__in=ids).values(
                "report", "urgent", "priority", "since", "turn", "band", "snoozed_until", "informational",
                code=F("flow__code"), email=F("assignee__email"),
            )
        }  # fmt: skip
        asker.note("desk.read", "desk", person.agency.code, tab="queue", rows=len(ids))
    items = [{**rows[one], "flow": rows[one]["code"], "assignee": rows[one]["email"]} for one in ids if one in rows]
    return {"items": items, "rules_version": QUEUE.about.version, "counts": sizes}


@router.post("/desk/assign", auth=_WRITE, response=DONE)
def assign_reports(request: HttpRequest, body: given.Assigned, key: Key = "") -> dict[str, Any]:
    """Give reports to somebody of the desk, or to nobody. `count`: of those that changed hands."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        to = working.colleague(person, body.person) if body.person else None
        return {"done": "assigned", "count": working.assign(person, body.reports, to, body.note, body.stamps)}

    return done(request, key, act)


@router.post("/desk/snooze", auth=_WRITE, response=DONE)
def snooze_reports(request: HttpRequest, body: given.Snoozed, key: Key = "") -> dict[str, Any]:
    """Let reports rest until a time, with the reason. What raises one brings it back before."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        return {"done": "resting", "count": working.snooze(person, body.reports, body.until, body.note, body.stamps)}

    return done(request, key, act)


@router.post("/desk/wake", auth=_WRITE, response=DONE)
def wake_reports(request: HttpRequest, body: given.Chosen, key: Key = "") -> dict[str, Any]:
    """Take reports back from rest."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        return {"done": "back from rest", "count": working.wake(person, body.reports, body.stamps)}

    return done(request, key, act)


@router.post("/desk/informational", auth=_WRITE, response=DONE)
def only_inform(request: HttpRequest, body: given.Informational, key: Key = "") -> dict[str, Any]:
    """Put reports among what only informs. `count`: of those that are there now; of some priority, one waits for a second person."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        closed = closing.close(person, body.reports, ClosingAct.INFORMATIONAL, "", body.note, body.stamps)
        return {"done": "informational" if not closed.proposed else "proposed in part", "count": len(closed.done)}

    return done(request, key, act)


@router.post("/desk/work", auth=_WRITE, response=DONE)
def to_be_worked_on(request: HttpRequest, body: given.Chosen, key: Key = "") -> dict[str, Any]:
    """Take reports back from what only informs."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        return {"done": "to be worked on", "count": working.to_work(person, body.reports, body.stamps)}

    return done(request, key, act)


@router.post("/desk/hand-over", auth=_WRITE, response=DONE)
def hand_over(request: HttpRequest, body: given.AllHandedOver, key: Key = "") -> dict[str, Any]:
    """Give everything that somebody works on to somebody else of the desk."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        of = working.colleague(person, body.of) if body.of else person
        to = working.colleague(person, body.to)
        return {"done": "handed over", "count": working.hand_over_all(person, of, to, body.note)}

    return done(request, key, act)


@router.get("/desk/contacts", auth=_READ, response={200: Contacts, **REFUSALS})
def desk_contacts(request: HttpRequest) -> dict[str, Any]:
    """Whom the desk was told to call, and who asked about identifiers that it has."""
    asker = asker_of(request)
    with acting(asker.scope):
        asked, told = contacts.checks(asker.person.agency), contacts.notices(asker.person.agency)
        asker.note("deconfliction.read", "desk", asker.person.agency.code, notices=len(told), checks=len(asked))
    return {
        "asked": [
            {
                "id": one.check.pk, "at": one.check.at, "reports": one.check.reports, "case": one.check.case_id,
                "identifiers": one.check.identifiers, "found": one.found, "not_checked": one.check.not_checked,
                "contacts": [
                    {"agency": c.code, "name": c.name, "call": c.call, "share": c.share} for c in one.contacts
                ],
            }
            for one in asked
        ],
        "told": [
            {
                "id": one.notice.pk, "desk": one.notice.desk.code, "name": one.notice.desk.name, "call": one.call,
                "share": one.share, "below": one.notice.below, "at": one.notice.at, "seen_at": one.notice.seen_at,
            }
            for one in told
        ],
    }  # fmt: skip


@router.post("/desk/contacts", auth=_WRITE, response=DONE)
def ask_contacts(request: HttpRequest, body: given.AskedAbout, key: Key = "") -> dict[str, Any]:
    """Ask, before a case is opened, who else has identifiers of these reports; they are told. `id`: of the check; `count`: desks to call.

    Zero does not say that nobody has them: GET /desk/contacts says what was not checked.
    """

    def act(person: User, scope: Scope) -> dict[str, Any]:
        check = deconfliction.ask(person, body.reports)
        return {"done": "asked", "id": check.pk, "count": check.contacts.count()}

    return done(request, key, act)
