"""Whose a report is on a desk, what rests, and what only informs. Each act says why, and is told in the history of the report on that desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.holding import MOST_AT_ONCE, Held, hold
from tipline.referrals.life import meanwhile, moment
from tipline.referrals.models import DeskRow, Pile, ReferralState
from tipline.referrals.queue.models import Handling, HandlingKind
from tipline.referrals.queue.rules import QUEUE
from tipline.trust.accounts.models import Role, User
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import MAY, Can, may, may_work_the_desk

LONGEST_WHY = 500
SOFTWARE = system("desk-queue")
_K = HandlingKind


def colleagues(person: User) -> list[User]:
    """Who can be given a report at this person's desk, in order of name. One query."""
    roles = [role.value for role in MAY[Can.SEE_REPORTS]]
    found = User.objects.filter(agency=person.agency_id, is_active=True, role__in=roles)
    return list(found.order_by("name", "pk"))


def colleague(person: User, email: str) -> User:
    """Somebody of the person's desk, by address.

    Raises
    ------
    InvalidInputError
        when nobody of that desk who may see its reports has it.
    """
    found = User.objects.filter(agency=person.agency_id, is_active=True, email__iexact=email.strip()[:254]).first()
    if found is None or not may(found, Can.SEE_REPORTS):
        raise InvalidInputError("choose somebody of your desk who works with its reports")
    return found


@transaction.atomic
def assign(
    person: User, report_ids: Iterable[int], to: User | None, why: str = "", seen: Mapping[int, str] | None = None
) -> int:
    """Give reports of the desk to one of its people, or (None) to nobody. Returns how many were not theirs before.

    What somebody else works on is handed over: the sentence that says why is then needed.

    Raises
    ------
    InvalidInputError
        for somebody of another desk, or without the sentence that a handover needs.
    ConflictError, NotFoundError, NotPermittedError
        as `hold` does; also when one is accepted: its case says who works on it.
    """
    why = _why(why)
    if to is not None and (to.agency_id != person.agency_id or not may(to, Can.SEE_REPORTS)):
        raise InvalidInputError("choose somebody of your desk who works with its reports")
    held = _lying(person, report_ids, seen)
    rows = [row for row in _rows(person, held) if row.assignee_id != (to.pk if to else None)]
    taken = [row for row in rows if row.assignee_id not in {None, person.pk}]
    if taken and not why:
        raise InvalidInputError(
            f"report {taken[0].report_id} is somebody else's: say in a sentence why it changes hands"
        )
    DeskRow.objects.filter(pk__in=[row.pk for row in rows]).update(assignee=to)
    for kind, mine in (
        (_K.RELEASED, rows if to is None else []),
        (_K.HANDED_OVER, [row for row in rows if to is not None and row.assignee_id is not None]),
        (_K.ASSIGNED, [row for row in rows if to is not None and row.assignee_id is None]),
    ):
        _tell(person, kind, mine, why, assignee=to)
    return len(rows)


@transaction.atomic
def hand_over_all(person: User, of: User, to: User, why: str) -> int:
    """Give everything that somebody has on the desk to somebody else, as for leave: by themselves or a supervisor. Returns how many.

    Raises
    ------
    NotPermittedError
        for anybody else.
    InvalidInputError
        without a sentence that says why, for one and the same person, or somebody of another desk.
    """
    why = _why(why)
    if not may_work_the_desk(person) or of.agency_id != person.agency_id:
        raise NotPermittedError("you hand over what lies on your own desk")
    if of.pk != person.pk and Role(person.role) != Role.SUPERVISOR:
        raise NotPermittedError("what somebody else has is handed over by them, or by a supervisor of the desk")
    if to.pk == of.pk or to.agency_id != person.agency_id or not may(to, Can.SEE_REPORTS):
        raise InvalidInputError("choose somebody else of your desk who works with its reports")
    if not why:
        raise InvalidInputError("say in a sentence why it changes hands")
    rows = list(
        DeskRow.objects.select_for_update()
        .filter(agency=person.agency_id, assignee=of, pile=Pile.NEW)
        .order_by("report_id")
    )
    DeskRow.objects.filter(pk__in=[row.pk for row in rows]).update(assignee=to)
    _tell(person, _K.HANDED_OVER, rows, why, assignee=to)
    return len(rows)


