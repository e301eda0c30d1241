"""The lead on the report's page: what is known, what is not, what to do next; its ticks; and its summary as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.downloads import printed
from tipline.console.fields import sentence
from tipline.core.clock import now, zone_of
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.investigation.leads.facts import facts_of, next_log
from tipline.investigation.leads.models import StepStanding
from tipline.investigation.leads.services import mark_step
from tipline.investigation.leads.steps import Due, Mark, Said, Standing, due, said
from tipline.investigation.leads.summary import summary
from tipline.investigation.leads.texts import LANGUAGES
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

SCREEN = "en"  # the language of the screens


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as the page shows it."""

    due: Due
    text: str
    why: str
    urgency: str
    law: str


@dataclass(frozen=True, slots=True)
class LeadSection:
    """What stands near the top of the page for those whose desk holds the report."""

    known: tuple[Said, ...]
    unknown: tuple[Said, ...]
    todo: tuple[ShownStep, ...]
    settled: tuple[ShownStep, ...]  # done, or not needed
    log: Mapping[str, Any] | None  # the next one to go


def section(person: User, found: Mapping[str, Any], marks: Mapping[str, Mark]) -> LeadSection | None:
    """The lead for a person whose desk holds the report, with what that desk said of its steps; None for everybody else."""
    at, agency = now(), person.agency
    facts = facts_of(found, at, agency.code, agency.kind)
    if not facts.numbers["held"]:
        return None
    steps = [_shown(one) for one in due(facts, marks)]
    gone = facts.values["date"]
    local = datetime.fromisoformat(gone).astimezone(zone_of(agency.timezone)) if gone else None
    day = f"{local.day} {local:%b %Y}" if local else ""
    return LeadSection(
        known=said(facts, "known", SCREEN, day),
        unknown=said(facts, "unknown", SCREEN, day),
        todo=tuple(one for one in steps if one.due.standing == Standing.OPEN),
        settled=tuple(one for one in steps if one.due.standing != Standing.OPEN),
        log=next_log(found, at),
    )


def _shown(one: Due) -> ShownStep:
    step, section_ = one.step, one.step.section
    return ShownStep(
        one, step.text[SCREEN], step.why[SCREEN], LANGUAGES[SCREEN].word("urgency", step.urgency),
        section_.label if section_ else "",
    )  # fmt: skip


def languages() -> list[tuple[str, str]]:
    """The languages of the summary: code and own name, English first."""
    return sorted(
        ((code, texts.language.name) for code, texts in LANGUAGES.items()), key=lambda one: (one[0] != SCREEN, one[0])
    )


@require_POST
@signed_in
def mark(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """Tick a step, take the tick back, or say that it is not needed; back to the checklist."""
    visible_report(scope, report_id)
    back = redirect(f"{reverse('console:report', args=[report_id])}#next-steps")
    standing = request.POST.get("standing", "")
    try:
        if standing not in StepStanding.values:
            raise InvalidInputError("choose whether the step is done, not needed or to be done")
        made = mark_step(
            person, report_id, request.POST.get("step", ""), StepStanding(standing), request.POST.get("reason", "")
        )
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, f"{sentence(error)} Nothing was changed.")
        return back
    messages.success(request, f"Step marked as {made.get_standing_display().lower()}")
    return back


@require_safe
@signed_in
def summary_pdf(request: HttpRequest, person: User, scope: Scope, report_id: int) -> HttpResponse:
    """The summary as PDF. It holds what the page shows to whoever may open it, masked, so it asks for no more than the page; it is logged."""
    document, language = summary(scope, person.actor, report_id, request.GET.get("language", ""))
    return printed(document, f"report-{report_id}-{language}.pdf")
