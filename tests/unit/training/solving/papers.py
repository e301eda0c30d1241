"""What a trainee has before them: the papers of a world and nothing else. Facts are not in it, so that a solver cannot look."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from tipline.training.scenarios.worlds import Document

INDIA = timezone(timedelta(hours=5, minutes=30))
Answers = dict[str, list[str]]
Row = dict[str, str]


@dataclass(frozen=True)
class Papers:
    documents: Mapping[str, Document]

    def body(self, name: str) -> str:
        return self.documents[name].body

    def rows(self, name: str) -> list[Row]:
        """Rows of a table, cells by their columns, the row's id under `id`."""
        paper = self.documents[name]
        keys = [column.key for column in paper.columns]
        return [{"id": row.id, **dict(zip(keys, row.cells, strict=True))} for row in paper.rows]

    def has(self, name: str) -> bool:
        return name in self.documents

    def found(self, name: str, pattern: str) -> str:
        """What a letter says at a place."""
        match = re.search(pattern, self.body(name), re.DOTALL)
        assert match is not None, f"{name} does not say {pattern}"
        return match[1]


def only(rows: list[Row], wanted: Callable[[Row], bool]) -> Row:
    """The one row that fits: more or fewer would leave the trainee without an answer."""
    found = [row for row in rows if wanted(row)]
    assert len(found) == 1, f"{len(found)} rows fit"
    return found[0]


def utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def india(text: str) -> datetime:
    """Indian time in any of the forms in which papers print it."""
    for form in ("%d-%m-%Y %H:%M:%S", "%d/%m/%y %I:%M %p", "%Y-%m-%dT%H:%M:%S+05:30"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=INDIA)
        except ValueError:
            continue
    raise AssertionError(text)


def written(at: datetime) -> str:
    """A moment as a trainee writes it, in Indian time."""
    return at.astimezone(INDIA).strftime("%d-%m-%Y %H:%M:%S")
