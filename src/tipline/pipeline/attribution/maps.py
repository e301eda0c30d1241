"""Where the addresses of reports were seen: places to count on a map, and the lines of the table beside it.

An address is a network's, not a house's: the most precise place that there is, is a district, and what abstained has none.
Of a child's address the country and the state are told and nothing below, as everywhere (docs/explanation/masking.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from tipline.pipeline.attribution.models import Attribution
from tipline.reports.masking import mask_of, outside
from tipline.reports.models import IdentifierKind, PersonRole, Report
from tipline.trust.places import Place

MOST = 10_000
# Whose addresses a map is about, unless somebody asks for others: not the provider's own, nor an officer's whom it names.
SEEN_ROLES = frozenset(PersonRole) - {PersonRole.REPORTER, PersonRole.OFFICER}
_CHILDS = Q(sighting__child__isnull=False) | Q(sighting__identifier__of_child=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sightings.

    Parameters
    ----------
    roles
        in which parts of their reports.
    since, until
        seen at or after, and before; what has no time fits neither.
    within
        in this country, state or district, whether placed or a guess.
    """

    roles: frozenset[PersonRole] = SEEN_ROLES
    since: datetime | None = None
    until: datetime | None = None
    within: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Spot:
    """A sighting as a map counts it: `place` is empty where attribution abstained."""

    sighting_id: int
    report_id: int
    place: Place
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Spots:
    """Sightings, the latest first; `cut`: there are more than MOST, and these are of the newest reports."""

    spots: tuple[Spot, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A sighting as the table shows it. Of a child's, address and network are withheld; `reason`: why it is not placed."""

    report_id: int
    ip: str
    port: int | None
    at: datetime | None
    event: str
    role: str
    place: Place
    confidence: float
    abstained: bool
    owner: str
    reason: str
    masked: bool


def spots(reports: QuerySet[Report], asked: Asked) -> Spots:
    """Where the addresses of these reports were seen. One query.

    `reports` are those that the asker may see: nothing here looks further.
    """
    found = _asked(Attribution.objects.filter(report__in=reports), asked)
    rows = list(
        found.order_by("-report_id", "-sighting_id").values_list(
            "sighting_id", "report_id", "country", "state", "district", "abstained", "sighting__at",
            "sighting__child", "sighting__identifier__of_child",
        )[: MOST + 1]
    )  # fmt: skip
    placed = [
        Spot(
            sighting,
            report,
            Place() if abstained else Place(country, state, "" if of_child or child is not None else district),
            at,
        )
        for sighting, report, country, state, district, abstained, at, child, of_child in rows[:MOST]
    ]
    placed.sort(key=lambda spot: (spot.at is not None, spot.at.timestamp() if spot.at else 0.0), reverse=True)
    return Spots(tuple(placed), len(rows) > MOST)


def _asked(found: QuerySet[Attribution], asked: Asked) -> QuerySet[Attribution]:
    found = found.filter(sighting__role__in=asked.roles)
    if asked.since is not None:
        found = found.filter(sighting__at__gte=asked.since)
    if asked.until is not None:
        found = found.filter(sighting__at__lt=asked.until)
    if asked.within.country:
        found = found.filter(country=asked.within.country)
    if asked.within.state:
        found = found.filter(state=asked.within.state)
    if asked.within.district:  # a child's is not told to be in a district, so it is not found by one
        found = found.filter(district=asked.within.district).exclude(_CHILDS)
    return found


def lines(chosen: Sequence[Spot]) -> list[Line]:
    """The table's lines for these, in their order. One query."""
    found = {
        attribution.sighting_id: attribution
        for attribution in Attribution.objects.filter(
            sighting_id__in=[spot.sighting_id for spot in chosen]
        ).select_related("sighting__identifier")
    }
    return [_line(spot, found[spot.sighting_id]) for spot in chosen if spot.sighting_id in found]


def _line(spot: Spot, a: Attribution) -> Line:
    sighting, identifier = a.sighting, a.sighting.identifier
    masked = sighting.child is not None or identifier.of_child
    ip = (
        mask_of(IdentifierKind.IP, sighting.child)
        if masked
        else outside(IdentifierKind.IP, str(sighting.ip), of_child=False, names_child=identifier.names_child)
    )
    return Line(
        report_id=spot.report_id,
        ip=ip,
        port=None if masked else sighting.port,
        at=sighting.at,
        event=sighting.event,
        role=PersonRole(sighting.role).label,
        place=spot.place,
        confidence=a.confidence,
        abstained=a.abstained,
        owner="" if masked else a.owner,
        reason=("a child's address: the reason names it" if masked else a.explanation) if a.abstained else "",
        masked=masked,
    )
