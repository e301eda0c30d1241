"""Taking in sources: operator's range tables and MMDB files. A swap is atomic; the replaced source stays on record, inactive."""

from __future__ import annotations

import csv
import hashlib
import io
import ipaddress
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import maxminddb
from django.db import connection, transaction
from django.db.models import Max

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.models import Source, SourceKind
from tipline.pipeline.attribution.places import MARKS
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.places import canonical_place

COLUMNS = ("network", "country", "state", "district", "owner", "flags")
MAX_ROWS = 5_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: the source's name and kind, its rows (networks of an MMDB), and whether it was there before."""

    name: str
    kind: str
    rows: int
    unchanged: bool


@dataclass(frozen=True, slots=True)
class _Row:
    network: str
    country: str
    state: str
    district: str
    owner: str
    flags: tuple[str, ...]


def import_source(path: Path, data_dir: Path, actor: Actor) -> Imported:
    """Import a range CSV or an MMDB file, whichever `path` holds; it replaces an active source of the same file name.

    Raises
    ------
    InvalidInputError
        naming the line and what is wrong with it; nothing is changed then.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(body).hexdigest()
    if Source.objects.filter(name=path.name, sha256=digest, active=True).exists():
        return Imported(path.name, "", 0, unchanged=True)
    if b"\xab\xcd\xefMaxMind.com" in body[-131072:]:
        return _import_mmdb(path, digest, data_dir, actor)
    return _import_ranges(path.name, body, digest, actor)


def _register(name: str, kind: SourceKind, digest: str, stored: str, built_at: datetime | None) -> Source:
    before = Source.objects.select_for_update().filter(name=name, active=True).first()
    rank = before.rank if before else (Source.objects.aggregate(top=Max("rank"))["top"] or 0) + 1
    if before:
        before.active = False
        before.save(update_fields=["active"])
    return Source.objects.create(
        name=name, kind=kind, sha256=digest, path=stored, built_at=built_at, imported_at=now(), rank=rank
    )


def _import_mmdb(path: Path, digest: str, data_dir: Path, actor: Actor) -> Imported:
    try:
        with maxminddb.open_database(path) as reader:
            meta = reader.metadata()
            reader.get("192.0.2.1")
    except (maxminddb.InvalidDatabaseError, ValueError, OSError) as error:
        raise InvalidInputError(f"{path.name} is not a readable MMDB file: {error}") from error
    folder = data_dir / "geo"
    folder.mkdir(parents=True, exist_ok=True)
    stored = folder / f"{digest}.mmdb"
    part = stored.with_suffix(".part")
    shutil.copyfile(path, part)
    part.rename(stored)
    with transaction.atomic():
        built = datetime.fromtimestamp(meta.build_epoch, UTC)
        source = _register(path.name, SourceKind.MMDB, digest, str(stored), built)
        record(actor, [Act("geo.imported", "source", source.pk, {"sha256": digest, "nodes": meta.node_count})])
    return Imported(path.name, SourceKind.MMDB.value, meta.node_count, unchanged=False)


def _import_ranges(name: str, body: bytes, digest: str, actor: Actor) -> Imported:
    rows = list(_read_ranges(name, body))
    with transaction.atomic():
        source = _register(name, SourceKind.RANGES, digest, "", None)
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "COPY attribution_addressrange (source_id, network, country, state, district, owner, flags) FROM STDIN"
            ) as copy,
        ):
            for row in rows:
                copy.write_row(
                    (source.pk, row.network, row.country, row.state, row.district, row.owner, list(row.flags))
                )
        record(actor, [Act("geo.imported", "source", source.pk, {"sha256": digest, "rows": len(rows)})])
    return Imported(name, SourceKind.RANGES.value, len(rows), unchanged=False)


def _read_ranges(name: str, body: bytes) -> Iterator[_Row]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{name} is neither an MMDB file nor UTF-8 text (byte {error.start})") from error
    reader = csv.DictReader(io.StringIO(text), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InvalidInputError(
            f"{name} line 1: the columns must be {','.join(COLUMNS)}; they are {','.join(reader.fieldnames or ('none',))[:200]}"
        )
    seen: dict[str, int] = {}
    try:
        for raw in reader:
            line = reader.line_num
            row = _check(name, line, raw)
            if row.network in seen:
                raise InvalidInputError(f"{name} line {line}: {row.network} stands at line {seen[row.network]} already")
            if len(seen) >= MAX_ROWS:
                raise InvalidInputError(f"{name} line {line}: more than {MAX_ROWS} rows; split the file")
            seen[row.network] = line
            yield row
    except csv.Error as error:
        raise InvalidInputError(f"{name} line {reader.line_num}: not CSV: {error}") from error


def _check(name: str, line: int, raw: dict[str | None, str | None]) -> _Row:
    cells = {column: (raw.get(column) or "").strip() for column in COLUMNS}
    if None in raw:
        raise InvalidInputError(f"{name} line {line}: more than {len(COLUMNS)} columns")
    try:
        network = str(ipaddress.ip_network(cells["network"]))
    except ValueError as error:
        raise InvalidInputError(f"{name} line {line}, network: {error}") from error
    country = cells["country"].upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise InvalidInputError(f"{name} line {line}, country: {cells['country']!r} is not an ISO 3166-1 alpha-2 code")
    if cells["district"] and not cells["state"]:
        raise InvalidInputError(f"{name} line {line}, state: a district needs its state")
    flags = tuple(flag.lower() for flag in cells["flags"].split())
    strange = [flag for flag in flags if flag not in MARKS]
    if strange:
        raise InvalidInputError(f"{name} line {line}, flags: {strange[0]!r} is not one of {', '.join(sorted(MARKS))}")
    for column in ("state", "district", "owner"):
        if len(cells[column]) > (200 if column == "owner" else 80):
            raise InvalidInputError(f"{name} line {line}, {column}: too long")
    state, district = canonical_place(country, cells["state"], cells["district"])
    return _Row(network, country, state, district, cells["owner"], flags)
