"""Days of action: the list, and the live board of one. The board refreshes itself only where somebody asks for it, without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.fields import FieldError
from tipline.console.operations.pages import Ask, Form, Page, show
from tipline.console.templatetags.components import span_of
from tipline.core.clock import now
from tipline.investigation.operations import board
from tipline.investigation.operations.models import ActionDay, BoardKind
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

REFRESH_SECONDS = 30
MOST_ENTRIES = 60  # on the page; the board adds up all
STALE_MINUTES = 60


def _add(ask: Ask) -> str:
    day = ask.sent.day("day")
    if day is None:
        raise FieldError("day", "give a day")
    board.add_day(ask.person, ask.code, day, ask.sent.text("day_name"))
    return "The day of action is set"


def _days(ask: Ask) -> dict[str, Any]:
    return {"days": list(ActionDay.objects.filter(operation=ask.operation).order_by("-day"))}


DAYS = Page("operation-days", "console/operation_days.html", {"add": Form("day", _add)}, _days)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def days(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
    """The days of action of an operation."""
    return show(request, person, scope, code, DAYS)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def day(request: HttpRequest, person: User, scope: Scope, code: str, day_id: int) -> HttpResponse:
    """The board of a day, and the forms of whoever enters numbers."""

    def enter(ask: Ask) -> str:
        numbers = {kind.value: _number(ask, kind.value) for kind in BoardKind}
        board.enter(person, code, day_id, numbers, ask.sent.text("note"))
        return "Entered"

    def plan(ask: Ask) -> str:
        planned = {BoardKind.SEARCHES_PLANNED.value: _number(ask, "planned")}
        board.enter(person, code, day_id, planned, agency_code=ask.sent.text("district"))
        return "Planned"

    def correct(ask: Ask) -> str:
        number = _number(ask, "number", needed=True)
        board.correct(person, code, day_id, ask.sent.number("entry"), number, ask.sent.text("why"))
        return "Corrected. The entry before stays in the list"

    def more(ask: Ask) -> dict[str, Any]:
        found = board.day_of(ask.operation, day_id)
        entries = list(board.entries_of(found))
        made, at = board.board(ask.agencies, entries), now()
        correcting = request.POST.get("entry") or request.GET.get("correct", "")
        return {
            "day": found,
            "board": made,
            "lines": [
                {
                    "agency": line.agency, "cells": list(zip(made.kinds, line.numbers, strict=True)), "last_at": line.last_at,
                    "age": span_of(at - line.last_at) if line.last_at else "",
                    "stale": line.last_at is not None and (at - line.last_at).total_seconds() > STALE_MINUTES * 60,
                    "own": line.agency.pk == person.agency_id,
                }
                for line in made.lines
            ],
            "totals": list(zip(made.kinds, made.totals, strict=True)),
            "entries": entries[:MOST_ENTRIES],
            "more_entries": max(0, len(entries) - MOST_ENTRIES),
            "correcting": next(
                (
                    one
                    for one in entries
                    if str(one.pk) == correcting and one.agency_id == person.agency_id and not hasattr(one, "corrected_by")
                ),
                None,
            ),
            "kinds": [(kind.value, kind.label, request.POST.get(kind.value, "")) for kind in BoardKind],
            "refreshing": request.method != "POST" and request.GET.get("refresh") == "1",
            "refresh_seconds": REFRESH_SECONDS,
            "read_at": at,
        }  # fmt: skip

    forms = {"enter": Form("note", enter), "plan": Form("planned", plan), "correct": Form("number", correct)}
    page = Page("operation-day", "console/operation_day.html", forms, more)
    return show(request, person, scope, code, page, day_id=day_id)


def _number(ask: Ask, name: str, *, needed: bool = False) -> int:
    """A number of a form; an empty field is none."""
    text = ask.sent.text(name)
    if not text and not needed:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise FieldError(name, "give a whole number, 0 or more")
    return int(text)
