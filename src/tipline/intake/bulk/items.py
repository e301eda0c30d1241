"""What the readers hand on: a report as it stands in the input, or what is wrong there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tipline.core.errors import InvalidInputError
from tipline.intake.cybertipline.errors import MalformedXmlError, ValidationFailedError
from tipline.intake.doors.calls import Fault
from tipline.reports.filing import StatedFile
from tipline.reports.services import ReportHeader, Source

# the wire's code for what cannot be read at all; what can be read and is wrong has 4100
MALFORMED = MalformedXmlError.code
INVALID = ValidationFailedError.code


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input something stands. `member`: of an archive; `line`: the first of a row; 0: the whole of it."""

    file: str
    member: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that passed the checks. `body` is its CyberTipline XML, `source` what came, where that was something else."""

    body: bytes
    header: ReportHeader
    files: tuple[StatedFile, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A `fileDetails` document that goes with a report, with the name of its file."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """A report in the input, not yet looked at: most of a backlog that is run again is known by its key alone.

    `draft` checks it, or raises `RefusedError`. `size_bytes`: how much of the input it is.
    """

    place: Place
    body: bytes
    draft: Callable[[], Draft]
    size_bytes: int
    parts: tuple[Part, ...] = ()

    @property
    def key(self) -> str:
        """The idempotency key: what was received, byte for byte."""
        return key_of(self.body, self.parts)

    @property
    def held_bytes(self) -> int:
        """What it takes in memory."""
        return len(self.body) + sum(len(part.body) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something in the input that is not taken. `body`: what is kept of it for the administrator; empty: nothing."""

    place: Place
    faults: tuple[Fault, ...]
    code: int = MALFORMED
    body: bytes = b""
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is none of the forms: not read, and not refused."""

    place: Place
    size_bytes: int = 0


Found = Item | Refused | PassedOver


class RefusedError(InvalidInputError):
    """An item is not taken. `document`: the part of it that is at fault, if not its body."""

    def __init__(self, faults: Sequence[Fault], code: int = INVALID, document: Part | None = None) -> None:
        super().__init__("; ".join(fault.rule for fault in faults[:20]))
        self.faults = tuple(faults)
        self.code = code
        self.document = document


def refused(place: Place, rule: str, size_bytes: int = 0, body: bytes = b"") -> Refused:
    """One that cannot be read, for one reason."""
    return Refused(place, (Fault("", place.line, rule, "malformed"),), MALFORMED, body, size_bytes)


def key_of(body: bytes, parts: Sequence[Part] = ()) -> str:
    """`bulk:` and the SHA-256 of the content. Names and the order of the parts do not count."""
    digest = hashlib.sha256(body)
    if parts:
        each = sorted(hashlib.sha256(part.body).digest() for part in parts)
        digest = hashlib.sha256(digest.digest() + b"".join(each))
    return f"bulk:{digest.hexdigest()}"
