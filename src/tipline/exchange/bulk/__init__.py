"""Tables: the whole record as CSV, NDJSON or Parquet, for whoever counts, joins and searches.

A ZIP with a file for each table and `dictionary.json`, which says what each column is. Tables and columns are those of the record itself
(`tables`), so that NDJSON and Parquet lose nothing and a new field is a new column. Memory stays bounded, however many records there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from tipline.exchange.bulk.files import csv_files, export
from tipline.exchange.forms import NO_BODIES, Bodies, Described, description
from tipline.exchange.record.model import Record

__all__ = ["FORMS", "Bulk", "csv_files"]
Kind = Literal["csv", "ndjson", "parquet"]
_TITLES = {"csv": "CSV tables", "ndjson": "NDJSON tables", "parquet": "Parquet tables"}
_VERSIONS = {"csv": "RFC 4180", "ndjson": "RFC 8259, a line each", "parquet": "2"}


class Bulk:
    """One of the three forms of tables."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.described: Described = description(__file__).model_copy(
            update={"name": kind, "title": _TITLES[kind], "version": _VERSIONS[kind], "suffix": f".{kind}.zip"}
        )

    def write(self, record: Record, bodies: Bodies = NO_BODIES) -> Iterator[bytes]:
        """The tables of one record."""
        return self.write_many([record])

    def write_many(self, records: Iterable[Record]) -> Iterator[bytes]:
        """The tables of many records, each read once."""
        return export(records, self._kind)


FORMS = (Bulk("csv"), Bulk("ndjson"), Bulk("parquet"))
