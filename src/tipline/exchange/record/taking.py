"""Taking in what another installation hands over: its reports become reports here, its hop a hop to the addressed desk.

From then on a report goes its way like any other, from that desk down. The same report by two ways is one report, the same hop one hop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from lxml import etree

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, TiplineError
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.record.as_document import report_document
from tipline.exchange.record.model import Hashed, Received, Record, ReportRecord, uid_start
from tipline.exchange.record.models import HopOrigin, ReportOrigin
from tipline.intake.cybertipline.document import header_of, parse_file_details, parse_report
from tipline.investigation.retention.agreed import note_came
from tipline.referrals.models import LIVE, Referral
from tipline.referrals.moving import URGENT, Hop, move
from tipline.reports.documents import without_namespace
from tipline.reports.filing import Filed, Filing, StatedFile, file_reports
from tipline.reports.models import Channel, DocumentKind, Holding
from tipline.reports.received import ReceivedDocument, Source
from tipline.trust.accounts.models import Reporter, ReporterKind
from tipline.trust.actors import Actor
from tipline.trust.agencies.agreements import terms_in_force
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record

BY_HAND_OVER = "hand-over"
Read = Callable[[str], bytes]
_NO_DETAILS = b"<fileDetails><reportId>0</reportId><fileId>0</fileId></fileDetails>"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one report: its number here, its hop (None: it has none any more), and whether it was not here before."""

    uid: str
    hop_uid: str
    report_id: int
    referral_id: int | None
    new: bool


@transaction.atomic
def take_in(handed: Record, sender: Agency, addressee: Agency, read: Read, by: Actor, request_id: str) -> list[TakenIn]:
    """Make the reports of a record, or find them, and lay them on the addressed desk; all of it or nothing.

    Whether the sender may, is asked by those who call this. The caller sees everything (`trust.visibility.acting`): what is here already
    may be anybody's.

    Parameters
    ----------
    read
        the bytes of a document by its path.
    by
        who brings it.

    Raises
    ------
    InvalidInputError
        naming a report that cannot be filed, or that was filed here first.
    ConflictError
        when a report lies with a desk here that is not the sender: it would have two owners.
    """
    made_here = uid_start(our_name())
    if own := next((one.uid for one in handed.reports if one.uid.startswith(made_here)), None):
        raise InvalidInputError(f"{own} was filed here: it comes back by being returned, not as something new")
    hops = {one.uid: _hop_of(one, handed) for one in handed.reports}
    known = dict(ReportOrigin.objects.filter(uid__in=list(hops)).values_list("uid", "report_id"))
    done = dict(HopOrigin.objects.filter(uid__in=list(hops.values())).values_list("uid", "referral_id"))
    fresh = [one for one in handed.reports if one.uid not in known]
    made = _file(fresh, sender, addressee, read, request_id)
    known |= made
    again = [one for one in handed.reports if one.uid not in made and hops[one.uid] not in done]
    _refuse_held(again, known, sender)
    moved = _lay([*fresh, *again], known, hops, sender, addressee, handed.note, by)
    ours = terms_in_force(sender.pk, addressee.pk, now().date())
    days = (handed.terms.retention_days, ours.retention_days if ours else None)
    note_came({pk: known[uid] for uid, pk in moved.items()}, sender.pk, addressee.pk, handed.terms.reference, days)
    detail = {"from": sender.code, "to": addressee.code}
    record(
        by,
        [
            Act("referral.handed_over", "report", known[uid], {"uid": uid, "referral": referral, **detail})
            for uid, referral in moved.items()
        ],
    )
    return [
        TakenIn(one.uid, hops[one.uid], known[one.uid], moved.get(one.uid) or done.get(hops[one.uid]), one.uid in made)
        for one in handed.reports
    ]


def states(taken: Sequence[TakenIn]) -> list[dict[str, Any]]:
    """What a receipt tells the sender of each report: that it is there, and nothing of where."""
    return [{"report": one.uid, "hop": one.hop_uid, "state": "new" if one.new else "known"} for one in taken]


def _hop_of(report: ReportRecord, handed: Record) -> str:
    found = [hop for hop in report.hops if hop.uid in handed.hops]
    way = (handed.sender.agency, handed.receiver.agency)
    if len(found) != 1 or (found[0].from_agency, found[0].to_agency) != way:
        raise InvalidInputError(f"{report.uid} has no hop from {way[0]} to {way[1]} that is handed over")
    return found[0].uid


