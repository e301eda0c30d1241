"""The wall of clocks, those of a case, the calendar file, and what people do with clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page
from tipline.console.fields import sentence
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.legal.clocks import feed, in_force, queries, services
from tipline.investigation.legal.clocks.in_force import place_of
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

REFRESH_SECONDS = 60
MOST_IN_FEED = 2_000


@require_safe
@signed_in
def wall(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The running clocks of the person's desk. `?screen=1` is for a screen on the wall: large, and read anew each minute."""
    found = queries.wall(scope, person.agency)
    record(person.actor, [Act("clock.listed", "agency", person.agency.code, {"rows": found.total})])
    screen = request.GET.get("screen") == "1"
    context = {
        "lanes": [
            {"key": lane.value, "label": queries.LANES[lane], "clocks": found.lanes[lane], "more": found.more[lane]}
            for lane in queries.Lane
        ],
        "total": found.total,
        "screen": screen,
        "may_write": may(person, Can.WORK_CASES) and not screen,
    }
    response = render(request, "console/clocks.html", context)
    if screen:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_safe
@signed_in
def of_case(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Every clock of a case, also those that ended."""
    context = case_page(person, scope, case_id, "case-clocks")
    record(person.actor, [Act("case.read", "case", case_id, {"page": "clocks"})])
    context["clocks"] = queries.clocks_of(scope, context["case"])
    return render(request, "console/case_clocks.html", context)


@require_POST
@signed_in
def act(request: HttpRequest, person: User, scope: Scope, clock_id: int) -> HttpResponse:
    """Let a clock stand still or run again, or say that what it waits for is done."""
    if not queries.visible_clocks(scope).filter(pk=clock_id).exists():
        raise NotFoundError(f"there is no clock {clock_id}")
    verb, reason = request.POST.get("verb", ""), request.POST.get("reason", "")
    done = {"pause": "It stands still now", "resume": "It runs again", "finish": "It is marked as done"}
    try:
        if verb == "pause":
            services.pause(person, clock_id, reason)
        elif verb == "resume":
            services.resume(person, clock_id)
        elif verb == "finish":
            services.finish(person, clock_id, reason)
        else:
            raise InvalidInputError("choose what to do with the clock")
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done[verb])
    of = queries.visible_clocks(scope).filter(pk=clock_id).values_list("case_id", flat=True).first()
    if request.POST.get("back") == "case" and of is not None:
        return redirect("console:case-clocks", case_id=of)
    return redirect("console:clocks")


@require_safe
@signed_in
def calendar(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The running clocks of the desk as a calendar file. Programs that read it by themselves ask `/api/v1/clocks.ics`."""
    found = list(queries.running(scope, person.agency).select_related("agency", "case")[:MOST_IN_FEED])
    record(person.actor, [Act("clock.listed", "agency", person.agency.code, {"rows": len(found), "as": "calendar"})])
    return calendar_file(found, person, request)


def calendar_file(found: Any, person: User, request: HttpRequest) -> HttpResponse:
    """The answer that holds a calendar."""
    address = request.build_absolute_uri("/").rstrip("/")
    body = feed.calendar(found, f"Clocks of {person.agency.name}", now(), address)
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="clocks.ics"', "Cache-Control": "no-store"},
    )


@require_safe
@signed_in
def rules(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What is in force for the person's desk: every clock with its source, and the holidays of the next year."""
    place = place_of(person.agency)
    known = in_force.rules(place.country)
    today = now().astimezone(place.zone).date()
    days = (today + timedelta(days=number) for number in range(366))
    mine = [h for h in known.holidays if not h.states or place.state in h.states]
    context = {
        "country": place.country,
        "definitions": sorted(known.definitions.values(), key=lambda one: (not one[0].by_law, one[0].label)),
        "holidays": [(day, h.name) for day in days for h in mine if h.falls_on(day)],
    }
    return render(request, "console/clock_rules.html", context)
