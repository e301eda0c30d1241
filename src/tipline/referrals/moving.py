"""Moving reports: referrals and holdings, written set-wise and always together. Who may move what is asked by those who call this.

Of the owner there is always exactly one: every lead hop closes one holding and opens another. Joint desks come and go beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tipline.core.clock import now
from tipline.referrals.life import Step, begin, discard_drafts, take
from tipline.referrals.models import LIVE, OPEN, UNSENT, Referral, ReferralState, Waiting
from tipline.referrals.overdue import set_due
from tipline.reports.models import Holding
from tipline.trust.actors import Actor

URGENT = "urgent"  # the rule by which what is urgent goes on at once


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a way: the report leaves one agency for the next, with its zero-FIR mark and the bundle it travels in.

    `stays` counts for joint hops: the agency takes part; otherwise it only passes on what is for one below it.
    """

    report_id: int
    from_agency_id: int
    to_agency_id: int
    zero_fir: bool = False
    bundle: UUID | None = None
    stays: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """Where reports are: owners and joint desks now, hops that were returned or recalled, and how often lead hops were returned."""

    owners: Mapping[int, int]
    joint: frozenset[tuple[int, int]]
    accepted: frozenset[int]
    merged: frozenset[int]
    returned: frozenset[tuple[int, int, int]]
    bounces: Mapping[int, int]
    asked_jointly: frozenset[tuple[int, int]] = field(default=frozenset())


def standing_of(report_ids: Collection[int]) -> Standing:
    """Where reports stand. Two queries."""
    owners: dict[int, int] = {}
    joint: set[tuple[int, int]] = set()
    for report_id, agency_id, jointly in Holding.objects.filter(
        report_id__in=report_ids, held_until__isnull=True
    ).values_list("report_id", "agency_id", "joint"):
        if jointly:
            joint.add((report_id, agency_id))
        else:
            owners[report_id] = agency_id
    accepted: set[int] = set()
    merged: set[int] = set()
    returned: set[tuple[int, int, int]] = set()
    bounces: dict[int, int] = {}
    asked: set[tuple[int, int]] = set()
    hops = Referral.objects.filter(report_id__in=report_ids).exclude(state__in=UNSENT)
    for report_id, a, b, state, reason, lead in hops.values_list(
        "report_id", "from_agency_id", "to_agency_id", "state", "return_reason", "lead"
    ):
        if not lead:
            asked.add((report_id, b))
        elif state == ReferralState.ACCEPTED:
            accepted.add(report_id)
        elif state == ReferralState.MERGED:
            merged.add(report_id)
        elif state == ReferralState.RETURNED:
            returned.add((report_id, a, b))
            bounces[report_id] = bounces.get(report_id, 0) + (reason != "rerouted")
        elif state == ReferralState.RECALLED:  # no bounce, and software does not send it there again
            returned.add((report_id, a, b))
    return Standing(
        owners, frozenset(joint), frozenset(accepted), frozenset(merged), frozenset(returned), bounces, frozenset(asked)
    )


def move(
    hops: Sequence[Hop],
    rule: str,
    note: str,
    live: Mapping[int, int],
    by: Actor,
    *,
    step: Step = Step.FORWARD,
    drafts: Mapping[int, int] | None = None,
) -> None:
    """Write lead hops, in order.

    Parameters
    ----------
    live
        report → its live lead referral, which is now forwarded.
    step
        what is done with those: forwarded, or split off a bundle.
    drafts
        report → the draft that becomes its hop, for reports that make one hop.
    """
    if not hops:
        return
    at = now()
    drafts = drafts or {}
    last = {hop.report_id: index for index, hop in enumerate(hops)}
    take(step, live.values(), by, at)
    _send_drafts(drafts.values(), by, at)
    discard_drafts([report_id for report_id in last if report_id not in drafts], by, at)
    new = [(index, hop) for index, hop in enumerate(hops) if hop.report_id not in drafts]
    _refer(
        [hop for _, hop in new],
        {n for n, (index, hop) in enumerate(new) if last[hop.report_id] == index},
        rule,
        note,
        at,
        by,
        lead=True,
    )
    Holding.objects.filter(report_id__in=list(last), held_until__isnull=True, joint=False).update(held_until=at)
    ends = {(hops[index].report_id, hops[index].to_agency_id) for index in last.values()}
    # a desk that took part and now owns the report takes part no longer; one that it only passes by goes on taking part
    _end_joint(ends, at, by)
    taking_part = _open_joint(last)
    _hold(
        [
            Holding(
                report_id=hop.report_id,
                agency_id=hop.to_agency_id,
                held_from=at,
                held_until=None if last[hop.report_id] == index else at,
            )
            for index, hop in enumerate(hops)
            if last[hop.report_id] == index or (hop.report_id, hop.to_agency_id) not in taking_part
        ]
    )


