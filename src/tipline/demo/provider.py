"""A provider's client of the door: real HTTP, the order of calls that the protocol wants, and retries that lose nothing."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from lxml import etree

from tipline.core.errors import TransientError
from tipline.demo.synthetic import SyntheticReport, file_details_xml, report_xml

ALREADY_FINISHED = 5102
# It could not be done now: the same call may work later.
PASSING = frozenset({1000, 1100, 1110, 1111, 1300})
_XML = {"Content-Type": "text/xml; charset=utf-8"}


class DoorRefusedError(TransientError):
    """The door answered with a code that is not 0."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"the door answered {code}: {description}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Filed:
    """A report whose finish was acknowledged."""

    report_id: int
    handle: str
    file_ids: tuple[str, ...]


class Provider:
    """Files reports at a door with a provider's credentials.

    Parameters
    ----------
    url
        base address of the door, such as `http://127.0.0.1:8000/ispws`.
    patience_seconds
        how long a call is tried again while the door cannot be reached; 0 fails at once.
    headers
        sent with every call, for a door on this machine (`Config.own_headers`).
    """

    def __init__(
        self, url: str, username: str, password: str, *, patience_seconds: float = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._url = url.rstrip("/")
        self._patience_seconds = patience_seconds
        self._client = httpx.Client(auth=(username, password), timeout=30, trust_env=False, headers=headers)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def file(self, report: SyntheticReport) -> Filed:
        """Submit, upload, describe and finish one report.

        A submit carries an Idempotency-Key, so that a retry after a lost answer cannot open a second report. A lost answer to
        finish shows as "already finished", which is the acknowledgement.
        """
        key = uuid.uuid4().hex
        opened = self._post("submit", content=report_xml(report), headers={**_XML, "Idempotency-Key": key})
        report_id = int(opened.findtext("reportId") or 0)
        file_ids = []
        for number, file in enumerate(report.files, 1):
            part = {"file": (f"upload-{number}.png", file, "image/png")}
            uploaded = self._post("upload", data={"id": str(report_id)}, files=part)
            file_id = uploaded.findtext("fileId") or ""
            self._post("fileinfo", content=file_details_xml(report_id, file_id, file, report, number), headers=_XML)
            file_ids.append(file_id)
        try:
            self._post("finish", data={"id": str(report_id)})
        except DoorRefusedError as refused:
            if refused.code != ALREADY_FINISHED or not self._patience_seconds:
                raise
        return Filed(report_id, report.handle, tuple(file_ids))

    def _post(self, call: str, **request: Any) -> etree._Element:
        """Send until there is an answer; raise what the answer says when it is not success."""
        deadline = time.monotonic() + self._patience_seconds
        while True:
            try:
                return self._answer(self._client.post(f"{self._url}/{call}", **request))
            except (httpx.TransportError, DoorRefusedError) as error:
                passing = isinstance(error, httpx.TransportError) or error.code in PASSING
                if not passing or time.monotonic() > deadline:
                    raise (
                        error
                        if isinstance(error, DoorRefusedError)
                        else TransientError(f"the door at {self._url} cannot be reached: {type(error).__name__}")
                    ) from error
                time.sleep(0.1)

    @staticmethod
    def _answer(response: httpx.Response) -> etree._Element:
        if not response.content:
            raise DoorRefusedError(2000, f"HTTP {response.status_code}, empty: check username and password")
        try:
            root = etree.fromstring(response.content, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            raise DoorRefusedError(1000, f"HTTP {response.status_code}, not XML") from error
        code = int(root.findtext("responseCode") or 1000)
        if code:
            raise DoorRefusedError(code, root.findtext("responseDescription") or "")
        return root
