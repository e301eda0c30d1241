"""Reading links: what hangs together with a report, by what, and how it came to.

Every function takes the scope of who asks. A cluster is made over all reports; what somebody is shown of it hangs together over reports
that they see, and of the rest they are told that there is more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tipline.pipeline.linking import clusters
from tipline.pipeline.linking.models import ClusterChange, Cut, Edge, Hub, Member, Tie
from tipline.pipeline.linking.strengths import STRENGTHS
from tipline.reports.masking import outside
from tipline.reports.models import Report
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import Scope

MOST_TOGETHER = 200
MOST_READ = 20_000  # members of one cluster that are looked at
MOST_HISTORY = 200


@dataclass(frozen=True, slots=True)
class SeenCluster:
    """A cluster as one reader sees it: `size` of all, `visible` of those in scope, `reports` the first of these, in order."""

    id: int
    size: int
    visible: int
    formed_at: datetime
    changed_at: datetime
    reports: tuple[int, ...]


def _members(scope: Scope, cluster_id: int) -> QuerySet[Report]:
    return visible_reports(scope).filter(member__cluster_id=cluster_id)


def cluster_of(scope: Scope, report_id: int, most: int = MOST_TOGETHER) -> SeenCluster | None:
    """The cluster of a report; None when it is in none, or the report is not in scope."""
    seen = visible_reports(scope).filter(pk=OuterRef("report_id"))
    member = Member.objects.filter(Exists(seen), report_id=report_id).select_related("cluster").first()
    if member is None:
        return None
    ids = list(_members(scope, member.cluster_id).order_by("pk").values_list("pk", flat=True)[: MOST_READ + 1])
    cluster = member.cluster
    return SeenCluster(cluster.pk, cluster.size, len(ids), cluster.formed_at, cluster.changed_at, tuple(ids[:most]))


def together(scope: Scope, report_id: int, most: int = MOST_TOGETHER) -> tuple[list[int], bool]:
    """The reports that hang together with one that is in scope, over others in scope, itself first; and whether there are more than `most`.

    What two of them share with a third that is not in scope, joins nobody.
    """
    cluster = Member.objects.filter(report_id=report_id).values("cluster_id")
    members = visible_reports(scope).filter(member__cluster_id=Subquery(cluster[:1]))
    ids = list(members.order_by("pk").values_list("pk", flat=True)[: MOST_READ + 1])
    if not ids:
        return [report_id], False
    here = next(part for part in clusters.components({*ids, report_id}) if report_id in part)
    found = [report_id, *(pk for pk in here if pk != report_id)]
    return found[:most], len(found) > most


@dataclass(frozen=True, slots=True)
class GraphIdentifier:
    """An identifier at which reports meet. `label` is what may be shown of what they state; `degree`: seen reports that have it."""

    id: int
    kind: str
    scope: str
    label: str
    masked: bool
    degree: int
    hub: bool
    hub_most: int | None


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A report at an identifier: by which rule, how strong, whether it joins by itself, at a hub, or was cut (`cut`: by which)."""

    report: int
    identifier: int
    rule: str
    title: str
    strength: float
    joins: bool
    hub: bool
    cut: int | None


@dataclass(frozen=True, slots=True)
class GraphTie:
    """Two reports that a person joined, or (`id` None) that weak identifiers join together; `identifiers` say which."""

    id: int | None
    low: int
    high: int
    why: str
    by: str
    at: datetime | None
    identifiers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """What holds a report to others, the nearest first. `truncated`: there are more reports in scope than were asked for."""

    reports: tuple[int, ...]
    identifiers: tuple[GraphIdentifier, ...]
    edges: tuple[GraphEdge, ...]
    ties: tuple[GraphTie, ...]
    truncated: bool
    cluster: SeenCluster | None


def graph(scope: Scope, report_id: int, most: int = 60) -> Graph:
    """The neighbourhood of a report: reports in scope that hang together with it, and every identifier that two of them share.

    Weak identifiers, hubs and what was cut are among them, and say that they join nobody.
    """
    if not visible_reports(scope).filter(pk=report_id).exists():
        return Graph((), (), (), (), False, None)
    cluster = cluster_of(scope, report_id, MOST_READ)
    inside = {*(cluster.reports if cluster else ()), report_id}
    reports = nearest(clusters.joins_of(inside), report_id, inside, most)
    shown = set(reports)
    rows = list(Edge.objects.filter(report_id__in=reports).select_related("stated").order_by("-strength", "id"))
    at: dict[int, list[Edge]] = defaultdict(list)
    for row in rows:
        at[row.identifier_id].append(row)
    told = {pk: here for pk, here in at.items() if len(here) > 1 or here[0].report_id == report_id}
    hubs = {hub.pk: hub for hub in Hub.objects.filter(pk__in=told)}
    cuts = _cuts(told)
    joins = clusters.joins_of(shown)
    ties = [
        GraphTie(tie.pk, tie.low_id, tie.high_id, tie.why, tie.by.name, tie.at, ())
        for tie in Tie.objects.filter(low_id__in=shown, high_id__in=shown, ended_at=None).select_related("by")
    ] + [
        GraphTie(None, one, other, "several weak identifiers together", "", None, tuple(named))
        for one, other, named in joins.pairs
        if one < other and other in shown
    ]
    return Graph(
        reports,
        tuple(identifier_at(pk, here, hubs.get(pk)) for pk, here in told.items()),
        tuple(edge_told(row, hubs, cuts) for here in told.values() for row in here),
        tuple(ties),
        bool(cluster and cluster.visible > len(reports)),
        cluster,
    )


