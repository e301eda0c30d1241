"""A report as a file: the chain as JSON, its identifiers as CSV, or in a form of others. Always masked, whoever asks."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.downloads import attached
from tipline.core.errors import NotFoundError
from tipline.core.spreadsheets import cell
from tipline.exchange.forms import form_named
from tipline.exchange.handing_out import hand_out, last_hop
from tipline.investigation.chain import MASKED, chain
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

_COLUMNS = ("kind", "value", "platform", "role", "child", "masked", "times_seen", "first_at", "last_at")


@require_safe
@signed_in
@fresh
def export(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """The download. Each is an entry of the log, in the same transaction."""
    if not may(person, Can.EXPORT):
        raise NotFoundError(f"report {report_id} does not exist")
    if "form" in request.GET:
        return _in_form(person, scope, report_id, request.GET["form"])
    found = chain(scope, report_id, MASKED)
    form = "csv" if request.GET.get("format") == "csv" else "json"
    record(person.actor, [Act("report.exported", "report", report_id, {"format": form, "masked": found["masked"]})])
    name = f"report-{report_id}.{form}"
    if form == "csv":
        return attached(identifiers_csv(found), "text/csv; charset=utf-8; header=present", name)
    return attached(json.dumps(found, indent=2, ensure_ascii=False, default=str), "application/json", name)


def _in_form(person: User, scope: Scope, report_id: int, name: str) -> HttpResponse:
    """The hop by which the report came where it is, in the form of that name."""
    form = form_named(name)
    _, pieces = hand_out(scope, person.actor, form, [last_hop(scope, report_id)])
    media_type, suffix = form.described.media_type, form.described.suffix
    return attached(b"".join(pieces), media_type, f"report-{report_id}{suffix}")


def identifiers_csv(found: dict[str, Any]) -> str:
    """The identifiers of a chain, one a line (RFC 4180). No cell is taken for a formula, and none breaks a line."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for entry in found["identifiers"]:
        times = sorted(s["at"] for s in entry["sightings"] if s["at"])
        row = (
            entry["kind"], entry["value"], entry["scope"], entry["role"], entry["child"] or "", "yes" if entry["masked"] else "no",
            len(entry["sightings"]), times[0] if times else "", times[-1] if times else "",
        )  # fmt: skip
        writer.writerow([cell(value) for value in row])
    return lines.getvalue()
