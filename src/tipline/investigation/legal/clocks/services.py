"""What happened, told to the clocks: what an event starts and what it ends stands in data. And what people do with clocks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Min, Q

from tipline.core.clock import now
from tipline.core.datafile import load_toml
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.own_files import make_room
from tipline.investigation.cases.models import CaseReport
from tipline.investigation.legal.clocks.counting import due, extended
from tipline.investigation.legal.clocks.definitions import ClockFile, Definition, HolidayFile
from tipline.investigation.legal.clocks.in_force import place_of, rules
from tipline.investigation.legal.clocks.models import Clock, FileKind, Pause, RulesFile
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may

SOFTWARE = system("clocks")
MAX_BYTES = 2_000_000
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened, such as `request.sent.production` (`definitions.EVENTS`), and what it happened to within the case, such as `request:12`."""

    name: str
    subject: str = ""


def event(
    name: str,
    agency: Agency,
    at: datetime,
    *,
    case_id: int | None = None,
    report_id: int | None = None,
    subject: str = "",
) -> None:
    """Tell the clocks that something happened: `events` of one."""
    events([Happening(name, subject)], agency, at, case_id=case_id, report_id=report_id)


def events(
    happened: Sequence[Happening],
    agency: Agency,
    at: datetime,
    *,
    case_id: int | None = None,
    report_id: int | None = None,
) -> None:
    """Tell the clocks of one case, or one report, what happened, inside the caller's transaction; the same few statements for any number.

    First it ends clocks that ran, then it starts some. One with a subject ends the clocks of that subject only.

    Parameters
    ----------
    agency
        whose clock it is: its calendar, its law.
    """
    of = Q(case_id=case_id) if case_id is not None else Q(case_id__isnull=True, report_id=report_id)
    ended = _end(happened, at, of)
    place = place_of(agency)
    known = rules(place.country)
    is_open = place.is_open(known)
    first_received = _first_received(case_id)
    clocks = []
    for definition, file in known.definitions.values():
        start = min(at, first_received or at) if definition.counts_from == "first_report_received" else at
        for one in happened:
            if definition.starts != one.name:
                continue
            end = due(definition, start, place.zone, is_open)
            clocks.append(
                Clock(
                    agency=agency, case_id=case_id, report_id=report_id, clock_id=definition.id, subject=one.subject,
                    definition=definition.model_dump(mode="json"), file=file[:200], started_at=start, due_at=end,
                    warn_at=max(start, end - timedelta(hours=definition.warn_hours)),
                )
            )  # fmt: skip
    _start(clocks, agency, of)
    record(SOFTWARE, [Act("clock.ended", "clock", pk, {"by": name}) for pk, name in ended.items()])


def _end(happened: Sequence[Happening], at: datetime, of: Q) -> dict[int, str]:
    """End what these events end; returns clock → the event. A clock goes by its definition as it was when it started."""
    any_of = Q()
    for name in {one.name for one in happened}:
        any_of |= Q(definition__ends__contains=name)
    running = Clock.objects.filter(of, any_of, ended_at__isnull=True).select_for_update().order_by("pk")
    ended: dict[int, str] = {}
    for pk, subject, ends in running.values_list("pk", "subject", "definition__ends"):
        by = next((o.name for o in happened if o.name in ends and o.subject in {"", subject}), None)
        if by is not None:
            ended[pk] = by
    if ended:
        Pause.objects.filter(clock_id__in=ended, until__isnull=True).update(until=at)
        for name in set(ended.values()):  # one or two: what is told together is of one kind
            ids = [pk for pk, by in ended.items() if by == name]
            Clock.objects.filter(pk__in=ids).update(ended_at=at, ended_by=name, paused_at=None)
    return ended


def _first_received(case_id: int | None) -> datetime | None:
    """When the first report of a case was received at the clearinghouse's door."""
    if case_id is None:
        return None
    found: datetime | None = CaseReport.objects.filter(case_id=case_id).aggregate(at=Min("report__received_at"))["at"]
    return found


def _start(clocks: Sequence[Clock], agency: Agency, of: Q) -> None:
    if not clocks:
        return
    # what runs already goes on as it is: an event may be told twice
    runs = set(Clock.objects.filter(of, agency=agency, ended_at=None).values_list("clock_id", "subject"))
    made: dict[tuple[str, str], Clock] = {}
    for clock in clocks:
        if (clock.clock_id, clock.subject) not in runs:
            made.setdefault((clock.clock_id, clock.subject), clock)
    Clock.objects.bulk_create(made.values(), ignore_conflicts=True)
    record(
        SOFTWARE,
        [
            Act(
                "clock.started",
                "case" if clock.case_id else "report",
                clock.case_id or clock.report_id or 0,
                {"clock": clock.clock_id, "subject": clock.subject, "due": clock.due_at.isoformat()},
            )
            for clock in made.values()
        ],
    )


