"""Results as rows and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tipline.core.spreadsheets import as_csv
from tipline.training.courses.results import Result

COLUMNS = (
    "name", "email", "rank", "district", "batch", "team", "points", "points_most", "points_percent", "attendance_percent",
    "test_before_percent", "test_after_percent", "gain", "passed", "lacks", "certificate",
)  # fmt: skip


def rows_of(results: Iterable[Result]) -> list[dict[str, Any]]:
    """A flat row for each trainee."""
    found = []
    for one in results:
        trainee = one.enrolment.trainee
        values = (
            trainee.user.name, trainee.user.email, trainee.rank, trainee.district, one.enrolment.batch, one.enrolment.team,
            float(one.points.got), one.points.most, one.points.percent, one.attendance, one.before, one.after, one.gain, one.passed,
            ", ".join(one.lacks), one.certificate,
        )  # fmt: skip
        found.append(dict(zip(COLUMNS, values, strict=True)))
    return found


def to_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as CSV. What a spreadsheet would take for a formula is marked as text; nothing is an empty cell."""
    return as_csv([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])
