"""Whose network an address is of, from tables of first address, last address, AS number, name (`start,end,asn,name`, without a head line).

Such a table names no place. As npm's `@ip-location-db/asn` has them, in text or as plain numbers.
"""

from __future__ import annotations

import csv
import io
import socket

from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.sources.compiled import Compiled, Rows
from tipline.pipeline.attribution.sources.intervals import NOTHING, Cover, cover_of
from tipline.pipeline.attribution.sources.numbers import as_number
from tipline.pipeline.attribution.sources.reading import Template

KIND = "network_owners"
WIDTH = 4
MAX_ROWS = 5_000_000


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
        packed = socket.inet_pton(socket.AF_INET6 if ":" in cell else socket.AF_INET, cell)
    except (OSError, ValueError):
        raise ValueError(f"{cell[:40]!r} is not an IP address") from None
    return int.from_bytes(packed, "big"), len(packed) * 8


def compile_table(name: str, text: str) -> Compiled:
    """The table, compiled.

    Raises
    ------
    InvalidInputError
        naming the first line that is wrong, and the second one when two overlap.
    """
    rows, spans = Rows(), {32: list[tuple[int, int, int, int]](), 128: list[tuple[int, int, int, int]]()}
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
    covers = [_cover(name, sorted(those), bits) if those else None for bits, those in spans.items()]
    return Compiled.of(rows, covers[0], covers[1], count, by_range=True)


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
    owner = cells[3].strip()
    if any(not c.isprintable() for c in owner):
        raise InvalidInputError(f"{name} line {line}, name: holds characters that cannot be shown")
    return bits, first, last, rows.add(Template(precision=""), owner[:200], asn)


def _cover(name: str, spans: list[tuple[int, int, int, int]], bits: int) -> Cover:
    starts, values, free, before = [0], [NOTHING], 0, 0
    for first, last, line, row in spans:
        if first < free:
            raise InvalidInputError(
                f"{name}: the ranges of line {min(line, before)} and line {max(line, before)} overlap"
            )
        if first == starts[-1]:
            values[-1] = row
        else:
            starts.append(first)
            values.append(row)
        if last + 1 < 1 << bits:
            starts.append(last + 1)
            values.append(NOTHING)
        free, before = last + 1, line
    return cover_of(starts, values, bits)
