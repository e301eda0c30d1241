"""Tables: NDJSON and Parquet give the records back, CSV is no formula, memory does not grow with the number of records."""

from __future__ import annotations

import csv
import io
import json
import resource
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.exchange_records import records
from tipline.core.spreadsheets import FORMULA
from tipline.exchange.bulk import Bulk
from tipline.exchange.bulk.tables import NAMES, Table, dictionary, tables
from tipline.exchange.record.model import Part, Record

OF_NAME = {name: part for part, name in NAMES.items()}
# in which field of its owner a table's rows stand
FIELDS = {
    "reports": "reports", "documents": "documents", "persons": "persons", "identifiers": "identifiers", "sightings": "seen", "files": "files", "places": "places",
    "scores": "scores", "reasons": "reasons", "hops": "hops", "history": "history",
}  # fmt: skip
OWNERS = {"sightings": "identifiers", "reasons": "scores", "history": "hops"}


def exported(kind: Any, of: Iterable[Record]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(Bulk(kind).write_many(of))))


def put_together(rows: dict[str, list[dict[str, Any]]]) -> list[Record]:
    """Records out of their tables, by the keys that the dictionary names."""
    below: dict[tuple[Any, ...], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for table in reversed(tables()):
        for row in rows[table.name]:
            said = _part(table, row)
            report = row["n"] if table.name == "reports" else row.get("report_n")
            here = (table.name, row["referral"], report, row.get("n"))
            said |= {FIELDS[name]: inner for name, inner in below[here].items()}
            if table.name == "referrals":
                rows.setdefault("made", []).append(said)
                continue
            owner = "referrals" if table.name == "reports" else OWNERS.get(table.name, "reports")
            above = (
                owner, row["referral"], None if owner == "referrals" else report,
                None if owner == "referrals" else report if owner == "reports" else row["parent_n"],
            )  # fmt: skip
            below[above][table.name].append(said)
    return [Record.model_validate(said) for said in rows["made"]]


def _part(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for column in table.columns:
        inner = said
        for name in column.path[:-1]:
            inner = inner.setdefault(name, {})
        inner[column.path[-1]] = row[column.name]
    # what is there or is not, is not where its columns are empty
    return {
        name: None if isinstance(value, dict) and not any(value.values()) else value for name, value in said.items()
    }


@pytest.mark.timeout(300)
def test_ndjson_gives_the_records_back() -> None:
    made = exported("ndjson", records())
    rows = {
        table.name: [json.loads(line) for line in made.read(f"{table.name}.ndjson").splitlines()] for table in tables()
    }
    assert put_together(rows) == list(records())


@pytest.mark.timeout(300)
def test_parquet_gives_the_records_back(tmp_path: Path) -> None:
    exported("parquet", records()).extractall(tmp_path)
    rows = {}
    with duckdb.connect() as database:
        for table in tables():
            found = database.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / f"{table.name}.parquet")])
            assert {name: str(kind) for name, kind, *_ in found.description} == table.types
            names = list(table.types)
            rows[table.name] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert put_together(rows) == list(records())


def test_no_cell_of_csv_is_a_formula_or_breaks_a_line() -> None:
    made = exported("csv", records(100))
    for table in tables():
        text = made.read(f"{table.name}.csv").decode("utf-8")
        read = list(csv.reader(io.StringIO(text), strict=True))
        assert read[0] == list(table.types)
        assert len(read) == len(text.splitlines())
        for row in read[1:]:
            assert len(row) == len(table.types)
            for name, value in zip(table.types, row, strict=True):
                number = table.types[name] in {"BIGINT", "DOUBLE"}
                assert number or not value.startswith(FORMULA), (table.name, name, value)


def test_csv_has_as_many_rows_as_the_records_have_parts() -> None:
    made = exported("csv", records(20))
    identifiers = list(csv.DictReader(io.StringIO(made.read("identifiers.csv").decode())))
    wanted = [one for record in records(20) for report in record.reports for one in report.identifiers]
    assert len(identifiers) == len(wanted)
    assert [row["masked"] for row in identifiers] == ["yes" if one.masked else "no" for one in wanted]


def test_the_dictionary_says_what_every_column_is() -> None:
    inside = json.loads(exported("csv", records(1)).read("dictionary.json"))
    assert inside == dictionary()
    assert set(inside["tables"]) == set(OF_NAME)
    for name, table in inside["tables"].items():
        assert issubclass(OF_NAME[name], Part)
        assert table["about"]
        assert all(column["is"] and column["type"] for column in table["columns"].values()), name


@pytest.mark.timeout(300)
def test_memory_does_not_grow_with_the_number_of_records() -> None:
    """Ten thousand reports after a thousand: the peak may grow by what noise is, and not by the 30 MB that they are as rows."""

    def through(count: int) -> int:
        one = next(records(1, seed=3))
        return sum(len(piece) for piece in Bulk("ndjson").write_many(one for _ in range(count)))

    through(500)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert through(5_000) > 30_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16_384
