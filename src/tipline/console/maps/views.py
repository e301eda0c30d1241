"""Where the addresses of a report, of reports that hang together, and of a whole desk were seen: a map and the table beside it.

The map is drawn here, out of files that come with Tipline: nothing is fetched from anywhere, and without JavaScript it is the same
map. What is a child's stays masked on it, unmasking or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.console.maps.asked import EVERYBODY, KEPT, Query, read
from tipline.console.maps.drawing import around_of, drawing, frame, holds, rows, trail
from tipline.console.maps.sheets import name_of
from tipline.pipeline.attribution.maps import MOST, lines, spots
from tipline.pipeline.attribution.queries import credit_lines
from tipline.pipeline.linking.queries import MOST_TOGETHER, together
from tipline.reports.models import PersonRole, Report
from tipline.reports.queries import visible_report, visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.places import Place
from tipline.trust.visibility import Scope

PER_PAGE = 100
_PARTS = (("", "Everybody but the reporting side"), (EVERYBODY, "Everybody"), *PersonRole.choices)


@require_safe
@signed_in
def of_report(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Where the addresses of one report were seen."""
    report = visible_report(scope, report_id)
    if report.destroyed_at is not None:
        return redirect("console:report", report_id)
    record(person.actor, [Act("report.map_read", "report", report_id)])
    found = visible_reports(scope).filter(pk=report_id)
    return _page(request, person, found, {"of": "report", "report": report_id})


@require_safe
@signed_in
def of_linked(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Where the addresses of all reports were seen that links lead to from one, as far as they are this person's to see."""
    visible_report(scope, report_id)
    ids, more = together(scope, report_id)
    record(person.actor, [Act("report.map_read", "report", report_id, {"linked": len(ids)})])
    found = visible_reports(scope).filter(pk__in=ids, destroyed_at=None)
    context = {
        "of": "linked",
        "report": report_id,
        "together": len(ids),
        "most_together": MOST_TOGETHER if more else 0,
    }
    return _page(request, person, found, context)


@require_safe
@signed_in
def of_desk(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Where the addresses of all reports were seen that this person may see; with a place in the address, those in that place."""
    if scope.empty:
        return render(request, "console/no_reports.html", {"role": person.get_role_display()})
    record(person.actor, [Act("desk.map_read", "desk", person.agency.code)])
    return _page(request, person, visible_reports(scope).filter(destroyed_at=None), {"of": "desk"})


def _page(
    request: HttpRequest, person: User, reports: QuerySet[Report], about: Mapping[str, Any]
) -> HttpResponse:  # fmt: skip
    query = read(request.GET, ZoneInfo(person.agency.timezone))
    found = spots(reports.none() if query.errors else reports, query.asked)
    counts = Counter(spot.place for spot in found.spots if spot.place.country)
    first = person.agency.jurisdictions.order_by("pk").first()
    own = Place(first.country, first.state, first.district) if first else Place()
    drawn = drawing(counts, frame(counts, query.place, own), query.place, query.url)
    if query.not_placed:
        chosen = [spot for spot in found.spots if not spot.place.country]
    elif query.place.country:
        chosen = [spot for spot in found.spots if spot.place.country and holds(query.place, spot.place)]
    else:
        chosen = list(found.spots)
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **about,
        "drawing": drawn,
        "places": rows(counts, query.place, query.url),
        "lines": [(line, name_of(line.place), around_of(line.place)) for line in lines(list(page.object_list))],
        "page": page,
        "query": f"{urlencode({name: value for name, value in query.given.items() if value})}&",
        "total": len(found.spots),
        "not_placed": sum(not spot.place.country for spot in found.spots),
        "not_placed_url": query.url(Place(), not_placed=True),
        "shows_not_placed": query.not_placed,
        "cut": MOST if found.cut else 0,
        "chosen": query.place if query.place.country else None,
        "chosen_name": name_of(query.place),
        "trail": [(name_of(place), query.url(place)) for place in trail(query.place)],
        "everywhere": query.url(Place()),
        "filtered": _filtered(query),
        "own": (name_of(own), query.url(own)) if about["of"] == "desk" and own.country else None,
        "parts": _PARTS,
        "kept": [(name, query.given[name]) for name in KEPT if query.given[name]],
        "since": query.given["from"],
        "until": query.given["to"],
        "part": query.given["part"],
        "errors": query.errors,
        "error_fields": [name for name, _ in query.errors],
        "credits": credit_lines(),
    }
    return render(request, "console/map.html", context, status=422 if query.errors else 200)


def _filtered(query: Query) -> bool:
    return any(query.given[name] for name in ("part", "from", "to"))
