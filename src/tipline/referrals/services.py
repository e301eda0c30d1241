"""Writes to the way down the tree. A report always has exactly one holder: every move closes one holding and opens another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.models import (
    Referral,
    ReferralState,
    ReturnReason,
    StandingAction,
    StandingRule,
)
from tipline.reports.models import Holding, Report, ReportState
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk

# domain.md need 8: after two returns the parent owns the report
BOUNCE_LIMIT = 2
STANDING = "standing-rule"
BY_PERSON = "person"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a way: the report leaves one agency for the next."""

    report_id: int
    from_agency_id: int
    to_agency_id: int


def set_standing_rule(agency: Agency, action: StandingAction, actor: Actor) -> None:
    """Say what a desk does by itself with reports whose way goes on below it."""
    with transaction.atomic():
        StandingRule.objects.update_or_create(
            agency=agency, defaults={"action": action, "set_by": actor.label, "set_at": now()}
        )
        record(actor, [Act("referral.rule_set", "agency", agency.pk, {"action": action.value})])


def forward_by_standing_rules(ways: Mapping[int, Sequence[int]]) -> int:
    """Send reports down their ways as far as standing rules carry them.

    Runs inside the caller's transaction, set-wise: one insert for all hops of the batch. A report that already left its
    receiving desk stays where it is, so that running twice changes nothing.

    Parameters
    ----------
    ways
        report id → agency ids, the receiving desk first, the desk that should act last.

    Returns
    -------
    int
        the number of hops made.
    """
    holders = dict(
        Holding.objects.filter(report_id__in=ways, held_until__isnull=True).values_list("report_id", "agency_id")
    )
    rules = dict(
        StandingRule.objects.filter(agency_id__in={a for way in ways.values() for a in way}).values_list(
            "agency_id", "action"
        )
    )
    hops: list[Hop] = []
    for report_id, way in ways.items():
        if not way or holders.get(report_id) != way[0]:
            continue
        for here, below in pairwise(way):
            if rules.get(here) != StandingAction.FORWARD:
                break
            hops.append(Hop(report_id, here, below))
    _move(hops, STANDING, "", {})
    _record_hops(hops)
    return len(hops)


def _record_hops(hops: Sequence[Hop]) -> None:
    record(
        system(STANDING),
        [
            Act("referral.forwarded", "report", h.report_id, {"from": h.from_agency_id, "to": h.to_agency_id})
            for h in hops
        ],
    )


