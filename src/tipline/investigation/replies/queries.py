"""Reading replies: lists, what was found, and the subscribers and accounts that a person may tick. Within what somebody may see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, QuerySet

from tipline.core.errors import NotFoundError
from tipline.investigation.cases.models import Case, CaseHandle, CaseReport
from tipline.investigation.replies import calls, matching
from tipline.investigation.replies.fitting import (
    WITHHELD,
    case_handles,
    childs,
    handles_named,
    handles_of,
    identifiers_in,
    platform_of,
    stated_platform,
)
from tipline.investigation.replies.layouts import Kind, Meaning
from tipline.investigation.replies.models import Reply, ReplyFinding, ReplyRow, Verdict
from tipline.pipeline.extraction.kinds import Normal
from tipline.reports.models import TRACED_ROLES, IdentifierKind, Sighting
from tipline.trust.visibility import OPERATOR, acting

MOST_ENTRIES = 200
MOST_ROWS_LOOKED_AT = 20_000
# What of a row says who somebody is; the rest is what they did.
PARTICULARS = (
    Meaning.NAME, Meaning.MSISDN, Meaning.EMAIL, Meaning.ADDRESS, Meaning.SUBSCRIBER, Meaning.ACCOUNT, Meaning.HANDLE, Meaning.IMSI,
    Meaning.IMEI, Meaning.DEVICE,
)  # fmt: skip


def replies_of(case: Case) -> QuerySet[Reply]:
    """The replies of a visible case, newest first."""
    return (
        Reply.objects.filter(case=case)
        .select_related("received_by", "applied_by", "decided_by", "request")
        .order_by("-number")
    )


def visible_reply(case: Case, number: int) -> Reply:
    """One reply of a visible case.

    Raises
    ------
    NotFoundError
        when the case has none with that number.
    """
    found = replies_of(case).select_related("case__agency").filter(number=number).first()
    if found is None:
        raise NotFoundError(f"case {case.number} has no reply {number}")
    return found


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reply says of one use of an address, with both sides of the comparison."""

    verdict: Verdict
    why: str
    sentence: str
    seconds: int | None
    subscribers: int
    report_id: int
    sighting_id: int
    ip: str
    port: int | None
    at: datetime | None
    at_text: str
    zone_stated: bool
    event: str
    row: ReplyRow | None
    rule: str
    of_calls: bool = False

    @property
    def distance(self) -> str:
        """How far it lies from the session or the call, in words."""
        return matching.seconds_in_words(self.seconds, "call" if self.of_calls else "session")

    @property
    def label(self) -> str:
        """The verdict in words."""
        if self.why == "no-port":
            many = "" if self.subscribers == 1 else "s"
            return f"Cannot tell: {self.subscribers} subscriber{many} of the reply had the address then"
        if self.of_calls:
            return self._call_label()
        if self.verdict == Verdict.AMBIGUOUS:
            return f"{self.subscribers} subscribers fit"
        return str(self.verdict.label)

    def _call_label(self) -> str:
        if self.verdict == Verdict.MATCHED:
            return "A call of its number at that time"
        return f"{self.subscribers} of its numbers fit" if self.verdict == Verdict.AMBIGUOUS else "No call at that time"


def rules_for(reply: Reply) -> matching.Tolerance:
    """The tolerance that a reply of this kind is compared within."""
    return calls.tolerance() if reply.kind == Kind.CDR else matching.tolerance()


def findings_of(reply: Reply) -> list[Finding]:
    """Everything found, surest first."""
    rules, of_calls = rules_for(reply), reply.kind == Kind.CDR
    rows = ReplyFinding.objects.filter(reply=reply).select_related("sighting", "row").order_by("sighting__at", "id")
    order = [Verdict.MATCHED, Verdict.AMBIGUOUS, Verdict.CANNOT_TELL, Verdict.OUTSIDE]
    found = [
        Finding(
            Verdict(one.verdict), one.why, rules.text_of(one.why), one.seconds, one.subscribers, one.report_id, one.sighting_id,
            str(one.sighting.ip), one.sighting.port, one.sighting.at, one.sighting.at_text, one.sighting.at_zone_stated,
            one.sighting.event, one.row, f"{'calls' if of_calls else 'matching'} {reply.rule_version}",
            of_calls,
        )
        for one in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: order.index(one.verdict))


def verdicts(replies: Iterable[Reply]) -> dict[int, dict[str, int]]:
    """Reply → verdict → how many sightings."""
    found: dict[int, dict[str, int]] = {}
    rows = (
        ReplyFinding.objects.filter(reply__in=list(replies)).values_list("reply_id", "verdict").annotate(n=Count("id"))
    )
    for reply_id, verdict, count in rows:
        found.setdefault(reply_id, {})[verdict] = count
    return found


