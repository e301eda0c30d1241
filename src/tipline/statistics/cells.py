"""Answering out of cells: the same lines that a figure's query gives over the facts, as of the last refresh.

Sums are PostgreSQL's; percentiles are made here, out of how often each value stands, as `percentile_cont` makes them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from tipline.statistics.catalogue import Figure
from tipline.statistics.facts import Line, Question, lines
from tipline.statistics.figures import Dimension, Measure
from tipline.statistics.rolling import COUNTS, CUTS, DIGEST, FIGURES, ONCE, TALLIED, VALUES

_KEYS = {
    Dimension.MONTH: "to_char(first, 'YYYY-MM')", Dimension.DISTRICT: "district", Dimension.PLATFORM: "platform",
    Dimension.CATEGORY: "category", Dimension.DESK: "desk",
}  # fmt: skip
# a refresh may end between the statements of an answer: then they find nothing
_STILL = "EXISTS (SELECT 1 FROM statistics_kept WHERE at = %(as_of)s AND cells = %(digest)s)"
_PLACES = {frozenset(cut): place for place, cut in enumerate(CUTS)}
_Counts = np.ndarray[tuple[int, int, int], np.dtype[np.int64]]


def cut_of(figure: Figure, question: Question) -> int | None:
    """The cells that have the answer, as their place in CUTS; None where only the facts have it."""
    if figure not in FIGURES:
        return None
    place = _PLACES.get(_keyed((*question.by, *(dimension for dimension, _ in question.only))))
    return None if place is None or (figure.percentiles and place >= TALLIED) else place


def _keyed(dimensions: Iterable[Dimension]) -> frozenset[Dimension]:
    return frozenset(dimensions) - {Dimension.MONTH}


def ask_cells(figure: Figure, question: Question) -> tuple[list[Line], bool]:
    """The lines of a figure's query as of the last refresh, out of the cells that `cut_of` names, and whether they are of the question's
    moment for sure: where nothing was found, that may be since a refresh ended meanwhile (`still_of`)."""
    cut = cut_of(figure, question)
    if cut is None:
        raise ValueError("cells have no answer to this")
    found = _summed(figure, question)
    if not found or not figure.percentiles:
        return found, bool(found)
    return _with_percentiles(figure, question, cut, found)


def still_of(as_of: datetime) -> bool:
    """Whether the cells are of this moment."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_STILL}", {"as_of": as_of, "digest": DIGEST})
        return bool((cursor.fetchone() or (False,))[0])


def _summed(figure: Figure, question: Question) -> list[Line]:
    """Everything but percentiles."""
    by, only = (
        question.by,
        "".join(f" AND {_KEYS[of]} = %(only_{place})s" for place, (of, _) in enumerate(question.only)),
    )
    measures = [
        measure.key for measure in figure.definition.measures if f"{figure.name}.{measure.key}" in COUNTS + ONCE
    ]
    selects = []
    for summed in itertools.product((False, True) if question.sums else (False,), repeat=len(by)):
        kept = [dimension for dimension, over in zip(by, summed, strict=True) if not over]
        cut = _PLACES[_keyed((*kept, *(dimension for dimension, _ in question.only)))]
        keys = [
            f"{_KEYS[one] if one in kept else repr('')} AS d{place + 1}, {int(one not in kept)} AS g{place + 1}"
            for place, one in enumerate(by)
        ]
        one_month = Dimension.MONTH in {*kept, *(dimension for dimension, _ in question.only)}
        sums = [f"{_sum(f'{figure.name}.{key}', one_month=one_month)} AS {key}" for key in measures]
        sums += [_share(figure, measure, one_month=one_month) for measure in figure.definition.measures if measure.part]
        selects.append(
            f"SELECT {', '.join([*keys, *sums])} FROM statistics_cell"  # noqa: S608 - names of columns, from here and figures' files
            f" WHERE agency_id = %(agency)s AND cut = {cut} AND first >= %(since)s AND last < %(until)s{only} AND {_STILL}"
            + (f" GROUP BY {', '.join(_KEYS[one] for one in kept)}" if kept else "")
            + " HAVING sum(counts[1]) > 0"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(selects),
            {
                "agency": question.agency_id, "since": question.since, "until": question.until, "as_of": question.as_of, "digest": DIGEST,
                **{f"only_{place}": key for place, (_, key) in enumerate(question.only)},
            },
        )  # fmt: skip
        names = [column.name for column in cursor.description or ()]
        return lines(names, cursor.fetchall(), len(by))


def _sum(name: str, *, one_month: bool) -> str:
    if name in COUNTS:
        return f"coalesce(sum(counts[{COUNTS.index(name) + 1}]), 0)"
    # a month stands for itself: stretches over several are of their sum
    return f"coalesce(sum(once[{ONCE.index(name) + 1}]){' FILTER (WHERE first = last)' if one_month else ''}, 0)"


def _share(figure: Figure, measure: Measure, *, one_month: bool) -> str:
    """A share as queries write it, so that it is the same number to its last digit."""
    part, of = (_sum(f"{figure.name}.{key}", one_month=one_month) for key in (measure.part, measure.of))
    return f"CASE WHEN {of} > 0 THEN 100.0 * {part} / {of} END AS {measure.key}"


