"""What worlds of every topic are made of: people, telephones, domains, addresses, banks, times, sheets.

Nothing here belongs to anybody:

- telephones are `+91 00…`: no Indian number begins with 0, which is the trunk prefix;
- accounts are `EX00` and eight digits, IFSC codes have an `X` where the reserved 0 stands: no bank gives either;
- references of payments (RRN) begin with a digit of the year and `9`: the day of the year never reaches 900;
- IMEI begin with `00` (test codes), IMSI with `00101` (the test network);
- domains end in `.example`, `.test` or `.invalid` (RFC 2606), addresses are those of RFC 5737 and RFC 3849;
- banks, companies and platforms are called `Example …`; UPI handles end in `@okexample`, `@exampleupi` or `@expay`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tipline.core.errors import InvalidInputError
from tipline.training.scenarios.worlds import Column, Dice, Document, DocumentRow, Paper, World, block

IST = ZoneInfo("Asia/Kolkata")
GIVEN = (
    "Aarti", "Abhay", "Ajinkya", "Alka", "Amol", "Anagha", "Bharat", "Chetan", "Deepali", "Dilip", "Gauri", "Girish", "Hemant",
    "Jayant", "Kavita", "Kiran", "Lata", "Madhav", "Manisha", "Nilesh", "Nitin", "Pallavi", "Prakash", "Rekha", "Rohan", "Sachin",
    "Sandhya", "Shailesh", "Shubhangi", "Smita", "Sudhir", "Swati", "Tushar", "Ujwala", "Vaishali", "Vikas", "Vinod", "Yogesh",
)  # fmt: skip
FAMILY = (
    "Ahirgaon", "Bhorkhede", "Chandvadkar", "Dhamangir", "Erandwane", "Fulzade", "Girnarkar", "Hatnurkar", "Indrayankar",
    "Jamnerkar", "Kanalde", "Lonvadkar", "Mhasawade", "Nandurkar", "Ozarde", "Palasnere", "Rajapurkar", "Savdekar", "Taptikar",
    "Umbrajkar", "Varangaonkar", "Waghurde", "Yavalkar", "Zodgekar",
)  # fmt: skip
TOWNS = ("Jalgaon", "Bhusawal", "Chopda", "Amalner", "Pachora", "Yawal", "Raver", "Erandol")
FAR_TOWNS = ("Nashik", "Surat", "Indore", "Nagpur", "Thane", "Jaipur", "Ranchi", "Kolkata")
BANKS = tuple(
    f"Example {name} Bank"
    for name in ("Sahyadri", "Godavari", "Tapti", "Konkan", "Deccan", "Satpura", "Vidarbha", "Girna", "Bhima", "Waghur")
)
UPI_ENDS = ("okexample", "exampleupi", "expay")
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")


def local(at: datetime) -> str:
    """A moment on the clock of India, as most Indian papers print it."""
    return at.astimezone(IST).strftime("%d-%m-%Y %H:%M:%S")


def utc(at: datetime) -> str:
    """A moment in UTC, marked so."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rupees(amount: Decimal | int) -> str:
    """An amount with two places and no separators."""
    return f"{Decimal(amount):.2f}"


class Cast:
    """Draws what is to be unlike everything that the world has already."""

    def __init__(self, world: World, dice: Dice) -> None:
        self.dice = dice
        self._used: set[str] = set()
        for fact in world.facts.values():
            self._used.update(fact if isinstance(fact, tuple) else [str(fact)])
        for document in world.documents.values():
            self._used.update(cell for row in document.rows for cell in row.cells)

    def new(self, make: Callable[[], str]) -> str:
        """The first of what `make` gives that nothing here is called yet."""
        for _ in range(2000):
            made = make()
            if made not in self._used:
                self._used.add(made)
                return made
        raise AssertionError("the range of what can be drawn is too small")

    def one(self, items: Sequence[str]) -> str:
        return self.new(lambda: self.dice.one(items))

    def digits(self, count: int) -> str:
        return "".join(str(self.dice.below(10)) for _ in range(count))

    def person(self) -> str:
        return self.new(lambda: f"{self.dice.one(GIVEN)} {self.dice.one(FAMILY)}")

    def telephone(self) -> str:
        return self.new(lambda: f"+91 00{self.digits(3)} {self.digits(5)}")

    def account(self) -> str:
        return self.new(lambda: f"EX00{self.digits(8)}")

    def imei(self) -> str:
        return self.new(lambda: f"00{self.digits(13)}")

    def address(self, network: str | None = None) -> str:
        """An IPv4 address of documentation, of one network or of any."""
        return self.new(lambda: f"{network or self.dice.one(NETWORKS)}.{self.dice.between(2, 254)}")

    def domain(self, words: Sequence[str], end: str = "example") -> str:
        """A domain out of two of the words."""
        return self.new(lambda: f"{self.dice.one(words)}-{self.dice.one(words)}{self.dice.between(2, 99)}.{end}")

    def upi(self, name: str) -> str:
        """A UPI handle that looks like its owner's name."""
        first, last = name.lower().split()
        stems = (f"{first}.{last[:4]}", f"{first}{last[0]}", f"{last}.{first[0]}")
        return self.new(
            lambda: f"{self.dice.one(stems)}{self.dice.between(10, 9999)}@{self.dice.one(UPI_ENDS)}",
        )

    def reference(self, at: datetime) -> str:
        """A reference of a payment, twelve digits (RRN)."""
        return self.new(lambda: f"{at.year % 10}9{self.digits(10)}")


