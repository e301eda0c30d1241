"""An MMDB file, compiled: its tree as covers, and every distinct record read once."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import maxminddb
import numpy as np

from tipline.core.errors import InvalidInputError
from tipline.core.inet import text
from tipline.pipeline.attribution.sources.compiled import Compiled, Rows
from tipline.pipeline.attribution.sources.intervals import NOTHING, Array, Cover, fill
from tipline.pipeline.attribution.sources.mmdb.layouts import Layout, layout_of
from tipline.pipeline.attribution.sources.mmdb.tree import SEPARATOR, Leaves, Tree
from tipline.pipeline.attribution.sources.reading import Reading, Template, placed

_MARKER = b"\xab\xcd\xefMaxMind.com"
_METADATA_WITHIN = 131_072  # bytes from the end of the file (MaxMind DB file format, "Database Metadata")
_SAMPLE = 400  # records that a layout is recognised by


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file says of itself, and what was made of it."""

    compiled: Compiled
    layout: Layout
    database_type: str
    as_of: date | None


def is_mmdb(body: bytes | mmap.mmap) -> bool:
    """Whether its end bears the format's marker."""
    return _MARKER in body[-_METADATA_WITHIN:]


def compile_file(path: Path, name: str) -> Opened:
    """The file, compiled.

    Raises
    ------
    InvalidInputError
        when it is damaged, or its layout is not known; it says what was found.
    """
    try:
        with _opened(path) as (reader, buffer):
            return _compile(reader, buffer, name)
    except (
        maxminddb.InvalidDatabaseError,
        ValueError,
        OSError,
        UnicodeDecodeError,
        KeyError,
        TypeError,
        RecursionError,
    ) as error:
        raise InvalidInputError(f"{name} is not a readable MMDB file: {str(error) or type(error).__name__}") from error


@contextmanager
def _opened(path: Path) -> Iterator[tuple[maxminddb.Reader, mmap.mmap]]:
    with path.open("rb") as file, maxminddb.open_database(path) as reader:
        buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        yield reader, buffer  # numpy's views keep it mapped for as long as they live


def _compile(reader: maxminddb.Reader, buffer: mmap.mmap, name: str) -> Opened:
    meta = reader.metadata()
    if meta.ip_version not in (4, 6):
        raise InvalidInputError(f"{name} is not a readable MMDB file: IP version {meta.ip_version}")
    try:
        v4, v6 = _families(Tree.read(buffer, meta.node_count, meta.record_size), meta.ip_version)
    except InvalidInputError as error:
        raise InvalidInputError(f"{name} is not a readable MMDB file: {error}") from error
    room = buffer.rfind(_MARKER) - meta.node_count * meta.record_size // 4 - SEPARATOR
    pointers, addresses = _representatives(v4, v6)
    if len(pointers) and int(pointers[-1]) - meta.node_count - SEPARATOR >= room:
        raise InvalidInputError(
            f"{name} is not a readable MMDB file: a record lies outside of it; it may have been cut off"
        )
    if not len(pointers):
        raise InvalidInputError(f"{name} is not a readable MMDB file: it has no record")
    layout = layout_of(name, meta.database_type, _sample(reader, addresses))
    rows, numbers = Rows(), np.empty(len(pointers), dtype=np.int32)
    known: dict[Reading, Template] = {}
    for index, record in enumerate(_records(reader, addresses, name)):
        reading = layout.read(record)
        bare = Reading(
            reading.country, reading.state, reading.district, reading.city, reading.postal_code, reading.latitude,
            reading.longitude, flags=reading.flags,
        )  # fmt: skip
        if bare not in known:
            known[bare] = placed(bare) if layout.places else Template(precision="", flags=bare.flags)
        numbers[index] = rows.add(known[bare], reading.owner[:200], reading.asn)
    covers = [_cover(those, pointers, numbers, bits) for those, bits in ((v4, 32), (v6, 128))]
    networks = sum(len(those.start) for those in (v4, v6) if those is not None)
    return Opened(
        Compiled.of(rows, covers[0], covers[1], networks), layout, meta.database_type, _built(meta.build_epoch)
    )


def _built(epoch: int) -> date | None:
    """The day of the file, unless it is none that a file can be of."""
    try:
        at = datetime.fromtimestamp(epoch, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return at.date() if datetime(2000, 1, 1, tzinfo=UTC) <= at <= datetime.now(UTC) + timedelta(days=2) else None


def _families(tree: Tree, version: int) -> tuple[Leaves | None, Leaves | None]:
    """The IPv4 and the IPv6 networks. An IPv6 tree has IPv4 under ::/96, and other names of it (6to4, Teredo, mapped) that are left out."""
    if version == 4:
        return tree.leaves(32), None
    root, depth = tree.ipv4_root()
    if depth < 96 or root >= tree.count:  # all of IPv4 has one record, or none
        pointer = np.array([root] if root > tree.count else [], dtype=np.uint32)
        nil = np.zeros(len(pointer), dtype=np.uint32)
        return Leaves(nil, None, nil.astype(np.uint8), pointer, merged=True), tree.leaves(128)
    return tree.leaves(32, root), tree.leaves(128, without=root)


def _representatives(v4: Leaves | None, v6: Leaves | None) -> tuple[Array, list[str]]:
    """The distinct records, ascending, and an address that leads to each."""
    pointers = np.empty(0, dtype=np.uint32)
    whole: list[str] = []
    for those, bits in ((v6, 128), (v4, 32)):
        if those is None:
            continue
        distinct, first = np.unique(those.pointer, return_index=True)
        new = ~np.isin(distinct, pointers)
        distinct, first = distinct[new], first[new]
        high = those.start[first].tolist()
        low = [0] * len(high) if those.low is None else those.low[first].tolist()
        whole += [text(h << 64 | w if bits == 128 else h, bits) for h, w in zip(high, low, strict=True)]
        pointers = np.concatenate([pointers, distinct])
    order = np.argsort(pointers)
    return pointers[order], [whole[i] for i in order.tolist()]


def _records(reader: maxminddb.Reader, addresses: list[str], name: str) -> Iterator[dict[str, Any]]:
    for address in addresses:
        record = reader.get(address)
        if not isinstance(record, dict):
            raise InvalidInputError(f"{name}: its record for {address} is a {type(record).__name__}, not a map")
        yield record


def _sample(reader: maxminddb.Reader, addresses: list[str]) -> list[dict[str, Any]]:
    step = max(1, len(addresses) // _SAMPLE)
    return [record for a in addresses[::step] if isinstance(record := reader.get(a), dict)]


def _cover(those: Leaves | None, pointers: Array, numbers: Array, bits: int) -> Cover | None:
    if those is None or not len(those.start):
        return None
    start, low, prefix, record = fill(those.start, those.low, those.prefix, those.pointer, bits)  # no record is 0
    value = np.where(
        record == 0, np.int32(NOTHING), numbers[np.minimum(np.searchsorted(pointers, record), len(numbers) - 1)]
    )
    if not those.merged:
        return Cover(bits, start, low, value, prefix)
    changes = np.append(np.True_, record[1:] != record[:-1])
    # Joined by record and not by row: two records with one claim are two networks.
    return Cover(bits, start[changes], None if low is None else low[changes], value[changes], None)
