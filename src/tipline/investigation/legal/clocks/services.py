"""What happened, told to the clocks: what an event starts and what it ends stands in data. And what people do with clocks."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Min, Q

from tipline.core.clock import now
from tipline.core.datafile import load_toml
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
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


def event(
    name: str,
    agency: Agency,
    at: datetime,
    *,
    case_id: int | None = None,
    report_id: int | None = None,
    subject: str = "",
) -> None:
    """Tell the clocks that something happened, inside the caller's transaction. First it ends clocks, then it starts some.

    Parameters
    ----------
    name
        such as `case.opened`, `case.fir_registered`, `request.sent.production`: the names are `definitions.EVENTS`.
    agency
        whose clock it is: its calendar, its law.
    subject
        what it happened to within the case, such as `request:12`: an event that names one ends the clocks of that subject only.
    """
    place = place_of(agency)
    known = rules(place.country)
    ended = _end(name, at, case_id, report_id, subject)
    started = [
        _clock(definition, file, agency, at, case_id, report_id, subject)
        for definition, file in known.definitions.values()
        if definition.starts == name
    ]
    is_open = place.is_open(known)
    for clock in started:
        definition = Definition.model_validate(clock.definition)
        clock.due_at = due(definition, clock.started_at, place.zone, is_open)
        clock.warn_at = max(clock.started_at, clock.due_at - timedelta(hours=definition.warn_hours))
    _start(started)
    record(SOFTWARE, [Act("clock.ended", "clock", pk, {"by": name}) for pk in ended])


def _end(name: str, at: datetime, case_id: int | None, report_id: int | None, subject: str) -> list[int]:
    """End what this event ends. A clock goes by its definition as it was when it started."""
    running = Clock.objects.filter(ended_at__isnull=True, definition__ends__contains=name)
    of = Q(case_id=case_id) if case_id is not None else Q(case_id__isnull=True, report_id=report_id)
    running = running.filter(of)
    if subject:
        running = running.filter(subject=subject)
    ids = list(running.select_for_update().order_by("pk").values_list("pk", flat=True))
    if ids:
        Pause.objects.filter(clock_id__in=ids, until__isnull=True).update(until=at)
        Clock.objects.filter(pk__in=ids).update(ended_at=at, ended_by=name, paused_at=None)
    return ids


def _clock(
    definition: Definition,
    file: str,
    agency: Agency,
    at: datetime,
    case_id: int | None,
    report_id: int | None,
    subject: str,
) -> Clock:
    start = at
    if definition.counts_from == "first_report_received" and case_id is not None:
        first = CaseReport.objects.filter(case_id=case_id).aggregate(at=Min("report__received_at"))["at"]
        start = min(at, first) if first else at
    return Clock(
        agency=agency, case_id=case_id, report_id=report_id, clock_id=definition.id, subject=subject,
        definition=definition.model_dump(mode="json"), file=file[:200], started_at=start,
    )  # fmt: skip


def _start(clocks: list[Clock]) -> None:
    if not clocks:
        return
    # what runs already goes on as it is: an event may be told twice
    first = clocks[0]
    runs = set(
        Clock.objects.filter(
            agency=first.agency, case=first.case_id, report=first.report_id, subject=first.subject, ended_at=None
        ).values_list("clock_id", flat=True)
    )
    made = [clock for clock in clocks if clock.clock_id not in runs]
    Clock.objects.bulk_create(made, ignore_conflicts=True)
    record(
        SOFTWARE,
        [
            Act(
                "clock.started",
                "case" if clock.case_id else "report",
                clock.case_id or clock.report_id or 0,
                {"clock": clock.clock_id, "subject": clock.subject, "due": clock.due_at.isoformat()},
            )
            for clock in made
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
        before = RulesFile.objects.select_for_update().filter(kind=kind, country=file.country, active=True).first()
        if before and before.sha256 == digest:
            return before
        if before and before.version == file.about.version:
            raise InvalidInputError(
                f"{path.name}, about.version: {file.about.version!r} is in force with other content; give the file a new version"
            )
        RulesFile.objects.filter(kind=kind, country=file.country, active=True).update(active=False)
        made = RulesFile.objects.create(
            kind=kind, country=file.country, version=file.about.version, sha256=digest,
            body=file.model_dump(mode="json"), imported_at=now(), imported_by=actor.label,
        )  # fmt: skip
        record(actor, [Act("clock.file_imported", "clock", f"{kind} {file.country}", {"version": file.about.version})])
    return made
