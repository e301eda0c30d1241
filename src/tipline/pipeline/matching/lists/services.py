"""What people and the operator do with lists that came in. Each act is one transaction with its entry of the log."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.pipeline.matching.lists.entries import Refused
from tipline.pipeline.matching.lists.importing import How, begin
from tipline.pipeline.matching.lists.jobs import import_later
from tipline.pipeline.matching.lists.models import ImportPart, ImportState, ListImport
from tipline.pipeline.matching.lists.values import read_hash
from tipline.pipeline.matching.lists.words import UNSPECIFIED, category_named, kind_called
from tipline.pipeline.matching.models import KnownList
from tipline.pipeline.matching.rematching import rematch
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record

LONGEST_NAME = 60
MOST_LISTS = 200  # of an agency, or of the whole installation
MOST_UPLOAD_BYTES = 64 * 1024 * 1024
MOST_WAITING = 5  # files of one list
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a list is. None: as it is, or the default of a new one."""

    title: str | None = None
    publisher: str | None = None
    category: str | None = None
    confidence: float | None = None


def _text(field: str, text: str, *, needed: bool) -> str:
    text = text.strip()
    if len(text) > 200 or (text and not text.isprintable()) or (needed and not text):
        raise InvalidInputError(
            f"{field}: {'1 to ' if needed else ''}200 printable characters{'' if needed else ' at most'}"
        )
    return text


def _confidence(number: float) -> float:
    if not 0 <= number <= 1:
        raise InvalidInputError("confidence: a number from 0 to 1")
    return number


@transaction.atomic
def add(name: str, terms: Terms, agency: Agency | None, actor: Actor) -> KnownList:
    """Begin a list that comes in.

    Raises
    ------
    InvalidInputError
        for a name or a term that is none; the error begins with its field.
    ConflictError
        when there is a list of this name, or there are too many.
    """
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise InvalidInputError(f"name: small letters, digits and single hyphens, {LONGEST_NAME} at most")
    title = _text("title", name if terms.title is None else terms.title, needed=True)
    publisher = _text("publisher", terms.publisher or "", needed=False)
    category = category_named(terms.category or UNSPECIFIED)
    confidence = _confidence(1.0 if terms.confidence is None else terms.confidence)
    with connection.cursor() as cursor:  # two who begin one at once take turns
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('matching_knownlist'))")
    if KnownList.objects.filter(name=name).exists():
        raise ConflictError("name: there is, or was, a list of this name")
    if KnownList.objects.filter(agency=agency, ended_at=None).count() >= MOST_LISTS:
        raise ConflictError(f"there are {MOST_LISTS} lists already: end one first")
    at = now()
    made = KnownList.objects.create(
        name=name, title=title, publisher=publisher, agency=agency, category=category, confidence=confidence,
        created_by=actor.label, created_at=at, changed_at=at,
    )  # fmt: skip
    detail = {
        "name": name,
        "agency": agency.code if agency else None,
        "category": category,
        "confidence": str(confidence),
    }
    record(actor, [Act("known_list.added", "known_list", made.pk, detail)])
    return made


@transaction.atomic
def change(list_id: int, terms: Terms, actor: Actor) -> KnownList:
    """Say anew what a list is, or how far it is believed. Errors as `add`."""
    found = _live(list_id)
    if terms.title is not None:
        found.title = _text("title", terms.title, needed=True)
    if terms.publisher is not None:
        found.publisher = _text("publisher", terms.publisher, needed=False)
    if terms.category is not None:
        found.category = category_named(terms.category)
    if terms.confidence is not None:
        found.confidence = _confidence(terms.confidence)
    found.changed_at = now()
    found.save(update_fields=["title", "publisher", "category", "confidence", "changed_at"])
    detail = {"title": found.title, "category": found.category, "confidence": str(found.confidence)}
    record(actor, [Act("known_list.changed", "known_list", found.pk, detail)])
    return found


