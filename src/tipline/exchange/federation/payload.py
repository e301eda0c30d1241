"""What carries a referral over the wire: its record, and the documents as received, where the agreement lets them travel.

The call that it stands in is signed, so it has no signature of its own; what goes by stick is a package (`exchange.package`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from tipline.core.errors import InvalidInputError
from tipline.exchange.record.collecting import collect
from tipline.exchange.record.model import DataKind, Received, Record, Terms, read
from tipline.reports.models import Document
from tipline.trust.agencies.agreements import AgreementTerms
from tipline.trust.visibility import OPERATOR


@dataclass(frozen=True, slots=True)
class Payload:
    """A record with the bytes of its documents, by path."""

    record: Record
    documents: dict[str, bytes]


def terms_that_travel(terms: AgreementTerms) -> Terms:
    """An agreement as the record says it."""
    until = datetime.combine(terms.until, time(), UTC) if terms.until else None
    return Terms(
        reference=terms.reference, law=terms.law, purposes=terms.purposes, until=until,
        data=tuple(kind for kind in DataKind if kind.value in terms.data), retention_days=terms.retention_days,
    )  # fmt: skip


def make(referral_ids: Sequence[int], terms: AgreementTerms, receiver: str, note: str = "") -> bytes:
    """Hops between one pair of agencies, as they travel.

    Raises
    ------
    ConflictError, NotFoundError, InvalidInputError
        as `collect` does.
    """
    record = collect(OPERATOR, referral_ids, terms_that_travel(terms), receiver_installation=receiver, note=note)
    documents = _bodies(record) if DataKind.DOCUMENT in record.terms.data else {}
    whole = {
        "record": record.model_dump(mode="json"),
        "documents": {path: base64.b64encode(body).decode("ascii") for path, body in documents.items()},
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _bodies(record: Record) -> dict[str, bytes]:
    """The bytes that the record's paths name. One query."""
    wanted: dict[str, list[Received]] = {}
    for one in (one for report in record.reports for one in report.documents if one.path):
        wanted.setdefault(one.sha256, []).append(one)
    found: dict[str, bytes] = {}
    rows = Document.objects.filter(sha256__in=list(wanted)).only("sha256", "body", "source", "source_sha256")
    for row in rows.iterator():
        for one in wanted[row.sha256]:
            found[one.path] = bytes(row.body)
            if one.source_path and row.source is not None and row.source_sha256 == one.source_sha256:
                found[one.source_path] = bytes(row.source)
    return found


def open_payload(raw: bytes) -> Payload:
    """Read what a peer sent: the record by its closed schema, each document by its hash.

    Raises
    ------
    InvalidInputError
        saying what does not fit.
    """
    try:
        whole = json.loads(raw)
        if (
            not isinstance(whole, dict)
            or set(whole) != {"record", "documents"}
            or not isinstance(whole["documents"], dict)
        ):
            raise InvalidInputError("a package on the wire has a record and documents, and nothing else")
        record = read(json.dumps(whole["record"]).encode())
        bodies = {str(path): base64.b64decode(text, validate=True) for path, text in whole["documents"].items()}
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise InvalidInputError(f"the record does not fit its schema: {str(error)[:200]}") from error
    for report in record.reports:
        for one in report.documents:
            for path, sha256 in ((one.path, one.sha256), (one.source_path, one.source_sha256)):
                if path and hashlib.sha256(bodies.get(path, b"")).hexdigest() != sha256:
                    raise InvalidInputError(
                        f"the document {path[:100]} is missing, or is not the one that the record names"
                    )
    if len(record.hops) != len(record.reports):
        raise InvalidInputError("the record names another number of hops than of reports")
    return Payload(record, bodies)