def move_case(case_id: int, agency: Agency) -> None:
    """Give the running clocks of a case that was transferred to the agency that has it now. Their times stay."""
    Clock.objects.filter(case_id=case_id, ended_at__isnull=True).update(agency=agency)


def _own(person: User, clock_id: int) -> Clock:
    """A running clock of the person's agency, locked."""
    clock = Clock.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=clock_id).first()
    if clock is None:
        raise NotFoundError(f"there is no clock {clock_id}")
    if not may(person, Can.WORK_CASES) or clock.agency_id != person.agency_id:
        raise NotPermittedError("your role does not stop clocks, or this one is another agency's")
    if clock.ended_at is not None:
        raise ConflictError(f"this clock ended already, by {clock.ended_by}")
    return clock


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInputError(f"give a reason of 1 to {LONGEST_REASON} characters")
    return reason


@transaction.atomic
def pause(person: User, clock_id: int, reason: str) -> None:
    """Let a clock stand still.

    Raises
    ------
    NotFoundError, NotPermittedError
        when it is not there, or another agency's.
    ConflictError
        when it ended, stands still, ran out, or is one that nobody may stop.
    InvalidInputError
        without a reason.
    """
    clock = _own(person, clock_id)
    why = _reason(reason)
    if not clock.definition["pausable"]:
        raise ConflictError(f"nobody may stop this clock: {clock.definition['law']}")
    at = now()
    if clock.paused_at is not None:
        raise ConflictError("this clock stands still already")
    if clock.due_at <= at:
        raise ConflictError("this clock ran out: it cannot be stopped afterwards")
    Pause.objects.create(clock=clock, since=at, reason=why, paused_by=person)
    clock.paused_at = at
    clock.save(update_fields=["paused_at"])
    record(person.actor, [Act("clock.paused", "clock", clock.pk, {"reason": why})])


@transaction.atomic
def resume(person: User, clock_id: int) -> None:
    """Let a clock run again. Its end moves by as long as it stood still.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `pause` does; also when it runs.
    """
    clock = _own(person, clock_id)
    if clock.paused_at is None:
        raise ConflictError("this clock runs")
    at = now()
    stood = at - clock.paused_at
    definition = Definition.model_validate(clock.definition)
    end = clock.due_at + stood
    if definition.counting != "running":
        place = place_of(clock.agency)
        end = extended(end, place.zone, place.is_open(rules(place.country)))
    Pause.objects.filter(clock=clock, until__isnull=True).update(until=at, resumed_by=person)
    clock.due_at, clock.paused_at = end, None
    clock.warn_at = max(clock.started_at, end - timedelta(hours=definition.warn_hours))
    clock.save(update_fields=["due_at", "warn_at", "paused_at"])
    record(person.actor, [Act("clock.resumed", "clock", clock.pk, {"due": end.isoformat()})])


@transaction.atomic
def finish(person: User, clock_id: int, reason: str) -> None:
    """Say that what a clock waits for is done, or is not needed. That it was late stays seen.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `pause` does.
    """
    clock = _own(person, clock_id)
    why = _reason(reason)
    at = now()
    Pause.objects.filter(clock=clock, until__isnull=True).update(until=at, resumed_by=person)
    clock.ended_at, clock.ended_by, clock.ended_why, clock.paused_at = at, person.email, why, None
    clock.save(update_fields=["ended_at", "ended_by", "ended_why", "paused_at"])
    record(person.actor, [Act("clock.finished", "clock", clock.pk, {"reason": why, "late": at > clock.due_at})])


def import_file(path: Path, kind: FileKind, actor: Actor) -> RulesFile:
    """Import clocks or holidays of one's own. They take the place of those imported before for the country, all of it or nothing.

    Raises
    ------
    InvalidInputError
        naming the key and what is wrong with it; or for a file of the same version and other content.
    """
    try:
        raw = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    if raw is None:
        raise InvalidInputError(f"{path.name} is larger than {MAX_BYTES} bytes")
    file = load_toml(path, ClockFile) if kind == FileKind.CLOCKS else load_toml(path, HolidayFile)
    digest = hashlib.sha256(raw).hexdigest()
    with transaction.atomic():
        before: RulesFile | None = make_room(
            RulesFile.objects.filter(kind=kind, country=file.country), path, file.about.version, digest
        )
        if before is not None:
            return before
        made = RulesFile.objects.create(
            kind=kind, country=file.country, version=file.about.version, sha256=digest,
            body=file.model_dump(mode="json"), imported_at=now(), imported_by=actor.label,
        )  # fmt: skip
        record(actor, [Act("clock.file_imported", "clock", f"{kind} {file.country}", {"version": file.about.version})])
    return made
