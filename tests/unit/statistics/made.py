"""Answers made by hand, for tests that need no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from tipline.statistics.figures import Answer, Asked, Cell, Definition, Dimension, Measure, Row, Unit

FRESH = datetime(2026, 6, 30, 12, tzinfo=UTC)
SMALL, HIDDEN, NONE = Cell(None, small=True), Cell(None, hidden=True), Cell(None)


def measure(key: str, label: str, unit: Unit = Unit.REPORTS) -> Measure:
    return Measure(key=key, label=label, unit=unit)


FUNNEL = (
    measure("reports", "Reports"), measure("referred", "Referred"), measure("accepted", "Accepted"),
    measure("cases", "Cases", Unit.CASES), measure("traced", "Traced", Unit.CASES), measure("outcomes", "With an outcome", Unit.CASES),
)  # fmt: skip


def definition(*measures: Measure, name: str = "funnel", title: str = "From report to outcome") -> Definition:
    return Definition(
        name=name, version=1, title=title, counts="Reports that the agency holds or held, by how far they came.",
        leaves_out="Reports that were retracted before anybody read them.", by=tuple(Dimension), measures=measures or FUNNEL,
    )  # fmt: skip


def answer(
    rows: Sequence[tuple[Sequence[str], Sequence[float | Cell | None]]], *measures: Measure, by: Sequence[Dimension] = (),
    title: str = "From report to outcome", name: str = "funnel", as_of: datetime | None = None, suppressed: bool = True,
) -> Answer:  # fmt: skip
    """Rows of labels and values; labels stand for keys too."""
    return Answer(
        definition(*measures, title=title, name=name),
        Asked(name, "IN-MH-CYBER", date(2026, 1, 1), date(2026, 7, 1), tuple(by), as_of=as_of, suppressed=suppressed),
        tuple(
            Row(tuple(labels), tuple(labels), tuple(v if isinstance(v, Cell) else Cell(v) for v in values))
            for labels, values in rows
        ),
        FRESH,
    )


MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
