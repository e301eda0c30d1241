"""Legal requests, letters, outcomes and figures, for programs. Tipline sends no letter: it drafts, and notes what people sent and got."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tipline.api import given
from tipline.api.asking import Token, asker_of
from tipline.api.casework import page_of
from tipline.api.endpoints import After, Limit
from tipline.api.paths import CaseId, ReportId, ThingId
from tipline.api.writing import DONE, REFUSALS, Key, done
from tipline.core.errors import InvalidInputError
from tipline.investigation.cases.queries import visible_case
from tipline.investigation.legal.letters import queries as letter_queries
from tipline.investigation.legal.letters import services as letter_services
from tipline.investigation.legal.letters.printing import FileKind, print_letters
from tipline.investigation.outcomes import queries as outcome_queries
from tipline.investigation.outcomes import services as outcome_services
from tipline.investigation.outcomes.kinds import KINDS
from tipline.investigation.process import queries, services
from tipline.investigation.process.making import make
from tipline.investigation.process.models import RequestKind
from tipline.investigation.process.services import Letter, Reply
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import TokenScope, User
from tipline.trust.agencies.queries import country_of
from tipline.trust.visibility import Scope, acting

router = Router(tags=["process"])
_READ = Token(TokenScope.CASES)
_REQUESTS = Token(TokenScope.REQUESTS_WRITE)
_OUTCOMES = Token(TokenScope.OUTCOMES_WRITE)


class RequestRow(Schema):
    """One letter to one holder of records. What it asks about is on the case's page and in its letter."""

    id: int
    case: str = Field(description="number of the case")
    reference: str
    kind: str
    holder: str
    holder_name: str
    state: str
    version: int = Field(description="hand it in with an act")
    items: int | None
    sent_at: datetime | None
    reminders: int
    term_at: datetime | None
    replied_at: datetime | None
    answer: str | None
    usefulness: str | None
    days: float | None
    preserved_until: datetime | None
    confirmed: bool
    first_log_gone_at: datetime | None
    alerts: list[str]


class Requests(Schema):
    """A page of requests, in order of id."""

    items: list[RequestRow]
    next: int | None


class LetterRow(Schema):
    """A letter of a case, without its text: that is in its file."""

    id: int
    number: int
    form: str
    language: str
    holder: str
    state: str
    version: int
    edited: bool
    missing: list[str] = Field(description="fields that the record lacks, and blanks to fill in by hand")


class CameBackRow(Schema):
    """An outcome that was told of reports that the agency held or holds."""

    id: int
    kind: str
    number: int | None
    on: date
    agency: str = Field(description="whose word it is; of what another installation told, the desk that told it")
    said_by: str = Field(
        default="", description="code of the desk whose word it is; not always an agency that is known here"
    )
    heard_at: datetime | None = Field(
        default=None, description="when another installation told it; null: it was written here"
    )
    for_senders: str = Field(description="a sentence for whoever sent the report; text of officers")
    recorded_at: datetime
    withdrawn: bool
    reports: int = Field(description="of how many of the agency's reports it is told")
    report: int = Field(description="the first of them")


class CameBack(Schema):
    """A page of outcomes, in order of id."""

    items: list[CameBackRow]
    next: int | None


# -- requests ---------------------------------------------------------------------------------------------------


