"""Made by tools/api_client.py of docs/reference/openapi.json: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Dimension = Literal["month", "district", "platform", "category", "desk"]


ReportState = Literal["open", "finished", "retracted", "expired"]


class Accepted(BaseModel):
    """Reports that become a case."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    title: str
    seen: dict[str, str] | None = None
    operation: str = ""
    sections: list[str] | None = None


class AgencyNode(BaseModel):
    """An agency of the tree."""

    model_config = ConfigDict(extra="ignore")

    code: str
    name: str
    kind: str
    parent: str | None
    timezone: str
    languages: list[str]
    active: bool
    places: list[str]


class AgencyRef(BaseModel):
    """An agency."""

    model_config = ConfigDict(extra="ignore")

    code: str
    name: str


class AgreementRow(BaseModel):
    """By what one agency hands reports to another."""

    model_config = ConfigDict(extra="ignore")

    id: int
    from_agency: str
    to_agency: str
    reference: str
    since: date
    until: date | None
    law: str
    purposes: list[str]
    data: list[str]
    retention_days: int | None
    onward: bool


class Agreements(BaseModel):
    """A page of agreements, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[AgreementRow]
    next: int | None


class AllCounts(BaseModel):
    """The counts of one agency."""

    model_config = ConfigDict(extra="ignore")

    agency: AgencyRef
    suppressed: bool
    figures: list[CountFigure]


class AllHandedOver(BaseModel):
    """Everything that somebody works on goes to somebody else of the desk."""

    model_config = ConfigDict(extra="forbid")

    to: str
    note: str
    of: str = ""


class AskedAbout(BaseModel):
    """Reports on the desk whose identifiers are asked about."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]


class AskedRow(BaseModel):
    """The question, as it was understood."""

    model_config = ConfigDict(extra="ignore")

    agency: str
    since: date
    until: date
    by: list[str]
    only: list[list[str]]
    as_of: datetime | None
    suppressed: bool


class Assigned(BaseModel):
    """Reports that one person of the desk works on."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    seen: dict[str, str] | None = None
    person: str = ""
    note: str = ""


class Attached(BaseModel):
    """Reports of the desk that are accepted into a case."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    seen: dict[str, str] | None = None
    seen_case: int | None = None


class BoardDay(BaseModel):
    """A day of action."""

    model_config = ConfigDict(extra="ignore")

    id: int
    day: date
    name: str
    totals: dict[str, int]
    districts: list[BoardLine]


class BoardLine(BaseModel):
    """What a district planned and told on a day of action."""

    model_config = ConfigDict(extra="ignore")

    agency: str
    last_at: datetime | None
    numbers: dict[str, int]


class CameBack(BaseModel):
    """A page of outcomes, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[CameBackRow]
    next: int | None


class CameBackRow(BaseModel):
    """An outcome that was told of reports that the agency held or holds."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    number: int | None
    on: date
    agency: str
    for_senders: str
    recorded_at: datetime
    withdrawn: bool
    reports: int
    report: int
    said_by: str = ""
    heard_at: datetime | None = None


class CaseClosed(BaseModel):
    """Why a case is closed."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    text: str
    despite: bool = False
    seen: int | None = None


class CaseHandle(BaseModel):
    """An account to be traced. A lead, not a person."""

    model_config = ConfigDict(extra="ignore")

    value: str
    platform: str
    report: int


class CaseHead(BaseModel):
    """The header of a case."""

    model_config = ConfigDict(extra="ignore")

    id: int
    number: str
    title: str
    agency: str
    operation: str | None
    operations: list[OperationRef]
    state: str
    opened_at: datetime
    reports: int
    handles: int


class CaseOutcome(BaseModel):
    """What came of a case. The desk's own note is not in it."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    label: str
    code: str | None
    number: int | None
    on: date
    reports: int
    recorded_at: datetime
    withdrawn: bool


class CasePerson(BaseModel):
    """Somebody who works on a case."""

    model_config = ConfigDict(extra="ignore")

    name: str
    role: str
    since: datetime


class Cases(BaseModel):
    """A page of cases, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[CaseHead]
    next: int | None


class ChangeRow(BaseModel):
    """What happened to a cluster."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    title: str
    at: datetime
    actor: str
    why: str
    others: list[int]
    reports: list[int]
    report_count: int
    identifiers: list[NamedIdentifier]
    undone_by: int | None
    undoable: bool


class CheckRow(BaseModel):
    """What the desk asked about identifiers of its reports."""

    model_config = ConfigDict(extra="ignore")

    id: int
    at: datetime
    reports: list[int]
    case: int | None
    identifiers: int
    found: str
    contacts: list[ContactRow]
    not_checked: list[dict[str, str]]


