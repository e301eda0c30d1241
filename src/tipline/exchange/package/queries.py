"""Reading what was handed over as packages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tipline.exchange.package.models import RefusedPackage, SentPackage, TakenPackage
from tipline.trust.visibility import Scope


def sent(scope: Scope) -> QuerySet[SentPackage]:
    """Packages that desks in scope made, the latest first."""
    found = SentPackage.objects.select_related("from_agency", "to_agency").order_by("-made_at", "-id")
    return found if scope.everything else found.filter(from_agency__in=scope.agency_ids)


def taken(scope: Scope) -> QuerySet[TakenPackage]:
    """Packages that desks in scope took in, the latest first."""
    found = TakenPackage.objects.select_related("from_agency", "to_agency").order_by("-taken_at", "-id")
    return found if scope.everything else found.filter(to_agency__in=scope.agency_ids)


def refused(scope: Scope) -> QuerySet[RefusedPackage]:
    """Packages that desks in scope brought and that were not taken, the latest first."""
    found = RefusedPackage.objects.order_by("-at", "-id")
    return found if scope.everything else found.filter(agency__in=scope.agency_ids)


def told(scope: Scope, limit: int) -> dict[str, list[dict[str, Any]]]:
    """The latest of each, as plain data."""
    return {
        "made": [
            {
                "uid": str(one.uid), "at": one.made_at.isoformat(), "from": one.from_agency.code, "to": one.to_agency.code,
                "reports": one.reports, "received_at": one.received_at.isoformat() if one.received_at else None,
                "what": f"{one.reports} reports to {one.to_agency.code}, {'received' if one.received_at else 'no receipt yet'}",
            }
            for one in sent(scope)[:limit]
        ],
        "taken": [
            {
                "uid": str(one.uid), "at": one.taken_at.isoformat(), "from": one.from_agency.code, "to": one.to_agency.code,
                "reports": one.reports, "new_reports": one.new_reports, "what": f"{one.reports} reports from {one.from_agency.code}",
            }
            for one in taken(scope)[:limit]
        ],
        "refused": [
            {"uid": one.uid, "at": one.at.isoformat(), "code": one.code, "sha256": one.digest, "claimed_sender": one.claimed_sender, "what": f"{one.code}: {one.message}"}
            for one in refused(scope)[:limit]
        ],
    }  # fmt: skip
