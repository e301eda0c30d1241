"""Noting what providers asked: taken down in memory by the call, written by a thread a moment later, set-wise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from tipline.trust.accounts.models import Reporter


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a document: an element's path, its line (0: unknown), the rule in plain words, and what kind of fault.

    `kind`: `unknown_element`, `unknown_value` (not in the schema's list), `malformed`, or `other`.
    """

    path: str
    line: int
    rule: str
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its answer. `root` is the document when it was valid; `seconds` how long it took."""

    reporter: Reporter
    sandbox: bool
    call: str
    run: str
    at: datetime
    status: int
    code: int
    description: str
    request_id: str
    report_id: int | None
    size_bytes: int
    seconds: float
    faults: Sequence[Fault] = field(default_factory=tuple)
    root: etree._Element | None = None
    limited: bool = False


def note(exchange: Exchange) -> None:
    """Take down a call. Never fails and never waits; what is not written when the process is killed is lost."""
