"""Bringing a list in: a file is read into a table of this connection alone, and merged with the list as sets.

Hashes are taken in piece by piece; what the list says of them changes in one transaction, so that a list is seen as it was or as it is.
The same file again changes nothing. A process that is killed leaves the list as it was, and the file is read from its beginning again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, TiplineError
from tipline.pipeline.matching.lists.entries import Entry, Faults, UnreadableError
from tipline.pipeline.matching.lists.forms import SPEAKS_FOR_REFERENCE, Form, entries_of, form_of
from tipline.pipeline.matching.lists.models import ENDED, ImportState, ListImport
from tipline.pipeline.matching.lists.opening import Opened
from tipline.pipeline.matching.lists.signed import Signed, Verifier
from tipline.pipeline.matching.models import KnownList
from tipline.pipeline.matching.rematching import rematch
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

SLICE = 100_000  # rows of a statement
MOST_WRONG = 0.10  # of a file's entries: beyond that it is another file than somebody thought
MOST_REVOKED = 0.20  # of a list, by a file that replaces it, without somebody saying that it is meant
_LOCK = 0x6B6E6C  # with the list's number: one import of a list at a time
_READ_PIECE = 1024 * 1024


class ImportRefusedError(TiplineError):
    """Nothing was imported. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class How:
    """How a file is read.

    Parameters
    ----------
    form
        None: told by its beginning.
    kind
        of hash, where the form names none.
    replaces
        what is not in the file is revoked.
    confirmed
        however many that are.
    speaks_for_reference
        an entry stands for all that has its reference; None: as the form says.
    signed
        the checkpoint that the file has to agree with.
    """

    form: Form | None = None
    kind: str = ""
    replaces: bool = False
    confirmed: bool = False
    speaks_for_reference: bool | None = None
    signed: Signed | None = None


def begin(known_list: KnownList, name: str, size_bytes: int, how: How, actor: Actor) -> ListImport:
    """Put down that a file is to be imported.

    Raises
    ------
    ConflictError
        when the list is ended.
    """
    if known_list.ended_at is not None:
        raise ConflictError(f"list {known_list.name} is ended: nothing is imported into it")
    shown = "".join(sign for sign in name if sign.isprintable())[-200:] or "unnamed"
    return ListImport.objects.create(
        known_list=known_list, file_name=shown, size_bytes=size_bytes, kind=how.kind, form=how.form or "", replaces=how.replaces,
        confirmed=how.confirmed, by=actor.label, at=now(), origin=how.signed.origin if how.signed else "",
    )  # fmt: skip


def run(importing: ListImport, path: Path, how: How, actor: Actor, cursor: dict[str, Any] | None = None) -> ListImport:
    """Import a file. What was read, changed and refused stands in the row that is returned.

    Parameters
    ----------
    cursor
        of a list that is fetched: kept with what it stands for.

    Raises
    ------
    ImportRefusedError
        when nothing of it is imported.
    ConflictError
        when another import of the list is running.
    """
    with _alone(importing.known_list_id):
        try:
            with _tables():
                _read(importing, path, how)
                _take_in_values(importing)
                _merge(importing, how, actor, cursor)
        except (UnreadableError, ImportRefusedError, InvalidInputError) as error:
            _end(importing, ImportState.REFUSED, str(error))
            raise ImportRefusedError(f"nothing was imported: {error}") from error
        except Exception as error:
            if not connection.needs_rollback:
                _end(importing, ImportState.FAILED, f"a fault of the software: {type(error).__name__}")
            raise
    return importing


@contextmanager
def _alone(list_id: int) -> Iterator[None]:
    with connection.cursor() as database:
        database.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, list_id])
        if database.fetchone() != (True,):
            raise ConflictError("another import of this list is running: wait for its end")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as database:
                database.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, list_id])


_TABLES = ("matching_staged", "matching_entries", "matching_difference")


@contextmanager
def _tables() -> Iterator[None]:
    """Tables of this connection: not logged, seen by nobody else, gone with it."""
    with connection.cursor() as database:
        database.execute(f"DROP TABLE IF EXISTS {', '.join(_TABLES)}")
        database.execute(
            'CREATE TEMP TABLE matching_staged (n integer, line integer, algorithm text COLLATE "C", value bytea, flag text,'
            " category text, confidence float8, reference text, revoked boolean)"
        )
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as database:
                database.execute(f"DROP TABLE IF EXISTS {', '.join(_TABLES)}")


