"""What people do with reports on their desks. A report always has exactly one owner; joint desks take part beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.models import Referral, ReferralState, ReturnReason, Waiting
from tipline.referrals.moving import LIVE, Hop, join, leave, move, own, standing_of
from tipline.referrals.standing import (
    BOUNCE_LIMIT,
    STANDING,
    Plan,
    forward_by_standing_rules,
    release_due,
    set_standing_rule,
)
from tipline.reports.models import Holding, Report, ReportState
from tipline.trust.accounts.models import User
from tipline.trust.agencies.agreements import hops_without
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk

BY_PERSON = "person"

__all__ = [
    "BOUNCE_LIMIT", "BY_PERSON", "STANDING", "Plan", "accept", "forward", "forward_by_standing_rules", "invite",
    "release_due", "return_up", "set_standing_rule", "transfer",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Held:
    """What a desk holds at this moment, locked: the reports, its own live referral of each that has one, and what it has jointly."""

    report_ids: tuple[int, ...]
    referrals: dict[int, Referral]
    joint: frozenset[int]

    @property
    def owned(self) -> tuple[int, ...]:
        """Those that it owns."""
        return tuple(one for one in self.report_ids if one not in self.joint)


def _hold(person: User, report_ids: Iterable[int]) -> _Held:
    """Lock reports that lie on the person's own desk now, as its own or jointly.

    Raises
    ------
    NotPermittedError
        when the person's role does not work a desk.
    NotFoundError
        when a report does not exist or never was at this agency.
    ConflictError
        when it was, but somebody moved it on.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    wanted = tuple(sorted(set(report_ids)))
    if not wanted:
        raise InvalidInputError("choose at least one report")
    _lock(person, wanted)
    mine: dict[int, bool] = {}
    owners: dict[int, int] = {}
    for report_id, agency_id, jointly in Holding.objects.filter(
        report_id__in=wanted, held_until__isnull=True
    ).values_list("report_id", "agency_id", "joint"):
        if agency_id == person.agency_id:
            mine[report_id] = jointly
        if not jointly:
            owners[report_id] = agency_id
    gone = [report_id for report_id in wanted if report_id not in mine]
    if gone:
        code = Agency.objects.values_list("code", flat=True).get(pk=owners[gone[0]])
        raise ConflictError(f"report {gone[0]} is no longer on your desk: {code} holds it now")
    joint = frozenset(report_id for report_id, jointly in mine.items() if jointly)
    live = Referral.objects.filter(report_id__in=wanted, to_agency_id=person.agency_id, state__in=LIVE)
    return _Held(wanted, {r.report_id: r for r in live if r.lead != (r.report_id in joint)}, joint)


def _lock(person: User, wanted: Sequence[int]) -> None:
    """Lock reports that the person's agency holds or held, in the order of ids, so that two bulk acts cannot wait for each other."""
    locked = set(
        Report.objects.select_for_update(no_key=True)
        .filter(
            id__in=wanted,
            state=ReportState.FINISHED,
            holdings__agency_id=person.agency_id,
            destroyed_at__isnull=True,
        )
        .order_by("id")
        .values_list("id", flat=True)
    )
    missing = sorted(set(wanted) - locked)
    if missing:
        raise NotFoundError(f"report {missing[0]} does not exist")


@transaction.atomic
def accept(person: User, report_ids: Iterable[int]) -> list[Referral]:
    """Accept reports that lie on the person's desk; what it has jointly it then takes part in, and its owner goes on owning it.

    Returns their referrals, in the order of report ids.

    Raises
    ------
    ConflictError
        when one was accepted before or is no longer here; none is accepted then.
    """
    held = _hold(person, report_ids)
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        if referral is None:
            raise ConflictError(f"report {report_id} was not referred to your desk: forward it, or leave it here")
        if referral.state == ReferralState.ACCEPTED:
            raise ConflictError(f"report {report_id} is already accepted")
    at = now()
    referrals = [held.referrals[report_id] for report_id in held.report_ids]
    Referral.objects.filter(id__in=[r.pk for r in referrals]).update(state=ReferralState.ACCEPTED, state_at=at)
    Waiting.objects.filter(report_id__in=held.owned).delete()
    record(person.actor, [Act("referral.accepted", "report", r.report_id, {"referral": r.pk}) for r in referrals])
    for referral in referrals:
        referral.state, referral.state_at = ReferralState.ACCEPTED, at
    return referrals


