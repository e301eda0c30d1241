"""Taking a body off the wire: documents within a limit, uploads streamed into the seal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from tipline.core.config import Config, Evidence
from tipline.core.errors import TransientError
from tipline.intake.cybertipline.errors import InvalidRequestError
from tipline.reports.evidence import Digests, Intake, open_intake, remove_seal
from tipline.reports.services import ReceivedDocument

log = structlog.get_logger(__name__)

FORM_LIMIT = 64 * 1024
_PIECE = 256 * 1024
_LARGE = 1024 * 1024


def _chunked(request: HttpRequest) -> bool:
    return "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()


def declared_length(request: HttpRequest) -> int:
    """Content-Length; 0 when there is none.

    Raises
    ------
    InvalidRequestError
        4000, when it is no number.
    """
    try:
        return max(0, int(request.META.get("CONTENT_LENGTH") or 0))
    except ValueError as error:
        raise InvalidRequestError("Content-Length is not a number") from error


def _stream(request: HttpRequest) -> Any:
    """The bytes of the body. Django's own stream ends at Content-Length, which a chunked body does not have."""
    return request.META["wsgi.input"] if _chunked(request) and "wsgi.input" in request.META else request


def read_body(request: HttpRequest, limit: int) -> bytes:
    """The whole body, if it is within the limit: a declared length is believed before a byte is read, and none after.

    Raises
    ------
    InvalidRequestError
        4000, naming the limit.
    """
    too_large = InvalidRequestError(f"the body is larger than {limit} bytes")
    if declared_length(request) > limit:
        raise too_large
    stream = _stream(request)
    pieces: list[bytes] = []
    total = 0
    try:
        while piece := stream.read(_PIECE):
            total += len(piece)
            if total > limit:
                raise too_large
            pieces.append(piece)
    except OSError as error:
        raise InvalidRequestError("the body broke off") from error
    if not _chunked(request) and total != declared_length(request):
        raise InvalidRequestError(f"the body broke off: {total} of {declared_length(request)} bytes came")
    return b"".join(pieces)


def read_document(request: HttpRequest, limit: int, request_id: str) -> ReceivedDocument:
    """An XML document as it came, whatever content type it was sent with."""
    body = read_body(request, limit)
    return ReceivedDocument(body, hashlib.sha256(body).hexdigest(), request.META.get("CONTENT_TYPE", ""), request_id)


def read_report_id(request: HttpRequest) -> int:
    """The `id` of a finish or retract, sent as a form or as multipart.

    Raises
    ------
    InvalidRequestError
        4000, when it is missing, repeated, or no number.
    """
    if declared_length(request) > FORM_LIMIT:
        raise InvalidRequestError(f"the form is larger than {FORM_LIMIT} bytes")
    if request.META.get("CONTENT_TYPE", "").lower().startswith("multipart/"):
        upload = _parse(request, FORM_LIMIT, _Refuse())
        return _number(upload.fields.get("id", []))
    try:
        form = QueryDict(read_body(request, FORM_LIMIT), encoding="utf-8")
    except (UnicodeDecodeError, TooManyFieldsSent) as error:
        raise InvalidRequestError("the form cannot be read") from error
    return _number(form.getlist("id"))


def _number(values: list[str]) -> int:
    if len(values) != 1:
        raise InvalidRequestError("the field id is missing" if not values else "the field id stands more than once")
    text = values[0].strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise InvalidRequestError("the field id is not a report number")
    return int(text)


@dataclass(slots=True)
class _Form:
    fields: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that was taken in whole: its report, the name it came with, and its digests. Not yet on the record."""

    report_id: int
    name: str
    digests: Digests
    _config: Config

    def forget(self) -> None:
        """Remove the sealed copy: the record did not take the file. What cannot be removed is left for the sweep."""
        try:
            remove_seal(self._config, self.digests.storage_key)
        except TransientError as error:
            log.error("door: a seal without a record is left for the sweep", why=str(error))


class _Parser(MultiPartParser):
    """Django's parser, with file names as they came: they are text here, and never a path."""

    @property
    def fields(self) -> QueryDict:
        """The form's fields read so far."""
        return self._post  # type: ignore[attr-defined, no-any-return]  # Django keeps it under this name

    def sanitize_file_name(self, file_name: str) -> str:
        return file_name or "unnamed"


