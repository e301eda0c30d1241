"""The page of one report. The same for every role; what a role may not see is named as withheld."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.investigation.chain import chain
from tipline.reports.models import PersonRole
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

# In the order in which an officer reads. A child's identifiers are in none of them: they are withheld (domain need 14).
_SHOWN_ROLES = (
    PersonRole.REPORTED,
    PersonRole.ASSOCIATED,
    PersonRole.RECIPIENT,
    PersonRole.INCIDENT,
    PersonRole.FILE,
    PersonRole.REPORTER,
    PersonRole.OFFICER,
)


@require_safe
@signed_in
def report(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Everything known of a report and done with it. That it was read is logged."""
    found = chain(scope, report_id)
    record(person.actor, [Act("report.read", "report", report_id)])
    victims = PersonRole.VICTIM.value
    groups: list[dict[str, Any]] = [
        {
            "label": role.label,
            "identifiers": [i for i in found["identifiers"] if i["role"] == role.value and i["kind"] != "ip"],
        }
        for role in _SHOWN_ROLES
    ]
    return render(
        request,
        "console/report.html",
        {
            "report": found,
            "groups": [group for group in groups if group["identifiers"]],
            "places": [a for a in found["attributions"] if a["role"] != victims],
            "withheld_identifiers": sum(1 for i in found["identifiers"] if i["role"] == victims),
            "withheld_persons": sum(1 for p in found["persons"] if p["role"] == victims),
            "accounts": [p for p in found["persons"] if p["role"] not in {victims, PersonRole.REPORTER.value}],
        },
    )