@transaction.atomic
def end(list_id: int, actor: Actor) -> KnownList:
    """Match nothing more against a list. What it matched ends with it."""
    found = _live(list_id)
    found.ended_at = found.changed_at = now()
    found.revision += 1
    found.save(update_fields=["ended_at", "changed_at", "revision"])
    ListImport.objects.filter(known_list=found, state=ImportState.WAITING).update(
        state=ImportState.REFUSED, error="the list was ended", ended_at=found.ended_at
    )
    ImportPart.objects.filter(listimport__known_list=found).delete()
    rematch(found.pk)
    record(actor, [Act("known_list.ended", "known_list", found.pk, {"revision": found.revision})])
    return found


def _live(list_id: int) -> KnownList:
    found = KnownList.objects.select_for_update(no_key=True).filter(pk=list_id).first()
    if found is None:
        raise NotFoundError(f"there is no list {list_id}")
    if found.ended_at is not None:
        raise ConflictError(f"list {found.name} is ended")
    return found


_REVOKE = """
UPDATE matching_knownhash k SET revoked_at = %(at)s, revision = %(revision)s FROM matching_hashvalue h
WHERE k.known_list_id = %(list)s AND k.revoked_at IS NULL AND h.id = k.value_id AND h.value = %(value)s AND h.algorithm = %(algorithm)s
RETURNING k.id
"""


@transaction.atomic
def revoke(list_id: int, kind: str, text: str, reason: str, actor: Actor) -> KnownList:
    """Take one hash of a list back. What it matched ends; an import that names it again brings it back.

    Raises
    ------
    InvalidInputError
        for what is no hash, or no reason.
    NotFoundError
        when the list has no such hash, or it is revoked.
    """
    reason = _text("reason", reason, needed=True)
    algorithm = kind_called(kind[:60])
    try:
        value, _ = read_hash(algorithm, text)
    except Refused as refused:
        raise InvalidInputError(f"hash: {refused.sentence}") from refused
    found = _live(list_id)
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(
            _REVOKE,
            {"at": at, "revision": found.revision + 1, "list": found.pk, "value": value, "algorithm": algorithm},
        )
        row = cursor.fetchone()
        if row is None:
            raise NotFoundError(f"list {found.name} has no such hash, or it is revoked already")
        cursor.execute(
            "UPDATE matching_listcount SET live = live - 1, revoked = revoked + 1 WHERE known_list_id = %s AND algorithm = %s",
            [found.pk, algorithm],
        )
    found.revision += 1
    found.changed_at = at
    found.save(update_fields=["revision", "changed_at"])
    rematch(found.pk)
    detail = {"entry": row[0], "kind": algorithm, "reason": reason, "revision": found.revision}
    record(actor, [Act("known_hash.revoked", "known_list", found.pk, detail)])
    return found


@transaction.atomic
def put(list_id: int, name: str, pieces: Iterable[bytes], how: How, actor: Actor) -> ListImport:
    """Keep a file that somebody sent, for a worker to import.

    Raises
    ------
    InvalidInputError
        when it is empty or too large.
    ConflictError
        when the list is ended, or too many of its files wait.
    """
    found = _live(list_id)
    if ListImport.objects.filter(known_list=found, state=ImportState.WAITING).count() >= MOST_WAITING:
        raise ConflictError(f"{MOST_WAITING} files of {found.name} wait already")
    importing = begin(found, name, 0, how, actor)
    size = 0
    for number, piece in enumerate(pieces):
        size += len(piece)
        if size > MOST_UPLOAD_BYTES:
            raise InvalidInputError(
                f"file: {MOST_UPLOAD_BYTES // 2**20} MiB at most; a larger one is the operator's to import"
            )
        ImportPart.objects.create(listimport=importing, number=number, body=piece)
    if size == 0:
        raise InvalidInputError("file: it is empty")
    importing.size_bytes = size
    importing.save(update_fields=["size_bytes"])
    record(actor, [Act("known_list.file_sent", "known_list", found.pk, {"import": importing.pk, "bytes": size})])
    import_later(importing.pk)
    return importing
