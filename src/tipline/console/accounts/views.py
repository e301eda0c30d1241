"""Signing in and out."""

from __future__ import annotations

import time

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tipline.console.authorise import PROOFS
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.audit.services import Act, record

LONGEST_PASSWORD = 1024


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form. What was wrong is not said: it would tell which addresses have accounts."""
    if request.user.is_authenticated:
        return redirect("console:home")
    target = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "GET":
        return render(request, "console/sign_in.html", {"next": target})
    email, password = request.POST.get("email", "").strip(), request.POST.get("password", "")
    person = authenticate(request, username=email, password=password) if len(password) <= LONGEST_PASSWORD else None
    if not isinstance(person, User):
        record(Actor(ActorKind.SYSTEM, None, "sign-in"), [Act("account.sign_in_failed", "user", "unknown")])
        errors = [("email", "The e-mail address and password do not belong together")]
        return render(request, "console/sign_in.html", {"errors": errors, "email": email, "next": target}, status=401)
    login(request, person)
    request.session[PROOFS] = [{"method": "password", "at": time.time()}]
    record(person.actor, [Act("account.signed_in", "user", person.pk)])
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect("console:home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if isinstance(request.user, User):
        record(request.user.actor, [Act("account.signed_out", "user", request.user.pk)])
    logout(request)
    return redirect("console:sign-in")
