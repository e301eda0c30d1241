"""Taking a body off the wire: documents within a limit, uploads streamed into the seal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.db import DatabaseError
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from tipline.core.config import Config, Evidence
from tipline.core.errors import InvalidInputError, TransientError
from tipline.intake.cybertipline.errors import InvalidRequestError, MalformedFileError, WireError
from tipline.intake.cybertipline.record import Record
from tipline.intake.doors.bodies import PIECE, body_pieces, declared_length, is_chunked, is_packed
from tipline.reports.evidence import Digests, Intake, open_intake, remove_seal
from tipline.reports.services import ReceivedDocument
from tipline.trust.accounts.models import Reporter

log = structlog.get_logger(__name__)

FORM_LIMIT = 64 * 1024
MOST_KEPT_BYTES = 8 * 1024 * 1024  # of a document that is refused
_LARGE = 1024 * 1024
_END_LOOKED_AT = 4 * 1024


@contextmanager
def _in_the_doors_codes() -> Iterator[None]:
    """What is wrong with a body is 4000 here."""
    try:
        yield
    except InvalidInputError as error:
        raise InvalidRequestError(str(error)) from error


@_in_the_doors_codes()
def read_document(
    request: HttpRequest, limit: int, request_id: str, take: Callable[[bytes], None]
) -> tuple[ReceivedDocument, WireError | None]:
    """An XML document as it came, whatever content type it was sent with; and why it was refused while it came, or None.

    `take` is given each piece. What it refuses is read on up to a bound, so that a document of ordinary size is kept whole.
    """
    pieces: list[bytes] = []
    size = 0
    refusal: WireError | None = None
    for piece in body_pieces(request, limit):
        pieces.append(piece)
        size += len(piece)
        if refusal is None:
            try:
                take(piece)
            except WireError as error:
                refusal = error
        if refusal is not None and size >= MOST_KEPT_BYTES:
            break
    body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    if refusal is not None:
        body = body[:MOST_KEPT_BYTES]
    kept = ReceivedDocument(body, hashlib.sha256(body).hexdigest(), request.META.get("CONTENT_TYPE", ""), request_id)
    return kept, refusal


@_in_the_doors_codes()
def read_report_id(request: HttpRequest) -> int:
    """The `id` of a finish or retract, sent as a form or as multipart.

    Raises
    ------
    InvalidRequestError
        4000, when it is missing, repeated, or no number.
    """
    if request.META.get("CONTENT_TYPE", "").lower().startswith("multipart/"):
        return _number(_parse(request, FORM_LIMIT, "form", _Refuse()).get("id", []))
    try:
        form = QueryDict(b"".join(body_pieces(request, FORM_LIMIT, "form")), encoding="utf-8")
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


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that was taken in whole: its report, the name it came with, and its digests. Not yet on the record."""

    report_id: int
    name: str
    digests: Digests
    _config: Config

    def put(self, record: Record, reporter: Reporter, request_id: str) -> str:
        """Put it on its report, and return its `fileId`. If the record does not take it, the sealed copy is removed.

        Raises
        ------
        MalformedFileError
            4200: it is empty. Otherwise as `Record.add_file`.
        """
        try:
            if not self.digests.size_bytes:
                raise MalformedFileError("the file is empty")
            # PostgreSQL's text cannot hold NUL; a name is only ever shown as text
            name = self.name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:4096]
            return record.add_file(reporter, self.report_id, name, self.digests, request_id)
        except DatabaseError:
            raise  # whether it committed is not known, so the seal stays: the sweep removes it if no record names it
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
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

    @property
    def last_boundary(self) -> bytes:
        """What a complete body ends with."""
        return b"--" + self._boundary + b"--"  # type: ignore[attr-defined, no-any-return]  # Django keeps it under this name

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

    chunk_size = PIECE

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


class _Source:
    """A body as Django's parser reads one; remembers how it ended."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""
        self.end = b""

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = piece
            self.end = (self.end + piece[-_END_LOOKED_AT:])[-_END_LOOKED_AT:]
        out, self._left = self._left[:size], self._left[size:]
        return out


def _parse(request: HttpRequest, limit: int, what: str, handler: FileUploadHandler) -> dict[str, list[str]]:
    """The fields of a multipart body; its file goes to the handler. A body without its last boundary has broken off."""
    source = _Source(body_pieces(request, limit, what))
    # Django asks for a length to know that there is something; the source has an end of its own
    meta = {**request.META, "CONTENT_LENGTH": "1"}
    try:
        parser = _Parser(meta, source, [handler], "utf-8")  # type: ignore[arg-type]  # it only reads
        if isinstance(handler, _Take):
            handler.parser = parser
        fields, _ = parser.parse()
    except MultiPartParserError as error:
        raise InvalidRequestError(f"the multipart body cannot be read: {error}") from error
    except (TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig, SuspiciousOperation) as error:
        raise InvalidRequestError("the multipart body has too many parts, or too large ones") from error
    while source.read(PIECE):  # whatever stands after the last boundary
        pass
    if parser.last_boundary not in source.end:
        raise InvalidRequestError("the multipart body broke off: its last boundary is missing")
    return {name: fields.getlist(name) for name in fields}


@_in_the_doors_codes()
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
    # what came packed may be larger than it looks
    large = is_chunked(request) or is_packed(request) or declared_length(request) > _LARGE
    taking = _Take(config if seals else replace(config, evidence=Evidence.DISCARD), check, large=large)
    try:
        fields = _parse(request, config.max_upload_bytes + FORM_LIMIT, "upload", taking)
        report_id = _number(fields.get("id", [])) if report_id is None else report_id
        if taking.intake is None:
            raise InvalidRequestError("the part file is missing")
        return Upload(report_id, taking.name, taking.intake.close(), config)
    except BaseException:
        if taking.intake is not None:
            taking.intake.abort()
        raise