@transaction.atomic
def forward(
    person: User, report_ids: Iterable[int], to_agency: Agency, note: str = "", *, zero_fir: bool = False
) -> None:
    """Send reports from the person's desk to an agency directly below it: the report, or the desk's own part in it.

    Parameters
    ----------
    zero_fir
        it was registered here and is now transferred (BNSS 2023 s.173).

    Raises
    ------
    ConflictError
        when a report is accepted (its case owns it), came back too often to be sent down again, or is with that agency; or
        when no agreement is in force between the two.
    InvalidInputError
        when the agency is not directly below, or inactive.
    """
    held = _hold(person, report_ids)
    if to_agency.parent_id != person.agency_id:
        raise InvalidInputError(f"{to_agency.code} is not directly below your agency")
    _reachable(person, to_agency)
    for report_id, referral in held.referrals.items():
        if referral.state == ReferralState.ACCEPTED:
            raise ConflictError(f"report {report_id} is accepted here: it belongs to its case")
    standing = standing_of(held.report_ids)
    bounced = [one for one in held.owned if standing.bounces.get(one, 0) >= BOUNCE_LIMIT]
    if bounced:
        raise ConflictError(
            f"report {bounced[0]} came back {BOUNCE_LIMIT} times: your desk owns it now and deals with it itself"
        )
    _not_there(sorted(held.joint), to_agency)
    agency_id = person.agency_id
    hops = [Hop(report_id, agency_id, to_agency.pk, zero_fir) for report_id in held.report_ids]
    live = {report_id: referral.pk for report_id, referral in held.referrals.items()}
    move(
        [hop for hop in hops if hop.report_id not in held.joint],
        BY_PERSON, note, {report_id: pk for report_id, pk in live.items() if report_id not in held.joint},
    )  # fmt: skip
    leave(held.joint, agency_id, now())
    join(
        [hop for hop in hops if hop.report_id in held.joint],
        BY_PERSON, note, [pk for report_id, pk in live.items() if report_id in held.joint],
    )  # fmt: skip
    Waiting.objects.filter(report_id__in=held.owned).delete()
    record(
        person.actor,
        [Act("referral.forwarded", "report", h.report_id, {"from": agency_id, "to": to_agency.pk}) for h in hops],
    )


def _reachable(person: User, to_agency: Agency) -> None:
    if not to_agency.active:
        raise InvalidInputError(f"{to_agency.code} is not active: choose another desk")
    if hops_without([(person.agency_id, to_agency.pk)], now().date()):
        raise ConflictError(
            f"no agreement is in force by which {person.agency.code} hands to {to_agency.code}: nothing goes there"
        )


def _not_there(report_ids: Sequence[int], agency: Agency) -> None:
    """Refuse to give an agency a part in what it has already."""
    there = Holding.objects.filter(report_id__in=report_ids, agency=agency, held_until__isnull=True).order_by(
        "report_id"
    )
    first = there.values_list("report_id", flat=True).first()
    if first is not None:
        raise ConflictError(f"report {first} is with {agency.code} already")


@transaction.atomic
def invite(person: User, report_ids: Iterable[int], agency: Agency, note: str = "") -> None:
    """Let another agency take part in reports that the person's desk owns. They stay with their owner.

    Raises
    ------
    ConflictError
        when one is not this desk's own, is with that agency already, or no agreement is in force between the two.
    InvalidInputError
        when the agency is the person's own, or inactive.
    """
    held = _hold(person, report_ids)
    if agency.pk == person.agency_id:
        raise InvalidInputError("your own agency has it already")
    if held.joint:
        raise ConflictError(f"report {min(held.joint)} is with your desk jointly: its owner asks others to take part")
    _reachable(person, agency)
    _not_there(held.report_ids, agency)
    hops = [Hop(report_id, person.agency_id, agency.pk) for report_id in held.report_ids]
    join(hops, BY_PERSON, note)
    record(
        person.actor,
        [Act("referral.joined", "report", h.report_id, {"from": person.agency_id, "to": agency.pk}) for h in hops],
    )


