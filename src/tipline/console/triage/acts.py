"""A person's word on the priority of a report: raise it, take it out of the urgent lane, or take back what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tipline.console.authorise import signed_in
from tipline.console.fields import sentence
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.pipeline.priority import lower_priority, raise_priority, take_back
from tipline.pipeline.triage.models import PriorityMark
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

ACTS: Mapping[str, tuple[Callable[[User, int, str], PriorityMark], str]] = {
    "raise": (raise_priority, "The report is on the urgent lane, and software does not lower it"),
    "lower": (lower_priority, "The report is out of the urgent lane, until something new asks for urgency"),
    "take-back": (take_back, "What was said is taken back: the rules count alone"),
}


@require_POST
@signed_in
def say(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Raise, lower or take back, with a reason."""
    visible_report(scope, report_id)
    try:
        act, told = _act(request.POST.get("act", ""))
        act(person, report_id, request.POST.get("why", ""))
        messages.success(request, told)
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, f"{sentence(error)} Nothing was changed")
    return redirect("console:report", report_id)


def _act(name: str) -> tuple[Callable[[User, int, str], PriorityMark], str]:
    if name not in ACTS:
        raise InvalidInputError("choose what you say of the priority")
    return ACTS[name]
