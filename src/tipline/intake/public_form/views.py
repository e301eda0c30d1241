"""The pages of the public form. No cookie, no session, no script needed; nothing of who asks is kept or logged."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tipline.core.clients import client_address
from tipline.core.errors import NotFoundError
from tipline.intake.public_form import codes, defence, queries, services, tickets
from tipline.intake.public_form.reading import Fault, Given, faults_of, message_fault, read
from tipline.intake.public_form.texts import CHOICES, LANGUAGES, preferred
from tipline.trust.accounts.models import Reporter

log = structlog.get_logger(__name__)

ASSETS = Path(__file__).parent / "assets"
_TYPES = {
    "form.css": "text/css; charset=utf-8", "form.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
}  # fmt: skip
# Whether a code is right or wrong, its answer takes this long: nothing can be told from the time, and guessing is slow.
TRY_SECONDS = 0.3
_FORM = "application/x-www-form-urlencoded"


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, language: str = "") -> HttpResponse:
    """The form, and what came of it: a report with its code, or the form again with everything that was typed."""
    if language and language not in LANGUAGES:
        return HttpResponseRedirect(reverse("public_form:form"))
    page = _Page(request, language)
    if page.reporter is None:
        return page.show("closed", 200 if request.method != "POST" else 503)
    if request.method != "POST":
        return _form(page, Given(), tickets.new_form())
    return _sent(page, page.reporter, _posted(request))


def _sent(page: _Page, reporter: Reporter, posted: Mapping[str, str]) -> HttpResponse:
    given, sealed = read(posted), posted.get("ticket", "")
    # a form on somebody else's site is none of ours
    ticket = None if page.from_elsewhere else tickets.read_form(sealed)
    faults = faults_of(given)
    if ticket is None:
        return _form(page, given, tickets.new_form(), [Fault("send", "error_old", {}), *faults], 422)
    if faults:
        return _form(page, given, tickets.renewed(ticket), faults, 422)
    if seconds := ticket.too_soon:
        if ticket.waited:
            return _wait(page, given, ticket, seconds)
        return _form(page, given, tickets.renewed(ticket), [Fault("send", "error_soon", {})], 422)
    worked = tickets.worked(sealed, posted.get("work", ""))
    if seconds := defence.seconds_to_wait(page.network, waited=ticket.waited, worked=worked):
        return _wait(page, given, ticket.to_wait(seconds), seconds)
    try:
        receipt = services.file_report(reporter, given, page.language, ticket.nonce)
    except services.SentBeforeError:
        return _form(page, given, tickets.renewed(ticket), [Fault("send", "error_again", {})], 409)
    except DatabaseError:
        log.exception("public form: a report could not be written")
        return _form(page, given, tickets.renewed(ticket), [Fault("send", "error_broken", {})], 503)
    return page.show("sent", code=codes.grouped(receipt.code), danger=given.danger == "yes", own=given.own == "yes")


def _wait(page: _Page, given: Given, ticket: tickets.FormTicket, seconds: int) -> HttpResponse:
    answer = _form(page, given, ticket, [Fault("send", "error_wait", {"seconds": seconds})], 429)
    answer["Retry-After"] = str(seconds)
    return answer


def _form(
    page: _Page, given: Given, ticket: tickets.FormTicket, faults: list[Fault] | None = None, status: int = 200
) -> HttpResponse:
    return page.show(
        "form",
        status,
        faults,
        given=given,
        ticket=ticket.sealed(),
        work_bits=tickets.WORK_BITS,
        choices=[(one.id, page.texts.choices[one.id]) for one in CHOICES.choices],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest, language: str = "") -> HttpResponse:
    """Where a code is given, and what it opens. The code comes in a form's body, and the page that it opens does without."""
    if language and language not in LANGUAGES:
        return HttpResponseRedirect(reverse("public_form:back"))
    page = _Page(request, language)
    if request.method != "POST":
        return page.show("back")
    posted = _posted(request)
    typed, text = posted.get("code", ""), posted.get("text", "").replace("\r\n", "\n").replace("\0", "\ufffd").strip()
    if not typed and "ticket" in posted:
        report_id = None if page.from_elsewhere else tickets.read_report(posted["ticket"])
        owner = None if report_id is None else queries.owner_of(report_id)
        if report_id is None or owner is None:
            return page.show("back", 422, [Fault("code", "error_back_old", {})], text=text)
        return _act(page, owner, report_id, posted.get("act", ""), text)
    found = _tried(page, typed)
    if isinstance(found, Fault):
        status = 429 if found.text == "error_code_many" else 422
        return page.show("back", status, [found], text=text)
    return _thread(page, *found, text=text)


