"""Better information would send a report elsewhere: what its page says of that, and a person's word on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tipline.console.authorise import signed_in
from tipline.console.fields import sentence
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.pipeline.routing import queries
from tipline.pipeline.routing.models import Reroute, RerouteState
from tipline.pipeline.routing.reroute import dismiss, may_decide, take
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope, may_manage_routing

MOST_LETTERS = 2000


def suggested(report_id: int) -> QuerySet[Reroute]:
    """The latest suggestions to send a report elsewhere."""
    return Reroute.objects.filter(report_id=report_id).select_related("old_agency", "new_agency")[:10]


def section(person: User, every: Sequence[Reroute]) -> dict[str, Any]:
    """Context of `routing_section.html`, of a report that the person sees: a suggestion that waits, those that were decided, and what the person may do."""
    waits = next((one for one in every if one.state == RerouteState.OPEN), None)
    return {
        "suggestion": waits,
        "decided": [one for one in every if one is not waits],
        "may_decide": waits is not None and may_decide(person, waits),
        "manages": may_manage_routing(person),
    }


@require_POST
@signed_in
def decide(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Take the suggestion that waits for a report, or leave the report where it is and say why."""
    found = (
        queries.suggestions(scope).filter(report_id=report_id, pk=_number(request.POST.get("suggestion", ""))).first()
    )
    if found is None:
        raise NotFoundError("no such suggestion waits for this report")
    note = request.POST.get("note", "").strip()[:MOST_LETTERS]
    try:
        if request.POST.get("verb") == "take":
            take(person, found, note)
            messages.success(request, f"The suggestion is taken: {found.new_agency.name}")
        else:
            dismiss(person, found, note)
            messages.success(request, "The suggestion is dismissed, with your reason")
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, f"{sentence(error)} Nothing was changed")
    return redirect("console:report", report_id)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
