"""Taking over hashes from a forensic tool's file: all rows that can be read, in one transaction, and a report of those that cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.text import visible
from tipline.investigation.cases.working import work_on
from tipline.investigation.exhibits.case_uco import read_case
from tipline.investigation.exhibits.models import Exhibit, HashImport, HashLayout
from tipline.investigation.exhibits.tables import Read, Refused, read_table
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record

MOST_BYTES = 200 * 1024**2
MOST_REFUSALS_KEPT = 1_000
_CHUNK_BYTES = 1024**2
# PostgreSQL copies into no table with row security: rows go into one of this transaction, and from there through the policy
_STAGE = (
    "CREATE TEMPORARY TABLE exhibits_staged (line integer, algorithm varchar(8), value bytea, name text, size_bytes bigint,"
    " category varchar(100)) ON COMMIT DROP"
)
_COPY = "COPY exhibits_staged (line, algorithm, value, name, size_bytes, category) FROM STDIN"
_TAKE = (
    "INSERT INTO exhibits_exhibithash (exhibit_id, origin_id, line, algorithm, value, name, size_bytes, category)"
    " SELECT %s, %s, line, algorithm, value, name, size_bytes, category FROM exhibits_staged"
    " ORDER BY value"  # in the order of the index, whose pages are then written once and not by chance
)


@dataclass(frozen=True, slots=True)
class How:
    """How a file is to be read, where a person says so: field → head of its column, and the encoding."""

    columns: Mapping[str, str] | None = None
    encoding: str = ""


@transaction.atomic
def import_hashes(
    person: User, case_id: int, exhibit_id: int, file: BinaryIO, file_name: str, how: How | None = None
) -> HashImport:
    """Take over the hashes of a tool's CSV or CASE/UCO file. The file is read twice, from its start, and not kept.

    Raises
    ------
    UnknownLayoutError
        when no layout fits a table.
    InvalidInputError
        when the file as a whole cannot be read, or no row of it: then nothing was taken over.
    ConflictError
        when the same file was taken over before; otherwise as `cases.working.work_on` does.
    """
    case = work_on(person, case_id)
    exhibit = Exhibit.objects.filter(case=case, pk=exhibit_id).first()
    if exhibit is None:
        raise NotFoundError(f"there is no exhibit {exhibit_id} in this case")
    how = how or How()
    size, sha256 = _measured(file)
    before = HashImport.objects.filter(exhibit=exhibit, sha256=sha256).first()
    if before is not None:
        raise ConflictError(
            f"this file was taken over on {before.imported_at:%Y-%m-%d} already, with {before.hashes:,} hashes: its SHA-256 is {sha256}"
        )
    read = _opened(file, person, how)
    made = HashImport.objects.create(
        case=case,
        exhibit=exhibit,
        sha256=sha256,
        file_name=visible(file_name, 190),
        size_bytes=size,
        layout=read.layout[:80],
        rows=0,
        hashes=0,
        refused=0,
        imported_at=now(),
        imported_by=person,
    )
    _copy(made, read)
    if not made.hashes:
        first = f" Line {made.refusals[0][0]}: {made.refusals[0][1]}." if made.refusals else ""
        raise InvalidInputError(f"no row of this file has a hash that can be taken over.{first}")
    made.save(update_fields=["rows", "hashes", "refused", "refusals"])
    counts = {"rows": made.rows, "hashes": made.hashes, "refused": made.refused}
    record(
        person.actor,
        [
            Act(
                "case.hashes_imported",
                "case",
                case.pk,
                {"exhibit": exhibit.pk, "import": made.pk, "file_sha256": sha256, **counts},
            )
        ],
    )
    return made


def _measured(file: BinaryIO) -> tuple[int, str]:
    """Size and SHA-256 of a file; it stands at its start afterwards."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise InvalidInputError(
                f"the file is larger than {MOST_BYTES // 1024**2} MB: split it, nothing was taken over"
            )
    if not size:
        raise InvalidInputError("the file is empty")
    file.seek(0)
    return size, digest.hexdigest()


def _opened(file: BinaryIO, person: User, how: How) -> Read:
    start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    if start[:1] in {b"{", b"["}:
        return read_case(file)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InvalidInputError("this is a workbook or an archive: have the tool write CSV, or CASE as JSON")
    own = list(HashLayout.objects.filter(agency_id=person.agency_id).order_by("name"))
    return read_table(file, own=own, columns=how.columns, encoding=how.encoding)


def _copy(made: HashImport, read: Read) -> None:
    """Write the rows as they are read; `made` learns how many there were. Nothing of the file is held but one row."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(_COPY) as copy:
            for row in read.rows:
                made.rows += 1
                if isinstance(row, Refused):
                    made.refused += 1
                    if len(made.refusals) < MOST_REFUSALS_KEPT:
                        made.refusals.append([row.line, row.reason])
                    continue
                made.hashes += len(row.hashes)
                for algorithm, value in row.hashes.items():
                    copy.write_row((row.line, algorithm.value, f"\\x{value}", row.name, row.size_bytes, row.category))
        cursor.execute(_TAKE, [made.exhibit_id, made.pk])
        cursor.execute("DROP TABLE exhibits_staged")
