"""The log for auditors: who did what, where in the tree it stands, and a proof of it to take along."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tipline.console import fields
from tipline.console.authorise import signed_in
from tipline.console.downloads import attached
from tipline.console.log.words import details, sentence
from tipline.core.config import config
from tipline.core.errors import ConflictError, NotFoundError
from tipline.core.keys import listed_keys
from tipline.trust.accounts.models import User
from tipline.trust.audit import queries
from tipline.trust.audit.models import Entry
from tipline.trust.audit.proofs import standing_proof
from tipline.trust.audit.services import Act, record
from tipline.trust.audit.witness import name_of
from tipline.trust.visibility import Can, Scope, may

PER_PAGE = 50
_FIELDS = ("action", "object_type", "object_id", "actor", "from", "to")
_LONGEST = 80


def _only_auditors(person: User) -> None:
    if not may(person, Can.SEE_LOG):
        raise NotFoundError("your role does not read the log")


@require_safe
@signed_in
def log(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Entries that people of the auditor's agencies made, the newest first. That they were read is an entry itself."""
    _only_auditors(person)
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in _FIELDS}
    filters, errors = _filters(given, ZoneInfo(person.agency.timezone))
    before = _number(request.GET.get("before", ""))
    # one more than is shown tells whether there are older ones
    found = [] if errors else queries.entries(scope.log_agency_ids, filters, before_id=before, limit=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    asked = {name: value for name, value in given.items() if value}
    record(person.actor, [Act("log.read", "log", person.agency.code, {"rows": len(shown), "before": before, **asked})])
    state = queries.state()
    context = {
        "rows": [_row(entry, state.last_checkpoint_size) for entry in shown],
        "older": f"?{urlencode({**asked, 'before': shown[-1].pk})}" if len(found) > PER_PAGE else "",
        "first": f"?{urlencode(asked)}" if before else "",
        "given": given,
        "since": given["from"],
        "errors": errors,
        "error_fields": [name for name, _ in errors],
        "filtered": bool(asked),
        "state": state,
        "witness": name_of(config()),
    }
    return render(request, "console/log.html", context, status=422 if errors else 200)


@require_safe
@signed_in
def checkpoints(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Signed heads of the log, and the keys that signed them."""
    _only_auditors(person)
    before = _number(request.GET.get("before", ""))
    found = queries.checkpoints(before_id=before, limit=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    record(
        person.actor, [Act("log.checkpoints_read", "log", person.agency.code, {"rows": len(shown), "before": before})]
    )
    context = {
        "rows": [
            {
                "size": row.size, "root": bytes(row.root).hex(), "key": row.key_name, "at": row.at,
                "published_at": row.publication.at if hasattr(row, "publication") else None,
            }
            for row in shown
        ],
        "older": f"?before={shown[-1].pk}" if len(found) > PER_PAGE else "",
        "first": "?" if before else "",
        "keys": [
            {
                "key": key.key, "valid_from": key.valid_from, "valid_until": key.valid_until, "endorsed": bool(key.endorsement),
            }
            for key in reversed(listed_keys(config()))
        ],
        "state": queries.state(),
        "witness": name_of(config()),
    }  # fmt: skip
    return render(request, "console/checkpoints.html", context)


@require_safe
@signed_in
def proof(request: HttpRequest, person: User, scope: Scope, entry_id: int) -> HttpResponse:
    """A file that proves one entry, for `tools/verify_audit.py`. Of all others it holds hashes. Taking it is an entry."""
    _only_auditors(person)
    try:
        content = standing_proof(config(), entry_id)
    except ConflictError as error:
        messages.error(request, fields.sentence(error))
        return redirect("console:log")
    record(person.actor, [Act("log.proof_taken", "entry", entry_id)])
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    return attached(text, "application/json", f"entry-{entry_id}-proof.json")


def _row(entry: Entry, signed: int) -> dict[str, Any]:
    place = getattr(entry, "place", None)
    return {
        "entry": entry,
        "words": sentence(entry),
        "details": details(entry.detail),
        "place": place,
        "signed": place is not None and place < signed,
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _filters(given: Mapping[str, str], zone: ZoneInfo) -> tuple[queries.Filters, list[tuple[str, str]]]:
    """What was asked for, days in the desk's zone, and what is wrong with it by field."""
    errors: list[tuple[str, str]] = []
    days: dict[str, datetime | None] = {}
    for name, later in (("from", 0), ("to", 1)):
        days[name] = None
        try:
            if given[name]:
                day = date.fromisoformat(given[name]) + timedelta(days=later)
                days[name] = datetime.combine(day, time(), zone)
        except (ValueError, OverflowError):
            errors.append((name, "Write the day as 2026-01-31"))
    if given["action"] and not re.fullmatch(r"[a-z_]+(\.[a-z_]*)?", given["action"]):
        errors.append(("action", "Write the beginning of an act, such as report or report.read"))
    return (
        queries.Filters(
            given["action"], given["object_type"], given["object_id"], given["actor"], days["from"], days["to"]
        ),
        errors,
    )
