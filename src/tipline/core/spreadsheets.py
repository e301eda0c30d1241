"""Cells of CSV that a spreadsheet opens: text stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from tipline.core.text import visible

# What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection"); full-width forms are read as such by some.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: object) -> str:
    """A cell that is taken for no formula and breaks no line: line ends and what hides or reorders are written out."""
    text = str(value)
    safe = visible(text)
    return f"'{safe}" if text.startswith(FORMULA) or safe.startswith(FORMULA) else safe


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (RFC 4180): numbers as they are (one below zero is no formula), None as an empty cell, all else as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow(["" if one is None else one if isinstance(one, int | float) else cell(one) for one in row])
    return out.getvalue()
