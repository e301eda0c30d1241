"""What desks do by themselves: hold, forward, bundle once a day, wait for office hours.

What is urgent waits for no bundle and no office hours. A desk that holds hands on what is urgent itself, too: software sends nothing on for an
agency that did not say so; it stands first on the desk.

Everything works on sets of reports, inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise, takewhile
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.referrals.models import LIVE, Referral, StandingAction, StandingRule, Waiting, WaitReason
from tipline.referrals.moving import URGENT, Hop, Standing, join, move, standing_of
from tipline.reports.models import Report
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.agreements import in_force
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record

# after two returns the parent owns the report
BOUNCE_LIMIT = 2
STANDING = "standing-rule"
RELEASED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """The way that a report is to go.

    Parameters
    ----------
    way
        agency ids, the desk that holds it first, the desk that should act last.
    joint
        the ways to the desks that take part, each from the same first desk.
    waits_until
        when the last desk opens, if what is not urgent is to wait above it.
    """

    report_id: int
    way: tuple[int, ...]
    joint: tuple[tuple[int, ...], ...] = ()
    urgent: bool = False
    zero_fir: bool = False
    waits_until: datetime | None = None


def set_standing_rule(
    agency: Agency,
    action: StandingAction,
    actor: Actor,
    *,
    bundle_at: time | None = None,
    wait_for_hours: bool = False,
) -> None:
    """Say what a desk does by itself with reports whose way goes on below it.

    Parameters
    ----------
    bundle_at
        when the daily bundle goes out, in the desk's time zone; needed with `bundle`, and only then.
    wait_for_hours
        what is not urgent waits here while the desk below is closed.

    Raises
    ------
    InvalidInputError
        for a bundle without its time, or a time without a bundle.
    """
    if (action == StandingAction.BUNDLE) != (bundle_at is not None):
        raise InvalidInputError("a daily bundle needs the time at which it goes out, and only a bundle has one")
    with transaction.atomic():
        StandingRule.objects.update_or_create(
            agency=agency,
            defaults={
                "action": action, "bundle_at": bundle_at, "wait_for_hours": wait_for_hours,
                "set_by": actor.label, "set_at": now(),
            },
        )  # fmt: skip
        detail = {
            "action": action.value, "wait_for_hours": wait_for_hours,
            "bundle_at": f"{bundle_at:%H:%M}" if bundle_at else None,
        }  # fmt: skip
        record(actor, [Act("referral.rule_set", "agency", agency.pk, detail)])


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a batch of plans."""

    standing: Standing
    rules: Mapping[int, StandingRule]
    agreements: Mapping[tuple[int, int], str]
    waiting: Mapping[int, int]
    at: datetime
    # a bundle or a wait that is over: it is not kept at its desk again
    over: Mapping[int, WaitReason]


def forward_by_standing_rules(plans: Sequence[Plan], over: Mapping[int, WaitReason] | None = None) -> int:
    """Send reports down their ways as far as standing rules carry them; what is urgent passes all but those that hold.

    A report that left its first desk stays where it is, unless it only waits there; one that was accepted, or came back twice,
    stays too, and no hop that was returned is made again. So running twice changes nothing.

    Parameters
    ----------
    over
        report id → what it waited for at its first desk, and now no longer does.

    Returns
    -------
    int
        the number of lead hops made.
    """
    if not plans:
        return 0
    around = _around(plans, over or {})
    hops: list[Hop] = []
    joint: list[Hop] = []
    waits: list[Waiting] = []
    bundles: dict[tuple[int, int], UUID] = {}
    urgent: set[int] = set()
    ended: list[int] = []
    for plan in plans:
        mine = _from_holder(plan, around)
        if mine is None:
            continue
        reached, wait = _walk(mine, around)
        made = [_hop(mine, a, b, around, bundles) for a, b in pairwise(mine.way[: reached + 1])]
        hops += made
        joint += _joint_hops(mine, reached, around)
        if mine.urgent:
            urgent.add(mine.report_id)
        if wait is not None:
            waits.append(wait)
        elif mine.report_id in around.waiting:
            ended.append(mine.report_id)
    _write(hops, joint, urgent)
    Waiting.objects.filter(report_id__in=ended).delete()
    _keep(waits)
    return len(hops)


