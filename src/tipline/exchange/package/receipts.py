"""Receipts: that a package was taken, signed by the installation that took it. One line of JSON, and a signature over a text in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AwareDatetime, Field, StringConstraints, ValidationError

from tipline.core.errors import InvalidInputError
from tipline.core.keys import SigningKey, VerifyingKey, read_verifying_key
from tipline.exchange.record.model import MOST_REPORTS, Part, Party, Sha256, Text, Uid

FORMAT = "tipline-package-receipt/1"
LARGEST = 8 * 1024**2


class Laid(Part):
    """A report of the package: `new`, or `known`: it was here already."""

    report: Uid
    hop: Uid
    state: Literal["new", "known"]


class Statement(Part):
    """What is signed."""

    format: Literal["tipline-package-receipt/1"] = "tipline-package-receipt/1"
    uid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
    digest: Sha256
    taken_at: AwareDatetime
    receiver: Party
    reports: tuple[Laid, ...] = Field(min_length=1, max_length=MOST_REPORTS)


class _Signed(Part):
    statement: Annotated[str, StringConstraints(max_length=LARGEST)]
    key: Text
    signature: Text


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt whose signature holds. Whether the key is the receiver's is for who knows its keys."""

    uid: UUID
    digest: str
    taken_at: datetime
    key: VerifyingKey
    reports: tuple[Laid, ...]


def write_receipt(
    uid: str, digest: str, taken_at: datetime, receiver: Party, states: Sequence[dict[str, Any]], key: SigningKey
) -> bytes:
    """The receipt of a package."""
    laid = tuple(Laid(**one) for one in states)
    statement = Statement(uid=uid, digest=digest, taken_at=taken_at, receiver=receiver, reports=laid)
    text = rfc8785.dumps(statement.model_dump(mode="json")).decode()
    signature = base64.b64encode(key.sign(_message(text))).decode()
    return (
        json.dumps({"statement": text, "key": str(key.public), "signature": signature}, ensure_ascii=False) + "\n"
    ).encode()


def read_receipt(body: bytes) -> Receipt:
    """Read a receipt and check its signature.

    Raises
    ------
    InvalidInputError
        when it is none, or the signature does not hold.
    """
    try:
        if len(body) > LARGEST:
            raise InvalidInputError(f"a receipt has at most {LARGEST:,} bytes")
        signed = _Signed.model_validate_json(body)
        key = read_verifying_key(signed.key)
        signature = base64.b64decode(signed.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, _message(signed.statement))
        said = Statement.model_validate_json(signed.statement)
        return Receipt(UUID(said.uid), said.digest, said.taken_at, key, said.reports)
    except InvalidSignature as error:
        raise InvalidInputError("the signature of the receipt does not hold: it was altered") from error
    except (ValidationError, ValueError) as error:
        raise InvalidInputError("the file is no receipt of a package") from error


def _message(statement: str) -> bytes:
    # a name of its own before it, so that it can be taken for nothing else that the key signs
    return f"{FORMAT}\n{statement}".encode()
