"""The desk for programs: what lies there, what was sent, and the acts of the screens, each one call of the same service."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tipline.api import given
from tipline.api.asking import Token, asker_of
from tipline.api.endpoints import After, Limit
from tipline.api.paths import ReportId
from tipline.api.writing import DONE, REFUSALS, Key, done
from tipline.core.errors import InvalidInputError
from tipline.intake.public_form import queries as public_form
from tipline.intake.public_form import services as public_form_services
from tipline.investigation.cases.services import open_case
from tipline.investigation.operations import queries as operations
from tipline.pipeline.priority import lower_priority, raise_priority, take_back
from tipline.referrals import drafts, merging, services
from tipline.referrals.holding import stamp
from tipline.referrals.models import MergeReason, RecallReason, ReturnReason
from tipline.referrals.progress import SentTab, progress, sent_by
from tipline.referrals.queries import DeskTab, held_jointly
from tipline.referrals.queries import desk as desk_query
from tipline.referrals.queue import closing
from tipline.referrals.queue.models import ClosingAct
from tipline.referrals.recalling import recall
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import TokenScope, User
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope, acting, scope_of

router = Router(tags=["desk"])
_READ = Token(TokenScope.REPORTS)
_WRITE = Token(TokenScope.REPORTS_WRITE)
_SAY = {"raise": raise_priority, "lower": lower_priority, "take-back": take_back}


class DeskRow(Schema):
    """A report on the desk."""

    id: int
    held_from: datetime
    held_until: datetime | None = Field(description="null: it lies here now")
    state: str | None = Field(description="of its referral; null: it came by the door")
    due_at: datetime | None
    jointly: bool
    escalated: bool
    seen: str = Field(description="hand it in with an act, so that what changed since is not overlooked")


class Desk(Schema):
    """A page of a desk, in order of id."""

    items: list[DeskRow]
    next: int | None = Field(description="give it as `after` for the next page; null: there is none now")


class SentRow(Schema):
    """A report that the desk sent, and how far it is. Nothing of the case."""

    referral: int
    report: int
    to: str
    state: str
    sent_at: datetime
    acknowledged_at: datetime | None
    now_at: str
    now_state: str
    case_opened: bool
    recallable: bool
    seen: str


class Sent(Schema):
    """A page of what was sent, in order of the referral's number."""

    items: list[SentRow]
    next: int | None


class DraftRow(Schema):
    """A forward that waits for a second person."""

    id: UUID
    to: str
    note: str
    drafted_by: str
    drafted_at: datetime
    reports: list[int]


class MessageRow(Schema):
    """A message between the desk and whoever reported by the public form."""

    id: int
    side: str
    text: str
    written_at: datetime


class Thread(Schema):
    """The messages of a report. Names and numbers of whoever reported are not among them."""

    language: str
    told: str
    messages: list[MessageRow]


@router.get("/desk", auth=_READ, response={200: Desk, **REFUSALS})
def desk(request: HttpRequest, after: After = 0, limit: Limit = 50, tab: DeskTab = DeskTab.NEW) -> dict[str, Any]:
    """What lies on the person's desk, in order of id: `new` (nobody accepted it), `accepted`, `sent-on`, `all`."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = desk_query(asker.person.agency, scope, tab).filter(pk__gt=after).order_by("pk")
        page = list(found.only("pk", "escalated")[: limit + 1])
        asker.note("desk.read", "desk", asker.person.agency.code, tab=tab.value, rows=len(page[:limit]))
    items = [
        {
            "id": one.pk, "held_from": said["held_from"], "held_until": said["held_until"], "state": said["hop_state"],
            "due_at": said["hop_due_at"], "jointly": said["jointly"], "escalated": one.escalated,
            "seen": stamp(said["hop_id"], said["hop_state_at"]),
        }
        for one, said in ((one, vars(one)) for one in page[:limit])
    ]  # fmt: skip
    return {"items": items, "next": page[limit - 1].pk if len(page) > limit else None}


@router.get("/desk/sent", auth=_READ, response={200: Sent, **REFUSALS})
def desk_sent(request: HttpRequest, after: After = 0, limit: Limit = 50, tab: SentTab = SentTab.OPEN) -> dict[str, Any]:
    """What the desk sent and nobody decided (`open`), what came back (`back`), or `all`, in order of the referral's number."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = sent_by(asker.person.agency, scope, tab).select_related("to_agency").filter(pk__gt=after)
        page = list(found.order_by("pk")[: limit + 1])
        rows = progress(page[:limit])
        asker.note("desk.sent_read", "desk", asker.person.agency.code, tab=tab.value, rows=len(rows))
    items = [
        {
            "referral": one.referral.pk, "report": one.referral.report_id, "to": one.referral.to_agency.code,
            "state": one.referral.state, "sent_at": one.referral.sent_at,
            "acknowledged_at": one.acknowledged.at if one.acknowledged else None, "now_at": one.now_at, "now_state": one.now_state,
            "case_opened": one.case_opened, "recallable": one.recallable,
            "seen": stamp(one.referral.pk, one.referral.state_at),
        }
        for one in rows
    ]  # fmt: skip
    return {"items": items, "next": page[limit - 1].pk if len(page) > limit else None}