def _reporter(sender: Agency, addressee: Agency) -> Reporter:
    """Under whose name what comes from an agency elsewhere is filed at a desk. Nobody signs in as it."""
    made, _ = Reporter.objects.get_or_create(
        username=f"peer:{sender.code}:{addressee.code}",
        defaults={"kind": ReporterKind.PEER, "name": sender.name, "agency": addressee},
    )
    return made


def _file(
    reports: Sequence[ReportRecord], sender: Agency, addressee: Agency, read: Read, request_id: str
) -> dict[str, int]:
    """File reports that were not here. uid → number."""
    if not reports:
        return {}
    filings = [_filing(one, read, request_id) for one in reports]
    answers = file_reports(_reporter(sender, addressee), filings, Channel.PACKAGE)
    found: dict[str, int] = {}
    for one, answer in zip(reports, answers, strict=True):
        if not isinstance(answer, Filed):
            raise InvalidInputError(f"{one.uid} cannot be filed: {answer}") from answer
        found[one.uid] = answer.report_id
    ReportOrigin.objects.bulk_create(
        ReportOrigin(report_id=found[one.uid], uid=one.uid, reporter=one.reporter[:200], channel=one.channel[:40])
        for one in reports
    )
    at = now()
    # the sender held it before: what is returned has somewhere to go
    Holding.objects.bulk_create(
        Holding(report_id=pk, agency=sender, held_from=at, held_until=at) for pk in found.values()
    )
    return found


def _refuse_held(reports: Sequence[ReportRecord], known: Mapping[str, int], sender: Agency) -> None:
    held = Holding.objects.filter(report__in=[known[one.uid] for one in reports], held_until=None, joint=False)
    if here := held.exclude(agency=sender).select_related("agency").first():
        raise ConflictError(
            f"report {here.report_id} lies with {here.agency.code} already: {sender.code} cannot hand it over again"
        )


def _lay(
    reports: Sequence[ReportRecord],
    known: Mapping[str, int],
    hops: Mapping[str, str],
    sender: Agency,
    addressee: Agency,
    note: str,
    by: Actor,
) -> dict[str, int]:
    """Write the hops. uid of the report → number of its referral."""
    made = {one.uid: next(hop for hop in one.hops if hop.uid == hops[one.uid]) for one in reports}
    for rule, urgent in ((URGENT, True), (BY_HAND_OVER, False)):
        mine = [uid for uid, hop in made.items() if hop.urgent == urgent]
        way = [Hop(known[uid], sender.pk, addressee.pk, zero_fir=made[uid].zero_fir) for uid in mine]
        move(way, rule, note, {}, by)
    live = Referral.objects.filter(
        report__in=[known[uid] for uid in made], to_agency=addressee, lead=True, state__in=LIVE
    )
    numbers = dict(live.values_list("report_id", "id"))
    found = {uid: numbers[known[uid]] for uid in made}
    HopOrigin.objects.bulk_create(
        HopOrigin(referral_id=pk, report_id=known[uid], uid=hops[uid]) for uid, pk in found.items()
    )
    return found


def _filing(report: ReportRecord, read: Read, request_id: str) -> Filing:
    """A report as the door would file it: its document as received, or, where that does not travel, one made of the record."""
    try:
        travelling = next((one for one in report.documents if one.kind == DocumentKind.REPORT and one.path), None)
        if travelling is None:
            return report_document(report, request_id)
        document = _received(travelling, read, request_id)
        details = {one.file: one for one in report.documents if one.kind == DocumentKind.FILE_DETAILS and one.path}
        files = tuple(_stated(one, details.get(one.uid), read) for one in report.files)
        return Filing(document, header_of(parse_report(document.body)), files, report.uid)
    except TiplineError as error:
        raise InvalidInputError(f"{report.uid} cannot be filed: {error}") from error


def _received(one: Received, read: Read, request_id: str) -> ReceivedDocument:
    source = Source(read(one.source_path), one.source_form) if one.source_path else None
    return ReceivedDocument(read(one.path), one.sha256, one.content_type, request_id, source)


def _stated(file: Hashed, details: Received | None, read: Read) -> StatedFile:
    """A file as described, with the hashes that the record gives; its own description under its new number."""
    root = without_namespace(parse_file_details(read(details.path) if details else _NO_DETAILS))

    def written(report_id: int, file_id: str) -> bytes:
        for name, value in (("reportId", str(report_id)), ("fileId", file_id)):
            element = root.find(name)
            if element is not None:
                element.text = value
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    return StatedFile(written, "", file.size_bytes, file.md5, file.sha1, file.sha256)
