"""Reading a forensic tool's table of hashes: a stream of rows, each with its hashes or with the reason why it is refused."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from tipline.core.errors import InvalidInputError
from tipline.investigation.exhibits import layouts
from tipline.investigation.exhibits.hashes import Algorithm, read_hash
from tipline.investigation.exhibits.layouts import Fit
from tipline.investigation.exhibits.models import HashLayout

MOST_ROWS = 1_000_000
LONGEST_LINE = 100_000
LONGEST_NAME = 4_096
LONGEST_SIZE_DIGITS = 18
# a tool writes the name of the case and the day above its heads
LINES_ABOVE_HEADS = 30
DELIMITERS = (",", "\t", ";", "|")
# What a person may say a file is written in, when it says nothing itself. UTF-8 is tried without being asked.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "cp1252": "Windows-1252",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class UnknownLayoutError(InvalidInputError):
    """No layout fits the table. `heads` are those of its likeliest row of heads, for a person to map."""

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__("no layout fits this table: say which column holds which hash")
        self.heads = tuple(heads)


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file on an exhibit, as a tool states it. `line` is where in the tool's file it stands."""

    line: int
    hashes: Mapping[Algorithm, str]
    name: str = ""
    size_bytes: int | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken over, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """A tool's file, opened: by which layout it is read, and its rows, which are read as they are asked for."""

    layout: str
    rows: Iterator[Hashed | Refused] = field(repr=False)


def read_table(
    file: BinaryIO, *, own: Sequence[HashLayout] = (), columns: Mapping[str, str] | None = None, encoding: str = ""
) -> Read:
    """The rows of a table.

    Parameters
    ----------
    own
        layouts that the agency saved.
    columns
        field → head of its column, as a person says; None: by a layout.
    encoding
        of `ENCODINGS`, as a person says; empty: as the file's first bytes say, else UTF-8.

    Raises
    ------
    UnknownLayoutError
        when no layout fits.
    InvalidInputError
        for an encoding that is another; also later, while the rows are read.
    """
    lines = _lines(file, encoding)
    above = list(islice(lines, LINES_ABOVE_HEADS))
    for delimiter in DELIMITERS:
        for number, (_, line) in enumerate(above):
            heads = _cells(line, delimiter)
            fit = _mapped(heads, columns) if columns else layouts.fit(heads, own)
            if fit is not None:
                return Read(fit.title, _rows(chain(above[number + 1 :], lines), delimiter, fit))
    if columns:
        raise InvalidInputError(
            "the table has no row with these heads of columns: write them as they stand in the file"
        )
    raise UnknownLayoutError(_likely_heads([line for _, line in above]))


def _mapped(heads: Sequence[str], columns: Mapping[str, str]) -> Fit | None:
    places = {layouts.fold(head): number for number, head in reversed(list(enumerate(heads))) if head.strip()}
    wanted = {name: layouts.fold(head) for name, head in columns.items() if head.strip()}
    if not layouts.HASHES & set(wanted) or not all(head in places for head in wanted.values()):
        return None
    return Fit("columns as mapped by hand", {name: places[head] for name, head in wanted.items()})


def _likely_heads(lines: Sequence[str]) -> list[str]:
    rows = [_cells(line, delimiter) for delimiter in DELIMITERS for line in lines]
    likely = max(rows, key=lambda cells: len([c for c in cells if c.strip()]), default=[])
    return [cell.strip()[:100] for cell in likely if cell.strip()][:60]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _lines(file: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """Numbered lines of text. The row of heads may not break over lines; rows below may."""
    if encoding and encoding not in ENCODINGS:
        raise InvalidInputError(f"choose one of the encodings {', '.join(ENCODINGS.values())}")
    start = file.read(4)
    file.seek(0)
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    chosen = marked or encoding or "utf-8"
    text = io.TextIOWrapper(file, encoding=chosen, errors="strict", newline="")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise InvalidInputError(
                    f"line {number} is longer than {LONGEST_LINE:,} characters: this is no table of hashes"
                )
            if "\x00" in line:
                raise InvalidInputError(
                    f"line {number} has a NUL: this is no text in {chosen.upper()}; is it UTF-16 without its first mark?"
                )
            yield number, line
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"after line {number} the file is not {chosen.upper()}: choose the encoding that the tool writes"
        ) from error
    finally:
        text.detach()


def _rows(lines: Iterator[tuple[int, str]], delimiter: str, fit: Fit) -> Iterator[Hashed | Refused]:
    at = 0

    def texts() -> Iterator[str]:
        nonlocal at
        for at, line in lines:  # noqa: B007 - the line that a fault is told of
            yield line

    csv.field_size_limit(LONGEST_LINE)  # of the whole process: every reader sets its own first
    read = csv.reader(texts(), delimiter=delimiter)
    try:
        for count, cells in enumerate(read, 1):
            if count > MOST_ROWS:
                raise InvalidInputError(f"the table has more than {MOST_ROWS:,} rows: split it, nothing was taken over")
            if any(cell.strip() for cell in cells):
                yield _row(at, cells, fit.columns)
    except csv.Error as error:
        raise InvalidInputError(f"line {at}: the table cannot be read ({error}); nothing was taken over") from error


def _row(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> Hashed | Refused:
    given = {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}
    return hashed(
        line,
        {Algorithm(name): given[name] for name in given if name in layouts.HASHES},
        given.get("name", ""),
        given.get("size", ""),
        given.get("category", ""),
    )


def hashed(line: int, given: Mapping[Algorithm, str], name: str, size: str, category: str) -> Hashed | Refused:
    """What one row or object says, checked. Names and categories stay text, whatever a spreadsheet would make of them."""
    hashes: dict[Algorithm, str] = {}
    for algorithm, text in given.items():
        if text:
            try:
                hashes[algorithm] = read_hash(algorithm, text)
            except InvalidInputError as error:
                return Refused(line, str(error))
    if not hashes:
        return Refused(line, "no hash stands in this row")
    if len(name) > LONGEST_NAME:
        return Refused(line, f"the name has more than {LONGEST_NAME:,} characters")
    return Hashed(line, hashes, name, _size(size), " ".join(category.split()).casefold()[:100])


def _size(text: str) -> int | None:
    """Bytes; None when the tool wrote something else, such as `12 KB`, which says only about how many."""
    digits = text.replace(",", "").replace(" ", "").replace("\u00a0", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_SIZE_DIGITS else None