def _end(importing: ListImport, state: ImportState, error: str = "") -> None:
    importing.state, importing.error, importing.ended_at = state, error[:500], now()
    importing.save()


def _progress(importing: ListImport, state: ImportState) -> None:
    importing.state = state
    importing.save(update_fields=["state", "done_bytes", "rows", "form", "sha256", "refused", "flagged"])


# --- reading ----------------------------------------------------------------------------------------------------


def _read(importing: ListImport, path: Path, how: How) -> None:
    # an import that a killed process left: nobody else is at this list now
    left = ListImport.objects.filter(known_list_id=importing.known_list_id).exclude(pk=importing.pk)
    left.exclude(state__in=(*ENDED, ImportState.WAITING)).update(
        state=ImportState.FAILED, error="it was stopped in the middle: import the file again", ended_at=now()
    )
    faults, flagged, verifier = Faults(), Counter[str](), Verifier(how.signed) if how.signed else None
    opened = Opened(path)
    try:
        form = how.form or form_of(opened)
        if how.form:
            opened.head()
        importing.form, importing.sha256, importing.size_bytes = form, _digest(path), opened.size
        _progress(importing, ImportState.READING)
        rows: list[tuple[int, Entry]] = []
        for entry in entries_of(opened, form, how.kind, faults):
            importing.rows += 1
            if entry.flag:
                flagged[entry.flag] += 1
            if verifier is not None:
                verifier.add(entry)
            rows.append((importing.rows, entry))
            if len(rows) == SLICE:
                _stage(rows)
                rows.clear()
                importing.done_bytes = opened.position
                _progress(importing, ImportState.READING)
        _stage(rows)
        importing.done_bytes = opened.size
    finally:
        opened.close()
    importing.refused, importing.flagged = faults.total, flagged.total()
    importing.faults = {**faults.as_json(), "flagged": dict(sorted(flagged.items()))}
    if faults.total > MOST_WRONG * (importing.rows + faults.total):
        raise ImportRefusedError(
            f"{faults.total} of {importing.rows + faults.total} entries are wrong, more than {MOST_WRONG:.0%}:"
            f" see the lines, and whether the kind of hash is the right one"
        )
    if importing.rows == 0:
        raise ImportRefusedError("the file has no entry")
    if verifier is not None:
        verifier.finish()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stage(rows: list[tuple[int, Entry]]) -> None:
    if not rows:
        return
    connection.ensure_connection()
    with (
        connection.cursor() as database,
        connection.wrap_database_errors,
        database.copy("COPY matching_staged FROM STDIN") as copy,
    ):
        copy.write("".join(map(_line, rows)))


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _line(row: tuple[int, Entry]) -> str:
    n, (line, algorithm, value, flag, category, confidence, reference, revoked) = row
    return (
        f"{n}\t{line}\t{algorithm}\t\\\\x{value.hex()}\t{flag}\t{category}\t{chr(92) + 'N' if confidence is None else confidence}"
        f"\t{reference.translate(_ESCAPES) if reference else ''}\t{'t' if revoked else 'f'}\n"
    )


# --- hashes -----------------------------------------------------------------------------------------------------


