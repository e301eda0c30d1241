"""Writes to the record: the life of a report at a door. Each function is one transaction, with its audit entry."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import IntegrityError, transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.jobs import wake_pipeline
from tipline.reports.evidence import Digests
from tipline.reports.models import (
    Document,
    DocumentKind,
    Holding,
    Processing,
    Report,
    ReportedFile,
    ReportState,
)
from tipline.trust.accounts.models import Reporter
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import acting, provider_scope

P = ParamSpec("P")
T = TypeVar("T")

# wire/cybertipline.md: the same bytes within ten minutes are probably a retry
REPEAT_WINDOW = timedelta(minutes=10)
# An open report goes 24 h after it was opened or 1 h after its last change, whichever is later.
OPEN_FOR = timedelta(hours=24)
OPEN_AFTER_CHANGE = timedelta(hours=1)
FILES_PER_REPORT = 5_000


class ReportNotFoundError(NotFoundError):
    """No such report of this provider; whether another provider has it is not said."""


class FileNotFoundInReportError(NotFoundError):
    """No such file in this report."""


class ReportFinishedError(ConflictError):
    """The report is finished: nothing can be added or cancelled."""


class ReportRetractedError(ConflictError):
    """The report was retracted."""


class ReportExpiredError(NotFoundError):
    """The report was left open too long; the provider starts again."""


class IdempotencyKeyReusedError(InvalidInputError):
    """The same Idempotency-Key came with another document."""


@dataclass(frozen=True, slots=True)
class Source:
    """What came in, where that was not CyberTipline XML. `format`: the form and the version of its converter, `tipline-json/1`."""

    body: bytes
    format: str


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A document as it came: bytes, hex digest, the content type as sent, and the Request-ID of the answer.

    Where `source` is given, that is what came, and `body` is what a converter made of it.
    """

    body: bytes
    sha256: str
    content_type: str
    request_id: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class ReportHeader:
    """What the list of reports needs from a `report` document. `incident_at` is UTC, None if unreadable."""

    incident_type: str
    incident_at: datetime | None
    incident_at_text: str
    platform: str
    escalated: bool
    escalation: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The answer to a submit: the report's id, and whether an earlier call with the same key had opened it."""

    report_id: int
    repeated: bool