@dataclass(slots=True)
class Tie:
    """What ties an entry to the case: a handle, if one is known, and why."""

    text: str
    line: int
    handle: CaseHandle | None


@dataclass(slots=True)
class Entry:
    """A subscriber or an account of a reply that fits the case: what a person may tick. A source's word, not a judgement."""

    subscriber: str
    said: dict[str, str]
    line: int
    rows: int = 0
    ties: list[Tie] = field(default_factory=list)
    withheld: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What a form and a script call it by: nothing of the text, which may be a child's."""
        return hashlib.sha256(self.subscriber.encode()).hexdigest()[:24]

    @property
    def name(self) -> str:
        """As the company writes it; without a name the number or account."""
        if self.said.get(Meaning.NAME):
            return self.said[Meaning.NAME]
        return next((self.said[m] for m in PARTICULARS if self.said.get(m) and m not in self.withheld), "not named")

    @property
    def particulars(self) -> list[tuple[str, str]]:
        """Label and text of what is said of them; what is a child's is withheld."""
        return [
            (meaning.label, WITHHELD if meaning in self.withheld else self.said[meaning])
            for meaning in PARTICULARS
            if self.said.get(meaning)
        ]

    @property
    def handles(self) -> list[CaseHandle]:
        """The handles of the case it is tied to, each once."""
        return list({tie.handle.pk: tie.handle for tie in self.ties if tie.handle is not None}.values())


@dataclass(frozen=True, slots=True)
class NewHandle:
    """An account that a reply names and the case does not have."""

    key: str
    kind: IdentifierKind
    normal: Normal
    line: int


def entries_of(reply: Reply) -> list[Entry]:
    """Whom a reply names that fits the case, with what ties them to it."""
    found = _by_session(reply) if reply.kind == Kind.IPDR else _by_account(reply)
    platform = platform_of(reply)
    named = [identifiers_in(one.said, platform) for one in found]
    with acting(OPERATOR):
        secret = childs(one for mine in named for one in mine)
    for entry in found:
        entry.withheld = frozenset(
            meaning.value
            for meaning in PARTICULARS
            if any(
                one.digest in secret for one in identifiers_in({meaning.value: entry.said.get(meaning, "")}, platform)
            )
        )
    return found[:MOST_ENTRIES]


def _by_session(reply: Reply) -> list[Entry]:
    """Subscribers of sessions that match a sighting, and only one subscriber did."""
    matched = [one for one in findings_of(reply) if one.verdict == Verdict.MATCHED and one.row is not None]
    ties = handles_of(reply.case_id, [one.sighting_id for one in matched])
    handles = case_handles(reply.case_id)
    found: dict[str, Entry] = {}
    for one in matched:
        if one.row is None:
            continue
        entry = found.setdefault(one.row.subscriber, Entry(one.row.subscriber, dict(one.row.said), one.row.line))
        entry.rows += 1
        text = _session_text(one)
        mine = [handles[pk] for pk in ties.get(one.sighting_id, ()) if pk in handles]
        entry.ties += [Tie(text, one.row.line, handle) for handle in mine] or [Tie(text, one.row.line, None)]
    return list(found.values())


def _session_text(one: Finding) -> str:
    row = one.row
    begun = f"{row.started_at:%Y-%m-%d %H:%M:%S}" if row and row.started_at else ""
    ended = f"{row.ended_at:%Y-%m-%d %H:%M:%S}" if row and row.ended_at else begun
    ports = "no port stated: the whole address" if row is None or row.port_from is None else f"port {row.port_from}" + (f" to {row.port_to}" if row.port_to not in {None, row.port_from} else "")  # fmt: skip
    zone = "" if one.zone_stated else " (no zone was stated, read as UTC)"
    return (
        f"{one.ip} port {one.port or 'not stated'} at {one.at:%Y-%m-%d %H:%M:%S} UTC{zone}, report {one.report_id}; "
        f"session {begun} to {ended} UTC, {ports}: {one.distance} ({one.why}, {one.rule})"
    )


