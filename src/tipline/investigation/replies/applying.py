"""Using a reply: what was ticked becomes persons with evidence, handles, and a report that runs through the pipeline. One transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, TiplineError
from tipline.investigation.cases.models import Case, CaseHandle, CasePerson, CaseReport, EvidenceKind, PersonEvidence
from tipline.investigation.cases.persons import MOST_PARTICULARS, Evidence, add_account_holder, evidence_rows
from tipline.investigation.process.models import Request
from tipline.investigation.replies.answering import Answers, answer, covers
from tipline.investigation.replies.document import MOST_EVENTS, Part, document_of, header_of
from tipline.investigation.replies.fitting import phone, platform_of
from tipline.investigation.replies.layouts import Kind, Meaning
from tipline.investigation.replies.models import Reply, ReplyState, Verdict
from tipline.investigation.replies.queries import (
    PARTICULARS,
    Entry,
    entries_of,
    events_of,
    findings_of,
    new_handles_of,
)
from tipline.investigation.replies.services import Ticked, locked_reply
from tipline.reports.filing import Filing, file_reports
from tipline.reports.models import Channel, Identifier
from tipline.trust.accounts.models import Reporter, ReporterKind, User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, acting, provider_scope

NAME = "Replies of providers"


@transaction.atomic
def apply(person: User, case_id: int, number: int, ticked: Ticked, answers: Answers | None = None) -> Reply:
    """Use what was ticked of a reply, and note which request it answers: all of it or nothing. Done twice it changes nothing.

    Parameters
    ----------
    answers
        None: it answers none of the case's requests.

    Raises
    ------
    ConflictError
        when the reply is not ready to be used, what was ticked is not in it any more, or the request was answered meanwhile.
    InvalidInputError
        when nothing is ticked, or the answer makes no sense.
    NotFoundError
        when the case has no such request.
    """
    case, reply = locked_reply(person, case_id, number)
    if reply.state == ReplyState.APPLIED:
        return reply
    if reply.state != ReplyState.READY:
        raise ConflictError(f"reply {number} cannot be used: it is “{reply.get_state_display()}”")
    everything = entries_of(reply)
    chosen = [one for one in everything if one.key in set(ticked.entries)]
    if not chosen:
        raise InvalidInputError("tick at least one subscriber or account; to use nothing of it, set the reply aside")
    if len(chosen) != len(set(ticked.entries)):
        raise ConflictError("what you ticked is not in the reply any more: look at it again")
    request = answer(person, case, reply, answers, _covered(reply, chosen, answers.request_id)) if answers else None
    report_id = _file(case, reply, chosen) if ticked.file else None
    handles = _add_handles(case, reply, chosen, ticked, report_id)
    persons = [_person(person, case, reply, entry) for entry in chosen]
    reply.state, reply.applied_at, reply.applied_by, reply.report_id = ReplyState.APPLIED, now(), person, report_id
    reply.request = request
    reply.save(update_fields=["state", "applied_at", "applied_by", "report", "request"])
    detail = {"reply": number, "persons": [p.pk for p in persons], "handles": handles, "report": report_id, "request": reply.request_id}  # fmt: skip
    record(person.actor, [Act("reply.applied", "case", case.pk, detail)])
    return reply


def _covered(reply: Reply, chosen: Sequence[Entry], request_id: int) -> dict[int, bool]:
    """What the request asks about → whether what was ticked tells of it."""
    asked = Request.objects.filter(pk=request_id, case=reply.case_id)
    return covers(list(asked), *told_by(reply, chosen)).get(request_id, {})


def told_by(reply: Reply, entries: Sequence[Entry]) -> tuple[set[int], set[int]]:
    """The uses of addresses, and the accounts, that entries of a reply tell of: ids of sightings, ids of identifiers.

    A call near a use is no answer to who used the address.
    """
    if reply.kind == Kind.CDR:
        return set(), set()
    theirs = {one.subscriber for one in entries}
    uses = {
        one.sighting_id for one in findings_of(reply)
        if one.verdict == Verdict.MATCHED and one.row is not None and one.row.subscriber in theirs
    }  # fmt: skip
    return uses, {handle.identifier_id for one in entries for handle in one.handles}


def _person(by: User, case: Case, reply: Reply, entry: Entry) -> CasePerson:
    """The account holder that an entry names: a new one, or more evidence for one whom an earlier reply named by the same number."""
    evidence = _evidence(reply, entry)
    details = {
        meaning.value: entry.said[meaning][:500] for meaning in PARTICULARS
        if entry.said.get(meaning) and meaning not in entry.withheld
    }  # fmt: skip
    if text := details.get(Meaning.MSISDN):
        details["phone"] = phone(text)
    known = (
        CasePerson.objects.filter(case=case, details__phone=details["phone"]).order_by("id").first()
        if details.get("phone")
        else None
    )
    if known is None:
        return add_account_holder(
            by, case.pk, entry.name[:200], evidence, dict(list(details.items())[:MOST_PARTICULARS])
        )
    PersonEvidence.objects.bulk_create(evidence_rows(known, evidence, by))
    detail = {"person": known.pk, "evidence": [one.kind.value for one in evidence]}
    record(by.actor, [Act("case.evidence_added", "case", case.pk, detail)])
    return known


def _evidence(reply: Reply, entry: Entry) -> list[Evidence]:
    """One piece for each tie: what the company says, and what it was compared with."""
    who = reply.company or "the company that answered"
    said = "; ".join(f"{label}: {text}" for label, text in entry.particulars)[:400]
    return [
        Evidence(
            EvidenceKind.PROVIDER_REPLY, f"{who} names: {said}. {tie.text}"[:1000],
            f"reply {reply.number} ({reply.sha256[:12]}), line {tie.line}", tie.handle,
        )
        for tie in entry.ties
    ]  # fmt: skip


def _file(case: Case, reply: Reply, chosen: Sequence[Entry]) -> int:
    """File what was ticked as a report of the agency's own, in this transaction; the pipeline takes it from there."""
    reporter = reporter_of(case.agency)
    platform = platform_of(reply)
    wanted = reply.kind in {Kind.LOGIN_HISTORY, Kind.SUBSCRIBER}
    parts = [
        Part(_open(entry), tuple(events_of(reply, entry.subscriber, MOST_EVENTS)) if wanted else ()) for entry in chosen
    ]
    filing = Filing(document_of(reply, platform, parts), header_of(platform), idempotency_key=f"reply:{reply.pk}")
    with acting(provider_scope(reporter.pk)):
        (filed,) = file_reports(reporter, [filing], Channel.REPLY)
    if isinstance(filed, TiplineError):
        raise filed
    CaseReport.objects.create(case=case, report_id=filed.report_id, referral=None, added_at=now())
    return filed.report_id