@transaction.atomic
def snooze(
    person: User, report_ids: Iterable[int], until: datetime, why: str, seen: Mapping[int, str] | None = None
) -> int:
    """Let reports rest until a time; they come back then, or as soon as something raises them. Returns how many.

    Raises
    ------
    InvalidInputError
        without a reason, for a time that has passed, or one that is too far: for an urgent one the limit is a few hours (data/queue.toml).
    ConflictError
        when a log of one of them goes, or its due time passes, before it would come back.
    """
    why, at = _why(why), now()
    if not why:
        raise InvalidInputError("say in a sentence why it rests")
    if until <= at:
        raise InvalidInputError("choose a time to come")
    held = _lying(person, report_ids, seen)
    rows = _rows(person, held)
    for row in rows:
        if until > at + QUEUE.rest.longest(urgent=row.urgent):
            limit = f"{QUEUE.rest.urgent_hours} hours" if row.urgent else f"{QUEUE.rest.ordinary_days} days"
            kind = "is urgent and rests" if row.urgent else "rests"
            raise InvalidInputError(f"report {row.report_id} {kind} at most {limit}")
        for end, what in ((row.gone_at, "a log of it goes"), (row.due_at, "it is due")):
            if end is not None and at < end < until:
                raise ConflictError(f"report {row.report_id} cannot rest so long: {what} on {moment(end)}")
    DeskRow.objects.filter(pk__in=[row.pk for row in rows]).update(snoozed_until=until)
    _tell(person, _K.SNOOZED, rows, why, until=until)
    return len(rows)


@transaction.atomic
def wake(person: User, report_ids: Iterable[int], seen: Mapping[int, str] | None = None) -> int:
    """Take reports back from rest before their time. Returns how many rested."""
    held = _lying(person, report_ids, seen)
    rows = [row for row in _rows(person, held) if row.snoozed_until is not None]
    DeskRow.objects.filter(pk__in=[row.pk for row in rows]).update(snoozed_until=None)
    _tell(person, _K.WOKEN, rows, "")
    return len(rows)


def wake_due(at: datetime | None = None, limit: int = 5_000) -> int:
    """Bring back what has rested long enough. Any number of workers. Returns how many."""
    at = at or now()
    with transaction.atomic():
        rows = list(
            DeskRow.objects.select_for_update(skip_locked=True)
            .filter(snoozed_until__lte=at)
            .order_by("snoozed_until", "pk")[:limit]
        )
        DeskRow.objects.filter(pk__in=[row.pk for row in rows]).update(snoozed_until=None)
        Handling.objects.bulk_create(
            Handling(agency_id=row.agency_id, report_id=row.report_id, kind=_K.WOKEN, at=at) for row in rows
        )
        record(SOFTWARE, [Act("desk.woken", "report", row.report_id, {"desk": row.agency_id}) for row in rows])
    return len(rows)


@transaction.atomic
def inform(
    person: User,
    report_ids: Iterable[int],
    why: str,
    seen: Mapping[int, str] | None = None,
    *,
    second: bool = False,
) -> int:
    """Put reports among those that only inform: they stay on the desk, in search and in their clusters. Returns how many.

    What raises one later takes it out again. Never an urgent one, and none of a higher priority than data/queue.toml says, unless a second
    person agreed (`queue.closing`): it is then among them as long as nothing raises it further.

    Raises
    ------
    InvalidInputError
        without a reason.
    ConflictError
        when one is urgent, or of too high a priority.
    """
    why = _why(why)
    if not why:
        raise InvalidInputError("say in a sentence why it only informs")
    held = _lying(person, report_ids, seen)
    rows = _rows(person, held)
    most = QUEUE.informational.priority_at_most
    for row in rows:
        if row.urgent:
            raise ConflictError(f"report {row.report_id} is urgent: it never only informs")
        if (row.priority or 0) > most and not second:
            raise ConflictError(
                f"report {row.report_id} has priority {row.priority}, and what only informs has at most {most}: "
                "propose it, and somebody else of your desk confirms"
            )
    DeskRow.objects.filter(pk__in=[row.pk for row in rows]).update(informational=True, snoozed_until=None)
    _tell(person, _K.INFORMATIONAL, rows, why)
    return len(rows)


