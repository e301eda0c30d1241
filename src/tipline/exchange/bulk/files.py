"""Tables as files in a ZIP. Rows go to the disk as they come; from there they are put together."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from tipline.core.spreadsheets import as_csv
from tipline.exchange.bulk.tables import Table, dictionary, rows, tables
from tipline.exchange.forms import as_json
from tipline.exchange.record.model import Record
from tipline.exchange.zipped import zipped

_PIECE = 1024 * 1024
_MEMORY = "256MB"


def export(records: Iterable[Record], kind: str) -> Iterator[bytes]:
    """The ZIP of all records."""
    with tempfile.TemporaryDirectory(prefix="tipline-export-") as folder:
        where = Path(folder)
        files = {table.name: where / f"{table.name}.{'csv' if kind == 'csv' else 'ndjson'}" for table in tables()}
        _spool(records, files, kind)
        if kind == "parquet":
            files = _as_parquet(files, where)
        yield from zipped(
            [("dictionary.json", [as_json(dictionary())]), *[(path.name, _pieces(path)) for path in files.values()]]
        )


def csv_files(record: Record) -> Iterator[tuple[str, bytes]]:
    """The CSV tables of one record and their dictionary, by their names: for whoever packs them otherwise."""
    by_name = {table.name: table for table in tables()}
    made: dict[str, list[list[Any]]] = {name: [list(table.types)] for name, table in by_name.items()}
    for name, row in rows(record):
        made[name].append([_cell(value) for value in row])
    yield "dictionary.json", as_json(dictionary())
    for name, lines in made.items():
        yield f"{name}.csv", as_csv(lines).encode()


def _spool(records: Iterable[Record], files: dict[str, Path], kind: str) -> None:
    written = _csv if kind == "csv" else _ndjson
    opened: dict[str, IO[str]] = {}
    try:
        for table in tables():
            opened[table.name] = files[table.name].open("w", encoding="utf-8", newline="")
            if kind == "csv":
                opened[table.name].write(as_csv([list(table.types)]))
        by_name = {table.name: table for table in tables()}
        for record in records:
            for name, row in rows(record):
                opened[name].write(written(by_name[name], row))
    finally:
        for file in opened.values():
            file.close()


def _csv(table: Table, row: list[Any]) -> str:
    return as_csv([[_cell(value) for value in row]])


def _cell(value: Any) -> Any:
    """Yes and no in words, times in UTC, lists as JSON: what a spreadsheet shows as it stands."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return _time(value)
        case tuple():
            return json.dumps(value, ensure_ascii=False)
    return value


def _ndjson(table: Table, row: list[Any]) -> str:
    said = {
        name: _time(value) if isinstance(value, datetime) else value
        for name, value in zip(table.types, row, strict=True)
    }
    return json.dumps(said, ensure_ascii=True, allow_nan=False) + "\n"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _as_parquet(files: dict[str, Path], where: Path) -> dict[str, Path]:
    """The same tables as Parquet; one thread, so that the same rows make the same file."""
    import duckdb  # pages list the forms: they need not carry a database engine

    made: dict[str, Path] = {}
    with duckdb.connect(
        config={"threads": 1, "memory_limit": _MEMORY, "autoinstall_known_extensions": False}
    ) as database:
        database.execute("SET TimeZone = 'UTC'")
        for table in tables():
            made[table.name] = where / f"{table.name}.parquet"
            columns = ", ".join(f"'{name}': '{sql}'" for name, sql in table.types.items())
            # names of tables and columns are the model's own, and the folder's name the system's
            database.execute(
                f"COPY (SELECT * FROM read_json(?, format = 'newline_delimited', columns = {{{columns}}})) "  # noqa: S608
                f"TO '{made[table.name]}' (FORMAT parquet, COMPRESSION zstd)",
                [str(files[table.name])],
            )
            files[table.name].unlink()
    return made


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
