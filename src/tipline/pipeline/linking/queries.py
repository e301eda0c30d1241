"""Reading links: what hangs together with a report, by what, and how it came to.

Every function takes the scope of who asks. A cluster is made over all reports; what somebody is shown of it hangs together over reports
that they see, and of the rest they are told that there is more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Subquery

from tipline.pipeline.linking import clusters
from tipline.pipeline.linking.models import Edge, Hub, Member
from tipline.pipeline.linking.strengths import STRENGTHS
from tipline.reports.masking import outside
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import Scope

MOST_TOGETHER = 200
MOST_READ = 20_000  # members of one cluster that are looked at
MOST_HISTORY = 200


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
