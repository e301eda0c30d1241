"""Keeping the sealed copies that a package brought: into the store as they came, as sealed as they came, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from tipline.core.config import Config
from tipline.core.errors import TransientError
from tipline.core.storage import Store, new_key, open_store
from tipline.exchange.package.format import ContradictionError, SealError
from tipline.exchange.package.reading import Verified
from tipline.exchange.package.sealing import sealed_of
from tipline.exchange.record.model import Record, Sealed
from tipline.exchange.record.taking import TakenIn
from tipline.reports.evidence import Seal
from tipline.reports.models import ReportedFile
from tipline.reports.sealed import note_seals
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

log = structlog.get_logger(__name__)


def check_custodians(settings: Config, handed: Record) -> None:
    """Whether a custodian of this installation can open each sealed copy: what nobody here could ever open is not taken.

    Raises
    ------
    SealError
        naming one that nobody can.
    """
    for one in sealed_of(handed):
        if not set(one.to) & set(settings.evidence_recipients):
            raise SealError(
                f"{one.path} is sealed to none of the custodians of this installation (TIPLINE_EVIDENCE_RECIPIENT)"
            )


@contextmanager
def kept(settings: Config, whole: Verified, taken: Sequence[TakenIn], by: Actor) -> Iterator[None]:
    """Store what the package carries, and take it out of the store again should the rest of the transaction fail.

    What the database loses after that is left for `tipline evidence sweep`, as with an upload.
    """
    rows = _rows(whole.record, taken)
    if not rows:
        yield
        return
    store = open_store(settings)
    seals: dict[int, Seal] = {}
    made: list[str] = []
    try:
        for number, copy in rows.items():
            seals[number] = _store(store, whole, copy, made)
        note_seals(seals)
        acts: dict[int, list[dict[str, object]]] = defaultdict(list)
        for row in ReportedFile.objects.filter(pk__in=seals).order_by("id"):
            acts[row.report_id].append(
                {"file": row.wire_id, "sealed_sha256": row.sealed_sha256, "sealed_to": row.sealed_to}
            )
        record(
            by,
            [
                Act("evidence.kept", "report", report, {"package": whole.meta.uid, "files": files})
                for report, files in acts.items()
            ],
        )
        yield
    except BaseException:
        for key in made:
            try:
                store.remove(key)
            except TransientError as error:
                log.error("evidence: a sealed copy of a package is left for the sweep", why=str(error))
        raise


def _store(store: Store, whole: Verified, copy: Sealed, made: list[str]) -> Seal:
    key = new_key()
    writer = store.writer(key)
    try:
        for piece in whole.pieces(copy.path):
            writer.write(piece)
        writer.commit()
    except BaseException:
        writer.abort()
        raise
    made.append(key)
    return Seal(key, copy.sha256, copy.size_bytes, copy.to)


def _rows(handed: Record, taken: Sequence[TakenIn]) -> dict[int, Sealed]:
    """Which file here gets which sealed copy: the one of the same content that has none yet."""
    ids = {one.uid: one.report_id for one in taken}
    there: dict[tuple[int, str], list[ReportedFile]] = defaultdict(list)
    for row in ReportedFile.objects.filter(report__in=ids.values()).order_by("id"):
        there[row.report_id, row.sha256].append(row)
    found: dict[int, Sealed] = {}
    for report in handed.reports:
        for file in report.files:
            if file.sealed is None:
                continue
            rows = there[ids[report.uid], file.sha256]
            if not rows or not file.sha256:
                raise ContradictionError(
                    f"the sealed copy {file.sealed.path} is of a file that {report.uid} does not have here"
                )
            row = rows.pop(0)
            if not row.storage_key:
                found[row.pk] = file.sealed
    return found
