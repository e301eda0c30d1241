"""Where a call writes: the record, or the sandbox, which answers in the same way and keeps nothing that a desk could see."""

from __future__ import annotations

from typing import Protocol

from tipline.intake.sandbox.record import SandboxRecord
from tipline.reports import services
from tipline.reports.evidence import Digests
from tipline.reports.services import Opened, ReceivedDocument, ReportHeader
from tipline.trust.accounts.models import Reporter


class Record(Protocol):
    """What the calls need of a record. Each raises as the function of that name in `reports.services` does."""

    # whether the bytes of an upload are kept; without, they are only hashed
    seals: bool

    def open_report(
        self, reporter: Reporter, document: ReceivedDocument, header: ReportHeader, idempotency_key: str
    ) -> Opened:
        """Open a report."""

    def require_open(self, reporter: Reporter, report_id: int) -> None:
        """Raise unless the report takes files."""

    def add_file(self, reporter: Reporter, report_id: int, upload_name: str, digests: Digests, request_id: str) -> str:
        """Add an uploaded file; returns its `fileId`."""

    def add_file_details(self, reporter: Reporter, report_id: int, wire_id: str, document: ReceivedDocument) -> None:
        """Add a `fileDetails` document."""

    def finish(self, reporter: Reporter, report_id: int) -> list[str]:
        """Finish a report; returns its `fileId`s."""

    def retract(self, reporter: Reporter, report_id: int) -> None:
        """Cancel a report."""


class LiveRecord:
    """The record that desks work on."""

    seals = True

    def open_report(
        self, reporter: Reporter, document: ReceivedDocument, header: ReportHeader, idempotency_key: str
    ) -> Opened:
        """Open a report."""
        return services.open_report(reporter, document, header, idempotency_key)

    def require_open(self, reporter: Reporter, report_id: int) -> None:
        """Raise unless the report takes files."""
        services.require_open(reporter, report_id)

    def add_file(self, reporter: Reporter, report_id: int, upload_name: str, digests: Digests, request_id: str) -> str:
        """Add an uploaded file; returns its `fileId`."""
        return services.add_file(reporter, report_id, upload_name, digests, request_id)

    def add_file_details(self, reporter: Reporter, report_id: int, wire_id: str, document: ReceivedDocument) -> None:
        """Add a `fileDetails` document."""
        services.add_file_details(reporter, report_id, wire_id, document)

    def finish(self, reporter: Reporter, report_id: int) -> list[str]:
        """Finish a report; returns its `fileId`s."""
        return services.finish(reporter, report_id)

    def retract(self, reporter: Reporter, report_id: int) -> None:
        """Cancel a report."""
        services.retract(reporter, report_id)


LIVE: Record = LiveRecord()
SANDBOX: Record = SandboxRecord()


def record_of(*, sandbox: bool) -> Record:
    """The record that a call writes to."""
    return SANDBOX if sandbox else LIVE
