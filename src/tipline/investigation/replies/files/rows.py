"""What readers hand on: rows of text with the lines they stand on, and what is suspicious about the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tipline.core.errors import InvalidInputError
from tipline.core.text import visible

MIB = 1024 * 1024
MOST_BYTES = 64 * MIB
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
LONGEST_CELL = 4_000  # characters
MOST_SUSPICIONS = 50  # are told; the rest is counted


class RefusedFileError(InvalidInputError):
    """The file is not read: it is broken, too large, or carries what no reply needs."""


class MediaError(RefusedFileError):
    """The file is a picture or a video, or carries one. It is not even kept."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What is wrong, and where: `line` as in the file (0: the file as a whole), `column` as its heading or its letters."""

    text: str
    line: int = 0
    column: str = ""

    def as_json(self) -> dict[str, str | int]:
        """For a column of the database."""
        return {"line": self.line, "column": visible(self.column, 60), "text": self.text}


class Row(NamedTuple):
    """Cells of one row, and the line that it stands on."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Sheet:
    """An opened file. `suspicions` is whole when `rows` has been read to its end: what a person must look at before anything is used."""

    form: str
    rows: Iterator[Row]
    suspicions: list[Reason] = field(default_factory=list)
    # how many there were, told or not
    suspicious: int = 0

    def suspect(self, reason: Reason) -> None:
        """Note something suspicious."""
        self.suspicious += 1
        if len(self.suspicions) < MOST_SUSPICIONS:
            self.suspicions.append(reason)


def bounded(sheet: Sheet, rows: Iterator[Row]) -> Iterator[Row]:
    """Rows within all limits; cells that are written like a formula are noted.

    Raises
    ------
    RefusedFileError
        naming the limit and the line.
    """
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise RefusedFileError(f"line {row.line}: more than {MOST_ROWS:,} rows; ask its sender for parts")
        if len(row.cells) > MOST_COLUMNS:
            raise RefusedFileError(f"line {row.line}: {len(row.cells):,} columns; at most {MOST_COLUMNS} are read")
        # most rows have nothing of it, which one look at all of their cells tells
        text = _BETWEEN.join(row.cells)
        if len(text) > LONGEST_CELL or "\0" in text or not text.isascii() or _SUSPICIOUS.search(text):
            _look(sheet, row)
        yield row


def _look(sheet: Sheet, row: Row) -> None:
    """Look at a row cell by cell. Raises as `bounded` does."""
    for place, cell in enumerate(row.cells):
        if len(cell) > LONGEST_CELL:
            raise RefusedFileError(f"line {row.line}, column {letters(place)}: a cell of {len(cell):,} characters; at most {LONGEST_CELL:,} are read")  # fmt: skip
        if "\0" in cell:
            raise RefusedFileError(f"line {row.line}, column {letters(place)}: a NUL character; the file is no table")
        if not cell.isascii() and not _storable(cell):
            raise RefusedFileError(f"line {row.line}, column {letters(place)}: half of a character; the file is broken")
        if cell[:1] in _FORMULA_SIGNS and like_formula(cell):
            sheet.suspect(Reason(f"is written like a formula: {visible(cell, 60)}", row.line, letters(place)))


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


_FORMULA_SIGNS = {"=", "+", "-", "@", "\t", "\r"}
_BETWEEN = "\x1f"  # of cells; one that a cell has itself makes its row looked at once too often, at worst
_SUSPICIOUS = re.compile(r"(?:^|\x1f)[=+\-@\t\r]")


def like_formula(cell: str) -> bool:
    """Whether an office program would compute this text. +91..., -5 and @name are no formulas."""
    text = cell.lstrip("\t\r ")
    if text[:1] == "=":
        return len(text) > 1
    return text[:1] in {"+", "-", "@"} and any(sign in text for sign in "(|!")


def letters(place: int) -> str:
    """A column's letters, as spreadsheets name it: 0 → A, 26 → AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
