"""The conformance page: what a provider asked lately, what was wrong with it, and what would have helped more. It shows no report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from tipline.core.clients import client_address
from tipline.core.clock import now
from tipline.core.problems import retry_after
from tipline.intake.cybertipline.credentials import Known, identify
from tipline.intake.doors import completeness, days, queries
from tipline.intake.doors.admission import Asked, ForeignNetworkError, TooManyError, admit
from tipline.intake.doors.models import DoorCall
from tipline.trust.accounts.providers import sandbox_credentials, valid_credentials
from tipline.trust.visibility import acting, provider_scope

_PLAIN = "text/plain; charset=utf-8"
Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class _Filter:
    """Which calls are shown. Credentials of the sandbox show the sandbox alone."""

    sandbox: bool | None
    faulty: bool


def _for_providers(page: Page) -> Callable[..., HttpResponse]:
    """Make a view of a page: credentials first, then the method, the network and the rate; all in the provider's own scope."""

    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        address = client_address(request)
        known = identify(request.META.get("HTTP_AUTHORIZATION", ""), address)
        if known is None:
            answer = HttpResponse("The credentials of the provider door are needed here.\n", _PLAIN, 401)
            answer["WWW-Authenticate"] = 'Basic realm="Tipline", charset="UTF-8"'
            return answer
        if request.method not in ("GET", "HEAD"):
            return HttpResponse("This page is only read: GET.\n", _PLAIN, 405, headers={"Allow": "GET, HEAD"})
        try:
            admit(known.reporter, Asked("provider", address, known.sandbox, 0))
        except ForeignNetworkError as refusal:
            return HttpResponse(f"{refusal}\n", _PLAIN, 403)
        except TooManyError as refusal:
            return HttpResponse(f"{refusal}\n", _PLAIN, 503, headers=retry_after(refusal.seconds))
        with acting(provider_scope(known.reporter.pk)):
            return page(request, known, **kwargs)

    return view


def _chosen(request: HttpRequest, known: Known) -> _Filter:
    where = "sandbox" if known.sandbox else request.GET.get("where", "")
    return _Filter({"sandbox": True, "live": False}.get(where), request.GET.get("only") == "faulty")


@_for_providers
def page(request: HttpRequest, known: Known) -> HttpResponse:
    """The page."""
    reporter, chosen = known.reporter, _chosen(request, known)
    base = request.build_absolute_uri("/").rstrip("/")
    context = {
        **_frame(known),
        "live_url": f"{base}/ispws",
        "sandbox_url": f"{base}/ispws-test",
        "credentials": [*([] if known.sandbox else valid_credentials(reporter)), *sandbox_credentials(reporter)],
        "usage": days.today(reporter.pk),
        "unfinished": [] if known.sandbox else queries.unfinished(reporter),
        "runs": queries.runs_of(reporter, sandbox=True if known.sandbox else None),
        "calls": list(queries.calls_of(reporter, sandbox=chosen.sandbox, faulty=chosen.faulty)[: queries.SHOWN]),
        "tabs": _tabs(known, chosen),
        "rules": [(document, completeness.rules_of(document)) for document in completeness.DOCUMENTS],
        "about": completeness.ABOUT,
        "shown": queries.SHOWN,
    }
    return HttpResponse(render_to_string("doors/page.html", context))


def _frame(known: Known) -> dict[str, Any]:
    return {"reporter": known.reporter, "only_sandbox": known.sandbox, "now": now()}


def _tabs(known: Known, chosen: _Filter) -> list[dict[str, Any]]:
    places: list[tuple[str, str, bool | None]] = [("sandbox", "Sandbox", True)]
    if not known.sandbox:
        places = [("", "All", None), ("live", "Live", False), *places]
    return [
        {
            "label": f"{label}, faulty only" if faulty else label,
            "query": f"?where={where}{'&only=faulty' if faulty else ''}",
            "current": (chosen.sandbox, chosen.faulty) == (sandbox, faulty),
        }
        for faulty in (False, True)
        for where, label, sandbox in places
    ]


@_for_providers
def calls_json(request: HttpRequest, known: Known) -> HttpResponse:
    """The same calls as JSON, with the same filters."""
    chosen = _chosen(request, known)
    found = queries.calls_of(known.reporter, sandbox=chosen.sandbox, faulty=chosen.faulty)[: queries.SHOWN]
    return JsonResponse({"provider": known.reporter.username, "calls": [queries.call_json(call) for call in found]})


def _calls_of_run(known: Known, name: str) -> list[DoorCall]:
    return list(
        queries.calls_of(known.reporter, sandbox=True if known.sandbox else None).filter(run=name).order_by("id")
    )


def _no_run() -> HttpResponse:
    return HttpResponse("There is no such run of yours.\n", _PLAIN, 404)


@_for_providers
def run(request: HttpRequest, known: Known, name: str) -> HttpResponse:
    """One run: its calls, and what it did and never tried."""
    found = _calls_of_run(known, name)
    if not found:
        return _no_run()
    context = {**_frame(known), "run": queries.run_json(name, found), "calls": found[::-1]}
    return HttpResponse(render_to_string("doors/run.html", context))


@_for_providers
def run_as_json(request: HttpRequest, known: Known, name: str) -> HttpResponse:
    """What `tipline conformance` prints."""
    found = _calls_of_run(known, name)
    return JsonResponse(queries.run_json(name, found)) if found else _no_run()


@lru_cache(maxsize=2)
def _file(name: str) -> bytes:
    """A file of this folder. A face that serves the door alone serves no static files."""
    return Path(__file__).with_name(name).read_bytes()


@_for_providers
def stylesheet(request: HttpRequest, known: Known) -> HttpResponse:
    """The page's own colours and type."""
    return HttpResponse(_file("page.css"), content_type="text/css; charset=utf-8")


@_for_providers
def icon(request: HttpRequest, known: Known) -> HttpResponse:
    """The page's icon, since browsers ask for one."""
    return HttpResponse(_file("icon.svg"), content_type="image/svg+xml")
