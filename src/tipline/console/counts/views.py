"""The page of counts: for people who see numbers and no reports, and for those who see both."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.core.errors import NotPermittedError
from tipline.investigation.outcomes.figures import with_outcomes
from tipline.referrals.counts import SMALLEST_TOLD, countable, counts_of
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, may


@require_safe
@signed_in
def counts(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The figures of the person's agency, or of one that it oversees (`?agency=CODE`)."""
    if not may(person, Can.SEE_COUNTS):
        raise NotPermittedError("your role does not include counts")
    code = request.GET.get("agency") or person.agency.code
    found = with_outcomes(counts_of(scope, code, suppressed=not may(person, Can.SEE_REPORTS)))
    context = {"counts": found, "agencies": countable(scope), "smallest": SMALLEST_TOLD}
    return render(request, "console/counts.html", context)
