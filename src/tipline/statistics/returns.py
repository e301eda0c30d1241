"""Yearly returns: tables of a form as a data file, filled from figures. A cell without a figure is empty and says why."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.core.text import visible
from tipline.statistics.catalogue import figure_of
from tipline.statistics.figures import Answer, Asked, Cell, Dimension, Unit
from tipline.statistics.files import csv_of, state_of
from tipline.statistics.queries import answers
from tipline.statistics.tables import DIMENSIONS, labels_of, text_of
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope

FOLDER = Path(__file__).parent / "data" / "returns"


class Line(Strict):
    """A row of a form with one number: a measure of a figure, or why there is none."""

    label: str = Field(min_length=1)
    figure: str = ""
    measure: str = ""
    why: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Line:
        if bool(self.figure and self.measure) == bool(self.why):
            raise ValueError(f"{self.label!r} names a figure and its measure, or says why it has none")
        return self


class Column(Strict):
    """A column of a form: a measure of the table's figure, or why there is none."""

    label: str = Field(min_length=1)
    measure: str = ""
    why: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Column:
        if bool(self.measure) == bool(self.why):
            raise ValueError(f"{self.label!r} names a measure, or says why it has none")
        return self


class FormTable(Strict):
    """A table of a form: fixed lines, or a row for each key of a dimension."""

    number: str
    title: str = Field(min_length=1)
    line: tuple[Line, ...] = ()
    figure: str = ""
    by: Dimension | None = None
    column: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _one_form(self) -> FormTable:
        if bool(self.line) == bool(self.column) or bool(self.column) != bool(self.figure and self.by):
            raise ValueError(f"table {self.number} has lines, or a figure with a dimension and columns")
        return self

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The figures and measures that it names."""
        if self.line:
            return [(line.figure, line.measure) for line in self.line if line.figure]
        return [(self.figure, column.measure) for column in self.column if column.measure]


class Template(Strict):
    """A return as its data file has it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")
    country: str = Field(pattern=r"^[A-Z]{2}$")
    about: About
    table: tuple[FormTable, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a filled form: its number, the words for it, and why it is empty."""

    text: str
    value: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A table of a filled form."""

    number: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Entry, ...]], ...]


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """All templates by name.

    Raises
    ------
    InvalidInputError
        when one names a figure, measure or dimension that there is not.
    """
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        template = load_toml(path, Template)
        for table in template.table:
            _check(path.name, table)
        found[template.name] = template
    return found


def _check(file: str, table: FormTable) -> None:
    for name, measure in table.asked:
        definition = figure_of(name).definition
        if measure not in {one.key for one in definition.measures}:
            raise InvalidInputError(f"{file}, table {table.number}: {name} has no measure {measure!r}")
        if table.by is not None and table.by not in definition.by:
            raise InvalidInputError(f"{file}, table {table.number}: {name} cannot be cut by {table.by}")


def template_of(name: str) -> Template:
    """A template by name; NotFoundError when there is none."""
    if name not in templates():
        raise NotFoundError(f"there is no return {name[:60]!r}")
    return templates()[name]


def fill(
    scope: Scope,
    template: Template,
    agency: str,
    year: int,
    *,
    suppressed: bool,
    agencies: Sequence[Agency] | None = None,
) -> tuple[Filled, ...]:
    """The return of one agency and year, inside `acting(scope)`. Each figure is asked once for each way in which it is cut.

    `agencies` as in `queries.answers`.
    """
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    wanted: dict[tuple[str, tuple[Dimension, ...]], None] = dict.fromkeys(
        (name, (table.by,) if table.by else ()) for table in template.table for name, _ in table.asked
    )
    questions = [Asked(name, agency, since, until, by, suppressed=suppressed) for name, by in wanted]
    found = answers(scope, questions, agencies)
    asked = dict(zip(wanted, found, strict=True))
    return tuple(_filled(table, asked) for table in template.table)


def _filled(table: FormTable, asked: dict[tuple[str, tuple[Dimension, ...]], Answer]) -> Filled:
    if table.line:
        rows = []
        for line in table.line:
            made = asked.get((line.figure, ()))
            cells = made.rows[0].cells if made and made.rows else None
            rows.append((line.label, (_entry(made, cells, line.measure, line.why),)))
        return Filled(table.number, table.title, ("", "Number"), tuple(rows))
    assert table.by is not None  # noqa: S101 - the model's own rule
    made = asked[table.figure, (table.by,)]
    return Filled(
        table.number,
        table.title,
        (DIMENSIONS[table.by], *(column.label for column in table.column)),
        tuple(
            (
                labels_of(row.labels)[0],
                tuple(_entry(made, row.cells, column.measure, column.why) for column in table.column),
            )
            for row in made.rows
        ),
    )


def _entry(made: Answer | None, cells: tuple[Cell, ...] | None, measure: str, why: str) -> Entry:
    if made is None or why:
        return Entry("", None, why)
    for one, cell in zip(made.definition.measures, cells or (), strict=False):
        if one.key == measure:
            return Entry(text_of(cell, one.unit), cell.value, state_of(cell))
    return Entry(text_of(Cell(None), Unit.REPORTS), None, "nothing to tell")


def about_of(template: Template, agency: str, year: int) -> list[tuple[str, str]]:
    """What stands on the first sheet: what this is, of whom, and that it is no official form."""
    about = template.about
    return [
        ("Return", about.title), ("Agency", agency), ("Year", str(year)), ("Template", f"{template.name}, version {about.version} of {about.as_of}"),
        ("Source", about.source), ("Mind", about.note),
    ]  # fmt: skip


def to_csv(template: Template, agency: str, year: int, filled: tuple[Filled, ...]) -> bytes:
    """All tables one below the other; beside each empty cell stands why."""
    rows: list[list[object]] = [list(line) for line in about_of(template, agency, year)]
    for table in filled:
        rows += [[], [f"Table {table.number}", table.title], list(table.head)]
        rows += [[label, *(_in_file(entry) for entry in entries)] for label, entries in table.rows]
    return csv_of(rows)


def _in_file(entry: Entry) -> object:
    if entry.value is None:
        return f"({entry.why})" if entry.why else ""
    return int(entry.value) if float(entry.value).is_integer() else round(entry.value, 2)


def to_ods(template: Template, agency: str, year: int, filled: tuple[Filled, ...]) -> bytes:
    """A workbook (ISO/IEC 26300): a sheet that says what it is, and one for each table. Cells hold values, and never a formula."""
    import odfdo

    made = odfdo.Document("spreadsheet")
    made.body.clear()
    sheets: list[tuple[str, list[list[object]]]] = [
        ("About", [list(line) for line in about_of(template, agency, year)])
    ]
    for table in filled:
        rows: list[list[object]] = [[table.title], list(table.head)]
        rows += [[label, *(_in_file(entry) for entry in entries)] for label, entries in table.rows]
        sheets.append((f"Table {table.number}", rows))
    for name, lines in sheets:
        sheet = odfdo.Table(name)
        for line in lines:
            row = odfdo.Row()
            for value in line:
                row.append_cell(odfdo.Cell(value if isinstance(value, int | float) else visible(str(value))))
            sheet.append_row(row)
        made.body.append(sheet)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()
