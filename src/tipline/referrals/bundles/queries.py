"""Reading the bundles of a desk."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tipline.core.errors import NotFoundError
from tipline.referrals.bundles.models import Bundle, BundleMember
from tipline.referrals.models import DeskRow, Pile
from tipline.trust.agencies.models import Agency


def _lies(**more: object) -> Exists:
    return Exists(DeskRow.objects.filter(agency=OuterRef("agency"), report=OuterRef("report"), pile=Pile.NEW, **more))


def bundles_of(agency: Agency) -> QuerySet[Bundle]:
    """Bundles of a desk in which something waits, those with the most first, with `waiting`, `urgent` and `fresh` (since the decision)."""
    inside = BundleMember.objects.filter(agency=agency, left_at__isnull=True).filter(_lies(informational=False))
    waiting = Q(members__in=inside)
    return (
        Bundle.objects.filter(agency=agency, ended_at__isnull=True)
        .annotate(
            waiting=Count("members", filter=waiting),
            fresh=Count("members", filter=waiting & Q(decided_at__isnull=False, members__since__gt=F("decided_at"))),
            urgent=Count("members", filter=waiting & Q(members__in=inside.filter(_lies(urgent=True)))),
        )
        .filter(waiting__gt=0)
        .order_by("-urgent", "-waiting", "pk")
    )


def bundle_of(agency: Agency, bundle_id: int) -> Bundle:
    """A bundle of a desk.

    Raises
    ------
    NotFoundError
        when the desk has none of that number.
    """
    found = Bundle.objects.filter(pk=bundle_id, agency=agency).first() if 0 < bundle_id < 2**63 else None
    if found is None:
        raise NotFoundError("there is no such bundle at your desk")
    return found


def members_of(bundle: Bundle) -> QuerySet[BundleMember]:
    """What is in a bundle, what still lies on the desk first, with `lies` and `urgent`; in order of number."""
    inside = bundle.members.filter(left_at__isnull=True)
    return inside.annotate(lies=_lies(), urgent=_lies(urgent=True)).order_by("-lies", "-urgent", "report_id")
