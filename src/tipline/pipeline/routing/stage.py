"""The stage: attributed addresses of a batch in, one decision each out, and the ways opened as far as standing rules go."""

from __future__ import annotations

import json
from collections import defaultdict

from tipline.core.sql import Columns, upsert
from tipline.pipeline.routing.choosing import Chosen, Desk, Located, Place, choose
from tipline.pipeline.stage import Batch, Stage
from tipline.referrals.services import forward_by_standing_rules
from tipline.reports.models import PersonRole, Report
from tipline.trust.agencies.models import Agency, AgencyKind

VERSION = "1"

# Whose addresses say where the people to be traced are.
_ROLES = (PersonRole.REPORTED, PersonRole.ASSOCIATED, PersonRole.INCIDENT, PersonRole.FILE)


def desks() -> dict[Place, Desk]:
    """The desk of each jurisdiction, with its way from the root. Only active desks under active parents can be reached.

    A clearinghouse is a door, not a place to route to. Where two agencies share a place, the first code wins; joint desks come
    with the routing rules.
    """
    agencies = {a.pk: a for a in Agency.objects.prefetch_related("jurisdictions").order_by("code")}
    found: dict[Place, Desk] = {}
    for agency in agencies.values():
        path: list[tuple[int, str]] = []
        above: Agency | None = agency
        while above is not None and above.active:
            path.append((above.pk, above.code))
            above = agencies.get(above.parent_id) if above.parent_id else None
        if above is not None or agency.kind == AgencyKind.CLEARINGHOUSE:
            continue
        desk = Desk(agency.pk, agency.code, tuple(reversed(path)))
        for place in agency.jurisdictions.all():
            found.setdefault((place.country, place.state, place.district), desk)
    return found


def process(batch: Batch) -> None:
    """Decide for every report of the batch, write the decisions, and send reports down their ways."""
    reports = dict(Report.objects.filter(id__in=batch.report_ids).values_list("id", "receiving_agency_id"))
    located = _located(batch)
    table = desks()
    chosen = {i: reachable(choose(located[i], table), reports[i]) for i in sorted(reports)}
    ways = {i: _way(reports[i], one.desk) for i, one in chosen.items() if one.desk is not None}
    columns: Columns = {
        "report_id": ("bigint", list(chosen)),
        "agency_id": ("bigint", [c.desk.agency_id if c.desk else None for c in chosen.values()]),
        "path": ("jsonb", [json.dumps([code for _, code in ways.get(i, ())]) for i in chosen]),
        "confidence": ("double precision", [c.confidence for c in chosen.values()]),
        "abstained": ("boolean", [c.desk is None for c in chosen.values()]),
        "reasons": ("jsonb", [json.dumps(c.reasons) for c in chosen.values()]),
        "guesses": ("jsonb", [json.dumps(c.guesses) for c in chosen.values()]),
        "stage_version": ("text", [VERSION] * len(chosen)),
        "at": ("timestamptz", [batch.at] * len(chosen)),
    }
    upsert("routing_decision", columns, key=("report_id",), update=[c for c in columns if c != "report_id"])
    forward_by_standing_rules({i: [agency_id for agency_id, _ in way] for i, way in ways.items()})


def _located(batch: Batch) -> dict[int, list[Located]]:
    """Report id → the attributed addresses of the account reported, newest first."""
    rows = (
        Report.objects.filter(id__in=batch.report_ids, sightings__role__in=_ROLES, sightings__attribution__isnull=False)
        .order_by("id", "-sightings__at", "sightings__id")
        .values_list(
            "id",
            "sightings__ip",
            "sightings__attribution__country",
            "sightings__attribution__state",
            "sightings__attribution__district",
            "sightings__attribution__confidence",
            "sightings__attribution__abstained",
            "sightings__attribution__explanation",
        )
    )
    found: dict[int, list[Located]] = defaultdict(list)
    for report_id, ip, country, state, district, confidence, abstained, explanation in rows:
        found[report_id].append(Located(str(ip), (country, state, district), confidence, abstained, explanation))
    return found


def reachable(chosen: Chosen, receiving_agency_id: int) -> Chosen:
    """The decision, or an abstention when no way leads down from the receiving desk to the chosen one."""
    if chosen.desk is None or _way(receiving_agency_id, chosen.desk):
        return chosen
    text = f"{chosen.desk.code} is not below the desk that received the report: a person decides"
    return Chosen(None, 0.0, ({"rule": "no-way", "text": text}, *chosen.reasons))


def _way(receiving_agency_id: int, desk: Desk) -> tuple[tuple[int, str], ...]:
    """The agencies from the receiving desk to the chosen one."""
    ids = [agency_id for agency_id, _ in desk.path]
    if receiving_agency_id in ids:
        return desk.path[ids.index(receiving_agency_id) :]
    return ()


STAGE = Stage("routing", VERSION, process)
