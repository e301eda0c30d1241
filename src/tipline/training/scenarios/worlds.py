"""A world: what is true in one trainee's copy of a scenario, and the papers it left. Made of a seed, so it can be made again.

Everything in it is fictional: names, domains (`.example`, `.test`, `.invalid`), addresses of RFC 5737 and RFC 3849, numbers that no
numbering plan gives out. Nothing in it depicts or describes abuse.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from tipline.core.errors import InvalidInputError
from tipline.training.scenarios.format import Level

Fact = str | int | Decimal | datetime | tuple[str, ...]
Item = TypeVar("Item")


class Paper(StrEnum):
    """What a document looks like."""

    TABLE = "table"  # statements, logs, listings: rows with ids, filtered and searched
    # A table of transactions that the explorer walks, a row each. It has one of two sets of columns, told apart by their keys; more may follow.
    # Coins that are spent whole (UTXO): `tx`, `time`, `inputs`, `outputs`, `fee`. A cell of `inputs` or `outputs` (kind "coins") holds items
    # `address:amount` separated by `;`, in the order of the transaction; the inputs are the outputs and the fee together. No input: newly made.
    # Accounts: `tx`, `time`, `from`, `to`, `asset`, `amount`. Several rows of one `tx` are the parts of one transaction (a swap, a bridge).
    # Addresses, accounts and transactions are of kind "transaction", amounts are decimal text in whole coins, without thousands.
    LEDGER = "ledger"
    MAIL = "mail"  # a message with its headers
    LETTER = "letter"  # a reply of a bank, an exchange, a provider
    PAGE = "page"  # text of a web page: never active
    KEY = "key"  # a public key in armour


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Its label is in `scenarios/data/columns.toml`; `kind` says what a cell is, so that equal ones find each other."""

    key: str
    kind: str = "text"  # text, time, amount, number, coins (see `Paper.LEDGER`), or a value of `format.Form`


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A row with its id, unique in the world: `rows` answers name it."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of the world. `id` names its title in the texts; `body` for what is text, `columns` and `rows` for what is a table."""

    id: str
    paper: Paper
    body: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[DocumentRow, ...] = ()


class Dice:
    """Chance from a seed, the same on every machine and every Python version that Tipline runs on.

    `fork(name)` gives dice of their own to a part, so that a change in one block does not move the others.
    """

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._random = random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311 - worlds are for training; nothing secret is drawn

    def fork(self, name: str) -> Dice:
        return Dice(f"{self.seed}/{name}")

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return int(self._random.random() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends among them."""
        return low + self.below(high - low + 1)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def one(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` different ones, in the order drawn."""
        return self.shuffled(items)[:count]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        rest = list(items)
        for at in range(len(rest) - 1, 0, -1):
            other = self.below(at + 1)
            rest[at], rest[other] = rest[other], rest[at]
        return rest

    def hexadecimal(self, length: int) -> str:
        return "".join(self.one("0123456789abcdef") for _ in range(length))


@dataclass(slots=True)
class World:
    """What blocks build together: each reads the facts of those before it, and adds facts and documents.

    `papers` are the texts of the scenario's folder `papers/`, by the file's name without `.txt`; `filled` puts facts into one.
    """

    seed: str
    level: Level
    papers: Mapping[str, str] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)

    def know(self, name: str, value: Fact) -> None:
        """Add a fact. Two blocks cannot say the same name: the second needs another (`name` among its parameters)."""
        if name in self.facts:
            raise InvalidInputError(f"two blocks make the fact {name!r}")
        self.facts[name] = value

    def filled(self, paper: str) -> str:
        """The text `papers/PAPER.txt` with this world's facts in its braces."""
        if paper not in self.papers:
            raise InvalidInputError(f"there is no papers/{paper}.txt")
        return fill(self.papers[paper], self.facts)

    def lay(self, document: Document) -> None:
        """Add a document."""
        if document.id in self.documents:
            raise InvalidInputError(f"two blocks make the document {document.id!r}")
        self.documents[document.id] = document


PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def fill(text: str, facts: Mapping[str, Fact]) -> str:
    """The text with every `{fact}` in words.

    Raises
    ------
    InvalidInputError
        when it names a fact that there is not.
    """

    def told(place: re.Match[str]) -> str:
        if place[1] not in facts:
            raise InvalidInputError(f"there is no fact {place[1]!r}")
        return words_of(facts[place[1]])

    return PLACE.sub(told, text)


def words_of(fact: Fact) -> str:
    """A fact as people read it; moments so that their order is that of their letters."""
    if isinstance(fact, tuple):
        return ", ".join(fact)
    if isinstance(fact, datetime):
        zone = {timedelta(0): "UTC", timedelta(hours=5, minutes=30): "IST"}.get(fact.utcoffset() or timedelta(0))
        return fact.strftime("%Y-%m-%d %H:%M:%S ") + (zone or fact.strftime("%z"))
    return f"{fact:f}" if isinstance(fact, Decimal) else str(fact)


# What a block does with a world: dice of its own, its parameters (of the level), and the world as it stands.
Block = Callable[[World, Dice, Mapping[str, Any]], None]
BLOCKS: dict[str, Block] = {}
VERSIONS: dict[str, int] = {}


def block(name: str, version: int = 1) -> Callable[[Block], Block]:
    """Register a block under the name that `world.toml` uses. Its docstring is its reference: parameters, facts and documents it makes.

    `version` is raised when the block makes another world of the same seed: releases of scenarios name the versions that they were
    reviewed with. A test holds digests of worlds against them.
    """

    def registered(made: Block) -> Block:
        if name in BLOCKS:
            raise ValueError(f"two blocks are called {name!r}")
        BLOCKS[name], VERSIONS[name] = made, version
        return made

    return registered
