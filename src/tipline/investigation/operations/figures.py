"""The figures of an operation: each with the sentence of what it counts, and the rows that it counts.

A figure is one query over the cases and reports that belong to the operation. Asked with everybody's rows it is the whole; asked
within a scope it is the part of whoever looks, and the rest is told as a number, hidden where it is small. What counts reports is
also kept (`kept`), at most a minute old: pages add that up. What is written down for good, a closing and its report, counts the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.operations.models import Operation
from tipline.investigation.operations.texts import DEFAULT_LANGUAGE, LANGUAGES
from tipline.referrals.counts import Part, parts_of_table
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import OPERATOR, Scope, acting


class Of(StrEnum):
    """What the rows of a figure are."""

    REPORT = "report"
    CASE = "case"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, and a query of `id` and `value`, a row for each thing counted. What people read of it: `texts`.

    `sql` reads the tables `c` (ids of the operation's cases) and `r` (ids of its reports), and the operation by `%(operation)s`. `kept`
    says which facts (`models.Fact`) a figure of reports counts; empty: it is of something else, and is always counted from the rows.
    """

    name: str
    of: Of
    sql: str
    kept: str = ""

    @property
    def label(self) -> str:
        """What people read, in English."""
        return LANGUAGES[DEFAULT_LANGUAGE].words["figure"][self.name]

    @property
    def counts(self) -> str:
        """The sentence of what it counts and does not, in English."""
        return LANGUAGES[DEFAULT_LANGUAGE].words["counts"][self.name]


def _said(kind: str) -> str:
    """The number that an outcome says of each case, the last one that stands."""
    return (
        "SELECT DISTINCT ON (o.case_id) o.case_id AS id, o.number::bigint AS value FROM outcomes_outcome o JOIN c ON c.id = o.case_id"  # noqa: S608 - kinds come from below
        f" WHERE o.kind = '{kind}' AND o.withdrawn_at IS NULL AND o.number IS NOT NULL ORDER BY o.case_id, o.id DESC"
    )


def _told(kind: str) -> str:
    """What each district told on days of action: entries that no other corrects."""
    return (
        "SELECT e.agency_id AS id, sum(e.number)::bigint AS value FROM operations_boardentry e"  # noqa: S608 - as above
        " LEFT JOIN operations_boardentry later ON later.corrects_id = e.id"
        f" WHERE e.operation_id = %(operation)s AND e.kind = '{kind}' AND later.id IS NULL"
        " GROUP BY e.agency_id HAVING sum(e.number) > 0"
    )


_ALL = (
    Figure(
        "children_safeguarded",
        Of.CASE,
        _said("child_safeguarded"),
    ),
    Figure(
        "day_children",
        Of.DESK,
        _told("children_safeguarded"),
    ),
    Figure(
        "reports",
        Of.REPORT,
        "SELECT r.id, 1::bigint AS value FROM r",
        "true",
    ),
    Figure(
        "referred",
        Of.REPORT,
        "SELECT r.id, 1::bigint AS value FROM r WHERE EXISTS (SELECT 1 FROM referrals_referral f WHERE f.report_id = r.id"
        " AND f.state NOT IN ('drafted', 'discarded'))",
        "referred",
    ),
    Figure(
        "accepted",
        Of.REPORT,
        "SELECT r.id, 1::bigint AS value FROM r WHERE EXISTS (SELECT 1 FROM cases_casereport l WHERE l.report_id = r.id)",
        "accepted",
    ),
    Figure("cases", Of.CASE, "SELECT c.id, 1::bigint AS value FROM c"),
    Figure(
        "traced",
        Of.CASE,
        "SELECT h.case_id AS id, count(DISTINCT h.id) AS value FROM cases_casehandle h JOIN c ON c.id = h.case_id"
        " JOIN cases_personevidence e ON e.handle_id = h.id AND e.withdrawn_at IS NULL GROUP BY h.case_id",
    ),
    Figure(
        "outcomes",
        Of.CASE,
        "SELECT o.case_id AS id, count(*) AS value FROM outcomes_outcome o JOIN c ON c.id = o.case_id WHERE o.withdrawn_at IS NULL"
        " GROUP BY o.case_id",
    ),
    Figure(
        "arrests",
        Of.CASE,
        _said("arrest"),
    ),
    Figure("searches_planned", Of.DESK, _told("searches_planned")),
    Figure("searches_done", Of.DESK, _told("searches_done")),
    Figure("seizures", Of.DESK, _told("seizures")),
    Figure(
        "day_arrests",
        Of.DESK,
        _told("arrests"),
    ),
)
FIGURES: Mapping[str, Figure] = {figure.name: figure for figure in _ALL}