def _move(hops: Sequence[Hop], rule: str, note: str, live: Mapping[int, int]) -> None:
    """Write the hops, in order: referrals, then holdings. `live` is report → its live referral, which is now forwarded."""
    if not hops:
        return
    at = now()
    last = {hop.report_id: index for index, hop in enumerate(hops)}
    Referral.objects.filter(id__in=live.values()).update(state=ReferralState.FORWARDED, state_at=at)
    Referral.objects.bulk_create(
        Referral(
            report_id=hop.report_id,
            from_agency_id=hop.from_agency_id,
            to_agency_id=hop.to_agency_id,
            state=ReferralState.SENT if last[hop.report_id] == index else ReferralState.FORWARDED,
            sent_at=at,
            state_at=at,
            rule=rule,
            note=note,
        )
        for index, hop in enumerate(hops)
    )
    reports = list(last)
    Holding.objects.filter(report_id__in=reports, held_until__isnull=True).update(held_until=at)
    # An agency that held it before and gets it again keeps one row: its holding is opened anew.
    Holding.objects.bulk_create(
        (
            Holding(
                report_id=hop.report_id,
                agency_id=hop.to_agency_id,
                held_from=at,
                held_until=None if last[hop.report_id] == index else at,
            )
            for index, hop in enumerate(hops)
        ),
        update_conflicts=True,
        unique_fields=["report", "agency"],
        update_fields=["held_until"],
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """What a desk holds at this moment, locked: the reports, and the live referral of those that have one."""

    report_ids: tuple[int, ...]
    referrals: dict[int, Referral]


def _hold(person: User, report_ids: Iterable[int]) -> _Held:
    """Lock reports that lie on the person's own desk now.

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
    # Locked in the order of ids, so that two bulk acts cannot wait for each other.
    locked = list(
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
    missing = sorted(set(wanted) - set(locked))
    if missing:
        raise NotFoundError(f"report {missing[0]} does not exist")
    holders = dict(
        Holding.objects.filter(report_id__in=wanted, held_until__isnull=True).values_list("report_id", "agency_id")
    )
    gone = [report_id for report_id in wanted if holders.get(report_id) != person.agency_id]
    if gone:
        code = Agency.objects.values_list("code", flat=True).get(pk=holders[gone[0]])
        raise ConflictError(f"report {gone[0]} is no longer on your desk: {code} holds it now")
    live = Referral.objects.filter(report_id__in=wanted, state__in=[ReferralState.SENT, ReferralState.ACCEPTED])
    return _Held(wanted, {referral.report_id: referral for referral in live})


@transaction.atomic
def accept(person: User, report_ids: Iterable[int]) -> list[Referral]:
    """Accept reports that lie on the person's desk. Returns their referrals, in the order of report ids.

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
    record(person.actor, [Act("referral.accepted", "report", r.report_id, {"referral": r.pk}) for r in referrals])
    for referral in referrals:
        referral.state, referral.state_at = ReferralState.ACCEPTED, at
    return referrals


@transaction.atomic
def forward(person: User, report_ids: Iterable[int], to_agency: Agency, note: str = "") -> None:
    """Send reports from the person's desk to an agency directly below it.

    Raises
    ------
    ConflictError
        when a report is accepted (its case owns it), or came back too often to be sent down again.
    InvalidInputError
        when the agency is not directly below, or inactive.
    """
    held = _hold(person, report_ids)
    if to_agency.parent_id != person.agency_id:
        raise InvalidInputError(f"{to_agency.code} is not directly below your agency")
    if not to_agency.active:
        raise InvalidInputError(f"{to_agency.code} is not active: choose another desk")
    for report_id, referral in held.referrals.items():
        if referral.state == ReferralState.ACCEPTED:
            raise ConflictError(f"report {report_id} is accepted here: it belongs to its case")
    bounced = _bounced(held.report_ids)
    if bounced:
        raise ConflictError(
            f"report {bounced[0]} came back {BOUNCE_LIMIT} times: your desk owns it now and deals with it itself"
        )
    agency_id = person.agency_id
    hops = [Hop(report_id, agency_id, to_agency.pk) for report_id in held.report_ids]
    _move(hops, BY_PERSON, note, {report_id: referral.pk for report_id, referral in held.referrals.items()})
    record(
        person.actor,
        [Act("referral.forwarded", "report", h.report_id, {"from": agency_id, "to": to_agency.pk}) for h in hops],
    )


def _bounced(report_ids: Sequence[int]) -> list[int]:
    returned: dict[int, int] = {}
    for report_id in Referral.objects.filter(report_id__in=report_ids, state=ReferralState.RETURNED).values_list(
        "report_id", flat=True
    ):
        returned[report_id] = returned.get(report_id, 0) + 1
    return sorted(report_id for report_id, times in returned.items() if times >= BOUNCE_LIMIT)


@transaction.atomic
def return_up(person: User, report_ids: Iterable[int], reason: ReturnReason, note: str = "") -> None:
    """Hand reports back to the desk that sent them, with a reason.

    Raises
    ------
    ConflictError
        when one was accepted, or did not come from a desk above.
    InvalidInputError
        when the reason `other` has no note.
    """
    if reason == ReturnReason.OTHER and not note.strip():
        raise InvalidInputError("say in a sentence why it goes back")
    held = _hold(person, report_ids)
    for report_id in held.report_ids:
        referral = held.referrals.get(report_id)
        if referral is None:
            raise ConflictError(f"report {report_id} came by the door, not from another desk: it cannot go back")
        if referral.state == ReferralState.ACCEPTED:
            raise ConflictError(f"report {report_id} is accepted: it belongs to its case")
    at = now()
    referrals = list(held.referrals.values())
    ids = [r.pk for r in referrals]
    Referral.objects.filter(id__in=ids).update(
        state=ReferralState.RETURNED, state_at=at, return_reason=reason, note=note
    )
    _reopen_above(referrals, at)
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


def _reopen_above(referrals: Sequence[Referral], at: datetime) -> None:
    """Give each report back to the desk that sent it; the hop by which that desk got it is live again."""
    report_ids = [r.report_id for r in referrals]
    senders = {r.report_id: r.from_agency_id for r in referrals}
    Holding.objects.filter(report_id__in=report_ids, held_until__isnull=True).update(held_until=at)
    Holding.objects.filter(
        id__in=[
            holding_id
            for holding_id, report_id, agency_id in Holding.objects.filter(report_id__in=report_ids).values_list(
                "id", "report_id", "agency_id"
            )
            if senders[report_id] == agency_id
        ]
    ).update(held_until=None)
    earlier = Referral.objects.filter(
        report_id__in=report_ids, state=ReferralState.FORWARDED, to_agency_id__in=set(senders.values())
    ).order_by("id")
    reopened = {r.report_id: r.pk for r in earlier if senders[r.report_id] == r.to_agency_id}
    Referral.objects.filter(id__in=reopened.values()).update(state=ReferralState.SENT, state_at=at)