def _as_provider(
    service: Callable[Concatenate[Reporter, int, P], T],
) -> Callable[Concatenate[Reporter, int, P], T]:
    """Run a service in one transaction that sees what the provider itself filed, and nothing else."""

    @wraps(service)
    def acted(reporter: Reporter, report_id: int, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with acting(provider_scope(reporter.pk)):
            return service(reporter, report_id, *args, **kwargs)

    return acted


def open_report(
    reporter: Reporter, document: ReceivedDocument, header: ReportHeader, idempotency_key: str = ""
) -> Opened:
    """Store a `report` document and open its report.

    Raises
    ------
    IdempotencyKeyReusedError
        when the key was used with other bytes.
    """
    scope = provider_scope(reporter.pk)
    try:
        with acting(scope):
            earlier = _by_key(reporter, idempotency_key, document.sha256) if idempotency_key else None
            return earlier or _insert_report(reporter, document, header, idempotency_key)
    except IntegrityError:
        # Two calls with one key at once: the other one won and is committed now.
        with acting(scope):
            earlier = _by_key(reporter, idempotency_key, document.sha256) if idempotency_key else None
        if earlier is None:
            raise
        return earlier


def _by_key(reporter: Reporter, key: str, sha256: str) -> Opened | None:
    earlier = Report.objects.filter(reporter=reporter, idempotency_key=key).only("id", "document_sha256").first()
    if earlier is None:
        return None
    if earlier.document_sha256 != sha256:
        raise IdempotencyKeyReusedError(
            f"this Idempotency-Key opened report {earlier.pk} with another document; use a new key"
        )
    return Opened(earlier.pk, repeated=True)


def _insert_report(reporter: Reporter, document: ReceivedDocument, header: ReportHeader, key: str) -> Opened:
    at = now()
    twin = (
        Report.objects.filter(reporter=reporter, document_sha256=document.sha256, received_at__gte=at - REPEAT_WINDOW)
        .order_by("-received_at")
        .values_list("id", flat=True)
        .first()
    )
    report = Report.objects.create(
        reporter=reporter,
        receiving_agency_id=reporter.agency_id,
        received_at=at,
        changed_at=at,
        incident_type=header.incident_type,
        incident_at=header.incident_at,
        incident_at_text=header.incident_at_text,
        platform=header.platform,
        escalated=header.escalated,
        escalation=header.escalation,
        document_sha256=document.sha256,
        probable_repeat_of_id=twin,
        idempotency_key=key,
    )
    _store(report, DocumentKind.REPORT, None, document, at)
    record(
        reporter.actor,
        [Act("report.opened", "report", report.pk, {"sha256": document.sha256, "probable_repeat_of": twin})],
    )
    return Opened(report.pk, repeated=False)


def _store(
    report: Report, kind: DocumentKind, file: ReportedFile | None, document: ReceivedDocument, at: datetime
) -> None:
    Document.objects.create(
        report=report,
        kind=kind,
        reported_file=file,
        body=document.body,
        sha256=document.sha256,
        content_type=document.content_type[:200],
        source=document.source.body if document.source else None,
        source_format=document.source.format if document.source else "",
        source_sha256=hashlib.sha256(document.source.body).hexdigest() if document.source else "",
        request_id=document.request_id,
        received_at=at,
    )


def _locked(reporter: Reporter, report_id: int) -> Report:
    """The provider's own report, locked until the transaction ends, and still open."""
    report = (
        Report.objects.select_for_update().filter(pk=report_id, reporter=reporter).first()
        if -(2**63) <= report_id < 2**63
        else None
    )
    if report is None:
        raise ReportNotFoundError(f"report {report_id} does not exist")
    match report.state:
        case ReportState.FINISHED:
            raise ReportFinishedError(f"report {report_id} is already finished")
        case ReportState.RETRACTED:
            raise ReportRetractedError(f"report {report_id} is already retracted")
        case ReportState.EXPIRED:
            raise ReportExpiredError(f"report {report_id} has expired: it was left open too long; submit it again")
    return report


def require_open(reporter: Reporter, report_id: int) -> None:
    """Say early, before a long upload is read, that a report takes no more files. Raises as the writes do."""
    with acting(provider_scope(reporter.pk)):
        _locked(reporter, report_id)


@_as_provider
def add_file(reporter: Reporter, report_id: int, upload_name: str, digests: Digests, request_id: str) -> str:
    """Add an uploaded file to an open report and return its `fileId`, 32 hex digits."""
    report = _locked(reporter, report_id)
    if report.files.count() >= FILES_PER_REPORT:
        raise InvalidInputError(f"report {report_id} already has {FILES_PER_REPORT} files; open another report")
    at = now()
    file = ReportedFile.objects.create(
        report=report,
        wire_id=secrets.token_hex(16),
        upload_name=upload_name,
        size_bytes=digests.size_bytes,
        md5=digests.md5,
        sha1=digests.sha1,
        sha256=digests.sha256,
        storage_key=digests.storage_key,
        sealed_sha256=digests.seal.sha256 if digests.seal else "",
        sealed_bytes=digests.seal.size_bytes if digests.seal else None,
        sealed_to=list(digests.seal.recipients) if digests.seal else [],
        received_at=at,
    )
    _touch(report, at)
    record(
        reporter.actor,
        [
            Act(
                "report.file_added",
                "report",
                report_id,
                {
                    "file": file.wire_id,
                    "sha256": digests.sha256,
                    "sealed_sha256": file.sealed_sha256,
                    "sealed_to": file.sealed_to,
                    "request_id": request_id,
                },
            )
        ],
    )
    return file.wire_id


@_as_provider
def add_file_details(reporter: Reporter, report_id: int, wire_id: str, document: ReceivedDocument) -> None:
    """Store a `fileDetails` document for a file of an open report. A later one for the same file adds to it."""
    report = _locked(reporter, report_id)
    file = ReportedFile.objects.filter(report=report, wire_id=wire_id).first()
    if file is None:
        raise FileNotFoundInReportError(f"file {wire_id[:40]!r} does not exist in report {report_id}")
    at = now()
    _store(report, DocumentKind.FILE_DETAILS, file, document, at)
    _touch(report, at)
    record(
        reporter.actor,
        [Act("report.details_added", "report", report_id, {"file": wire_id, "sha256": document.sha256})],
    )


def _touch(report: Report, at: datetime) -> None:
    report.changed_at = at
    report.save(update_fields=["changed_at"])


@_as_provider
def finish(reporter: Reporter, report_id: int) -> list[str]:
    """Finish a report: it belongs to the receiving agency now and waits for the pipeline. Returns its `fileId`s."""
    report = _locked(reporter, report_id)
    at = now()
    report.state = ReportState.FINISHED
    report.processing = Processing.WAITING
    report.finished_at = report.changed_at = at
    report.save(update_fields=["state", "processing", "finished_at", "changed_at"])
    Holding.objects.create(report=report, agency_id=report.receiving_agency_id, held_from=at)
    record(reporter.actor, [Act("report.finished", "report", report_id)])
    wake_pipeline()
    return list(report.files.order_by("id").values_list("wire_id", flat=True))


@_as_provider
def retract(reporter: Reporter, report_id: int) -> None:
    """Cancel an open report. What was sent is kept; no desk ever sees it."""
    report = _locked(reporter, report_id)
    at = now()
    report.state = ReportState.RETRACTED
    report.retracted_at = report.changed_at = at
    report.save(update_fields=["state", "retracted_at", "changed_at"])
    record(reporter.actor, [Act("report.retracted", "report", report_id)])


@transaction.atomic
def expire_open(at: datetime | None = None) -> int:
    """Mark the reports that were left open too long. Returns how many."""
    at = at or now()
    stale = list(
        Report.objects.select_for_update(skip_locked=True)
        .filter(state=ReportState.OPEN, received_at__lt=at - OPEN_FOR, changed_at__lt=at - OPEN_AFTER_CHANGE)
        .values_list("id", flat=True)[:10_000]
    )
    Report.objects.filter(id__in=stale).update(state=ReportState.EXPIRED)
    record(system("expiry"), [Act("report.expired", "report", report_id) for report_id in stale])
    return len(stale)
