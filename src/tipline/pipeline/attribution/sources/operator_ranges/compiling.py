"""A range table, compiled: nested networks cut into intervals, with the rows whose times differ kept together as one group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta

import numpy as np

from tipline.pipeline.attribution.sources.compiled import ALWAYS_FROM, ALWAYS_UNTIL, Compiled, Periods, Rows
from tipline.pipeline.attribution.sources.intervals import NOTHING, Cover, Network, cover_of, cut
from tipline.pipeline.attribution.sources.operator_ranges.table import Row, read
from tipline.pipeline.attribution.sources.reading import Reading, Template, placed
from tipline.pipeline.attribution.sources.times import microseconds


def compile_table(name: str, text: str) -> tuple[Compiled, list[Row]]:
    """The table and its rows, their places by canonical names.

    Raises
    ------
    InvalidInputError
        as `table.read` does.
    """
    table = read(name, text)
    rows = Rows()
    known: dict[tuple[Reading, bool, str], Template] = {}
    numbers = [_row(row, rows, known) for row in table]
    periods = _Groups(table, numbers)
    covers: list[Cover | None] = []
    for bits in (32, 128):
        networks = [
            Network(int(row.network.network_address), row.network.prefixlen, index)
            for index, row in enumerate(table)
            if row.network.max_prefixlen == bits
        ]
        if not networks:
            covers.append(None)
            continue
        starts, said = cut(networks, bits)
        covers.append(cover_of(starts, [periods.value(one) for one in said], bits))
    compiled = Compiled.of(rows, covers[0], covers[1], len(table), periods=periods.made())
    return compiled, table


def _row(row: Row, rows: Rows, known: dict[tuple[Reading, bool, str], Template]) -> int:
    reading = Reading(row.country, row.state, row.district, owner=row.owner, asn=row.asn, flags=row.flags)
    until = f"{(row.valid_until.astimezone(UTC) - timedelta(microseconds=1)).date()}" if row.valid_until else ""
    key = (reading, row.documentation, until)
    if key not in known:
        known[key] = _template(reading, row, until)
    return rows.add(known[key], row.owner, row.asn, length=row.network.prefixlen, speaks_of_special=row.documentation)


def _template(reading: Reading, row: Row, until: str) -> Template:
    said = placed(reading)
    how = said.how
    if row.documentation:
        remark = "this is an address for documentation, and the table names it"
        how = f"{how}; {remark}" if how else remark
    return said._replace(how=how, until=until)


class _Groups:
    """Which rows speak of an interval: one number of a row where one holds at all times, otherwise of a group of periods."""

    def __init__(self, table: Sequence[Row], numbers: Sequence[int]) -> None:
        self._table, self._numbers = table, numbers
        self._known: dict[tuple[int, ...], int] = {}

    def value(self, said: tuple[int, ...]) -> int:
        """What the cover holds for an interval with these rows, the most precise first."""
        if not said:
            return NOTHING
        first = self._table[said[0]]
        if first.valid_from is None and first.valid_until is None:
            return self._numbers[said[0]]
        return -2 - self._known.setdefault(said, len(self._known))

    def made(self) -> Periods | None:
        """The groups, when there are any."""
        if not self._known:
            return None
        at, row, start, end = [0], [], [], []
        for said in self._known:
            for index in said:
                one = self._table[index]
                row.append(self._numbers[index])
                start.append(ALWAYS_FROM if one.valid_from is None else microseconds(one.valid_from))
                end.append(ALWAYS_UNTIL if one.valid_until is None else microseconds(one.valid_until))
            at.append(len(row))
        return Periods(
            np.array(at, dtype=np.int64),
            np.array(row, dtype=np.int32),
            np.array(start, dtype=np.int64),
            np.array(end, dtype=np.int64),
        )
