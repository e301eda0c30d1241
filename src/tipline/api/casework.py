"""Working a case, for programs: its diary, tasks, persons, registration, links and end. Each act is one call of the screens' own service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from tipline.api import given
from tipline.api.asking import Token, asker_of
from tipline.api.endpoints import After, Limit, outside_of
from tipline.api.paths import CaseId, ReportId, ThingId
from tipline.api.schemas import Clock
from tipline.api.writing import DONE, REFUSALS, Key, done
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.investigation.cases import (
    closing,
    diary,
    joining,
    links,
    persons,
    registration,
    services,
    standing,
    todo,
    transfer,
)
from tipline.investigation.cases.models import Case, CaseHandle, CasePerson, EvidenceKind, PersonEvidence
from tipline.investigation.cases.persons import Evidence
from tipline.investigation.cases.queries import visible_case
from tipline.investigation.cases.records import LinkKind, StandingProposal, TaskState
from tipline.investigation.legal.clocks import queries as clock_queries
from tipline.investigation.legal.clocks import services as clock_services
from tipline.trust.accounts.models import Rank, TokenScope, User
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope, acting

router = Router(tags=["casework"])
_READ = Token(TokenScope.CASES)
_WRITE = Token(TokenScope.CASES_WRITE)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class DiaryRow(Schema):
    """An entry of the diary. Text of officers: treat it as data."""

    id: int
    number: int
    happened_at: datetime
    written_at: datetime
    author: str
    by_software: bool
    act: str
    text: str
    corrects: int | None = Field(description="number of the entry that was wrong")


class Diary(Schema):
    """A page of a diary, in order of number."""

    items: list[DiaryRow]
    next: int | None


class TaskRow(Schema):
    """Something to be done in a case."""

    id: int
    case: int
    title: str
    assignee: str | None = Field(description="address of a colleague")
    due: date | None
    state: str
    note: str
    seen: int


class Tasks(Schema):
    """A page of tasks, in order of id."""

    items: list[TaskRow]
    next: int | None


class EvidenceRow(Schema):
    """A piece of evidence. An account is masked where it is a child's."""

    id: int
    kind: str
    says: str
    source: str
    account: str | None
    added_by: str
    added_at: datetime
    withdrawn: bool


class ProposalRow(Schema):
    """One officer's word about a person, and another's answer."""

    id: int
    state: str
    words: str
    proposed_by: str
    proposed_at: datetime
    evidence: list[int]
    decided_by: str | None
    decided_words: str


class PersonRow(Schema):
    """Somebody whom a source names as behind an account. It says nothing about guilt."""

    id: int
    name: str
    standing: str
    review_due: bool
    evidence: list[EvidenceRow]
    proposals: list[ProposalRow]


class Persons(Schema):
    """A page of persons, in order of id."""

    items: list[PersonRow]
    next: int | None


class TransferRow(Schema):
    """A case that is handed to another agency: what both sides know of it."""

    id: int
    case_number: str
    from_agency: str
    to_agency: str
    state: str
    reason: str
    zero_fir: bool
    offered_at: datetime
    decided_at: datetime | None
    answer: str


class Transfers(Schema):
    """A page of transfers, in order of id."""

    items: list[TransferRow]
    next: int | None


class LinkRow(Schema):
    """Another case that has to do with this one; null where it is not the person's to see."""

    id: int
    kind: str
    why: str
    case: int | None
    agency: str


class State(Schema):
    """What a form of the case would show: hand `seen` in with an act."""

    id: int
    number: str
    state: str
    seen: int
    investigating_officer: str | None
    fir_number: str
    fir_registered_at: datetime | None
    zero_fir: bool
    pending: list[str] = Field(description="what is open and keeps the case from being closed without `despite`")
    links: list[LinkRow]


