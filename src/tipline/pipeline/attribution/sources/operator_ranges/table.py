"""Reading a range table: every row whole, or a refusal that names the line, the column and the fault."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.sources.flags import FLAGS
from tipline.pipeline.attribution.sources.numbers import as_number
from tipline.pipeline.attribution.sources.special_ranges import special_of
from tipline.pipeline.attribution.sources.times import moment

COLUMNS = ("network", "country", "state", "district", "owner", "flags")
FURTHER = ("valid_from", "valid_until", "asn")
MAX_ROWS = 5_000_000
_LONGEST = {"state": 80, "district": 80, "owner": 200}


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is written; `line` of the file. It held from `valid_from` until just before `valid_until`; None: no end that way."""

    line: int
    network: IPv4Network | IPv6Network
    country: str
    state: str = ""
    district: str = ""
    owner: str = ""
    flags: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    asn: int | None = None
    documentation: bool = False

    @property
    def place(self) -> str:
        """For messages."""
        return ", ".join(part for part in (self.district, self.state, self.country) if part)

    def meets(self, other: Row) -> bool:
        """Whether there is a time at which both hold."""
        return (self.valid_from is None or other.valid_until is None or self.valid_from < other.valid_until) and (
            other.valid_from is None or self.valid_until is None or other.valid_from < self.valid_until
        )


def read(name: str, text: str) -> list[Row]:
    """The rows of a table in their order.

    Raises
    ------
    InvalidInputError
        naming the first line that is wrong, and the second one when two contradict each other.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    by_network: dict[IPv4Network | IPv6Network, list[Row]] = {}
    try:
        columns = _columns(name, next(reader, []))
        for cells in _filled(reader):
            row = _row(name, reader.line_num, columns, cells)
            for before in by_network.setdefault(row.network, []):
                if before.meets(row):
                    raise InvalidInputError(_twice(name, before, row))
            if len(rows) >= MAX_ROWS:
                raise InvalidInputError(f"{name} line {row.line}: more than {MAX_ROWS} rows; split the file")
            by_network[row.network].append(row)
            rows.append(row)
    except csv.Error as error:
        raise InvalidInputError(f"{name} line {reader.line_num}: not CSV: {error}") from error
    return rows


def _filled(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    return (cells for cells in reader if cells)


def _columns(name: str, head: Sequence[str]) -> tuple[str, ...]:
    further = head[len(COLUMNS) :]
    if tuple(head[: len(COLUMNS)]) != COLUMNS or not set(further) <= set(FURTHER) or len(set(further)) < len(further):
        raise InvalidInputError(
            f"{name} line 1: the columns must be {','.join(COLUMNS)}, then any of {', '.join(FURTHER)};"
            f" they are {','.join(head)[:200] or 'none'}"
        )
    return tuple(head)


def _twice(name: str, before: Row, row: Row) -> str:
    said = f"{name} line {row.line}: {row.network} stands at line {before.line} already"
    if row.valid_from or row.valid_until or before.valid_from or before.valid_until:
        said += " for a time that both cover"
    if row.place != before.place:
        said += f", as {before.place}; here it is {row.place}"
    return said


def _row(name: str, line: int, columns: Sequence[str], written: Sequence[str]) -> Row:
    if len(written) > len(columns):
        raise InvalidInputError(f"{name} line {line}: more than {len(columns)} columns")
    cells = dict.fromkeys((*COLUMNS, *FURTHER), "") | dict(zip(columns, map(str.strip, written), strict=False))

    def fault(column: str, why: object) -> InvalidInputError:
        return InvalidInputError(f"{name} line {line}, {column}: {why}")

    for column, cell in cells.items():
        if any(not c.isprintable() for c in cell):
            raise fault(column, "holds characters that cannot be shown")
    try:
        network = ip_network(cells["network"])
    except ValueError as error:
        raise fault("network", error) from error
    if "/" not in cells["network"]:
        raise fault(
            "network", f"{cells['network']!r} has no length; write /{network.max_prefixlen} for a single address"
        )
    special = special_of(network)
    if special and special.flag != "documentation":
        raise fault("network", f"{network} is in {special.network}: {special.name} ({special.rfc}), which has no place")
    country = cells["country"].upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise fault("country", f"{cells['country']!r} is not an ISO 3166-1 alpha-2 code")
    if cells["district"] and not cells["state"]:
        raise fault("state", "a district needs its state")
    flags = tuple(dict.fromkeys(flag.lower() for flag in cells["flags"].split()))
    strange = [flag for flag in flags if flag not in FLAGS]
    if strange:
        raise fault("flags", f"{strange[0]!r} is not one of {', '.join(sorted(FLAGS))}")
    for column, longest in _LONGEST.items():
        if len(cells[column]) > longest:
            raise fault(column, "too long")
    period: dict[str, datetime | None] = {}
    for column in ("valid_from", "valid_until"):
        try:
            period[column] = moment(cells[column], end=column == "valid_until") if cells[column] else None
        except ValueError as error:
            raise fault(column, error) from error
    if period["valid_from"] and period["valid_until"] and period["valid_from"] >= period["valid_until"]:
        raise fault("valid_until", f"{cells['valid_until']} is not after {cells['valid_from']}")
    try:
        asn = as_number(cells["asn"]) if cells["asn"] else None
    except ValueError as error:
        raise fault("asn", error) from error
    return Row(
        line, network, country, cells["state"], cells["district"], cells["owner"], flags, period["valid_from"],
        period["valid_until"], asn, special is not None,
    )  # fmt: skip