def _take_in_values(importing: ListImport) -> None:
    """The last word of the file on each hash, in the order in which everybody takes hashes in, and a row for each hash that is new."""
    with connection.cursor() as database:
        database.execute(
            "CREATE TEMP TABLE matching_entries AS SELECT row_number() OVER () AS place, e.* FROM ("
            "SELECT DISTINCT ON (value, algorithm) * FROM matching_staged WHERE algorithm <> ''"
            " ORDER BY value, algorithm, n DESC) e"
        )
        database.execute("CREATE INDEX ON matching_entries (place)")
        # what the file took back further down
        database.execute(
            "UPDATE matching_entries e SET revoked = true FROM (SELECT reference, max(n) AS n FROM matching_staged"
            " WHERE algorithm = '' GROUP BY reference) gone WHERE gone.reference = e.reference AND gone.n > e.n"
        )
        database.execute("ANALYZE matching_staged")
        database.execute("ANALYZE matching_entries")
        database.execute(
            "SELECT (SELECT count(*) FROM matching_staged WHERE algorithm <> ''), (SELECT count(*) FROM matching_entries)"
        )
        staged, distinct = database.fetchone()
        importing.duplicates = staged - distinct
        if importing.duplicates:
            database.execute(
                "SELECT line FROM (SELECT n, line, row_number() OVER (PARTITION BY value, algorithm ORDER BY n) AS again"
                " FROM matching_staged WHERE algorithm <> '') d WHERE again > 1 ORDER BY n LIMIT 100"
            )
            importing.faults["duplicates"] = [line for (line,) in database.fetchall()]
    _progress(importing, ImportState.VALUES)
    at = now()
    for start in range(0, distinct, SLICE):
        with transaction.atomic(), connection.cursor() as database:
            database.execute(
                "INSERT INTO matching_hashvalue (algorithm, value, fault, first_seen_at)"
                " SELECT e.algorithm, e.value, e.flag, %s FROM matching_entries e"
                " WHERE e.place > %s AND e.place <= %s AND NOT e.revoked AND NOT EXISTS ("
                "SELECT FROM matching_hashvalue h WHERE h.value = e.value AND h.algorithm = e.algorithm)"
                " ORDER BY e.value, e.algorithm ON CONFLICT DO NOTHING",
                [at, start, start + SLICE],
            )


# --- the list ---------------------------------------------------------------------------------------------------

# What the file says of each hash, beside what the list says.
_DIFFERENCE = """
CREATE TEMP TABLE matching_difference AS
SELECT e.place, h.id AS value_id, e.algorithm, e.category, e.confidence, e.reference, k.id AS known_id,
    CASE
        WHEN e.revoked AND k.id IS NULL THEN 'unknown'
        WHEN k.id IS NULL THEN 'added'
        WHEN e.revoked AND k.revoked_at IS NULL THEN 'revoked'
        WHEN NOT e.revoked AND k.revoked_at IS NOT NULL THEN 'unrevoked'
        WHEN %(states)s AND NOT e.revoked AND (e.category, e.confidence, e.reference) IS DISTINCT FROM (k.category, k.confidence, k.reference)
            THEN 'changed'
        ELSE 'same'
    END AS what
FROM matching_entries e
LEFT JOIN matching_hashvalue h ON h.value = e.value AND h.algorithm = e.algorithm
LEFT JOIN matching_knownhash k ON k.known_list_id = %(list)s AND k.value_id = h.id
"""
_OF_LIST = """
INSERT INTO matching_difference (value_id, algorithm, known_id, what)
SELECT k.value_id, h.algorithm, k.id, 'revoked' FROM matching_knownhash k JOIN matching_hashvalue h ON h.id = k.value_id
WHERE k.known_list_id = %(list)s AND k.revoked_at IS NULL
"""
_NOT_NAMED = (
    _OF_LIST
    + " AND NOT EXISTS (SELECT FROM matching_difference d WHERE d.value_id = k.value_id AND d.what <> 'unknown')"
)
_OTHERWISE_NAMED = (
    _OF_LIST  # noqa: S608 - our own text
    + " AND k.reference <> '' AND k.reference IN (SELECT reference FROM matching_staged WHERE reference <> '')"
    " AND NOT EXISTS (SELECT FROM matching_difference d WHERE d.value_id = k.value_id)"
)
_ADD = """
INSERT INTO matching_knownhash (known_list_id, value_id, category, confidence, reference, revision)
SELECT %(list)s, value_id, category, confidence, reference, %(revision)s FROM matching_difference WHERE what = 'added'
AND place > %(after)s AND place <= %(until)s ORDER BY value_id
"""
_CHANGE = """
UPDATE matching_knownhash k SET category = d.category, confidence = d.confidence, reference = d.reference, revision = %(revision)s,
    revoked_at = NULL
FROM matching_difference d WHERE d.what IN ('changed', 'unrevoked') AND k.id = d.known_id
"""
_REVOKE = """
UPDATE matching_knownhash k SET revoked_at = %(at)s, revision = %(revision)s
FROM matching_difference d WHERE d.what = 'revoked' AND k.id = d.known_id
"""
_COUNT = """
INSERT INTO matching_listcount (known_list_id, algorithm, live, revoked)
SELECT %(list)s, algorithm, count(*) FILTER (WHERE what IN ('added', 'unrevoked')) - count(*) FILTER (WHERE what = 'revoked'),
    count(*) FILTER (WHERE what = 'revoked') - count(*) FILTER (WHERE what = 'unrevoked')
FROM matching_difference WHERE what IN ('added', 'unrevoked', 'revoked') GROUP BY algorithm ORDER BY algorithm
ON CONFLICT (known_list_id, algorithm) DO UPDATE SET live = matching_listcount.live + EXCLUDED.live,
    revoked = matching_listcount.revoked + EXCLUDED.revoked
"""