def _with_percentiles(figure: Figure, question: Question, cut: int, found: list[Line]) -> tuple[list[Line], bool]:
    of_names = {VALUES[figure.name, of] for _, of in figure.percentiles.values()}
    key_only = [key for dimension, key in question.only if dimension != Dimension.MONTH]
    month_only = [key for dimension, key in question.only if dimension == Dimension.MONTH]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, to_char(month, 'YYYY-MM'), key, array_send(values), array_send(counts) FROM statistics_tally"  # noqa: S608 - a condition from here
            " WHERE agency_id = %(agency)s AND cut = %(cut)s AND month >= %(since)s AND month < %(until)s AND name = ANY (%(names)s)"
            " AND (%(key)s::text IS NULL OR key = %(key)s) AND (%(month)s::text IS NULL OR to_char(month, 'YYYY-MM') = %(month)s)"
            f" AND cardinality(values) > 0 AND {_STILL}",
            {
                "agency": question.agency_id, "cut": cut, "since": question.since, "until": question.until, "names": list(of_names),
                "key": key_only[0] if key_only else None, "month": month_only[0] if month_only else None,
                "as_of": question.as_of, "digest": DIGEST,
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    by_name: dict[str, list[tuple[Any, ...]]] = {name: [] for name in of_names}
    for name, *row in rows:
        by_name[name].append(tuple(row))
    made = [dict(line.values) for line in found]
    for name, tallied in by_name.items():
        places = _Tallied(tallied, question.by)
        for key, (share, of) in figure.percentiles.items():
            if VALUES[figure.name, of] == name:
                for values, value in zip(made, places.of(found, share), strict=True):
                    values[key] = value
    return [replace(line, values=values) for line, values in zip(found, made, strict=True)], bool(rows)


class _Tallied:
    """How often each value stands, by month and key and over them."""

    def __init__(self, rows: list[tuple[Any, ...]], by: tuple[Dimension, ...]) -> None:
        self.by = by
        months = (
            {month: place for place, month in enumerate(sorted({row[0] for row in rows}))}
            if Dimension.MONTH in by
            else {}
        )
        keys = (
            {key: place for place, key in enumerate(sorted({row[1] for row in rows}))}
            if set(by) - {Dimension.MONTH}
            else {}
        )
        self.months, self.keys = months, keys
        values = [_array(row[2], ">f8") for row in rows]
        counts = [_array(row[3], ">i4") for row in rows]
        places = [months.get(row[0], 0) * max(len(keys), 1) + keys.get(row[1], 0) for row in rows]
        every = np.concatenate(values) if values else np.zeros(0)
        self.values, codes = np.unique(every, return_inverse=True)
        groups = np.repeat(np.array(places, dtype=np.int64), [len(one) for one in values])
        shape = (max(len(months), 1), max(len(keys), 1), max(len(self.values), 1))
        flat = np.bincount(
            groups * shape[2] + codes, weights=np.concatenate(counts) if counts else None, minlength=shape[0] * shape[1] * shape[2]
        ) if rows else np.zeros(shape)  # fmt: skip
        self.tables: dict[tuple[bool, bool], Any] = {}
        whole = flat.reshape(shape).astype(np.int64)
        for over_months in (False, True):
            for over_keys in (False, True):
                some: _Counts = whole.sum(axis=0, keepdims=True) if over_months else whole
                some = some.sum(axis=1, keepdims=True) if over_keys else some
                self.tables[over_months, over_keys] = some.cumsum(axis=2)

    def of(self, found: Sequence[Line], share: float) -> list[float | None]:
        """A percentile of each line; None where it has no values."""
        told: list[float | None] = [None] * len(found)
        placed: dict[tuple[bool, bool], list[tuple[int, int, int]]] = {}
        for place, line in enumerate(found):
            where = self._place(line)
            if where is not None:
                placed.setdefault(where[:2], []).append((place, *where[2:]))
        for over, places in placed.items():
            lines_, months, keys = np.array(places).T
            below = self.tables[over][months, keys]
            totals = below[:, -1]
            rank = share * np.maximum(totals - 1, 0)
            low = np.floor(rank)
            first, second = (
                self.values[np.minimum((below <= one[:, None]).sum(axis=1), len(self.values) - 1)]
                for one in (low, np.ceil(rank))
            )
            made = first + (rank - low) * (second - first)
            for line_, total, value in zip(lines_, totals, made, strict=True):
                told[line_] = float(value) if total else None
        return told

    def _place(self, line: Line) -> tuple[bool, bool, int, int] | None:
        """Which table has a line, and where in it; None: no table."""
        month: int | None = 0
        key: int | None = 0
        over_months = over_keys = True
        for dimension, one, summed in zip(self.by, line.keys, line.summed, strict=True):
            if summed:
                continue
            if dimension == Dimension.MONTH:
                month, over_months = self.months.get(one), False
            else:
                key, over_keys = self.keys.get(one), False
        if month is None or key is None or not len(self.values):
            return None
        return over_months, over_keys, month, key


def _array(sent: Any, kind: str) -> Any:
    """A one-dimensional array without nulls as PostgreSQL sends it: twenty bytes of head, then each value behind its length."""
    width = int(kind[-1])
    row = np.dtype([("length", ">i4"), ("value", kind)])
    assert row.itemsize == 4 + width  # noqa: S101 - numpy packs what it is not told to align
    return np.frombuffer(bytes(sent), dtype=row, offset=20)["value"].astype(kind[1:])
