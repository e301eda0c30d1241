"""A cluster as every face tells it: page, endpoint, command and file say the same, within what the asker may see, and masked.

Shape: {report, cluster, reports, identifiers, edges, ties, truncated, suggestions, timeline, history}; times are ISO 8601 in UTC.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from tipline.core.sql import together
from tipline.pipeline.linking import queries
from tipline.pipeline.linking.suggesting.queries import SeenSuggestion, suggestions_of
from tipline.reports.masking import mask_of, outside
from tipline.reports.models import Holding, Report, Sighting
from tipline.reports.queries import visible_report, visible_reports
from tipline.trust.visibility import Scope

MOST_DRAWN = 60
MOST_IN_A_FILE = 500
MOST_EVENTS = 300


def graph_told(scope: Scope, report_id: int, most: int = MOST_DRAWN) -> dict[str, Any]:
    """Reports around one, the identifiers at which they meet, and by what rule.

    Raises
    ------
    NotFoundError
        when the report is not in scope.
    """
    visible_report(scope, report_id)
    return _graph(scope, report_id, most)


def cluster_told(scope: Scope, report_id: int, most: int = MOST_DRAWN) -> dict[str, Any]:
    """Everything that the page of a cluster shows.

    Raises
    ------
    NotFoundError
        when the report is not in scope.
    """
    told = graph_told(scope, report_id, most)
    shown = [one["id"] for one in told["reports"]]
    events = _events(scope, shown)
    cluster = told["cluster"]
    return told | {
        "suggestions": [suggestion_told(one) for one in suggestions_of(scope, shown)],
        "timeline": _timeline(told["reports"], events),
        "history": history_told(scope, cluster["id"]) if cluster else [],
    }


def _graph(scope: Scope, report_id: int, most: int) -> dict[str, Any]:
    found = queries.graph(scope, report_id, most)
    (rows,) = together(_reports(scope, found.reports))
    by_id = {row.pk: row for row in rows}
    cluster = found.cluster
    return {
        "report": report_id,
        "cluster": {
            "id": cluster.id, "size": cluster.size, "visible": cluster.visible, "outside": max(0, cluster.size - cluster.visible),
            "formed_at": _iso(cluster.formed_at), "changed_at": _iso(cluster.changed_at),
        } if cluster else None,
        "reports": [_report(by_id[pk]) for pk in found.reports if pk in by_id],
        "identifiers": [
            {
                "id": one.id, "kind": one.kind, "platform": one.scope, "label": one.label, "masked": one.masked, "degree": one.degree,
                "hub": one.hub, "hub_most": one.hub_most,
            }
            for one in found.identifiers
        ],
        "edges": [
            {
                "report": one.report, "identifier": one.identifier, "rule": one.rule, "title": one.title, "strength": one.strength,
                "joins": one.joins, "hub": one.hub, "cut": one.cut,
            }
            for one in found.edges
        ],
        "ties": [
            {
                "id": one.id, "low": one.low, "high": one.high, "why": one.why, "by": one.by, "at": _iso(one.at),
                "identifiers": list(one.identifiers),
            }
            for one in found.ties
        ],
        "truncated": found.truncated,
    }  # fmt: skip


def _reports(scope: Scope, ids: Collection[int]) -> QuerySet[Report]:
    held = Holding.objects.filter(report=OuterRef("pk"), held_until=None, joint=False)
    return (
        visible_reports(scope)
        .filter(pk__in=ids)
        .select_related("reporter")
        .annotate(
            desk=Subquery(held.values("agency__code")[:1]), desk_name=Subquery(held.values("agency__name")[:1])
        )
    )  # fmt: skip


def _report(row: Report) -> dict[str, Any]:
    said = vars(row)  # annotations, which the model does not know
    return {
        "id": row.pk, "provider": row.reporter.name, "platform": row.platform, "incident": row.incident_type, "state": row.state,
        "received_at": _iso(row.received_at), "incident_at": _iso(row.incident_at), "escalated": row.escalated,
        "desk": said["desk"], "desk_name": said["desk_name"],
    }  # fmt: skip


def _events(scope: Scope, ids: Collection[int]) -> list[dict[str, Any]]:
    """Sightings with a time, the latest first: what was done where, and by which address or account."""
    rows = (
        Sighting.objects.filter(report_id__in=ids, at__isnull=False)
        .select_related("identifier")
        .order_by("-at", "-pk")[:MOST_EVENTS]
    )
    return [
        {
            "at": _iso(row.at), "report": row.report_id, "what": row.event or "seen", "kind": row.identifier.kind,
            "label": mask_of(row.identifier.kind, None, value=row.identifier.value) if row.child is not None
            else outside(row.identifier.kind, row.identifier.value, of_child=row.identifier.of_child, names_child=row.identifier.names_child),
        }
        for row in rows
    ]  # fmt: skip


def _timeline(reports: Collection[dict[str, Any]], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = list(events)
    for one in reports:
        for at, what in ((one["incident_at"], "incident"), (one["received_at"], "report received")):
            if at:
                found.append({"at": at, "report": one["id"], "what": what, "kind": "", "label": ""})
    return sorted(found, key=lambda one: (one["at"], one["report"]), reverse=True)


def history_told(scope: Scope, cluster_id: int) -> list[dict[str, Any]]:
    """What happened to a cluster, the newest first; `undoable` where an act of a person can part what it joined."""
    rows = queries.history(scope, cluster_id)
    labels = queries.identifiers_of(scope, {pk for row in rows for pk in row.identifiers})
    return [
        {
            "id": row.id, "kind": row.kind, "title": row.title, "at": _iso(row.at), "actor": row.actor, "why": row.why,
            "others": list(row.others), "reports": list(row.reports), "report_count": row.report_count,
            "identifiers": [labels[pk] | {"id": pk} for pk in row.identifiers if pk in labels], "undone_by": row.undone_by,
            "undoable": row.kind in UNDOABLE and row.undone_by is None and row.report_count <= len(row.reports),
        }
        for row in rows
    ]  # fmt: skip


UNDOABLE = frozenset({"merged", "joined", "tied"})


def suggestion_told(one: SeenSuggestion) -> dict[str, Any]:
    """A suggestion with its reasons."""
    return {
        "id": one.id, "low": one.low, "high": one.high, "probability": one.probability, "model": one.model, "at": _iso(one.at),
        "state": one.state, "why": one.why,
        "reasons": [
            {
                "field": reason.field, "title": reason.title, "level": reason.level, "weight": reason.weight,
                "sentence": reason.sentence, "low": list(reason.low), "high": list(reason.high),
            }
            for reason in one.reasons
        ],
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
