"""Taking in sources, and going back to the edition before. A swap is atomic; what was replaced stays on record."""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.pipeline.attribution.editions import version_of
from tipline.pipeline.attribution.models import AddressRange, Source, SourceKind, SourcePart
from tipline.pipeline.attribution.sources import store
from tipline.pipeline.attribution.sources.operator_ranges import Row
from tipline.pipeline.attribution.sources.recognise import Recognised, recognise
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.places import canonical_place

PART_BYTES = 1 << 20
MAX_FILE_BYTES = 4 << 30


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: the source's name and kind, its networks, whether it was there before, and the credit that it asks for."""

    name: str
    kind: str
    rows: int
    unchanged: bool
    layout: str = ""
    version: str = ""
    credit: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """What has to stand wherever a source's results are shown."""

    text: str = ""
    url: str = ""
    licence: str = ""

    @classmethod
    def of(cls, found: Recognised) -> Credit:
        """As the file's layout has it."""
        return cls(found.credit, found.credit_url, found.licence)


def import_source(
    path: Path, data_dir: Path, actor: Actor, *,
    as_of: date | None = None, credit: Credit | None = None, at_start: bool = False,
) -> Imported:  # fmt: skip
    """Import a range table, an MMDB file or a table of networks' owners, whichever `path` holds.

    It replaces the active source of the same file name in one moment: whoever asks gets all of the old one or all of the new one.

    Parameters
    ----------
    as_of, credit
        the day that the file speaks of, and whom to credit, when its maker says it outside of the file.
    at_start
        an edition that was imported before and has been gone back from stays gone.

    Raises
    ------
    InvalidInputError
        naming the line and what is wrong with it, or what the file is instead; nothing is changed then.
    """
    with _opened(path) as body:
        digest = hashlib.sha256(body).hexdigest()
        editions = Source.objects.filter(name=path.name)
        newest = editions.order_by("-id").first() if at_start else editions.filter(active=True).first()
        if newest is not None and newest.sha256 == digest:
            return Imported(path.name, newest.kind, newest.networks, unchanged=True)
        found = recognise(path, path.name, body)
        place = store.folder(data_dir)
        store.put(place, store.compiled_name(digest), found.compiled)
        with transaction.atomic():
            source = _register(path.name, found, digest, str(place), as_of, credit or Credit.of(found))
            _keep_file(source, body)
            _keep_rows(source, found.table)
            _forget(path.name)
            record(actor, [Act("geo.imported", "source", source.pk, {"sha256": digest, "networks": source.networks})])
    store.forget_others(place, _kept())
    version = version_of(digest, source.as_of)
    return Imported(
        path.name, source.kind, source.networks, False, source.layout, version, source.credit, found.remarks
    )


def roll_back(name: str, actor: Actor) -> Source:
    """Let the edition before the active one speak again; it is found by the order of imports, not by its day.

    Raises
    ------
    NotFoundError
        when no source has that name.
    ConflictError
        when there is no edition before, or its file is not kept any more.
    """
    with transaction.atomic():
        present = Source.objects.select_for_update().filter(name=name, active=True).first()
        if present is None:
            raise NotFoundError(f"there is no source {name!r}; `tipline geo sources` lists them")
        before = Source.objects.filter(name=name, id__lt=present.pk).order_by("-id").first()
        if before is None:
            raise ConflictError(f"{name} has no edition before this one")
        if not SourcePart.objects.filter(source=before).exists():
            raise ConflictError(
                f"the edition of {name} before this one is of {before.imported_at:%Y-%m-%d}, and its file is not kept any more"
            )
        present.active, present.replaced_at = False, now()
        present.save(update_fields=["active", "replaced_at"])
        before.active, before.replaced_at = True, None
        before.save(update_fields=["active", "replaced_at"])
        record(actor, [Act("geo.rolled_back", "source", before.pk, {"from": present.pk, "sha256": before.sha256})])
    return before


@contextmanager
def _opened(path: Path) -> Iterator[mmap.mmap]:
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if size > MAX_FILE_BYTES:
                raise InvalidInputError(f"{path.name} has {size} bytes; at most {MAX_FILE_BYTES} are taken")
            if not size:
                raise InvalidInputError(f"{path.name} is empty")
            body = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    try:
        yield body
    finally:
        with contextlib.suppress(BufferError):  # an error that is on its way still holds a view of it
            body.close()


def _register(name: str, found: Recognised, digest: str, place: str, as_of: date | None, credit: Credit) -> Source:
    before = Source.objects.select_for_update().filter(name=name, active=True).first()
    rank = before.rank if before else (Source.objects.aggregate(top=Max("rank"))["top"] or 0) + 1
    at = now()
    if before:
        before.active, before.replaced_at = False, at
        before.save(update_fields=["active", "replaced_at"])
    day = found.as_of or as_of or (at.date() if found.kind is not SourceKind.MMDB else None)
    return Source.objects.create(
        name=name, kind=found.kind, sha256=digest, path=place, imported_at=at, rank=rank, layout=found.layout,
        built_at=datetime.combine(found.as_of, time(), UTC) if found.as_of else None, provides=list(found.provides),
        networks=found.compiled.networks, credit=credit.text, credit_url=credit.url, licence=credit.licence, as_of=day,
    )  # fmt: skip


def _keep_file(source: Source, body: mmap.mmap) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY attribution_sourcepart (source_id, number, body) FROM STDIN") as copy,
    ):
        for number, start in enumerate(range(0, len(body), PART_BYTES)):
            copy.write_row((source.pk, number, zlib.compress(body[start : start + PART_BYTES], 3)))


def _keep_rows(source: Source, table: Sequence[Row]) -> None:
    columns = "source_id, network, country, state, district, owner, flags, valid_from, valid_until, asn, line"
    with connection.cursor() as cursor, cursor.copy(f"COPY attribution_addressrange ({columns}) FROM STDIN") as copy:
        for row in table:
            state, district = canonical_place(row.country, row.state, row.district)
            copy.write_row((
                source.pk, str(row.network), row.country, state, district, row.owner, list(row.flags), row.valid_from,
                row.valid_until, row.asn, row.line,
            ))  # fmt: skip


def _forget(name: str) -> None:
    """Of all but the newest editions only the record stays: no file, no rows."""
    newest = Source.objects.filter(name=name).order_by("-active", "-id").values_list("pk", flat=True)
    old = list(newest)[config().geo_versions :]
    SourcePart.objects.filter(source__in=old).delete()
    AddressRange.objects.filter(source__in=old).delete()


def _kept() -> set[str]:
    """Digests of the files that the database has."""
    return set(Source.objects.filter(parts__number=0).values_list("sha256", flat=True))
