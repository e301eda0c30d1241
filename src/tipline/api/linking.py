"""What hangs together, for programs: clusters, graphs and suggestions, and what a person says of links, each act one call of a service."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tipline.api import given
from tipline.api.asking import Token, asker_of
from tipline.api.endpoints import After, Limit
from tipline.api.paths import ReportId, ThingId
from tipline.api.writing import DONE, REFUSALS, Key, done
from tipline.pipeline.linking import services
from tipline.pipeline.linking.models import SuggestionState
from tipline.pipeline.linking.suggesting.queries import suggestions_of
from tipline.pipeline.linking.telling import MOST_DRAWN, MOST_IN_A_FILE, cluster_told, graph_told, suggestion_told
from tipline.trust.accounts.models import TokenScope
from tipline.trust.visibility import acting

router = Router(tags=["linking"])
_READ = Token(TokenScope.REPORTS)
_WRITE = Token(TokenScope.REPORTS_WRITE)
Most = Annotated[int, Query(ge=1, le=MOST_IN_A_FILE, description="reports, the nearest first")]


class ClusterHead(Schema):
    """A cluster: `size` counts all members, `visible` those of them that the person may see."""

    id: int
    size: int
    visible: int
    outside: int
    formed_at: datetime
    changed_at: datetime


class LinkedReport(Schema):
    """A report of the graph."""

    id: int
    provider: str
    platform: str
    incident: str
    state: str
    received_at: datetime
    incident_at: datetime | None
    escalated: bool
    desk: str | None
    desk_name: str | None


class SharedIdentifier(Schema):
    """An identifier at which reports meet; masked where it is a child's. A hub links nobody."""

    id: int
    kind: str
    platform: str
    label: str
    masked: bool
    degree: int
    hub: bool
    hub_most: int | None


class GraphEdge(Schema):
    """A report at an identifier: by which rule, how strong (0 to 1), and whether it joins."""

    report: int
    identifier: int
    rule: str
    title: str
    strength: float
    joins: bool
    hub: bool
    cut: int | None = Field(description="number of the cut that parts it")


class GraphTie(Schema):
    """Two reports that a person joined; `id` null: that several weak identifiers join together."""

    id: int | None
    low: int
    high: int
    why: str
    by: str
    at: datetime | None
    identifiers: list[int]


class Graph(Schema):
    """What is around a report."""

    report: int
    cluster: ClusterHead | None
    reports: list[LinkedReport]
    identifiers: list[SharedIdentifier]
    edges: list[GraphEdge]
    ties: list[GraphTie]
    truncated: bool = Field(description="there are more reports in sight than were asked for")


class SuggestionReason(Schema):
    """A field of a suggestion; a weight over 0 (in bits) speaks for one matter."""

    field: str
    title: str
    level: str
    weight: float
    sentence: str
    low: list[str]
    high: list[str]


class SuggestionRow(Schema):
    """Two reports that a model thinks alike. Nothing is joined by it."""

    id: int
    low: int
    high: int
    probability: float
    model: str
    at: datetime
    state: str
    why: str
    reasons: list[SuggestionReason]


class Suggestions(Schema):
    """A page of suggestions, in order of id."""

    items: list[SuggestionRow]
    next: int | None


class TimelineRow(Schema):
    """Something with a time: an incident, a sighting, the receipt of a report."""

    at: datetime
    report: int
    what: str
    kind: str
    label: str


class NamedIdentifier(Schema):
    """An identifier that was the evidence of a change."""

    id: int
    kind: str
    label: str


class ChangeRow(Schema):
    """What happened to a cluster."""

    id: int
    kind: str
    title: str
    at: datetime
    actor: str
    why: str
    others: list[int]
    reports: list[int]
    report_count: int
    identifiers: list[NamedIdentifier]
    undone_by: int | None
    undoable: bool


class Cluster(Graph):
    """A cluster with its suggestions, times and history."""

    suggestions: list[SuggestionRow]
    timeline: list[TimelineRow]
    history: list[ChangeRow]


class LinkReason(given.Given):
    """The reason, which is kept in the history."""

    why: given.Line


