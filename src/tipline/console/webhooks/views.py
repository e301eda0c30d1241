"""Webhooks of an agency, for its administrators: the list, adding one (its secret is shown once), and what can be done with one."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.exchange.webhooks import services
from tipline.exchange.webhooks.events import EVENTS
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

AGAIN_DAYS = 3  # told again by the button


@require_safe
@signed_in
def webhooks(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Every webhook of the agency: what it is told, and how that goes. No secret is among them."""
    found = list(services.subscriptions_of(person))
    return render(request, "console/webhooks.html", {"webhooks": found, "days": AGAIN_DAYS})


@require_http_methods(["GET", "POST"])
@signed_in
@fresh
def new(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The form, and its answer: the only page that ever shows the secret."""
    services.subscriptions_of(person)  # refuses whoever manages none
    context = {"offered": EVENTS.items(), "given": request.POST, "ticked": request.POST.getlist("event")}
    if request.method == "GET":
        return render(request, "console/webhook_new.html", context)
    try:
        made = services.subscribe(person, request.POST.get("url", ""), request.POST.getlist("event"))
    except (InvalidInputError, ConflictError) as error:
        field, _, sentence = str(error).partition(": ")
        at = field if field in {"url", "events"} else "url"
        errors = [(at, (sentence if field == at else str(error)).capitalize())]
        context |= {"errors": errors, "error_fields": [at]}
        return render(request, "console/webhook_new.html", context, status=422)
    return render(request, "console/webhook_made.html", {"webhook": made.subscription, "secret": made.secret})


@require_POST
@signed_in
def act(request: HttpRequest, person: User, scope: Scope, webhook_id: int) -> HttpResponse:
    """Test it, tell what it missed, tell the last days again, or end it."""
    verb = request.POST.get("verb", "")
    if verb == "test":
        services.test(person, webhook_id)
        messages.success(request, "A test goes out within a minute or two. Look here again to see how it went")
    elif verb in {"replay", "again"}:
        waiting = services.replay(person, webhook_id, now() - timedelta(days=AGAIN_DAYS) if verb == "again" else None)
        messages.success(
            request, f"It is on. {waiting} event{'' if waiting == 1 else 's'} go out within a minute or two"
        )
    elif verb == "rotate":
        return _rotated(request, webhook_id)
    elif verb == "end":
        services.end(person, webhook_id)
        messages.success(request, "It is told nothing more")
    else:
        services.subscription_of(person, webhook_id)
        messages.error(request, "Choose what to do with it.")
    return redirect("console:webhooks")


@signed_in
@fresh
def _rotated(request: HttpRequest, person: User, scope: Scope, webhook_id: int) -> HttpResponse:
    made = services.rotate(person, webhook_id)
    context = {"webhook": made.subscription, "secret": made.secret, "rotated": True}
    return render(request, "console/webhook_made.html", context)
