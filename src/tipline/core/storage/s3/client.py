"""The few calls of the S3 interface that sealed files need. One host is contacted, the endpoint; no redirect is followed."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping, Sequence
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx
from lxml import etree

from tipline.core.clock import now
from tipline.core.errors import TransientError
from tipline.core.storage.s3.signing import canonical_path, canonical_query, signed_headers
from tipline.core.storage.settings import S3Settings, read_credentials

_ATTEMPTS = 3
_TIMEOUT = httpx.Timeout(60, connect=5)
Query = Sequence[tuple[str, str]]
Pieces = Sequence[bytes]


class S3Error(TransientError):
    """The store refused, or could not be reached. Names its code, and neither bucket nor key."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(f"the evidence store cannot be used: {why}")
        self.status = status


class S3Client:
    """Signed requests to one bucket, addressed by path."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._credentials = read_credentials(settings.credentials_file)
        self._host = urlsplit(settings.endpoint).netloc
        self._http = httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    def call(
        self, method: str, key: str = "", query: Query = (), body: Pieces = (), headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send until there is an answer, three times at most, and return it.

        A body comes in pieces and goes out in them: joined, each upload would cost a multiple of its size in memory.

        Raises
        ------
        S3Error
            when there is none, or it says that the call failed; `status` is then that of the answer.
        """
        why = S3Error("no answer")
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(0.2 * 4**attempt)
            try:
                answer = self._http.send(self._request(method, key, query, body, headers or {}))
            except httpx.HTTPError as error:
                why = S3Error(type(error).__name__)
                continue
            # a copy that fails half-way is told in a document with status 200
            failed = not answer.is_success or b"<Error>" in answer.content[:400]
            if not failed:
                return answer
            why = S3Error(f"it answers {answer.status_code} {_code(answer)}".rstrip(), answer.status_code)
            if answer.status_code < 500 and answer.status_code not in {200, 429}:
                break
        raise why

    def digest(self, key: str, out: BinaryIO | None = None) -> str:
        """The SHA-256 of an object, computed as it streams by, and on into a file."""
        digest = hashlib.sha256()
        try:
            answer = self._http.send(self._request("GET", key, (), (), {}), stream=True)
            try:
                if not answer.is_success:
                    raise S3Error(f"it answers {answer.status_code}", answer.status_code)
                for piece in answer.iter_raw(1024 * 1024):
                    digest.update(piece)
                    if out is not None:
                        out.write(piece)
            finally:
                answer.close()
        except httpx.HTTPError as error:
            raise S3Error(type(error).__name__) from error
        return digest.hexdigest()

    def _request(self, method: str, key: str, query: Query, body: Pieces, headers: Mapping[str, str]) -> httpx.Request:
        path = f"/{self._settings.bucket}" + (f"/{self._settings.prefix}{key}" if key else "")
        digest = hashlib.sha256()
        for piece in body:
            digest.update(piece)
        signed = signed_headers(
            method, path, query, {**headers, "host": self._host}, digest.hexdigest(),
            credentials=self._credentials, region=self._settings.region, at=now(),
        )  # fmt: skip
        url = self._settings.endpoint + canonical_path(path) + (f"?{canonical_query(query)}" if query else "")
        if method in {"PUT", "POST"}:
            signed["content-length"] = str(sum(map(len, body)))
        return self._http.build_request(method, url, headers=signed, content=iter(body) if body else None)


def document(answer: httpx.Response) -> etree._Element:
    """The XML of an answer.

    Raises
    ------
    S3Error
        when it is none.
    """
    try:
        return etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise S3Error("its answer is not XML") from error


def text(element: etree._Element, name: str) -> str:
    """The text of a child, whatever namespace the server writes."""
    found = element.find(f"{{*}}{name}")
    return "" if found is None else (found.text or "")


def _code(answer: httpx.Response) -> str:
    found = re.search(rb"<Code>([A-Za-z]{1,60})</Code>", answer.content[:4_096])
    return found[1].decode() if found else ""
