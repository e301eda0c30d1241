"""A trainee reads: tables with search and filters, mails, letters, a value found everywhere, and the explorer of ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.training.pages import frame_of, show, title_of, words_of
from tipline.core.errors import ConflictError, NotFoundError
from tipline.training.attempts import services
from tipline.training.attempts.queries import Work, work
from tipline.training.attempts.words import Words, texts_of
from tipline.training.scenarios import explorer
from tipline.training.scenarios.loading import labels
from tipline.training.scenarios.reading import (
    COINS,
    Asked,
    Place,
    everywhere,
    headers_of,
    kind_of,
    places_of,
    rows_of,
    values_in,
)
from tipline.training.scenarios.worlds import Column, Document, DocumentRow, Paper
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

LONGEST = 200  # characters of a search
HISTORY = 200  # lines of an address


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a cell: text, and where it leads."""

    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a table."""

    label: str
    pieces: tuple[_Piece, ...]
    number: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with what its tick box needs."""

    id: str
    cells: tuple[_Cell, ...]
    kept: bool


@require_safe
@signed_in
def paper(request: HttpRequest, person: User, scope: Scope, attempt_id: int, document_id: str) -> HttpResponse:
    """One paper."""
    done, words = work(scope, attempt_id), words_of(request)
    document = _document(done, document_id)
    context = frame_of(done, words) | {"document": document, "paper_title": title_of(done, document, words)}
    if document.paper not in {Paper.TABLE, Paper.LEDGER}:
        headers, text = headers_of(document.body) if document.paper is Paper.MAIL else ([], document.body)
        return show(request, "paper", context | {"headers": headers, "text": text}, words)
    asked = Asked(
        request.GET.get("q", "")[:LONGEST],
        {request.GET["column"]: request.GET.get("is", "")[:LONGEST]} if request.GET.get("column") else {},
        request.GET.get("by", "")[:50],
        _page(request),
    )
    found = rows_of(document, asked)
    heads = [(column, _label(done, column, words)) for column in document.columns]
    context |= {
        "asked": asked, "found": found, "rows": [_row(done, document, row, words) for row in found.rows],
        "column": request.GET.get("column", ""), "is": request.GET.get("is", "")[:LONGEST],
        "heads": [
            (column, label, _with(request, by=f"-{column.key}" if asked.by == column.key else column.key, page=None), _sorted(asked, column))
            for column, label in heads
        ],
        "before": _with(request, page=found.page - 1) if found.page > 1 else "",
        "after": _with(request, page=found.page + 1) if found.page < found.pages else "",
        "is_ledger": document.paper is Paper.LEDGER, "here": request.get_full_path(),
    }  # fmt: skip
    return show(request, "table", context, words)


def _document(done: Work, document_id: str) -> Document:
    if document_id not in done.world.documents:
        raise NotFoundError("there is no such paper")
    return done.world.documents[document_id]


def _page(request: HttpRequest) -> int:
    page = request.GET.get("page", "1")
    return int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1


def _with(request: HttpRequest, **changed: object) -> str:
    """This page's address with some of its questions changed; None takes one out."""
    query = request.GET.copy()
    query.pop("language", None)
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def _sorted(asked: Asked, column: Column) -> str:
    return {column.key: "ascending", f"-{column.key}": "descending"}.get(asked.by, "")


def _label(done: Work, column: Column, words: Words) -> str:
    """What a column is called: as the scenario says, as all scenarios say, or its key."""
    code = words.language.code
    own = texts_of(done.folder, code).columns.get(column.key)
    known = labels().get(column.key)
    return own or (str(getattr(known, code)) if known else column.key)


def _row(done: Work, document: Document, row: DocumentRow, words: Words) -> _Row:
    cells = tuple(
        _Cell(_label(done, column, words), _pieces(done, document, column, cell), column.kind in {"amount", "number"})
        for column, cell in zip(document.columns, row.cells, strict=False)
    )
    return _Row(row.id, cells, row.id in done.kept)


def _pieces(done: Work, document: Document, column: Column, cell: str) -> tuple[_Piece, ...]:
    """A cell in parts: what stands elsewhere too leads there; in a ledger, into the explorer."""
    if document.paper is Paper.LEDGER and column.key == "tx":
        return (_Piece(cell, _explore(done, document, tx=cell)),)
    if column.kind == COINS:
        return tuple(
            _Piece(item, _explore(done, document, address=item.rpartition(":")[0]))
            for item in filter(None, cell.split(";"))
        )
    if not values_in(column, cell):
        return (_Piece(cell),)
    return (
        _Piece(
            cell,
            f"{reverse('training:values', args=[done.attempt.pk])}?{urlencode({'kind': kind_of(column), 'value': cell})}",
        ),
    )


