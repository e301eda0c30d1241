"""The explorer of ledgers: transactions with what goes in and out, an address with its history and balance, and a picture of what is near.

It reads both forms of `worlds.Paper.LEDGER`: coins that are spent whole (`inputs`, `outputs`) and accounts (`from`, `to`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from tipline.training.scenarios.normal import amount, moment
from tipline.training.scenarios.worlds import Document, DocumentRow

MOST_NEAR = 6  # nodes of one column of the picture
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Part:
    """What one side of a transaction has: who, how much, of what."""

    address: str
    amount: Decimal | None
    asset: str = ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction, with the rows of the ledger that say it."""

    id: str
    time: str
    inputs: tuple[Part, ...]
    outputs: tuple[Part, ...]
    fee: str
    rows: tuple[DocumentRow, ...]

    @property
    def at(self) -> datetime:
        return moment(self.time) or _EARLIEST


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an address's history: what came in and went out with a transaction, and what was there after it."""

    transaction: Transaction
    came: Mapping[str, Decimal]
    went: Mapping[str, Decimal]
    balance: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger, in the order of time, with who takes part in what."""

    transactions: tuple[Transaction, ...]
    by_id: Mapping[str, Transaction]
    of_address: Mapping[str, tuple[Transaction, ...]]
    coins: bool = False  # spent whole: an output is followed to the transaction that spends it

    def history(self, address: str) -> list[Line]:
        """Everything an address took part in, earliest first."""
        balance: dict[str, Decimal] = {}
        lines: list[Line] = []
        for transaction in self.of_address.get(address, ()):
            came, went = _sum(transaction.outputs, address), _sum(transaction.inputs, address)
            for asset in came.keys() | went.keys():
                balance[asset] = (
                    balance.get(asset, Decimal(0)) + came.get(asset, Decimal(0)) - went.get(asset, Decimal(0))
                )
            lines.append(Line(transaction, came, went, dict(balance)))
        return lines

    def next_of(self, transaction: Transaction, part: Part) -> tuple[Transaction, ...]:
        """Where what an output brought goes on: the transaction that spends it, or what the account sent afterwards."""
        later = [
            one
            for one in self.of_address.get(part.address, ())
            if one.at >= transaction.at
            and one.id != transaction.id
            and any(_same(part, spent, self.coins) for spent in one.inputs)
        ]
        return tuple(later[:1] if self.coins else later)

    def before(self, transaction: Transaction, part: Part) -> tuple[Transaction, ...]:
        """Where what an input spends came from."""
        earlier = [
            one
            for one in self.of_address.get(part.address, ())
            if one.at <= transaction.at
            and one.id != transaction.id
            and any(_same(part, made, self.coins) for made in one.outputs)
        ]
        return tuple(earlier[-1:] if self.coins else earlier)


def _same(part: Part, other: Part, coins: bool) -> bool:
    return part.address == other.address and (not coins or part.amount == other.amount)


def _sum(parts: Iterable[Part], address: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for part in parts:
        if part.address == address and part.amount is not None:
            found[part.asset] = found.get(part.asset, Decimal(0)) + part.amount
    return found


def read(document: Document) -> Ledger:
    """Read a ledger. Rows that cannot be read are transactions without parts: nothing is dropped."""
    keys = [column.key for column in document.columns]
    coins = "inputs" in keys
    grouped: dict[str, list[DocumentRow]] = {}
    for row in document.rows:
        grouped.setdefault(_cell(row, keys, "tx"), []).append(row)
    made = sorted((_transaction(name, rows, keys) for name, rows in grouped.items()), key=lambda one: one.at)
    of_address: dict[str, dict[str, Transaction]] = {}
    for one in made:
        for part in (*one.inputs, *one.outputs):
            of_address.setdefault(part.address, {})[one.id] = one
    return Ledger(
        tuple(made), {one.id: one for one in made}, {name: tuple(of.values()) for name, of in of_address.items()}, coins
    )


def _cell(row: DocumentRow, keys: Sequence[str], key: str) -> str:
    return row.cells[keys.index(key)] if key in keys and keys.index(key) < len(row.cells) else ""


def _transaction(name: str, rows: Sequence[DocumentRow], keys: Sequence[str]) -> Transaction:
    inputs: list[Part] = []
    outputs: list[Part] = []
    for row in rows:
        if "inputs" in keys:
            inputs += _coins(_cell(row, keys, "inputs"))
            outputs += _coins(_cell(row, keys, "outputs"))
        else:
            much, asset = _amount(_cell(row, keys, "amount")), _cell(row, keys, "asset")
            inputs += [Part(who, much, asset) for who in (_cell(row, keys, "from"),) if who]
            outputs += [Part(who, much, asset) for who in (_cell(row, keys, "to"),) if who]
    return Transaction(
        name, _cell(rows[0], keys, "time"), tuple(inputs), tuple(outputs), _cell(rows[0], keys, "fee"), tuple(rows)
    )


def _amount(text: str) -> Decimal | None:
    """An amount with as many decimals as are written: a ledger of eight has eight everywhere."""
    made, decimals = amount(text), re.search(r"\.(\d{1,18})", text)
    if made is None or decimals is None:
        return made
    try:
        return made.quantize(Decimal(1).scaleb(-len(decimals[1])))
    except InvalidOperation:  # more digits than are reckoned with
        return made


def _coins(cell: str) -> list[Part]:
    parts: list[Part] = []
    for item in filter(None, (one.strip() for one in cell.split(";"))):
        address, colon, much = item.rpartition(":")
        parts.append(Part(address, _amount(much)) if colon else Part(item, None))
    return parts


# The picture: columns from what came before to what came after, each of at most MOST_NEAR nodes.
WIDTH, HEIGHT = 168, 44  # of a node
GAP_X, GAP_Y = 56, 14


@dataclass(frozen=True, slots=True)
class Node:
    """A transaction or an address in the picture. An empty `name` counts those that are left out."""

    name: str
    is_transaction: bool
    x: int
    y: int
    label: str
    under: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """From the right side of a node to the left side of another."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What is near, drawn by the server: nodes and edges with their places."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int


