"""Writes of a door to the record, set-wise: any number of calls of one provider in one transaction, one statement a table.

Each call is judged by itself, in order, by what the ones before it left: one that is refused gets its error and leaves no trace.
One call alone is a lot of one. `grouping` brings the calls of many threads together, `filing` whole reports.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, TiplineError
from tipline.core.jobs import wake_pipeline
from tipline.core.sql import insert, pipelined
from tipline.reports.evidence import Digests
from tipline.reports.models import Channel, DocumentKind, Processing, ReportState
from tipline.reports.received import (
    FileNotFoundInReportError,
    IdempotencyKeyReusedError,
    Opened,
    ReceivedDocument,
    ReportHeader,
    ReportNotFoundError,
    refuse_unless_open,
)
from tipline.trust.accounts.models import Reporter
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import acting, provider_scope

T = TypeVar("T")
_Row = tuple[Any, ...]

# wire/cybertipline.md: the same bytes within ten minutes are probably a retry
REPEAT_WINDOW = timedelta(minutes=10)
FILES_PER_REPORT = 5_000
# When an open report changed last is noted to this: each note is a new version of its row, and a report with a hundred files
# needs no hundred of them.
CHANGED_EVERY = timedelta(minutes=1)
_LARGEST_ID = 2**63 - 1


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


class Write(Generic[T]):
    """A call that writes; `T` is what it is answered with."""


@dataclass(frozen=True, slots=True)
class Open(Write[Opened]):
    """Open a report."""

    document: ReceivedDocument
    header: ReportHeader
    key: str = ""
    channel: Channel = Channel.DOOR


@dataclass(frozen=True, slots=True)
class AddFile(Write[str]):
    """Add an uploaded file to an open report; answered with its `fileId`."""

    report_id: int
    name: str
    digests: Digests
    request_id: str


@dataclass(frozen=True, slots=True)
class AddDetails(Write[None]):
    """Add a `fileDetails` document to a file of an open report."""

    report_id: int
    wire_id: str
    document: ReceivedDocument


@dataclass(frozen=True, slots=True)
class Finish(Write[list[str]]):
    """Finish a report; answered with its `fileId`s."""

    report_id: int


@dataclass(frozen=True, slots=True)
class Retract(Write[None]):
    """Cancel an open report."""

    report_id: int


@dataclass(frozen=True, slots=True)
class Whole(Write[tuple[int, tuple[str, ...], bool]]):
    """Open a report, state its files and finish it, or none of it; answered with its id, its `fileId`s, and whether it was there."""

    opening: Open
    files: tuple[StatedFile, ...]
    finish: bool


_OF_A_REPORT = (AddFile, AddDetails, Finish, Retract)


def write(reporter: Reporter, writes: Sequence[Write[Any]]) -> list[Any]:
    """Do all of it in one transaction. Each call's answer stands in its place, or the error that refused it.

    Raises
    ------
    DatabaseError
        nothing of it was written, or it is not known whether it was (the connection was lost at the commit).
    """
    try:
        return _written(reporter, writes)
    except IntegrityError:
        # Somebody else wrote a report with one of the keys meanwhile. It is committed now, and will be found.
        return _written(reporter, writes)


def write_one(reporter: Reporter, call: Write[T]) -> T:
    """As `write`, for one call. Raises the error that refused it."""
    answer: Any = write(reporter, [call])[0]
    if isinstance(answer, TiplineError):
        raise answer
    return answer  # type: ignore[no-any-return]  # what a Write[T] is answered with


def _written(reporter: Reporter, writes: Sequence[Write[Any]]) -> list[Any]:
    # three ways to the database and back: what is known, what is new, and the commit
    questions = ExitStack()
    with acting(provider_scope(reporter.pk), questions):
        lot = _Lot(reporter, writes)
        questions.close()
        answers = [lot.answer(call) for call in writes]
        with pipelined():
            lot.insert()
        if lot.finishes:
            wake_pipeline()
    return answers


@dataclass(slots=True)
class _Known:
    """A report as it stands, with what this lot has done to it so far."""

    state: str
    agency_id: int
    changed_at: datetime
    files: int = 0
    changed: bool = False


class _Lot:
    """What is asked for, what is known of it, and what will be written."""

    def __init__(self, reporter: Reporter, writes: Sequence[Write[Any]]) -> None:
        self._reporter = reporter
        self._at = now()
        self._acts: list[Act] = []
        self._reports: list[_Row] = []
        self._documents: list[_Row] = []
        self._files: list[_Row] = []
        self._holdings: list[_Row] = []
        openings = [w if isinstance(w, Open) else w.opening for w in writes if isinstance(w, Open | Whole)]
        stated = sum(len(w.files) for w in writes if isinstance(w, Whole))
        added = [w.report_id for w in writes if isinstance(w, AddFile)]
        asked = {w.report_id for w in writes if isinstance(w, _OF_A_REPORT) and 0 <= w.report_id <= _LARGEST_ID}
        keys = [o.key for o in openings if o.key]
        details = [w.wire_id for w in writes if isinstance(w, AddDetails)]
        finishing = [w.report_id for w in writes if isinstance(w, Finish)]
        # the provider's own among the reports, locked until the transaction ends; in order, so that two lots cannot lock each other out
        locked = _ask(
            asked,
            "SELECT id, state, receiving_agency_id, changed_at FROM reports_report WHERE id = ANY (%s) AND reporter_id = %s"
            " ORDER BY id FOR NO KEY UPDATE",
            sorted(asked), reporter.pk,
        )  # fmt: skip
        by_key = _ask(
            keys,
            "SELECT idempotency_key, id, document_sha256 FROM reports_report"
            " WHERE reporter_id = %s AND idempotency_key = ANY (%s)",
            reporter.pk, keys,
        )  # fmt: skip
        # the latest report of each of these documents within the window
        repeats = _ask(
            openings,
            "SELECT DISTINCT ON (document_sha256) document_sha256, id FROM reports_report"
            " WHERE reporter_id = %s AND document_sha256 = ANY (%s) AND received_at >= %s"
            " ORDER BY document_sha256, received_at DESC, id DESC",
            reporter.pk, [o.document.sha256 for o in openings], self._at - REPEAT_WINDOW,
        )  # fmt: skip
        counts = _ask(
            added,
            "SELECT report_id, count(*) FROM reports_reportedfile WHERE report_id = ANY (%s) GROUP BY report_id", added,
        )  # fmt: skip
        described = _ask(
            details, "SELECT wire_id, id, report_id FROM reports_reportedfile WHERE wire_id = ANY (%s)", details
        )
        listed = _ask(
            finishing,
            "SELECT report_id, array_agg(wire_id ORDER BY id) FROM reports_reportedfile WHERE report_id = ANY (%s)"
            " GROUP BY report_id", finishing,
        )  # fmt: skip
        # numbers of rows that are to be: known before they are written, so that nothing has to be read back
        report_ids = _ask(openings, _NEXT, "reports_report_id_seq", len(openings))
        file_ids = _ask(stated + len(added), _NEXT, "reports_reportedfile_id_seq", stated + len(added))

        self._known = {row[0]: _Known(*row[1:]) for row in _told(locked)}
        self._keys: dict[str, tuple[int, str]] = {key: (report_id, sha256) for key, report_id, sha256 in _told(by_key)}
        self._twins: dict[str, int] = dict(_told(repeats))
        for report_id, count in _told(counts):
            if report_id in self._known:
                self._known[report_id].files = count
        # wire id → (id, report id)
        self._wire_ids = {wire_id: (file_id, report_id) for wire_id, file_id, report_id in _told(described)}
        self._of_report: dict[int, list[str]] = dict(_told(listed))
        self._report_ids = (row[0] for row in _told(report_ids))
        self._file_ids = (row[0] for row in _told(file_ids))

    @property
    def finishes(self) -> bool:
        """Whether a report goes to the pipeline with this lot."""
        return bool(self._holdings)

    # -- what is answered

    def answer(self, call: Write[Any]) -> Any:
        """The answer to one call, or the error that refuses it."""
        try:
            match call:
                case Open():
                    return self._open(call)
                case AddFile():
                    return self._add_file(call)
                case AddDetails():
                    return self._add_details(call)
                case Finish():
                    return self._finish(call.report_id)
                case Retract():
                    return self._retract(call.report_id)
                case Whole():
                    return self._whole(call)
                case _:
                    raise TypeError(f"{type(call).__name__} is no call that writes")
        except TiplineError as refusal:
            return refusal

    def _open(self, call: Open) -> Opened:
        document, header, reporter = call.document, call.header, self._reporter
        if call.key and (earlier := self._keys.get(call.key)):
            report_id, sha256 = earlier
            if sha256 != document.sha256:
                raise IdempotencyKeyReusedError(report_id)
            return Opened(report_id, repeated=True)
        report_id = next(self._report_ids)
        twin = self._twins.get(document.sha256)
        self._reports.append(
            (
                report_id, reporter.pk, reporter.agency_id, call.channel.value, ReportState.OPEN.value, Processing.NONE.value,
                self._at, self._at, header.incident_type, header.incident_at, header.incident_at_text, header.platform,
                header.escalation, header.escalated, document.sha256, twin, call.key, None,
            )
        )  # fmt: skip
        self._known[report_id] = _Known(ReportState.OPEN, reporter.agency_id, self._at)
        self._twins[document.sha256] = report_id
        if call.key:
            self._keys[call.key] = (report_id, document.sha256)
        self._document(report_id, DocumentKind.REPORT, None, document)
        self._note("report.opened", report_id, sha256=document.sha256, probable_repeat_of=twin)
        return Opened(report_id, repeated=False)

    def _document(self, report_id: int, kind: DocumentKind, file_id: int | None, document: ReceivedDocument) -> None:
        source = document.source
        self._documents.append(
            (
                report_id, kind.value, file_id, document.body, document.sha256, document.content_type[:200],
                source.body if source else None, source.format if source else "",
                hashlib.sha256(source.body).hexdigest() if source else "", document.request_id, self._at,
            )
        )  # fmt: skip

    def _own(self, report_id: int) -> _Known:
        """A report of this provider that is open."""
        report = self._known.get(report_id)
        if report is None:
            raise ReportNotFoundError(f"report {report_id} does not exist")
        refuse_unless_open(report.state, report_id)
        return report

    def _room(self, report_id: int) -> _Known:
        report = self._own(report_id)
        if report.files >= FILES_PER_REPORT:
            raise InvalidInputError(f"report {report_id} already has {FILES_PER_REPORT} files; open another report")
        return report

    def _add_file(self, call: AddFile) -> str:
        report, digests = self._room(call.report_id), call.digests
        seal = digests.seal
        wire_id = self._file(
            report, call.report_id, True, call.name, digests.size_bytes, digests.md5, digests.sha1, digests.sha256,
            digests.storage_key, seal.sha256 if seal else "", seal.size_bytes if seal else None,
            list(seal.recipients) if seal else [],
        )  # fmt: skip
        self._note(
            "report.file_added", call.report_id, file=wire_id, sha256=digests.sha256,
            sealed_sha256=seal.sha256 if seal else "", sealed_to=list(seal.recipients) if seal else [],
            request_id=call.request_id,
        )  # fmt: skip
        return wire_id

    def _file(
        self, report: _Known, report_id: int, uploaded: bool, name: str, size_bytes: int, md5: str, sha1: str, sha256: str,
        storage_key: str = "", sealed_sha256: str = "", sealed_bytes: int | None = None, sealed_to: Sequence[str] = (),
    ) -> str:  # fmt: skip
        wire_id, file_id = secrets.token_hex(16), next(self._file_ids)
        self._files.append(
            (
                file_id, report_id, wire_id, name, uploaded, size_bytes, md5, sha1, sha256, storage_key, sealed_sha256,
                sealed_bytes, list(sealed_to), self._at,
            )
        )  # fmt: skip
        report.files += 1
        self._touch(report)
        self._wire_ids[wire_id] = (file_id, report_id)
        self._of_report.setdefault(report_id, []).append(wire_id)
        return wire_id

    def _state_file(self, report_id: int, file: StatedFile, request_id: str) -> str:
        report = self._room(report_id)
        wire_id = self._file(
            report, report_id, False, file.name, file.size_bytes, file.md5, file.sha1, file.sha256
        )  # fmt: skip
        body = file.details(report_id, wire_id)
        document = ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "", request_id)
        self._document(report_id, DocumentKind.FILE_DETAILS, self._wire_ids[wire_id][0], document)
        self._note("report.file_stated", report_id, file=wire_id, sha256=document.sha256)
        return wire_id

    def _add_details(self, call: AddDetails) -> None:
        report = self._own(call.report_id)
        file_id, of_report = self._wire_ids.get(call.wire_id, (0, -1))
        if of_report != call.report_id:
            raise FileNotFoundInReportError(f"file {call.wire_id[:40]!r} does not exist in report {call.report_id}")
        self._document(call.report_id, DocumentKind.FILE_DETAILS, file_id, call.document)
        self._touch(report)
        self._note("report.details_added", call.report_id, file=call.wire_id, sha256=call.document.sha256)

    def _touch(self, report: _Known) -> None:
        report.changed = report.changed or self._at - report.changed_at >= CHANGED_EVERY

    def _finish(self, report_id: int) -> list[str]:
        report = self._own(report_id)
        report.state, report.changed = ReportState.FINISHED, True
        self._holdings.append((report_id, report.agency_id, self._at))
        self._note("report.finished", report_id)
        return list(self._of_report.get(report_id, ()))

    def _retract(self, report_id: int) -> None:
        report = self._own(report_id)
        report.state, report.changed = ReportState.RETRACTED, True
        self._note("report.retracted", report_id)

    def _whole(self, call: Whole) -> tuple[int, tuple[str, ...], bool]:
        if len(call.files) > FILES_PER_REPORT:
            raise InvalidInputError(f"more than {FILES_PER_REPORT} files; file them as several reports")
        opened = self._open(call.opening)
        if opened.repeated:
            return opened.report_id, (), True
        request_id = call.opening.document.request_id
        # nothing below refuses: the report is new and has room
        files = tuple(self._state_file(opened.report_id, file, request_id) for file in call.files)
        if call.finish:
            self._finish(opened.report_id)
        return opened.report_id, files, False

    def _note(self, action: str, report_id: int, **detail: Any) -> None:
        self._acts.append(Act(action, "report", report_id, detail))

    # -- what is written

    def insert(self) -> None:
        """Write it: each table once. Reports that are opened and finished at once are written as finished."""
        self._reports = [self._as_left(row) for row in self._reports]
        insert("reports_report", _REPORT, self._reports, _UNREAD_REPORT)
        self._update_reports()
        insert("reports_reportedfile", _FILE, self._files, _UNREAD_FILE)
        insert("reports_document", _DOCUMENT, self._documents)
        insert("reports_holding", _HOLDING, self._holdings)
        record(self._reporter.actor, self._acts)

    def _as_left(self, row: _Row) -> _Row:
        report = self._known[row[0]]
        report.changed = False  # it is no row to be updated
        if report.state != ReportState.FINISHED:
            return row
        return (*row[:4], ReportState.FINISHED.value, Processing.WAITING.value, *row[6:-1], self._at)

    def _update_reports(self) -> None:
        changed = [(report_id, report.state) for report_id, report in self._known.items() if report.changed]
        if not changed:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE reports_report r SET changed_at = new.at, state = new.state,"
                " processing = CASE new.state WHEN 'finished' THEN 'waiting' ELSE r.processing END,"
                " finished_at = CASE new.state WHEN 'finished' THEN new.at ELSE r.finished_at END,"
                " retracted_at = CASE new.state WHEN 'retracted' THEN new.at ELSE r.retracted_at END"
                " FROM (SELECT id, state, %s::timestamptz AS at FROM unnest(%s::bigint[], %s::text[]) AS u(id, state)) AS new"
                " WHERE r.id = new.id",
                [self._at, [report_id for report_id, _ in changed], [str(state) for _, state in changed]],
            )


_NEXT = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"


def _ask(needed: object, sql: str, *parameters: Any) -> CursorWrapper | None:
    """Send a question, if there is something to ask for. Its answer is read by `_told`, after all others were sent."""
    if not needed:
        return None
    cursor = connection.cursor()
    cursor.execute(sql, parameters)
    return cursor


def _told(cursor: CursorWrapper | None) -> list[_Row]:
    if cursor is None:
        return []
    with cursor:
        rows: list[_Row] = cursor.fetchall()
        return rows


# name → PostgreSQL type, in the order of the rows
_REPORT = {
    "id": "bigint", "reporter_id": "bigint", "receiving_agency_id": "bigint", "channel": "text", "state": "text",
    "processing": "text", "received_at": "timestamptz", "changed_at": "timestamptz", "incident_type": "text",
    "incident_at": "timestamptz", "incident_at_text": "text", "platform": "text", "escalation": "text", "escalated": "boolean",
    "document_sha256": "text", "probable_repeat_of_id": "bigint", "idempotency_key": "text", "finished_at": "timestamptz",
}  # fmt: skip
_FILE = {
    "id": "bigint", "report_id": "bigint", "wire_id": "text", "upload_name": "text", "uploaded": "boolean",
    "size_bytes": "bigint", "md5": "text", "sha1": "text", "sha256": "text", "storage_key": "text", "sealed_sha256": "text",
    "sealed_bytes": "bigint", "sealed_to": "jsonb", "received_at": "timestamptz",
}  # fmt: skip
_DOCUMENT = {
    "report_id": "bigint", "kind": "text", "reported_file_id": "bigint", "body": "bytea", "sha256": "text",
    "content_type": "text", "source": "bytea", "source_format": "text", "source_sha256": "text", "request_id": "text",
    "received_at": "timestamptz",
}  # fmt: skip
_HOLDING = {"report_id": "bigint", "agency_id": "bigint", "held_from": "timestamptz"}
# what extraction writes later, and the database knows no default for
_UNREAD_REPORT = {"version": "1", "annotations": "'[]'::jsonb", "details": "'{}'::jsonb", "batch_reason": "''"}
_UNREAD_FILE = {
    "original_name": "''", "relevance": "''", "classification": "''", "annotations": "'[]'::jsonb", "location": "''",
    "uploaded_at_text": "''", "pdq": "''", "stated_hashes": "'[]'::jsonb",
}  # fmt: skip
