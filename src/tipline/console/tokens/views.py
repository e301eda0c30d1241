"""A person's API tokens: the list, making one (its secret is shown once), ending one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.trust.accounts.models import TokenScope, User
from tipline.trust.accounts.tokens import DEFAULT_DAYS, MOST_DAYS, add_token, revoke_token, tokens_of
from tipline.trust.visibility import Scope, token_scopes_of

# Where a fault of the form stands, by the word that the service's sentence begins with.
_FIELDS = {"name": "name", "days": "days", "scopes": "scopes", "networks": "networks"}


@require_safe
@signed_in
def tokens(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The person's tokens, those that ended too. No secret is among them: none is kept."""
    found = tokens_of(person)
    live = [token for token in found if token.revoked_at is None and token.expires_at > now()]
    context = {"live": live, "ended": [token for token in found if token not in live], "may": token_scopes_of(person)}
    return render(request, "console/tokens.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
@fresh
def new_token(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The form, and its answer: the only page that ever shows the token."""
    offered = [one for one in TokenScope if one in token_scopes_of(person)]
    given = request.POST if request.method == "POST" else {}
    context = {"offered": offered, "given": given, "ticked": [], "days": DEFAULT_DAYS, "most_days": MOST_DAYS}
    if request.method == "GET":
        return render(request, "console/token_new.html", context)
    days = request.POST.get("days", "")
    try:
        made = add_token(
            person, request.POST.get("name", ""), request.POST.getlist("scope"), person.actor,
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
            networks=request.POST.get("networks", "").replace(",", " ").split(),
        )  # fmt: skip
    except (InvalidInputError, NotPermittedError, ConflictError) as error:
        field, _, sentence = str(error).partition(": ")
        at = _FIELDS.get(field, "name")
        errors = [(at, (sentence if field in _FIELDS else str(error)).capitalize())]
        context |= {"errors": errors, "error_fields": [at], "ticked": request.POST.getlist("scope"), "days": days[:5]}
        return render(request, "console/token_new.html", context, status=422)
    return render(request, "console/token_made.html", {"token": made.token, "text": made.text})


@require_POST
@signed_in
def revoke(request: HttpRequest, person: User, scope: Scope, token_id: int) -> HttpResponse:
    """End one of the person's own tokens at once."""
    token = revoke_token(token_id, person.actor, of=person)
    messages.success(request, f"{token.name} opens nothing any more")
    return redirect("console:tokens")