def _by_account(reply: Reply) -> list[Entry]:
    """Accounts and subscribers that name something of the case, each with its rows."""
    platform, handles = stated_platform(reply), case_handles(reply.case_id)
    sought = _sought(reply.case_id)
    found: dict[str, Entry] = {}
    for row in _rows(reply):
        entry = found.get(row.subscriber)
        if entry is None:
            entry = found[row.subscriber] = Entry(row.subscriber, {}, row.line)
        entry.rows += 1
        # what one row leaves out another says
        for meaning in PARTICULARS:
            if row.said.get(meaning):
                entry.said.setdefault(meaning.value, row.said[meaning])
    tied = []
    for entry in found.values():
        named = identifiers_in(entry.said, platform)
        mine = handles_named(handles, named)
        entry.ties = [
            Tie(f"it names the account {handles[pk].identifier.value}", entry.line, handles[pk]) for pk in mine
        ]
        seen = {handles[pk].identifier.value for pk in mine}
        entry.ties += [
            Tie(f"it names {one.value}, which a report of this case names", entry.line, None)
            for one in named
            if (one.kind, one.value) in sought and one.value not in seen
        ]
        if entry.ties:
            tied.append(entry)
    if reply.kind == Kind.CDR:
        _add_calls(reply, tied, found, handles)
    return tied


def _add_calls(reply: Reply, tied: list[Entry], found: dict[str, Entry], handles: Mapping[int, CaseHandle]) -> None:
    """The calls of each line that lie near a use of an account that is known by its number; a line that only these tie joins `tied`."""
    matched = [one for one in findings_of(reply) if one.verdict == Verdict.MATCHED and one.row is not None]
    theirs = handles_of(reply.case_id, [one.sighting_id for one in matched])
    for one in matched:
        if one.row is None:
            continue
        # a line that lies beyond the rows that are looked at is named by its call
        entry = found.get(one.row.subscriber) or Entry(one.row.subscriber, dict(one.row.said), one.row.line, rows=1)
        found[entry.subscriber] = entry
        if entry not in tied:
            tied.append(entry)
        mine = [handles[pk] for pk in theirs.get(one.sighting_id, ()) if pk in handles]
        text = _call_text(one, one.row)
        entry.ties += [Tie(text, one.row.line, handle) for handle in mine] or [Tie(text, one.row.line, None)]


def _call_text(one: Finding, row: ReplyRow) -> str:
    begun = f"{row.started_at:%Y-%m-%d %H:%M:%S}" if row.started_at else ""
    ended = f"{row.ended_at:%H:%M:%S}" if row.ended_at else "no end stated"
    zone = "" if one.zone_stated else " (no zone was stated, read as UTC)"
    cell = f", cell {row.said[Meaning.CELL]}" if row.said.get(Meaning.CELL) else ""
    return (
        f"The line {row.subscriber} was in use, by whom is not said: call {begun} to {ended} UTC{cell}; the account was used at"
        f" {one.at:%Y-%m-%d %H:%M:%S} UTC{zone}, report {one.report_id}: {one.distance} ({one.why}, {one.rule})"
    )


def _rows(reply: Reply) -> Iterator[ReplyRow]:
    rows = ReplyRow.objects.filter(reply=reply, problem="").order_by("line")[:MOST_ROWS_LOOKED_AT]
    return rows.iterator(chunk_size=2_000)


def _sought(case_id: int) -> set[tuple[str, str]]:
    rows = Sighting.objects.filter(
        report_id__in=CaseReport.objects.filter(case_id=case_id).values("report_id"), role__in=TRACED_ROLES,
        child__isnull=True, identifier__of_child=False, identifier__names_child=False,
    ).exclude(identifier__kind=IdentifierKind.IP)  # fmt: skip
    return set(rows.values_list("identifier__kind", "identifier__value").distinct())


def new_handles_of(reply: Reply, entries: Iterable[Entry]) -> list[NewHandle]:
    """Accounts that the entries of a reply name and its case does not have. What is a child's is not among them."""
    platform, handles = platform_of(reply), case_handles(reply.case_id)
    found: dict[str, NewHandle] = {}
    for entry in entries:
        for one in identifiers_in(entry.said, platform):
            known = replace(one, scope="") if not stated_platform(reply) else one
            if one.kind is IdentifierKind.HANDLE and not handles_named(handles, [known]):
                key = one.digest.hex()
                found.setdefault(key, NewHandle(key, one.kind, one, entry.line))
    with acting(OPERATOR):
        secret = childs(one.normal for one in found.values())
    return [one for one in found.values() if one.normal.digest not in secret]


def problems_of(reply: Reply, most: int = 100) -> list[ReplyRow]:
    """Rows that were not understood, in order."""
    return list(ReplyRow.objects.filter(reply=reply).exclude(problem="").order_by("line")[:most])


def events_of(reply: Reply, subscriber: str, most: int) -> list[ReplyRow]:
    """The latest rows of an account that have an address and a time."""
    rows = ReplyRow.objects.filter(
        reply=reply, subscriber=subscriber, problem="", ip__isnull=False, started_at__isnull=False
    )
    return list(rows.order_by("-started_at", "line")[:most])
