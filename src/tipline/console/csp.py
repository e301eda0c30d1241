"""Where browsers tell that a page broke the Content-Security-Policy: a fault of ours, or somebody's script that was stopped."""

from __future__ import annotations

import json
import math
import re
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tipline.core.limits import Buckets
from tipline.core.text import visible

log = structlog.get_logger(__name__)

LARGEST_BYTES = 16 * 1024
MOST_A_CALL = 10
_LONGEST_PATH = 120
# Anybody may send one, so the log must not grow with what strangers send.
bucket = Buckets(per_second=0.5, burst=20)
_ANYBODY = "anybody"

# The old form (CSP level 2) and that of the Reporting API, with their names for directive, document and what was stopped.
_OLD, _NEW = "application/csp-report", "application/reports+json"
_KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "self", "data", "blob", "filesystem", "about", "trusted-types-sink",
                       "trusted-types-policy"})  # fmt: skip


@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Log a violation: which directive, on which page, what origin. Nothing else of what the browser sends."""
    kind = request.content_type
    if kind not in {_OLD, _NEW}:
        return HttpResponse(status=415)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BYTES:
        return HttpResponse(status=413)
    if wait := bucket.take(_ANYBODY):
        return HttpResponse(status=429, headers={"Retry-After": str(math.ceil(wait))})
    try:
        content = json.loads(request.read(LARGEST_BYTES))
        found = _old(content) if kind == _OLD else _new(content)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return HttpResponse(status=400)
    for event in found:
        log.warning("content security policy: a page was stopped from doing something", **event)
    return HttpResponse(status=204)


def _old(content: Any) -> list[dict[str, str]]:
    body = content["csp-report"]
    directive = body.get("effective-directive") or body.get("violated-directive") or ""
    return [_event(directive, body.get("document-uri"), body.get("blocked-uri"))]


def _new(content: Any) -> list[dict[str, str]]:
    bodies = [one["body"] for one in content[:MOST_A_CALL] if one.get("type") == "csp-violation"]
    return [_event(body.get("effectiveDirective"), body.get("documentURL"), body.get("blockedURL")) for body in bodies]


def _event(directive: Any, document: Any, blocked: Any) -> dict[str, str]:
    name = str(directive).split(" ", 1)[0]
    return {
        "directive": name if re.fullmatch(r"[a-z-]{1,40}", name) else "other",
        "document": visible(urlsplit(str(document)).path, _LONGEST_PATH),
        "blocked": _origin(str(blocked)),
    }


def _origin(address: str) -> str:
    """Scheme, host and port; paths and queries may hold what nobody should read in a log."""
    if address in _KEYWORDS:
        return address
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https", "ws", "wss"}:
        return parts.scheme if parts.scheme in _KEYWORDS else "other"
    port = f":{parts.port}" if parts.port else ""
    return visible(f"{parts.scheme}://{parts.hostname or ''}{port}", _LONGEST_PATH)
