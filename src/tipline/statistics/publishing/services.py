"""Transparency reports: one person prepares, another releases; numbers with noise are drawn once."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from tipline.core.clock import now, zone_of
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.text import visible
from tipline.statistics.models import Kept
from tipline.statistics.noise import epsilon_of
from tipline.statistics.publishing import transparency
from tipline.statistics.publishing.making import file_of
from tipline.statistics.publishing.models import Draw, Method, PublishedFile, State, Transparency
from tipline.statistics.publishing.periods import Period, year_or_half
from tipline.statistics.publishing.release import files_of
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, acting, may

LONGEST_REASON = 300
_LOCK = 0x7075626C  # with the agency's number: who prepares for one agency waits for whoever does so already


def visible_reports(scope: Scope) -> QuerySet[Transparency]:
    """Transparency reports of the agencies whose counts somebody may see, the newest first."""
    rows = Transparency.objects.select_related("agency").order_by("-since", "-pk")
    return rows if scope.everything else rows.filter(agency_id__in=scope.count_agency_ids)


def visible_report(scope: Scope, number: int) -> Transparency:
    """One of them.

    Raises
    ------
    NotFoundError
        when there is none, or it is of an agency whose counts they may not see.
    """
    found = visible_reports(scope).filter(pk=number).first()
    if found is None:
        raise NotFoundError(f"there is no transparency report {number}")
    return found


@transaction.atomic
def prepare(person: User, when: str, method: str, epsilon: str = "") -> Transparency:
    """Make the numbers of a report of the person's own agency, for a second person to release.

    Parameters
    ----------
    when
        `2026`, `2026-H1` or `2026-H2`; it must be over.
    epsilon
        the whole privacy budget, for numbers with noise.

    Raises
    ------
    NotPermittedError, InvalidInputError
        when their role sees no counts, or what they ask for makes no sense.
    ConflictError
        when a released report has months of it, or numbers with noise were drawn for other times that overlap.
    """
    if not may(person, Can.SEE_COUNTS):
        raise NotPermittedError("your role does not include counts")
    period, agency = year_or_half(when), person.agency
    if method not in Method.values:
        raise InvalidInputError("choose how the numbers keep single children out of sight")
    budget = epsilon_of(epsilon) if method == Method.NOISED else None
    as_of = datetime.combine(period.after, time(), zone_of(agency.timezone))
    if not Kept.objects.filter(at__gte=as_of).exists():
        raise InvalidInputError(f"{when.strip()} is not over yet, or its numbers are not counted yet")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, agency.pk])
    _no_other(agency, period)
    # the numbers under the noise are counted as the software does it, whoever prepares: nobody is shown them
    own = frozenset({agency.pk})
    scope, draw = Scope(agency_ids=own, count_agency_ids=own), None
    with acting(scope):
        if budget is None:
            told = transparency.suppressed_tables(scope, agency, period, as_of)
        else:
            draw = _draw(scope, agency, period, as_of, epsilon.strip())
            told = draw.tables
    content = transparency.content_of(agency, period, Method(method), told, draw.epsilon if draw else "", as_of)
    made = Transparency.objects.create(
        agency=agency, since=period.first, until=period.after, method=method, epsilon=draw.epsilon if draw else "", draw=draw,
        content=content, fingerprint=transparency.fingerprint(content), state=State.PREPARED, prepared_at=now(),
        prepared_by=person.email, preparer=person,
    )  # fmt: skip
    told_log = {
        "since": period.first.isoformat(),
        "method": method,
        "epsilon": made.epsilon,
        "fingerprint": made.fingerprint,
    }
    record(person.actor, [Act("statistics.transparency_prepared", "transparency", made.pk, told_log)])
    return made


def _no_other(agency: Agency, period: Period) -> None:
    """That nothing released has months of this time: the difference of two tables could give a hidden number away."""
    released = Transparency.objects.filter(
        agency=agency, state=State.RELEASED, since__lt=period.after, until__gt=period.first
    )
    if found := released.first():
        raise ConflictError(
            f"a report of {Period(found.since, found.until).text} is released: another of the same months could give away what it hides"
        )


def _draw(scope: Scope, agency: Agency, period: Period, as_of: datetime, epsilon: str) -> Draw:
    """The numbers with noise of this time: those that were drawn for it, or drawn now, once."""
    for draw in Draw.objects.filter(agency=agency, since__lt=period.after, until__gt=period.first):
        if (draw.since, draw.until) != (period.first, period.after):
            raise ConflictError(
                f"numbers with noise were drawn for {Period(draw.since, draw.until).text}: months are counted into one budget only"
            )
        if draw.epsilon != epsilon:
            raise ConflictError(
                f"numbers of this time were drawn at epsilon {draw.epsilon}, once and for all: a second draw would give more away"
            )
        return draw
    tables = transparency.noised_tables(scope, agency, period, as_of, epsilon_of(epsilon))
    return Draw.objects.create(
        agency=agency, since=period.first, until=period.after, epsilon=epsilon, tables=tables, drawn_at=now()
    )


def _waiting(person: User, number: int) -> Transparency:
    made = Transparency.objects.select_for_update().filter(pk=number, agency_id=person.agency_id).first()
    if made is None:
        raise NotFoundError(f"there is no transparency report {number}")
    if made.state != State.PREPARED:
        raise ConflictError(f"it waits no longer: {made.get_state_display().lower()}")
    return made


@transaction.atomic
def release(person: User, number: int) -> Transparency:
    """The second person's word: the files are made and stay as they are. To publish them is the agency's own act.

    Raises
    ------
    NotPermittedError
        when their role does not release figures, or they prepared it.
    NotFoundError, ConflictError
        when the own agency has no such report, it waits no longer, or another one of its months was released meanwhile.
    """
    if not may(person, Can.PUBLISH):
        raise NotPermittedError("your role does not release figures to the public")
    made = _waiting(person, number)
    if made.preparer_id == person.pk:
        raise NotPermittedError("whoever prepared a report does not release it: another person has to")
    _no_other(made.agency, Period(made.since, made.until))
    made.state, made.decided_at, made.decided_by, made.decider = State.RELEASED, now(), person.email, person
    made.save(update_fields=["state", "decided_at", "decided_by", "decider"])
    files = [
        file_of(name, media_type, body, agency_id=made.agency_id, transparency=made)
        for name, media_type, body in files_of(made)
    ]
    PublishedFile.objects.bulk_create(files)
    told: dict[str, Any] = {"fingerprint": made.fingerprint, "files": [[file.name, file.sha256] for file in files]}
    record(person.actor, [Act("statistics.transparency_released", "transparency", made.pk, told)])
    return made


@transaction.atomic
def refuse(person: User, number: int, reason: str) -> Transparency:
    """Do not release a report; whoever prepared it may take it back. Numbers that were drawn for it stay drawn.

    Raises
    ------
    NotPermittedError, NotFoundError, ConflictError, InvalidInputError
        when they may neither release nor take it back, it is not there, waits no longer, or no reason is given.
    """
    made = _waiting(person, number)
    if not may(person, Can.PUBLISH) and made.preparer_id != person.pk:
        raise NotPermittedError("your role does not release figures to the public")
    reason = visible(" ".join(reason.split()))
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInputError(f"the reason is missing, or longer than {LONGEST_REASON} characters")
    made.state, made.decided_at, made.decided_by, made.decider = State.REFUSED, now(), person.email, person
    made.reason = reason
    made.save(update_fields=["state", "decided_at", "decided_by", "decider", "reason"])
    record(person.actor, [Act("statistics.transparency_refused", "transparency", made.pk)])
    return made
