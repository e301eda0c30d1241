"""Writes: a directory of one's own, that preservation was asked for, that a notice was seen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef

from tipline.core.clock import now
from tipline.core.datafile import load_toml
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.own_files import make_room
from tipline.pipeline.attribution.log_expiry.directory import DirectoryFile
from tipline.pipeline.attribution.log_expiry.models import (
    ExpiryNotice,
    LogClock,
    PreservationKind,
    PreservationNote,
    ProviderDirectory,
)
from tipline.pipeline.attribution.log_expiry.raising import settle
from tipline.pipeline.attribution.log_expiry.stage import recount
from tipline.reports.models import Holding
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may, may_work_the_desk

MAX_BYTES = 5_000_000
EARLIEST_LETTER = date(1990, 1, 1)
LONGEST_REFERENCE = 120


@dataclass(frozen=True, slots=True)
class ImportedDirectory:
    """What an import brought."""

    country: str
    version: str
    holders: int
    unchanged: bool


def import_directory(path: Path, actor: Actor) -> ImportedDirectory:
    """Import a directory of networks. It takes the place of the one imported before for its country, all of it or nothing.

    What it names by the key of an entry that comes with Tipline counts instead of that one. Clocks of reports that are here already
    are written anew by the next runs of the periodic task.

    Raises
    ------
    InvalidInputError
        naming the key and what is wrong with it.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    if size > MAX_BYTES:
        raise InvalidInputError(f"{path.name} has {size} bytes; a directory has at most {MAX_BYTES}")
    file = load_toml(path, DirectoryFile)
    body = file.model_dump(mode="json")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with transaction.atomic():
        if make_room(ProviderDirectory.objects.filter(country=file.country), path, file.about.version, digest):
            return ImportedDirectory(file.country, file.about.version, len(file.holders), unchanged=True)
        made = ProviderDirectory.objects.create(
            country=file.country, version=file.about.version, sha256=digest, body=body, imported_at=now(),
            imported_by=actor.label,
        )  # fmt: skip
        detail = {
            "country": file.country,
            "version": file.about.version,
            "sha256": digest,
            "holders": len(file.holders),
        }
        record(actor, [Act("provider_directory.imported", "provider_directory", made.pk, detail)])
    return ImportedDirectory(file.country, file.about.version, len(file.holders), unchanged=False)


@transaction.atomic
def note_preservation(
    person: User, sighting_id: int, kind: PreservationKind, day: date, reference: str
) -> PreservationNote:
    """Note that the holder of a log was asked to keep it, or what it answered. `confirmed` stops the clock of that address.

    Parameters
    ----------
    day
        the day of the letter or of the answer.
    reference
        of the letter or of the answer, as it stands in the desk's own file; names nobody.

    Raises
    ------
    NotPermittedError
        for a role that sees no reports.
    NotFoundError
        when no address of a report that the person's agency holds or held has this sighting.
    ConflictError
        when another agency holds the report now.
    InvalidInputError
        for a day to come, or a reference that is missing, too long, or has hidden characters.
    """
    if not may(person, Can.SEE_REPORTS):
        raise NotPermittedError("your role does not work on reports")
    clock = (
        LogClock.objects.filter(
            sighting_id=sighting_id, report__holdings__agency=person.agency_id, report__destroyed_at=None
        ).first()
        if 0 < sighting_id < 2**63
        else None
    )
    if clock is None:
        raise NotFoundError(f"there is no address {sighting_id}")
    if not Holding.objects.filter(report=clock.report_id, agency=person.agency_id, held_until=None).exists():
        raise ConflictError("the report lies with another agency: what is asked of a network is noted there")
    reference = _checked_letter(person, day, reference)
    note = PreservationNote.objects.create(
        report_id=clock.report_id, sighting_id=sighting_id, holder_name=clock.holder_name, kind=kind, day=day,
        reference=reference, person=person, agency=person.agency, at=now(),
    )  # fmt: skip
    detail = {"sighting": sighting_id, "kind": kind.value, "day": day.isoformat(), "note": note.pk}
    record(person.actor, [Act("preservation.noted", "report", clock.report_id, detail)])
    recount([clock.report_id], note.at)
    settle(note.at, [clock.report_id])
    return note


@transaction.atomic
def note_preservations(
    person: User, sighting_ids: Sequence[int], kind: PreservationKind, day: date, reference: str
) -> int:
    """As `note_preservation`, of many addresses by one letter or answer. Returns how many were noted.

    Those of reports that the person's agency does not hold now, or that are destroyed, are left out: what is asked of a network is
    noted where the report lies.

    Raises
    ------
    NotPermittedError, InvalidInputError
        as `note_preservation` does.
    """
    if not may(person, Can.SEE_REPORTS):
        raise NotPermittedError("your role does not work on reports")
    reference = _checked_letter(person, day, reference)
    held = Holding.objects.filter(report=OuterRef("report"), agency=person.agency_id, held_until=None)
    clocks = LogClock.objects.filter(Exists(held), sighting_id__in=sighting_ids, report__destroyed_at=None)
    at = now()
    notes = PreservationNote.objects.bulk_create(
        PreservationNote(
            report_id=clock.report_id, sighting_id=clock.sighting_id, holder_name=clock.holder_name, kind=kind, day=day,
            reference=reference, person=person, agency=person.agency, at=at,
        )
        for clock in clocks.order_by("sighting_id")
    )  # fmt: skip
    record(
        person.actor,
        [
            Act(
                "preservation.noted", "report", note.report_id,
                {"sighting": note.sighting_id, "kind": kind.value, "day": day.isoformat(), "note": note.pk},
            )
            for note in notes
        ],
    )  # fmt: skip
    if reports := sorted({note.report_id for note in notes}):
        recount(reports, at)
        settle(at, reports)
    return len(notes)


def _checked_letter(person: User, day: date, reference: str) -> str:
    """The reference of a letter or answer, stripped; refused with a day that cannot be."""
    today = now().astimezone(ZoneInfo(person.agency.timezone)).date()
    if not EARLIEST_LETTER <= day <= today:
        raise InvalidInputError("the day of the letter or answer cannot lie in the future, nor before 1990")
    reference = reference.strip()
    if not 0 < len(reference) <= LONGEST_REFERENCE or not re.fullmatch(
        r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+", reference
    ):
        raise InvalidInputError(
            f"give the reference of the letter or answer, 1 to {LONGEST_REFERENCE} plain characters"
        )
    return reference


@transaction.atomic
def acknowledge(person: User, notice_ids: list[int]) -> int:
    """Say that notices of the person's own desk were seen. Returns how many were not before.

    Raises
    ------
    NotPermittedError
        for a role that does not work the desk.
    NotFoundError
        when one of them is no notice of this desk; nothing is changed then.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not work the desk")
    wanted = sorted({one for one in notice_ids if 0 < one < 2**63})
    found = list(ExpiryNotice.objects.select_for_update().filter(pk__in=wanted, agency=person.agency_id).order_by("pk"))
    if not wanted or len(found) != len(set(notice_ids)):
        raise NotFoundError("there is no such notice at your desk")
    fresh = [notice for notice in found if notice.acknowledged_at is None]
    ExpiryNotice.objects.filter(pk__in=[n.pk for n in fresh]).update(acknowledged_at=now(), acknowledged_by=person)
    record(
        person.actor,
        [Act("log_expiry.seen", "report", n.report_id, {"notice": n.pk, "days": n.threshold_days}) for n in fresh],
    )
    return len(fresh)
