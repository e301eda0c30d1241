"""The tree of agencies and the page of each: who is responsible for what place, when it works, what it may hand to whom.

None of it is report data, so everybody signed in sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.agencies.letterhead import sets_letterhead
from tipline.console.agencies.manage import DAYS, found_agency, hours_of, manages
from tipline.console.authorise import signed_in
from tipline.core.clock import now
from tipline.core.sql import together
from tipline.investigation.cases.numbering import scheme_of
from tipline.referrals.models import StandingAction, StandingRule
from tipline.trust.accounts.models import User
from tipline.trust.agencies import queries
from tipline.trust.agencies.calendars import calendar_of
from tipline.trust.agencies.letterheads import PARTS
from tipline.trust.agencies.models import Agency, AgencyLetterhead, Agreement, DeskCalendar
from tipline.trust.visibility import Scope

ENDED = "ended"


@require_safe
@signed_in
def tree(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The whole tree, unfolded down to the person's agency."""
    roots = queries.tree()
    above = _way_to(person.agency_id, roots)
    return render(request, "console/agencies.html", {"roots": roots, "mine": person.agency_id, "unfolded": above})


@require_safe
@signed_in
def agency(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
    """One agency."""
    found = found_agency(code)
    calendars, rules, letterheads, below, gives, receives, places = together(
        DeskCalendar.objects.filter(agency=found).select_related("agency", "deputy", "duty_desk"),
        StandingRule.objects.filter(agency=found),
        AgencyLetterhead.objects.filter(agency=found),
        Agency.objects.filter(parent=found).order_by("name"),
        Agreement.objects.filter(from_agency=found).select_related("to_agency"),
        Agreement.objects.filter(to_agency=found).select_related("from_agency"),
        found.jurisdictions.all(),
    )
    calendar, standing, letterhead = (rows[0] if rows else None for rows in (calendars, rules, letterheads))
    today = now().date()  # as routing counts days of agreements: in UTC
    context = {
        "agency": found,
        "places": [str(place) for place in places],
        "below": below,
        "calendar": calendar,
        "open_now": calendar is not None and calendar_of(calendar).is_open(now()),
        "week": [(label, hours_of(calendar, day)) for day, label in DAYS.items()] if calendar else [],
        "standing": standing,
        "standing_text": standing_text(standing),
        "gives": _agreements(gives, today),
        "receives": _agreements(receives, today),
        "manages": manages(person, found),
        "case_scheme": scheme_of(found),
        "letterhead": [(label, getattr(letterhead, name)) for name, (label, _, _) in PARTS.items()]
        if letterhead
        else [],
        "sets_letterhead": sets_letterhead(person, found),
    }
    return render(request, "console/agency.html", context)


def standing_text(rule: StandingRule | None) -> str:
    """What a desk does by itself, in a sentence."""
    if rule is None or rule.action == StandingAction.HOLD:
        text = "Holds every report for a person."
        return text if rule else f"{text} No rule was ever set."
    if rule.action == StandingAction.BUNDLE and rule.bundle_at is not None:
        text = f"Sends reports whose way goes on below it down once a day, at {rule.bundle_at:%H:%M} its time, in a bundle. What is urgent goes at once."
    else:
        text = "Sends reports whose way goes on below it one level down at once."
    return f"{text} What is not urgent waits while the desk below is closed." if rule.wait_for_hours else text


def _agreements(found: Sequence[Agreement], today: date) -> list[tuple[Agreement, str]]:
    """Agreements with how each stands today, those that ended last."""
    made = [(one, _force(one, today)) for one in found]
    return sorted(made, key=lambda pair: (pair[1] == ENDED, -pair[0].since.toordinal(), pair[0].pk))


def _force(one: Agreement, today: date) -> str:
    if one.until is not None and one.until <= today:
        return ENDED
    return "in force" if one.since <= today else "not yet in force"


def _way_to(agency_id: int, nodes: Sequence[queries.Node]) -> list[int]:
    """The keys of an agency and all above it, the top first; empty when it is not below these nodes."""
    for node in nodes:
        if node.agency.pk == agency_id:
            return [agency_id]
        below = _way_to(agency_id, node.children)
        if below:
            return [node.agency.pk, *below]
    return []
