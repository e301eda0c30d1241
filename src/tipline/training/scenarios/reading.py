"""How a trainee reads papers: a table searched, filtered, sorted and paged; a value found everywhere; a mail with its headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from tipline.training.scenarios.format import Form
from tipline.training.scenarios.normal import amount, moment, normal
from tipline.training.scenarios.worlds import Column, Document, DocumentRow, World

ROWS_A_PAGE = 50
MOST_PLACES = 500
# Kinds of cells that lead to every other place with the same value; an amount or a time stands in many places by chance.
LINKED = frozenset(form.value for form in Form) - {Form.PLAIN.value, Form.AMOUNT.value}
COINS = "coins"  # items `address:amount`, separated by ; (see `worlds.Paper.LEDGER`)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of a table. `only` maps a column's key to the text its cells must have; `by` with - before it is descending."""

    search: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of one page, and how many there are in all."""

    rows: tuple[DocumentRow, ...]
    found: int
    total: int
    page: int
    pages: int


def rows_of(document: Document, asked: Asked) -> Shown:
    """The rows that are asked for. Columns that there are not, and pages beyond the last, are taken as the nearest that there are."""
    keys = [column.key for column in document.columns]
    wanted = asked.search.casefold().strip()
    conditions = [
        (at, document.columns[at].kind, text)
        for at, key in enumerate(keys)
        if (text := asked.only.get(key, "").strip())
    ]
    rows = [
        row
        for row in document.rows
        if (not wanted or wanted in "\n".join(row.cells).casefold())
        and all(_is(kind, row.cells[at], text) for at, kind, text in conditions)
    ]
    by = asked.by.removeprefix("-")
    if by in keys:
        at = keys.index(by)
        kind = document.columns[at].kind
        rows.sort(key=lambda row: _sortable(kind, row.cells[at]), reverse=asked.by.startswith("-"))
    pages = max(1, -(-len(rows) // ROWS_A_PAGE))
    page = min(max(1, asked.page), pages)
    return Shown(tuple(rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]), len(rows), len(document.rows), page, pages)


def _is(kind: str, cell: str, text: str) -> bool:
    """Whether a cell has a text: the same in its kind's normal form, or beginning with it."""
    return cell.casefold().startswith(text.casefold()) or (
        kind in LINKED and normal(Form(kind), cell) == normal(Form(kind), text)
    )


def _sortable(kind: str, cell: str) -> tuple[bool, Decimal | datetime | str]:
    """What a cell is sorted by. Cells that are not of the column's kind come last, by their text."""
    if kind in {"amount", "number"}:
        number = amount(cell)
        return (number is None, Decimal(0) if number is None else number)
    if kind == "time":
        at = moment(cell)
        return (at is None, _EARLIEST if at is None else at)
    return (not cell, cell.casefold())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: a row of a table, or a text."""

    document: Document
    row: DocumentRow | None = None
    column: Column | None = None


def values_in(column: Column, cell: str) -> tuple[str, ...]:
    """The values of a cell that lead elsewhere: addresses of a list of coins, the cell itself where its kind is linked."""
    if column.kind == COINS:
        return tuple(item.rpartition(":")[0] for item in cell.split(";") if ":" in item)
    return (cell,) if column.kind in LINKED and cell else ()


def kind_of(column: Column) -> str:
    """Of what kind the values of a column are."""
    return Form.TRANSACTION.value if column.kind == COINS else column.kind


def places_of(world: World, kind: str, value: str) -> tuple[Place, ...]:
    """Every place in a world's papers where a value stands, in the order of the papers."""
    if kind not in LINKED or not value.strip():
        return ()
    places = list(_cells(_Same(world)).get((kind, normal(Form(kind), value)), ()))
    texts = [
        Place(document)
        for document in world.documents.values()
        if document.body and value.strip().casefold() in document.body.casefold()
    ]
    return tuple((places + texts)[:MOST_PLACES])


@dataclass(frozen=True, slots=True)
class _Same:
    """A world as a key: worlds are kept and handed out again as the same object."""

    world: World

    def __hash__(self) -> int:
        return id(self.world)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.world is self.world


@lru_cache(maxsize=64)
def _cells(same: _Same) -> Mapping[tuple[str, str], Sequence[Place]]:
    """Where each value of a linked kind stands."""
    found: dict[tuple[str, str], list[Place]] = {}
    for document in same.world.documents.values():
        for row in document.rows:
            for column, cell in zip(document.columns, row.cells, strict=False):
                for value in dict.fromkeys(values_in(column, cell)):
                    kind = kind_of(column)
                    found.setdefault((kind, normal(Form(kind), value)), []).append(Place(document, row, column))
    return found


def everywhere(world: World, text: str) -> tuple[Place, ...]:
    """Every row and text that has a text in it, for the search over all papers."""
    wanted = text.casefold().strip()
    if len(wanted) < 2:
        return ()
    found: list[Place] = []
    for document in world.documents.values():
        if wanted in document.body.casefold():
            found.append(Place(document))
        found += (Place(document, row) for row in document.rows if wanted in "\n".join(row.cells).casefold())
        if len(found) >= MOST_PLACES:
            break
    return tuple(found[:MOST_PLACES])


def headers_of(body: str) -> tuple[list[tuple[str, str]], str]:
    """A message's headers in order, folded lines with their breaks, and what comes after them (RFC 5322 §2.2)."""
    head, _, text = body.replace("\r\n", "\n").partition("\n\n")
    headers: list[tuple[str, str]] = []
    for line in head.split("\n"):
        if line[:1] in {" ", "\t"} and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value}\n{line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or " " in name.strip():
            return headers, "\n".join([line, *head.split("\n")[len(headers) + 1 :], "", text]) if headers else body
        headers.append((name.strip(), value.strip()))
    return headers, text


def row_ids(documents: Iterable[Document]) -> dict[str, tuple[Document, DocumentRow]]:
    """Every row by its id, with its document."""
    return {row.id: (document, row) for document in documents for row in document.rows}
