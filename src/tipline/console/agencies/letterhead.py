"""What stands on an agency's letters: set by its supervisor or its administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.agencies.manage import found_agency, manages
from tipline.console.authorise import fresh, signed_in
from tipline.console.fields import Errors, placed
from tipline.core.errors import InvalidInputError, NotFoundError, NotPermittedError
from tipline.trust.accounts.models import User
from tipline.trust.agencies.letterheads import PARTS, set_letterhead
from tipline.trust.agencies.models import Agency, AgencyLetterhead
from tipline.trust.visibility import Can, Scope, may


def sets_letterhead(person: User, agency: Agency) -> bool:
    """Whether a person sets what stands on an agency's letters: its supervisor, or its administrator."""
    return manages(person, agency) or (may(person, Can.MANAGE_PEOPLE) and person.agency_id == agency.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def letterhead(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
    """Show or set the letterhead of an agency."""
    if not (may(person, Can.MANAGE_ROUTING) or may(person, Can.MANAGE_PEOPLE)):
        raise NotPermittedError("your role does not set what stands on a desk's letters")
    agency = found_agency(code)
    if not sets_letterhead(person, agency):
        raise NotFoundError(f"{agency.code} is not yours to manage")
    present = AgencyLetterhead.objects.filter(agency=agency).first()
    given = {name: getattr(present, name, "") for name in PARTS}
    errors: Errors = []
    if request.method == "POST":
        given = {name: request.POST.get(name, "")[:2000] for name in PARTS}
        try:
            set_letterhead(agency, given, person.actor)
        except InvalidInputError as error:
            errors = [placed(error, "station")]
        else:
            messages.success(request, f"The letterhead of {agency.name} is set")
            return redirect("console:agency", agency.code)
    parts = [(name, label, most, lines, given[name]) for name, (label, most, lines) in PARTS.items()]
    context = {"agency": agency, "parts": parts, "errors": errors, "error_fields": [field for field, _ in errors]}
    return render(request, "console/agency_letterhead.html", context, status=422 if errors else 200)