class Sheet:
    """A table in the making. Rows carry marks, so that what is asked can be found again once they are sorted and have their ids."""

    def __init__(self, *columns: Column) -> None:
        self.columns = columns
        self._rows: list[tuple[Any, tuple[str, ...], frozenset[str]]] = []

    def add(self, order: Any, *cells: str, marks: Iterable[str] = ()) -> None:
        """A row; `order` is what it is sorted by."""
        if len(cells) != len(self.columns):
            raise AssertionError(f"{len(cells)} cells for {len(self.columns)} columns")
        self._rows.append((order, cells, frozenset(marks)))

    def lay(self, world: World, document: str, prefix: str, look: Paper = Paper.TABLE) -> dict[str, tuple[str, ...]]:
        """Lay the table into the world, its rows called `PREFIX1`, `PREFIX2`, …; gives the ids of the rows of each mark."""
        rows, marked = [], dict[str, list[str]]()
        for number, (_, cells, marks) in enumerate(sorted(self._rows, key=lambda row: row[0]), 1):
            rows.append(DocumentRow(f"{prefix}{number}", cells))
            for mark in marks:
                marked.setdefault(mark, []).append(f"{prefix}{number}")
        world.lay(Document(document, look, columns=self.columns, rows=tuple(rows)))
        return {mark: tuple(ids) for mark, ids in marked.items()}


def text_of(world: World, fact: str) -> str:
    """A fact that is text."""
    value = world.facts[fact]
    assert isinstance(value, str), fact  # noqa: S101 - a block before this one made it so
    return value


def texts_of(world: World, fact: str) -> tuple[str, ...]:
    """A fact that is several texts."""
    value = world.facts[fact]
    assert isinstance(value, tuple), fact  # noqa: S101 - a block before this one made it so
    return value


def time_of(world: World, fact: str) -> datetime:
    """A fact that is a moment."""
    value = world.facts[fact]
    assert isinstance(value, datetime), fact  # noqa: S101 - a block before this one made it so
    return value


def amount_of(world: World, fact: str) -> Decimal:
    """A fact that is an amount."""
    value = world.facts[fact]
    assert isinstance(value, Decimal), fact  # noqa: S101 - a block before this one made it so
    return value


@block("case_day")
def case_day(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """The day on which it happens, and the officer who works on it.

    Parameters: `from_hour`, `to_hour` (of India), between which the story starts.
    Facts: `starts_at` (a moment), `day` (in words), `officer`, `town`.
    """
    day = datetime(2026, 1, 5, tzinfo=IST) + timedelta(days=dice.below(270))
    hour = dice.between(int(parameters.get("from_hour", 9)), int(parameters.get("to_hour", 17)))
    starts = day + timedelta(hours=hour, minutes=dice.below(60), seconds=dice.below(60))
    world.know("starts_at", starts)
    world.know("day", starts.strftime("%d-%m-%Y"))
    world.know("officer", Cast(world, dice).person())
    world.know("town", dice.one(TOWNS))


@block("withheld")
def withheld(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """Takes papers out again, for a level at which they would tell too much or are too many.

    Parameters: `documents` (their ids).
    """
    for name in parameters["documents"]:
        if name not in world.documents:
            raise InvalidInputError(f"there is no document {name!r} to withhold")
        del world.documents[name]
