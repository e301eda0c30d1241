"""The store held against the record: seals that are missing or changed, and what stands in the store without a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotFoundError
from tipline.core.storage import Store, Stored
from tipline.reports.evidence import Seal
from tipline.reports.models import ReportedFile
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

# An upload takes hours at most, and its record is written right after: what is older and has none gets none.
ORPHAN_AFTER = timedelta(hours=24)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of the record whose seal is not as it was when it was made."""

    report_id: int
    file_id: str
    storage_key: str
    kind: str
    text: str


@dataclass(slots=True)
class Checked:
    """What a check found."""

    seals: int = 0
    without_digest: int = 0
    damages: list[Damage] = field(default_factory=list)


def check(store: Store, *, deep: bool) -> Checked:
    """Hold every seal of the record against the store: there, and of its size; with `deep`, also of its digest.

    Nothing is opened: the digest is that of the sealed bytes.
    """
    found = Checked()
    rows = ReportedFile.objects.exclude(storage_key="").order_by("id").only(
        "report_id", "wire_id", "storage_key", "sealed_sha256", "sealed_bytes"
    )  # fmt: skip
    for file in rows.iterator(_AT_ONCE):
        found.seals += 1
        found.without_digest += not file.sealed_sha256
        if fault := _fault(store, file, deep=deep):
            found.damages.append(Damage(file.report_id, file.wire_id, file.storage_key, *fault))
    return found


def _fault(store: Store, file: ReportedFile, *, deep: bool) -> tuple[str, str] | None:
    size = store.size(file.storage_key)
    if size is None:
        return "missing", "the store has no such file"
    if file.sealed_bytes is not None and size != file.sealed_bytes:
        return "size", f"it has {size} bytes and had {file.sealed_bytes} when it was sealed"
    if deep and file.sealed_sha256:
        digest = store.sha256(file.storage_key)
        if digest != file.sealed_sha256:
            return "changed", f"its SHA-256 is {digest} and was {file.sealed_sha256} when it was sealed"
    return None


@transaction.atomic
def seals_of(report_id: int, actor: Actor) -> list[dict[str, Any]]:
    """What the custodian needs to be given of a report's files: where each seal stands, and its digests. An entry of the log.

    Raises
    ------
    NotFoundError
        when the report has no sealed file.
    """
    rows = ReportedFile.objects.filter(report_id=report_id).exclude(storage_key="").order_by("id")
    found = [
        {
            "file": file.wire_id, "storage_key": file.storage_key, "sealed_sha256": file.sealed_sha256,
            "sealed_bytes": file.sealed_bytes, "sealed_to": file.sealed_to, "sha256": file.sha256,
            "size_bytes": file.size_bytes,
        }
        for file in rows
    ]  # fmt: skip
    if not found:
        raise NotFoundError(f"report {report_id} does not exist, or none of its files is sealed")
    record(actor, [Act("evidence.located", "report", report_id, {"files": [one["file"] for one in found]})])
    return found


def note_seals(seals: Mapping[int, Seal]) -> None:
    """Note of files (by the number of their row) where their sealed copies stand, which came in sealed. What is sealed already stays so.

    The caller writes the entry of the log, within one transaction.
    """
    rows = list(ReportedFile.objects.select_for_update().filter(pk__in=seals, storage_key=""))
    for row in rows:
        seal = seals[row.pk]
        row.storage_key, row.sealed_sha256 = seal.storage_key, seal.sha256
        row.sealed_bytes, row.sealed_to = seal.size_bytes, list(seal.recipients)
    ReportedFile.objects.bulk_update(rows, ["storage_key", "sealed_sha256", "sealed_bytes", "sealed_to"])


@dataclass(slots=True)
class Swept:
    """What a sweep found, and removed if it was to."""

    orphans: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    kept_young: int = 0


def sweep(store: Store, actor: Actor, *, remove: bool, seals: bool = True, at: datetime | None = None) -> Swept:
    """Find, and with `remove` take away, what was left in the store for longer than a day: uploads that were never completed,
    and (`seals`) whole seals that no record names. What is removed is an entry of the log.

    Raises
    ------
    ConflictError
        when the record names no seal at all and the store holds some: that is another database's store, or an empty database.
    """
    before = (at or now()) - ORPHAN_AFTER
    found = Swept()
    for left in store.unfinished():
        if left.since >= before:
            found.kept_young += 1
            continue
        found.unfinished.append(left.key)
        if remove:
            store.discard(left)
    if seals:
        _see_everything()
        older = _older(store.stored(), before, found)
        while some := tuple(islice(older, _AT_ONCE)):
            orphans = _without_record(some)
            found.orphans += orphans
            if remove:
                for key in orphans:
                    store.remove(key)
    if remove:
        with transaction.atomic():
            record(
                actor,
                [
                    *(Act("evidence.orphan_removed", "seal", key) for key in found.orphans),
                    *(Act("evidence.unfinished_removed", "seal", key) for key in found.unfinished),
                ],
            )
    return found


def _older(stored: Iterable[Stored], before: datetime, found: Swept) -> Iterator[str]:
    for one in stored:
        if one.changed_at < before:
            yield one.key
        else:
            found.kept_young += 1


def _without_record(keys: tuple[str, ...]) -> list[str]:
    known = set(ReportedFile.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))
    if not known and not ReportedFile.objects.exclude(storage_key="").exists():
        raise ConflictError(
            "the store holds seals and this database names none of them: nothing is removed. Is TIPLINE_STORAGE_URL that of "
            "another installation, or was the database emptied?"
        )
    return [key for key in keys if key not in known]


def _see_everything() -> None:
    """Row-level security hides rows; a seal must not look like an orphan for that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('tipline.sees', true)")
        if cursor.fetchone() != ("everything",):
            raise ConflictError("the sweep must see every report, and here it would not: run it as the operator")
