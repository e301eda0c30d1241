"""What people do with reports on their desks. A report always has exactly one owner; joint desks take part beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from uuid import UUID, uuid4

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.referrals.holding import Held, alone, hold, lock
from tipline.referrals.life import Step, discard_drafts, meanwhile, take
from tipline.referrals.merging import part_from
from tipline.referrals.models import LIVE, Referral, ReferralState, ReturnReason, Waiting
from tipline.referrals.moving import Hop, give_back, join, leave, move, standing_of
from tipline.referrals.queue.working import others_of_the_desk, urgent_among
from tipline.referrals.standing import (
    BOUNCE_LIMIT,
    STANDING,
    Plan,
    forward_by_standing_rules,
    release_due,
    set_standing_rule,
)
from tipline.reports.models import Holding
from tipline.trust.accounts.models import User
from tipline.trust.agencies.agreements import hops_without
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk

BY_PERSON = "person"

__all__ = [
    "BOUNCE_LIMIT", "BY_PERSON", "STANDING", "Plan", "accept", "acknowledge", "forward", "forward_by_standing_rules",
    "invite", "release_due", "return_up", "set_standing_rule", "split", "transfer",
]  # fmt: skip


@transaction.atomic
def acknowledge(person: User, report_ids: Iterable[int], seen: Mapping[int, str] | None = None) -> int:
    """Say for the desk that it has reports and looks at them; those who sent them see it. Returns how many were not acknowledged before.

    Raises
    ------
    ConflictError
        when one was not referred to this desk, is decided already, or is no longer here.
    """
    held = hold(person, report_ids, seen)
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        if referral is None:
            raise ConflictError(f"report {report_id} was not referred to your desk: nobody waits for its receipt")
        if referral.state == ReferralState.ACCEPTED:
            raise ConflictError(meanwhile(referral))
    alone(held)
    fresh = [r for r in held.referrals.values() if r.state in {ReferralState.SENT, ReferralState.RECEIVED}]
    take(Step.ACKNOWLEDGE, [r.pk for r in fresh], person.actor, now())
    record(person.actor, [Act("referral.acknowledged", "report", r.report_id, {"referral": r.pk}) for r in fresh])
    return len(fresh)


@transaction.atomic
def accept(person: User, report_ids: Iterable[int], seen: Mapping[int, str] | None = None) -> list[Referral]:
    """Accept reports that lie on the person's desk; what it has jointly it then takes part in, and its owner goes on owning it.

    What is dealt with together with one of them is accepted with it. Returns their referrals, in the order of report ids.

    Raises
    ------
    ConflictError
        when one was accepted before (it says by whom and when), changed since it was `seen`, or is no longer here; none is accepted then.
    """
    held = hold(person, report_ids, seen, together=True)
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        if referral is None:
            raise ConflictError(f"report {report_id} was not referred to your desk: forward it, or leave it here")
        if referral.state == ReferralState.ACCEPTED:
            raise ConflictError(meanwhile(referral))
    alone(held)
    at = now()
    referrals = [held.referrals[report_id] for report_id in held.report_ids]
    take(Step.ACCEPT, [r.pk for r in referrals], person.actor, at)
    discard_drafts(held.owned, person.actor, at)
    Waiting.objects.filter(report_id__in=held.owned).delete()
    record(person.actor, [Act("referral.accepted", "report", r.report_id, {"referral": r.pk}) for r in referrals])
    for referral in referrals:
        referral.state, referral.state_at = ReferralState.ACCEPTED, at
    return referrals


@transaction.atomic
def forward(
    person: User,
    report_ids: Iterable[int],
    to_agency: Agency,
    note: str = "",
    *,
    zero_fir: bool = False,
    seen: Mapping[int, str] | None = None,
) -> None:
    """Send reports from the person's desk to an agency directly below it: the report, or the desk's own part in it.

    What is dealt with together with one of them goes along. Several go as one bundle.

    Parameters
    ----------
    zero_fir
        it was registered here and is now transferred (BNSS 2023 s.173).

    Raises
    ------
    ConflictError
        when a report is accepted (its case owns it), came back too often to be sent down again, changed since it was `seen`, or is
        with that agency; or when no agreement is in force between the two.
    InvalidInputError
        when the agency is not directly below, or inactive.
    """
    held = hold(person, report_ids, seen, together=True)
    check_forward(person, held, to_agency)
    bundle = uuid4() if len(held.report_ids) > 1 else None
    hops = _send_on(person, held, to_agency, note, Step.FORWARD, zero_fir=zero_fir, bundle=bundle)
    record(
        person.actor,
        [
            Act("referral.forwarded", "report", h.report_id, {"from": h.from_agency_id, "to": to_agency.pk})
            for h in hops
        ],
    )


@transaction.atomic
def split(
    person: User,
    parts: Sequence[tuple[Agency, Sequence[int]]],
    note: str = "",
    seen: Mapping[int, str] | None = None,
) -> None:
    """Part reports that came as one bundle: each part goes on to an agency of its own, directly below. All of it or nothing.

    Raises
    ------
    InvalidInputError
        when there are fewer than two parts, a report is in two of them, or they did not come as one bundle.
    ConflictError
        as `forward` does.
    """
    ids = [report_id for _, part in parts for report_id in part]
    if len({agency.pk for agency, part in parts if part}) < 2:
        raise InvalidInputError("a bundle is split between two desks or more: to send all to one, forward them")
    if len(ids) != len(set(ids)):
        raise InvalidInputError("each report goes to one desk; let another one take part in it where two should act")
    held = hold(person, ids, seen)
    bundles = {referral.bundle for referral in held.referrals.values()}
    if len(held.referrals) < len(held.report_ids) or len(bundles) != 1 or None in bundles or held.joint:
        raise InvalidInputError("these did not come to your desk as one bundle: forward each of them")
    for agency, part in sorted(parts, key=lambda one: one[0].pk):
        mine = Held(tuple(sorted(part)), {one: held.referrals[one] for one in part}, frozenset())
        check_forward(person, mine, agency)
        if any(r.state == ReferralState.MERGED for r in mine.referrals.values()):
            raise ConflictError("one of these is dealt with together with another report: part them first")
        part_from(person.actor, [r.pk for r in mine.referrals.values()], now())
        bundle = uuid4() if len(mine.report_ids) > 1 else None
        _send_on(person, mine, agency, note, Step.SPLIT, zero_fir=False, bundle=bundle)
        came = str(next(iter(bundles)))
        record(
            person.actor,
            [
                Act("referral.split", "report", one, {"from": person.agency_id, "to": agency.pk, "bundle": came})
                for one in mine.report_ids
            ],
        )


def check_forward(person: User, held: Held, to_agency: Agency) -> None:
    """Whether these may go to an agency, as `forward` says."""
    if to_agency.parent_id != person.agency_id:
        raise InvalidInputError(f"{to_agency.code} is not directly below your agency")
    _reachable(person, to_agency)
    for referral in held.referrals.values():
        if referral.state == ReferralState.ACCEPTED:
            raise ConflictError(f"{_accepted_here(referral)}: it belongs to its case")
    alone(held)
    standing = standing_of(held.report_ids)
    bounced = [one for one in held.owned if standing.bounces.get(one, 0) >= BOUNCE_LIMIT]
    if bounced:
        raise ConflictError(
            f"report {bounced[0]} came back {BOUNCE_LIMIT} times: your desk owns it now and deals with it itself"
        )
    _not_there(sorted(held.joint), to_agency)


def _accepted_here(referral: Referral) -> str:
    """`report 7 is accepted here by Asha Pawar, on 3 Nov 2026 at 10:15 UTC`."""
    return meanwhile(referral).replace("is already accepted", "is accepted here", 1)


def _send_on(
    person: User, held: Held, to_agency: Agency, note: str, step: Step, *, zero_fir: bool, bundle: UUID | None
) -> list[Hop]:
    hops = [Hop(report_id, person.agency_id, to_agency.pk, zero_fir, bundle) for report_id in held.report_ids]
    live = {report_id: referral.pk for report_id, referral in held.referrals.items()}
    move(
        [hop for hop in hops if hop.report_id not in held.joint],
        BY_PERSON, note, {report_id: pk for report_id, pk in live.items() if report_id not in held.joint}, person.actor,
        step=step,
    )  # fmt: skip
    leave(held.joint, person.agency_id, now())
    join(
        [hop for hop in hops if hop.report_id in held.joint],
        BY_PERSON, note, person.actor, [pk for report_id, pk in live.items() if report_id in held.joint],
    )  # fmt: skip
    Waiting.objects.filter(report_id__in=held.owned).delete()
    return hops


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
def invite(
    person: User,
    report_ids: Iterable[int],
    agency: Agency,
    note: str = "",
    seen: Mapping[int, str] | None = None,
) -> None:
    """Let another agency take part in reports that the person's desk owns. They stay with their owner.

    Raises
    ------
    ConflictError
        when one is not this desk's own, is with that agency already, or no agreement is in force between the two.
    InvalidInputError
        when the agency is the person's own, or inactive.
    """
    held = hold(person, report_ids, seen)
    if agency.pk == person.agency_id:
        raise InvalidInputError("your own agency has it already")
    if held.joint:
        raise ConflictError(f"report {min(held.joint)} is with your desk jointly: its owner asks others to take part")
    _reachable(person, agency)
    _not_there(held.report_ids, agency)
    hops = [Hop(report_id, person.agency_id, agency.pk) for report_id in held.report_ids]
    join(hops, BY_PERSON, note, person.actor)
    record(
        person.actor,
        [Act("referral.joined", "report", h.report_id, {"from": person.agency_id, "to": agency.pk}) for h in hops],
    )


@transaction.atomic
def return_up(
    person: User,
    report_ids: Iterable[int],
    reason: ReturnReason,
    note: str = "",
    seen: Mapping[int, str] | None = None,
    *,
    second: bool = False,
) -> None:
    """Hand reports back to the desk that sent them, with a reason. What a desk has jointly it only leaves: its owner keeps it.

    What is dealt with together with one of them goes back with it.

    Parameters
    ----------
    second
        a second person confirmed it (`queue.closing`), which an urgent one needs wherever more than one person works the desk.

    Raises
    ------
    ConflictError
        when one was accepted, did not come from a desk above, or is urgent and nobody confirmed it.
    InvalidInputError
        when the reason `other` has no note, or is none that a desk may give.
    """
    if reason == ReturnReason.REROUTED:
        raise InvalidInputError("that reason is written when a suggestion is taken: choose another")
    if reason == ReturnReason.OTHER and not note.strip():
        raise InvalidInputError("say in a sentence why it goes back")
    held = hold(person, report_ids, seen, together=True)
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        if referral is None:
            raise ConflictError(f"report {report_id} came by the door, not from another desk: it cannot go back")
        if referral.state == ReferralState.ACCEPTED and referral.lead:
            raise ConflictError(f"{_accepted_here(referral)}: it belongs to its case and cannot go back")
    alone(held)
    urgent = [] if second else urgent_among(person.agency_id, held.owned)
    if urgent and others_of_the_desk(person):
        raise ConflictError(
            f"report {urgent[0]} is urgent: propose its return, and somebody else of your desk confirms it"
        )
    at = now()
    referrals = list(held.referrals.values())
    take(Step.RETURN, [r.pk for r in referrals], person.actor, at, reason=reason.value, answer=note)
    leave(held.joint, person.agency_id, at)
    discard_drafts(held.owned, person.actor, at)
    Waiting.objects.filter(report_id__in=held.owned).delete()
    give_back([r for r in referrals if r.lead], person.actor, at)
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
    lock(person, [report_id])
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
    at = now()
    live = Referral.objects.filter(report_id=report_id, lead=True, state__in=LIVE)
    part_from(person.actor, live.values_list("id", flat=True), at)
    discard_drafts([report_id], person.actor, at)
    _up_to(person, report_id, owner, way[0], note)
    move(
        [Hop(report_id, a, b) for a, b in steps],
        BY_PERSON,
        note,
        dict(live.values_list("report_id", "id")),
        person.actor,
    )
    Waiting.objects.filter(report_id=report_id).delete()
    detail = {"from": owner, "over": way[0], "to": way[-1]}
    record(person.actor, [Act("referral.transferred", "report", report_id, detail)])


def _up_to(person: User, report_id: int, owner: int, above: int, note: str) -> None:
    """Return a report hop by hop, as it came down, until `above` owns it."""
    gone = (ReferralState.RETURNED, ReferralState.RECALLED, ReferralState.DRAFTED, ReferralState.DISCARDED)
    down = list(Referral.objects.filter(report_id=report_id, lead=True).exclude(state__in=gone).order_by("id"))
    here = owner
    while here != above:
        came_by = next((r for r in reversed(down) if r.to_agency_id == here), None)
        if came_by is None:
            raise ConflictError(f"report {report_id} did not come down by the desk from which it should go on")
        at = now()
        take(Step.REROUTE, [came_by.pk], person.actor, at, reason=ReturnReason.REROUTED.value, answer=note)
        down.remove(came_by)
        give_back([came_by], person.actor, at)
        here = came_by.from_agency_id