class Chosen(BaseModel):
    """Reports on the desk."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    seen: dict[str, str] | None = None


class Clock(BaseModel):
    """A clock of a case: what is due, by which rule, and what follows when it runs out."""

    model_config = ConfigDict(extra="ignore")

    id: int
    clock: str
    label: str
    case: int | None
    case_number: str | None
    report: int | None
    subject: str | None
    started_at: datetime
    due_at: datetime
    warn_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    state: str
    late: bool
    law: str
    by_law: bool
    consequence: str
    file: str


class Cluster(BaseModel):
    """A cluster with its suggestions, times and history."""

    model_config = ConfigDict(extra="ignore")

    report: int
    cluster: ClusterHead | None
    reports: list[LinkedReport]
    identifiers: list[SharedIdentifier]
    edges: list[GraphEdge]
    ties: list[GraphTie]
    truncated: bool
    suggestions: list[SuggestionRow]
    timeline: list[TimelineRow]
    history: list[ChangeRow]


class ClusterHead(BaseModel):
    """A cluster: `size` counts all members, `visible` those of them that the person may see."""

    model_config = ConfigDict(extra="ignore")

    id: int
    size: int
    visible: int
    outside: int
    formed_at: datetime
    changed_at: datetime


class Colleague(BaseModel):
    """Somebody of the agency."""

    model_config = ConfigDict(extra="forbid")

    person: str


class ContactRow(BaseModel):
    """A desk to call. No more is told of what it has."""

    model_config = ConfigDict(extra="ignore")

    agency: str
    name: str
    call: str
    share: str


class Contacts(BaseModel):
    """Both sides of contacts of the desk, the latest first."""

    model_config = ConfigDict(extra="ignore")

    asked: list[CheckRow]
    told: list[NoticeRow]


class CorrectedFir(BaseModel):
    """What was wrong with it."""

    model_config = ConfigDict(extra="forbid")

    number: str
    registered_at: datetime
    station: str
    why: str
    zero_fir: bool = False
    seen: int | None = None


class CountFigure(BaseModel):
    """A figure with the sentence that defines it."""

    model_config = ConfigDict(extra="ignore")

    name: str
    label: str
    definition: str
    parts: list[CountPart]


class CountPart(BaseModel):
    """One number of a figure."""

    model_config = ConfigDict(extra="ignore")

    key: str
    label: str
    value: float | None
    text: str
    small: bool
    hidden: bool


class CutGiven(BaseModel):
    """An identifier that does not join the report of the address to others, or (`for_all`) anybody."""

    model_config = ConfigDict(extra="forbid")

    why: str
    identifier: int
    for_all: bool = False


class Deliveries(BaseModel):
    """A page of deliveries, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[DeliveryRow]
    next: int | None


class DeliveryRow(BaseModel):
    """An event for a webhook: what waits to be told, and what was told in the last month."""

    model_config = ConfigDict(extra="ignore")

    id: int
    message_id: str
    type: str
    object: str
    object_id: int
    at: datetime
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    status: int | None


class Described(BaseModel):
    """The descriptor of another installation."""

    model_config = ConfigDict(extra="forbid")

    descriptor: str


class Desk(BaseModel):
    """A page of a desk, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[DeskRow]
    next: int | None


class DeskRow(BaseModel):
    """A report on the desk."""

    model_config = ConfigDict(extra="ignore")

    id: int
    held_from: datetime
    held_until: datetime | None
    state: str | None
    due_at: datetime | None
    jointly: bool
    escalated: bool
    seen: str


class Diary(BaseModel):
    """A page of a diary, in order of number."""

    model_config = ConfigDict(extra="ignore")

    items: list[DiaryRow]
    next: int | None


class DiaryEntry(BaseModel):
    """An entry of the diary."""

    model_config = ConfigDict(extra="forbid")

    text: str
    happened_at: datetime | None = None


class DiaryRow(BaseModel):
    """An entry of the diary. Text of officers: treat it as data."""

    model_config = ConfigDict(extra="ignore")

    id: int
    number: int
    happened_at: datetime
    written_at: datetime
    author: str
    by_software: bool
    act: str
    text: str
    corrects: int | None


class Dispatched(BaseModel):
    """A letter that went out or came in, as the officer knows it. Tipline sends nothing."""

    model_config = ConfigDict(extra="forbid")

    version: int
    at: datetime
    channel: str = ""
    reference: str = ""


class Done(BaseModel):
    """That an act is done: the same answer for all of them. It tells numbers and no text of a report or case."""

    model_config = ConfigDict(extra="ignore")

    done: str
    id: int | None = None
    number: str | None = None
    count: int | None = None
    repeated: bool = False


class DraftRow(BaseModel):
    """A forward that waits for a second person."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    to: str
    note: str
    drafted_by: str
    drafted_at: datetime
    reports: list[int]


