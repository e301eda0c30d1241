"""Tables as CSV: rows out of a file of any size, each with the lines it was written on. A formula in a cell is text.

What is wrong with one row is told of that row. A quotation mark that nobody closed takes the lines that follow it into one cell; then
only the line it stands on is refused, and reading goes on with the next.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from tipline.core.text import visible
from tipline.intake.bulk.filling import draft_row
from tipline.intake.bulk.items import Found, Item, Place, refused
from tipline.intake.bulk.mapping import Mapping, Table

LONGEST_LINE = 1024 * 1024
LONGEST_CELL = 256 * 1024
# one row may go over several lines, within a cell in quotation marks
MOST_LINES = 1_000
MOST_COLUMNS = 2_000


class TableError(Exception):
    """The file as a whole is no table of this mapping."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, the line that it begins on, and its lines as they are written. `fault`: why it is no row."""

    line: int
    cells: tuple[str, ...]
    text: str
    fault: str = ""


def read_table(path: Path, mapping: Mapping) -> Iterator[Found]:
    """Every row of a file as an item."""
    place = Place(str(path))
    try:
        with path.open(encoding=_codec(mapping.file.csv), errors="surrogateescape", newline="") as file:
            yield from _items(str(path), file, mapping)
    except OSError as error:
        yield refused(place, f"it cannot be read: {error.strerror}")
    except UnicodeError:
        yield refused(place, f"from here on it is not {mapping.file.csv.encoding}")
    except TableError as error:
        yield refused(place, str(error))


def _codec(table: Table) -> str:
    return "utf-8-sig" if table.encoding == "utf-8" else table.encoding


def _items(path: str, file: TextIO, mapping: Mapping) -> Iterator[Found]:
    rows = _rows(file, mapping.file.csv)
    first = next(rows, None)
    if first is None or first.fault:
        raise TableError(f"line 1: {first.fault if first else 'the file is empty'}")
    header = tuple(cell.strip() for cell in first.cells)
    _check_header(header, mapping)
    head = _bytes(_ended(first.text), mapping.file.csv)
    for row in rows:
        body = head + _bytes(row.text, mapping.file.csv)
        size = len(body) - len(head)
        place = Place(path, line=row.line)
        if not any(row.cells) and not row.fault:
            continue  # an empty line
        fault = row.fault or _fault(row, header)
        if fault:
            yield refused(place, fault, size, body)
        else:
            cells = dict(zip(header, row.cells, strict=True))
            yield Item(place, body, partial(draft_row, mapping, cells, body), size)


def _ended(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + "\n"


def _bytes(text: str, table: Table) -> bytes:
    """The text as it was in the file; of UTF-16, which has no lines of bytes, in UTF-8."""
    encoding = "utf-8" if table.encoding == "utf-16" else table.encoding
    return text.encode(encoding, "surrogateescape")


def _check_header(header: tuple[str, ...], mapping: Mapping) -> None:
    """A column more or less is a change of the export, and somebody has to look."""
    unused = set(mapping.file.csv.unused)
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if len(header) > MOST_COLUMNS:
        raise TableError(f"line 1: more than {MOST_COLUMNS} columns")
    if twice:
        raise TableError(f"line 1: these columns stand twice: {_listed(twice)}")
    if missing := sorted(mapping.columns - set(header)):
        raise TableError(
            f"line 1: the mapping {mapping.file.name} needs these columns, which are not there: {_listed(missing)}"
        )
    if "*" not in unused and (new := [name for name in header if name not in mapping.columns | unused]):
        raise TableError(
            f"line 1: the mapping {mapping.file.name} does not know these columns: {_listed(new)}; "
            "give each a field, or name it under csv.unused"
        )


def _listed(names: list[str]) -> str:
    return ", ".join(repr(visible(name, 60)) for name in names[:20]) + (" …" if len(names) > 20 else "")


def _fault(row: Row, header: tuple[str, ...]) -> str:
    if len(row.cells) != len(header):
        return f"the row has {len(row.cells)} cells, and there are {len(header)} columns"
    for name, cell in zip(header, row.cells, strict=True):
        if any("\udc80" <= character <= "\udcff" for character in cell):
            return f"column {visible(name, 60)!r} is not in the encoding that the mapping names"
    return ""


class _Lines:
    """Lines of a file, some of which may be given back; remembers those of the present row."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._returned: deque[str] = deque()
        self.row: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.row) >= MOST_LINES:
            raise csv.Error(f"a cell goes on for more than {MOST_LINES} lines: a quotation mark is not closed")
        line = self._returned.popleft() if self._returned else self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.row.append(line)
        if len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
            while (more := self._file.readline(LONGEST_LINE)) and not more.endswith(("\n", "\r")):
                continue
            raise csv.Error(f"the line is longer than {LONGEST_LINE} characters")
        return line

    def next_row(self) -> int:
        """Begin a row; returns the number of its first line."""
        self.number += len(self.row)
        self.row = []
        return self.number + 1

    def give_back(self) -> None:
        """All lines of the row but its first are to be read again."""
        self._returned.extendleft(reversed(self.row[1:]))
        del self.row[1:]


def _rows(file: TextIO, table: Table) -> Iterator[Row]:
    """Rows, with whatever is wrong with one."""
    csv.field_size_limit(LONGEST_CELL)
    lines = _Lines(file)
    quoting: Any = {"quotechar": table.quote} if table.quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}
    while True:
        line = lines.next_row()
        try:
            cells = next(csv.reader(lines, delimiter=table.delimiter, strict=True, **quoting))
        except StopIteration:
            return
        except csv.Error as error:
            if len(lines.row) > 1:
                lines.give_back()
            yield Row(line, (), "".join(lines.row)[:LONGEST_CELL], _plain(error))
            continue
        yield Row(line, tuple(cells), "".join(lines.row))


def _plain(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"a cell is longer than {LONGEST_CELL} characters: perhaps a quotation mark is not closed"
    if "unexpected end" in text:
        return "a quotation mark is not closed"
    if "expected after" in text:
        return f"after a quotation mark that closes a cell there is more text: {visible(text, 60)}"
    return visible(text, 200)
