"""`GET /provider/feedback.json`: what a provider's reports were good for, asked for as often as it likes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from tipline.core.clients import client_address
from tipline.core.problems import retry_after
from tipline.intake.cybertipline.credentials import identify
from tipline.intake.doors.admission import Asked, ForeignNetworkError, TooManyError, admit
from tipline.intake.doors.outcomes import WORDS, feedback_after, months
from tipline.trust.visibility import acting, provider_scope

MOST = 1000
USUAL = 100
LAST_POSITION = 2**63 - 1


def feedback(request: HttpRequest) -> HttpResponse:
    """What changed after `after`, at most `limit` rows of it, the cursor to go on from, and the sums by month."""
    known = identify(request.META.get("HTTP_AUTHORIZATION", ""), client_address(request))
    if known is None:
        refused = HttpResponse(b"", status=401)
        refused["WWW-Authenticate"] = 'Basic realm="Tipline", charset="UTF-8"'
        del refused["Content-Type"]
        return refused
    try:
        admit(known.reporter, Asked("feedback", client_address(request), known.sandbox, 0))
    except ForeignNetworkError as error:
        return _answer({"error": str(error)}, 403)
    except TooManyError as error:
        return _answer({"error": str(error)}, 503, retry_after(error.seconds))
    if request.method not in {"GET", "HEAD"}:
        return _answer({"error": "use GET"}, 405, {"Allow": "GET, HEAD"})
    after, limit = _whole(request, "after", 0, LAST_POSITION), _whole(request, "limit", USUAL, MOST)
    if after is None or not limit:
        return _answer({"error": f"after: the cursor of an answer before, or nothing; limit: 1 to {MOST}"}, 400)
    # the sandbox's reports come to no desk, so nobody decides about them
    if known.sandbox:
        return _answer(_body([], after, more=False, sums=[]))
    with acting(provider_scope(known.reporter.pk)):
        rows = feedback_after(known.reporter.pk, after, limit + 1)
        sums = months(known.reporter.pk)
    told, more = rows[:limit], len(rows) > limit
    entries = [
        {"report": row.report_id, "useful": row.useful, "reason": row.reason, "day": row.day.isoformat()}
        for row in told
    ]
    return _answer(_body(entries, told[-1].position if told else after, more=more, sums=sums))


def _body(
    entries: list[dict[str, Any]], cursor: int, *, more: bool, sums: list[dict[str, str | int]]
) -> dict[str, Any]:
    return {"feedback": entries, "cursor": str(cursor), "more": more, "months": sums, "reasons": WORDS.reasons}


def _answer(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", **(headers or {})})


def _whole(request: HttpRequest, name: str, usual: int, most: int) -> int | None:
    """A whole number of the query, or None when it is none or too large."""
    text = request.GET.get(name, "")
    if not text:
        return usual
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= most else None
