"""Whole reports at once: with what is said of their files, and finished. For doors that get a report in one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tipline.core.errors import TiplineError
from tipline.reports.models import Channel
from tipline.reports.services import ReceivedDocument, ReportHeader
from tipline.trust.accounts.models import Reporter


@dataclass(frozen=True, slots=True)
class StatedFile:
    """A file that is described and not uploaded. Hashes are lower-case hex as stated, empty where none was; bytes 0: not said.

    `details` makes its `fileDetails` document (CyberTipline XML) once the numbers are known: (report id, file id) → bytes.
    """

    details: Callable[[int, str], bytes]
    name: str = ""
    size_bytes: int = 0
    md5: str = ""
    sha1: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """A whole report. `idempotency_key` as at the door; `finish`: false leaves it open, for files to be uploaded."""

    document: ReceivedDocument
    header: ReportHeader
    files: tuple[StatedFile, ...] = ()
    idempotency_key: str = ""
    finish: bool = True


@dataclass(frozen=True, slots=True)
class Filed:
    """What a filing became. `repeated`: an earlier filing with the same key had made it, and nothing was written."""

    report_id: int
    file_ids: tuple[str, ...]
    repeated: bool


def file_reports(reporter: Reporter, filings: Sequence[Filing], channel: Channel) -> list[Filed | TiplineError]:
    """Write whole reports in one transaction, set-wise; returns one result for each, in order. Durable when it returns.

    A filing that is refused gets its error (`IdempotencyKeyReusedError`, `InvalidInputError`) in its place, and the others are
    written. Two filings with one key in one call are one report.

    Raises
    ------
    DatabaseError
        nothing was written.
    """
    raise NotImplementedError