def _around(plans: Sequence[Plan], over: Mapping[int, WaitReason]) -> _Around:
    reports = [plan.report_id for plan in plans]
    agencies = {a for plan in plans for way in (plan.way, *plan.joint) for a in way}
    rules = StandingRule.objects.select_related("agency").filter(agency_id__in=agencies)
    at = now()
    return _Around(
        standing_of(reports),
        {rule.agency_id: rule for rule in rules},
        in_force(at.date()),
        dict(Waiting.objects.filter(report_id__in=reports).values_list("report_id", "agency_id")),
        at,
        over,
    )


def _from_holder(plan: Plan, around: _Around) -> Plan | None:
    """The plan from the desk that holds the report; None where software has nothing more to do with it."""
    standing = around.standing
    holder = standing.owners.get(plan.report_id)
    if not plan.way or plan.report_id in standing.accepted | standing.merged or holder not in plan.way:
        return None
    if standing.bounces.get(plan.report_id, 0) >= BOUNCE_LIMIT:
        return None
    if holder != plan.way[0] and around.waiting.get(plan.report_id) != holder:
        return None
    return replace(plan, way=plan.way[plan.way.index(holder) :])


def _walk(plan: Plan, around: _Around) -> tuple[int, Waiting | None]:
    """How far it goes: the index in its way of the desk that it reaches, and what it waits for there."""
    for index, (here, below) in enumerate(pairwise(plan.way)):
        if (here, below) not in around.agreements or (plan.report_id, here, below) in around.standing.returned:
            return index, None
        rule = around.rules.get(here)
        if rule is None or rule.action == StandingAction.HOLD:
            return index, None
        if plan.urgent:
            continue
        over = around.over.get(plan.report_id) if index == 0 else None
        until, reason = _kept(plan, rule, below, around.at, over)
        if until is not None:
            return index, Waiting(
                report_id=plan.report_id,
                agency_id=here,
                way=list(plan.way[index:]),
                joint=[list(way) for way in plan.joint],
                zero_fir=plan.zero_fir,
                until=until,
                reason=reason,
                since=around.at,
            )
    return len(plan.way) - 1, None


def _kept(
    plan: Plan, rule: StandingRule, below: int, at: datetime, over: WaitReason | None
) -> tuple[datetime | None, WaitReason]:
    """Until when a desk keeps a report that is not urgent before it goes on, and why; None: it goes on."""
    if rule.action == StandingAction.BUNDLE and over != WaitReason.BUNDLE:
        return next_bundle(rule, at), WaitReason.BUNDLE
    closed = plan.waits_until is not None and plan.waits_until > at and below == plan.way[-1]
    if closed and rule.wait_for_hours and over is None:
        return plan.waits_until, WaitReason.OFFICE_HOURS
    return None, WaitReason.OFFICE_HOURS


def next_bundle(rule: StandingRule, at: datetime) -> datetime:
    """When a desk's next daily bundle goes out after a moment, by the clock of its zone."""
    zone = ZoneInfo(rule.agency.timezone)
    clock = rule.bundle_at or time()
    today = at.astimezone(zone).date()
    found = (datetime.combine(today + timedelta(days=days), clock, zone) for days in range(3))
    return next(moment for moment in found if moment > at)


def _hop(plan: Plan, a: int, b: int, around: _Around, bundles: dict[tuple[int, int], UUID]) -> Hop:
    bundled = a == plan.way[0] and around.over.get(plan.report_id) == WaitReason.BUNDLE
    return Hop(plan.report_id, a, b, plan.zero_fir, bundles.setdefault((a, b), uuid4()) if bundled else None)


