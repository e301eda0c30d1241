"""The sandbox's record: answers as `reports.services` does, in tables of its own. No log, no desk, no pipeline."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.intake.sandbox.models import SandboxFile, SandboxReport
from tipline.reports.evidence import Digests
from tipline.reports.models import ReportState
from tipline.reports.received import (
    FileNotFoundInReportError,
    IdempotencyKeyReusedError,
    Opened,
    ReceivedDocument,
    ReportHeader,
    ReportNotFoundError,
    refuse_unless_open,
)
from tipline.reports.services import FILES_PER_REPORT, OPEN_AFTER_CHANGE, OPEN_FOR, REPEAT_WINDOW
from tipline.trust.accounts.models import Reporter
from tipline.trust.visibility import acting, provider_scope

KEPT_FOR = timedelta(hours=24)
# what every fileId of the sandbox begins with
FILE_MARK = "0" * 8


class SandboxRecord:
    """What `reports.services` does, for calls that only try."""

    seals = False

    def open_report(
        self, reporter: Reporter, document: ReceivedDocument, header: ReportHeader, idempotency_key: str
    ) -> Opened:
        """Open a report. Of the document its digest and size are kept."""
        scope = provider_scope(reporter.pk)
        try:
            with acting(scope):
                earlier = _by_key(reporter, idempotency_key, document.sha256)
                return earlier or _insert(reporter, document, idempotency_key)
        except IntegrityError:
            # two calls with one key at once, as in the record
            with acting(scope):
                earlier = _by_key(reporter, idempotency_key, document.sha256)
            if earlier is None:
                raise
            return earlier

    def require_open(self, reporter: Reporter, report_id: int) -> None:
        """Raise unless the report takes files."""
        with acting(provider_scope(reporter.pk)):
            _locked(reporter, report_id)

    def add_file(self, reporter: Reporter, report_id: int, upload_name: str, digests: Digests, request_id: str) -> str:
        """Add a file that was hashed and discarded; returns its `fileId`."""
        with acting(provider_scope(reporter.pk)):
            report = _locked(reporter, report_id)
            if report.files.count() >= FILES_PER_REPORT:
                raise InvalidInputError(f"report {report_id} already has {FILES_PER_REPORT} files; open another report")
            file = SandboxFile.objects.create(
                sandbox_report=report,
                wire_id=FILE_MARK + secrets.token_hex(12),
                sha256=digests.sha256,
                size_bytes=digests.size_bytes,
            )
            _change(report)
            return file.wire_id

    def add_file_details(self, reporter: Reporter, report_id: int, wire_id: str, document: ReceivedDocument) -> None:
        """Take a `fileDetails` document for a file of an open report."""
        with acting(provider_scope(reporter.pk)):
            report = _locked(reporter, report_id)
            known = SandboxFile.objects.filter(sandbox_report=report, wire_id=wire_id).update(
                details_sha256=document.sha256, details_bytes=len(document.body)
            )
            if not known:
                raise FileNotFoundInReportError(f"file {wire_id[:40]!r} does not exist in report {report_id}")
            _change(report)

    def finish(self, reporter: Reporter, report_id: int) -> list[str]:
        """Finish a report: it goes nowhere. Returns its `fileId`s."""
        with acting(provider_scope(reporter.pk)):
            report = _locked(reporter, report_id)
            _change(report, ReportState.FINISHED)
            return list(report.files.order_by("id").values_list("wire_id", flat=True))

    def retract(self, reporter: Reporter, report_id: int) -> None:
        """Cancel a report."""
        with acting(provider_scope(reporter.pk)):
            _change(_locked(reporter, report_id), ReportState.RETRACTED)


def _by_key(reporter: Reporter, key: str, sha256: str) -> Opened | None:
    earlier = SandboxReport.objects.filter(reporter=reporter, idempotency_key=key).first() if key else None
    if earlier is None:
        return None
    if earlier.document_sha256 != sha256:
        raise IdempotencyKeyReusedError(earlier.pk)
    return Opened(earlier.pk, repeated=True)


def _insert(reporter: Reporter, document: ReceivedDocument, key: str) -> Opened:
    at = now()
    same = SandboxReport.objects.filter(
        reporter=reporter, document_sha256=document.sha256, received_at__gte=at - REPEAT_WINDOW
    )
    report = SandboxReport.objects.create(
        reporter=reporter,
        received_at=at,
        changed_at=at,
        document_sha256=document.sha256,
        size_bytes=len(document.body),
        probable_repeat_of=same.order_by("-received_at").values_list("id", flat=True).first(),
        idempotency_key=key,
    )
    return Opened(report.pk, repeated=False)


def _locked(reporter: Reporter, report_id: int) -> SandboxReport:
    """The provider's own report, locked until the transaction ends, and still open."""
    report = (
        SandboxReport.objects.select_for_update().filter(pk=report_id, reporter=reporter).first()
        if 0 <= report_id < 2**63
        else None
    )
    if report is None:
        raise ReportNotFoundError(f"report {report_id} does not exist")
    refuse_unless_open(report.state, report_id)
    return report


def _change(report: SandboxReport, state: ReportState = ReportState.OPEN) -> None:
    report.state, report.changed_at = state, now()
    report.save(update_fields=["state", "changed_at"])


def expire_open(at: datetime | None = None) -> int:
    """Mark what was left open too long, as the record does. Returns how many."""
    at = at or now()
    return SandboxReport.objects.filter(
        state=ReportState.OPEN, received_at__lt=at - OPEN_FOR, changed_at__lt=at - OPEN_AFTER_CHANGE
    ).update(state=ReportState.EXPIRED)


@transaction.atomic
def empty(at: datetime | None = None) -> int:
    """Delete what nobody touched for a day. Returns how many reports that were."""
    old = SandboxReport.objects.filter(changed_at__lt=(at or now()) - KEPT_FOR)
    ids = list(old.select_for_update(skip_locked=True).values_list("id", flat=True))
    SandboxFile.objects.filter(sandbox_report_id__in=ids).delete()
    SandboxReport.objects.filter(id__in=ids).delete()
    return len(ids)
