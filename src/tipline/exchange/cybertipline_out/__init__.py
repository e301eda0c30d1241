"""CyberTipline XML: reports in the form in which they came, to be forwarded onward.

A ZIP with a folder for each report. Where the document as received travels, it is that document, byte for byte; otherwise `report.xml` and
`fileDetails` are made anew of the record, and fit the schema of the provider door. `contents.json` says which is which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from tipline.core.errors import InvalidInputError
from tipline.exchange.cybertipline_out.documents import file_details, number_of, report_document
from tipline.exchange.forms import NO_BODIES, Bodies, Described, as_json, description
from tipline.exchange.record.model import Record, ReportRecord
from tipline.exchange.zipped import zipped


class CyberTiplineOut:
    """The form `cybertipline`."""

    described: Described = description(__file__)

    def write(self, record: Record, bodies: Bodies = NO_BODIES) -> Iterator[bytes]:
        """The ZIP."""
        return zipped(_entries(record, bodies))


def _entries(record: Record, bodies: Bodies) -> Iterator[tuple[str, Iterable[bytes]]]:
    contents: list[dict[str, object]] = []
    for report in record.reports:
        # two installations may have a report of the same number
        folder = report.uid.removeprefix("urn:tipline:").replace(":", "-")
        for name, body, received in _documents(report, bodies):
            contents.append({
                "path": f"{folder}/{name}", "report": report.uid, "as_received": received, "sha256": hashlib.sha256(body).hexdigest(),
            })  # fmt: skip
            yield f"{folder}/{name}", [body]
    yield "contents.json", [as_json({"referral": record.uid, "documents": contents})]


def _documents(report: ReportRecord, bodies: Bodies) -> Iterator[tuple[str, bytes, bool]]:
    """Name, bytes, and whether they are those that were received."""
    received = [(one, bodies[one.sha256]) for one in report.documents if one.sha256 in bodies]
    if any(one.kind == "report" for one, _ in received):
        for index, (one, body) in enumerate(received):
            if hashlib.sha256(body).hexdigest() != one.sha256:
                raise InvalidInputError(
                    f"a document of {report.uid} is not what the record says: its SHA-256 is another"
                )
            yield (f"{index:05d}-{one.kind if one.kind in _KINDS else 'document'}.xml", body, True)
        return
    yield "report.xml", report_document(report), False
    for index, file in enumerate(report.files):
        yield f"{index + 1:05d}-fileDetails.xml", file_details(file, number_of(report)), False


# no name of a file is made of a text that somebody else wrote
_KINDS = ("report", "fileDetails")

FORMS = (CyberTiplineOut(),)
