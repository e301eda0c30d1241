"""Days of action: what districts plan and tell, entry by entry, and the board that adds it up.

An entry says so many more. Nothing is overwritten: a wrong entry is corrected by another that counts in its place, and both stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotFoundError, NotPermittedError
from tipline.investigation.operations.models import ActionDay, BoardEntry, BoardKind, Operation
from tipline.investigation.operations.queries import agencies_of, may_run, may_take_part
from tipline.investigation.operations.services import FieldRefusedError, locked, locked_to_run, refuse_closed, text_of
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record

MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A district on the board: its numbers by kind, and when it last said something; None: nothing yet."""

    agency: Agency
    numbers: tuple[int, ...]
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """All districts, the sums below them, and the kinds in the order of the columns."""

    kinds: tuple[BoardKind, ...]
    lines: tuple[Line, ...]
    totals: tuple[int, ...]


@transaction.atomic
def add_day(person: User, code: str, day: date, name: str) -> ActionDay:
    """Set a day of action.

    Raises
    ------
    InvalidInputError
        when that day is one already, or lies outside the operation's period.
    """
    operation = locked_to_run(person, code)
    name = text_of("day_name", name, 120, "a name", least=0)
    if day < operation.since or (operation.until is not None and day > operation.until):
        raise FieldRefusedError("day", "that day lies outside the operation's period")
    if ActionDay.objects.filter(operation=operation, day=day).exists():
        raise FieldRefusedError("day", "that is a day of action already")
    made = ActionDay.objects.create(operation=operation, day=day, name=name, added_at=now(), added_by=person)
    record(person.actor, [Act("operation.day_set", "operation", operation.pk, {"day": day.isoformat()})])
    return made


def day_of(operation: Operation, day_id: int) -> ActionDay:
    """A day of action of an operation.

    Raises
    ------
    NotFoundError
        when it has none of that number.
    """
    found = ActionDay.objects.filter(operation=operation, pk=day_id).first()
    if found is None:
        raise NotFoundError("there is no such day of action")
    return found


@transaction.atomic
def enter(
    person: User, code: str, day_id: int, numbers: dict[str, int], note: str = "", agency_code: str = ""
) -> list[BoardEntry]:
    """Add numbers of one district: so many more of each kind; zeros are left out.

    Parameters
    ----------
    agency_code
        whose they are; empty: the person's own. Another's, only searches planned, and only by who runs the operation.

    Raises
    ------
    NotPermittedError
        when they are another district's.
    InvalidInputError
        for a number below zero or above 10,000, or when there is none.
    """
    operation, day, agency = _district(person, code, day_id, agency_code or person.agency.code, list(numbers))
    note = text_of("note", note, 300, "a note", least=0)
    for kind, number in numbers.items():
        if kind not in BoardKind.values:
            raise FieldRefusedError("kind", "choose what is counted")
        if not 0 <= number <= MOST_AT_ONCE:
            raise FieldRefusedError(kind, f"give a number from 0 to {MOST_AT_ONCE:,}")
    given = {kind: number for kind, number in numbers.items() if number}
    if not given:
        raise FieldRefusedError(next(iter(numbers), "kind"), "give a number")
    at = now()
    made = BoardEntry.objects.bulk_create(
        BoardEntry(operation=operation, day=day, agency=agency, kind=kind, number=number, note=note, at=at, by=person)
        for kind, number in given.items()
    )
    detail = {"day": day.pk, "agency": agency.code, **given}
    record(person.actor, [Act("operation.board_entered", "operation", operation.pk, detail)])
    return made


@transaction.atomic
def correct(person: User, code: str, day_id: int, entry_id: int, number: int, note: str) -> BoardEntry:
    """Put a right number in the place of an entry's; 0 when it was wrong altogether. The entry stays, and the note says why.

    Raises
    ------
    ConflictError
        when it was corrected already: correct the correction.
    """
    entry = BoardEntry.objects.filter(pk=entry_id, day_id=day_id).select_related("agency").first()
    if entry is None:
        raise NotFoundError("there is no such entry")
    operation, day, agency = _district(person, code, day_id, entry.agency.code, [entry.kind])
    note = text_of("why", note, 300, "why it was wrong")
    if not 0 <= number <= MOST_AT_ONCE:
        raise FieldRefusedError("number", f"give a number from 0 to {MOST_AT_ONCE:,}")
    try:
        with transaction.atomic():
            made = BoardEntry.objects.create(
                operation=operation, day=day, agency=agency, kind=entry.kind, number=number, note=note, corrects=entry,
                at=now(), by=person,
            )  # fmt: skip
    except IntegrityError as error:
        raise ConflictError("that entry was corrected already: correct the correction") from error
    detail = {"day": day.pk, "agency": agency.code, "entry": entry.pk, "number": number}
    record(person.actor, [Act("operation.board_corrected", "operation", operation.pk, detail)])
    return made


def _district(
    person: User, code: str, day_id: int, agency_code: str, kinds: Sequence[str]
) -> tuple[Operation, ActionDay, Agency]:
    """The operation, its day, and the district whose numbers the person may write."""
    operation = locked(person, code)
    refuse_closed(operation)
    day = day_of(operation, day_id)
    agencies = agencies_of(operation)
    agency = next((one for one in agencies if one.code == agency_code), None)
    if agency is None:
        raise NotPermittedError("your agency takes no part in this operation")
    own = agency.pk == person.agency_id and may_take_part(person, operation, agencies)
    plans = may_run(person, operation) and set(kinds) <= {BoardKind.SEARCHES_PLANNED.value}
    if not own and not plans:
        raise NotPermittedError(f"only {agency.code} enters its own numbers")
    return operation, day, agency


def entries_of(day: ActionDay) -> QuerySet[BoardEntry]:
    """All entries of a day, the latest first, each with the one that corrects it."""
    return BoardEntry.objects.filter(day=day).select_related("agency", "by", "corrected_by", "corrects").order_by("-id")


def board(agencies: Sequence[Agency], entries: Sequence[BoardEntry]) -> Board:
    """The board of a day. An agency that takes part no longer keeps its line as long as it has numbers."""
    kinds = tuple(BoardKind)
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    last: dict[int, datetime] = {}
    known = {agency.pk: agency for agency in agencies}
    for entry in entries:
        known.setdefault(entry.agency_id, entry.agency)
        last[entry.agency_id] = max(entry.at, last.get(entry.agency_id, entry.at))
        if not hasattr(entry, "corrected_by"):
            sums[entry.agency_id][entry.kind] += entry.number
    lines = tuple(Line(agency, tuple(sums[pk][kind] for kind in kinds), last.get(pk)) for pk, agency in known.items())
    return Board(kinds, lines, tuple(sum(line.numbers[place] for line in lines) for place in range(len(kinds))))
