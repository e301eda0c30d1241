"""What a desk's supervisor sets of it: its standing rule, office hours and numbers of cases. Each act is one call of a service."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import fresh, signed_in
from tipline.console.fields import Errors, FieldError, placed
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.numbering import scheme_of, set_scheme
from tipline.referrals.models import StandingAction, StandingRule
from tipline.referrals.services import set_standing_rule
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.agencies.calendars import clear_calendar, set_calendar
from tipline.trust.agencies.models import Agency, DeskCalendar
from tipline.trust.visibility import Can, Scope, agencies_of, may

DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*(?:-|–|to)\s*(\d{1,2}:\d{2})")


def manages(person: User, agency: Agency) -> bool:
    """Whether a person sets what a desk does by itself: a supervisor of it, or of one that oversees it."""
    return may(person, Can.MANAGE_ROUTING) and agency.pk in agencies_of(person)


def found_agency(code: str) -> Agency:
    """An agency by its code."""
    found = Agency.objects.select_related("parent").filter(code=code[:40]).first()
    if found is None:
        raise NotFoundError("there is no such agency")
    return found


def managed(person: User, code: str, refusal: str = "your role does not set what a desk does by itself") -> Agency:
    """The agency whose supervisor this person is; `refusal`: what a role without that is told."""
    if not may(person, Can.MANAGE_ROUTING):
        raise NotPermittedError(refusal)
    found = found_agency(code)
    if not manages(person, found):
        raise NotFoundError(f"{found.code} is not yours to manage")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def standing_rule(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
    """What the desk does by itself with reports whose way goes on below it."""
    agency = managed(person, code)
    present = StandingRule.objects.filter(agency=agency).first()
    given = {
        "action": present.action if present else StandingAction.HOLD.value,
        "bundle_at": f"{present.bundle_at:%H:%M}" if present and present.bundle_at else "",
        "wait_for_hours": "1" if present and present.wait_for_hours else "",
    }

    def act(given: Mapping[str, str]) -> str:
        if given["action"] not in StandingAction.values:
            raise FieldError("action", "choose what the desk does by itself")
        action = StandingAction(given["action"])
        at = _clock(given["bundle_at"]) if action == StandingAction.BUNDLE else None
        set_standing_rule(
            agency, action, person.actor, bundle_at=at,
            wait_for_hours=action != StandingAction.HOLD and given["wait_for_hours"] == "1",
        )  # fmt: skip
        return f"The standing rule of {agency.name} is changed"

    heading = f"Standing rule of {agency.name}"
    return _form(request, agency, "standing", heading, given, act, {"actions": StandingAction.choices})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def hours(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
    """When the desk works, and who acts while it does not."""
    agency = managed(person, code)
    present = DeskCalendar.objects.filter(agency=agency).select_related("deputy", "duty_desk").first()
    zone = ZoneInfo(agency.timezone)
    given = {day: hours_of(present, day) for day in DAYS} | {
        "closed_days": "\n".join(present.closed_days) if present else "",
        "out_until": f"{present.out_until.astimezone(zone):%Y-%m-%dT%H:%M}" if present and present.out_until else "",
        "deputy": present.deputy.code if present and present.deputy else "",
        "duty_desk": present.duty_desk.code if present and present.duty_desk else "",
        "source": "",
        "always": "",
    }

    def act(given: Mapping[str, str]) -> str:
        if given["always"]:
            clear_calendar(agency, person.actor)
            return f"{agency.name} counts as always open"
        _set_hours(agency, zone, given, person.actor)
        return f"The hours of {agency.name} are set"

    return _form(request, agency, "hours", f"Office hours of {agency.name}", given, act, {"present": present})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def case_numbers(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
    """How the agency numbers its cases."""
    agency = managed(person, code)

    def act(given: Mapping[str, str]) -> str:
        return f"The next cases are numbered as {set_scheme(person, agency, given['pattern'])}"

    heading = f"Numbers of the cases of {agency.name}"
    return _form(request, agency, "numbers", heading, {"pattern": scheme_of(agency)}, act, {})


def _form(
    request: HttpRequest,
    agency: Agency,
    form: str,
    heading: str,
    given: dict[str, str],
    act: Callable[[Mapping[str, str]], str],
    more: dict[str, Any],
) -> HttpResponse:
    """Show a form with what is set now, or do what it asks; what is wrong stands on it, and nothing was changed."""
    errors: Errors = []
    if request.method == "POST":
        given = {name: request.POST.get(name, "").replace("\r\n", "\n").strip()[:8000] for name in given}
        try:
            messages.success(request, act(given))
            return redirect("console:agency", agency.code)
        except InvalidInputError as error:
            first = {"standing": "action", "hours": "source", "numbers": "pattern"}[form]
            errors = [placed(error, first)]
    context = {
        "agency": agency, "form": form, "heading": heading, "given": given, "errors": errors,
        "error_fields": [field for field, _ in errors],
        "days": [(day, label, given.get(day, "")) for day, label in DAYS.items()],
        "codes": Agency.objects.filter(active=True).exclude(pk=agency.pk).values_list("code", "name")
        if form == "hours" else (),
        **more,
    }  # fmt: skip
    return render(request, "console/agency_form.html", context, status=422 if errors else 200)


def hours_of(calendar: DeskCalendar | None, day: str) -> str:
    """The hours of a day as the form takes them: `09:30-13:00, 14:00-18:00`; empty for a closed day."""
    return ", ".join(f"{start}-{end}" for start, end in calendar.weekly.get(day, ())) if calendar else ""


def _set_hours(agency: Agency, zone: ZoneInfo, given: Mapping[str, str], actor: Actor) -> None:
    """Write the form as the file that `set_calendar` reads: a calendar has one way in, and one check."""
    weekly = {day: _spans(day, given[day]) for day in DAYS if given[day]}
    closed = [_day("closed_days", text) for text in given["closed_days"].replace(",", " ").split()]
    if not given["source"] or len(given["source"]) > 300:
        raise FieldError("source", "name the order or notice that sets these hours, in 1 to 300 characters")
    today = _today().isoformat()
    lines = [
        f"{name} = {json.dumps(code.code)}" for name in ("deputy", "duty_desk") if (code := _code(name, given[name]))
    ]
    if given["out_until"]:
        lines.append(f"out_until = {_moment('out_until', given['out_until'], zone).isoformat()}")
    lines.append(f"closed_days = [{', '.join(day.isoformat() for day in closed)}]")
    about = {
        "title": "Set on the screen", "version": today, "source": given["source"], "licence": "not stated", "as_of": today,
    }  # fmt: skip
    lines += ["[about]", *(f"{key} = {_toml(value)}" for key, value in about.items())]
    lines += ["[weekly]", *(f"{day} = {json.dumps(spans)}" for day, spans in weekly.items())]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hours"
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            set_calendar(agency, path, actor)
        except InvalidInputError as error:
            where, _, text = str(error).removeprefix("hours, ").partition(": ")
            field = where.removeprefix("weekly.").partition(".")[0]
            if field in given:
                raise FieldError(field, text.removeprefix("Value error, ")) from error
            raise


def _toml(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's, but for the one control character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _spans(day: str, text: str) -> list[tuple[str, str]]:
    parts = [_SPAN.fullmatch(part.strip()) for part in text.split(",")]
    if not all(parts):
        raise FieldError(day, f"{DAYS[day]}: write hours as 09:30-13:00, 14:00-18:00")
    return [(part[1].zfill(5), part[2].zfill(5)) for part in parts if part]


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise FieldError("bundle_at", "give the time of the daily bundle, as 17:30") from error


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldError(field, f"{text[:20]!r} is not a date: write it as 2027-01-26") from error


def _moment(field: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError as error:
        raise FieldError(field, "give a day and a time, as 2027-01-26T09:30") from error


def _code(field: str, text: str) -> Agency | None:
    """The active agency that a field names; None for an empty field."""
    if not text:
        return None
    found = Agency.objects.filter(code=text.upper()[:40], active=True).first()
    if found is None:
        raise FieldError(field, f"there is no active agency with the code {text[:40]!r}")
    return found


def _today() -> date:
    """Today, as routing counts the days of agreements: in UTC."""
    return now().date()
