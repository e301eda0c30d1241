"""What the endpoints answer with, as types: the OpenAPI description is made of these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from tipline.reports.models import ReportState


class Problem(Schema):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class Done(Schema):
    """That an act is done: the same answer for all of them. It tells numbers and no text of a report or case."""

    done: str = Field(description="what was done, in words")
    id: int | None = Field(None, description="of what was made or changed; see the endpoint")
    number: str | None = Field(None, description="its number as people write it, of a case, an entry or a draft")
    count: int | None = Field(None, description="of how many")
    repeated: bool = Field(False, description="it was done before, by the same call with the same Idempotency-Key")


class AgencyRef(Schema):
    """An agency."""

    code: str
    name: str


class Me(Schema):
    """Whom the token acts for, and what it opens now."""

    email: str
    name: str
    role: str
    agency: AgencyRef
    token: int = Field(description="number of this token, as the log names it")
    scopes: list[str] = Field(description="what it opens now: of its scopes those that the person's role includes")
    expires_at: datetime


class Incident(Schema):
    """What a report is about, as the provider stated it."""

    type: str
    at: datetime | None = Field(description="UTC; null when the text cannot be read as a time")
    at_text: str = Field(description="the time as written by the provider")
    platform: str
    escalated: bool = Field(description="whether the provider asked for urgency")


class LogHead(Schema):
    """When the logs of a report's addresses end. docs/explanation/log-expiry.md."""

    next_likely_gone_at: datetime | None = Field(description="the next log to go that is not preserved")
    holder: str | None = Field(description="the network that holds that log; null: a child's address")
    all_gone_at: datetime | None = Field(description="when the last of those not preserved is likely gone")
    addresses: int = Field(description="addresses with a clock")
    preserved: int = Field(description="of them, confirmed to be preserved")


class ReportHead(Schema):
    """The header of a report."""

    id: int
    reporter: str
    receiving_agency: str
    state: str
    processing: str
    received_at: datetime
    finished_at: datetime | None
    incident: Incident
    log: LogHead | None = Field(description="null: no address with a clock, or not processed yet")


class Reports(Schema):
    """A page of reports, in order of id."""

    items: list[ReportHead]
    next: int | None = Field(description="give it as `after` for the next page; null: there is none now")


class ReportChain(BaseModel):  # not a Schema, which drops what it does not name
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


class Clock(Schema):
    """A clock of a case: what is due, by which rule, and what follows when it runs out."""

    id: int
    clock: str = Field(description="its id in the file of clocks")
    label: str
    case: int | None
    case_number: str | None
    report: int | None
    subject: str | None = Field(description="within the case, such as request:12")
    started_at: datetime = Field(description="from when it counts")
    due_at: datetime
    warn_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    state: str = Field(description="over, warning, running, paused or ended")
    late: bool
    law: str
    by_law: bool = Field(description="false: practice, which a desk may set for itself")
    consequence: str
    file: str = Field(description="title and version of the file that defines it")


class OperationRef(Schema):
    """An operation that the person knows of."""

    code: str
    name: str


class CaseHead(Schema):
    """The header of a case."""

    id: int
    number: str
    title: str
    agency: str
    operation: str | None = Field(description="the first of `operations`")
    operations: list[OperationRef] = Field(description="those that it is in and the person knows of")
    state: str
    opened_at: datetime
    reports: int
    handles: int


class Cases(Schema):
    """A page of cases, in order of id."""

    items: list[CaseHead]
    next: int | None = Field(description="give it as `after` for the next page; null: there is none now")


class CaseHandle(Schema):
    """An account to be traced. A lead, not a person."""

    value: str
    platform: str
    report: int = Field(description="the report that named it first")


class CasePerson(Schema):
    """Somebody who works on a case."""

    name: str
    role: str
    since: datetime


class CaseOutcome(Schema):
    """What came of a case. The desk's own note is not in it."""

    id: int
    kind: str = Field(description="of docs/reference/data-files.md, outcomes.toml")
    label: str
    code: str | None = Field(description="for the clearinghouse's list; null: of an earlier edition of the list")
    number: int | None = Field(description="what the kind counts, of the whole case and in all so far")
    on: date
    reports: int = Field(description="of how many reports it is told")
    recorded_at: datetime
    withdrawn: bool