def join(hops: Sequence[Hop], rule: str, note: str, by: Actor, live: Iterable[int] = ()) -> None:
    """Write joint hops, in order. `live` are joint referrals of these reports that are forwarded by them."""
    if not hops:
        return
    at = now()
    take(Step.FORWARD, live, by, at)
    _refer(hops, {index for index, hop in enumerate(hops) if hop.stays}, rule, note, at, by, lead=False)
    ends = {(hop.report_id, hop.to_agency_id) for hop in hops if hop.stays}
    passed = {(hop.report_id, hop.to_agency_id) for hop in hops} - ends
    seen = set(Holding.objects.filter(report_id__in={r for r, _ in passed}).values_list("report_id", "agency_id"))
    _hold(
        [
            *(Holding(report_id=r, agency_id=a, held_from=at, held_until=None, joint=True) for r, a in sorted(ends)),
            *(
                Holding(report_id=r, agency_id=a, held_from=at, held_until=at, joint=True)
                for r, a in sorted(passed - seen)
            ),
        ]
    )


def give_back(referrals: Sequence[Referral], by: Actor, at: datetime) -> None:
    """Make the senders of lead hops owners again; the hop by which each of them got the report is live again."""
    senders = {r.report_id: r.from_agency_id for r in referrals}
    if not senders:
        return
    own(senders, at, by)
    earlier = Referral.objects.filter(
        report_id__in=list(senders), state=ReferralState.FORWARDED, lead=True, to_agency_id__in=set(senders.values())
    ).order_by("id")
    back = {r.report_id: r for r in earlier if senders[r.report_id] == r.to_agency_id}
    take(Step.COME_BACK, [r.pk for r in back.values()], by, at)
    set_due(list(back.values()), at)
    Referral.objects.bulk_update(back.values(), ["urgent", "due_at", "remind_at"])


def put_back(referrals: Sequence[Referral], by: Actor, at: datetime) -> None:
    """Undo recalls that came too late: those desks have the reports after all, and the sender's own hops are sent on again."""
    if not referrals:
        return
    owners = {r.report_id: r.to_agency_id for r in referrals if r.lead}
    back = Referral.objects.filter(report_id__in=owners, lead=True, state__in=OPEN).values_list("pk", flat=True)
    take(Step.FORWARD, back, by, at)
    discard_drafts(owners, by, at)
    Waiting.objects.filter(report_id__in=owners).delete()
    take(Step.LATE, [r.pk for r in referrals], by, at)
    own(owners, at, by)
    for agency_id in {r.to_agency_id for r in referrals if not r.lead}:
        reports = [r.report_id for r in referrals if not r.lead and r.to_agency_id == agency_id]
        Holding.objects.filter(report_id__in=reports, agency_id=agency_id).update(held_until=None, joint=True)


def own(report_agencies: Mapping[int, int], at: datetime, by: Actor) -> None:
    """Make agencies that held reports before their owners again."""
    report_ids = list(report_agencies)
    Holding.objects.filter(report_id__in=report_ids, held_until__isnull=True, joint=False).update(held_until=at)
    _end_joint(set(report_agencies.items()), at, by)
    rows = Holding.objects.filter(report_id__in=report_ids).values_list("id", "report_id", "agency_id")
    Holding.objects.filter(id__in=[pk for pk, report_id, a in rows if report_agencies[report_id] == a]).update(
        held_until=None, joint=False
    )


def leave(report_ids: Iterable[int], agency_id: int, at: datetime) -> None:
    """End what an agency has jointly in reports; it keeps the sight of what it had."""
    Holding.objects.filter(
        report_id__in=list(report_ids), agency_id=agency_id, joint=True, held_until__isnull=True
    ).update(held_until=at)


def _refer(
    hops: Sequence[Hop], stay: Collection[int], rule: str, note: str, at: datetime, by: Actor, *, lead: bool
) -> None:
    referrals = [
        Referral(
            report_id=hop.report_id,
            from_agency_id=hop.from_agency_id,
            to_agency_id=hop.to_agency_id,
            state=ReferralState.SENT if index in stay else ReferralState.FORWARDED,
            sent_at=at,
            state_at=at,
            rule=rule,
            note=note,
            lead=lead,
            zero_fir=hop.zero_fir,
            bundle=hop.bundle,
            urgent=rule == URGENT,
        )
        for index, hop in enumerate(hops)
    ]
    if lead and referrals:
        set_due(referrals)
    begin(referrals, by)


def _send_drafts(draft_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Drafts go out as they were written; their time runs from now."""
    if not draft_ids:
        return
    take(Step.SEND, draft_ids, by, at)
    sent = list(Referral.objects.filter(id__in=list(draft_ids)))
    set_due(sent, at)
    for one in sent:
        one.sent_at = at
    Referral.objects.bulk_update(sent, ["sent_at", "urgent", "due_at", "remind_at"])


def _hold(rows: Sequence[Holding]) -> None:
    """An agency that held a report before and gets it again keeps one row: its holding is opened anew."""
    Holding.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["report", "agency"], update_fields=["held_until", "joint"]
    )


def _open_joint(report_ids: Iterable[int]) -> set[tuple[int, int]]:
    return set(
        Holding.objects.filter(report_id__in=list(report_ids), joint=True, held_until__isnull=True).values_list(
            "report_id", "agency_id"
        )
    )


def _end_joint(ends: set[tuple[int, int]], at: datetime, by: Actor) -> None:
    """End the joint referrals by which these agencies take part in these reports."""
    live = Referral.objects.filter(
        report_id__in={r for r, _ in ends}, to_agency_id__in={a for _, a in ends}, lead=False, state__in=LIVE
    ).values_list("id", "report_id", "to_agency_id")
    take(Step.TAKE_OVER, [pk for pk, report_id, a in live if (report_id, a) in ends], by, at)
