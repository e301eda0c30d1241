"""Whose network an address is of, from tables of first address, last address, AS number, name (`start,end,asn,name`, without a head line).

Such a table names no place. As npm's `@ip-location-db/asn` has them, in text or as plain numbers.
"""

from __future__ import annotations

import csv
import io

from tipline.core import inet
from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.sources.compiled import Compiled, Rows
from tipline.pipeline.attribution.sources.intervals import NOTHING, Cover, cover_of
from tipline.pipeline.attribution.sources.numbers import as_number
from tipline.pipeline.attribution.sources.reading import Template

KIND = "network_owners"
WIDTH = 4
MAX_ROWS = 5_000_000
MAX_OVERLAPS = 1_000
_Span = tuple[int, int, int, int]  # first and last address, line, row


def looks_like(text: str) -> bool:
    """Whether the first line is a row of such a table."""
    try:
        cells = next(csv.reader(io.StringIO(text[:2000].split("\n", 1)[0])), [])
        _address(cells[0])
        _address(cells[1])
    except (ValueError, IndexError, csv.Error):
        return False
    return len(cells) == WIDTH


def _address(cell: str) -> tuple[int, int]:
    """An address and its bits. A plain number is an IPv4 address when it fits into 32 bits."""
    if cell.isascii() and cell.isdigit():
        number = int(cell[:40])
        if number >= 1 << 128:
            raise ValueError(f"{cell[:40]!r} is not an IP address")
        return number, 32 if number < 1 << 32 else 128
    try:
        packed = inet.packed(inet.IPV6 if ":" in cell else inet.IPV4, cell)
    except (OSError, ValueError):
        raise ValueError(f"{cell[:40]!r} is not an IP address") from None
    return int.from_bytes(packed, "big"), len(packed) * 8


def compile_table(name: str, text: str) -> tuple[Compiled, tuple[str, ...]]:
    """The table, compiled, and what has to be told of it.

    Raises
    ------
    InvalidInputError
        naming the first line that is wrong.
    """
    rows, spans = Rows(), {32: list[_Span](), 128: list[_Span]()}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    count = 0
    try:
        for cells in reader:
            if not cells:
                continue
            line, count = reader.line_num, count + 1
            if count > MAX_ROWS:
                raise InvalidInputError(f"{name} line {line}: more than {MAX_ROWS} rows; split the file")
            bits, first, last, row = _row(name, line, cells, rows)
            spans[bits].append((first, last, line, row))
    except csv.Error as error:
        raise InvalidInputError(f"{name} line {reader.line_num}: not CSV: {error}") from error
    covers: list[Cover | None] = []
    remarks: list[str] = []
    for bits, those in spans.items():
        cover, overlaps = _cover(name, those, bits) if those else (None, [])
        covers.append(cover)
        remarks += overlaps
    return Compiled.of(rows, covers[0], covers[1], count, by_range=True), tuple(remarks)


def _row(name: str, line: int, cells: list[str], rows: Rows) -> tuple[int, int, int, int]:
    if len(cells) != WIDTH:
        raise InvalidInputError(
            f"{name} line {line}: a row has {WIDTH} columns (start, end, AS number, name), not {len(cells)}"
        )
    where = "start"
    try:
        first, bits = _address(cells[0])
        where = "end"
        last, end_bits = _address(cells[1])
        if bits != end_bits or last < first:
            raise ValueError(f"{cells[1][:40]} does not come after {cells[0][:40]}")
        where = "AS number"
        asn = as_number(cells[2])
    except ValueError as error:
        raise InvalidInputError(f"{name} line {line}, {where}: {error}") from error
    # Public lists of names have soft hyphens and the like in them; that is no reason to do without the list.
    owner = cells[3] if cells[3].isprintable() else "".join(c if c.isprintable() else " " for c in cells[3])
    return bits, first, last, rows.add(Template(precision=""), owner.strip()[:200], asn)


def _cover(name: str, spans: list[_Span], bits: int) -> tuple[Cover, list[str]]:
    """Where ranges of different owners overlap, none of them speaks, and both lines are named."""
    edges = sorted(
        [(first, True, span) for span in spans for first in span[:1]] + [(s[1] + 1, False, s) for s in spans]
    )
    starts, values, remarks = [0], [NOTHING], list[str]()
    here: list[_Span] = []
    for at, begins, span in edges:
        if begins:
            remarks += [
                f"{name}: the ranges of line {min(line, span[2])} and line {max(line, span[2])} overlap; there neither is believed"
                for _, _, line, row in here
                if row != span[3]
            ]
            here.append(span)
        else:
            here.remove(span)
        if len(remarks) > MAX_OVERLAPS:
            raise InvalidInputError(f"{remarks[0]}; more than {MAX_OVERLAPS} of its ranges do")
        if at >= 1 << bits:
            continue
        rows = {row for _, _, _, row in here}
        if starts[-1] != at:
            starts.append(at)
            values.append(NOTHING)
        values[-1] = rows.pop() if len(rows) == 1 else NOTHING
    return cover_of(starts, values, bits), remarks
