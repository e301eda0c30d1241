"""What would become of a report with these facts: the same answer as `tipline route explain`. Its state stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.console.fields import Errors, FieldError, placed
from tipline.console.routing.views import managing
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.pipeline.routing.explaining import Asked, Explained, WhatIf, explain
from tipline.pipeline.routing.explaining import what_if as ask
from tipline.pipeline.routing.facts import read
from tipline.pipeline.routing.models import RuleSet
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency, Jurisdiction
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

PLACES = 3
MOST_PLACES = 50
MOST_LETTERS = 400
SCORES = {"priority": "Priority", "completeness": "Completeness", "legal_relevance": "Legal relevance"}
CHANNELS = {
    "door": "a provider's XML",
    "json": "a provider's JSON",
    "bulk": "an import",
    "public": "the public form",
    "reply": "a reply, in a case",
}


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as text, as somebody wrote them or as a report has them."""

    places: tuple[tuple[str, str, str, str], ...] = ()  # country, state, district, confidence
    abstained: str = ""
    urgent: str = ""
    informational: str = ""
    repeat: str = ""
    channel: str = "door"
    incident_type: str = ""
    languages: str = ""
    triage: str = ""
    priority: str = ""
    completeness: str = ""
    legal_relevance: str = ""
    receiving: str = ""
    at: str = ""
    rules: str = ""

    @property
    def rows(self) -> tuple[tuple[str, str, str, str], ...]:
        """The places, and empty rows up to the number that the form has."""
        return (*self.places, *((("", "", "", ""),) * PLACES))[: max(PLACES, len(self.places))]


