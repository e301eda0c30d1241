"""Signatures by Standard Webhooks (standardwebhooks.com, version 1): HMAC-SHA256 over id, time and body, with a secret of the two sides."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
_BYTES = 32


def make_secret() -> str:
    """A secret as libraries of Standard Webhooks take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signatures(secrets_: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """What stands in the header `webhook-signature`: one signature a secret, of which a receiver needs to know one."""
    return " ".join(signature(one, message_id, timestamp, body) for one in secrets_)


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature by one secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
