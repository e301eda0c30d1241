"""Problem documents (RFC 9457): how the faces for machines say what is wrong."""

from __future__ import annotations

import json
import math
from typing import Any

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "That request could not be read",
    401: "Credentials are needed",
    403: "Not permitted",
    404: "There is nothing here",
    405: "That method is not one of this address",
    409: "It is in another state",
    410: "That is no longer kept",
    412: "It is not as it was read",
    413: "That is too large",
    415: "That form is not taken here",
    422: "That request has a fault",
    429: "Too many requests",
    500: "Something broke on our side",
    503: "Not available at the moment",
}


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    """An answer that says what is wrong."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail, **more}
    return HttpResponse(json.dumps(body), status=status, content_type=CONTENT_TYPE, headers=headers or {})


def retry_after(seconds: float) -> dict[str, str]:
    """The header that says when to try again."""
    return {"Retry-After": str(max(1, math.ceil(seconds)))}