@router.get("/desk/drafts", auth=_READ, response={200: list[DraftRow], **REFUSALS})
def desk_drafts(
    request: HttpRequest, limit: Annotated[int, Query(ge=1, le=200, description="how many at most")] = 200
) -> list[dict[str, Any]]:
    """Forwards that wait for a second person."""
    asker = asker_of(request)
    with acting(asker.scope):
        found = list(islice(drafts.drafts_of(asker.person.agency), limit))
        asker.note("desk.drafts_read", "desk", asker.person.agency.code, rows=len(found))
    return [
        {
            "id": one.bundle, "to": one.to_agency.code, "note": one.note, "drafted_by": one.drafted_by,
            "drafted_at": one.drafted_at, "reports": list(one.report_ids),
        }
        for one in found
    ]  # fmt: skip


@router.post("/desk/acknowledge", auth=_WRITE, response=DONE)
def acknowledge_reports(request: HttpRequest, body: given.Chosen, key: Key = "") -> dict[str, Any]:
    """Say that somebody looks at them; those who sent them see it. `count`: how many were not acknowledged before."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        return {"done": "acknowledged", "count": services.acknowledge(person, body.reports, body.stamps)}

    return done(request, key, act)


@router.post("/desk/accept", auth=_WRITE, response=DONE)
def accept_reports(request: HttpRequest, body: given.Accepted, key: Key = "") -> dict[str, Any]:
    """Accept reports into a new case. `id`: of the case."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        known = operations.open_to(scope_of(person), person.agency) if body.operation else ()
        operation = next((one for one in known if one.code == body.operation), None)
        if body.operation and operation is None:
            raise InvalidInputError("operation: none that is open to this desk has that code")
        case = open_case(
            person, body.reports, body.title, operation=operation, offences=body.sections, seen=body.stamps
        )
        return {"done": "accepted", "id": case.pk, "number": case.number, "count": len(body.reports)}

    return done(request, key, act)


@router.post("/desk/take-part", auth=_WRITE, response=DONE)
def take_part(request: HttpRequest, body: given.Chosen, key: Key = "") -> dict[str, Any]:
    """Accept what the desk has jointly; its owner goes on owning it. What is the desk's own is accepted into a case."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        if not held_jointly(person.agency, body.reports):
            raise InvalidInputError("reports: your desk does not have all of these jointly; accept them into a case")
        return {"done": "taken part", "count": len(services.accept(person, body.reports, body.stamps))}

    return done(request, key, act)


@router.post("/desk/forward", auth=_WRITE, response=DONE)
def forward_reports(request: HttpRequest, body: given.Forwarded, key: Key = "") -> dict[str, Any]:
    """Send reports to an agency directly below."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        services.forward(person, body.reports, _agency(body.agency), body.note, seen=body.stamps)
        return {"done": "forwarded", "count": len(body.reports)}

    return done(request, key, act)


def _agency(code: str, field: str = "agency") -> Agency:
    found = Agency.objects.filter(code=code, active=True).first()
    if found is None:
        raise InvalidInputError(f"{field}: there is no active agency with that code")
    return found


@router.post("/desk/draft", auth=_WRITE, response=DONE)
def draft_forward(request: HttpRequest, body: given.Forwarded, key: Key = "") -> dict[str, Any]:
    """Draft a forward, which a second person sends. `number`: of the draft."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = drafts.draft(person, body.reports, _agency(body.agency), body.note, body.stamps)
        return {"done": "drafted", "number": str(made), "count": len(body.reports)}

    return done(request, key, act)


@router.post("/desk/drafts/{uuid:draft_id}/send", auth=_WRITE, response=DONE)
def send_draft(request: HttpRequest, draft_id: UUID, body: given.Nothing, key: Key = "") -> dict[str, Any]:
    """Send a draft. Never by the person who drafted it."""
    return done(request, key, lambda person, scope: {"done": "sent", "count": drafts.send(person, draft_id)})


@router.post("/desk/drafts/{uuid:draft_id}/discard", auth=_WRITE, response=DONE)
def discard_draft(request: HttpRequest, draft_id: UUID, body: given.Nothing, key: Key = "") -> dict[str, Any]:
    """Discard a draft; its reports stay on the desk."""
    return done(request, key, lambda person, scope: {"done": "discarded", "count": drafts.throw_away(person, draft_id)})


@router.post("/desk/split", auth=_WRITE, response=DONE)
def split_bundle(request: HttpRequest, body: given.Split, key: Key = "") -> dict[str, Any]:
    """Part what came as one bundle between desks directly below: all of it or nothing."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        parts = [(_agency(part.agency, "parts"), part.reports) for part in body.parts]
        seen = given.Chosen(reports=[1], seen=body.seen).stamps
        services.split(person, parts, body.note, seen)
        return {"done": "split", "count": sum(len(part.reports) for part in body.parts)}

    return done(request, key, act)