def _joint_hops(plan: Plan, reached: int, around: _Around) -> list[Hop]:
    """The hops to desks that take part. They leave the lead's way where theirs forks from it, once the lead has come that far."""
    found: list[Hop] = []
    passed = set(plan.way[: reached + 1])
    for way in plan.joint:
        fork = max((i for i, agency in enumerate(way) if agency in passed), default=None)
        if fork is None or way[-1] == plan.way[reached] or (plan.report_id, way[-1]) in around.standing.asked_jointly:
            continue
        if way[fork] == way[-1]:  # it stands on a way that goes on below it
            steps = [(way[fork - 1], way[fork])] if fork else []
        elif way[fork] == plan.way[reached] and reached < len(plan.way) - 1:
            steps = []  # the lead itself rests where the ways part: both go on from there together
        else:
            steps = list(takewhile(lambda step: _open_to(step, around), pairwise(way[fork:])))
        found += [Hop(plan.report_id, a, b, plan.zero_fir, stays=(a, b) == steps[-1]) for a, b in steps]
        passed.update(b for _, b in steps)
    return found


def _open_to(step: tuple[int, int], around: _Around) -> bool:
    """Whether a joint hop may be made by software."""
    rule = around.rules.get(step[0])
    held = rule is None or rule.action == StandingAction.HOLD
    return step in around.agreements and not held


def _write(hops: Sequence[Hop], joint: Sequence[Hop], urgent: set[int]) -> None:
    for rule in (STANDING, URGENT):
        mine = [hop for hop in hops if (hop.report_id in urgent) == (rule == URGENT)]
        beside = [hop for hop in joint if (hop.report_id in urgent) == (rule == URGENT)]
        reports = {hop.report_id for hop in mine}
        software = system(rule if rule == STANDING else "urgent-floor")
        move(mine, rule, "", _live_leads(reports), software)
        join(beside, rule, "", software)
        record(
            software,
            [
                *(Act("referral.forwarded", "report", h.report_id, _detail(h)) for h in mine),
                *(Act("referral.joined", "report", h.report_id, _detail(h)) for h in beside),
            ],
        )


def _live_leads(report_ids: Iterable[int]) -> dict[int, int]:
    live = Referral.objects.filter(report_id__in=list(report_ids), lead=True, state__in=LIVE)
    return dict(live.values_list("report_id", "id"))


def _detail(hop: Hop) -> dict[str, object]:
    found: dict[str, object] = {"from": hop.from_agency_id, "to": hop.to_agency_id}
    return found | ({"bundle": str(hop.bundle)} if hop.bundle else {})


def _keep(waits: Sequence[Waiting]) -> None:
    Waiting.objects.bulk_create(
        waits,
        update_conflicts=True,
        unique_fields=["report"],
        update_fields=["agency", "way", "joint", "zero_fir", "until", "reason"],
    )
    record(
        system(STANDING),
        [
            Act(
                "referral.waits",
                "report",
                w.report_id,
                {"at": w.agency_id, "until": w.until.isoformat(), "for": w.reason},
            )
            for w in waits
        ],
    )


@transaction.atomic
def release_due() -> int:
    """Send on what has waited long enough. Returns how many reports were looked at."""
    at = now()
    # Locked as desks' acts lock them, in the order of ids; what somebody is working on is left for the next minute.
    ids = list(
        Report.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(waiting__until__lte=at, destroyed_at__isnull=True)
        .order_by("id")
        .values_list("id", flat=True)[:RELEASED_AT_ONCE]
    )
    rows = list(Waiting.objects.filter(report_id__in=ids, until__lte=at).order_by("report_id"))
    plans = [Plan(w.report_id, tuple(w.way), tuple(tuple(way) for way in w.joint), zero_fir=w.zero_fir) for w in rows]
    forward_by_standing_rules(plans, {w.report_id: WaitReason(w.reason) for w in rows})
    # what could not go on (its owner moved it, its desk now holds) waits for nothing any more
    Waiting.objects.filter(report_id__in=ids, until__lte=at).delete()
    return len(rows)
