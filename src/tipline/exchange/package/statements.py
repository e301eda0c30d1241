"""Signed statements: one line of JSON with a text in it, and a signature over that text by a key of the installation that says it."""

from __future__ import annotations

import base64
import json
from typing import Annotated

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import StringConstraints

from tipline.core.keys import SigningKey, VerifyingKey, read_verifying_key
from tipline.exchange.record.model import Part, Text

LARGEST = 8 * 1024**2


class _Signed(Part):
    statement: Annotated[str, StringConstraints(max_length=LARGEST)]
    key: Text
    signature: Text


def write_statement(said: Part, form: str, key: SigningKey) -> tuple[bytes, str]:
    """The file, and the text in it that is signed."""
    text = rfc8785.dumps(said.model_dump(mode="json")).decode()
    signature = base64.b64encode(key.sign(_message(form, text))).decode()
    signed = {"statement": text, "key": str(key.public), "signature": signature}
    return (json.dumps(signed, ensure_ascii=False) + "\n").encode(), text


def read_statement(body: bytes, form: str) -> tuple[str, VerifyingKey]:
    """The text of a statement whose signature holds, and the key. Whose key it is, is for who knows.

    Raises
    ------
    InvalidSignature
        when it does not hold.
    ValueError
        when it is no statement, or longer than any is.
    """
    if len(body) > LARGEST:
        raise ValueError(f"a statement has at most {LARGEST:,} bytes")
    signed = _Signed.model_validate_json(body)
    key = read_verifying_key(signed.key)
    signature = base64.b64decode(signed.signature, validate=True)
    Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, _message(form, signed.statement))
    return signed.statement, key


def _message(form: str, statement: str) -> bytes:
    # a name of its own before it, so that it can be taken for nothing else that the key signs
    return f"{form}\n{statement}".encode()


__all__ = ["LARGEST", "InvalidSignature", "read_statement", "write_statement"]
