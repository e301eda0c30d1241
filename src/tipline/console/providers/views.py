"""Providers, for the administrators of the agency that receives what they file. No report data is on these pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.fields import sentence
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.intake.doors import overview
from tipline.intake.doors.alerts import acknowledge
from tipline.investigation.outcomes.figures import first_figure_of
from tipline.trust.accounts.models import User
from tipline.trust.accounts.provider_limits import DEFAULT_RATE, LimitChanges, Limits, limits_of, set_limits
from tipline.trust.accounts.providers import provider_of, providers_of
from tipline.trust.visibility import OPERATOR, Scope, acting


@require_safe
@signed_in
def providers(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Every provider of the agency and of those that it oversees."""
    theirs = list(providers_of(person))
    with acting(OPERATOR):  # sums over reports, of which an administrator sees none; both say so each for itself
        page = {"providers": overview.overview(theirs), "first": first_figure_of(person.agency)}
    return render(request, "console/providers.html", page)


@require_safe
@signed_in
def provider(request: HttpRequest, person: User, scope: Scope, provider_id: int) -> HttpResponse:
    """One provider: its days, limits, passwords, alerts, and what was refused."""
    found = provider_of(person, provider_id)
    whole = overview.whole(found)
    context = {
        "row": whole.provider,
        "first": first_figure_of(found.agency),
        "days": whole.days,
        "credentials": whole.credentials,
        "valid": {credential.pk for credential in getattr(found, "valid", ())},
        "alerts": whole.alerts,
        "refused": whole.refused,
    }
    return render(request, "console/provider.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def limits(request: HttpRequest, person: User, scope: Scope, provider_id: int) -> HttpResponse:
    """Change what a provider may do at the door."""
    found = provider_of(person, provider_id)
    given = _given(limits_of(found))
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        try:
            set_limits(found.username, person.actor, **_changes(given))
        except InvalidInputError as error:
            errors = [_placed(error)]
        else:
            messages.success(request, f"The limits of {found.name} are changed. The doors know it within a minute")
            return redirect("console:provider", found.pk)
    context = {
        "provider": found, "given": given, "errors": errors, "error_fields": [field for field, _ in errors],
        "usual": DEFAULT_RATE,
    }  # fmt: skip
    return render(request, "console/provider_limits.html", context, status=422 if errors else 200)


@require_POST
@signed_in
def alert_acknowledge(request: HttpRequest, person: User, scope: Scope, alert_id: int) -> HttpResponse:
    """Say that somebody has looked."""
    alert = overview.alert_of(providers_of(person), alert_id)
    try:
        acknowledge(alert.pk, [alert.reporter_id], person)
        messages.success(request, "Acknowledged, with your name")
    except ConflictError as error:
        messages.error(request, sentence(error))
    return redirect("console:provider", alert.reporter_id)


# fields of the form, each with what its name is in a message of the service
_FIELDS = {
    "calls_per_second": "calls per second", "burst": "burst", "reports_per_day": "reports per day",
    "bytes_per_day": "bytes per day", "networks": "networks",
}  # fmt: skip


def _given(present: Limits) -> dict[str, str]:
    values: dict[str, Any] = {name: getattr(present, name) for name in _FIELDS}
    values["networks"] = "\n".join(present.networks)
    return {
        name: "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in values.items()
    }


def _changes(given: dict[str, str]) -> LimitChanges:
    """An empty field is the default, or no quota; networks stand one a line."""
    return LimitChanges(
        calls_per_second=_number(given, "calls_per_second", float),
        burst=_number(given, "burst", int),
        reports_per_day=_number(given, "reports_per_day", int),
        bytes_per_day=_number(given, "bytes_per_day", int),
        networks=tuple(given["networks"].split()),
    )


_Number = TypeVar("_Number", int, float)


def _number(given: dict[str, str], name: str, kind: Callable[[str], _Number]) -> _Number | None:
    if not given[name]:
        return None
    try:
        return kind(given[name][:40])
    except ValueError as error:
        raise InvalidInputError(f"{_FIELDS[name]}: give a number, or leave it empty") from error


def _placed(error: InvalidInputError) -> tuple[str, str]:
    """The field that a message is about, and the message as a sentence."""
    field = next((name for name, words in _FIELDS.items() if str(error).startswith(words)), "calls_per_second")
    return field, sentence(error)
