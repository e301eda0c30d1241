"""The seven calls. Each authenticates, checks, calls one service in one durable transaction, and answers after its commit."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from lxml import etree

from tipline.core.clients import client_address
from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import InvalidInputError, TransientError
from tipline.intake.cybertipline import errors
from tipline.intake.cybertipline.answers import CONTENT_TYPE, report_done_response, report_response
from tipline.intake.cybertipline.credentials import identify
from tipline.intake.cybertipline.document import SCHEMA_FILE, Reading, header_of
from tipline.intake.cybertipline.receiving import read_document, read_report_id, read_upload
from tipline.intake.cybertipline.record import Record, record_of
from tipline.intake.cybertipline.refused import Kept, keep_refused
from tipline.intake.doors import calls
from tipline.intake.doors.admission import Asked, ForeignNetworkError, TooManyError, admit
from tipline.intake.doors.bodies import declared_length
from tipline.intake.doors.calls import Exchange, Fault
from tipline.intake.doors.runs import run_named
from tipline.reports import services
from tipline.reports.grouping import coming
from tipline.reports.services import ReceivedDocument
from tipline.trust.accounts.models import Reporter

log = structlog.get_logger(__name__)

LONGEST_KEY = 255
SOON_BYTES = 1024 * 1024
SUCCESS = "Success"

# What the record refuses, in the door's codes.
_REFUSALS: tuple[tuple[type[Exception], type[errors.WireError]], ...] = (
    (services.ReportExpiredError, errors.ReportDoesNotExistError),
    (services.ReportNotFoundError, errors.ReportDoesNotExistError),
    (services.FileNotFoundInReportError, errors.FileDoesNotExistError),
    (services.ReportFinishedError, errors.AlreadyFinishedError),
    (services.ReportRetractedError, errors.AlreadyRetractedError),
    (InvalidInputError, errors.InvalidRequestError),
)
# What each call is answered when it may not be made, and when it could not be stored.
_UPDATE = (errors.UpdateNotAuthorizedError, errors.UpdateFailedError)
_FAILURES: dict[str, tuple[type[errors.WireError], type[errors.WireError]]] = {
    "submit": (errors.SubmissionNotAuthorizedError, errors.SaveFailedError),
    "upload": (errors.UpdateNotAuthorizedError, errors.UploadFailedError),
    "fileinfo": _UPDATE,
    "finish": _UPDATE,
    "retract": _UPDATE,
}
_OTHERWISE = (errors.NotAuthorizedError, errors.SaveFailedError)


@dataclass(slots=True)
class Turn:
    """One call: who asks for what, and what is known of it so far."""

    request: HttpRequest
    name: str
    request_id: str
    sandbox: bool
    reporter: Reporter | None = None
    # for the answer to a refusal, and for the provider's page
    report_id: int | None = None
    size_bytes: int = 0
    root: etree._Element | None = None
    faults: Sequence[Fault] = field(default_factory=tuple)

    @property
    def provider(self) -> Reporter:
        """Who asks, once that is known."""
        assert self.reporter is not None  # noqa: S101 - a call runs after its credentials were checked
        return self.reporter

    @property
    def record(self) -> Record:
        """What the call writes to."""
        return record_of(sandbox=self.sandbox)


Call = Callable[[Turn], bytes]


def _refused(turn: Turn, refusal: errors.WireError) -> bytes:
    return report_response(refusal.code, str(refusal))


def _finish_refused(turn: Turn, refusal: errors.WireError) -> bytes:
    return report_done_response(turn.report_id or 0, (), refusal.code, str(refusal))


def _call(
    *methods: str, refused: Callable[[Turn, errors.WireError], bytes] = _refused
) -> Callable[[Call], Callable[..., HttpResponse]]:
    """Make a view of a call: Request-ID, credentials, method, and every failure as the wire document wants it."""

    def wrap(call: Call) -> Callable[..., HttpResponse]:
        @csrf_exempt
        def view(request: HttpRequest, *args: Any, sandbox: bool = False, **kwargs: Any) -> HttpResponse:
            turn = Turn(request, call.__name__, uuid.uuid4().hex, sandbox)
            started = time.perf_counter()
            refusal: errors.WireError | None = None
            try:
                response = _answer(_perform(call, methods, turn), turn)
                if request.method == "OPTIONS":
                    response["Allow"] = ", ".join((*methods, "OPTIONS"))
            except errors.AuthenticationRequiredError:
                response = HttpResponse(b"", status=401)
                response["WWW-Authenticate"] = 'Basic realm="Tipline", charset="UTF-8"'
                response["Request-ID"] = turn.request_id
                response["Content-Length"] = "0"
                del response["Content-Type"]
            except errors.WireError as error:
                refusal = error
                response = _answer(refused(turn, error), turn, error.status)
                if isinstance(error, errors.MethodNotAllowedError):
                    response["Allow"] = ", ".join((*methods, "OPTIONS"))
                if isinstance(error, errors.TooManyCallsError):
                    response["Retry-After"] = str(error.retry_after)
            _note(turn, response.status_code, refusal, time.perf_counter() - started)
            return response

        return view

    return wrap


def _answer(body: bytes, turn: Turn, status: int = 200) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type=CONTENT_TYPE)
    response["Request-ID"] = turn.request_id
    response["Content-Length"] = str(len(body))  # without, the web server would send it in chunks
    response["Cache-Control"] = "no-store"
    return response


def _note(turn: Turn, status: int, refusal: errors.WireError | None, seconds: float) -> None:
    """Take down a call of a provider that is known, for its conformance page."""
    if turn.reporter is None:
        return
    calls.note(
        Exchange(
            reporter=turn.reporter,
            sandbox=turn.sandbox,
            call=turn.name,
            run=run_named(turn.request),
            at=now(),
            status=status,
            code=refusal.code if refusal else 0,
            description=str(refusal) if refusal else SUCCESS,
            request_id=turn.request_id,
            report_id=turn.report_id,
            size_bytes=turn.size_bytes,
            seconds=seconds,
            faults=turn.faults,
            root=turn.root,
            limited=isinstance(refusal, errors.TooManyCallsError),
        )
    )


def _perform(call: Call, methods: tuple[str, ...], turn: Turn) -> bytes:
    """Run a call; whatever it raises comes out as one of the door's own errors, and nothing of it reaches a stranger."""
    request = turn.request
    not_authorized, failed = _FAILURES.get(turn.name, _OTHERWISE)
    try:
        address = client_address(request)
        known = identify(request.META.get("HTTP_AUTHORIZATION", ""), address)
        if known is None:
            raise errors.AuthenticationRequiredError("credentials are missing or wrong")
        turn.reporter = known.reporter
        turn.sandbox = turn.sandbox or known.sandbox
        turn.size_bytes = declared_length(request)
        admit(known.reporter, Asked(turn.name, address, turn.sandbox, turn.size_bytes))
        if methods and request.method == "OPTIONS":
            return b""  # which methods there are; of nobody's business who has no credentials
        if methods and request.method not in methods:
            raise errors.MethodNotAllowedError(f"{request.method or ''} is not a method of this call: use {methods[0]}")
        # a large body may take its time, and the sandbox writes elsewhere: nobody waits for those
        soon = request.method == "POST" and not turn.sandbox and turn.size_bytes <= SOON_BYTES
        with coming() if soon else nullcontext():
            return call(turn)
    except errors.WireError:
        raise
    except TooManyError as refusal:
        raise errors.TooManyCallsError(str(refusal), refusal.seconds) from refusal
    except ForeignNetworkError as refusal:
        raise not_authorized(str(refusal)) from refusal
    except TransientError as refusal:
        raise failed(f"{refusal}; try again (Request-ID {turn.request_id})") from refusal
    except tuple(kind for kind, _ in _REFUSALS) as refusal:
        wire = next(wire for kind, wire in _REFUSALS if isinstance(refusal, kind))
        raise wire(str(refusal)) from refusal
    except DatabaseError as fault:
        log.error("door: database", request_id=turn.request_id, error=type(fault).__name__, path=request.path)
        raise failed(f"it could not be stored; try again (Request-ID {turn.request_id})") from fault
    except Exception as fault:
        log.exception("door: fault", request_id=turn.request_id, path=request.path)
        raise errors.ServerFaultError(f"a fault on our side; tell us the Request-ID {turn.request_id}") from fault


