"""Asking every active source about many addresses at their times: sorted, source by source, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from tipline.core.clock import now
from tipline.pipeline.attribution.sources import special_ranges
from tipline.pipeline.attribution.sources.addresses import Parsed, parse
from tipline.pipeline.attribution.sources.intervals import NOTHING, Array
from tipline.pipeline.attribution.sources.speaker import Speaker
from tipline.pipeline.attribution.sources.store import speakers
from tipline.pipeline.attribution.sources.times import microseconds
from tipline.pipeline.attribution.statements import Claim, Statement

Question = tuple[str, datetime | None]


@dataclass(frozen=True, slots=True)
class _Said:
    """What one source said of every question: its row and the interval it was found in, int32, by question."""

    speaker: Speaker
    row: Array
    interval: Array


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sources said.

    Parameters
    ----------
    combos
        distinct combinations of claims, the first-ranked source first: what is weighed is weighed once.
    which
        int32, the index into `combos` of each question, in the order asked.
    """

    combos: list[tuple[Claim, ...]]
    which: Array
    _questions: Sequence[Question]
    _said: tuple[_Said, ...]
    _unreadable: frozenset[int]

    def statements(self, question: int) -> tuple[Statement, ...]:
        """The claims about one question, with the network that each was found by."""
        asked = self._questions[question][0]
        if question in self._unreadable:
            return (Statement(special_ranges.UNREADABLE, asked[:100]),)
        found: list[Statement] = []
        address, bits = special_ranges.number(asked)
        for said in self._said:
            row = int(said.row[question])
            if row == NOTHING:
                continue
            compiled = said.speaker.compiled
            cover = compiled.v4 if bits == 32 else compiled.v6
            if cover is None:
                continue
            network = compiled.found_by(cover, int(said.interval[question]), row, address)
            if said.speaker.kind == special_ranges.KIND:
                network = special_ranges.found_by(network, address, bits)
            asn = int(compiled.asn[row])
            claim = said.speaker.claims[int(compiled.claim[row])]
            owner = compiled.owners[int(compiled.owner[row])]
            found.append(Statement(claim, network, owner, None if asn == NOTHING else asn))
        return tuple(found)


def ask(questions: Sequence[Question]) -> Asked:
    """What every active source says of each address at its time (now, when that is not known), the first-ranked source first.

    One query for all of them. Of a source's nested networks the most precise that held at the time speaks. A special address (RFC 6890) is never
    placed: what it is stands in its claim; only of a documentation address an operator's range table may speak, when it names it.
    """
    parsed = parse([ip for ip, _ in questions])
    count = len(questions)
    special = _say(special_ranges.speaker(), parsed, count, None)
    is_special = special.row != NOTHING
    documented = np.zeros(count, dtype=np.bool_)
    if is_special.any():
        documented[is_special] = special_ranges.is_documentation(special.row[is_special])
    others: list[_Said] = []
    times: Array | None = None
    named = np.zeros(count, dtype=np.bool_)
    for speaker in speakers():
        if speaker.compiled.periods is not None and times is None:
            times = _times(questions)
        said = _say(speaker, parsed, count, times)
        if is_special.any():
            heard = ~is_special
            if speaker.compiled.special.any():
                knows = said.row != NOTHING
                names = np.zeros(count, dtype=np.bool_)
                names[knows] = speaker.compiled.special[said.row[knows]]
                names &= documented
                heard |= names
                named |= names
            said.row[~heard] = NOTHING
        others.append(said)
    special.row[named] = NOTHING
    everything = (special, *others)
    combos, which = _combine(everything, count, parsed.unreadable)
    return Asked(combos, which, questions, everything, frozenset(parsed.unreadable))


def _say(speaker: Speaker, parsed: Parsed, count: int, times: Array | None) -> _Said:
    row = np.full(count, NOTHING, dtype=np.int32)
    interval = np.zeros(count, dtype=np.int32)
    compiled = speaker.compiled
    for cover, at, high, low in (
        (compiled.v4, parsed.v4_at, parsed.v4, None),
        (compiled.v6, parsed.v6_at, parsed.high, parsed.low),
    ):
        if cover is not None and len(at):
            found = cover.find(high, low)
            interval[at] = found
            row[at] = compiled.rows_at(cover, found, None if times is None else times[at])
    return _Said(speaker, row, interval)


def _times(questions: Sequence[Question]) -> Array:
    present = microseconds(now())
    return np.array([present if at is None else microseconds(at) for _, at in questions], dtype=np.int64)


def _combine(
    everything: Sequence[_Said], count: int, unreadable: Sequence[int]
) -> tuple[list[tuple[Claim, ...]], Array]:
    """Distinct rows of the matrix of claims, by folding one column after the other into one number."""
    which = np.zeros(count, dtype=np.int64)
    combos: list[tuple[Claim, ...]] = [()]
    for said in everything:
        if not len(said.speaker.compiled.claim):
            continue
        size = len(said.speaker.claims) + 1
        known = said.row != NOTHING
        if not known.any():
            continue
        claim = np.zeros(count, dtype=np.int64)
        claim[known] = said.speaker.compiled.claim[said.row[known]] + 1
        keys, which = np.unique(which * size + claim, return_inverse=True)
        combos = [
            combos[before] if not one else (*combos[before], said.speaker.claims[one - 1])
            for before, one in zip((keys // size).tolist(), (keys % size).tolist(), strict=True)
        ]
    if unreadable:
        combos.append((special_ranges.UNREADABLE,))
        which[list(unreadable)] = len(combos) - 1
    return combos, which.astype(np.int32)
