"""Reading desks and ways, within what somebody may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from tipline.referrals.models import Referral, ReferralState
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


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many reports lie in each pile."""

    new: int
    accepted: int
    sent_on: int

    @property
    def all(self) -> int:
        """Everything this desk ever held."""
        return self.new + self.accepted + self.sent_on


def _desk(agency: Agency, scope: Scope) -> QuerySet[Report]:
    """Every report this desk holds or held and that is not destroyed, with `held_from`, `held_until`, `hop_state` (null: came by the door) and `jointly`."""
    return (
        visible_reports(scope)
        .annotate(
            here=FilteredRelation("holdings", condition=Q(holdings__agency=agency)),
            hop=FilteredRelation(
                "referrals",
                condition=Q(referrals__to_agency=agency)
                & Q(referrals__state__in=[ReferralState.SENT, ReferralState.ACCEPTED]),
            ),
        )
        # what the agency filed itself of a reply lies in its case, not on the desk
        .filter(~Q(channel=Channel.REPLY), here__isnull=False, destroyed_at__isnull=True)
        .annotate(
            held_from=F("here__held_from"),
            held_until=F("here__held_until"),
            hop_state=F("hop__state"),
            jointly=F("here__joint"),
        )
    )


_PILES = {
    DeskTab.NEW: Q(held_until__isnull=True) & (Q(hop_state__isnull=True) | Q(hop_state=ReferralState.SENT)),
    DeskTab.ACCEPTED: Q(held_until__isnull=True, hop_state=ReferralState.ACCEPTED),
    DeskTab.SENT_ON: Q(held_until__isnull=False),
    DeskTab.ALL: Q(),
}


def desk(agency: Agency, scope: Scope, tab: DeskTab) -> QuerySet[Report]:
    """One pile of a desk. Order it and slice it; each row has `held_from`, `held_until`, `hop_state`, `jointly`."""
    return _desk(agency, scope).filter(_PILES[tab])


def desk_counts(agency: Agency, scope: Scope) -> DeskCounts:
    """The sizes of the piles, in one query."""
    row = _desk(agency, scope).aggregate(
        new=Count("pk", filter=_PILES[DeskTab.NEW]),
        accepted=Count("pk", filter=_PILES[DeskTab.ACCEPTED]),
        sent_on=Count("pk", filter=_PILES[DeskTab.SENT_ON]),
    )
    return DeskCounts(row["new"], row["accepted"], row["sent_on"])


def held_jointly(agency: Agency, report_ids: Collection[int]) -> bool:
    """Whether this desk has all of these reports now beside an owner, and owns none of them."""
    wanted = set(report_ids)
    joint = Holding.objects.filter(report_id__in=wanted, agency=agency, held_until__isnull=True, joint=True)
    return bool(wanted) and joint.count() == len(wanted)


def way_of(report: Report) -> list[Referral]:
    """The hops of a report, oldest first, with their agencies."""
    return list(Referral.objects.filter(report=report).select_related("from_agency", "to_agency").order_by("id"))