def _each(figures: Iterable[Figure]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{figure.name}', count(*), coalesce(sum(x.value), 0)::bigint FROM ({figure.sql}) x"  # noqa: S608 - from above
        for figure in figures
    )


_EACH = _each(_ALL)
_KEPT = " UNION ALL ".join(
    [
        _each(figure for figure in _ALL if not figure.kept),
        *(
            f"SELECT '{figure.name}', coalesce(sum(t.reports), 0)::bigint, coalesce(sum(t.reports), 0)::bigint"  # noqa: S608 - as above
            f" FROM operations_tally t WHERE t.operation_id = %(operation)s AND {figure.kept} AND {{seen}}"
            for figure in _ALL
            if figure.kept
        ),
    ]
)
_HELD = "holders && %(agencies)s::bigint[]"

# Everything that belongs to an operation. Asked as the operator: of a case that somebody does not see they may see the reports.
_CASES = """
WITH c AS MATERIALIZED (
    SELECT case_id AS id FROM operations_membership WHERE operation_id = %(operation)s AND case_id IS NOT NULL AND taken_out_at IS NULL
)"""
_BELONGS = f"""{_CASES}, r AS MATERIALIZED (
    SELECT report_id AS id FROM operations_membership WHERE operation_id = %(operation)s AND report_id IS NOT NULL AND taken_out_at IS NULL
    UNION SELECT l.report_id FROM c JOIN cases_casereport l ON l.case_id = c.id
)"""  # noqa: S608 - as above
# What of it is in somebody's scope: both locks, since the tables' own policies hold beside this one.
_SEEN_CASES = """
WITH c AS MATERIALIZED (
    SELECT m.id FROM unnest(%(case_ids)s::bigint[]) AS m(id) WHERE m.id IN ({cases})
)"""
_SEEN_REPORTS = """, r AS MATERIALIZED (
    SELECT m.id FROM unnest(%(report_ids)s::bigint[]) AS m(id) WHERE m.id IN ({reports})
)"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows a figure has, and what they come to."""

    rows: int
    value: int


@dataclass(frozen=True, slots=True)
class Whole:
    """Every figure over everything that belongs to an operation, and the ids of its cases. Not for anybody to read as it is.

    `report_ids`: None where figures of reports are those that are kept.
    """

    operation: Operation
    case_ids: list[int]
    report_ids: list[int] | None
    counted: dict[str, Counted]


def whole(operation: Operation, *, exact: bool = False) -> Whole:
    """The whole of an operation, in one statement, as the operator. What of it is told to whom: `shown`.

    Parameters
    ----------
    exact
        count every figure from the rows, as they are at this moment, however long it takes.
    """
    tables, each = (_BELONGS, _EACH) if exact else (_CASES, _KEPT.format(seen="true"))
    ids = " UNION ALL SELECT 'case', 0, 0, ARRAY(SELECT id FROM c)"
    if exact:
        ids += " UNION ALL SELECT 'report', 0, 0, ARRAY(SELECT id FROM r)"
    with acting(OPERATOR), connection.cursor() as cursor:
        cursor.execute(
            f"{tables} SELECT x.*, NULL::bigint[] FROM ({each}) x(name, rows, value){ids}",  # noqa: S608 - texts of ours
            {"operation": operation.pk},
        )
        found = cursor.fetchall()
    known = {name: list(many) for name, _, _, many in found if many is not None}
    counted = {name: Counted(rows, value) for name, rows, value, many in found if many is None}
    return Whole(operation, known["case"], known.get("report"), counted)


