"""What the door answers with, as types: the OpenAPI description is made of these. Keys are spelt as on the wire."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel


class Wire(Schema):
    """Keys as the documents spell them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Place(Wire):
    """What is wrong with a document, and where."""

    path: str = Field(description="such as $.reporter.legalURL")
    rule: str


class Parameter(Wire):
    """What is wrong with a parameter of the address or the query, or with a header."""

    field: str
    fault: str


class Refusal(Wire):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Place | Parameter] = Field(default=[], description="each place or parameter at fault, twenty at most")


class FiledReport(Wire):
    """A report that is on the record."""

    report_id: int
    file_ids: list[str] = Field(description="of the files that were described, in their order")
    finished: bool = Field(description="whether this call finished it; otherwise it is open, and takes files")
    repeated: bool = Field(description="an earlier call with the same key made it, and nothing was written now")
    sha256: str = Field(description="of the bytes as they were received")
    lost: list[str] = Field(
        description="what of the document has no place in the record; it is kept beside, as it came"
    )


class Checked(Wire):
    """A report that was checked and not filed."""

    valid: bool
    files: int
    lost: list[str]


class BatchLine(Wire):
    """What became of one line of a batch."""

    line: int = Field(description="counted from 1, blank lines too")
    status: int = Field(
        description="as of a call of its own: 201, 200 when repeated or checked, 400, 413, 422, 429, 503"
    )
    report_id: int | None = None
    file_ids: list[str] | None = None
    repeated: bool | None = None
    lost: list[str] | None = None
    detail: str | None = Field(default=None, description="what is wrong")
    errors: list[Place] | None = None
    retry_after: int | None = Field(default=None, description="seconds; of 429 and 503")


class AddedFile(Wire):
    """A file that was uploaded."""

    report_id: int
    file_id: str
    size_bytes: int
    md5: str
    sha1: str
    sha256: str


class DescribedFile(Wire):
    """A file whose details are on the record."""

    report_id: int
    file_id: str


class EndedReport(Wire):
    """A report that was finished or cancelled."""

    report_id: int
    state: str
    file_ids: list[str]


class OwnFile(Wire):
    """A file of a report, as a receipt."""

    file_id: str
    uploaded: bool = Field(description="false: it was described only, and hashes and size are as stated")
    size_bytes: int
    md5: str
    sha1: str
    sha256: str


class OwnReport(Wire):
    """A report as the provider that filed it sees it: what was received, and nothing of what became of it."""

    report_id: int
    state: str = Field(description="open, finished, retracted or expired")
    channel: str
    received_at: datetime
    finished_at: datetime | None
    retracted_at: datetime | None
    idempotency_key: str
    probable_repeat_of: int | None
    sha256: str = Field(description="of the report's document as it was received")
    files: list[OwnFile]
