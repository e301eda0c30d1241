"""The seven calls. Each authenticates, checks, calls one service in one durable transaction, and answers after its commit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
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
from tipline.intake.cybertipline.credentials import reporter_of
from tipline.intake.cybertipline.document import SCHEMA_FILE, parse_file_details, parse_report
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.intake.cybertipline.receiving import read_document, read_report_id, read_upload
from tipline.reports import services
from tipline.reports.services import ReceivedDocument, ReportHeader
from tipline.reports.times import read_time
from tipline.trust.accounts.models import Reporter
from tipline.trust.visibility import acting, provider_scope

log = structlog.get_logger(__name__)

LONGEST_KEY = 255
SUCCESS = "Success"
# Where a call leaves the report's number for the answer to a refusal.
_REPORT_ID = "tipline.report_id"

Call = Callable[[HttpRequest, Reporter, str], bytes]

# What the record refuses, in the door's codes.
_REFUSALS: tuple[tuple[type[Exception], type[errors.WireError]], ...] = (
    (services.ReportExpiredError, errors.ReportDoesNotExistError),
    (services.ReportNotFoundError, errors.ReportDoesNotExistError),
    (services.FileNotFoundInReportError, errors.FileDoesNotExistError),
    (services.ReportFinishedError, errors.AlreadyFinishedError),
    (services.ReportRetractedError, errors.AlreadyRetractedError),
    (InvalidInputError, errors.InvalidRequestError),
    (TransientError, errors.SaveFailedError),
)


def _refused(request: HttpRequest, refusal: errors.WireError) -> bytes:
    return report_response(refusal.code, str(refusal))


def _finish_refused(request: HttpRequest, refusal: errors.WireError) -> bytes:
    return report_done_response(request.META.get(_REPORT_ID, 0), (), refusal.code, str(refusal))


def _call(
    *methods: str, refused: Callable[[HttpRequest, errors.WireError], bytes] = _refused
) -> Callable[[Call], Callable[[HttpRequest], HttpResponse]]:
    """Make a view of a call: Request-ID, credentials, method, and every failure as the wire document wants it."""

    def wrap(call: Call) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request_id = uuid.uuid4().hex
            try:
                return _answer(_perform(call, methods, request, request_id), request_id)
            except errors.AuthenticationRequiredError:
                response = HttpResponse(b"", status=401)
                response["WWW-Authenticate"] = 'Basic realm="Tipline", charset="UTF-8"'
                response["Request-ID"] = request_id
                del response["Content-Type"]
                return response
            except errors.WireError as refusal:
                response = _answer(refused(request, refusal), request_id, refusal.status)
                if isinstance(refusal, errors.MethodNotAllowedError):
                    response["Allow"] = ", ".join(methods)
                return response

        return view

    return wrap


def _answer(body: bytes, request_id: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type=CONTENT_TYPE)
    response["Request-ID"] = request_id
    response["Cache-Control"] = "no-store"
    return response


def _perform(call: Call, methods: tuple[str, ...], request: HttpRequest, request_id: str) -> bytes:
    """Run a call; whatever it raises comes out as one of the door's own errors, and nothing of it reaches a stranger."""
    try:
        reporter = reporter_of(request.META.get("HTTP_AUTHORIZATION", ""), client_address(request))
        if reporter is None:
            raise errors.AuthenticationRequiredError("credentials are missing or wrong")
        if methods and request.method not in methods:
            raise errors.MethodNotAllowedError(f"{request.method or ''} is not a method of this call: use {methods[0]}")
        return call(request, reporter, request_id)
    except errors.WireError:
        raise
    except tuple(kind for kind, _ in _REFUSALS) as refusal:
        wire = next(wire for kind, wire in _REFUSALS if isinstance(refusal, kind))
        raise wire(str(refusal)) from refusal
    except DatabaseError as fault:
        log.error("door: database", request_id=request_id, error=type(fault).__name__, path=request.path)
        raise errors.SaveFailedError(f"it could not be stored; try again (Request-ID {request_id})") from fault
    except Exception as fault:
        log.exception("door: fault", request_id=request_id, path=request.path)
        raise errors.ServerFaultError(f"a fault on our side; tell us the Request-ID {request_id}") from fault