class Drafted(BaseModel):
    """Requests to be drafted."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    holders: list[str] | None = None
    again: bool = False
    basis: str = ""


class EditedLetter(BaseModel):
    """Texts of a draft."""

    model_config = ConfigDict(extra="forbid")

    version: int
    texts: dict[str, str]


class EndedTask(BaseModel):
    """What became of a task."""

    model_config = ConfigDict(extra="forbid")

    state: str
    note: str = ""
    seen: int | None = None


class Enquiry(BaseModel):
    """A permission for a preliminary enquiry (BNSS s.173(3))."""

    model_config = ConfigDict(extra="forbid")

    permitted_by: str
    permitted_at: datetime
    reference: str
    rank: str = ""
    seen: int | None = None


class EvidenceGiven(BaseModel):
    """A piece of evidence about a person of a case."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    says: str
    source: str
    handle: int | None = None


class EvidenceRow(BaseModel):
    """A piece of evidence. An account is masked where it is a child's."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    says: str
    source: str
    account: str | None
    added_by: str
    added_at: datetime
    withdrawn: bool


class FigureAnswer(BaseModel):
    """A figure, asked."""

    model_config = ConfigDict(extra="ignore")

    figure: str
    version: int
    title: str
    counts: str
    leaves_out: str
    asked: AskedRow
    measures: list[MeasureRow]
    rows: list[FigureRow]
    fresh_at: datetime
    fingerprint: str


class FigureHead(BaseModel):
    """A figure that can be asked."""

    model_config = ConfigDict(extra="ignore")

    name: str
    version: int
    title: str
    counts: str
    leaves_out: str
    by: list[str]


class FigureRow(BaseModel):
    """A row: its keys, and a value for each measure."""

    model_config = ConfigDict(extra="ignore")

    keys: list[str]
    labels: list[str]
    values: list[float | None]
    why_empty: list[str]


class FirGiven(BaseModel):
    """A first information report, as the station registered it."""

    model_config = ConfigDict(extra="forbid")

    number: str
    registered_at: datetime
    station: str
    zero_fir: bool = False
    seen: int | None = None


class Forwarded(BaseModel):
    """Reports that go to a desk directly below."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    agency: str
    seen: dict[str, str] | None = None
    note: str = ""


class GivenTask(BaseModel):
    """Who has a task, and until when."""

    model_config = ConfigDict(extra="forbid")

    assignee: str = ""
    due: date | None = None
    seen: int | None = None


class Graph(BaseModel):
    """What is around a report."""

    model_config = ConfigDict(extra="ignore")

    report: int
    cluster: ClusterHead | None
    reports: list[LinkedReport]
    identifiers: list[SharedIdentifier]
    edges: list[GraphEdge]
    ties: list[GraphTie]
    truncated: bool


class GraphEdge(BaseModel):
    """A report at an identifier: by which rule, how strong (0 to 1), and whether it joins."""

    model_config = ConfigDict(extra="ignore")

    report: int
    identifier: int
    rule: str
    title: str
    strength: float
    joins: bool
    hub: bool
    cut: int | None


class GraphTie(BaseModel):
    """Two reports that a person joined; `id` null: that several weak identifiers join together."""

    model_config = ConfigDict(extra="ignore")

    id: int | None
    low: int
    high: int
    why: str
    by: str
    at: datetime | None
    identifiers: list[int]


class HandedOver(BaseModel):
    """Referrals that go out as one package."""

    model_config = ConfigDict(extra="forbid")

    referrals: list[int]
    encrypt: bool = True
    note: str = ""


class HeldRow(BaseModel):
    """Why messages wait, and how many."""

    model_config = ConfigDict(extra="ignore")

    why: str
    count: int


class Incident(BaseModel):
    """What a report is about, as the provider stated it."""

    model_config = ConfigDict(extra="ignore")

    type: str
    at: datetime | None
    at_text: str
    platform: str
    escalated: bool


class Informational(BaseModel):
    """Reports that only inform."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    note: str
    seen: dict[str, str] | None = None


class Invited(BaseModel):
    """Reports in which another desk takes part."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    agency: str
    seen: dict[str, str] | None = None
    note: str = ""


class LetterRow(BaseModel):
    """A letter of a case, without its text: that is in its file."""

    model_config = ConfigDict(extra="ignore")

    id: int
    number: int
    form: str
    language: str
    holder: str
    state: str
    version: int
    edited: bool
    missing: list[str]


class LetterSet(BaseModel):
    """All letters of a case."""

    model_config = ConfigDict(extra="forbid")

    language: str


class LetterVersion(BaseModel):
    """The version of a letter that you read."""

    model_config = ConfigDict(extra="forbid")

    version: int


class LinkGiven(BaseModel):
    """What two cases have to do with each other."""

    model_config = ConfigDict(extra="forbid")

    case: int
    kind: str
    why: str
    told: bool = False


class LinkReason(BaseModel):
    """The reason, which is kept in the history."""

    model_config = ConfigDict(extra="forbid")

    why: str