def _keep_refused(turn: Turn, document: ReceivedDocument, refusal: errors.WireError) -> None:
    """Keep a refused document where an administrator sees it. That it cannot be kept must not hide the refusal."""
    kept = Kept(document.body, refusal.code, str(refusal))
    try:
        keep_refused(turn.provider, [kept], call=turn.name, request_id=turn.request_id, sandbox=turn.sandbox)
    except DatabaseError:
        log.exception("door: refused document could not be kept", request_id=document.request_id)


def _read(turn: Turn, finish: Callable[[Reading], etree._Element]) -> tuple[ReceivedDocument, etree._Element]:
    reading = Reading()
    document, refusal = read_document(turn.request, config().max_document_bytes, turn.request_id, reading.feed)
    turn.size_bytes = len(document.body)
    try:
        if refusal is not None:
            raise refusal
        turn.root = finish(reading)
    except (errors.ValidationFailedError, errors.MalformedXmlError) as refusal:
        turn.faults = refusal.faults
        _keep_refused(turn, document, refusal)
        raise
    return document, turn.root


@_call("GET", "HEAD")
def status(turn: Turn) -> bytes:
    """Whether the door answers and the credentials are right."""
    return report_response(0, "Tipline is ready")


@_call("GET", "HEAD")
def xsd(turn: Turn) -> bytes:
    """The schema of all documents of this door."""
    return SCHEMA_FILE.read_bytes()


