"""The store on an S3 server: multipart uploads of bounded memory, aborted on the server when they fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO
from xml.sax.saxutils import escape

import structlog

from tipline.core.errors import TransientError
from tipline.core.storage.interface import Stored, Unfinished, checked, is_key
from tipline.core.storage.s3.client import Query, S3Client, S3Error, document, text
from tipline.core.storage.settings import S3Settings

log = structlog.get_logger(__name__)

# S3 takes parts from 5 MiB up and 10,000 of them: files to 80 GiB, with one of these in memory an upload.
PART_BYTES = 8 * 1024 * 1024
_NO_OVERWRITE = {"if-none-match": "*"}
_NOT_THERE = 404


class S3Store:
    """Objects below a prefix of one bucket."""

    def __init__(self, settings: S3Settings) -> None:
        self._client = S3Client(settings)
        self._prefix = settings.prefix

    def writer(self, key: str) -> _ObjectWriter:
        return _ObjectWriter(self._client, checked(key))

    def remove(self, key: str) -> None:
        self._client.call("DELETE", checked(key))

    def size(self, key: str) -> int | None:
        try:
            return int(self._client.call("HEAD", checked(key)).headers.get("content-length", -1))
        except S3Error as error:
            if error.status == _NOT_THERE:
                return None
            raise

    def sha256(self, key: str) -> str | None:
        return self._read(key, None)

    def carry(self, key: str, out: BinaryIO) -> str | None:
        return self._read(key, out)

    def _read(self, key: str, out: BinaryIO | None) -> str | None:
        try:
            return self._client.digest(checked(key), out)
        except S3Error as error:
            if error.status == _NOT_THERE:
                return None
            raise

    def stored(self) -> Iterator[Stored]:
        token: Query = ()
        while True:
            query = [("list-type", "2"), ("prefix", self._prefix), *token]
            page = document(self._client.call("GET", query=query))
            for item in page.iterfind("{*}Contents"):
                key = text(item, "Key").removeprefix(self._prefix)
                if is_key(key):
                    yield Stored(key, int(text(item, "Size")), _time(text(item, "LastModified")))
            if text(page, "IsTruncated") != "true":
                return
            token = [("continuation-token", text(page, "NextContinuationToken"))]

    def unfinished(self) -> Iterator[Unfinished]:
        marker: Query = ()
        while True:
            page = document(self._client.call("GET", query=[("uploads", ""), ("prefix", self._prefix), *marker]))
            for item in page.iterfind("{*}Upload"):
                key = text(item, "Key").removeprefix(self._prefix)
                if is_key(key):
                    yield Unfinished(key, text(item, "UploadId"), _time(text(item, "Initiated")))
            if text(page, "IsTruncated") != "true":
                return
            marker = [
                ("key-marker", text(page, "NextKeyMarker")), ("upload-id-marker", text(page, "NextUploadIdMarker")),
            ]  # fmt: skip

    def discard(self, what: Unfinished) -> None:
        _abort_upload(self._client, checked(what.key), what.upload)

    def free_bytes(self) -> int | None:
        return None


def _time(value: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise S3Error("it writes a time that cannot be read") from error


def _abort_upload(client: S3Client, key: str, upload: str) -> None:
    try:
        client.call("DELETE", key, [("uploadId", upload)])
    except S3Error as error:
        if error.status != _NOT_THERE:
            raise


class _ObjectWriter:
    def __init__(self, client: S3Client, key: str) -> None:
        self._client = client
        self._key = key
        self._pieces: list[bytes] = []
        self._held = 0
        self._size = 0
        self._upload = ""
        self._parts: list[str] = []
        self._stands = False

    def write(self, chunk: bytes) -> None:
        self._size += len(chunk)
        while self._held + len(chunk) >= PART_BYTES:
            fits = PART_BYTES - self._held
            self._pieces.append(chunk[:fits])
            chunk = chunk[fits:]
            self._send_part()
        if chunk:
            self._pieces.append(chunk)
            self._held += len(chunk)

    def _send_part(self) -> None:
        if not self._upload:
            begun = document(self._client.call("POST", self._key, [("uploads", "")]))
            self._upload = text(begun, "UploadId")
        number = len(self._parts) + 1
        query = [("partNumber", str(number)), ("uploadId", self._upload)]
        answer = self._client.call("PUT", self._key, query, self._pieces)
        self._parts.append(answer.headers.get("etag", ""))
        self._forget_pieces()

    def _forget_pieces(self) -> None:
        self._pieces = []
        self._held = 0

    def commit(self) -> None:
        if self._upload:
            if self._pieces:
                self._send_part()
            listed = "".join(
                f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(tag)}</ETag></Part>"
                for number, tag in enumerate(self._parts, 1)
            )
            body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
            self._client.call("POST", self._key, [("uploadId", self._upload)], [body], _NO_OVERWRITE)
            self._upload = ""
        else:
            self._client.call("PUT", self._key, body=self._pieces, headers=_NO_OVERWRITE)
        self._forget_pieces()
        self._stands = True
        answer = self._client.call("HEAD", self._key)
        if int(answer.headers.get("content-length", -1)) != self._size:
            raise S3Error("what it stored is not as long as what was sent")

    def abort(self) -> None:
        self._forget_pieces()
        try:
            if self._upload:
                _abort_upload(self._client, self._key, self._upload)
                self._upload = ""
            if self._stands:  # only what this writer put there
                self._client.call("DELETE", self._key)
                self._stands = False
        except TransientError as error:
            log.error("evidence: an unfinished upload is left for the sweep", why=str(error))
