"""Conditional calls: `ETag` and 304 for what is read, `If-Match` and 412 for what is changed (RFC 9110).

A tag is made of the bytes that this token is answered at that moment, after everything was read and logged: no change of what may be
seen hides behind it. An act names a thing by its address; the tag that it may be held against is that of the address that shows the
thing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, cast

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags

from tipline.core.errors import NotFoundError, TiplineError
from tipline.exchange.parties.models import Peer
from tipline.exchange.webhooks.models import Subscription
from tipline.investigation.cases.models import Case, CasePerson
from tipline.investigation.cases.records import CaseTask, CaseTransfer
from tipline.investigation.legal.clocks.models import Clock
from tipline.investigation.legal.letters.models import Letter
from tipline.investigation.process.models import Request
from tipline.reports.models import Report

View = Callable[..., HttpResponseBase]
PARAMETER = re.compile(r"{(\w+)}")
_THING = re.compile(r".*}")

# Where the whole of a thing is shown at another address than its own.
_SHOWN_AT = {"/api/v1/cases/{case_id}": "/api/v1/cases/{case_id}/state"}
# What is locked before a tag is compared, so that nobody changes the row between the two. Cases first, as services do.
_ROWS: dict[str, type[models.Model]] = {
    "case_id": Case, "report_id": Report, "task_id": CaseTask, "person_id": CasePerson, "request_id": Request, "letter_id": Letter,
    "clock_id": Clock, "transfer_id": CaseTransfer, "webhook_id": Subscription,
}  # fmt: skip


class ChangedError(TiplineError):
    """What an act was to change is not as it was read, or cannot be held against a tag (412)."""


def tag_of(response: HttpResponse) -> str:
    """The tag of an answer."""
    return f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'


def conditional(view: View) -> View:
    """A view whose answer to GET has an `ETag` of its bytes, and is 304 to whoever has them."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method != "GET" or response.status_code != 200 or not isinstance(response, HttpResponse):
            return response
        response["ETag"] = tag_of(response)
        response.setdefault("Cache-Control", "private, no-cache")
        return get_conditional_response(request, response["ETag"], None, response) or response

    return answered


def shown_at(address: str, readable: Collection[str]) -> str | None:
    """Where an act's thing is shown: the address up to its last parameter. None: it acts on no one thing, or on one without a page."""
    above = _THING.match(address)
    thing = above.group() if above else ""
    found = _SHOWN_AT.get(thing, thing)
    return found if found in readable else None


def guarded(view: View, shown: View | None, names: Iterable[str]) -> View:
    """A view whose acts can be held against the tag of what `shown` answers."""
    wanted = frozenset(names)

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and "If-Match" in request.headers:
            request._tipline_shown = (shown, {n: v for n, v in kwargs.items() if n in wanted})  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return answered


def refuse_changed(request: HttpRequest) -> None:
    """Hold an act against `If-Match`, inside its transaction.

    Raises
    ------
    ChangedError
        when what it is to change has another tag by now, or none.
    """
    wanted = request.headers.get("If-Match")
    if wanted is None:
        return
    shown, named = cast("tuple[View | None, dict[str, Any]]", getattr(request, "_tipline_shown", (None, {})))
    if shown is None:
        raise ChangedError(
            "If-Match: this address acts on no one thing that has a tag; hand in what you read as `seen`"
        )
    _lock(named)
    answer = shown(_as_read(request), **named)
    if answer.status_code == 404:
        raise NotFoundError("there is nothing that has a tag")
    if answer.status_code != 200 or not isinstance(answer, HttpResponse):
        raise ChangedError("If-Match: this token may not read what it would be held against")
    tags = parse_etags(wanted)
    if "*" not in tags and tag_of(answer) not in tags:
        raise ChangedError("If-Match: it changed since you read it; read it again")


def _lock(named: Mapping[str, Any]) -> None:
    for name, model in _ROWS.items():
        if name in named:
            model._default_manager.select_for_update(of=("self",)).filter(pk=named[name]).first()
    if "name" in named:
        Peer.objects.select_for_update().filter(name=named["name"]).first()


def _as_read(request: HttpRequest) -> HttpRequest:
    """The same call as one that reads, without parameters: whatever authorises and logs reading does so."""
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info = "GET", request.path, request.path_info
    asked.META = {k: v for k, v in request.META.items() if k not in {"CONTENT_TYPE", "CONTENT_LENGTH", "QUERY_STRING"}}
    asked.resolver_match = request.resolver_match
    return asked
