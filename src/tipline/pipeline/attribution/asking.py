"""What the sources say of many addresses at their times, as claims: the seam to `sources` until its package answers in this form itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from tipline.pipeline.attribution.places import Statement as Old
from tipline.pipeline.attribution.sources import ask as ask_sources
from tipline.pipeline.attribution.statements import Claim, Statement

_KINDS = {"ranges": "operator_ranges"}


class Asked:
    """The distinct combinations of claims, which of them each question got, and the statements of one."""

    def __init__(self, told: Sequence[tuple[Statement, ...]]) -> None:
        self._told = told
        known: dict[tuple[Claim, ...], int] = {}
        which = [known.setdefault(tuple(s.claim for s in one), len(known)) for one in told]
        self.combos = list(known)
        self.which: npt.NDArray[np.int32] = np.array(which, dtype=np.int32)

    def statements(self, question: int) -> tuple[Statement, ...]:
        """What was said of one question, the first-ranked source first."""
        return self._told[question]


def ask(questions: Sequence[tuple[str, datetime | None]]) -> Asked:
    """Ask every active source about each (address, time)."""
    told = ask_sources(ip for ip, _ in questions)
    return Asked([tuple(map(_new, told.get(ip, ()))) for ip, _ in questions])


def _new(old: Old) -> Statement:
    claim = Claim(
        old.source, _KINDS.get(old.kind, old.kind), "", date.fromisoformat(old.as_of) if old.as_of else None,
        old.country, old.state, old.district, old.level, 1.0, old.flags,
    )  # fmt: skip
    return Statement(claim, old.network, old.owner)