class WholeCase(Schema):
    """One case."""

    id: int
    number: str
    title: str
    agency: str
    operation: str | None = Field(description="the first of `operations`")
    operations: list[OperationRef] = Field(description="those that it is in and the person knows of")
    state: str
    opened_at: datetime
    opened_by: str
    offences: list[str]
    handles: list[CaseHandle]
    reports: list[int]
    outcomes: list[CaseOutcome] = Field(description="the oldest first")
    people: list[CasePerson]


class CountPart(Schema):
    """One number of a figure."""

    key: str
    label: str
    value: float | None = Field(description="null where it is hidden, or where there is nothing to tell")
    text: str = Field(description="the number as it is written: <5 where it is one to four and hidden")
    small: bool
    hidden: bool


class CountFigure(Schema):
    """A figure with the sentence that defines it."""

    name: str
    label: str
    definition: str
    parts: list[CountPart]


class AllCounts(Schema):
    """The counts of one agency."""

    agency: AgencyRef
    suppressed: bool = Field(description="whether small numbers are hidden from this person")
    figures: list[CountFigure]


class LogEntry(Schema):
    """One thing that was done."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    action: str
    object_type: str
    object_id: str
    detail: dict[str, Any]


class Log(Schema):
    """A page of the log, the newest first."""

    items: list[LogEntry]
    next: int | None = Field(description="give it as `before` for the next page; null: there is none")


class AgencyNode(Schema):
    """An agency of the tree."""

    code: str
    name: str
    kind: str
    parent: str | None
    timezone: str
    languages: list[str]
    active: bool
    places: list[str]


class OperationHead(Schema):
    """The header of an operation."""

    code: str
    name: str
    agency: str = Field(description="code of the agency that runs it")
    state: str = Field(description="planned, running or closed")
    since: date
    until: date | None
    lead_officer: str | None


class OperationGoal(Schema):
    """How much of which figure is wanted."""

    figure: str
    target: int


class OperationPhase(Schema):
    """A stretch of an operation."""

    name: str
    since: date
    until: date | None


class OperationPerson(Schema):
    """Who knows of it: a person, or everybody at an agency who may see reports."""

    person: str | None
    agency: str | None
    part: str


class OperationRule(Schema):
    """What it takes in by itself."""

    id: int
    rule: str = Field(description="in words")
    scanned_percent: int | None = Field(description="how far it has gone through what there is; null: through all")


class OperationTask(Schema):
    """A task as it lies with one district."""

    task: str
    agency: str
    state: str = Field(description="open, started, done or cannot")
    note: str
    due_at: datetime | None
    officer: str | None


class WholeOperation(Schema):
    """One operation."""

    code: str
    name: str
    agency: str
    state: str
    since: date
    until: date | None
    lead_officer: str | None
    note: str = Field(description="its goals in words")
    agencies: list[AgencyRef] = Field(description="the one that runs it first")
    goals: list[OperationGoal]
    phases: list[OperationPhase]
    people: list[OperationPerson]
    rules: list[OperationRule]
    tasks: list[OperationTask]


class Membership(Schema):
    """A case or a lead of an operation, and why it is in it."""

    id: int
    case: int | None
    case_number: str | None
    report: int | None = Field(description="a lead: a report that is in it by itself")
    rule: int | None
    added_by: str | None = Field(description="null: a rule")
    reason: str
    added_at: datetime


class Memberships(Schema):
    """A page of cases and leads, the latest first."""

    items: list[Membership]
    next: int | None = Field(description="give it as `before` for the next page; null: there is none")


class BoardLine(Schema):
    """What a district planned and told on a day of action."""

    agency: str
    last_at: datetime | None = Field(description="when it last said something")
    numbers: dict[str, int]


class BoardDay(Schema):
    """A day of action."""

    id: int
    day: date
    name: str
    totals: dict[str, int]
    districts: list[BoardLine]


class OperationFigure(Schema):
    """A figure of an operation."""

    name: str
    label: str
    counts: str = Field(description="the sentence of what it counts and does not")
    value: int | None = Field(description="null where a part of it is hidden")
    text: str
    mine: int = Field(description="over what the person sees")