def _seen(scope: Scope, all_of_it: Whole) -> tuple[str, dict[str, Any]]:
    """The tables of figures within a scope, and their parameters."""
    values: dict[str, Any] = {
        "operation": all_of_it.operation.pk, "case_ids": all_of_it.case_ids, "report_ids": all_of_it.report_ids,
        "agencies": sorted(scope.agency_ids),
    }  # fmt: skip
    texts: dict[str, str] = {}
    for name, rows in (("cases", visible_cases(scope)), ("reports", visible_reports(scope))):
        text, given = rows.order_by().values("pk").query.sql_with_params()
        for number, value in enumerate(given):
            text = text.replace("%s", f"%({name}_{number})s", 1)
            values[f"{name}_{number}"] = value
        texts[name] = text
    return (_SEEN_CASES if all_of_it.report_ids is None else _SEEN_CASES + _SEEN_REPORTS).format(**texts), values


def _mine(scope: Scope, all_of_it: Whole) -> dict[str, Counted]:
    text, values = _seen(scope, all_of_it)
    each = _KEPT.format(seen=_HELD) if all_of_it.report_ids is None else _EACH
    with connection.cursor() as cursor:
        cursor.execute(text + each, values)
        return {name: Counted(rows, value) for name, rows, value in cursor.fetchall()}


def rows_of(scope: Scope, all_of_it: Whole, figure: Figure, most: int) -> list[tuple[int, int]]:
    """The rows of a figure that are in scope, (id, value), the latest first."""
    text, values = _seen(scope, all_of_it)
    sql = figure.sql
    if figure.kept and all_of_it.report_ids is None:
        seen = "true" if scope.everything else _HELD
        sql = f"SELECT report_id AS id, 1::bigint AS value FROM operations_fact WHERE operation_id = %(operation)s AND {figure.kept} AND {seen}"  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(
            f"{text} SELECT x.id, x.value FROM ({sql}) x ORDER BY x.id DESC LIMIT %(most)s",  # noqa: S608 - as above
            values | {"most": most},
        )
        return [(pk, value) for pk, value in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as somebody may read it: `mine` over what they see, and `rest`, hidden where it is small; None: they see all of it."""

    figure: Figure
    mine: Counted
    rest: Part | None

    @property
    def text(self) -> str:
        """The figure as it is written: the whole where nothing is hidden of it."""
        if self.rest is None:
            return f"{self.mine.value:,}"
        if self.rest.value is not None:
            return f"{self.mine.value + int(self.rest.value):,}"
        return f"{self.mine.value:,} + {self.rest.text}"

    @property
    def known(self) -> int | None:
        """The whole, where it may be read."""
        if self.rest is None:
            return self.mine.value
        return None if self.rest.value is None else self.mine.value + int(self.rest.value)


def shown(scope: Scope, operation: Operation, all_of_it: Whole | None = None) -> dict[str, Shown]:
    """Every figure as whoever has this scope may read it, those of reports as they are kept. The operation is one that they know of."""
    all_of_it = all_of_it or whole(operation)
    if scope.everything:
        return {name: Shown(FIGURES[name], one, None) for name, one in all_of_it.counted.items()}
    return hidden(_mine(scope, all_of_it), {name: one.value for name, one in all_of_it.counted.items()})


def hidden(mine: Mapping[str, Counted], total: Mapping[str, int]) -> dict[str, Shown]:
    """Figures of which the part that somebody does not see is told as a number, and hidden where it is small."""
    beyond = [
        (name, figure.label, total[name] - mine[name].value)
        for name, figure in FIGURES.items()
        if total.get(name, 0) > mine[name].value
    ]
    rest = {part.key: part for part in parts_of_table(beyond, suppressed=True)}
    return {name: Shown(figure, mine[name], rest.get(name)) for name, figure in FIGURES.items()}