@require_safe
@signed_in
def what_if(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Ask the rules; or, with nothing but a report's number, fill the form with what is known of it and say where it goes."""
    managing(person)
    given = request.GET
    errors: Errors = []
    found: Explained | None = None
    like: int | None = None
    form = Form()
    changed: tuple[str, ...] = ()
    try:
        like = _report(given)
        if like is not None:
            found, form = _as_report(person, scope, like)
        if given.get("ask"):
            as_it_is, form = form, _given(given)
            changed = _changed(as_it_is, form) if like is not None else ()
            found = ask(_asked(form, ZoneInfo(person.agency.timezone)))
    except InvalidInputError as error:
        errors, found = [placed(error, "country-1")], None
    except NotFoundError:
        errors, found, like = [("report", "There is no such report, or it is not your agency's.")], None, None
    context = {
        "form": form, "like": like, "found": found, "errors": errors, "error_fields": [field for field, _ in errors],
        "changed": changed,
        "nearly": found is not None and any(rule.state == "near" for rule in found.rules),
        "scores": [(name, label, getattr(form, name)) for name, label in SCORES.items()],
        "channels": CHANNELS.items(),
        "states": Jurisdiction.objects.exclude(state="").order_by("state").values_list("state", flat=True).distinct(),
        "districts": Jurisdiction.objects.exclude(district="").order_by("district").values_list("district", "state").distinct(),
        "receivers": Agency.objects.filter(active=True, children__isnull=False).distinct().values_list("code", "name"),
        "rule_sets": RuleSet.objects.order_by("-number").only("number", "title", "state")[:30],
        "zone": person.agency.timezone,
    }  # fmt: skip
    return render(request, "console/routing_what_if.html", context, status=422 if errors else 200)


def _report(given: QueryDict) -> int | None:
    text = given.get("report", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise FieldError("report", "give the number of a report")
    return int(text)


def _as_report(person: User, scope: Scope, report_id: int) -> tuple[Explained, Form]:
    """Where a report goes by the rules in force, and what they know of it. That it was asked is an entry of the log."""
    found = explain(scope, report_id)
    known = read([report_id])[report_id]
    record(person.actor, [Act("report.routing_explained", "report", report_id)])
    scores = dict(known.scores)
    abstained = bool(known.located) and all(one.abstained for one in known.located)
    stated = [one for one in known.located if one.place[0] and one.abstained == abstained]
    form = Form(
        places=tuple((*one.place, f"{one.confidence:.2f}") for one in stated[:MOST_PLACES]),
        abstained=_flag(abstained),
        urgent=_flag(known.urgent),
        informational=_flag(known.informational),
        repeat=_flag(known.repeat),
        channel=known.channel,
        incident_type=known.incident_type,
        languages=" ".join(known.languages),
        triage=" ".join(known.triage),
        receiving=Agency.objects.values_list("code", flat=True).get(pk=known.receiving_id),
        **{name: str(scores.get(name, "")) for name in SCORES},
    )
    return found, form


def _flag(holds: bool) -> str:
    return "1" if holds else ""


def _given(given: QueryDict) -> Form:
    columns = [given.getlist(name)[:MOST_PLACES] for name in ("country", "state", "district", "confidence")]
    rows = zip_longest(*([text.strip()[:80] for text in column] for column in columns), fillvalue="")
    texts = {
        field.name: given.get(field.name, "").strip()[:MOST_LETTERS] for field in fields(Form) if field.name != "places"
    }
    places = tuple(row for row in rows if any(row[:3]))
    return Form(places=places, **texts)  # type: ignore[arg-type]


def _asked(form: Form, zone: ZoneInfo) -> WhatIf:
    return WhatIf(
        places=tuple(_place(number, *row) for number, row in enumerate(form.places, 1)),
        abstained=bool(form.abstained),
        urgent=bool(form.urgent),
        informational=bool(form.informational),
        repeat=bool(form.repeat),
        channel=form.channel or "door",
        incident_type=form.incident_type,
        languages=tuple(form.languages.replace(",", " ").split()),
        triage=tuple(form.triage.replace(",", " ").split()),
        receiving=form.receiving,
        at=_at(form.at, zone),
        rule_set=_rule_set(form.rules),
        **{name: _score(name, getattr(form, name)) for name in SCORES},
    )


def _place(number: int, country: str, state: str, district: str, confidence: str) -> Asked:
    try:
        sure = float(confidence or 0.9)
    except ValueError as error:
        raise FieldError(f"confidence-{number}", "a confidence is a number from 0 to 1") from error
    if not 0 <= sure <= 1:
        raise FieldError(f"confidence-{number}", "a confidence is a number from 0 to 1")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise FieldError(f"country-{number}", "give the country by its two letters, as IN")
    if district and not state:
        raise FieldError(f"state-{number}", "a district needs its state")
    return Asked(country.upper(), state, district, sure)


def _score(name: str, text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= 100):
        raise FieldError(name, f"{SCORES[name].lower()} is a whole number from 0 to 100")
    return int(text)


def _at(text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except (ValueError, OverflowError) as error:
        raise FieldError("at", "give a day and a time, as 2027-01-26T09:30") from error


def _rule_set(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise FieldError("rules", "choose a rule set from the list")
    return int(text)


_LABELS: Mapping[str, str] = {
    "abstained": "attribution abstained", "urgent": "urgent", "informational": "informational", "repeat": "a repeat",
    "channel": "came by", "incident_type": "kind of incident", "languages": "languages", "triage": "triage rules",
    "receiving": "received by", "at": "time", "rules": "rule set", **{name: text.lower() for name, text in SCORES.items()},
}  # fmt: skip


def _changed(before: Form, after: Form) -> tuple[str, ...]:
    """What is otherwise than with the report that the form began with, in words."""
    found = []
    if before.places != after.places:
        found.append("places: " + ("; ".join(", ".join(filter(None, row)) for row in after.places) or "none"))
    for name, label in _LABELS.items():
        was, is_now = getattr(before, name), getattr(after, name)
        if was != is_now and not (name in SCORES and (was or "0") == (is_now or "0")):
            found.append(f"{label}: {is_now or 'no'}, not {was or 'no'}")
    return tuple(found)
