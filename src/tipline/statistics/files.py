"""A figure as files: CSV for spreadsheets, JSON for programs, Parquet for both. What is hidden in the answer is hidden in them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import rfc8785

from tipline.core.spreadsheets import as_csv
from tipline.statistics.figures import Answer, Cell
from tipline.statistics.tables import DIMENSIONS, FEW, WITHHELD, head_of, months


def state_of(cell: Cell) -> str:
    """Why a cell has no number; empty where it has one."""
    if cell.small:
        return FEW
    if cell.hidden:
        return WITHHELD
    return "nothing to tell" if cell.value is None else ""


def to_csv(answer: Answer) -> bytes:
    """CSV as spreadsheets read it: numbers as numbers, text never as a formula, hidden numbers in words."""
    measures = answer.definition.measures
    head = [*(DIMENSIONS[dimension] for dimension in answer.asked.by), *(head_of(measure) for measure in measures)]
    rows = (
        [*row.labels, *(_plain(cell.value) if cell.value is not None else state_of(cell) for cell in row.cells)]
        for row in answer.rows
    )
    return csv_of([head, *rows])


def csv_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV, with a mark of UTF-8, which some spreadsheets need."""
    return as_csv(rows).encode("utf-8-sig")


def _plain(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def as_data(answer: Answer) -> dict[str, Any]:
    """The answer as JSON has it, with the sentences that say what it counts."""
    definition, asked = answer.definition, answer.asked
    return {
        "figure": definition.name,
        "version": definition.version,
        "title": definition.title,
        "counts": definition.counts,
        "leaves_out": definition.leaves_out,
        "asked": {
            "agency": asked.agency, "since": asked.since.isoformat(), "until": asked.until.isoformat(),
            "by": [dimension.value for dimension in asked.by],
            "only": [[dimension.value, key] for dimension, key in asked.only],
            "as_of": asked.as_of.isoformat() if asked.as_of else None, "suppressed": asked.suppressed,
        },
        "measures": [{"key": m.key, "label": m.label, "unit": m.unit.value} for m in definition.measures],
        "rows": [
            {
                "keys": list(row.keys), "labels": list(row.labels),
                "values": [_plain(cell.value) if cell.value is not None else None for cell in row.cells],
                "why_empty": [state_of(cell) for cell in row.cells],
            }
            for row in answer.rows
        ],
    }  # fmt: skip


def to_json(answer: Answer) -> bytes:
    """The same as a file, with when the facts were fresh."""
    told = as_data(answer) | {"fresh_at": answer.fresh_at.isoformat(), "fingerprint": fingerprint([answer])}
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def fingerprint(answers: Sequence[Answer]) -> str:
    """SHA-256 over the canonical form (RFC 8785) of what was asked and answered: whoever asks again and gets the same, gets the same."""
    return hashlib.sha256(rfc8785.dumps([as_data(answer) for answer in answers])).hexdigest()


def to_parquet(answer: Answer) -> bytes:
    """Parquet: for each dimension key and label, for each measure its value and, beside it, why there is none."""
    import duckdb  # costs a tenth of a second, and few ask for it

    measures = answer.definition.measures
    columns = [f"{dimension.value}{part} VARCHAR" for dimension in answer.asked.by for part in ("", "_label")]
    columns += [text for measure in measures for text in (f"{measure.key} DOUBLE", f"{measure.key}_why_empty VARCHAR")]
    rows = [
        [
            *(part for pair in zip(row.keys, row.labels, strict=True) for part in pair),
            *(part for cell in row.cells for part in (cell.value, state_of(cell))),
        ]
        for row in answer.rows
    ]
    named = {
        "figure": f"{answer.definition.name}@{answer.definition.version}", "counts": answer.definition.counts,
        "leaves_out": answer.definition.leaves_out, "agency": answer.asked.agency, "months": months(answer.asked),
        "as_of": answer.asked.as_of.isoformat() if answer.asked.as_of else "", "fingerprint": fingerprint([answer]),
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="tipline-") as folder, duckdb.connect(":memory:") as made:
        file = Path(folder) / "figure.parquet"
        # names of columns are keys of definitions and dimensions, whose form is checked; everything else is a value
        made.execute(f"CREATE TABLE figure ({', '.join(columns)})")
        if rows:
            made.executemany(f"INSERT INTO figure VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608 - marks only
        told = ", ".join(f"{key}: {_quoted(text)}" for key, text in named.items())
        made.execute(f"COPY figure TO {_quoted(str(file))} (FORMAT parquet, KV_METADATA {{{told}}})")
        return file.read_bytes()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def name_of(answer: Answer) -> str:
    """A file's name without its ending: figure, version, agency and months; letters that every system takes."""
    asked = answer.asked
    by = "".join(f"-by-{dimension.value}" for dimension in asked.by)
    return f"{answer.definition.name}-v{answer.definition.version}-{asked.agency}-{asked.since:%Y-%m}-{asked.until:%Y-%m}{by}"
