"""The endpoints. Each was authorised by `Provider`; it checks, calls one service in one durable transaction, and answers after it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Header, Path, Query, Router, Status

from tipline.core.config import config
from tipline.core.errors import TiplineError
from tipline.intake.cybertipline.errors import MalformedFileError
from tipline.intake.cybertipline.receiving import read_upload
from tipline.intake.cybertipline.record import LIVE
from tipline.intake.doors.calls import Fault
from tipline.intake.forms import Form, FormError, form_named, form_of_media_type, forms, source_of
from tipline.intake.forms.strict_json import read_object
from tipline.intake.forms.tipline_json import FORM as TIPLINE_JSON
from tipline.intake.forms.tipline_json import LONGEST_KEY, details_xml
from tipline.intake.forms.tipline_json.schema import DETAILS, REPORT, report_schema
from tipline.intake.json_door import described, schemas
from tipline.intake.json_door.batch import Batch
from tipline.intake.json_door.bodies import read_lines, read_whole
from tipline.intake.json_door.filing import file, prepare
from tipline.intake.json_door.refusals import Refused, UnknownFormError, keep
from tipline.intake.json_door.turns import Provider, SandboxHasNoReportsError, Turn, turn_of
from tipline.reports.models import ReportState
from tipline.reports.queries import report_of_provider
from tipline.reports.received import ReceivedDocument
from tipline.trust.visibility import acting, provider_scope

router = Router(tags=["providers"])

LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
_ID = 2**63 - 1

_NAMES = "|".join(form.name for form in forms())
FormName = Annotated[str, Query(description="the form of every line", pattern=f"^(?:{_NAMES})$")]
ReportId = Annotated[int, Path(ge=1, le=_ID)]
FileId = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{1,64}$")]
Dry = Annotated[
    bool, Query(alias="validate", description="check everything, write nothing; credentials of the sandbox may too")
]
Open = Annotated[bool, Query(alias="open", description="leave it open for files, until /finish")]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=LONGEST_KEY,
        pattern="^[ -~]*$",
        description="the same key with the same bytes is the same report; with others it is refused",
    ),
]

_REFUSALS = dict.fromkeys((401, 403, 429, 503), schemas.Refusal)
_BODY = {**_REFUSALS, **dict.fromkeys((400, 413, 415, 422), schemas.Refusal)}
_OWN = {**_REFUSALS, **dict.fromkeys((404, 409, 422), schemas.Refusal)}


@router.post(
    "/reports",
    auth=Provider("POST /api/v1/reports"),
    response={200: schemas.FiledReport | schemas.Checked, 201: schemas.FiledReport, **_BODY},
    by_alias=True,
    openapi_extra=described.body(
        {media: REPORT if form is TIPLINE_JSON else None for form in forms() for media in form.media_types}
    ),
)
def file_report(
    request: HttpRequest, key: Key = "", left_open: Open = False, dry: Dry = False
) -> Status[dict[str, Any]]:
    """File a whole report. It is finished at once, unless `open`. The Content-Type says in which form it comes."""
    turn = turn_of(request)
    form = _form_of(request)
    _live(turn, dry=dry)
    body = read_whole(request, config().max_document_bytes)
    turn.size_bytes = len(body)
    try:
        ready = prepare(form, body, request.META.get("CONTENT_TYPE", ""), turn.request_id, key, finish=not left_open)
    except FormError as refusal:
        if not dry:
            keep(turn, [Refused(body, refusal)])
        raise
    if dry:
        return Status(200, {"valid": True, "files": len(ready.filing.files), "lost": list(ready.lost)})
    (result,) = file(turn.provider, [ready])
    if isinstance(result, TiplineError):
        raise result
    turn.report_id, turn.root = result.report_id, None if result.repeated else ready.root
    filed = {
        "report_id": result.report_id, "file_ids": list(result.file_ids), "finished": not left_open,
        "repeated": result.repeated, "sha256": ready.sha256, "lost": list(ready.lost),
    }  # fmt: skip
    return Status(200 if result.repeated else 201, filed)


@router.post(
    "/reports/batch",
    auth=Provider("POST /api/v1/reports/batch"),
    response={200: None, **_BODY},
    openapi_extra=described.lines(),
)
def file_batch(
    request: HttpRequest,
    form: FormName = TIPLINE_JSON.name,
    left_open: Open = False,
    dry: Dry = False,
) -> HttpResponse:
    """File up to 10,000 reports, one a line. Each line is answered by a line, in order; 200 says only that all were looked at.

    Reports of a line that was answered with 201 are durable, whatever became of the others.
    """
    turn = turn_of(request)
    if (media := _media_type(request)) not in LINES:
        raise UnknownFormError(f"a batch is one of {', '.join(sorted(LINES))}, not {media or 'nothing named'}")
    _live(turn, dry=dry)
    longest = config().max_document_bytes
    batch = Batch(turn, form_named(form), longest, dry=dry, finish=not left_open)
    batch.take(read_lines(request, longest))
    turn.noted = True
    return StreamingHttpResponse(batch.answers(), content_type="application/x-ndjson")  # type: ignore[return-value]


@router.post(
    "/reports/{int:report_id}/files",
    auth=Provider("upload"),
    response={201: schemas.AddedFile, **_OWN, 400: schemas.Refusal},
    by_alias=True,
    openapi_extra=described.upload(),
)
def add_file(request: HttpRequest, report_id: ReportId) -> Status[dict[str, Any]]:
    """Upload a file to an open report: multipart/form-data with one part `file`. Its hashes are Tipline's own."""
    turn = turn_of(request)
    _live(turn)
    turn.report_id = report_id
    LIVE.require_open(turn.provider, report_id)
    taken = read_upload(request, config(), lambda _: None, report_id=report_id)
    turn.size_bytes = taken.digests.size_bytes
    try:
        file_id = taken.put(LIVE, turn.provider, turn.request_id)
    except MalformedFileError as refusal:
        raise FormError([Fault("", 0, str(refusal))]) from refusal
    digests = taken.digests
    added = {
        "report_id": report_id, "file_id": file_id, "size_bytes": digests.size_bytes,
        "md5": digests.md5, "sha1": digests.sha1, "sha256": digests.sha256,
    }  # fmt: skip
    return Status(201, added)