@transaction.atomic
def return_up(person: User, report_ids: Iterable[int], reason: ReturnReason, note: str = "") -> None:
    """Hand reports back to the desk that sent them, with a reason. What a desk has jointly it only leaves: its owner keeps it.

    Raises
    ------
    ConflictError
        when one was accepted, or did not come from a desk above.
    InvalidInputError
        when the reason `other` has no note, or is none that a desk may give.
    """
    if reason == ReturnReason.REROUTED:
        raise InvalidInputError("that reason is written when a suggestion is taken: choose another")
    if reason == ReturnReason.OTHER and not note.strip():
        raise InvalidInputError("say in a sentence why it goes back")
    held = _hold(person, report_ids)
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        if referral is None:
            raise ConflictError(f"report {report_id} came by the door, not from another desk: it cannot go back")
        if referral.state == ReferralState.ACCEPTED and referral.lead:
            raise ConflictError(f"report {report_id} is accepted: it belongs to its case")
    at = now()
    referrals = list(held.referrals.values())
    Referral.objects.filter(id__in=[r.pk for r in referrals]).update(
        state=ReferralState.RETURNED, state_at=at, return_reason=reason, note=note
    )
    leave(held.joint, person.agency_id, at)
    Waiting.objects.filter(report_id__in=held.owned).delete()
    _reopen_above([r for r in referrals if r.lead])
    record(
        person.actor,
        [
            Act(
                "referral.returned",
                "report",
                r.report_id,
                {"referral": r.pk, "to": r.from_agency_id, "reason": reason.value},
            )
            for r in referrals
        ],
    )


def _reopen_above(referrals: Sequence[Referral]) -> None:
    """Give each report back to the desk that sent it; the hop by which that desk got it is live again."""
    at = now()
    senders = {r.report_id: r.from_agency_id for r in referrals}
    own(senders, at)
    earlier = Referral.objects.filter(
        report_id__in=list(senders), state=ReferralState.FORWARDED, lead=True, to_agency_id__in=set(senders.values())
    ).order_by("id")
    reopened = {r.report_id: r.pk for r in earlier if senders[r.report_id] == r.to_agency_id}
    Referral.objects.filter(id__in=reopened.values()).update(state=ReferralState.SENT, state_at=at)


@transaction.atomic
def transfer(person: User, report_id: int, way: Sequence[int], note: str) -> None:
    """Move a report that nobody accepted from its owner to another desk: up to the first agency of `way`, then down it.

    Every desk that had it stays in its history and keeps the sight of it. This is no bounce. Done by a person of the owner, or of
    the agency at which `way` begins, that had the report before.

    Raises
    ------
    NotPermittedError, NotFoundError
        when the person may not work a desk, or their agency never had it.
    ConflictError
        when it is accepted, the way does not begin at a desk that had it, or a hop has no agreement in force.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    _lock(person, [report_id])
    standing = standing_of([report_id])
    owner = standing.owners[report_id]
    if person.agency_id not in {owner, way[0]}:
        raise NotPermittedError(f"report {report_id} is moved by the desk that holds it, or the one above that decides")
    if report_id in standing.accepted:
        raise ConflictError(f"report {report_id} is accepted: it belongs to its case")
    steps = list(pairwise(way))
    without = hops_without(steps, now().date())
    if without:
        code = Agency.objects.values_list("code", flat=True).get(pk=without[0][1])
        raise ConflictError(f"no agreement is in force for the hop to {code}: nothing goes there")
    _up_to(report_id, owner, way[0], note)
    live = Referral.objects.filter(report_id=report_id, lead=True, state__in=LIVE)
    move([Hop(report_id, a, b) for a, b in steps], BY_PERSON, note, dict(live.values_list("report_id", "id")))
    Waiting.objects.filter(report_id=report_id).delete()
    detail = {"from": owner, "over": way[0], "to": way[-1]}
    record(person.actor, [Act("referral.transferred", "report", report_id, detail)])


def _up_to(report_id: int, owner: int, above: int, note: str) -> None:
    """Return a report hop by hop, as it came down, until `above` owns it."""
    down = list(
        Referral.objects.filter(report_id=report_id, lead=True).exclude(state=ReferralState.RETURNED).order_by("id")
    )
    here = owner
    while here != above:
        came_by = next((r for r in reversed(down) if r.to_agency_id == here), None)
        if came_by is None:
            raise ConflictError(f"report {report_id} did not come down by the desk from which it should go on")
        Referral.objects.filter(pk=came_by.pk).update(
            state=ReferralState.RETURNED, state_at=now(), return_reason=ReturnReason.REROUTED, note=note
        )
        down.remove(came_by)
        _reopen_above([came_by])
        here = came_by.from_agency_id
