"""Noting of a log that its holder was asked to keep it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tipline.console.authorise import signed_in
from tipline.console.fields import sentence
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.pipeline.attribution.log_expiry.models import PreservationKind
from tipline.pipeline.attribution.log_expiry.services import note_preservation
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope


@require_POST
@signed_in
def note(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Note that preservation was asked for, or what the holder answered; back to the report."""
    visible_report(scope, report_id)
    try:
        made = note_preservation(person, _sighting(request), *_filled_in(request))
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, f"{sentence(error)} Nothing was noted.")
        return redirect("console:report", report_id=report_id)
    messages.success(request, f"Noted for {made.holder_name}: preservation {made.get_kind_display().lower()}")
    return redirect("console:report", report_id=made.report_id)


def _sighting(request: HttpRequest) -> int:
    text = request.POST.get("sighting", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFoundError("there is no such address")
    return int(text)


def _filled_in(request: HttpRequest) -> tuple[PreservationKind, date, str]:
    kind = request.POST.get("kind", "")
    if kind not in PreservationKind.values:
        raise InvalidInputError("choose whether preservation was asked for, confirmed or refused")
    try:
        day = date.fromisoformat(request.POST.get("day", "")[:10])
    except ValueError as error:
        raise InvalidInputError("give the day of the letter or answer as year-month-day") from error
    return PreservationKind(kind), day, request.POST.get("reference", "")