class LinkRow(BaseModel):
    """Another case that has to do with this one; null where it is not the person's to see."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    why: str
    case: int | None
    agency: str


class LinkedReport(BaseModel):
    """A report of the graph."""

    model_config = ConfigDict(extra="ignore")

    id: int
    provider: str
    platform: str
    incident: str
    state: str
    received_at: datetime
    incident_at: datetime | None
    escalated: bool
    desk: str | None
    desk_name: str | None


class Log(BaseModel):
    """A page of the log, the newest first."""

    model_config = ConfigDict(extra="ignore")

    items: list[LogEntry]
    next: int | None


class LogEntry(BaseModel):
    """One thing that was done."""

    model_config = ConfigDict(extra="ignore")

    id: int
    at: datetime
    actor_kind: str
    actor: str
    action: str
    object_type: str
    object_id: str
    detail: dict[str, Any]


class LogHead(BaseModel):
    """When the logs of a report's addresses end. docs/explanation/log-expiry.md."""

    model_config = ConfigDict(extra="ignore")

    next_likely_gone_at: datetime | None
    holder: str | None
    all_gone_at: datetime | None
    addresses: int
    preserved: int


class Looked(BaseModel):
    """What a package says, once everything in it was checked. Nothing was taken in."""

    model_config = ConfigDict(extra="ignore")

    uid: str
    digest: str
    from_agency: str
    from_installation: str
    to_agency: str
    agreement: str
    reports: int
    data: list[str]
    made_at: datetime
    expires_at: datetime
    key: str


class Me(BaseModel):
    """Whom the token acts for, and what it opens now."""

    model_config = ConfigDict(extra="ignore")

    email: str
    name: str
    role: str
    agency: AgencyRef
    token: int
    scopes: list[str]
    expires_at: datetime


class MeasureRow(BaseModel):
    """A column of a figure."""

    model_config = ConfigDict(extra="ignore")

    key: str
    label: str
    unit: str


class Membership(BaseModel):
    """A case or a lead of an operation, and why it is in it."""

    model_config = ConfigDict(extra="ignore")

    id: int
    case: int | None
    case_number: str | None
    report: int | None
    rule: int | None
    added_by: str | None
    reason: str
    added_at: datetime


class Memberships(BaseModel):
    """A page of cases and leads, the latest first."""

    model_config = ConfigDict(extra="ignore")

    items: list[Membership]
    next: int | None


class Merged(BaseModel):
    """Reports that are dealt with together."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    into: int
    reason: str
    seen: dict[str, str] | None = None
    note: str = ""


class MessageGiven(BaseModel):
    """An answer to whoever reported by the public form."""

    model_config = ConfigDict(extra="forbid")

    text: str


class MessageRow(BaseModel):
    """A message between the desk and whoever reported by the public form."""

    model_config = ConfigDict(extra="ignore")

    id: int
    side: str
    text: str
    written_at: datetime


class Moved(BaseModel):
    """A report that belongs to another case."""

    model_config = ConfigDict(extra="forbid")

    to_case: int
    reason: str


class NamedIdentifier(BaseModel):
    """An identifier that was the evidence of a change."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    label: str


class NewLetter(BaseModel):
    """A letter to be made of the record."""

    model_config = ConfigDict(extra="forbid")

    form: str
    language: str
    holder: str = ""