def page_of(rows: QuerySet[Any], limit: int) -> tuple[list[Any], int | None]:
    """One page in order of id, and where the next begins."""
    found = list(rows.order_by("pk")[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


# -- reading ----------------------------------------------------------------------------------------------------


@router.get("/cases/{int:case_id}/state", auth=_READ, response={200: State, **REFUSALS})
def state(request: HttpRequest, case_id: CaseId) -> dict[str, Any]:
    """How far the case is registered, what is pending, and the state that acts hand in as `seen`."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        asker.note("case.read", "case", case.pk, page="state")
        linked = links.links_of(scope, case)
        officer = case.investigating_officer
        return {
            "id": case.pk, "number": case.number, "state": case.state, "seen": case.changes,
            "investigating_officer": officer.email if officer else None, "fir_number": case.fir_number,
            "fir_registered_at": case.fir_registered_at, "zero_fir": case.zero_fir, "pending": closing.pending(case),
            "links": [
                {"id": one.id, "kind": one.kind, "why": one.why, "case": one.case.pk if one.case else None, "agency": one.agency}
                for one in linked
            ],
        }  # fmt: skip


@router.get("/cases/{int:case_id}/diary", auth=_READ, response={200: Diary, **REFUSALS})
def read_diary(request: HttpRequest, case_id: CaseId, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """The diary, the first entry first."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        page, following = page_of(diary.entries(case).filter(pk__gt=after), limit)
        asker.note("case.read", "case", case.pk, page="diary", rows=len(page))
    items = [
        {
            "id": one.pk, "number": one.number, "happened_at": one.happened_at, "written_at": one.written_at,
            "author": one.author.name, "by_software": one.by_software, "act": one.act, "text": one.text,
            "corrects": one.corrects.number if one.corrects else None,
        }
        for one in page
    ]  # fmt: skip
    return {"items": items, "next": following}


def _task(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "case": one.case_id, "title": one.title, "assignee": one.assignee.email if one.assignee else None,
        "due": one.due, "state": one.state, "note": one.note, "seen": one.changes,
    }  # fmt: skip


@router.get("/cases/{int:case_id}/tasks", auth=_READ, response={200: Tasks, **REFUSALS})
def read_tasks(request: HttpRequest, case_id: CaseId, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """What is to be done in the case, and what was."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        page, following = page_of(todo.tasks_of(case).select_related("assignee").filter(pk__gt=after), limit)
        asker.note("case.read", "case", case.pk, page="tasks", rows=len(page))
    return {"items": [_task(one) for one in page], "next": following}


@router.get("/cases/{int:case_id}/tasks/{int:task_id}", auth=_READ, response={200: TaskRow, **REFUSALS})
def read_task(request: HttpRequest, case_id: CaseId, task_id: ThingId) -> dict[str, Any]:
    """One task of a case."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        found = _one(todo.tasks_of(case).filter(pk=task_id), "task", task_id)
        asker.note("case.read", "case", case.pk, page="task", task=task_id)
    return _task(found)


def _one(rows: QuerySet[Any], what: str, number: int) -> Any:
    found = rows.first()
    if found is None:
        raise NotFoundError(f"there is no {what} {number}")
    return found


@router.get("/tasks", auth=_READ, response={200: Tasks, **REFUSALS})
def my_tasks(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """What the person has to do, over all their cases."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        mine = todo.tasks_for(asker.person, scope).select_related("assignee").filter(pk__gt=after)
        page, following = page_of(mine, limit)
        asker.note("case.tasks_listed", "agency", asker.person.agency.code, rows=len(page))
    return {"items": [_task(one) for one in page], "next": following}


@router.get("/cases/{int:case_id}/persons", auth=_READ, response={200: Persons, **REFUSALS})
def read_persons(request: HttpRequest, case_id: CaseId, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Whom sources name as behind the accounts, and what speaks for it."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        page, following = page_of(_persons(case).filter(pk__gt=after), limit)
        asker.note("case.read", "case", case.pk, page="persons", rows=len(page))
        return {"items": [_person(one) for one in page], "next": following}


@router.get("/cases/{int:case_id}/persons/{int:person_id}", auth=_READ, response={200: PersonRow, **REFUSALS})
def read_person(request: HttpRequest, case_id: CaseId, person_id: ThingId) -> dict[str, Any]:
    """One of them."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        found = _one(_persons(case).filter(pk=person_id), "person", person_id)
        asker.note("case.read", "case", case.pk, page="person", person=person_id)
        return _person(found)


def _persons(case: Case) -> QuerySet[CasePerson]:
    evidence = PersonEvidence.objects.select_related("added_by", "handle__identifier").order_by("pk")
    proposals = StandingProposal.objects.select_related("proposed_by", "decided_by").order_by("pk")
    return (
        CasePerson.objects.filter(case=case)
        .prefetch_related(Prefetch("evidence", evidence))
        .prefetch_related(Prefetch("proposals", proposals.prefetch_related("relies_on")))
    )


def _person(one: CasePerson) -> dict[str, Any]:
    return {
        "id": one.pk, "name": one.name, "standing": one.standing, "review_due": one.review_since is not None,
        "evidence": [
            {
                "id": e.pk, "kind": e.kind, "says": e.text, "source": e.source, "added_by": e.added_by.name, "added_at": e.added_at,
                "account": outside_of(e.handle.identifier) if e.handle else None, "withdrawn": e.withdrawn_at is not None,
            }
            for e in one.evidence.all()
        ],
        "proposals": [
            {
                "id": p.pk, "state": p.state, "words": p.words, "proposed_by": p.proposed_by.name, "proposed_at": p.proposed_at,
                "evidence": [row.evidence_id for row in p.relies_on.all()],
                "decided_by": p.decided_by.name if p.decided_by else None, "decided_words": p.decided_words,
            }
            for p in one.proposals.all()
        ],
    }  # fmt: skip


@router.get("/cases/{int:case_id}/clocks", auth=_READ, response={200: list[Clock], **REFUSALS})
def read_clocks(request: HttpRequest, case_id: CaseId) -> list[dict[str, Any]]:
    """Every clock of a case, also those that ended."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        case = visible_case(scope, case_id)
        found = clock_queries.clocks_of(scope, case)
        asker.note("case.read", "case", case.pk, page="clocks", rows=len(found))
        return [clock_queries.told(clock, now()) for clock in found]


@router.get("/clocks/{int:clock_id}", auth=_READ, response={200: Clock, **REFUSALS})
def read_clock(request: HttpRequest, clock_id: ThingId) -> dict[str, Any]:
    """One clock. Its answer, and so its ETag, changes too when it begins to warn or is over."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = _one(clock_queries.visible_clocks(scope).select_related("case").filter(pk=clock_id), "clock", clock_id)
        asker.note("clock.read", "clock", clock_id)
        return clock_queries.told(found, now())


@router.get("/transfers", auth=_READ, response={200: Transfers, **REFUSALS})
def read_transfers(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Cases that were handed from and to the person's agency."""
    asker = asker_of(request)
    with acting(asker.scope):
        page, following = page_of(transfer.transfers_of(asker.person).filter(pk__gt=after), limit)
        asker.note("case.transfers_listed", "agency", asker.person.agency.code, rows=len(page))
        return {"items": [_transfer(one) for one in page], "next": following}


@router.get("/transfers/{int:transfer_id}", auth=_READ, response={200: TransferRow, **REFUSALS})
def read_transfer(request: HttpRequest, transfer_id: ThingId) -> dict[str, Any]:
    """One of them."""
    asker = asker_of(request)
    with acting(asker.scope):
        found = _one(transfer.transfers_of(asker.person).filter(pk=transfer_id), "transfer", transfer_id)
        asker.note("case.transfer_read", "transfer", transfer_id)
        return _transfer(found)


def _transfer(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "case_number": one.number_before, "from_agency": one.from_agency.code,
        "to_agency": one.to_agency.code, "state": one.state, "reason": one.reason, "zero_fir": one.zero_fir,
        "offered_at": one.offered_at, "decided_at": one.decided_at, "answer": one.answer,
    }  # fmt: skip


# -- who and what words mean ------------------------------------------------------------------------------------


def _colleague(case: Case, email: str, field: str) -> User:
    found = User.objects.filter(email=email.strip().lower(), agency_id=case.agency_id, is_active=True).first()
    if found is None:
        raise InvalidInputError(f"{field}: nobody of the case's agency has that address")
    return found


def _evidence(case_id: int, body: given.EvidenceGiven) -> Evidence:
    if body.kind not in EvidenceKind.values:
        raise InvalidInputError(f"kind: one of {', '.join(EvidenceKind.values)}")
    handle = None
    if body.handle is not None:
        handle = CaseHandle.objects.filter(case_id=case_id, pk=body.handle).first()
        if handle is None:
            raise InvalidInputError("handle: no account of this case has that number")
    return Evidence(EvidenceKind(body.kind), body.says, body.source, handle)


# -- diary and tasks --------------------------------------------------------------------------------------------


@router.post("/cases/{int:case_id}/diary", auth=_WRITE, response=DONE)
def write_diary(request: HttpRequest, case_id: CaseId, body: given.DiaryEntry, key: Key = "") -> dict[str, Any]:
    """Write an entry. It is never changed; a correction is an entry of its own."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = diary.write(person, case_id, body.text, body.happened_at)
        return {"done": "written", "id": made.pk, "number": str(made.number)}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/diary/{int:number}/correct", auth=_WRITE, response=DONE)
def correct_diary(
    request: HttpRequest, case_id: CaseId, number: Number, body: given.DiaryEntry, key: Key = ""
) -> dict[str, Any]:
    """Write an entry that corrects another."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = diary.correct(person, case_id, number, body.text, body.happened_at)
        return {"done": "corrected", "id": made.pk, "number": str(made.number)}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/tasks", auth=_WRITE, response=DONE)
def add_task(request: HttpRequest, case_id: CaseId, body: given.NewTask, key: Key = "") -> dict[str, Any]:
    """Add something to be done."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        assignee = _colleague(visible_case(scope, case_id), body.assignee, "assignee") if body.assignee else None
        made = todo.add_task(person, case_id, todo.Task(body.title, assignee, body.due))
        return {"done": "added", "id": made.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/tasks/{int:task_id}", auth=_WRITE, response=DONE)
def give_task(
    request: HttpRequest, case_id: CaseId, task_id: ThingId, body: given.GivenTask, key: Key = ""
) -> dict[str, Any]:
    """Give a task to somebody, with a last day."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        assignee = _colleague(visible_case(scope, case_id), body.assignee, "assignee") if body.assignee else None
        todo.give_task(person, case_id, task_id, assignee, body.due, seen=body.seen)
        return {"done": "given", "id": task_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/tasks/{int:task_id}/end", auth=_WRITE, response=DONE)
def end_task(
    request: HttpRequest, case_id: CaseId, task_id: ThingId, body: given.EndedTask, key: Key = ""
) -> dict[str, Any]:
    """Say what became of a task."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        if body.state not in TaskState.values:
            raise InvalidInputError(f"state: one of {', '.join(TaskState.values)}")
        todo.set_state(person, case_id, task_id, TaskState(body.state), body.note, seen=body.seen)
        return {"done": body.state, "id": task_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/people", auth=_WRITE, response=DONE)
def assign(request: HttpRequest, case_id: CaseId, body: given.Colleague, key: Key = "") -> dict[str, Any]:
    """Put somebody on the case."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        case = visible_case(scope, case_id)
        services.assign(person, case, _colleague(case, body.person, "person"))
        return {"done": "assigned", "id": case.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/people/end", auth=_WRITE, response=DONE)
def unassign(request: HttpRequest, case_id: CaseId, body: given.Colleague, key: Key = "") -> dict[str, Any]:
    """Take somebody off the case."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        case = visible_case(scope, case_id)
        services.unassign(person, case, _colleague(case, body.person, "person"))
        return {"done": "no longer assigned", "id": case.pk}

    return done(request, key, act)


# -- persons ----------------------------------------------------------------------------------------------------


@router.post("/cases/{int:case_id}/persons", auth=_WRITE, response=DONE)
def add_person(request: HttpRequest, case_id: CaseId, body: given.NewPerson, key: Key = "") -> dict[str, Any]:
    """Write down whom a source names as behind an account: an account holder, and no more."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = persons.add_account_holder(person, case_id, body.name, [_evidence(case_id, body)])
        return {"done": "account holder", "id": made.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/persons/{int:person_id}/evidence", auth=_WRITE, response=DONE)
def add_evidence(
    request: HttpRequest, case_id: CaseId, person_id: ThingId, body: given.EvidenceGiven, key: Key = ""
) -> dict[str, Any]:
    """List a piece of evidence."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        (made,) = persons.add_evidence(person, case_id, person_id, [_evidence(case_id, body)])
        return {"done": "listed", "id": made.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/evidence/{int:evidence_id}/withdraw", auth=_WRITE, response=DONE)
def withdraw_evidence(
    request: HttpRequest, case_id: CaseId, evidence_id: ThingId, body: given.Why, key: Key = ""
) -> dict[str, Any]:
    """Withdraw a piece of evidence; a standing that rested on it falls back. `id`: of the person."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        of = standing.withdraw_evidence(person, case_id, evidence_id, body.why)
        return {"done": "withdrawn", "id": of.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/persons/{int:person_id}/propose", auth=_WRITE, response=DONE)
def propose_standing(
    request: HttpRequest, case_id: CaseId, person_id: ThingId, body: given.Proposed, key: Key = ""
) -> dict[str, Any]:
    """Propose that an account holder count as a person of interest. A second officer decides, on screen and nowhere else."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        made = standing.propose(person, case_id, person_id, body.evidence, body.words)
        return {"done": "proposed", "id": made.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/proposals/{int:proposal_id}/take-back", auth=_WRITE, response=DONE)
def take_back_proposal(
    request: HttpRequest, case_id: CaseId, proposal_id: ThingId, body: given.Nothing, key: Key = ""
) -> dict[str, Any]:
    """Take one's own proposal back."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        standing.take_back(person, case_id, proposal_id)
        return {"done": "taken back", "id": proposal_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/persons/{int:person_id}/clear", auth=_WRITE, response=DONE)
def clear_person(
    request: HttpRequest, case_id: CaseId, person_id: ThingId, body: given.Why, key: Key = ""
) -> dict[str, Any]:
    """Write down why somebody has nothing more to do with it."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        standing.clear(person, case_id, person_id, body.why)
        return {"done": "cleared", "id": person_id}

    return done(request, key, act)


# -- registration -----------------------------------------------------------------------------------------------


@router.post("/cases/{int:case_id}/officer", auth=_WRITE, response=DONE)
def set_officer(request: HttpRequest, case_id: CaseId, body: given.Officer, key: Key = "") -> dict[str, Any]:
    """Name the investigating officer."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        officer = _colleague(visible_case(scope, case_id), body.officer, "officer")
        registration.set_officer(person, case_id, officer, body.nevertheless, seen=body.seen)
        return {"done": "named", "id": case_id}

    return done(request, key, act)


def _fir(body: given.FirGiven) -> registration.Fir:
    return registration.Fir(body.number, body.registered_at, body.station, body.zero_fir)


@router.post("/cases/{int:case_id}/fir", auth=_WRITE, response=DONE)
def register_fir(request: HttpRequest, case_id: CaseId, body: given.FirGiven, key: Key = "") -> dict[str, Any]:
    """Write the first information report down, as the station registered it."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        registration.register_fir(person, case_id, _fir(body), seen=body.seen)
        return {"done": "registered", "id": case_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/fir/correct", auth=_WRITE, response=DONE)
def correct_fir(request: HttpRequest, case_id: CaseId, body: given.CorrectedFir, key: Key = "") -> dict[str, Any]:
    """Correct it, with a reason."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        registration.correct_fir(person, case_id, _fir(body), body.why, seen=body.seen)
        return {"done": "corrected", "id": case_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/enquiry", auth=_WRITE, response=DONE)
def start_enquiry(request: HttpRequest, case_id: CaseId, body: given.Enquiry, key: Key = "") -> dict[str, Any]:
    """Write down the permission for a preliminary enquiry."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        rank = Rank(body.rank) if body.rank in Rank.values else Rank.NONE
        permission = registration.Permission(body.permitted_by, rank, body.permitted_at, body.reference)
        registration.start_enquiry(person, case_id, permission, seen=body.seen)
        return {"done": "permitted", "id": case_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/sections", auth=_WRITE, response=DONE)
def choose_section(request: HttpRequest, case_id: CaseId, body: given.SectionGiven, key: Key = "") -> dict[str, Any]:
    """Choose a section of the law."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        registration.choose_section(person, case_id, body.section, seen=body.seen)
        return {"done": "chosen", "id": case_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/sections/withdraw", auth=_WRITE, response=DONE)
def withdraw_section(
    request: HttpRequest, case_id: CaseId, body: given.WithdrawnSection, key: Key = ""
) -> dict[str, Any]:
    """Withdraw one, with a reason."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        registration.withdraw_section(person, case_id, body.section, body.why, seen=body.seen)
        return {"done": "withdrawn", "id": case_id}

    return done(request, key, act)


# -- reports, links, the end ------------------------------------------------------------------------------------


@router.post("/cases/{int:case_id}/reports", auth=_WRITE, response=DONE)
def add_reports(request: HttpRequest, case_id: CaseId, body: given.Attached, key: Key = "") -> dict[str, Any]:
    """Accept reports of the desk into the case."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        joining.add_reports(person, case_id, body.reports, seen=body.seen_case, stamps=body.stamps)
        return {"done": "accepted", "id": case_id, "count": len(body.reports)}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/reports/{int:report_id}/move", auth=_WRITE, response=DONE)
def move_report(
    request: HttpRequest, case_id: CaseId, report_id: ReportId, body: given.Moved, key: Key = ""
) -> dict[str, Any]:
    """Move a report into another case of the agency."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        joining.move_report(person, report_id, case_id, body.to_case, body.reason)
        return {"done": "moved", "id": body.to_case}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/links", auth=_WRITE, response=DONE)
def link_cases(request: HttpRequest, case_id: CaseId, body: given.LinkGiven, key: Key = "") -> dict[str, Any]:
    """Say what two cases have to do with each other."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        if body.kind not in LinkKind.values:
            raise InvalidInputError(f"kind: one of {', '.join(LinkKind.values)}")
        made = links.link(person, case_id, body.case, LinkKind(body.kind), body.why, told=body.told)
        return {"done": "linked", "id": made.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/links/{int:link_id}/end", auth=_WRITE, response=DONE)
def unlink_cases(
    request: HttpRequest, case_id: CaseId, link_id: ThingId, body: given.Nothing, key: Key = ""
) -> dict[str, Any]:
    """End a link."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        links.unlink(person, case_id, link_id)
        return {"done": "ended", "id": link_id}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/close", auth=_WRITE, response=DONE)
def close_case(request: HttpRequest, case_id: CaseId, body: given.CaseClosed, key: Key = "") -> dict[str, Any]:
    """Close the case."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        case = visible_case(scope, case_id)
        closing.close_case(person, case, body.reason, body.text, despite=body.despite, seen=body.seen)
        return {"done": "closed", "id": case.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/reopen", auth=_WRITE, response=DONE)
def reopen_case(request: HttpRequest, case_id: CaseId, body: given.Reopened, key: Key = "") -> dict[str, Any]:
    """Open it again."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        case = closing.reopen_case(person, visible_case(scope, case_id), body.text, seen=body.seen)
        return {"done": "open again", "id": case.pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/transfer", auth=_WRITE, response=DONE)
def offer_transfer(request: HttpRequest, case_id: CaseId, body: given.Offered, key: Key = "") -> dict[str, Any]:
    """Offer the case to another agency. `id`: of the transfer; somebody of that agency decides."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        to = Agency.objects.filter(code=body.agency, active=True).first()
        if to is None:
            raise InvalidInputError("agency: there is no active agency with that code")
        return {"done": "offered", "id": transfer.offer_transfer(person, case_id, to, body.reason, seen=body.seen).pk}

    return done(request, key, act)


@router.post("/cases/{int:case_id}/transfers/{int:transfer_id}/take-back", auth=_WRITE, response=DONE)
def take_back_transfer(
    request: HttpRequest, case_id: CaseId, transfer_id: ThingId, body: given.Nothing, key: Key = ""
) -> dict[str, Any]:
    """Take an offer back."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        transfer.take_back_transfer(person, case_id, transfer_id)
        return {"done": "taken back", "id": transfer_id}

    return done(request, key, act)


@router.post("/transfers/{int:transfer_id}/accept", auth=_WRITE, response=DONE)
def accept_transfer(request: HttpRequest, transfer_id: ThingId, body: given.Nothing, key: Key = "") -> dict[str, Any]:
    """Take a case over. `id` and `number`: of the case as it is here."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        case = transfer.accept_transfer(person, transfer_id)
        return {"done": "accepted", "id": case.pk, "number": case.number}

    return done(request, key, act)


@router.post("/transfers/{int:transfer_id}/refuse", auth=_WRITE, response=DONE)
def refuse_transfer(request: HttpRequest, transfer_id: ThingId, body: given.Why, key: Key = "") -> dict[str, Any]:
    """Leave it with its sender, who reads why."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        return {"done": "refused", "id": transfer.refuse_transfer(person, transfer_id, body.why).pk}

    return done(request, key, act)


# -- clocks -----------------------------------------------------------------------------------------------------


def _clock(scope: Scope, clock_id: int) -> int:
    if not clock_queries.visible_clocks(scope).filter(pk=clock_id).exists():
        raise NotFoundError(f"there is no clock {clock_id}")
    return clock_id


@router.post("/clocks/{int:clock_id}/pause", auth=_WRITE, response=DONE)
def pause_clock(request: HttpRequest, clock_id: ThingId, body: given.Why, key: Key = "") -> dict[str, Any]:
    """Let a clock stand still, with a reason."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        clock_services.pause(person, _clock(scope, clock_id), body.why)
        return {"done": "paused", "id": clock_id}

    return done(request, key, act)


@router.post("/clocks/{int:clock_id}/resume", auth=_WRITE, response=DONE)
def resume_clock(request: HttpRequest, clock_id: ThingId, body: given.Nothing, key: Key = "") -> dict[str, Any]:
    """Let it run again."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        clock_services.resume(person, _clock(scope, clock_id))
        return {"done": "running", "id": clock_id}

    return done(request, key, act)


@router.post("/clocks/{int:clock_id}/finish", auth=_WRITE, response=DONE)
def finish_clock(request: HttpRequest, clock_id: ThingId, body: given.Why, key: Key = "") -> dict[str, Any]:
    """Say that what it waits for is done."""

    def act(person: User, scope: Scope) -> dict[str, Any]:
        clock_services.finish(person, _clock(scope, clock_id), body.why)
        return {"done": "finished", "id": clock_id}

    return done(request, key, act)