def _merge(importing: ListImport, how: How, actor: Actor, cursor: dict[str, Any] | None) -> None:
    _progress(importing, ImportState.MERGING)
    with transaction.atomic(), connection.cursor() as database:
        # foreign keys are checked with each statement: a million checks do not wait for the end in memory
        database.execute("SET CONSTRAINTS ALL IMMEDIATE")
        known_list = KnownList.objects.select_for_update(no_key=True).get(pk=importing.known_list_id)
        if known_list.ended_at is not None:
            raise ImportRefusedError(f"list {known_list.name} is ended")
        # a form without columns says nothing of categories, and changes none
        database.execute(_DIFFERENCE, {"list": known_list.pk, "states": importing.form != Form.LINES})
        database.execute("CREATE INDEX ON matching_difference (value_id)")
        database.execute("CREATE INDEX ON matching_difference (place) WHERE what = 'added'")
        database.execute("ANALYZE matching_difference")
        if how.replaces:
            database.execute(_NOT_NAMED, {"list": known_list.pk})
        elif how.speaks_for_reference or (how.speaks_for_reference is None and importing.form in SPEAKS_FOR_REFERENCE):
            database.execute(_OTHERWISE_NAMED, {"list": known_list.pk})
        database.execute("SELECT what, count(*) FROM matching_difference GROUP BY what")
        many = dict(database.fetchall())
        _guard(known_list, how, many)
        if any(many.get(what) for what in ("added", "changed", "revoked", "unrevoked")):
            values: dict[str, Any] = {"list": known_list.pk, "revision": known_list.revision + 1, "at": now()}
            for after in range(0, importing.rows if many.get("added") else 0, SLICE):
                database.execute(_ADD, {**values, "after": after, "until": after + SLICE})
            database.execute(_CHANGE, values)
            database.execute(_REVOKE, values)
            database.execute(_COUNT, values)
            known_list.revision += 1
            known_list.changed_at = now()
            known_list.save(update_fields=["revision", "changed_at"])
            importing.revision = known_list.revision
            rematch(known_list.pk)
        for what in ("added", "changed", "revoked", "unrevoked", "same", "unknown"):
            setattr(importing, what, many.get(what, 0))
        if cursor is not None:
            known_list.source.cursor = cursor
            known_list.source.save(update_fields=["cursor"])
        _end(importing, ImportState.DONE)
        detail = {
            name: getattr(importing, name) for name in ("rows", "added", "changed", "revoked", "unrevoked", "refused")
        }
        detail |= {"import": importing.pk, "sha256": importing.sha256, "revision": known_list.revision}
        record(actor, [Act("known_list.imported", "known_list", known_list.pk, detail)])


def _guard(known_list: KnownList, how: How, many: dict[str, int]) -> None:
    if not how.replaces or how.confirmed or not many.get("revoked"):
        return
    live = sum(known_list.counts.values_list("live", flat=True))
    if many["revoked"] > MOST_REVOKED * live:
        raise ImportRefusedError(
            f"the file would revoke {many['revoked']} of {live} entries of {known_list.name}, more than {MOST_REVOKED:.0%}:"
            " is it the whole list? If so, say that it is meant (--yes)"
        )
