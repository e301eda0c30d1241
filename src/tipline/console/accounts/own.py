"""One's own account: password, second factors, sessions; and proving once more who one is."""

from __future__ import annotations

from typing import Any

import qrcode
from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.accounts.views import prove_by_factor, safe_next
from tipline.console.authorise import fresh, signed_in, signed_in_or_setting_up
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.trust.accounts import factors, people, sessions, signing_in
from tipline.trust.accounts.limits import TooManyTriesError
from tipline.trust.accounts.models import User
from tipline.trust.accounts.passwords import PasswordValidator
from tipline.trust.accounts.sessions import Step
from tipline.trust.visibility import Scope, needs_second_factor

_SECRET = "tipline_new_secret"  # noqa: S105 - the name of a place in the session


@require_safe
@signed_in
def account(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What the person signs in with, and where they are signed in."""
    context = {
        "has": factors.factors_of(person),
        "needs": needs_second_factor(person),
        "sessions": sessions.sessions_of(person),
        "this": request.session.session_key,
    }
    return render(request, "console/account.html", context)


@sensitive_post_parameters("current", "new", "again")
@require_http_methods(["GET", "POST"])
@signed_in_or_setting_up(Step.PASSWORD)
def password(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Change one's own password with the current one. Other sessions end."""
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        errors = _change_password(request, person)
        if not errors:
            messages.success(request, "Your password is changed. Other sessions were ended")
            return redirect("console:account")
    context = {
        "errors": errors,
        "error_fields": [field for field, _ in errors],
        "rule": PasswordValidator().get_help_text(),
    }
    return render(request, "console/password.html", context, status=422 if errors else 200)


def _change_password(request: HttpRequest, person: User) -> list[tuple[str, str]]:
    current, new, again = (request.POST.get(name, "") for name in ("current", "new", "again"))
    if new != again:
        return [("again", "The two new passwords are not the same")]
    try:
        if not signing_in.own_password(person, current):
            return [("current", "That is not your password")]
        people.change_own_password(person, new)
    except TooManyTriesError as error:
        return [("current", str(error))]
    except InvalidInputError as error:
        return [("new", str(error))]
    sessions.add_proof(request, person, sessions.proof("password"))
    sessions.keep_this(request, person)
    return []


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@signed_in_or_setting_up(Step.SECOND_FACTOR)
@fresh
def authenticator(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Set up an authenticator app: its secret as a picture and as text, and a code that shows that it works."""
    if factors.factors_of(person).app is not None:
        messages.error(request, "You have an authenticator app. Remove it before you set up another")
        return redirect("console:account")
    secret = request.session.setdefault(_SECRET, factors.new_secret())
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            factors.add_app(person, secret, "".join(request.POST.get("code", "").split()), person.actor)
        except (InvalidInputError, ConflictError) as error:
            errors = [("code", str(error))]
        else:
            request.session.pop(_SECRET, None)
            return _after_adding(request, person, "totp")
    context = {
        "errors": errors,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": _picture(get_adapter().build_totp_url(person, secret)),
        "first": not factors.has_factor(person) and needs_second_factor(person),
    }
    return render(request, "console/authenticator.html", context, status=422 if errors else 200)


def _picture(text: str) -> dict[str, Any]:
    """A QR code as one path of squares, with a border of four."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"path": path, "size": len(rows)}


def _after_adding(request: HttpRequest, person: User, kind: str) -> HttpResponse:
    """The session now rests on the new factor too; with the first one come recovery codes.

    Sessions that began with a password alone end with it: they could else add a factor of their own.
    """
    if factors.factors_of(person).count == 1:
        sessions.end_all(person)
        sessions.keep_this(request, person)
    request.session[sessions.SECOND_FACTOR] = True
    sessions.add_proof(request, person, sessions.proof("mfa", type=kind))
    messages.success(request, "The authenticator app is set up" if kind == "totp" else "The passkey is set up")
    if factors.factors_of(person).recovery_codes:
        return redirect("console:account")
    return _show_codes(request, factors.make_recovery_codes(person, person.actor))


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "console/recovery_codes.html", {"codes": codes})


@require_POST
@signed_in
@fresh
def recovery_codes(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Make new recovery codes and show them, once."""
    try:
        return _show_codes(request, factors.make_recovery_codes(person, person.actor))
    except ConflictError as error:
        messages.error(request, str(error))
        return redirect("console:account")


@sensitive_post_parameters("credential")
@require_http_methods(["GET", "POST"])
@signed_in_or_setting_up(Step.SECOND_FACTOR)
@fresh
def passkey(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Make a passkey, which the browser or a key does, and keep its public half."""
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            factors.add_passkey(person, request.POST.get("name", ""), request.POST.get("credential", ""), person.actor)
        except InvalidInputError as error:
            errors = [("name", str(error))]
        else:
            return _after_adding(request, person, "webauthn")
    context = {"errors": errors, "name": request.POST.get("name", ""), "creation": factors.passkey_creation(person)}
    return render(request, "console/passkey.html", context, status=422 if errors else 200)


@require_POST
@signed_in
@fresh
def factor(request: HttpRequest, person: User, scope: Scope, factor_id: int) -> HttpResponse:
    """Rename a passkey, or remove it or the app."""
    try:
        if request.POST.get("do") == "rename":
            factors.rename_passkey(person, factor_id, request.POST.get("name", ""))
            messages.success(request, "The passkey has its new name")
        else:
            factors.remove_factor(person, factor_id, person.actor)
            messages.success(request, "It is removed, and opens nothing any more")
    except (ConflictError, InvalidInputError) as error:
        messages.error(request, str(error))
    return redirect("console:account")


@require_POST
@signed_in
def end_sessions(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """End one session, or all of them, this one too."""
    if request.POST.get("all"):
        sessions.end_everywhere(person)
        return redirect("console:sign-in")
    number = request.POST.get("session", "")
    if not number.isascii() or not number.isdigit() or len(number) > 18 or not sessions.end_one(person, int(number)):
        raise NotFoundError("you have no such session")
    messages.success(request, "That session is ended")
    return redirect("console:account")


@sensitive_post_parameters("password", "code", "credential")
@require_http_methods(["GET", "POST"])
@signed_in_or_setting_up(Step.SECOND_FACTOR)
def confirm(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Prove once more who one is, with the password or a second factor, and go back to what asked for it."""
    error, status = "", 200
    if request.method == "POST":
        try:
            given = _given(request, person)
        except TooManyTriesError as refused:
            error, status = str(refused), 429
        else:
            if given is not None:
                sessions.add_proof(request, person, given)
                return redirect(safe_next(request) or "console:home")
            error, status = "That is not right", 401
    has = factors.factors_of(person)
    field = "code" if request.POST.get("code") else "password"
    context = {
        "errors": [(field, error)] if error else [],
        "field": field,
        "next": safe_next(request),
        "has": has,
        "passkey_request": factors.passkey_request(person) if has.passkeys else None,
    }
    return render(request, "console/confirm.html", context, status=status)


def _given(request: HttpRequest, person: User) -> dict[str, Any] | None:
    if request.POST.get("code") or request.POST.get("credential"):
        kind = prove_by_factor(request, person)
        return None if kind is None else sessions.proof("mfa", type=kind, reauthenticated=True)
    if signing_in.own_password(person, request.POST.get("password", "")):
        return sessions.proof("password", reauthenticated=True)
    return None
