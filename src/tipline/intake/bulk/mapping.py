"""Mapping files: which column of a table goes to which element of a report (docs/reference/import-mapping.md)."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.intake.bulk.shape import Shape, documents

Encoding = Literal[
    "utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
    "windows-1256", "windows-1257", "windows-1258", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-15",
]  # fmt: skip

_STEP = re.compile(r"([A-Za-z0-9]+)(?:\[([1-9][0-9]{0,2})\])?")
TIMES = {"xs:dateTime", "xs:date"}
# set when the report has its number and its files have theirs
_NUMBERS = {"reportId", "fileId"}


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("is no time zone, such as Asia/Kolkata or UTC") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class Table(Strict):
    """How the file is written. `unused`: columns that go nowhere; `*`: all that are not named."""

    encoding: Encoding = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    unused: tuple[str, ...] = ()


class Flag(Strict):
    """Which texts say yes, and which no; case does not count. Anything else refuses the row; empty is no."""

    yes: tuple[str, ...] = Field(min_length=1)
    no: tuple[str, ...] = ()


class To(Strict):
    """One element or attribute, and where what stands in it comes from."""

    to: str
    # `from` is a word of Python's
    columns: tuple[str, ...] = Field(default=(), alias="from")
    value: str | None = None
    default: str = ""
    join: str = " "
    split: str = ""
    repeats: str = ""
    values: dict[str, str] | None = None
    flag: Flag | None = None
    dates: tuple[str, ...] = ()
    zone: Zone | None = None


class MappingFile(Strict):
    """A whole mapping file."""

    about: About
    name: str = Field(pattern=r"^[a-z0-9-]{1,15}$")
    csv: Table = Table()
    zone: Zone | None = None
    fields: tuple[To, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Step:
    """An element on the way to a place. `index`: which of several; 0: not said."""

    shape: Shape
    index: int


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the documents, and the field that fills it.

    `repeats_at`: which step counts up when a cell holds several values. `kind`: what the place holds.
    """

    field: To
    steps: tuple[Step, ...]
    attribute: str
    kind: str
    repeats_at: int
    zone: ZoneInfo | None

    @property
    def plain(self) -> str:
        """Its path without numbers, as the door's faults write it."""
        return "/" + "/".join(
            [*(step.shape.name for step in self.steps), *([f"@{self.attribute}"] if self.attribute else [])]
        )


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping that fits the schema. `form`: how the record calls what it converts."""

    file: MappingFile
    targets: tuple[Target, ...]

    @property
    def form(self) -> str:
        """Name and version, for the record."""
        return f"csv-{self.file.name}/{self.file.about.version}"

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it needs."""
        return frozenset(column for target in self.targets for column in target.field.columns)


def load_mapping(path: Path) -> Mapping:
    """Read a mapping and hold it against the schema.

    Raises
    ------
    InvalidInputError
        naming the file, the key and what is wrong with it.
    """
    file = load_toml(path, MappingFile)
    targets: list[Target] = []
    for number, field in enumerate(file.fields):
        try:
            target = _target(field, file.zone)
            _refuse_twice(target, targets)
            targets.append(target)
        except _WrongError as error:
            raise InvalidInputError(f"{path.name}, fields.{number}.{error.key}: {error}") from error
    return Mapping(file, tuple(targets))


class _WrongError(Exception):
    """A key of a field is wrong."""

    def __init__(self, key: str, rule: str) -> None:
        super().__init__(rule)
        self.key = key


def _target(field: To, zone: str | None) -> Target:
    steps, attribute, kind = _path(field.to)
    _fits(field, kind)
    repeats_at = _repeats_at(field, steps) if field.split else -1
    if field.split and steps[repeats_at].index:
        raise _WrongError("to", f"[{steps[repeats_at].index}] and split contradict each other")
    named = field.zone or zone
    dated = bool(field.dates) and kind == "xs:dateTime"
    if dated and not named and not all("%z" in pattern for pattern in field.dates):
        raise _WrongError("dates", 'a time without %z needs a zone: zone = "Asia/Kolkata", here or for the whole file')
    return Target(field, steps, attribute, kind, repeats_at, ZoneInfo(named) if named else None)


