"""Taking referrals in that came by wire: the report is filed as it was, and lies on the receiving desk by the hop that brought it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotPermittedError, TiplineError
from tipline.exchange.federation.payload import Payload
from tipline.exchange.parties.models import Peer, RemoteDesk
from tipline.exchange.record.model import DataKind, Received, ReportRecord
from tipline.exchange.record.models import HopOrigin, ReportOrigin
from tipline.referrals.models import LIVE, Referral
from tipline.referrals.moving import Hop, move
from tipline.reports.filing import Filing, file_reports
from tipline.reports.models import Channel, Holding
from tipline.reports.received import ReceivedDocument, ReportHeader, Source
from tipline.reports.writing import StatedFile
from tipline.trust.accounts.models import Reporter, ReporterKind
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.agreements import AgreementTerms, terms_in_force
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record

RULE = "federation"
BY = system(RULE)


class NoAgreementError(TiplineError):
    """The agreement between the two agencies does not let this through. It may yet: nothing was written."""


def parties_of(payload: Payload, peer: Peer) -> tuple[Agency, Agency]:
    """The two agencies, if this peer may send in the name of the one and the other works here.

    Raises
    ------
    NotPermittedError
        when it may not.
    """
    names = payload.record.sender.agency, payload.record.receiver.agency
    known = {one.code: one for one in Agency.objects.filter(code__in=names, active=True)}
    where = dict(RemoteDesk.objects.filter(agency__code__in=names).values_list("agency__code", "peer_id"))
    sender, receiver = (known.get(name) for name in names)
    if sender is None or where.get(sender.code) != peer.pk:
        raise NotPermittedError(f"{names[0]} is not known here as an agency of {peer.name}")
    if receiver is None or receiver.code in where:
        raise NotPermittedError(f"{names[1]} does not work in this installation")
    return sender, receiver


def in_force(sender: Agency, receiver: Agency, payload: Payload) -> AgreementTerms:
    """The agreement as this side has it, if it lets through what came.

    Raises
    ------
    NoAgreementError
        when there is none, or it does not let this kind of data through.
    """
    terms = terms_in_force(sender.pk, receiver.pk, now().date())
    if terms is None:
        raise NoAgreementError(f"no agreement is in force here by which {sender.code} hands to {receiver.code}")
    came = {DataKind.METADATA} | ({DataKind.DOCUMENT} if payload.documents else set())
    if beyond := sorted(kind.value for kind in came if kind.value not in terms.data):
        raise NoAgreementError(f"the agreement {terms.reference[:80]!r} does not let {beyond[0]} through on this side")
    return terms


def take_in(payload: Payload, peer: Peer) -> dict[str, int]:
    """File what is not here yet; returns hop → report, of all that the payload carries. In the caller's transaction.

    Raises
    ------
    NotPermittedError, NoAgreementError
        as `parties_of` and `in_force` do.
    InvalidInputError
        when a hop is not the peer's, a document is missing, or a report is with a desk here already.
    """
    sender, receiver = parties_of(payload, peer)
    in_force(sender, receiver, payload)
    wanted = dict(zip(payload.record.hops, payload.record.reports, strict=True))
    if stray := [hop for hop in wanted if not hop.startswith(f"urn:tipline:{peer.name}:hop:")]:
        raise InvalidInputError(f"{stray[0][:80]} is no hop of {peer.name}")
    there = dict(HopOrigin.objects.filter(uid__in=list(wanted)).values_list("uid", "report_id"))
    fresh = {hop: one for hop, one in wanted.items() if hop not in there}
    reports = _reports(fresh, payload, peer, receiver)
    at = now()
    Holding.objects.bulk_create(
        [Holding(report_id=pk, agency=sender, held_from=at, held_until=at) for pk in reports.values()],
        ignore_conflicts=True,
    )
    by = replace(BY, agency_id=sender.pk)
    move([Hop(reports[hop], sender.pk, receiver.pk) for hop in fresh], RULE, payload.record.note, {}, by)
    made = dict(
        Referral.objects.filter(report_id__in=list(reports.values()), to_agency=receiver, state__in=LIVE).values_list(
            "report_id", "id"
        )
    )
    HopOrigin.objects.bulk_create(
        HopOrigin(referral_id=made[reports[hop]], report_id=reports[hop], uid=hop) for hop in fresh
    )
    _log(by, fresh, reports, sender, payload)
    return there | reports


def _log(by: Actor, fresh: dict[str, ReportRecord], reports: dict[str, int], sender: Agency, payload: Payload) -> None:
    record(
        by,
        [
            Act(
                "referral.taken_in", "report", reports[hop],
                {"hop": hop, "from": sender.code, "agreement": payload.record.terms.reference},
            )
            for hop in fresh
        ],
    )  # fmt: skip


def _reports(fresh: dict[str, ReportRecord], payload: Payload, peer: Peer, receiver: Agency) -> dict[str, int]:
    """hop → the report here, filed now or when it came before."""
    known = dict(
        ReportOrigin.objects.filter(uid__in=[one.uid for one in fresh.values()]).values_list("uid", "report_id")
    )
    live = set(
        Referral.objects.filter(report_id__in=list(known.values()), lead=True, state__in=LIVE).values_list(
            "report_id", flat=True
        )
    )
    for one in fresh.values():
        if known.get(one.uid) in live:
            raise InvalidInputError(f"{one.uid} is with a desk here already")
    new = [one for one in fresh.values() if one.uid not in known]
    filed = file_reports(_reporter(peer, receiver), [_filing(one, payload) for one in new], Channel.PACKAGE)
    for one, answer in zip(new, filed, strict=True):
        if isinstance(answer, TiplineError):
            raise answer
        known[one.uid] = answer.report_id
    ReportOrigin.objects.bulk_create(
        ReportOrigin(report_id=known[one.uid], uid=one.uid, reporter=one.reporter[:200], channel=one.channel[:40])
        for one in new
    )
    return {hop: known[one.uid] for hop, one in fresh.items()}


def _reporter(peer: Peer, receiver: Agency) -> Reporter:
    """In whose name a peer's reports are filed. A colon, which HTTP Basic cannot carry: nobody signs in as it."""
    return Reporter.objects.get_or_create(
        username=f"peer:{peer.name}:{receiver.code}",
        defaults={"kind": ReporterKind.PEER, "agency": receiver, "name": f"Handed over by {peer.name}"},
    )[0]


