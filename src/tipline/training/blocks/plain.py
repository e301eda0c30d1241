"""Blocks of no special field: an author writes a whole scenario with them and no code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from tipline.core.datafile import Strict
from tipline.core.errors import InvalidInputError
from tipline.training.scenarios.format import NAME
from tipline.training.scenarios.normal import INDIAN
from tipline.training.scenarios.worlds import (
    Column,
    Dice,
    Document,
    DocumentRow,
    Fact,
    Paper,
    World,
    block,
    fill,
    words_of,
)

_Name = Annotated[str, StringConstraints(pattern=NAME)]
_LETTERS = "abcdefghijkmnpqrstuvwxyz"  # without l and o, which people read as digits
_MOST_ROWS = 2_000


class _Pick(Strict):
    name: _Name
    among: tuple[str, ...] = Field(min_length=2)
    count: int = Field(default=1, ge=1)


@block("pick")
def pick(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """Pick one or several of a list.

    Parameters: `name` of the fact; `among`, the list; `count` (1; more: the fact is a list, in the order drawn).
    Makes the fact `name`, and `name_others`: those of the list that were not picked.
    """
    asked = _Pick.model_validate(given)
    if asked.count >= len(asked.among):
        raise InvalidInputError(f"among: {asked.count} of {len(asked.among)} leaves nothing to choose")
    drawn = dice.shuffled(asked.among)
    world.know(asked.name, drawn[0] if asked.count == 1 else tuple(drawn[: asked.count]))
    world.know(f"{asked.name}_others", tuple(drawn[asked.count :]))


class _Number(Strict):
    name: _Name
    low: int
    high: int
    step: int = Field(default=1, ge=1)
    places: int = Field(default=0, ge=0, le=8)


@block("number")
def number(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """Draw a number.

    Parameters: `name` of the fact; `low` and `high`, whole numbers, both possible; `step` (1); `places` (0): decimals, so that low 100,
    high 999 and places 2 is 1.00 to 9.99. Makes the fact `name`.
    """
    asked = _Number.model_validate(given)
    if asked.high < asked.low:
        raise InvalidInputError("high is below low")
    drawn = asked.low + asked.step * dice.below((asked.high - asked.low) // asked.step + 1)
    world.know(asked.name, Decimal(drawn).scaleb(-asked.places) if asked.places else drawn)


class _Sum(Strict):
    name: _Name
    of: tuple[_Name, ...] = Field(min_length=2)


@block("sum")
def total(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """Add numbers up.

    Parameters: `name` of the fact; `of`, names of facts that are numbers. Makes the fact `name`.
    """
    asked = _Sum.model_validate(given)
    parts = [world.facts.get(one) for one in asked.of]
    numbers = [part for part in parts if isinstance(part, int | Decimal)]
    if len(numbers) != len(parts):
        raise InvalidInputError(f"of: not all of {', '.join(asked.of)} are numbers that were made before")
    world.know(asked.name, sum(numbers[1:], start=numbers[0]))


class _Moment(Strict):
    name: _Name
    after: str
    before: str


@block("moment")
def moment(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """Draw a moment, whole seconds in Indian time.

    Parameters: `name` of the fact; `after` and `before`, such as `2026-03-04 09:00`; or a name of a fact that is a moment as `after` and a
    number of minutes as `before`: up to so many minutes later. Makes the fact `name`.
    """
    asked = _Moment.model_validate(given)
    earliest = world.facts.get(asked.after)
    if isinstance(earliest, datetime):
        start, seconds = earliest, int(asked.before) * 60
    else:
        start = datetime.fromisoformat(asked.after).replace(tzinfo=INDIAN)
        seconds = int((datetime.fromisoformat(asked.before).replace(tzinfo=INDIAN) - start).total_seconds())
    if seconds < 1:
        raise InvalidInputError("before is not after `after`")
    world.know(asked.name, start + timedelta(seconds=dice.between(1, seconds)))


class _Code(Strict):
    name: _Name
    pattern: str = Field(min_length=1, max_length=200)


@block("code")
def code(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """Draw a code, a number, a name that nobody has.

    Parameters: `name` of the fact; `pattern`: `#` becomes a digit, `?` a letter, `~` a hexadecimal digit, the rest stays
    (`EXB0########`, `????.example`). Makes the fact `name`.
    """
    asked = _Code.model_validate(given)
    world.know(asked.name, _drawn(asked.pattern, dice))


def _drawn(pattern: str, dice: Dice) -> str:
    sets = {"#": "0123456789", "?": _LETTERS, "~": "0123456789abcdef"}
    return "".join(dice.one(sets[c]) if c in sets else c for c in pattern)


class _Letter(Strict):
    id: _Name
    paper: Paper = Paper.LETTER
    text: str


@block("letter")
def letter(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """Lay a text: a letter, a mail with its headers, a page, a key.

    Parameters: `id` of the document; `paper` (`letter`, `mail`, `page`, `key`); `text`: the file in `papers/`, without `.txt`, in which
    `{facts}` stand in braces. Makes the document.
    """
    asked = _Letter.model_validate(given)
    if asked.paper in {Paper.TABLE, Paper.LEDGER}:
        raise InvalidInputError("paper: a table is made by the block `table`")
    world.lay(Document(asked.id, asked.paper, body=world.filled(asked.text)))


class _Column(Strict):
    key: _Name
    kind: str = "text"


class _Row(Strict):
    cells: tuple[str, ...]
    fact: _Name | None = None


class _Noise(Strict):
    count: int = Field(ge=1, le=_MOST_ROWS)
    cells: tuple[tuple[str, ...] | str, ...]


class _Table(Strict):
    id: _Name
    paper: Paper = Paper.TABLE
    columns: tuple[_Column, ...] = Field(min_length=1, max_length=20)
    rows: tuple[_Row, ...] = ()
    noise: tuple[_Noise, ...] = ()
    sort: str | None = None


@block("table")
def table(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """Lay a table: a statement, a log, a list; or a ledger.

    Parameters: `id` of the document; `paper` (`table`, or `ledger` for one that the explorer walks); `columns`, each `key` and `kind`;
    `rows`, each with `cells` (with `{facts}` in braces) and, where the row is evidence, `fact`: the name of the fact that lists it;
    `noise`, each `count` rows whose `cells` are patterns as in `code` (with `{facts}`, too) or lists of which one is drawn; `sort`, the key of a
    column: rows in its order, else shuffled. Makes the document, and the facts named by rows: lists of row ids.
    """
    asked = _Table.model_validate(given)
    made: list[tuple[tuple[str, ...], str | None]] = []
    for row in asked.rows:
        made.append((tuple(fill(cell, world.facts) for cell in row.cells), row.fact))
    for noise in asked.noise:
        for _ in range(noise.count):
            drawn = (cell if isinstance(cell, str) else dice.one(cell) for cell in noise.cells)
            made.append((tuple(fill(_drawn(cell, dice), world.facts) for cell in drawn), None))
    keys = [column.key for column in asked.columns]
    for cells, _ in made:
        if len(cells) != len(keys):
            raise InvalidInputError(f"a row has {len(cells)} cells for {len(keys)} columns: {', '.join(cells)[:80]}")
    made = dice.shuffled(made)
    if asked.sort is not None:
        if asked.sort not in keys:
            raise InvalidInputError(f"sort: there is no column {asked.sort!r}")
        at = keys.index(asked.sort)
        made.sort(key=lambda row: row[0][at])
    rows, evidence = [], dict[str, list[str]]()
    for turn, (cells, fact) in enumerate(made, start=1):
        rows.append(DocumentRow(f"{asked.id}-{turn}", cells))
        if fact is not None:
            evidence.setdefault(fact, []).append(rows[-1].id)
    columns = tuple(Column(column.key, column.kind) for column in asked.columns)
    world.lay(Document(asked.id, asked.paper, columns=columns, rows=tuple(rows)))
    for name, ids in evidence.items():
        world.know(name, tuple(ids))


class _Join(Strict):
    name: _Name
    of: tuple[_Name, ...] = Field(min_length=1)


@block("list")
def listed(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """Make a list of facts, in this order: what `many` and `order` ask for, or options.

    Parameters: `name` of the fact; `of`, names of facts (a list among them gives its values). Makes the fact `name`.
    """
    asked = _Join.model_validate(given)
    missing = [one for one in asked.of if one not in world.facts]
    if missing:
        raise InvalidInputError(f"of: there is no fact {missing[0]!r}")
    world.know(asked.name, tuple(value for one in asked.of for value in _values(world.facts[one])))


def _values(fact: Fact) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else (words_of(fact),)