def _keep_refused(reporter: Reporter, call: str, document: ReceivedDocument, refusal: errors.WireError) -> None:
    """Keep a refused document where an administrator sees it. That it cannot be kept must not hide the refusal."""
    try:
        with acting(provider_scope(reporter.pk)):
            RefusedDocument.objects.create(
                reporter=reporter,
                call=call,
                code=refusal.code,
                description=str(refusal),
                body=document.body,
                sha256=document.sha256,
                request_id=document.request_id,
                received_at=now(),
            )
    except DatabaseError:
        log.exception("door: refused document could not be kept", request_id=document.request_id)


def _read(
    reporter: Reporter, call: str, document: ReceivedDocument, parse: Callable[[bytes], etree._Element]
) -> etree._Element:
    try:
        return parse(document.body)
    except (errors.ValidationFailedError, errors.MalformedXmlError) as refusal:
        _keep_refused(reporter, call, document, refusal)
        raise


@_call("GET", "HEAD")
def status(request: HttpRequest, reporter: Reporter, request_id: str) -> bytes:
    """Whether the door answers and the credentials are right."""
    return report_response(0, "Tipline is ready")


@_call("GET", "HEAD")
def xsd(request: HttpRequest, reporter: Reporter, request_id: str) -> bytes:
    """The schema of all documents of this door."""
    return SCHEMA_FILE.read_bytes()


@_call("POST")
def submit(request: HttpRequest, reporter: Reporter, request_id: str) -> bytes:
    """Open a report with a `report` document."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise errors.InvalidRequestError(f"Idempotency-Key: at most {LONGEST_KEY} printable characters")
    document = read_document(request, config().max_document_bytes, request_id)
    root = _read(reporter, "submit", document, parse_report)
    opened = services.open_report(reporter, document, _header(root), key)
    return report_response(0, SUCCESS, opened.report_id)


def _header(root: etree._Element) -> ReportHeader:
    at_text = (root.findtext("incidentSummary/incidentDateTime") or "").strip()
    escalation = root.find("incidentSummary/escalateToHighPriority")
    return ReportHeader(
        incident_type=(root.findtext("incidentSummary/incidentType") or "").strip(),
        incident_at=read_time(at_text).at,
        incident_at_text=at_text[:64],
        platform=(root.findtext("incidentSummary/platform") or "").strip(),
        escalated=escalation is not None,
        escalation="" if escalation is None else (escalation.text or "").strip(),
    )


@_call("POST")
def upload(request: HttpRequest, reporter: Reporter, request_id: str) -> bytes:
    """Add a file to an open report."""
    try:
        taken = read_upload(request, config(), lambda report_id: services.require_open(reporter, report_id))
    except TransientError as fault:
        raise errors.FileUploadFailedError(f"{fault}; try again (Request-ID {request_id})") from fault
    try:
        if not taken.digests.size_bytes:
            raise errors.MalformedFileError("the file is empty")
        # PostgreSQL's text cannot hold NUL; a name is only ever shown as text
        name = taken.name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:4096]
        file_id = services.add_file(reporter, taken.report_id, name, taken.digests, request_id)
    except DatabaseError:
        raise  # whether it committed is not known, so the seal stays: the sweep removes it if no record names it
    except BaseException:
        taken.forget()
        raise
    return report_response(0, SUCCESS, taken.report_id, file_id, taken.digests.md5)


@_call("POST")
def fileinfo(request: HttpRequest, reporter: Reporter, request_id: str) -> bytes:
    """Describe an uploaded file with a `fileDetails` document."""
    document = read_document(request, config().max_document_bytes, request_id)
    root = _read(reporter, "fileinfo", document, parse_file_details)
    report_id = int((root.findtext("reportId") or "").strip())
    file_id = (root.findtext("fileId") or "").strip()
    services.add_file_details(reporter, report_id, file_id, document)
    return report_response(0, SUCCESS, report_id, file_id)


@_call("POST", refused=_finish_refused)
def finish(request: HttpRequest, reporter: Reporter, request_id: str) -> bytes:
    """Finish a report: from here on it is the clearinghouse's."""
    report_id = request.META[_REPORT_ID] = read_report_id(request)
    return report_done_response(report_id, services.finish(reporter, report_id))


@_call("POST")
def retract(request: HttpRequest, reporter: Reporter, request_id: str) -> bytes:
    """Cancel a report that is still open."""
    report_id = read_report_id(request)
    services.retract(reporter, report_id)
    return report_response(0, SUCCESS, report_id)


@_call()
def unknown(request: HttpRequest, reporter: Reporter, request_id: str) -> bytes:
    """Everything else under the door."""
    raise errors.ResourceNotFoundError("there is no such call: status, xsd, submit, upload, fileinfo, finish, retract")
