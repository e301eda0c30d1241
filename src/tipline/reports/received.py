"""What comes in at a door, and how the record refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.reports.models import ReportState


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

    def __init__(self, report_id: int) -> None:
        super().__init__(f"this Idempotency-Key opened report {report_id} with another document; use a new key")


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


def refuse_unless_open(state: str, report_id: int) -> None:
    """Raise when a report in this state takes nothing more."""
    match state:
        case ReportState.FINISHED:
            raise ReportFinishedError(f"report {report_id} is already finished")
        case ReportState.RETRACTED:
            raise ReportRetractedError(f"report {report_id} is already retracted")
        case ReportState.EXPIRED:
            raise ReportExpiredError(f"report {report_id} has expired: it was left open too long; submit it again")
