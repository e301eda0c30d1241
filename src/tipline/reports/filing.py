"""Whole reports at once: with what is said of their files, and finished. For doors that get a report in one piece."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tipline.core.errors import TiplineError
from tipline.reports.models import Channel, Report, ReportedFile
from tipline.reports.received import ReceivedDocument, ReportHeader
from tipline.reports.writing import Open, StatedFile, Whole, write
from tipline.trust.accounts.models import Reporter
from tipline.trust.visibility import acting, provider_scope

__all__ = ["Filed", "Filing", "StatedFile", "file_reports", "known_keys"]


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
    wholes = [
        Whole(Open(filing.document, filing.header, filing.idempotency_key, channel), filing.files, filing.finish)
        for filing in filings
    ]
    answers = write(reporter, wholes)
    repeated = {a[0] for a in answers if not isinstance(a, TiplineError) and a[2]}
    files = _files(reporter, repeated)
    return [
        a if isinstance(a, TiplineError) else Filed(a[0], files.get(a[0], ()) if a[2] else a[1], a[2]) for a in answers
    ]


def _files(reporter: Reporter, report_ids: set[int]) -> dict[int, tuple[str, ...]]:
    """The `fileId`s of reports that were there already."""
    found: dict[int, tuple[str, ...]] = {}
    if report_ids:
        with acting(provider_scope(reporter.pk)):
            rows = (
                ReportedFile.objects.filter(report_id__in=report_ids).order_by("id").values_list("report_id", "wire_id")
            )
            for report_id, wire_id in rows:
                found[report_id] = (*found.get(report_id, ()), wire_id)
    return found


def known_keys(reporter: Reporter, keys: Iterable[str]) -> dict[str, int]:
    """Which of these idempotency keys this provider has used already, with the report that each opened. One query."""
    with acting(provider_scope(reporter.pk)):
        rows = Report.objects.filter(reporter=reporter, idempotency_key__in=list(keys))
        return dict(rows.values_list("idempotency_key", "id"))
