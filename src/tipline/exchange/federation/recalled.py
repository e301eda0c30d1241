"""Recalls that came too late: the desk there had decided already, and both sides come to say the same of it.

The hop stands again as it does there, and the report lies with that desk after all. Where that cannot be, since meanwhile the report was accepted
here or sent to another desk, two desks have it: the history of the hop says so, and people settle it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tipline.core.clock import now
from tipline.exchange.federation.filing import BY
from tipline.exchange.federation.models import Outgoing
from tipline.exchange.federation.wire import Status
from tipline.referrals.life import Step, take
from tipline.referrals.models import LIVE, OPEN, Referral, ReferralState
from tipline.referrals.moving import put_back
from tipline.reports.models import Holding, Report
from tipline.trust.audit.services import Act, record

_STANDS = {ReferralState.ACCEPTED.value: Step.ACCEPT, ReferralState.FORWARDED.value: Step.FORWARD}


def settle_recalls(refused: Sequence[tuple[Outgoing, Status]]) -> None:
    """Bring hops that a peer would not give back to what they are. In the caller's transaction."""
    stands = {
        row.referral_id: _STANDS[one.state]
        for row, one in refused
        if one.code == "late" and one.state in _STANDS and row.act in {"recall", "reroute"}
    }
    if not stands:
        return
    reports = Referral.objects.filter(pk__in=stands).values("report_id")
    list(Report.objects.select_for_update(no_key=True).filter(pk__in=reports).order_by("pk").values_list("pk"))
    hops = list(
        Referral.objects.filter(pk__in=stands, state__in=[ReferralState.RECALLED, ReferralState.RETURNED]).order_by(
            "pk"
        )
    )
    free = _free(hops)
    ways: dict[tuple[int, int, Step], list[Referral]] = {}
    for hop in hops:
        ways.setdefault((hop.from_agency_id, hop.to_agency_id, stands[hop.pk]), []).append(hop)
    at = now()
    for (sender, receiver, step), some in ways.items():
        ours, theirs = replace(BY, agency_id=sender), replace(BY, agency_id=receiver)
        back = [hop for hop in some if hop.pk in free]
        put_back(back, ours, at)
        take(step, [hop.pk for hop in back], theirs, at)
        apart = [hop.pk for hop in some if hop.pk not in free]
        take(Step.APART, apart, ours, at)
        record(
            ours,
            [
                Act(
                    "referral.recall_refused", "report", hop.report_id,
                    {"referral": hop.pk, "to": receiver, "there": step.value, "both": hop.pk in apart},
                )
                for hop in some
            ],
        )  # fmt: skip


def _free(hops: Sequence[Referral]) -> set[int]:
    """Those whose report lies with the sender still, undecided, so that it can be said to lie with the other desk. Two queries."""
    reports = {hop.report_id for hop in hops}
    owners = dict(
        Holding.objects.filter(report__in=reports, held_until=None, joint=False).values_list("report_id", "agency_id")
    )
    live: dict[int, list[Referral]] = {}
    for one in Referral.objects.filter(report__in=reports, state__in=LIVE):
        live.setdefault(one.report_id, []).append(one)
    return {hop.pk for hop in hops if hop.state == ReferralState.RECALLED and _may_stand(hop, live, owners)}


def _may_stand(hop: Referral, live: Mapping[int, Sequence[Referral]], owners: Mapping[int, int]) -> bool:
    others = live.get(hop.report_id, ())
    if not hop.lead:
        return not any(one.to_agency_id == hop.to_agency_id for one in others)
    at_sender = all(one.to_agency_id == hop.from_agency_id and one.state in OPEN for one in others if one.lead)
    return owners.get(hop.report_id) == hop.from_agency_id and at_sender