def _open(entry: Entry) -> dict[str, str]:
    """What is said of an entry that goes into a document: not what is a child's, and not where somebody lives."""
    return {
        m.value: entry.said[m]
        for m in PARTICULARS
        if entry.said.get(m) and m not in entry.withheld and m is not Meaning.ADDRESS
    }


def reporter_of(agency: Agency) -> Reporter:
    """In whose name an agency files what replies say. Nobody signs in as it."""
    # a colon, which HTTP Basic cannot carry: whatever password it were given
    return Reporter.objects.get_or_create(
        kind=ReporterKind.REPLY, agency=agency, defaults={"name": NAME, "username": f"reply:{agency.code}"}
    )[0]


def _add_handles(case: Case, reply: Reply, chosen: Sequence[Entry], ticked: Ticked, report_id: int | None) -> int:
    """Make new handles of the case of those that were ticked. Needs the report that names them."""
    wanted = set(ticked.handles)
    if not wanted:
        return 0
    if report_id is None:
        raise InvalidInputError(
            "a new handle needs the report that names it: let the reply go through the pipeline too"
        )
    found = [one for one in new_handles_of(reply, chosen) if one.key in wanted]
    if len(found) != len(wanted):
        raise InvalidInputError("a ticked handle is not one of the accounts that you ticked")
    at = now()
    with acting(OPERATOR):  # extraction will see the same row, by the same digest, when the report comes to it
        identifiers = [
            Identifier.objects.get_or_create(
                digest=one.normal.digest,
                defaults={
                    "kind": one.normal.kind,
                    "scope": one.normal.scope,
                    "value": one.normal.value,
                    "first_seen_at": at,
                    "last_seen_at": at,
                },
            )[0]
            for one in found
        ]
    CaseHandle.objects.bulk_create(
        [CaseHandle(case=case, identifier=one, report_id=report_id, added_at=at) for one in identifiers],
        ignore_conflicts=True,
    )
    return len(found)
