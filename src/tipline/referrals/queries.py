"""Reading desks and ways, within what somebody may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from django.db.models import F, FilteredRelation, Q, QuerySet

from tipline.referrals.models import LIVE, OPEN, UNSENT, Referral, ReferralState
from tipline.reports.models import Channel, Holding, Report
from tipline.reports.queries import visible_reports
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope


class DeskTab(StrEnum):
    """The four piles of a desk."""

    NEW = "new"  # held, nobody has accepted it
    ACCEPTED = "accepted"  # held and accepted
    SENT_ON = "sent-on"  # held once, another agency holds it now
    ALL = "all"


def _desk(agency: Agency, scope: Scope) -> QuerySet[Report]:
    """Every report this desk holds or held and that is not destroyed, with `held_from`, `held_until`, `hop_state` (null: came by the door), `hop_due_at` and `jointly`."""
    return (
        visible_reports(scope)
        .annotate(
            here=FilteredRelation("holdings", condition=Q(holdings__agency=agency)),
            hop=FilteredRelation(
                "referrals",
                condition=Q(referrals__to_agency=agency) & Q(referrals__state__in=LIVE),
            ),
        )
        # what the agency filed itself of a reply lies in its case, not on the desk
        .filter(~Q(channel=Channel.REPLY), here__isnull=False, destroyed_at__isnull=True)
        .annotate(
            held_from=F("here__held_from"),
            held_until=F("here__held_until"),
            hop_state=F("hop__state"),
            hop_id=F("hop__id"),
            hop_state_at=F("hop__state_at"),
            hop_due_at=F("hop__due_at"),
            hop_remind_at=F("hop__remind_at"),
            jointly=F("here__joint"),
        )
    )


_PILES = {
    DeskTab.NEW: Q(held_until__isnull=True)
    & (Q(hop_state__isnull=True) | Q(hop_state__in=[*OPEN, ReferralState.MERGED])),
    DeskTab.ACCEPTED: Q(held_until__isnull=True, hop_state=ReferralState.ACCEPTED),
    DeskTab.SENT_ON: Q(held_until__isnull=False),
    DeskTab.ALL: Q(),
}


def desk(agency: Agency, scope: Scope, tab: DeskTab) -> QuerySet[Report]:
    """One pile of a desk. Order it and slice it; each row has `held_from`, `held_until`, `hop_state`, `hop_due_at`, `jointly`."""
    return _desk(agency, scope).filter(_PILES[tab])


def page_of(agency: Agency, scope: Scope, report_ids: Sequence[int]) -> QuerySet[Report]:
    """The reports of one page of what a desk lists, in no order, as `desk` annotates them."""
    return _desk(agency, scope).filter(pk__in=report_ids)


def held_jointly(agency: Agency, report_ids: Collection[int]) -> bool:
    """Whether this desk has all of these reports now beside an owner, and owns none of them."""
    wanted = set(report_ids)
    joint = Holding.objects.filter(report_id__in=wanted, agency=agency, held_until__isnull=True, joint=True)
    return bool(wanted) and joint.count() == len(wanted)


def hops_of(*report_ids: int) -> QuerySet[Referral]:
    """The hops of reports, oldest first, with their agencies. Drafts are none."""
    hops = Referral.objects.filter(report__in=report_ids).exclude(state__in=UNSENT)
    return hops.select_related("from_agency", "to_agency").order_by("id")


def way_of(report: Report) -> list[Referral]:
    """The hops of a report, read."""
    return list(hops_of(report.pk))