def _tried(page: _Page, typed: str) -> tuple[Reporter, int] | Fault:
    """The report of a code, or what is wrong with it."""
    try:
        code = codes.read(typed)
    except codes.MistypedCodeError:
        return Fault("code", "error_code_typo", {})
    except codes.NotACodeError:
        return Fault("code", "error_code_form", {})
    if not defence.may_try(page.network):
        return Fault("code", "error_code_many", {})
    until = time.monotonic() + TRY_SECONDS
    found = queries.find(code)
    if found is None:
        defence.was_wrong(page.network)
    time.sleep(max(0.0, until - time.monotonic()))
    return found or Fault("code", "error_code_wrong", {})


def _act(page: _Page, owner: Reporter, report_id: int, act: str, text: str) -> HttpResponse:
    if act == "delete":
        services.delete_contact(owner, report_id)
        return _thread(page, owner, report_id, done="contact_deleted", text=text)
    if fault := message_fault(text):
        return _thread(page, owner, report_id, faults=[fault], text=text)
    if defence.messages.take(report_id):
        return _thread(page, owner, report_id, faults=[Fault("text", "error_many", {})], text=text)
    try:
        services.add_message(owner, report_id, text)
    except NotFoundError:
        return _thread(page, owner, report_id, text=text)  # destroyed meanwhile: the page says that it is closed
    return _thread(page, owner, report_id, done="added")


def _thread(
    page: _Page, owner: Reporter, report_id: int, *, faults: list[Fault] | None = None, done: str = "", text: str = ""
) -> HttpResponse:
    shown = queries.thread(owner, report_id)
    services.mark_seen(owner, report_id)
    return page.show(
        "thread",
        422 if faults else 200,
        faults,
        thread=shown,
        state=page.texts.texts[f"state_{shown.told}"],
        ticket=tickets.seal_report(report_id),
        done=page.texts.texts[done] if done else "",
        text=text,
    )


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Style, script and sign of the pages: from here, so that this face needs no other."""
    if name not in _TYPES:
        raise Http404("no such file")
    return HttpResponse((ASSETS / name).read_bytes(), content_type=_TYPES[name])


def _posted(request: HttpRequest) -> Mapping[str, str]:
    """A form's fields. A body of another kind, which could bring files, is not read."""
    return request.POST if request.content_type == _FORM else QueryDict()


class _Page:
    """One answer in the making: its language, the form's reporter while the form is open, and what every page shows."""

    def __init__(self, request: HttpRequest, language: str) -> None:
        self.asked_language = bool(language)
        self.language = language or preferred(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        self.texts = LANGUAGES[self.language]
        self.reporter = queries.open_reporter()
        self.network = defence.network_of(client_address(request))
        # browsers say it over TLS and on the machine itself; what says nothing is believed
        self.from_elsewhere = request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") not in {"same-origin", "none"}

    def show(self, name: str, status: int = 200, faults: list[Fault] | None = None, **context: Any) -> HttpResponse:
        """A page by its name. With faults it begins with them, and its title says so."""
        help_ = queries.help_here(self.reporter)
        children = help_.line("children")
        context |= {
            "t": self.texts.texts,
            "texts": self.texts,
            "language": self.language,
            "languages": [
                (one.language.code, one.language.name, reverse(f"public_form:{self._way(name)}", args=[code]))
                for code, one in LANGUAGES.items()
            ],
            "errors": [(fault.field, self.texts.say(fault.text, **fault.values)) for fault in faults or ()],
            "help": help_,
            "lines": [(one, one.name[self.language], one.what[self.language]) for one in help_.lines],
            "emergency": help_.line("emergency"),
            "children": children,
            "children_name": children.name[self.language],
            "page_title": self.texts.texts[f"page_{name}"],
            "form_url": reverse("public_form:form", args=[self.language]),
            "back_url": reverse("public_form:back", args=[self.language]),
            "minutes": math.ceil(tickets.BACK_FOR.total_seconds() / 60),
        }
        answer = HttpResponse(render_to_string(f"public_form/{name}.html", context), status=status)
        # not even our own pages are told where somebody came from
        answer["Referrer-Policy"] = "no-referrer"
        answer["Content-Language"] = self.language
        if not self.asked_language:
            answer["Vary"] = "Accept-Language"
        return answer

    @staticmethod
    def _way(name: str) -> str:
        return "back" if name in {"back", "thread"} else "form"
