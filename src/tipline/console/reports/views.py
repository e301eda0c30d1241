"""The page of one report, and that of its texts. The same for every role; what a role may not see is named as withheld."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.console.desk.acts import ACKNOWLEDGE, DRAFT, FORWARD, INVITE, DeskAct, acts_for, further_acts_of
from tipline.console.known_lists.section import known_section
from tipline.console.reports.lead import languages
from tipline.console.reports.lead import section as lead_section
from tipline.console.retention.views import section as retention_section
from tipline.console.routing.reroutes import section as routing_section
from tipline.console.routing.reroutes import suggested
from tipline.console.triage.reasons import priority_section, with_links
from tipline.console.unmasking.session import current
from tipline.core.sql import together
from tipline.exchange.forms import Described, forms
from tipline.intake.public_form.queries import read_section, section_asked
from tipline.investigation.chain import View, chain
from tipline.investigation.leads.facts import held_by
from tipline.investigation.leads.queries import last_marks, read_marks, related
from tipline.investigation.retention.queries import of_report, tombstone_of
from tipline.pipeline.attribution.queries import credits_of, read_credits
from tipline.pipeline.priority import marks_of
from tipline.pipeline.triage.models import Lane
from tipline.referrals.holding import stamp
from tipline.referrals.models import LIVE, ReferralState
from tipline.referrals.receipts import receive
from tipline.reports.models import Channel, PersonRole, ReportState, Unmasking
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may, may_work_the_desk

# In the order in which an officer reads. A child's stand masked (domain need 14).
_ROLES = (
    PersonRole.VICTIM,
    PersonRole.REPORTED,
    PersonRole.ASSOCIATED,
    PersonRole.RECIPIENT,
    PersonRole.INCIDENT,
    PersonRole.FILE,
    PersonRole.REPORTER,
    PersonRole.OFFICER,
)


@require_safe
@signed_in
def report(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Everything known of a report and done with it. That it was read is logged, and that it was read unmasked as such."""
    unmasking = current(request, person, report_id)
    found = chain(scope, report_id, View(child=unmasking is not None))
    _receipt(person, found)
    record(person.actor, [_reading(report_id, unmasking)])
    if found["destroyed_at"]:
        context = {
            "report": found,
            "tombstone": tombstone_of(scope, report_id=report_id),
            "manages": may(person, Can.MANAGE_RETENTION),
        }
        return render(request, "console/report_destroyed.html", context)
    with_links(found)
    may_act = may_work_the_desk(person) and _new_at(person.agency.code, found)
    public = found["channel"] == Channel.PUBLIC
    marks, credit_rows, suggestions, said, lane, *of_form = together(
        last_marks(report_id, person.agency_id),
        credits_of(s["source"] for a in found["attributions"] for s in a["sources"]),
        suggested(report_id),
        marks_of(report_id),
        Lane.objects.filter(report_id=report_id),
        *(section_asked(report_id) if public else ()),
    )
    return render(
        request,
        "console/report.html",
        {
            "report": found,
            "groups": _groups(found),
            "places": [a for a in found["attributions"] if not a["masked"]],
            "places_withheld": sum(a["masked"] for a in found["attributions"]),
            "lead": lead_section(person, found, read_marks(marks)),
            "summary_languages": languages(),
            "related": related(found["links"]),
            "may_note": held_by(person.agency.code, found),
            "credits": read_credits(credit_rows),
            "unmasking": unmasking,
            "may_unmask": may(person, Can.UNMASK),
            "may_export": may(person, Can.EXPORT),
            "forms_out": _forms_out(found),
            "acts": _acts(person, found) if may_act else (),
            "further": _further(person, found) if may_act else (),
            "stamp": _stamp(person, found) if may_act else "",
            "public": read_section(report_id, *of_form) if public else None,
            "routing": routing_section(person, suggestions),
            "priority": priority_section(person, found, said, lane),
            "known": known_section(person, found["matches"]),
            "retention": retention_section(person, scope, of_report(scope, report_id)),
        },
    )