@_call("POST")
def submit(turn: Turn) -> bytes:
    """Open a report with a `report` document."""
    key = turn.request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise errors.InvalidRequestError(f"Idempotency-Key: at most {LONGEST_KEY} printable characters")
    document, root = _read(turn, Reading.report)
    opened = turn.record.open_report(turn.provider, document, header_of(root), key)
    turn.report_id = opened.report_id
    return report_response(0, SUCCESS, opened.report_id)


@_call("POST")
def upload(turn: Turn) -> bytes:
    """Add a file to an open report."""
    record = turn.record

    def check(report_id: int) -> None:
        turn.report_id = report_id
        record.require_open(turn.provider, report_id)

    try:
        taken = read_upload(turn.request, config(), check, seals=record.seals)
    except TransientError as fault:
        raise errors.FileUploadFailedError(f"{fault}; try again (Request-ID {turn.request_id})") from fault
    turn.report_id, turn.size_bytes = taken.report_id, taken.digests.size_bytes
    file_id = taken.put(record, turn.provider, turn.request_id)
    return report_response(0, SUCCESS, taken.report_id, file_id, taken.digests.md5)


@_call("POST")
def fileinfo(turn: Turn) -> bytes:
    """Describe an uploaded file with a `fileDetails` document."""
    document, root = _read(turn, Reading.file_details)
    turn.report_id = int((root.findtext("reportId") or "").strip())
    file_id = (root.findtext("fileId") or "").strip()
    turn.record.add_file_details(turn.provider, turn.report_id, file_id, document)
    return report_response(0, SUCCESS, turn.report_id, file_id)


@_call("POST", refused=_finish_refused)
def finish(turn: Turn) -> bytes:
    """Finish a report: from here on it is the clearinghouse's."""
    turn.report_id = read_report_id(turn.request)
    return report_done_response(turn.report_id, turn.record.finish(turn.provider, turn.report_id))


@_call("POST")
def retract(turn: Turn) -> bytes:
    """Cancel a report that is still open."""
    turn.report_id = read_report_id(turn.request)
    turn.record.retract(turn.provider, turn.report_id)
    return report_response(0, SUCCESS, turn.report_id)


@_call()
def unknown(turn: Turn) -> bytes:
    """Everything else under the door."""
    raise errors.ResourceNotFoundError("there is no such call: status, xsd, submit, upload, fileinfo, finish, retract")
