"""Signing in and out: password, then second factor; or a passkey alone."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tipline.console.security import CONTENT_SECURITY_POLICY
from tipline.core.clients import client_address
from tipline.core.config import config
from tipline.core.single_sign_on import issuer_origin
from tipline.trust.accounts import factors, sessions, signing_in
from tipline.trust.accounts.limits import TooManyTriesError
from tipline.trust.accounts.models import User

WRONG = "The e-mail address and password do not belong together"
# Between password and second factor: {"person": id, "epoch": of the password, "at": seconds, "next": address, "proofs": [...]}
_WAITING = "tipline_waiting"
_WAITING_SECONDS = 10 * 60
_ANONYMOUS_SECONDS = 10 * 60  # a session of nobody, which only holds what a form needs


def safe_next(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is here; otherwise empty."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if here else ""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form. What was wrong is not said: it would tell which addresses have accounts."""
    if request.user.is_authenticated:
        return redirect("console:home")
    if request.method == "GET":
        return sign_in_page(request)
    email, password = request.POST.get("email", "").strip(), request.POST.get("password", "")
    try:
        person = signing_in.by_password(request, email, password, client_address(request))
    except TooManyTriesError as error:
        return sign_in_page(request, str(error), status=429)
    if person is None:
        return sign_in_page(request, WRONG, status=401)
    return go_on(request, person, [sessions.proof("password")], safe_next(request))


def sign_in_page(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    """The form, with what went wrong."""
    context = {
        "errors": [("email", error)] if error else [],
        "email": request.POST.get("email", "").strip(),
        "next": safe_next(request),
        "single_sign_on": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
    page = render(request, "console/sign_in.html", context, status=status)
    if origin := issuer_origin(config()):  # the form of single sign-on leads there
        page["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", f"form-action 'self' {origin}"
        )
    return page


def go_on(
    request: HttpRequest, person: User, proofs: list[dict[str, Any]], target: str, *, second_factor: bool = False
) -> HttpResponse:
    """After the first proof: ask for the second factor if there is one, or begin the session."""
    if not second_factor and factors.has_factor(person):
        request.session.cycle_key()
        request.session.set_expiry(_ANONYMOUS_SECONDS)
        request.session[_WAITING] = {
            "person": person.pk,
            "hash": person.get_session_auth_hash(),
            "at": time.time(),
            "next": target,
            "proofs": proofs,
        }
        return redirect("console:second-factor")
    return _enter(request, person, proofs, target, second_factor=second_factor)


def _enter(
    request: HttpRequest, person: User, proofs: list[dict[str, Any]], target: str, *, second_factor: bool
) -> HttpResponse:
    request.session.pop(_WAITING, None)
    sessions.start(request, person, proofs, second_factor=second_factor)
    return redirect(target or "console:home")


def _waiting(request: HttpRequest) -> tuple[User, dict[str, Any]] | None:
    """Who gave a password and is to give a second factor; nobody when that was long ago or the account changed since."""
    waiting = request.session.get(_WAITING)
    if not waiting or not 0 <= time.time() - waiting["at"] <= _WAITING_SECONDS:
        return None
    person = User.objects.select_related("agency").filter(pk=waiting["person"], is_active=True).first()
    if person is None or person.get_session_auth_hash() != waiting["hash"]:
        return None
    return person, waiting


@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second step: a code or a passkey."""
    found = _waiting(request)
    if found is None:
        request.session.pop(_WAITING, None)
        return redirect("console:sign-in")
    person, waiting = found
    error, status = "", 200
    if request.method == "POST":
        try:
            kind = prove_by_factor(request, person)
        except TooManyTriesError as refused:
            error, status = str(refused), 429
        else:
            if kind is not None:
                proofs = [*waiting["proofs"], sessions.proof("mfa", type=kind)]
                return _enter(request, person, proofs, waiting["next"], second_factor=True)
            error, status = "That code or passkey is not right, or the code was used before", 401
    has = factors.factors_of(person)
    context = {
        "errors": [("code", error)] if error else [],
        "has": has,
        "passkey_request": factors.passkey_request(person) if has.passkeys else None,
    }
    return render(request, "console/second_factor.html", context, status=status)


def prove_by_factor(request: HttpRequest, person: User) -> str | None:
    """The kind of factor that the form proves, or None.

    Raises
    ------
    TooManyTriesError
        when too many codes were wrong.
    """
    credential = request.POST.get("credential", "")
    if not credential:
        return signing_in.by_code(person, request.POST.get("code", ""))
    if factors.right_passkey(credential, person) is not None:
        return "webauthn"
    signing_in.note_failure(person.email, "passkey")
    return None


@sensitive_post_parameters("credential")
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Signing in with a passkey alone: GET gives the browser's script its request, POST brings the answer.

    There is nothing to guess, so no limit holds: a lockout of the account does not keep its owner out here.
    """
    if request.user.is_authenticated:
        return redirect("console:home")
    if request.method == "GET":
        request.session.set_expiry(_ANONYMOUS_SECONDS)
        return HttpResponse(factors.passkey_request(None), content_type="application/json")
    person = factors.right_passkey(request.POST.get("credential", ""))
    if person is None:
        signing_in.note_failure("", "passkey")
        return sign_in_page(request, "That passkey is not known here. Sign in with your password", status=401)
    proofs = [sessions.proof("mfa", type="webauthn", passwordless=True)]
    return _enter(request, person, proofs, safe_next(request), second_factor=True)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sessions.end(request)
    return redirect("console:sign-in")