@router.get("/requests", auth=_READ, response={200: Requests, **REFUSALS})
def outstanding(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Requests in the person's scope, those that are over too."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        page, following = page_of(queries.visible_requests(scope).select_related("case").filter(pk__gt=after), limit)
        asker.note("request.listed", "agency", asker.person.agency.code, rows=len(page))
    return {"items": queries.told(page), "next": following}


@router.get("/cases/{int:case_id}/requests", auth=_READ, response={200: list[RequestRow], **REFUSALS})
def requests_of_case(request: HttpRequest, case_id: CaseId) -> list[dict[str, object]]:
    """All requests of a case."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        asker.note("request.listed", "case", case.pk)
        return queries.told(queries.requests_of(case))


@router.get("/cases/{int:case_id}/requests/{int:request_id}", auth=_READ, response={200: RequestRow, **REFUSALS})
def read_request(request: HttpRequest, case_id: CaseId, request_id: ThingId) -> dict[str, object]:
    """One request of a case."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = queries.visible_request(scope, case_id, request_id)
        asker.note("request.read", "case", case_id, request=request_id)
        return queries.told([found])[0]


@router.post("/cases/{int:case_id}/requests", auth=_REQUESTS, response=DONE)
def draft_requests(request: HttpRequest, case_id: CaseId, body: given.Drafted, key: Key = "") -> dict[str, Any]:
    """Draft requests of one kind. Nothing is sent. `count`: how many; none where everybody was asked already."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        if body.kind not in RequestKind.values:
            raise InvalidInputError(f"kind: one of {', '.join(RequestKind.values)}")
        made = make(
            person, case_id, RequestKind(body.kind), body.holders or None, again=body.again, basis=body.basis or None
        )
        return {"done": "drafted", "id": case_id, "count": len(made.requests)}

    return done(request, key, act)


def _letter(body: given.Dispatched) -> Letter:
    return Letter(body.at, body.channel, body.reference)


@router.post("/cases/{int:case_id}/requests/{int:request_id}/sent", auth=_REQUESTS, response=DONE)
def note_sent(
    request: HttpRequest, case_id: CaseId, request_id: ThingId, body: given.RequestSent, key: Key = ""
) -> dict[str, Any]:
    """Note that a request went out."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        services.send(person, case_id, {request_id: body.version}, _letter(body), body.dispatch)
        return {"done": "sent", "id": request_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/requests/{int:request_id}/reminded", auth=_REQUESTS, response=DONE)
def note_reminder(
    request: HttpRequest, case_id: CaseId, request_id: ThingId, body: given.Dispatched, key: Key = ""
) -> dict[str, Any]:
    """Note a reminder that went out."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        services.remind(person, case_id, request_id, body.version, _letter(body))
        return {"done": "reminded", "id": request_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/requests/{int:request_id}/replied", auth=_REQUESTS, response=DONE)
def note_reply(
    request: HttpRequest, case_id: CaseId, request_id: ThingId, body: given.RequestReplied, key: Key = ""
) -> dict[str, Any]:
    """Note a reply. Its file is uploaded on screen."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        items = {int(one): text for one, text in body.items.items() if one.isascii() and one.isdigit()}
        reply = Reply(_letter(body), body.answer, body.usefulness, body.remark, items, body.until)
        services.reply(person, case_id, request_id, body.version, reply)
        return {"done": "replied", "id": request_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/requests/{int:request_id}/renewed", auth=_REQUESTS, response=DONE)
def note_renewal(
    request: HttpRequest, case_id: CaseId, request_id: ThingId, body: given.Renewed, key: Key = ""
) -> dict[str, Any]:
    """Note that a preservation was renewed."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        services.renew(person, case_id, request_id, body.version, _letter(body), body.until)
        return {"done": "renewed", "id": request_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/requests/{int:request_id}/closed", auth=_REQUESTS, response=DONE)
def close_request(
    request: HttpRequest, case_id: CaseId, request_id: ThingId, body: given.RequestEnded, key: Key = ""
) -> dict[str, Any]:
    """Close a request."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        services.close(person, case_id, request_id, body.version, body.remark)
        return {"done": "closed", "id": request_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/requests/{int:request_id}/withdrawn", auth=_REQUESTS, response=DONE)
def withdraw_request(
    request: HttpRequest, case_id: CaseId, request_id: ThingId, body: given.RequestEnded, key: Key = ""
) -> dict[str, Any]:
    """Withdraw a request, with a reason in `remark`."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        services.withdraw(person, case_id, request_id, body.version, body.remark)
        return {"done": "withdrawn", "id": request_id}

    return done(request, key, act)


# -- letters ----------------------------------------------------------------------------------------------------


@router.get("/cases/{int:case_id}/letters", auth=_READ, response={200: list[LetterRow], **REFUSALS})
def letters(request: HttpRequest, case_id: CaseId) -> list[dict[str, Any]]:
    """All letters of a case."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        found = list(letter_queries.visible_letters(scope, case))
        asker.note("letter.listed", "case", case.pk, letters=len(found))
    return [_letter_row(one) for one in found]


def _letter_row(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "number": one.number, "form": one.form, "language": one.language, "holder": one.holder_key,
        "state": one.state, "version": one.version, "edited": one.edited, "missing": one.missing,
    }  # fmt: skip


@router.get("/cases/{int:case_id}/letters/{int:letter_id}", auth=_READ, response={200: LetterRow, **REFUSALS})
def read_letter(request: HttpRequest, case_id: CaseId, letter_id: ThingId) -> dict[str, Any]:
    """One letter of a case, without its text."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        found = letter_queries.visible_letter(scope, case, letter_id)
        asker.note("letter.listed", "case", case.pk, letters=1)
        return _letter_row(found)


@router.get(
    "/cases/{int:case_id}/letters/{int:letter_id}/letter.pdf", auth=_READ, response={200: None, **REFUSALS},
    summary="A letter as PDF",
    openapi_extra={"responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}},
)  # fmt: skip
def letter_file(request: HttpRequest, case_id: CaseId, letter_id: ThingId) -> HttpResponse:
    """One letter as PDF, marked as a draft while nobody reviewed it. That it was taken is logged."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        found = letter_queries.visible_letter(scope, case, letter_id)
        version = letter_queries.readable(case, [found])[found.pk]
        (made,) = print_letters(asker.person.actor, [(found, version)], FileKind.PDF, country_of(case.agency))
        asker.note("letter.read", "case", case.pk, letter=found.number, version=found.version)
    return HttpResponse(made.content, content_type="application/pdf", headers={"Cache-Control": "no-store"})


@router.post("/cases/{int:case_id}/letters", auth=_REQUESTS, response=DONE)
def make_letter(request: HttpRequest, case_id: CaseId, body: given.NewLetter, key: Key = "") -> dict[str, Any]:
    """Make one letter of the record, or find the draft that exists."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = letter_services.make(person, case_id, body.form, body.language, body.holder)
        return {"done": "made", "id": made.pk, "number": str(made.number)}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/letters/set", auth=_REQUESTS, response=DONE)
def make_letters(request: HttpRequest, case_id: CaseId, body: given.LetterSet, key: Key = "") -> dict[str, Any]:
    """Make all that the case needs. `count`: how many are new."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = letter_services.make_set(person, case_id, body.language)
        return {"done": "made", "id": case_id, "count": made.new}

    return done(request, key, act)


def _letter_of(scope: Scope, case_id: int, letter_id: int) -> int:
    return letter_queries.visible_letter(scope, visible_case(scope, case_id), letter_id).pk


@router.post("/cases/{int:case_id}/letters/{int:letter_id}/edit", auth=_REQUESTS, response=DONE)
def edit_letter(
    request: HttpRequest, case_id: CaseId, letter_id: ThingId, body: given.EditedLetter, key: Key = ""
) -> dict[str, Any]:
    """Change texts of a draft; it gets a new version."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = letter_services.edit(person, _letter_of(scope, case_id, letter_id), body.version, body.texts)
        return {"done": "edited", "id": letter_id, "number": str(made.version)}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/letters/{int:letter_id}/afresh", auth=_REQUESTS, response=DONE)
def take_letter_afresh(
    request: HttpRequest, case_id: CaseId, letter_id: ThingId, body: given.LetterVersion, key: Key = ""
) -> dict[str, Any]:
    """Take a draft afresh from the record."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = letter_services.take_afresh(person, _letter_of(scope, case_id, letter_id), body.version)
        return {"done": "taken afresh", "id": letter_id, "number": str(made.version)}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/letters/{int:letter_id}/withdraw", auth=_REQUESTS, response=DONE)
def withdraw_letter(
    request: HttpRequest, case_id: CaseId, letter_id: ThingId, body: given.LetterVersion, key: Key = ""
) -> dict[str, Any]:
    """Withdraw a letter. It stays in the list."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        letter_services.withdraw(person, _letter_of(scope, case_id, letter_id), body.version)
        return {"done": "withdrawn", "id": letter_id}

    return done(request, key, act)


# -- outcomes ---------------------------------------------------------------------------------------------------


@router.get("/outcomes", auth=Token(TokenScope.REPORTS), response={200: CameBack, **REFUSALS})
def came_back(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """What came of the reports that the person's agency held or holds, in order of id: word, number and day, and never the case."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        rows = outcome_queries.came_back(scope).filter(outcome_id__gt=after).order_by("outcome_id")
        found = [outcome_queries.read(row) for row in rows[: limit + 1]]
        asker.note("outcome.listed", "agency", asker.person.agency.code, rows=len(found[:limit]))
    items = [{"id": one.outcome, **asdict(one)} for one in found[:limit]]
    return {"items": items, "next": found[limit - 1].outcome if len(found) > limit else None}


def _given(body: given.OutcomeGiven) -> outcome_services.Given:
    if body.what not in KINDS:
        raise InvalidInputError(f"what: one of {', '.join(KINDS)}")
    return outcome_services.Given(
        body.what, number=body.number, on=body.on, text=body.text, for_senders=body.for_senders
    )


@router.post("/cases/{int:case_id}/outcomes", auth=_OUTCOMES, response=DONE)
def record_outcome(request: HttpRequest, case_id: CaseId, body: given.OutcomeOfCase, key: Key = "") -> dict[str, Any]:
    """Say what came of a case. The desks above see the word, the number and the day."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = outcome_services.record_outcome(person, case_id, _given(body), body.reports)
        return {"done": "recorded", "id": made.pk}

    return done(request, key, act)


@router.post("/reports/{int:report_id}/outcomes", auth=_OUTCOMES, response=DONE)
def record_for_report(
    request: HttpRequest, report_id: ReportId, body: given.OutcomeGiven, key: Key = ""
) -> dict[str, Any]:
    """Say what came of a report on the desk that becomes no case."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        visible_report(scope, report_id)
        made = outcome_services.record_for_reports(person, [report_id], _given(body))
        return {"done": "recorded", "id": made.pk}

    return done(request, key, act)


@router.post("/outcomes/{int:outcome_id}/withdraw", auth=_OUTCOMES, response=DONE)
def withdraw_outcome(request: HttpRequest, outcome_id: ThingId, body: given.Why, key: Key = "") -> dict[str, Any]:
    """Take a wrong outcome back, with a reason. It stays in the record."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        return {"done": "withdrawn", "id": outcome_services.withdraw_outcome(person, outcome_id, body.why).pk}

    return done(request, key, act)
