"""Receipts: that a package was taken, signed by the installation that took it. One line of JSON, and a signature over a text in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError

from tipline.core.errors import InvalidInputError
from tipline.core.keys import SigningKey, VerifyingKey
from tipline.exchange.package.statements import InvalidSignature, read_statement, write_statement
from tipline.exchange.record.model import MOST_REPORTS, Part, Party, Sha256, Uid

FORMAT = "tipline-package-receipt/1"


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
    body, _ = write_statement(statement, FORMAT, key)
    return body


def read_receipt(body: bytes) -> Receipt:
    """Read a receipt and check its signature.

    Raises
    ------
    InvalidInputError
        when it is none, or the signature does not hold.
    """
    try:
        text, key = read_statement(body, FORMAT)
        said = Statement.model_validate_json(text)
        return Receipt(UUID(said.uid), said.digest, said.taken_at, key, said.reports)
    except InvalidSignature as error:
        raise InvalidInputError("the signature of the receipt does not hold: it was altered") from error
    except (ValidationError, ValueError) as error:
        raise InvalidInputError("the file is no receipt of a package") from error