@router.post("/desk/return", auth=_WRITE, response=DONE)
def return_reports(request: HttpRequest, body: given.Returned, key: Key = "") -> dict[str, Any]:
    """Hand reports back to the desk that sent them, with a reason. `count`: of those that went; an urgent one waits for a second person, on the screen."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        reason = _choice(ReturnReason, body.reason, "reason")
        closed = closing.close(person, body.reports, ClosingAct.RETURN, reason.value, body.note, body.stamps)
        if not closed.proposed:
            return {"done": "returned", "count": len(closed.done)}
        waits = f"{len(closed.proposed)} urgent proposed: a second person of the desk confirms"
        return {"done": f"returned; {waits}" if closed.done else waits, "count": len(closed.done)}

    return done(request, key, act)


def _choice(kind: Any, value: str, field: str) -> Any:
    if value not in kind.values:
        raise InvalidInputError(f"{field}: one of {', '.join(kind.values)}")
    return kind(value)


@router.post("/desk/merge", auth=_WRITE, response=DONE)
def merge_reports(request: HttpRequest, body: given.Merged, key: Key = "") -> dict[str, Any]:
    """Deal with reports together: they are accepted, forwarded or returned with `into`."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        if body.into not in body.reports:
            raise InvalidInputError("into: one of the reports")
        reason = _choice(MergeReason, body.reason, "reason")
        count = merging.merge(person, body.reports, body.into, reason, body.note, body.stamps)
        return {"done": "put together", "id": body.into, "count": count}

    return done(request, key, act)


@router.post("/desk/part", auth=_WRITE, response=DONE)
def part_reports(request: HttpRequest, body: given.Chosen, key: Key = "") -> dict[str, Any]:
    """Part what was put together."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        return {"done": "parted", "count": merging.unmerge(person, body.reports, body.stamps)}

    return done(request, key, act)


@router.post("/desk/invite", auth=_WRITE, response=DONE)
def invite_desk(request: HttpRequest, body: given.Invited, key: Key = "") -> dict[str, Any]:
    """Ask another desk to take part; the own desk goes on owning them."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        services.invite(person, body.reports, _agency(body.agency), body.note, body.stamps)
        return {"done": "asked to take part", "count": len(body.reports)}

    return done(request, key, act)


@router.post("/desk/recall", auth=_WRITE, response=DONE)
def recall_reports(request: HttpRequest, body: given.Recalled, key: Key = "") -> dict[str, Any]:
    """Take back what was sent and nobody has decided."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        reason = _choice(RecallReason, body.reason, "reason")
        seen = given.Chosen(reports=[1], seen=body.seen).stamps
        return {"done": "recalled", "count": recall(person, body.referrals, reason, body.note, seen)}

    return done(request, key, act)


@router.get("/reports/{int:report_id}/messages", auth=_READ, response={200: Thread, **REFUSALS})
def report_messages(request: HttpRequest, report_id: ReportId) -> dict[str, Any]:
    """The messages of a report by the public form. Reading them by a program does not mark them as read."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        visible_report(scope, report_id)
        section = public_form.section(report_id)
        found = list(public_form.messages_of(report_id)[:1000])
        asker.note("public_form.messages_read", "report", report_id, messages=len(found))
    rows = [{"id": one.pk, "side": one.side, "text": one.text, "written_at": one.at} for one in found]
    return {"language": section.language_code, "told": section.told, "messages": rows}


@router.post("/reports/{int:report_id}/messages", auth=_WRITE, response=DONE)
def answer_reporter(
    request: HttpRequest, report_id: ReportId, body: given.MessageGiven, key: Key = ""
) -> dict[str, Any]:
    """Answer whoever reported by the public form: it waits until they come back."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        visible_report(scope, report_id)
        public_form_services.answer(person, report_id, body.text)
        return {"done": "answered", "id": report_id}

    return done(request, key, act)


@router.post("/reports/{int:report_id}/priority", auth=_WRITE, response=DONE)
def say_priority(request: HttpRequest, report_id: ReportId, body: given.Priority, key: Key = "") -> dict[str, Any]:
    """Raise a report to the urgent lane, take it out of it, or take back what a person said. Lowering needs a supervisor. `id`: of the mark."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = _SAY[body.act](person, report_id, body.why)
        return {"done": body.act, "id": made.pk}

    return done(request, key, act)


@router.post("/reports/{int:report_id}/told", auth=_WRITE, response=DONE)
def tell_reporter(request: HttpRequest, report_id: ReportId, body: given.Told, key: Key = "") -> dict[str, Any]:
    """Change how far the report is, as whoever reported is told."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        visible_report(scope, report_id)
        public_form_services.tell(person, report_id, body.told)
        return {"done": "told", "id": report_id}

    return done(request, key, act)