@router.post(
    "/reports/{int:report_id}/files/{file_id}",
    auth=Provider("POST /api/v1/reports/{id}/files/{file}"),
    response={200: schemas.DescribedFile, **_OWN, **_BODY},
    by_alias=True,
    openapi_extra=described.body(dict.fromkeys(TIPLINE_JSON.media_types, DETAILS)),
)
def describe_file(request: HttpRequest, report_id: ReportId, file_id: FileId) -> dict[str, Any]:
    """Say what is known of an uploaded file. A later call for the same file adds to it."""
    turn = turn_of(request)
    if form_of_media_type(_media_type(request) or TIPLINE_JSON.media_types[0]) is not TIPLINE_JSON:
        raise UnknownFormError(f"the details of a file are {TIPLINE_JSON.media_types[0]}")
    _live(turn)
    turn.report_id = report_id
    body = read_whole(request, config().max_document_bytes)
    turn.size_bytes = len(body)
    try:
        xml = details_xml(read_object(body), report_id, file_id)
    except FormError as refusal:
        keep(turn, [Refused(body, refusal)])
        raise
    document = ReceivedDocument(
        xml,
        hashlib.sha256(xml).hexdigest(),
        request.META.get("CONTENT_TYPE", ""),
        turn.request_id,
        source_of(TIPLINE_JSON, body),
    )
    LIVE.add_file_details(turn.provider, report_id, file_id, document)
    return {"report_id": report_id, "file_id": file_id}


@router.post(
    "/reports/{int:report_id}/finish",
    auth=Provider("finish"),
    response={200: schemas.EndedReport, **_OWN},
    by_alias=True,
)
def finish_report(request: HttpRequest, report_id: ReportId) -> dict[str, Any]:
    """Finish an open report: from here on it is the clearinghouse's."""
    turn = turn_of(request)
    _live(turn)
    turn.report_id = report_id
    file_ids = LIVE.finish(turn.provider, report_id)
    return {"report_id": report_id, "state": ReportState.FINISHED, "file_ids": file_ids}


@router.post(
    "/reports/{int:report_id}/retract",
    auth=Provider("retract"),
    response={200: schemas.EndedReport, **_OWN},
    by_alias=True,
)
def retract_report(request: HttpRequest, report_id: ReportId) -> dict[str, Any]:
    """Cancel a report that is still open."""
    turn = turn_of(request)
    _live(turn)
    turn.report_id = report_id
    LIVE.retract(turn.provider, report_id)
    return {"report_id": report_id, "state": ReportState.RETRACTED, "file_ids": []}


@router.get(
    "/provider/reports/{int:report_id}",
    auth=Provider("GET /api/v1/provider/reports/{id}"),
    response={200: schemas.OwnReport, **_OWN},
    by_alias=True,
)
def own_report(request: HttpRequest, report_id: ReportId) -> dict[str, Any]:
    """A report of your own: its state and receipts. What became of it is not told here."""
    turn = turn_of(request)
    _live(turn)
    with acting(provider_scope(turn.provider.pk)):
        report = report_of_provider(turn.provider, report_id)
        return {
            "report_id": report.pk, "state": report.state, "channel": report.channel, "received_at": report.received_at,
            "finished_at": report.finished_at, "retracted_at": report.retracted_at,
            "idempotency_key": report.idempotency_key, "probable_repeat_of": report.probable_repeat_of_id,
            "sha256": vars(report)["as_received"] or report.document_sha256,
            "files": [
                {
                    "file_id": one.wire_id, "uploaded": one.uploaded, "size_bytes": one.size_bytes,
                    "md5": one.md5, "sha1": one.sha1, "sha256": one.sha256,
                }
                for one in report.files.order_by("id")
            ],
        }  # fmt: skip


@router.get("/schemas/report.json", auth=None, response={200: dict[str, Any]})
def schema(request: HttpRequest) -> dict[str, Any]:
    """The JSON Schema of a report. Open to all; it holds no data."""
    return report_schema()


def _media_type(request: HttpRequest) -> str:
    return str(request.META.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()


def _form_of(request: HttpRequest) -> Form:
    """The form that the Content-Type names; without one, JSON."""
    media_type = _media_type(request) or TIPLINE_JSON.media_types[0]
    form = form_of_media_type(media_type)
    if form is None:
        known = ", ".join(media for one in forms() for media in one.media_types)
        raise UnknownFormError(f"Content-Type {media_type[:80]} is not taken; these are: {known}")
    return form


def _live(turn: Turn, *, dry: bool = False) -> None:
    """Refuse the sandbox's credentials where the record would be written or read."""
    if turn.sandbox and not dry:
        raise SandboxHasNoReportsError(
            "These are credentials of the sandbox, which this door has not: add ?validate=true to have a report checked and not filed."
        )