def nearest(joins: clusters.Joins, report_id: int, inside: Collection[int], most: int) -> tuple[int, ...]:
    """Reports of `inside` by their distance from one, in steps over what joins them; those that nothing in sight joins come last."""
    near: dict[int, set[int]] = defaultdict(set)
    at: dict[int, list[int]] = joins.at
    of: dict[int, list[int]] = defaultdict(list)
    for identifier, here in at.items():
        for report in here:
            of[report].append(identifier)
    for one, other in (*((a, b) for a, b, _ in joins.pairs), *joins.ties):
        near[one].add(other)
        near[other].add(one)
    found, seen, done = [report_id], {report_id}, set()
    for report in found:
        if len(found) >= most:
            break
        fresh = [i for i in of[report] if i not in done]
        done.update(fresh)
        for other in sorted({r for i in fresh for r in at[i]} | near[report]):
            if other in inside and other not in seen:
                seen.add(other)
                found.append(other)
    found += sorted(set(inside) - seen)
    return tuple(found[:most])


def _cuts(identifiers: Collection[int]) -> dict[tuple[int, int | None], int]:
    rows = Cut.objects.filter(identifier_id__in=identifiers, ended_at=None)
    return {(i, r): pk for i, r, pk in rows.values_list("identifier_id", "report_id", "pk")}


def identifier_at(pk: int, here: list[Edge], hub: Hub | None) -> GraphIdentifier:
    """An identifier as it may be shown, by the edges of the seen reports that meet there."""
    stated = min((row.stated for row in here), key=lambda one: one.pk)
    of_child = any(row.stated.of_child for row in here)
    names_child = any(row.stated.names_child for row in here)
    label = outside(stated.kind, stated.value, of_child=of_child, names_child=names_child)
    return GraphIdentifier(
        pk, stated.kind, "" if of_child or names_child else stated.scope, label, of_child or names_child, len(here),
        hub is not None, hub.most if hub else None,
    )  # fmt: skip


def edge_told(row: Edge, hubs: Collection[int], cuts: dict[tuple[int, int | None], int]) -> GraphEdge:
    """An edge as it is told, given which identifiers are hubs, and the cuts by identifier and report."""
    hub = row.identifier_id in hubs
    cut = cuts.get((row.identifier_id, row.report_id)) or cuts.get((row.identifier_id, None))
    joins = row.strength >= STRENGTHS.joins_at and not hub and cut is None
    return GraphEdge(row.report_id, row.identifier_id, row.rule, title_of(row.rule), row.strength, joins, hub, cut)


def title_of(rule_id: str) -> str:
    """What a rule says, in words; of a rule that is no more, its id."""
    rule = STRENGTHS.of(rule_id)
    return rule.title if rule else rule_id


@dataclass(frozen=True, slots=True)
class SeenChange:
    """One row of a cluster's history as one reader sees it: `reports` those in scope, `report_count` of all."""

    id: int
    kind: str
    title: str
    at: datetime
    actor: str
    why: str
    others: tuple[int, ...]
    reports: tuple[int, ...]
    report_count: int
    identifiers: tuple[int, ...]
    undone_by: int | None


def history(scope: Scope, cluster_id: int, most: int = MOST_HISTORY) -> list[SeenChange]:
    """What happened to a cluster of which a member is in scope, the newest first; an empty list for anybody else."""
    if not _members(scope, cluster_id).exists():
        return []
    rows = list(
        ClusterChange.objects.filter(Q(cluster_id=cluster_id) | Q(others__contains=[cluster_id]))
        .prefetch_related("undone_by")
        .order_by("-id")[:most]
    )
    named = {report for row in rows for report in row.reports}
    seen = set(visible_reports(scope).filter(pk__in=named).values_list("pk", flat=True))
    return [
        SeenChange(
            row.pk, row.kind, row.get_kind_display(), row.at, row.actor, row.why, tuple(row.others),
            tuple(r for r in row.reports if r in seen), row.report_count, tuple(row.identifiers),
            next((undone.pk for undone in row.undone_by.all()), None),
        )
        for row in rows
        if scope.everything or any(r in seen for r in row.reports)
    ]  # fmt: skip


def identifiers_of(scope: Scope, identifier_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What may be shown of identifiers that a change or a cut names, by what reports in scope state there."""
    rows = (
        Edge.objects.filter(identifier_id__in=list(identifier_ids), report__in=visible_reports(scope))
        .select_related("stated")
        .order_by("identifier_id", "stated_id")
        .distinct("identifier_id")
    )
    return {
        row.identifier_id: {
            "kind": row.stated.kind,
            "label": outside(
                row.stated.kind, row.stated.value, of_child=row.stated.of_child, names_child=row.stated.names_child
            ),
        }
        for row in rows
    }