@dataclass(slots=True)
class _Columns:
    """Names by column, from -2 to 2, and which leads to which. Names of transactions and addresses are told apart by the column."""

    names: dict[int, list[str]] = field(default_factory=dict)
    left_out: dict[int, int] = field(default_factory=dict)
    links: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, at: int, name: str, link: tuple[int, str, str] | None = None) -> bool:
        """Put a name into a column; False where the column is full."""
        names = self.names.setdefault(at, [])
        if name not in names:
            if len(names) >= MOST_NEAR:
                self.left_out[at] = self.left_out.get(at, 0) + 1
                return False
            names.append(name)
        if link is not None and link not in self.links:
            self.links.append(link)
        return True


def near_transaction(ledger: Ledger, transaction: Transaction) -> Picture:
    """A transaction, the addresses of both sides, and the transactions before and after."""
    columns = _Columns()
    columns.add(0, transaction.id)
    for part in transaction.inputs:
        if columns.add(-1, part.address, (-1, part.address, transaction.id)):
            for one in ledger.before(transaction, part):
                columns.add(-2, one.id, (-2, one.id, part.address))
    for part in transaction.outputs:
        if columns.add(1, part.address, (0, transaction.id, part.address)):
            for one in ledger.next_of(transaction, part):
                columns.add(2, one.id, (1, part.address, one.id))
    return _drawn(ledger, columns, transactions_at=0, here=transaction.id)


def near_address(ledger: Ledger, address: str) -> Picture:
    """An address, the transactions that brought it something and took something from it, and the addresses beyond them."""
    columns = _Columns()
    columns.add(0, address)
    for one in ledger.of_address.get(address, ()):
        if any(part.address == address for part in one.outputs) and columns.add(-1, one.id, (-1, one.id, address)):
            for part in one.inputs:
                columns.add(-2, part.address, (-2, part.address, one.id))
        if any(part.address == address for part in one.inputs) and columns.add(1, one.id, (0, address, one.id)):
            for part in one.outputs:
                columns.add(2, part.address, (1, one.id, part.address))
    return _drawn(ledger, columns, transactions_at=1, here=address)


def _drawn(ledger: Ledger, columns: _Columns, *, transactions_at: int, here: str) -> Picture:
    first = min(columns.names)
    tallest = max(len(names) + (at in columns.left_out) for at, names in columns.names.items())
    height = tallest * (HEIGHT + GAP_Y) + GAP_Y
    places: dict[tuple[int, str], tuple[int, int]] = {}
    nodes: list[Node] = []
    for at, names in sorted(columns.names.items()):
        rows = [*names, *([""] if at in columns.left_out else [])]
        x = GAP_Y + (at - first) * (WIDTH + GAP_X)
        top = (height - len(rows) * (HEIGHT + GAP_Y) + GAP_Y) // 2
        is_transaction = at % 2 == transactions_at
        for turn, name in enumerate(rows):
            y = top + turn * (HEIGHT + GAP_Y)
            places[(at, name)] = (x, y)
            under = ledger.by_id[name].time[:16] if is_transaction and name in ledger.by_id else ""
            label = _short(name) if name else f"+{columns.left_out[at]}"
            nodes.append(Node(name, is_transaction, x, y, label, under, here=at == 0 and name == here))
    edges = tuple(
        Edge(
            places[(at, left)][0] + WIDTH,
            places[(at, left)][1] + HEIGHT // 2,
            places[(at + 1, right)][0],
            places[(at + 1, right)][1] + HEIGHT // 2,
        )
        for at, left, right in columns.links
    )
    width = (max(columns.names) - first) * (WIDTH + GAP_X) + WIDTH + 2 * GAP_Y
    return Picture(tuple(nodes), edges, width, height)


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:9]}…{name[-7:]}"