@require_safe
@signed_in
def texts(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """What the provider wrote freely: folded on the report's page, since it may describe abuse or name a child. Opening it is logged."""
    unmasking = current(request, person, report_id)
    found = chain(scope, report_id, View(child=unmasking is not None, texts=True))
    record(person.actor, [Act("report.texts_read", "report", report_id), _reading(report_id, unmasking)])
    return render(request, "console/texts.html", {"report": found, "unmasking": unmasking})


def _reading(report_id: int, unmasking: Unmasking | None) -> Act:
    if unmasking is None:
        return Act("report.read", "report", report_id)
    return Act("report.read_unmasked", "report", report_id, {"unmasking": unmasking.pk, "reason": unmasking.code})


def _own_hop(person: User, found: dict[str, Any]) -> dict[str, Any] | None:
    """The hop by which the report lies with the person's agency now."""
    mine = [h for h in found["referrals"] if h["to"] == person.agency.code and h["state"] in LIVE]
    return mine[-1] if mine else None


def _receipt(person: User, found: dict[str, Any]) -> None:
    """Opening a report that nobody of the desk has seen yet is the receipt for it."""
    hop = _own_hop(person, found)
    if hop and hop["state"] == ReferralState.SENT and receive(person, [found["id"]]):
        hop["state"] = ReferralState.RECEIVED.value


def _stamp(person: User, found: dict[str, Any]) -> str:
    """What the forms of this page carry, to find out whether the report changed since."""
    hop = _own_hop(person, found)
    return stamp(hop["id"], datetime.fromisoformat(hop["state_at"])) if hop else stamp(None, None)


def _new_at(agency: str, found: dict[str, Any]) -> bool:
    """Whether the report lies on this agency's desk and nobody has accepted it."""
    if found["state"] != ReportState.FINISHED:
        return False
    live = [hop for hop in found["referrals"] if hop["state"] in LIVE]
    mine = [hop for hop in live if hop["to"] == agency]
    if mine:
        return all(hop["state"] != ReferralState.ACCEPTED for hop in mine)
    return bool(found["receiving_agency"] == agency) and not any(hop["lead"] for hop in live)


def _forms_out(found: dict[str, Any]) -> tuple[Described, ...]:
    """The forms of others, for a report that was handed to another desk: they tell of a hop."""
    handed_over = any(hop["state"] in LIVE for hop in found["referrals"])
    return tuple(form.described for form in forms()) if handed_over else ()


def _acts(person: User, found: dict[str, Any]) -> tuple[DeskAct, ...]:
    """What this desk can do with the report. What came by the desk's own door was referred by nobody, so it only goes down."""
    return tuple(act for act in acts_for(person) if found["referrals"] or act == FORWARD)


def _further(person: User, found: dict[str, Any]) -> tuple[DeskAct, ...]:
    """What is done less often with one report: a bundle, and what goes together, are chosen on the desk."""
    with_one = {DRAFT, INVITE, *((ACKNOWLEDGE,) if found["referrals"] else ())}
    return tuple(act for act in further_acts_of(person.agency) if act in with_one)


def _groups(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Names and identifiers by the part of the report that they stand in; parts with neither are left out."""
    groups: list[dict[str, Any]] = [
        {
            "label": role.label,
            "names": _names(found, role),
            "identifiers": [i for i in found["identifiers"] if i["role"] == role.value and i["kind"] != "ip"],
        }
        for role in _ROLES
    ]
    return [group for group in groups if group["names"] or group["identifiers"]]


def _names(found: dict[str, Any], role: PersonRole) -> list[str]:
    """What the people and accounts of one part call themselves, each once."""
    names: dict[str, None] = {}
    for person in found["persons"]:
        if person["role"] == role.value:
            full = f"{person['first_name']} {person['last_name']}".strip()
            shown_child = person["child"] and not person["masked"]
            whose = f"Child {person['child']}: " if shown_child else ""
            names |= dict.fromkeys(f"{whose}{name}" for name in (full, *person["display_names"]) if name)
    return list(names)
