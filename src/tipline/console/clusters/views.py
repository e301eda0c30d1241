"""The page of a cluster, found by one of its reports, since visibility begins there; its graph for the script; its files.

The tables on the page say everything that the drawing says. What is a child's stays masked, unmasking or not.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.clusters.files import as_graphml, edges_csv
from tipline.console.downloads import attached
from tipline.core.errors import NotFoundError
from tipline.pipeline.linking.telling import MOST_DRAWN, MOST_IN_A_FILE, around, cluster_told, graph_told
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may


@require_safe
@signed_in
def cluster(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """What hangs together with a report: drawing, tables, times, suggestions and history."""
    report = visible_report(scope, report_id)
    if report.destroyed_at is not None:
        return redirect("console:report", report_id)
    told = around(scope, report_id, MOST_DRAWN, whole=True)
    record(person.actor, [Act("report.cluster_read", "report", report_id, {"reports": len(told["reports"])})])
    return render(request, "console/cluster.html", page_of(told) | {
        "may_act": may_act(person), "may_export": may(person, Can.EXPORT), "most_drawn": MOST_DRAWN,
    })  # fmt: skip


def may_act(person: User) -> bool:
    """Whether a person may say something of links; services ask again."""
    return may(person, Can.WORK_DESK) or may(person, Can.WORK_CASES)


def page_of(told: dict[str, Any]) -> dict[str, Any]:
    """What is told of a cluster, arranged for the page."""
    at: dict[int, list[dict[str, Any]]] = {}
    for edge in told["edges"]:
        at.setdefault(edge["identifier"], []).append(edge)
    shared = []
    for one in told["identifiers"]:
        edges = at.get(one["id"], [])
        # a hub, and what was cut here, may have nobody else in sight, and are shown all the same
        if edges and (one["hub"] or any(edge["cut"] for edge in edges) or len({edge["report"] for edge in edges}) > 1):
            strongest = max(edges, key=lambda edge: edge["strength"])
            cuts = sorted({edge["cut"] for edge in edges if edge["cut"]})
            shared.append(one | {
                "reports": sorted({edge["report"] for edge in edges}), "edges": edges, "title": strongest["title"],
                "rule": strongest["rule"], "strength": strongest["strength"], "cuts": cuts,
                "joins": any(edge["joins"] for edge in edges),
            })  # fmt: skip
    shared.sort(key=lambda one: (not one["joins"], -one["strength"], one["id"]))
    return {
        "told": told, "report": told["report"], "cluster": told["cluster"], "shared": shared,
        "holding": [one for one in shared if one["joins"]][:3], "others": len(told["reports"]) - 1,
    }  # fmt: skip


@require_safe
@signed_in
def graph(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """The neighbourhood of a report, for the drawing: asked for when a report there is opened."""
    told = graph_told(scope, report_id)
    record(person.actor, [Act("report.cluster_read", "report", report_id, {"reports": len(told["reports"])})])
    return JsonResponse(told)


@require_safe
@signed_in
@fresh
def export(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """The cluster as a file: everything as JSON, reports and identifiers as CSV, the graph as GraphML. Always masked."""
    if not may(person, Can.EXPORT):
        raise NotFoundError(f"report {report_id} does not exist")
    form = request.GET.get("format", "json")
    if form not in FORMS:
        raise NotFoundError(f"there is no form {form[:20]!r}")
    told = cluster_told(scope, report_id, MOST_IN_A_FILE)
    record(
        person.actor,
        [Act("report.cluster_exported", "report", report_id, {"format": form, "reports": len(told["reports"])})],
    )
    name = f"cluster-of-report-{report_id}.{form}"
    if form == "csv":
        return attached(edges_csv(told), FORMS[form], name)
    if form == "graphml":
        return attached(as_graphml(told), FORMS[form], name)
    return attached(json.dumps(told, indent=2, ensure_ascii=False), FORMS[form], name)


FORMS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "graphml": "application/graphml+xml",
}