def _filing(one: ReportRecord, payload: Payload) -> Filing:
    main = next((document for document in one.documents if document.kind == "report" and document.path), None)
    if main is None:
        raise InvalidInputError(
            f"{one.uid} came without the document as received: the agreement must let documents travel"
        )
    details = {document.file: document for document in one.documents if document.file}
    files = tuple(
        StatedFile(
            _as_sent(details.get(file.uid), payload),
            size_bytes=file.size_bytes,
            md5=file.md5,
            sha1=file.sha1,
            sha256=file.sha256,
        )
        for file in one.files
    )
    header = ReportHeader(
        one.incident_type[:100], one.incident_at, one.incident_at_text[:64], one.platform[:256], one.escalated, ""
    )
    return Filing(_document(main, payload), header, files, idempotency_key=one.uid)


def _as_sent(document: Received | None, payload: Payload) -> Callable[[int, str], bytes]:
    """What was said of a file, as it came; where nothing was, a document that says so."""
    if document is not None and document.path:
        body = payload.documents[document.path]
        return lambda _report, _file: body
    return lambda report, file: (
        f"<fileDetails><reportId>{report}</reportId><fileId>{file}</fileId></fileDetails>".encode()
    )


def _document(one: Received, payload: Payload) -> ReceivedDocument:
    body = payload.documents[one.path]
    source = Source(payload.documents[one.source_path], one.source_form) if one.source_path else None
    return ReceivedDocument(body, hashlib.sha256(body).hexdigest(), one.content_type, "", source)
