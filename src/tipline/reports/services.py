"""Writes to the record: the life of a report at a door. Each function is durable when it returns, with its audit entry."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tipline.core.clock import now
from tipline.reports.evidence import Digests
from tipline.reports.grouping import write_together
from tipline.reports.models import Report, ReportState
from tipline.reports.received import (
    FileNotFoundInReportError,
    IdempotencyKeyReusedError,
    Opened,
    ReceivedDocument,
    ReportExpiredError,
    ReportFinishedError,
    ReportHeader,
    ReportNotFoundError,
    ReportRetractedError,
    Source,
    refuse_unless_open,
)
from tipline.reports.writing import (
    CHANGED_EVERY,
    FILES_PER_REPORT,
    REPEAT_WINDOW,
    AddDetails,
    AddFile,
    Finish,
    Open,
    Retract,
)
from tipline.trust.accounts.models import Reporter
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import acting, provider_scope

__all__ = [
    "FILES_PER_REPORT",
    "OPEN_AFTER_CHANGE",
    "OPEN_FOR",
    "REPEAT_WINDOW",
    "FileNotFoundInReportError",
    "IdempotencyKeyReusedError",
    "Opened",
    "ReceivedDocument",
    "ReportExpiredError",
    "ReportFinishedError",
    "ReportHeader",
    "ReportNotFoundError",
    "ReportRetractedError",
    "Source",
    "add_file",
    "add_file_details",
    "expire_open",
    "finish",
    "open_report",
    "require_open",
    "retract",
]

# An open report goes 24 h after it was opened or 1 h after its last change, whichever is later.
OPEN_FOR = timedelta(hours=24)
OPEN_AFTER_CHANGE = timedelta(hours=1) + CHANGED_EVERY  # never too early


def open_report(
    reporter: Reporter, document: ReceivedDocument, header: ReportHeader, idempotency_key: str = ""
) -> Opened:
    """Store a `report` document and open its report.

    Raises
    ------
    IdempotencyKeyReusedError
        when the key was used with other bytes.
    """
    return write_together(reporter, Open(document, header, idempotency_key))


def require_open(reporter: Reporter, report_id: int) -> None:
    """Say early, before a long upload is read, that a report takes no more files. Raises as the writes do."""
    with acting(provider_scope(reporter.pk)):
        state = (
            Report.objects.filter(pk=report_id, reporter=reporter).values_list("state", flat=True).first()
            if 0 <= report_id < 2**63
            else None
        )
    if state is None:
        raise ReportNotFoundError(f"report {report_id} does not exist")
    refuse_unless_open(state, report_id)


def add_file(reporter: Reporter, report_id: int, upload_name: str, digests: Digests, request_id: str) -> str:
    """Add an uploaded file to an open report and return its `fileId`, 32 hex digits."""
    return write_together(reporter, AddFile(report_id, upload_name, digests, request_id))


def add_file_details(reporter: Reporter, report_id: int, wire_id: str, document: ReceivedDocument) -> None:
    """Store a `fileDetails` document for a file of an open report. A later one for the same file adds to it."""
    write_together(reporter, AddDetails(report_id, wire_id, document))


def finish(reporter: Reporter, report_id: int) -> list[str]:
    """Finish a report: it belongs to the receiving agency now and waits for the pipeline. Returns its `fileId`s."""
    return write_together(reporter, Finish(report_id))


def retract(reporter: Reporter, report_id: int) -> None:
    """Cancel an open report. What was sent is kept; no desk ever sees it."""
    write_together(reporter, Retract(report_id))


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