class NewPerson(BaseModel):
    """Somebody whom a source names as behind an account."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    says: str
    source: str
    name: str
    handle: int | None = None


class NewTask(BaseModel):
    """Something to be done."""

    model_config = ConfigDict(extra="forbid")

    title: str
    assignee: str = ""
    due: date | None = None


class Nothing(BaseModel):
    """An act that needs no more than its address."""

    model_config = ConfigDict(extra="forbid")


class NoticeRow(BaseModel):
    """That another desk asked about identifiers that this one has, too."""

    model_config = ConfigDict(extra="ignore")

    id: int
    desk: str
    name: str
    call: str
    share: str
    below: bool
    at: datetime
    seen_at: datetime | None


class Offered(BaseModel):
    """A case for another agency."""

    model_config = ConfigDict(extra="forbid")

    agency: str
    reason: str
    seen: int | None = None


class Officer(BaseModel):
    """The investigating officer."""

    model_config = ConfigDict(extra="forbid")

    officer: str
    nevertheless: str = ""
    seen: int | None = None


class OperationFigure(BaseModel):
    """A figure of an operation."""

    model_config = ConfigDict(extra="ignore")

    name: str
    label: str
    counts: str
    value: int | None
    text: str
    mine: int


class OperationGoal(BaseModel):
    """How much of which figure is wanted."""

    model_config = ConfigDict(extra="ignore")

    figure: str
    target: int


class OperationHead(BaseModel):
    """The header of an operation."""

    model_config = ConfigDict(extra="ignore")

    code: str
    name: str
    agency: str
    state: str
    since: date
    until: date | None
    lead_officer: str | None


class OperationPerson(BaseModel):
    """Who knows of it: a person, or everybody at an agency who may see reports."""

    model_config = ConfigDict(extra="ignore")

    person: str | None
    agency: str | None
    part: str


class OperationPhase(BaseModel):
    """A stretch of an operation."""

    model_config = ConfigDict(extra="ignore")

    name: str
    since: date
    until: date | None


class OperationRef(BaseModel):
    """An operation that the person knows of."""

    model_config = ConfigDict(extra="ignore")

    code: str
    name: str


class OperationRule(BaseModel):
    """What it takes in by itself."""

    model_config = ConfigDict(extra="ignore")

    id: int
    rule: str
    scanned_percent: int | None


class OperationTask(BaseModel):
    """A task as it lies with one district."""

    model_config = ConfigDict(extra="ignore")

    task: str
    agency: str
    state: str
    note: str
    due_at: datetime | None
    officer: str | None


class OutcomeGiven(BaseModel):
    """What came of it."""

    model_config = ConfigDict(extra="forbid")

    what: str
    number: int | None = None
    on: date | None = None
    text: str = ""
    for_senders: str = ""


class OutcomeOfCase(BaseModel):
    """What came of a case, or of some of its reports."""

    model_config = ConfigDict(extra="forbid")

    what: str
    number: int | None = None
    on: date | None = None
    text: str = ""
    for_senders: str = ""
    reports: list[int] | None = None


class Part(BaseModel):
    """A part of a bundle, and where it goes."""

    model_config = ConfigDict(extra="forbid")

    agency: str
    reports: list[int]


class PeerKeyRow(BaseModel):
    """A key of another installation."""

    model_config = ConfigDict(extra="ignore")

    key: str
    state: str
    valid_from: datetime
    endorsed: bool
    revoked_why: str


class PeerRow(BaseModel):
    """Another installation, and how the link to it does."""

    model_config = ConfigDict(extra="ignore")

    name: str
    url: str
    state: str
    state_why: str
    waiting: int
    held: int
    refused: int
    oldest_at: datetime | None
    last_success_at: datetime | None
    last_heard_at: datetime | None
    failures: int
    error: str
    next_at: datetime | None


class PersonRow(BaseModel):
    """Somebody whom a source names as behind an account. It says nothing about guilt."""

    model_config = ConfigDict(extra="ignore")

    id: int
    name: str
    standing: str
    review_due: bool
    evidence: list[EvidenceRow]
    proposals: list[ProposalRow]


class Persons(BaseModel):
    """A page of persons, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[PersonRow]
    next: int | None


class Priority(BaseModel):
    """What a person says of a report's priority, and why."""

    model_config = ConfigDict(extra="forbid")

    act: Literal["raise", "lower", "take-back"]
    why: str


class ProposalRow(BaseModel):
    """One officer's word about a person, and another's answer."""

    model_config = ConfigDict(extra="ignore")

    id: int
    state: str
    words: str
    proposed_by: str
    proposed_at: datetime
    evidence: list[int]
    decided_by: str | None
    decided_words: str


class Proposed(BaseModel):
    """That an account holder is to count as a person of interest. Another officer decides, on screen."""

    model_config = ConfigDict(extra="forbid")

    evidence: list[int]
    words: str


class Queue(BaseModel):
    """The first of a desk's queue, in the order of the screen, with the rules by which."""

    model_config = ConfigDict(extra="ignore")

    items: list[QueueRow]
    rules_version: str
    counts: dict[str, int]


class QueueRow(BaseModel):
    """A report in the queue of a desk."""

    model_config = ConfigDict(extra="ignore")

    report: int
    urgent: bool
    priority: int | None
    since: datetime
    turn: float | None
    band: str
    flow: str | None
    assignee: str | None
    snoozed_until: datetime | None
    informational: bool


class Recalled(BaseModel):
    """Referrals that are taken back."""

    model_config = ConfigDict(extra="forbid")

    referrals: list[int]
    reason: str
    note: str = ""
    seen: dict[str, str] | None = None


class Receipt(BaseModel):
    """The receipt of a package."""

    model_config = ConfigDict(extra="forbid")

    receipt: str


class Received(BaseModel):
    """A package that is taken, and the receipt for its sender."""

    model_config = ConfigDict(extra="ignore")

    uid: str
    digest: str
    from_agency: str
    to_agency: str
    reports: int
    new_reports: int
    again: bool
    receipt: str


class RefusedPackageRow(BaseModel):
    """A package that was brought and not taken. What it says of itself is only its word."""

    model_config = ConfigDict(extra="ignore")

    id: int
    claimed_uid: str
    sha256: str
    code: str
    message: str
    at: datetime
    by: str


