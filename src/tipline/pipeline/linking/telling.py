"""A cluster as every face tells it: page, endpoint, command and file say the same, within what the asker may see, and masked.

Shape: {report, cluster, reports, identifiers, edges, ties, truncated, suggestions, timeline, history}; times are ISO 8601 in UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tipline.core.sql import together
from tipline.pipeline.linking import queries
from tipline.pipeline.linking.clusters import joins_of
from tipline.pipeline.linking.models import ClusterChange, Cut, Edge, Hub, Member, Suggestion, Tie
from tipline.pipeline.linking.suggesting.queries import SeenSuggestion, about, named_in
from tipline.pipeline.linking.suggesting.queries import told as suggestions_told
from tipline.reports.masking import mask_of, outside
from tipline.reports.models import Holding, Identifier, Report, Sighting
from tipline.reports.queries import visible_report, visible_reports
from tipline.trust.visibility import Scope

MOST_DRAWN = 60
MOST_IN_A_FILE = 500
MOST_EVENTS = 300
MOST_SUGGESTED = 50


def graph_told(scope: Scope, report_id: int, most: int = MOST_DRAWN) -> dict[str, Any]:
    """Reports around one, the identifiers at which they meet, and by what rule.

    Raises
    ------
    NotFoundError
        when the report is not in scope.
    """
    visible_report(scope, report_id)
    return around(scope, report_id, most)


def cluster_told(scope: Scope, report_id: int, most: int = MOST_DRAWN) -> dict[str, Any]:
    """As `graph_told`, with suggestions, times and history.

    Raises
    ------
    NotFoundError
        when the report is not in scope.
    """
    visible_report(scope, report_id)
    return around(scope, report_id, most, whole=True)


def around(scope: Scope, report_id: int, most: int, *, whole: bool = False) -> dict[str, Any]:
    """What is told around a report that is in scope. Six statements, whatever there is to tell; seven for the whole."""
    cluster, inside = _cluster(scope, report_id)
    joins = joins_of(inside)
    shown = queries.nearest(joins, report_id, inside, most)
    of_these = Edge.objects.filter(report_id__in=shown)
    there = of_these.values("identifier_id")
    none = ClusterChange.objects.none()
    rows, hub_rows, cut_rows, tie_rows, reports, sightings, suggested, changes = together(
        of_these.select_related("stated").order_by("-strength", "id"),
        Hub.objects.filter(pk__in=there),
        Cut.objects.filter(identifier_id__in=there, ended_at=None),
        Tie.objects.filter(low_id__in=shown, high_id__in=shown, ended_at=None).select_related("by"),
        _reports(scope, shown),
        _events(shown) if whole else Sighting.objects.none(),
        about(scope, shown)[:MOST_SUGGESTED] if whole else Suggestion.objects.none(),
        _changes(cluster["id"]) if whole and cluster else none,
    )
    at: dict[int, list[Edge]] = defaultdict(list)
    for row in rows:
        at[row.identifier_id].append(row)
    at = {pk: here for pk, here in at.items() if len(here) > 1 or here[0].report_id == report_id}
    hubs = {hub.pk: hub for hub in hub_rows}
    cuts = {(cut.identifier_id, cut.report_id): cut.pk for cut in cut_rows}
    by_id = {row.pk: row for row in reports}
    shown_reports = [_report(by_id[pk]) for pk in shown if pk in by_id]
    told = {
        "report": report_id,
        "cluster": cluster,
        "reports": shown_reports,
        "identifiers": [_identifier(queries.identifier_at(pk, here, hubs.get(pk))) for pk, here in at.items()],
        "edges": [_edge(queries.edge_told(row, hubs, cuts)) for here in at.values() for row in here],
        "ties": [
            *(_tie(tie.pk, tie.low_id, tie.high_id, tie.why, tie.by.name, tie.at) for tie in tie_rows),
            *(
                _tie(None, one, other, "several weak identifiers together", "", None, named)
                for one, other, named in joins.pairs
                if one < other and {one, other} <= set(shown)
            ),
        ],
        "truncated": bool(cluster and cluster["visible"] > len(shown)),
    }
    if not whole:
        return told
    named = {report for row in changes for report in row.reports}
    seen, evidence, identifiers = together(
        visible_reports(scope).filter(pk__in=named).only("pk"),
        _stated(scope, {pk for row in changes for pk in row.identifiers}),
        Identifier.objects.filter(pk__in=named_in(suggested)),
    )
    return told | {
        "suggestions": [suggestion_told(one) for one in suggestions_told(suggested, identifiers)],
        "timeline": _timeline(shown_reports, [_event(row) for row in sightings]),
        "history": _history(changes, {row.pk for row in seen}, {row.identifier_id: row.stated for row in evidence}),
    }


def _cluster(scope: Scope, report_id: int) -> tuple[dict[str, Any] | None, set[int]]:
    """The cluster of a report as the asker sees it, and its reports in scope, that one among them."""
    home = Member.objects.filter(report_id=report_id).values("cluster_id")[:1]
    rows = list(
        visible_reports(scope)
        .filter(member__cluster_id=home)
        .order_by("pk")
        .values_list(
            "pk", "member__cluster_id", "member__cluster__size", "member__cluster__formed_at", "member__cluster__changed_at"
        )[: queries.MOST_READ]
    )  # fmt: skip
    if len(rows) < 1 or rows[0][2] < 2:
        return None, {report_id}
    _, pk, size, formed_at, changed_at = rows[0]
    return {
        "id": pk, "size": size, "visible": len(rows), "outside": max(0, size - len(rows)), "formed_at": _iso(formed_at),
        "changed_at": _iso(changed_at),
    }, {report_id, *(row[0] for row in rows)}  # fmt: skip


def _identifier(one: queries.GraphIdentifier) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "platform": one.scope, "label": one.label, "masked": one.masked, "degree": one.degree,
        "hub": one.hub, "hub_most": one.hub_most,
    }  # fmt: skip


def _edge(one: queries.GraphEdge) -> dict[str, Any]:
    return {
        "report": one.report, "identifier": one.identifier, "rule": one.rule, "title": one.title, "strength": one.strength,
        "joins": one.joins, "hub": one.hub, "cut": one.cut,
    }  # fmt: skip


def _tie(
    pk: int | None, low: int, high: int, why: str, by: str, at: datetime | None, named: Collection[int] = ()
) -> dict[str, Any]:
    return {"id": pk, "low": low, "high": high, "why": why, "by": by, "at": _iso(at), "identifiers": list(named)}


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


def _events(ids: Collection[int]) -> QuerySet[Sighting]:
    """Sightings with a time, the latest first."""
    return (
        Sighting.objects.filter(report_id__in=ids, at__isnull=False)
        .select_related("identifier")
        .order_by("-at", "-pk")[:MOST_EVENTS]
    )


def _event(row: Sighting) -> dict[str, Any]:
    """What was done, and by which address or account."""
    one = row.identifier
    label = (
        outside(one.kind, one.value, of_child=one.of_child, names_child=one.names_child)
        if row.child is None
        else mask_of(one.kind, None, value=one.value)
    )
    return {"at": _iso(row.at), "report": row.report_id, "what": row.event or "seen", "kind": one.kind, "label": label}


def _timeline(reports: Collection[dict[str, Any]], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = list(events)
    for one in reports:
        for at, what in ((one["incident_at"], "incident"), (one["received_at"], "report received")):
            if at:
                found.append({"at": at, "report": one["id"], "what": what, "kind": "", "label": ""})
    return sorted(found, key=lambda one: (one["at"], one["report"]), reverse=True)


def _changes(cluster_id: int) -> QuerySet[ClusterChange]:
    undone = ClusterChange.objects.filter(undoes=OuterRef("pk")).order_by("pk").values("pk")[:1]
    return (
        ClusterChange.objects.filter(Q(cluster_id=cluster_id) | Q(others__contains=[cluster_id]))
        .annotate(undone=Subquery(undone))
        .order_by("-id")[: queries.MOST_HISTORY]
    )


def _stated(scope: Scope, identifiers: Collection[int]) -> QuerySet[Edge]:
    """Of each identifier an edge of a report in scope: what is shown of it is what that report states."""
    return (
        Edge.objects.filter(identifier_id__in=identifiers, report__in=visible_reports(scope))
        .select_related("stated")
        .order_by("identifier_id", "stated_id")
        .distinct("identifier_id")
    )


def _history(rows: list[ClusterChange], seen: set[int], stated: dict[int, Identifier]) -> list[dict[str, Any]]:
    """What happened to a cluster, the newest first: what moved a report in scope; `undoable` where a person can part what it joined."""
    return [
        {
            "id": row.pk, "kind": row.kind, "title": row.get_kind_display(), "at": _iso(row.at), "actor": row.actor, "why": row.why,
            "others": list(row.others), "reports": [one for one in row.reports if one in seen], "report_count": row.report_count,
            "identifiers": [
                {"id": pk, "kind": one.kind, "label": outside(one.kind, one.value, of_child=one.of_child, names_child=one.names_child)}
                for pk in row.identifiers
                if (one := stated.get(pk)) is not None
            ],
            "undone_by": vars(row)["undone"],
            "undoable": row.kind in UNDOABLE and vars(row)["undone"] is None and row.report_count <= len(row.reports),
        }
        for row in rows
        if any(one in seen for one in row.reports)
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
