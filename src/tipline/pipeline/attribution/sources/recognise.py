"""What a file is, by its content: its name says nothing."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.models import SourceKind
from tipline.pipeline.attribution.sources import mmdb, network_owners, operator_ranges
from tipline.pipeline.attribution.sources.compiled import Compiled

KINDS = {
    SourceKind.RANGES: operator_ranges.KIND,
    SourceKind.OWNERS: network_owners.KIND,
    SourceKind.MMDB: mmdb.KIND,
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file that was understood, compiled, and what is to be said of it."""

    kind: SourceKind
    compiled: Compiled
    layout: str
    provides: tuple[str, ...]
    credit: str = ""
    credit_url: str = ""
    licence: str = ""
    as_of: date | None = None
    table: tuple[operator_ranges.Row, ...] = ()
    remarks: tuple[str, ...] = ()


def recognise(path: Path, name: str, body: bytes | mmap.mmap) -> Recognised:
    """Compile a file, whatever it is; `body` is its content.

    Raises
    ------
    InvalidInputError
        when it is nothing that is known, or damaged: named, with what was found.
    """
    if mmdb.is_mmdb(body):
        opened = mmdb.compile_file(path, name)
        layout = opened.layout
        return Recognised(
            SourceKind.MMDB, opened.compiled, layout.name, layout.provides, layout.credit, layout.credit_url,
            layout.licence, opened.as_of,
        )  # fmt: skip
    try:
        text = bytes(body).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{name} is neither an MMDB file nor UTF-8 text (byte {error.start}); an MMDB that was cut off looks so"
        ) from error
    if network_owners.looks_like(text):
        owners, remarks = network_owners.compile_table(name, text)
        return Recognised(SourceKind.OWNERS, owners, "start-end-asn", ("asn", "owner"), remarks=remarks)
    compiled, table = operator_ranges.compile_table(name, text)
    return Recognised(
        SourceKind.RANGES, compiled, "ranges", ("country", "city", "asn", "owner", "flags"), table=tuple(table)
    )