class RefusedPackages(BaseModel):
    """A page of packages, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[RefusedPackageRow]
    next: int | None


class Renewed(BaseModel):
    """A preservation that was renewed."""

    model_config = ConfigDict(extra="forbid")

    version: int
    at: datetime
    channel: str = ""
    reference: str = ""
    until: datetime | None = None


class Reopened(BaseModel):
    """Why a case is open again."""

    model_config = ConfigDict(extra="forbid")

    text: str
    seen: int | None = None


class Replayed(BaseModel):
    """What is told again."""

    model_config = ConfigDict(extra="forbid")

    since: datetime | None = None


class ReportChain(BaseModel):
    """The whole chain of one report, as `tipline report show ID --json` prints it."""

    model_config = ConfigDict(extra="allow")

    id: int
    reporter: str
    state: ReportState
    received_at: datetime
    incident: dict[str, Any]
    identifiers: list[dict[str, Any]]
    files: list[dict[str, Any]]
    attributions: list[dict[str, Any]]
    whereabouts: dict[str, Any] | None
    matches: list[dict[str, Any]]
    links: list[dict[str, Any]]
    triage: dict[str, Any] | None
    routes: list[dict[str, Any]]
    referrals: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    case: dict[str, Any] | None
    stages: list[dict[str, Any]]


class ReportHead(BaseModel):
    """The header of a report."""

    model_config = ConfigDict(extra="ignore")

    id: int
    reporter: str
    receiving_agency: str
    state: str
    processing: str
    received_at: datetime
    finished_at: datetime | None
    incident: Incident
    log: LogHead | None


class Reports(BaseModel):
    """A page of reports, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[ReportHead]
    next: int | None


class RequestEnded(BaseModel):
    """A request that is over."""

    model_config = ConfigDict(extra="forbid")

    version: int
    remark: str = ""


class RequestReplied(BaseModel):
    """A reply that came in."""

    model_config = ConfigDict(extra="forbid")

    version: int
    at: datetime
    answer: str
    channel: str = ""
    reference: str = ""
    usefulness: str = ""
    remark: str = ""
    items: dict[str, str] | None = None
    until: datetime | None = None


class RequestRow(BaseModel):
    """One letter to one holder of records. What it asks about is on the case's page and in its letter."""

    model_config = ConfigDict(extra="ignore")

    id: int
    case: str
    reference: str
    kind: str
    holder: str
    holder_name: str
    state: str
    version: int
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


class RequestSent(BaseModel):
    """A request that went out."""

    model_config = ConfigDict(extra="forbid")

    version: int
    at: datetime
    channel: str = ""
    reference: str = ""
    dispatch: str = ""


class Requests(BaseModel):
    """A page of requests, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[RequestRow]
    next: int | None


class Retried(BaseModel):
    """Messages that are tried now."""

    model_config = ConfigDict(extra="forbid")

    refused: bool = False


class Returned(BaseModel):
    """Reports that go back to the desk above."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    reason: str
    seen: dict[str, str] | None = None
    note: str = ""


class RevokedKey(BaseModel):
    """A key that is believed no more."""

    model_config = ConfigDict(extra="forbid")

    key: str
    why: str


class SectionGiven(BaseModel):
    """A section of the law."""

    model_config = ConfigDict(extra="forbid")

    section: str
    seen: int | None = None


class Sent(BaseModel):
    """A page of what was sent, in order of the referral's number."""

    model_config = ConfigDict(extra="ignore")

    items: list[SentRow]
    next: int | None


class SentPackageRow(BaseModel):
    """A package that the desk made."""

    model_config = ConfigDict(extra="ignore")

    id: int
    uid: UUID
    digest: str
    to: str
    reports: int
    bytes: int
    data: list[str]
    encrypted: bool
    made_at: datetime
    made_by: str
    expires_at: datetime
    received_at: datetime | None


class SentPackages(BaseModel):
    """A page of packages, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[SentPackageRow]
    next: int | None


class SentRow(BaseModel):
    """A report that the desk sent, and how far it is. Nothing of the case."""

    model_config = ConfigDict(extra="ignore")

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


class SharedIdentifier(BaseModel):
    """An identifier at which reports meet; masked where it is a child's. A hub links nobody."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    platform: str
    label: str
    masked: bool
    degree: int
    hub: bool
    hub_most: int | None


class Snoozed(BaseModel):
    """Reports that rest."""

    model_config = ConfigDict(extra="forbid")

    reports: list[int]
    until: datetime
    note: str
    seen: dict[str, str] | None = None


class Split(BaseModel):
    """A bundle that is parted."""

    model_config = ConfigDict(extra="forbid")

    parts: list[Part]
    note: str = ""
    seen: dict[str, str] | None = None


class State(BaseModel):
    """What a form of the case would show: hand `seen` in with an act."""

    model_config = ConfigDict(extra="ignore")

    id: int
    number: str
    state: str
    seen: int
    investigating_officer: str | None
    fir_number: str
    fir_registered_at: datetime | None
    zero_fir: bool
    pending: list[str]
    links: list[LinkRow]


class SuggestionReason(BaseModel):
    """A field of a suggestion; a weight over 0 (in bits) speaks for one matter."""

    model_config = ConfigDict(extra="ignore")

    field: str
    title: str
    level: str
    weight: float
    sentence: str
    low: list[str]
    high: list[str]