def _explore(done: Work, document: Document, **asked: str) -> str:
    return f"{reverse('training:ledger', args=[done.attempt.pk, document.id])}?{urlencode(asked)}"


@require_POST
@signed_in
def keep(request: HttpRequest, person: User, scope: Scope, attempt_id: int) -> HttpResponse:
    """Keep the ticked rows of a page, and come back to it."""
    words, back = words_of(request), request.POST.get("back", "")
    try:
        kept = services.keep_rows(person, attempt_id, request.POST.getlist("shown"), request.POST.getlist("row"))
        messages.success(request, words.say("kept", n=kept))
    except ConflictError:
        messages.error(request, words.say("time_over"))
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return HttpResponseRedirect(back)
    return redirect("training:attempt", attempt_id)


@require_safe
@signed_in
def values(request: HttpRequest, person: User, scope: Scope, attempt_id: int) -> HttpResponse:
    """Every place of the papers where a value stands."""
    done, words = work(scope, attempt_id), words_of(request)
    value = request.GET.get("value", "")[:LONGEST]
    places = places_of(done.world, request.GET.get("kind", ""), value)
    return _places(request, done, words, words.say("places", value=value), places)


@require_safe
@signed_in
def search(request: HttpRequest, person: User, scope: Scope, attempt_id: int) -> HttpResponse:
    """Every row and text of the papers that has a text in it."""
    done, words = work(scope, attempt_id), words_of(request)
    text = request.GET.get("q", "")[:LONGEST]
    places = everywhere(done.world, text)
    return _places(request, done, words, words.say("search_found", n=len(places), text=text), places, text)


def _places(
    request: HttpRequest, done: Work, words: Words, heading: str, places: Sequence[Place], text: str = ""
) -> HttpResponse:
    by_document: dict[str, list[Place]] = {}
    for place in places:
        by_document.setdefault(place.document.id, []).append(place)
    groups = [
        {
            "document": found[0].document, "title": title_of(done, found[0].document, words),
            "heads": [_label(done, column, words) for column in found[0].document.columns],
            "rows": [_row(done, place.document, place.row, words) for place in found if place.row is not None],
            "in_text": any(place.row is None for place in found),
        }
        for found in by_document.values()
    ]  # fmt: skip
    context = {"heading": heading, "groups": groups, "text": text, "here": request.get_full_path()}
    return show(request, "places", frame_of(done, words) | context, words)


@require_safe
@signed_in
def ledger(request: HttpRequest, person: User, scope: Scope, attempt_id: int, document_id: str) -> HttpResponse:
    """The explorer: a transaction, an address, or what was searched for."""
    done, words = work(scope, attempt_id), words_of(request)
    document = _document(done, document_id)
    if document.paper is not Paper.LEDGER:
        raise NotFoundError("this paper is no ledger")
    read = explorer.read(document)
    asked = request.GET.get("q", "").strip()[:LONGEST]
    transaction = read.by_id.get(request.GET.get("tx", "") or asked)
    address = "" if transaction else request.GET.get("address", "") or asked
    context = frame_of(done, words) | {
        "document": document, "paper_title": title_of(done, document, words), "here": request.get_full_path(), "asked": asked,
    }  # fmt: skip
    if transaction is not None:
        context |= {
            "name": transaction.id, "transaction": transaction, "picture": explorer.near_transaction(read, transaction),
            "inputs": [(part, read.before(transaction, part)[:10]) for part in transaction.inputs],
            "outputs": [(part, read.next_of(transaction, part)[:10]) for part in transaction.outputs],
            "rows": [_row(done, document, row, words) for row in transaction.rows],
            "heads": [_label(done, column, words) for column in document.columns],
        }  # fmt: skip
    elif address in read.of_address:
        lines = read.history(address)
        context |= {
            "name": address, "address": address, "picture": explorer.near_address(read, address),
            "lines": lines[:HISTORY], "more": max(0, len(lines) - HISTORY),
            "elsewhere": f"{reverse('training:values', args=[attempt_id])}?{urlencode({'kind': 'transaction', 'value': address})}",
        }  # fmt: skip
    else:
        context |= {"nothing": bool(address), "latest": read.transactions[:100], "total": len(read.transactions)}
    return show(request, "ledger", context, words)