class TieGiven(LinkReason):
    """A report that is one matter with that of the address."""

    other: given.Id


class CutGiven(LinkReason):
    """An identifier that does not join the report of the address to others, or (`for_all`) anybody."""

    identifier: given.Id
    for_all: bool = False


@router.get("/reports/{int:report_id}/cluster", auth=_READ, response={200: Cluster, **REFUSALS})
def read_cluster(request: HttpRequest, report_id: ReportId, most: Most = MOST_DRAWN) -> dict[str, Any]:
    """What hangs together with a report, by what, and how it came to."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        told = cluster_told(scope, report_id, most)
        asker.note("report.cluster_read", "report", report_id, reports=len(told["reports"]))
    return told


@router.get("/reports/{int:report_id}/graph", auth=_READ, response={200: Graph, **REFUSALS})
def read_graph(request: HttpRequest, report_id: ReportId, most: Most = MOST_DRAWN) -> dict[str, Any]:
    """What is around a report: reports, the identifiers at which they meet, and by what rule."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        told = graph_told(scope, report_id, most)
        asker.note("report.cluster_read", "report", report_id, reports=len(told["reports"]))
    return told


@router.get("/suggestions", auth=_READ, response={200: Suggestions, **REFUSALS})
def read_suggestions(
    request: HttpRequest, after: After = 0, limit: Limit = 50, state: SuggestionState = SuggestionState.OPEN
) -> dict[str, Any]:
    """Pairs of reports that a model thinks alike, both of them the person's to see. A person takes or refuses them on screen."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = suggestions_of(scope, state=state, after=after, most=limit + 1)
        asker.note("desk.suggestions_read", "desk", asker.person.agency.code, rows=len(found[:limit]))
    more = len(found) > limit
    return {"items": [suggestion_told(one) for one in found[:limit]], "next": found[limit - 1].id if more else None}


@router.post("/reports/{int:report_id}/ties", auth=_WRITE, response=DONE)
def tie(request: HttpRequest, report_id: ReportId, body: TieGiven, key: Key = "") -> dict[str, Any]:
    """Say that another report is one matter with this one."""
    return done(
        request, key, lambda who, _: {"done": "tied", "id": services.tie(who, report_id, body.other, body.why).pk}
    )


@router.post("/ties/{int:tie_id}/end", auth=_WRITE, response=DONE)
def end_tie(request: HttpRequest, tie_id: ThingId, body: LinkReason, key: Key = "") -> dict[str, Any]:
    """Take that back."""

    def act(who: Any, _: Any) -> dict[str, Any]:
        services.end_tie(who, tie_id, body.why)
        return {"done": "taken back", "id": tie_id}

    return done(request, key, act)


@router.post("/reports/{int:report_id}/cuts", auth=_WRITE, response=DONE)
def cut(request: HttpRequest, report_id: ReportId, body: CutGiven, key: Key = "") -> dict[str, Any]:
    """Say that an identifier of this report does not join it to others, or with `for_all` that it joins nobody."""
    return done(
        request, key,
        lambda who, _: {"done": "cut", "id": services.cut(who, body.identifier, report_id, body.why, for_all=body.for_all).pk},
    )  # fmt: skip


@router.post("/cuts/{int:cut_id}/end", auth=_WRITE, response=DONE)
def end_cut(request: HttpRequest, cut_id: ThingId, body: LinkReason, key: Key = "") -> dict[str, Any]:
    """Take a cut back."""

    def act(who: Any, _: Any) -> dict[str, Any]:
        services.end_cut(who, cut_id, body.why)
        return {"done": "taken back", "id": cut_id}

    return done(request, key, act)


@router.post("/cluster-changes/{int:change_id}/undo", auth=_WRITE, response=DONE)
def undo(request: HttpRequest, change_id: ThingId, body: LinkReason, key: Key = "") -> dict[str, Any]:
    """Undo a merge or a joining: what came is parted from the rest."""
    return done(request, key, lambda who, _: {"done": "undone", "id": services.undo(who, change_id, body.why).pk})