class SuggestionRow(BaseModel):
    """Two reports that a model thinks alike. Nothing is joined by it."""

    model_config = ConfigDict(extra="ignore")

    id: int
    low: int
    high: int
    probability: float
    model: str
    at: datetime
    state: str
    why: str
    reasons: list[SuggestionReason]


class Suggestions(BaseModel):
    """A page of suggestions, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[SuggestionRow]
    next: int | None


class TakenPackageRow(BaseModel):
    """A package that the desk took in."""

    model_config = ConfigDict(extra="ignore")

    id: int
    uid: UUID
    digest: str
    from_agency: str
    installation: str
    agreement: str
    reports: int
    new_reports: int
    made_at: datetime
    taken_at: datetime
    taken_by: str


class TakenPackages(BaseModel):
    """A page of packages, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[TakenPackageRow]
    next: int | None


class TaskRow(BaseModel):
    """Something to be done in a case."""

    model_config = ConfigDict(extra="ignore")

    id: int
    case: int
    title: str
    assignee: str | None
    due: date | None
    state: str
    note: str
    seen: int


class Tasks(BaseModel):
    """A page of tasks, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[TaskRow]
    next: int | None


class Thread(BaseModel):
    """The messages of a report. Names and numbers of whoever reported are not among them."""

    model_config = ConfigDict(extra="ignore")

    language: str
    told: str
    messages: list[MessageRow]


class TieGiven(BaseModel):
    """A report that is one matter with that of the address."""

    model_config = ConfigDict(extra="forbid")

    why: str
    other: int


class TimelineRow(BaseModel):
    """Something with a time: an incident, a sighting, the receipt of a report."""

    model_config = ConfigDict(extra="ignore")

    at: datetime
    report: int
    what: str
    kind: str
    label: str


class Told(BaseModel):
    """How far the report is, as whoever reported is told."""

    model_config = ConfigDict(extra="forbid")

    told: str


class TransferRow(BaseModel):
    """A case that is handed to another agency: what both sides know of it."""

    model_config = ConfigDict(extra="ignore")

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


class Transfers(BaseModel):
    """A page of transfers, in order of id."""

    model_config = ConfigDict(extra="ignore")

    items: list[TransferRow]
    next: int | None


class WebhookRow(BaseModel):
    """An address of the agency that is told of events. Its secret is shown once, on screen."""

    model_config = ConfigDict(extra="ignore")

    id: int
    url: str
    events: list[str]
    active: bool
    waiting: int
    created_at: datetime
    last_success_at: datetime | None
    failing_since: datetime | None
    last_error: str
    disabled_at: datetime | None
    old_secret_until: datetime | None


class WholeCase(BaseModel):
    """One case."""

    model_config = ConfigDict(extra="ignore")

    id: int
    number: str
    title: str
    agency: str
    operation: str | None
    operations: list[OperationRef]
    state: str
    opened_at: datetime
    opened_by: str
    offences: list[str]
    handles: list[CaseHandle]
    reports: list[int]
    outcomes: list[CaseOutcome]
    people: list[CasePerson]


class WholeOperation(BaseModel):
    """One operation."""

    model_config = ConfigDict(extra="ignore")

    code: str
    name: str
    agency: str
    state: str
    since: date
    until: date | None
    lead_officer: str | None
    note: str
    agencies: list[AgencyRef]
    goals: list[OperationGoal]
    phases: list[OperationPhase]
    people: list[OperationPerson]
    rules: list[OperationRule]
    tasks: list[OperationTask]


class WholePeer(BaseModel):
    """One of them, with its keys, its agencies, and counts by kind."""

    model_config = ConfigDict(extra="ignore")

    name: str
    url: str
    state: str
    state_why: str
    waiting: int
    held: int
    refused: int
    oldest_at: datetime | None
    last_success_at: datetime | None
    last_heard_at: datetime | None
    failures: int
    error: str
    next_at: datetime | None
    fingerprint: str
    keys: list[PeerKeyRow]
    agencies: list[str]
    sent: dict[str, int]
    taken: dict[str, int]
    held_by: list[HeldRow]


class Why(BaseModel):
    """A reason."""

    model_config = ConfigDict(extra="forbid")

    why: str


class WithdrawnSection(BaseModel):
    """One that does not apply after all."""

    model_config = ConfigDict(extra="forbid")

    section: str
    why: str
    seen: int | None = None


Accepted.model_rebuild()
AgencyNode.model_rebuild()
AgencyRef.model_rebuild()
AgreementRow.model_rebuild()
Agreements.model_rebuild()
AllCounts.model_rebuild()
AllHandedOver.model_rebuild()
AskedAbout.model_rebuild()
AskedRow.model_rebuild()
Assigned.model_rebuild()
Attached.model_rebuild()
BoardDay.model_rebuild()
BoardLine.model_rebuild()
CameBack.model_rebuild()
CameBackRow.model_rebuild()
CaseClosed.model_rebuild()
CaseHandle.model_rebuild()
CaseHead.model_rebuild()
CaseOutcome.model_rebuild()
CasePerson.model_rebuild()
Cases.model_rebuild()
ChangeRow.model_rebuild()
CheckRow.model_rebuild()
Chosen.model_rebuild()
Clock.model_rebuild()
Cluster.model_rebuild()
ClusterHead.model_rebuild()
Colleague.model_rebuild()
ContactRow.model_rebuild()
Contacts.model_rebuild()
CorrectedFir.model_rebuild()
CountFigure.model_rebuild()
CountPart.model_rebuild()
CutGiven.model_rebuild()
Deliveries.model_rebuild()
DeliveryRow.model_rebuild()
Described.model_rebuild()
Desk.model_rebuild()
DeskRow.model_rebuild()
Diary.model_rebuild()
DiaryEntry.model_rebuild()
DiaryRow.model_rebuild()
Dispatched.model_rebuild()
Done.model_rebuild()
DraftRow.model_rebuild()
Drafted.model_rebuild()
EditedLetter.model_rebuild()
EndedTask.model_rebuild()
Enquiry.model_rebuild()
EvidenceGiven.model_rebuild()
EvidenceRow.model_rebuild()
FigureAnswer.model_rebuild()
FigureHead.model_rebuild()
FigureRow.model_rebuild()
FirGiven.model_rebuild()
Forwarded.model_rebuild()
GivenTask.model_rebuild()
Graph.model_rebuild()
GraphEdge.model_rebuild()
GraphTie.model_rebuild()
HandedOver.model_rebuild()
HeldRow.model_rebuild()
Incident.model_rebuild()
Informational.model_rebuild()
Invited.model_rebuild()
LetterRow.model_rebuild()
LetterSet.model_rebuild()
LetterVersion.model_rebuild()
LinkGiven.model_rebuild()
LinkReason.model_rebuild()
LinkRow.model_rebuild()
LinkedReport.model_rebuild()
Log.model_rebuild()
LogEntry.model_rebuild()
LogHead.model_rebuild()
Looked.model_rebuild()
Me.model_rebuild()
MeasureRow.model_rebuild()
Membership.model_rebuild()
Memberships.model_rebuild()
Merged.model_rebuild()
MessageGiven.model_rebuild()
MessageRow.model_rebuild()
Moved.model_rebuild()
NamedIdentifier.model_rebuild()
NewLetter.model_rebuild()
NewPerson.model_rebuild()
NewTask.model_rebuild()
Nothing.model_rebuild()
NoticeRow.model_rebuild()
Offered.model_rebuild()
Officer.model_rebuild()
OperationFigure.model_rebuild()
OperationGoal.model_rebuild()
OperationHead.model_rebuild()
OperationPerson.model_rebuild()
OperationPhase.model_rebuild()
OperationRef.model_rebuild()
OperationRule.model_rebuild()
OperationTask.model_rebuild()
OutcomeGiven.model_rebuild()
OutcomeOfCase.model_rebuild()
Part.model_rebuild()
PeerKeyRow.model_rebuild()
PeerRow.model_rebuild()
PersonRow.model_rebuild()
Persons.model_rebuild()
Priority.model_rebuild()
ProposalRow.model_rebuild()
Proposed.model_rebuild()
Queue.model_rebuild()
QueueRow.model_rebuild()
Recalled.model_rebuild()
Receipt.model_rebuild()
Received.model_rebuild()
RefusedPackageRow.model_rebuild()
RefusedPackages.model_rebuild()
Renewed.model_rebuild()
Reopened.model_rebuild()
Replayed.model_rebuild()
ReportChain.model_rebuild()
ReportHead.model_rebuild()
Reports.model_rebuild()
RequestEnded.model_rebuild()
RequestReplied.model_rebuild()
RequestRow.model_rebuild()
RequestSent.model_rebuild()
Requests.model_rebuild()
Retried.model_rebuild()
Returned.model_rebuild()
RevokedKey.model_rebuild()
SectionGiven.model_rebuild()
Sent.model_rebuild()
SentPackageRow.model_rebuild()
SentPackages.model_rebuild()
SentRow.model_rebuild()
SharedIdentifier.model_rebuild()
Snoozed.model_rebuild()
Split.model_rebuild()
State.model_rebuild()
SuggestionReason.model_rebuild()
SuggestionRow.model_rebuild()
Suggestions.model_rebuild()
TakenPackageRow.model_rebuild()
TakenPackages.model_rebuild()
TaskRow.model_rebuild()
Tasks.model_rebuild()
Thread.model_rebuild()
TieGiven.model_rebuild()
TimelineRow.model_rebuild()
Told.model_rebuild()
TransferRow.model_rebuild()
Transfers.model_rebuild()
WebhookRow.model_rebuild()
WholeCase.model_rebuild()
WholeOperation.model_rebuild()
WholePeer.model_rebuild()
Why.model_rebuild()
WithdrawnSection.model_rebuild()
