"""Four eyes: an urgent report leaves a desk upwards, or a report of some priority the pile of work, when two persons of the desk say so.

A desk at which only one person works acts alone, and the log says that it did: a report that nobody may move is lost, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.holding import LONGEST_TEXT, hold, stamps
from tipline.referrals.models import DeskRow, Pile, ReturnReason
from tipline.referrals.queue.models import Closing, ClosingAct, ClosingState
from tipline.referrals.queue.rules import QUEUE
from tipline.referrals.queue.working import inform, others_of_the_desk, urgent_among
from tipline.referrals.services import return_up
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of an act that closes: reports with which it was done, and those that wait for a second person."""

    done: tuple[int, ...]
    proposed: tuple[int, ...]


@transaction.atomic
def close(
    person: User,
    report_ids: Iterable[int],
    act: ClosingAct,
    reason: str = "",
    note: str = "",
    seen: Mapping[int, str] | None = None,
) -> Closed:
    """Return reports, or put them among what only informs; for those that need it, propose that instead.

    Raises
    ------
    InvalidInputError, ConflictError, NotFoundError, NotPermittedError
        as `return_up` and `inform` do; also when one waits for a second person already. Nothing is changed then.
    """
    ids = sorted(set(report_ids))
    if act == ClosingAct.RETURN and reason not in ReturnReason.values:
        raise InvalidInputError("choose a reason")
    if act == ClosingAct.RETURN and reason == ReturnReason.OTHER and not note.strip():
        raise InvalidInputError("say in a sentence why it goes back")
    two = set(needing_two(person, ids, act))
    alone = [one for one in ids if one not in two]
    if alone:
        _do(person, alone, act, reason, note, seen, second=False)
    if two:
        propose(person, sorted(two), act, reason, note, seen)
    return Closed(tuple(alone), tuple(sorted(two)))


def needing_two(person: User, report_ids: Iterable[int], act: ClosingAct) -> list[int]:
    """Which of these one person alone may not close."""
    ids = list(report_ids)
    if act == ClosingAct.RETURN:
        found = urgent_among(person.agency_id, ids)
    else:
        most = QUEUE.informational.priority_at_most
        rows = DeskRow.objects.filter(agency=person.agency_id, report__in=ids, urgent=False, priority__gt=most)
        found = sorted(rows.values_list("report_id", flat=True))
    return found if found and others_of_the_desk(person) else []


@transaction.atomic
def propose(
    person: User,
    report_ids: Iterable[int],
    act: ClosingAct,
    reason: str = "",
    note: str = "",
    seen: Mapping[int, str] | None = None,
) -> list[Closing]:
    """Propose to close reports; somebody else of the desk confirms. Until then they lie where they lie.

    Raises
    ------
    ConflictError
        when one waits for a second person already, changed since it was `seen`, or is no longer here.
    InvalidInputError
        without a reason or note where the act needs one.
    """
    if len(note) > LONGEST_TEXT:
        raise InvalidInputError(f"say it in at most {LONGEST_TEXT} letters")
    if act == ClosingAct.INFORMATIONAL and not note.strip():
        raise InvalidInputError("say in a sentence why it only informs")
    held = hold(person, report_ids, seen)
    waiting = Closing.objects.filter(agency=person.agency_id, report__in=held.report_ids, state=ClosingState.OPEN)
    first = waiting.select_related("proposed_by").order_by("report_id").first()
    if first is not None:
        raise ConflictError(
            f"report {first.report_id}: {first.proposed_by.name} proposed already to close it; confirm or refuse that"
        )
    at, stamped = now(), stamps(person.agency, held.report_ids)
    made = Closing.objects.bulk_create(
        Closing(
            agency_id=person.agency_id, report_id=one, act=act, reason=reason if act == ClosingAct.RETURN else "", note=note,
            stamp=stamped[one], proposed_by=person, proposed_at=at,
        )
        for one in held.report_ids
    )  # fmt: skip
    record(
        person.actor,
        [Act("desk.closing_proposed", "report", one.report_id, {"closing": one.pk, "act": act.value}) for one in made],
    )
    return made


@transaction.atomic
def confirm(person: User, closing_id: int) -> Closing:
    """Confirm what somebody else of the desk proposed, and do it.

    Raises
    ------
    NotFoundError
        when nothing such waits at the person's desk.
    NotPermittedError
        when the person proposed it, or does not work the desk.
    ConflictError
        when the report changed since it was proposed: the proposal is then to be refused, or made anew.
    """
    found = _waiting(person, closing_id)
    if found.proposed_by_id == person.pk:
        raise NotPermittedError("you proposed this yourself: somebody else of your desk confirms it")
    act = ClosingAct(found.act)
    _do(
        person, [found.report_id], act, found.reason, found.note, {found.report_id: found.stamp}, second=True
    )  # fmt: skip
    _decided(found, ClosingState.CONFIRMED, person, "")
    record(
        person.actor,
        [
            Act(
                "desk.closing_confirmed", "report", found.report_id,
                {"closing": found.pk, "act": found.act, "proposed_by": found.proposed_by_id},
            )
        ],
    )  # fmt: skip
    return found


@transaction.atomic
def refuse(person: User, closing_id: int, answer: str = "") -> Closing:
    """Refuse a proposal to close, or take back one's own. The report stays where it is.

    Raises
    ------
    NotFoundError, NotPermittedError
        as `confirm` does; one's own may be taken back.
    """
    found = _waiting(person, closing_id)
    _decided(found, ClosingState.REFUSED, person, answer.strip()[:500])
    record(person.actor, [Act("desk.closing_refused", "report", found.report_id, {"closing": found.pk})])
    return found


def waiting_at(agency: Agency) -> QuerySet[Closing]:
    """What waits for a second person at a desk, the oldest first."""
    return (
        Closing.objects.filter(agency=agency, state=ClosingState.OPEN)
        .select_related("proposed_by")
        .order_by("proposed_at", "pk")
    )


def _waiting(person: User, closing_id: int) -> Closing:
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    known = 0 < closing_id < 2**63
    found = (
        Closing.objects.select_for_update(of=("self",))
        .select_related("proposed_by")
        .filter(pk=closing_id, agency=person.agency_id, state=ClosingState.OPEN)
        .first()
        if known
        else None
    )
    if found is None:
        raise NotFoundError("no such proposal waits at your desk: somebody decided it")
    return found


def _decided(found: Closing, state: ClosingState, person: User, answer: str) -> None:
    found.state, found.decided_by, found.decided_at, found.answer = state, person, now(), answer
    found.save(update_fields=["state", "decided_by", "decided_at", "answer"])


def _do(
    person: User,
    ids: list[int],
    act: ClosingAct,
    reason: str,
    note: str,
    seen: Mapping[int, str] | None,
    *,
    second: bool,
) -> None:
    if act == ClosingAct.RETURN:
        return_up(person, ids, ReturnReason(reason), note, seen, second=second)
    else:
        inform(person, ids, note, seen, second=second)


def void_overtaken() -> int:
    """End proposals whose report has left the desk. Returns how many."""
    lies = DeskRow.objects.filter(pile=Pile.NEW, report=OuterRef("report"), agency=OuterRef("agency"))
    overtaken = Closing.objects.filter(~Exists(lies), state=ClosingState.OPEN)
    return overtaken.update(state=ClosingState.VOID, decided_at=now())