def _path(text: str) -> tuple[tuple[Step, ...], str, str]:
    path, _, attribute = text.partition("/@")
    steps: list[Step] = []
    for part in path.split("/"):
        match = _STEP.fullmatch(part)
        if not match:
            raise _WrongError("to", f"{part!r} is no element name, such as report or ipCaptureEvent[2]")
        among = steps[-1].shape.children if steps else tuple(documents().values())
        shape = next((child for child in among if child.name == match[1]), None)
        if shape is None:
            near = difflib.get_close_matches(match[1], [child.name for child in among], 3)
            hint = (
                f"; did you mean {', '.join(near)}?"
                if near
                else f"; known: {', '.join(c.name for c in among) or 'nothing'}"
            )
            raise _WrongError("to", f"the schema has no {match[1]} there{hint}")
        if match[2] and match[2] != "1" and not shape.repeats:
            raise _WrongError("to", f"{match[1]} stands once at most: [{match[2]}] cannot be")
        steps.append(Step(shape, int(match[2] or 0)))
    last = steps[-1].shape
    if last.name in _NUMBERS and steps[0].shape.name == "fileDetails":
        raise _WrongError("to", f"{last.name} is given by Tipline")
    if not attribute:
        if last.kind == "elements":
            raise _WrongError(
                "to", f"{last.name} holds elements, not text: name one of {', '.join(c.name for c in last.children)}"
            )
        return tuple(steps), "", last.kind
    kind = last.attribute(attribute)
    if kind is None:
        known = ", ".join(name for name, _ in last.attributes) or "none"
        raise _WrongError("to", f"{last.name} has no attribute {attribute}; it has: {known}")
    return tuple(steps), attribute, kind


def _fits(field: To, kind: str) -> None:
    """What contradicts itself, or the place it goes to."""
    if (field.value is None) == (not field.columns):
        raise _WrongError("from", "give either from (a column) or value (a constant)")
    if field.value is not None and (field.split or field.values or field.flag or field.dates or field.default):
        raise _WrongError("value", "a constant has no split, values, flag, dates or default")
    if kind == "flag" and field.value is None and field.flag is None:
        raise _WrongError("flag", "a flag is there or not: say flag = { yes = [...], no = [...] }")
    if field.flag and kind != "flag":
        raise _WrongError("flag", "this element holds a value: use values instead")
    if field.dates and kind not in TIMES:
        raise _WrongError("dates", "this element holds no time")
    if sum(map(bool, (field.values, field.flag, field.dates))) > 1:
        raise _WrongError("values", "only one of values, flag and dates")
    if field.repeats and not field.split:
        raise _WrongError("repeats", "it goes with split")


def _repeats_at(field: To, steps: tuple[Step, ...]) -> int:
    """Which element there is one of for each value: the one that is named, or the nearest that may repeat."""
    for at in reversed(range(len(steps))):
        shape = steps[at].shape
        if shape.repeats and field.repeats in ("", shape.name):
            return at
    if field.repeats:
        raise _WrongError("repeats", f"{field.repeats} is no element of the path that may stand several times")
    raise _WrongError("split", "nothing on this path may stand several times")


def _refuse_twice(target: Target, before: list[Target]) -> None:
    """Two fields that fill one place: which of them counts would be a guess."""

    def place(of: Target) -> tuple[object, ...]:
        return (tuple((step.shape.name, step.index or 1) for step in of.steps), of.attribute)

    if any(place(target) == place(other) for other in before):
        raise _WrongError(
            "to", 'another field fills this place: join columns with from = ["A", "B"], or count with [2]'
        )
