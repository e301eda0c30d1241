"""How right the answers are: held against addresses whose place is known, from confirmed cases. Reads; stores nothing."""

from __future__ import annotations

import csv
import io
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.fusion import LEVELS, Verdict, fuse, model
from tipline.pipeline.attribution.sources import ask
from tipline.reports.times import read_time
from tipline.trust.places import canonical_place, key

COLUMNS = ("ip", "at", "country", "state", "district")
MAX_ROWS = 1_000_000
BINS = 10


@dataclass(frozen=True, slots=True)
class Known:
    """An address whose place at a time is known."""

    ip: str
    at: datetime
    place: tuple[str, str, str]


def read_truth(path: Path) -> list[Known]:
    """Read a CSV of confirmed places.

    Raises
    ------
    InvalidInputError
        naming the line and what is wrong with it.
    """
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), strict=True)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise InvalidInputError(f"{path.name} line 1: the columns must be {','.join(COLUMNS)}")
        found: list[Known] = []
        for row in rows:
            if len(found) >= MAX_ROWS:
                raise InvalidInputError(f"{path.name} line {rows.line_num}: more than {MAX_ROWS} rows")
            found.append(_known(f"{path.name} line {rows.line_num}", row))
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path.name} is not a CSV in UTF-8: {error}") from error
    if not found:
        raise InvalidInputError(f"{path.name} has no row below its heading")
    return found


def _known(where: str, row: dict[str, str]) -> Known:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    try:
        ip = str(ipaddress.ip_address(cells["ip"]))
    except ValueError as error:
        raise InvalidInputError(f"{where}, ip: {error}") from error
    at = read_time(cells["at"]).at if cells["at"] else now()
    if at is None:
        raise InvalidInputError(f"{where}, at: {cells['at'][:40]!r} is not a time")
    country = cells["country"].upper()
    if len(country) != 2:
        raise InvalidInputError(f"{where}, country: {cells['country'][:40]!r} is not an ISO 3166-1 alpha-2 code")
    return Known(ip, at, (country, *canonical_place(country, cells["state"], cells["district"])))


def calibrated(truth: Sequence[Known]) -> dict[str, Any]:
    """What the installed sources and model make of the truth (`figures`)."""
    asked = ask([(one.ip, one.at) for one in truth])
    by = model()
    verdicts = [fuse(asked.combos[int(asked.which[i])], one.at.date(), by=by) for i, one in enumerate(truth)]
    return figures(truth, verdicts, by.version)


def figures(truth: Sequence[Known], verdicts: Sequence[Verdict], version: str) -> dict[str, Any]:
    """How right verdicts are.

    Returns
    -------
    dict
        `rows`, `abstained`, and by level: `named` (answers that go so far), `right`, `precision`, `recall` (of rows whose truth
        goes so far), `brier` (mean squared error of the confidence in the place chosen), `bins` (low, high, rows, mean confidence, share right).
    """
    return {
        "model": version,
        "rows": len(truth),
        "abstained": sum(v.abstained for v in verdicts),
        "levels": {level: _level(truth, verdicts, depth) for depth, level in enumerate(LEVELS)},
    }


def _level(truth: Sequence[Known], verdicts: Sequence[Verdict], depth: int) -> dict[str, Any]:
    pairs: list[tuple[float, bool]] = []
    named = right = known = 0
    for one, verdict in zip(truth, verdicts, strict=True):
        if not all(one.place[: depth + 1]):
            continue
        known += 1
        chosen = _chosen(verdict)
        correct = len(chosen) > depth and _same(chosen, one.place, depth)
        if len(chosen) > depth:
            pairs.append((verdict.confidences[depth], correct))
        if not verdict.abstained and len(verdict.names) > depth:
            named += 1
            right += _same(verdict.names, one.place, depth)
    return {
        "known": known, "named": named, "right": right,
        "precision": round(right / named, 4) if named else None, "recall": round(right / known, 4) if known else None,
        "brier": round(sum((c - r) ** 2 for c, r in pairs) / len(pairs), 4) if pairs else None,
        "bins": _bins(pairs),
    }  # fmt: skip


def _chosen(verdict: Verdict) -> tuple[str, ...]:
    """The place that the evidence chose, below the floor too: the confidences are about it."""
    best = max((h for h in verdict.heard if h.relation == "agrees"), key=lambda h: h.weights, default=None)
    return (
        verdict.names
        if best is None
        else tuple(p for p in (best.claim.country, best.claim.state, best.claim.district) if p)
    )


def _same(names: Sequence[str], truth: Sequence[str], depth: int) -> bool:
    return [key(n) for n in names[: depth + 1]] == [key(t) for t in truth[: depth + 1]]


def _bins(pairs: Sequence[tuple[float, bool]]) -> list[dict[str, Any]]:
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, correct in pairs:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, correct))
    return [
        {
            "low": i / BINS, "high": (i + 1) / BINS, "rows": len(found),
            "confidence": round(sum(c for c, _ in found) / len(found), 4), "right": round(sum(r for _, r in found) / len(found), 4),
        }
        for i, found in enumerate(bins) if found
    ]  # fmt: skip


def table(found: dict[str, Any]) -> str:
    """The same as text for a terminal."""
    lines = [f"{found['rows']} known places, {found['abstained']} abstained, model {found['model']}"]
    for level, figures in found["levels"].items():
        lines.append(
            f"{level:<9} known {figures['known']:>7}  named {figures['named']:>7}  precision {_shown(figures['precision'])}"
            f"  recall {_shown(figures['recall'])}  Brier {_shown(figures['brier'])}"
        )
        lines += [
            f"          {b['low']:.1f} to {b['high']:.1f}: {b['rows']:>7} rows, said {b['confidence']:.2f}, right {b['right']:.2f}"
            for b in figures["bins"]
        ]
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "  none" if value is None else f"{value:.4f}"
