"""Writes of a door to the record, set-wise: any number of calls of one provider in one transaction, one statement a table.

Each call is judged by itself, in order, by what the ones before it left: one that is refused gets its error and leaves no trace.
One call alone is a lot of one. `grouping` brings the calls of many threads together, `filing` whole reports.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db import IntegrityError, connection

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, TiplineError
from tipline.core.jobs import wake_pipeline
from tipline.core.sql import Columns, insert
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

# wire/cybertipline.md: the same bytes within ten minutes are probably a retry
REPEAT_WINDOW = timedelta(minutes=10)
FILES_PER_REPORT = 5_000
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
    with acting(provider_scope(reporter.pk)):
        lot = _Lot(reporter, writes)
        answers = [lot.answer(call) for call in writes]
        lot.insert()
    return answers


@dataclass(slots=True)
class _Known:
    """A report as it stands, with what this lot has done to it so far."""

    state: str
    agency_id: int
    files: int = 0
    changed: bool = False


@dataclass(slots=True)
class _Rows:
    """Rows to be written, column by column."""

    columns: dict[str, str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def insert(self, table: str) -> None:
        if self.rows:
            values = zip(*self.rows, strict=True)
            made: Columns = {
                name: (kind, column)
                for (name, kind), column in zip(self.columns.items(), map(list, values), strict=True)
            }
            insert(table, made, _UNREAD.get(table, {}))


class _Lot:
    """What is asked for, what is known of it, and what will be written."""

    def __init__(self, reporter: Reporter, writes: Sequence[Write[Any]]) -> None:
        self._reporter = reporter
        self._at = now()
        self._acts: list[Act] = []
        self._reports = _Rows(_REPORT)
        self._documents = _Rows(_DOCUMENT)
        self._files = _Rows(_FILE)
        self._holdings = _Rows(_HOLDING)
        openings = [w if isinstance(w, Open) else w.opening for w in writes if isinstance(w, Open | Whole)]
        stated = sum(len(w.files) for w in writes if isinstance(w, Whole))
        added = sum(isinstance(w, AddFile) for w in writes)
        asked = sorted({w.report_id for w in writes if isinstance(w, _OF_A_REPORT) and 0 <= w.report_id <= _LARGEST_ID})
        self._known = self._locked(asked) if asked else {}
        self._keys = self._by_key([o.key for o in openings if o.key])
        self._twins = self._repeats([o.document.sha256 for o in openings])
        self._report_ids = iter(_next_ids("reports_report", len(openings)))
        self._file_ids = iter(_next_ids("reports_reportedfile", stated + added))
        if added:
            self._count_files(sorted({w.report_id for w in writes if isinstance(w, AddFile)} & set(self._known)))
        wanted = [w.wire_id for w in writes if isinstance(w, AddDetails)]
        # wire id → (id, report id)
        self._wire_ids = self._by_wire_id(wanted) if wanted else {}
        finishing = sorted({w.report_id for w in writes if isinstance(w, Finish)} & set(self._known))
        self._of_report = self._listed(finishing) if finishing else {}

    # -- what is known

    def _locked(self, ids: list[int]) -> dict[int, _Known]:
        """The provider's own among these reports, locked until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, state, receiving_agency_id FROM reports_report WHERE id = ANY (%s) AND reporter_id = %s"
                " ORDER BY id FOR NO KEY UPDATE",
                [ids, self._reporter.pk],
            )
            return {report_id: _Known(state, agency_id) for report_id, state, agency_id in cursor.fetchall()}

    def _by_key(self, keys: list[str]) -> dict[str, tuple[int, str]]:
        if not keys:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT idempotency_key, id, document_sha256 FROM reports_report"
                " WHERE reporter_id = %s AND idempotency_key = ANY (%s)",
                [self._reporter.pk, keys],
            )
            return {key: (report_id, sha256) for key, report_id, sha256 in cursor.fetchall()}

    def _repeats(self, digests: list[str]) -> dict[str, int]:
        """The latest report of each of these documents within the window."""
        if not digests:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT ON (document_sha256) document_sha256, id FROM reports_report"
                " WHERE reporter_id = %s AND document_sha256 = ANY (%s) AND received_at >= %s"
                " ORDER BY document_sha256, received_at DESC, id DESC",
                [self._reporter.pk, digests, self._at - REPEAT_WINDOW],
            )
            return dict(cursor.fetchall())

    def _count_files(self, ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT report_id, count(*) FROM reports_reportedfile WHERE report_id = ANY (%s) GROUP BY report_id",
                [ids],
            )
            for report_id, count in cursor.fetchall():
                self._known[report_id].files = count

    def _by_wire_id(self, wire_ids: list[str]) -> dict[str, tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT wire_id, id, report_id FROM reports_reportedfile WHERE wire_id = ANY (%s)", [wire_ids]
            )
            return {wire_id: (file_id, report_id) for wire_id, file_id, report_id in cursor.fetchall()}

    def _listed(self, ids: list[int]) -> dict[int, list[str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT report_id, array_agg(wire_id ORDER BY id) FROM reports_reportedfile WHERE report_id = ANY (%s)"
                " GROUP BY report_id",
                [ids],
            )
            return dict(cursor.fetchall())

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
                raise IdempotencyKeyReusedError(
                    f"this Idempotency-Key opened report {report_id} with another document; use a new key"
                )
            return Opened(report_id, repeated=True)
        report_id = next(self._report_ids)
        twin = self._twins.get(document.sha256)
        self._reports.rows.append(
            (
                report_id, reporter.pk, reporter.agency_id, call.channel.value, ReportState.OPEN.value, Processing.NONE.value,
                self._at, self._at, header.incident_type, header.incident_at, header.incident_at_text, header.platform,
                header.escalation, header.escalated, document.sha256, twin, call.key, None,
            )
        )  # fmt: skip
        self._known[report_id] = _Known(ReportState.OPEN, reporter.agency_id)
        self._twins[document.sha256] = report_id
        if call.key:
            self._keys[call.key] = (report_id, document.sha256)
        self._document(report_id, DocumentKind.REPORT, None, document)
        self._note("report.opened", report_id, sha256=document.sha256, probable_repeat_of=twin)
        return Opened(report_id, repeated=False)

    def _document(self, report_id: int, kind: DocumentKind, file_id: int | None, document: ReceivedDocument) -> None:
        source = document.source
        self._documents.rows.append(
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
        self._files.rows.append(
            (
                file_id, report_id, wire_id, name, uploaded, size_bytes, md5, sha1, sha256, storage_key, sealed_sha256,
                sealed_bytes, _json(list(sealed_to)), self._at,
            )
        )  # fmt: skip
        report.files += 1
        report.changed = True
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
        report.changed = True
        self._note("report.details_added", call.report_id, file=call.wire_id, sha256=call.document.sha256)

    def _finish(self, report_id: int) -> list[str]:
        report = self._own(report_id)
        report.state, report.changed = ReportState.FINISHED, True
        self._holdings.rows.append((report_id, report.agency_id, self._at))
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
        self._reports.rows = [self._as_left(row) for row in self._reports.rows]
        self._reports.insert("reports_report")
        self._update_reports()
        self._files.insert("reports_reportedfile")
        self._documents.insert("reports_document")
        self._holdings.insert("reports_holding")
        record(self._reporter.actor, self._acts)
        if self._holdings.rows:
            wake_pipeline()

    def _as_left(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
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


def _next_ids(table: str, count: int) -> list[int]:
    """Numbers of rows that are to be: known before they are written, so that nothing has to be read back."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [f"{table}_id_seq", count])
        return [row[0] for row in cursor.fetchall()]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


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
_UNREAD = {
    "reports_report": {"version": "1", "annotations": "'[]'", "details": "'{}'", "batch_reason": "''"},
    "reports_reportedfile": {
        "original_name": "''", "relevance": "''", "classification": "''", "annotations": "'[]'", "location": "''",
        "uploaded_at_text": "''", "pdq": "''", "stated_hashes": "'[]'",
    },
}  # fmt: skip
