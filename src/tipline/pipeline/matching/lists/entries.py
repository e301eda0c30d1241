"""What the readers of forms hand over: entries of a list, and what was wrong in between, by name and line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from tipline.core.errors import TiplineError
from tipline.pipeline.matching.hashes import Fault

MOST_FAULTS = 100  # that are kept with their lines; all are counted
LONGEST_REFERENCE = 200


class Wrong(StrEnum):
    """What can be wrong with a line or an element, besides its hash (`matching.hashes.Fault`)."""

    NO_KIND = "no_kind"
    CONTROL = "control_characters"
    LINE_TOO_LONG = "line_too_long"
    ENCODING = "not_utf8"
    CATEGORY = "unknown_category"
    CONFIDENCE = "confidence"
    REFERENCE = "reference"
    REVOKED = "revoked"
    FORM = "form"


class UnreadableError(TiplineError):
    """The file as a whole cannot be read as a list. The message says why, and at which line."""


class Refused(Exception):  # noqa: N818 - a line's fault on its way to the tally, never shown as an error
    """One line or element that is no entry."""

    def __init__(self, wrong: Wrong | Fault, sentence: str) -> None:
        super().__init__(sentence)
        self.wrong = wrong
        self.sentence = sentence


class Entry(NamedTuple):
    """An entry as a list states it. `value` is as `HashValue` has it.

    With an empty `algorithm` it stands for all entries with its reference, and revokes them. `flag` names why a value is never matched.
    """

    line: int
    algorithm: str
    value: bytes
    flag: str = ""
    category: str = ""
    confidence: float | None = None
    reference: str = ""
    revoked: bool = False


@dataclass(slots=True)
class Faults:
    """What was refused: all of it counted, the first hundred kept. No text of the file stands in it."""

    counts: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many lines or elements were refused."""
        return self.counts.total()

    def add(self, line: int, refused: Refused) -> None:
        """Count one."""
        self.counts[refused.wrong.value] += 1
        if len(self.first) < MOST_FAULTS:
            self.first.append({"line": line, "fault": refused.wrong.value, "says": refused.sentence})

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return {"counts": dict(sorted(self.counts.items())), "first": self.first}