@transaction.atomic
def to_work(person: User, report_ids: Iterable[int], seen: Mapping[int, str] | None = None) -> int:
    """Take reports back from what only informs. Returns how many were among it."""
    held = _lying(person, report_ids, seen)
    rows = [row for row in _rows(person, held) if row.informational]
    DeskRow.objects.filter(pk__in=[row.pk for row in rows]).update(informational=False)
    _tell(person, _K.TO_WORK, rows, "")
    return len(rows)


@dataclass(frozen=True, slots=True)
class Done:
    """What the history of a report on a desk says. `by` is empty: the software."""

    kind: str
    label: str
    assignee: str
    until: datetime | None
    why: str
    by: str
    at: datetime


def history(agency_id: int, report_id: int, most: int = 50) -> list[Done]:
    """What was done with a report on a desk, the latest first. One query."""
    rows = (
        Handling.objects.filter(agency=agency_id, report=report_id)
        .select_related("assignee", "by")
        .order_by("-pk")[:most]
    )
    return [
        Done(
            row.kind, HandlingKind(row.kind).label, row.assignee.name if row.assignee else "", row.until, row.why,
            row.by.name if row.by else "", row.at,
        )
        for row in rows
    ]  # fmt: skip


def urgent_among(agency_id: int, report_ids: Iterable[int]) -> list[int]:
    """Which of these are urgent on a desk. One query."""
    rows = DeskRow.objects.filter(agency=agency_id, report__in=list(report_ids), urgent=True)
    return sorted(rows.values_list("report_id", flat=True))


def _why(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_WHY:
        raise InvalidInputError(f"say it in at most {LONGEST_WHY} letters")
    return text


def _lying(person: User, report_ids: Iterable[int], seen: Mapping[int, str] | None) -> Held:
    wanted = set(report_ids)
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInputError(f"choose at most {MOST_AT_ONCE} reports at once")
    held = hold(person, wanted, seen)
    for referral in held.referrals.values():
        if referral.state == ReferralState.ACCEPTED:
            raise ConflictError(f"{meanwhile(referral)}: its case says who works on it")
    return held


def _rows(person: User, held: Held) -> list[DeskRow]:
    rows = list(
        DeskRow.objects.select_for_update()
        .filter(agency=person.agency_id, report__in=held.report_ids, pile=Pile.NEW)
        .order_by("report_id")
    )
    if len(rows) < len(held.report_ids):
        there = {row.report_id for row in rows}
        raise NotFoundError(f"report {min(set(held.report_ids) - there)} is not listed on your desk")
    return rows


def _tell(
    person: User,
    kind: HandlingKind,
    rows: Sequence[DeskRow],
    why: str,
    *,
    assignee: User | None = None,
    until: datetime | None = None,
) -> None:
    if not rows:
        return
    at = now()
    Handling.objects.bulk_create(
        Handling(
            agency_id=row.agency_id, report_id=row.report_id, kind=kind, assignee=assignee, until=until, why=why,
            by=person, at=at,
        )
        for row in rows
    )  # fmt: skip
    detail: dict[str, object] = {"person": assignee.pk} if assignee else {}
    if until is not None:
        detail["until"] = until.isoformat()
    record(
        person.actor,
        [
            Act(
                f"desk.{kind.value}",
                "report",
                row.report_id,
                detail | ({"was": row.assignee_id} if row.assignee_id else {}),
            )
            for row in rows
        ],
    )


def others_of_the_desk(person: User) -> bool:
    """Whether anybody else can work this desk. One query."""
    roles = [role.value for role in MAY[Can.WORK_DESK]]
    return User.objects.filter(agency=person.agency_id, is_active=True, role__in=roles).exclude(pk=person.pk).exists()
