"""Taking exhibits in, and writing their chain of custody. Nothing here takes data of an exhibit, only hashes and words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.cases.working import work_on
from tipline.investigation.exhibits import custody
from tipline.investigation.exhibits.custody import Chain, Entry
from tipline.investigation.exhibits.hashes import Algorithm, read_hash
from tipline.investigation.exhibits.models import (
    CustodyEvent,
    CustodyKind,
    Exhibit,
    ExhibitDigest,
    ExhibitKind,
    ExhibitScheme,
)
from tipline.reports.models import ReportedFile
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may

USUAL_SCHEME = "EX-{n}"
_SCHEME = re.compile(r"[A-Za-z0-9 ./-]{0,12}\{n\}[A-Za-z0-9 ./-]{0,12}")


@dataclass(frozen=True, slots=True)
class Taken:
    """An exhibit as it is taken in. `from_whom` is shown in the case only; `hashes` are of the exhibit as a whole."""

    kind: ExhibitKind
    description: str
    at: datetime
    place: str
    taken_by: str
    from_whom: str = ""
    make: str = ""
    model: str = ""
    serial: str = ""
    seal_number: str = ""
    memo: str = ""
    recording: str = ""
    hashes: Mapping[Algorithm, str] = field(default_factory=dict)


@transaction.atomic
def set_scheme(person: User, pattern: str) -> None:
    """Say how the person's agency numbers its exhibits from now on; those that have a number keep it.

    Raises
    ------
    NotPermittedError
        when their role assigns nobody to cases.
    InvalidInputError
        for a pattern without `{n}`, or with other signs than letters, digits, blanks, `.`, `/` and `-`.
    """
    if not may(person, Can.ASSIGN_CASES):
        raise NotPermittedError("your role does not set how exhibits are numbered")
    pattern = pattern.strip()
    if _SCHEME.fullmatch(pattern) is None:
        raise InvalidInputError(
            "write {n} once, where the running number stands, with letters, digits, . / and - around it"
        )
    ExhibitScheme.objects.update_or_create(agency_id=person.agency_id, defaults={"pattern": pattern})
    record(person.actor, [Act("exhibit.scheme_set", "agency", person.agency.code, {"pattern": pattern})])


def scheme_of(agency: Agency) -> str:
    """How an agency numbers its exhibits."""
    return ExhibitScheme.objects.filter(agency=agency).values_list("pattern", flat=True).first() or USUAL_SCHEME


@transaction.atomic
def take_in(person: User, case_id: int, taken: Taken) -> Exhibit:
    """Give an exhibit its number, and begin its chain of custody with how it came.

    Raises
    ------
    InvalidInputError
        naming what is missing, too long, or wrong with a hash.
    ConflictError, NotFoundError, NotPermittedError
        as `cases.working.work_on` does.
    """
    case = work_on(person, case_id)
    if taken.kind == ExhibitKind.REPORTED_FILE:
        raise InvalidInputError("hashes of a reported file are taken from its report")
    return _begin(person, case, taken)


@transaction.atomic
def take_in_reported_file(person: User, case_id: int, report_id: int, file_id: str, taken_by: str) -> Exhibit:
    """Make the hashes of a reported file of the case an exhibit of their own: a snapshot of report, file id and hashes.

    Raises
    ------
    NotFoundError
        when no report of the case has such a file.
    ConflictError
        when it is an exhibit of the case already; otherwise as `take_in` does.
    """
    case = work_on(person, case_id)
    file = ReportedFile.objects.filter(
        wire_id=file_id, report_id=report_id, report__in=CaseReport.objects.filter(case=case).values("report_id")
    ).first()
    if file is None:
        raise NotFoundError(f"no report of this case has the file {file_id[:40]!r}")
    if Exhibit.objects.filter(case=case, reported_file=file.wire_id).exists():
        raise ConflictError("the hashes of this file are an exhibit of the case already")
    hashes = {Algorithm.MD5: file.md5, Algorithm.SHA1: file.sha1, Algorithm.SHA256: file.sha256}
    taken = Taken(
        kind=ExhibitKind.REPORTED_FILE,
        description=f"Hashes of file {file.wire_id} of report {report_id}"
        + ("" if file.uploaded else ", as the provider stated them"),
        at=file.received_at,
        place="Received over the network",
        taken_by=taken_by,
        from_whom="the provider, by way of the clearinghouse",
        hashes={algorithm: value for algorithm, value in hashes.items() if value},
    )
    return _begin(person, case, taken, reported_in=report_id, reported_file=file.wire_id)


def _begin(
    person: User, case: Case, taken: Taken, *, reported_in: int | None = None, reported_file: str = ""
) -> Exhibit:
    taken = _checked(taken)
    running = (Exhibit.objects.filter(case=case).aggregate(top=Max("running_number"))["top"] or 0) + 1
    first = Entry(
        CustodyKind.RECEIVED, taken.at, 1, taken.from_whom, taken.taken_by, taken.place, seal_number=taken.seal_number
    )
    digests = {algorithm: read_hash(algorithm, value) for algorithm, value in taken.hashes.items() if value}
    custody.add([], first, digests, now())
    at = now()
    exhibit = Exhibit.objects.create(
        case=case,
        number=_free_number(case, scheme_of(case.agency), running),
        running_number=running,
        kind=taken.kind,
        description=taken.description,
        make=taken.make,
        model=taken.model,
        serial=taken.serial,
        memo=taken.memo,
        recording=taken.recording,
        reported_in=reported_in,
        reported_file=reported_file,
        added_at=at,
        added_by=person,
    )
    ExhibitDigest.objects.bulk_create(
        ExhibitDigest(case=case, exhibit=exhibit, algorithm=algorithm, value=value, recorded_at=at, recorded_by=person)
        for algorithm, value in digests.items()
    )
    _write(exhibit, first, None, person, at)
    record(
        person.actor,
        [
            Act(
                "case.exhibit_added",
                "case",
                case.pk,
                {"exhibit": exhibit.pk, "number": exhibit.number, "kind": taken.kind.value, "hashes": len(digests)},
            )
        ],
    )
    return exhibit


def _free_number(case: Case, pattern: str, running: int) -> str:
    """The number by the scheme; when the scheme was changed and another exhibit has it, with the running number behind."""
    number = pattern.replace("{n}", str(running))
    taken = Exhibit.objects.filter(case=case, number=number).exists()
    return f"{number} ({running})" if taken else number


_LENGTHS = {
    "description": 500, "place": 200, "taken_by": 200, "from_whom": 200, "make": 100, "model": 100, "serial": 100,
    "seal_number": 60, "memo": 200, "recording": 200,
}  # fmt: skip


def _checked(taken: Taken) -> Taken:
    texts: dict[str, Any] = {
        name: _line(getattr(taken, name), name.replace("_", " "), most) for name, most in _LENGTHS.items()
    }
    if not texts["description"]:
        raise InvalidInputError("an exhibit needs a description: what it is, never what is on it")
    return replace(taken, **texts)


def _line(text: str, name: str, most: int) -> str:
    line = " ".join(text.split())
    if len(line) > most:
        raise InvalidInputError(f"the {name} has {len(line)} characters, at most {most} fit")
    if "\x00" in line:
        raise InvalidInputError(f"the {name} has a NUL in it")
    return line


_ENTRY_LENGTHS = {
    "from_holder": 200, "to_holder": 200, "place": 200, "purpose": 300, "seal_number": 60, "late_reason": 300,
    "correction_reason": 300,
}  # fmt: skip


@transaction.atomic
def write_custody(person: User, case_id: int, exhibit_id: int, entry: Entry) -> Chain:
    """Add an entry to an exhibit's chain of custody; `entry.corrects` makes it stand for an earlier one. Nothing is overwritten.

    A hash that is not the recorded one is written all the same: that is what the entry says.

    Raises
    ------
    InvalidInputError
        for an entry that lacks something, is late without a reason, or has a hash that cannot be one.
    ConflictError
        when it does not fit the chain.
    NotFoundError, NotPermittedError
        as `cases.working.work_on` does.
    """
    case = work_on(person, case_id)
    # the case's row is locked: two officers' entries come one after the other, and the second is held against the first
    exhibit = Exhibit.objects.filter(case=case, pk=exhibit_id).first()
    if exhibit is None:
        raise NotFoundError(f"there is no exhibit {exhibit_id} in this case")
    rows = list(CustodyEvent.objects.filter(exhibit=exhibit).order_by("position"))
    digests = digests_of(exhibit)
    new = _checked_entry(replace(entry, position=rows[-1].position + 1))
    chain = custody.add(entries_of(rows), new, digests, now())
    if new.hash_value and new.kind != CustodyKind.IMAGED:
        _is_comparable(rows, digests, new)
    corrected = next((row for row in rows if row.position == new.corrects), None)
    _write(exhibit, new, corrected, person, now())
    found = next((step.equal for step in chain.steps if step.entry.position == new.position), None)
    detail = {"exhibit": exhibit.pk, "entry": new.position, "kind": new.kind.value}
    detail |= {"corrects": new.corrects} if new.corrects else {}
    detail |= {} if found is None else {"hash_equal": found}
    record(person.actor, [Act("case.custody_written", "case", case.pk, detail)])
    return chain


def _checked_entry(entry: Entry) -> Entry:
    texts: dict[str, Any] = {
        name: _line(getattr(entry, name), name.replace("_", " "), most) for name, most in _ENTRY_LENGTHS.items()
    }
    value = ""
    if entry.hash_value.strip():
        if entry.hash_algorithm not in Algorithm.values:
            raise InvalidInputError("choose the algorithm of the hash")
        value = read_hash(Algorithm(entry.hash_algorithm), entry.hash_value)
    return replace(entry, **texts, hash_value=value, hash_algorithm=entry.hash_algorithm if value else "")


def _is_comparable(rows: Sequence[CustodyEvent], digests: Mapping[Algorithm, str], new: Entry) -> None:
    recorded = {a.value for a in digests} | {row.hash_algorithm for row in rows if row.kind == CustodyKind.IMAGED}
    if new.hash_algorithm not in recorded:
        label = Algorithm(new.hash_algorithm).label
        raise InvalidInputError(
            f"no {label} is recorded of this exhibit or an image of it: there is nothing to compare with"
        )


def _write(exhibit: Exhibit, entry: Entry, corrects: CustodyEvent | None, person: User, at: datetime) -> None:
    plain = {f.name: getattr(entry, f.name) for f in fields(Entry) if f.name != "corrects"}
    CustodyEvent.objects.create(
        case_id=exhibit.case_id, exhibit=exhibit, corrects=corrects, written_at=at, written_by=person, **plain
    )


def entries_of(rows: Sequence[CustodyEvent]) -> list[Entry]:
    """The written entries, as `custody` takes them. `rows` are all of one exhibit."""
    positions = {row.pk: row.position for row in rows}
    names = [f.name for f in fields(Entry) if f.name not in {"kind", "corrects"}]
    return [
        Entry(
            kind=CustodyKind(row.kind),
            corrects=positions[row.corrects_id] if row.corrects_id else None,
            **{name: getattr(row, name) for name in names},
        )
        for row in rows
    ]


def digests_of(exhibit: Exhibit) -> dict[Algorithm, str]:
    """Hashes of the exhibit as a whole, as recorded."""
    return {Algorithm(d.algorithm): d.value for d in exhibit.digests.all()}