class _Refuse(FileUploadHandler):
    """No file belongs here."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise InvalidRequestError("a file is not expected here")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class _Take(FileUploadHandler):
    """Streams the one part named `file` into the seal, chunk by chunk."""

    chunk_size = _PIECE

    def __init__(self, config: Config, check: Callable[[int], None], *, large: bool) -> None:
        super().__init__()
        self._config = config
        self._check = check
        self._large = large
        self.parser: _Parser | None = None
        self.intake: Intake | None = None
        self.name = ""

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        if field_name != "file":
            raise InvalidRequestError("a file part other than `file` is not expected")
        if self.intake is not None:
            raise InvalidRequestError("more than one file: upload each with a call of its own")
        # it mostly comes first: a large file is not read for nothing
        if self._large and self.parser is not None and "id" in self.parser.fields:
            self._check(_number(self.parser.fields.getlist("id")))
        self.intake, self.name = open_intake(self._config), file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.intake is not None:
            self.intake.write(raw_data)
            if self.intake.size_bytes > self._config.max_upload_bytes:
                raise InvalidRequestError(f"the file is larger than {self._config.max_upload_bytes} bytes")
        return None

    def file_complete(self, file_size: int) -> None:
        return None


def _parse(request: HttpRequest, limit: int, handler: FileUploadHandler) -> _Form:
    meta = dict(request.META)
    if _chunked(request):
        meta["CONTENT_LENGTH"] = str(limit)
    try:
        parser = _Parser(meta, _stream(request), [handler], "utf-8")
        if isinstance(handler, _Take):
            handler.parser = parser
        fields, _ = parser.parse()
    except (
        MultiPartParserError,
        TooManyFieldsSent,
        TooManyFilesSent,
        RequestDataTooBig,
        SuspiciousOperation,
    ) as error:
        raise InvalidRequestError("the multipart body cannot be read") from error
    except OSError as error:
        raise InvalidRequestError("the body broke off") from error
    return _Form({name: fields.getlist(name) for name in fields})


def read_upload(
    request: HttpRequest,
    config: Config,
    check: Callable[[int], None],
    *,
    seals: bool = True,
    report_id: int | None = None,
) -> Upload:
    """A multipart upload: `id` and one `file`, sealed or hashed as it streams by.

    Parameters
    ----------
    check
        called with the report's number before a large file is read; raises when that report takes no file.
    seals
        whether the bytes are kept, if the installation keeps any; without, they are hashed and gone.
    report_id
        the report, where the address has it; then the form needs no `id`.

    Raises
    ------
    InvalidRequestError
        4000: not multipart, a part missing or doubled, too large, or broken off. Nothing is left behind then.
    TransientError
        when the evidence store cannot take it.
    """
    if not request.META.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data"):
        raise InvalidRequestError("an upload is multipart/form-data with the parts id and file")
    if declared_length(request) > config.max_upload_bytes + FORM_LIMIT:
        raise InvalidRequestError(f"the file is larger than {config.max_upload_bytes} bytes")
    large = _chunked(request) or declared_length(request) > _LARGE
    taking = _Take(config if seals else replace(config, evidence=Evidence.DISCARD), check, large=large)
    try:
        form = _parse(request, config.max_upload_bytes, taking)
        report_id = _number(form.fields.get("id", [])) if report_id is None else report_id
        if taking.intake is None:
            raise InvalidRequestError("the part file is missing")
        return Upload(report_id, taking.name, taking.intake.close(), config)
    except BaseException:
        if taking.intake is not None:
            taking.intake.abort()
        raise
