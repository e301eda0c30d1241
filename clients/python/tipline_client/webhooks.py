"""Checking that a message of a webhook comes from where it says (Standard Webhooks, version 1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE_SECONDS = 300


class WebhookError(Exception):
    """The message is not from the holder of the secret, or too old."""


def verified(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> dict[str, Any]:
    """The message, once its signature and its time are right. Remember `webhook-id`: a message may come twice.

    Raises
    ------
    WebhookError
        when they are not.
    """
    named = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = named.get("webhook-id", ""), named.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE_SECONDS:
        raise WebhookError("the message's time is not now")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(wanted).decode()
    if not any(hmac.compare_digest(expected, one) for one in named.get("webhook-signature", "").split(" ")):
        raise WebhookError("the message's signature is wrong")
    return dict(json.loads(body))
