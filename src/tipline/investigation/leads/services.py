"""Writes: what somebody says of a step of the checklist."""

from __future__ import annotations

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.text import visible
from tipline.investigation.leads.models import StepMark, StepStanding
from tipline.investigation.leads.steps import STEPS
from tipline.reports.models import Holding
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may

LONGEST_REASON = 300


@transaction.atomic
def mark_step(person: User, report_id: int, step_id: str, standing: StepStanding, reason: str = "") -> StepMark:
    """Tick a step of a report that lies at the person's desk, take the tick back, or say that it is not needed.

    Parameters
    ----------
    reason
        why it is not needed; names nobody, and is kept for no other standing.

    Raises
    ------
    NotPermittedError
        for a role that sees no reports.
    NotFoundError
        when the person's agency never held the report, or it is destroyed.
    ConflictError
        when another agency holds it now, or the step stands so already: a colleague was quicker.
    InvalidInputError
        for a step that is not in the checklist, or a reason that is missing or too long.
    """
    if not may(person, Can.SEE_REPORTS):
        raise NotPermittedError("your role does not work on reports")
    step = STEPS.step(step_id)
    reason = reason.strip() if standing == StepStanding.NOT_NEEDED else ""
    if standing == StepStanding.NOT_NEEDED and not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInputError(f"say why the step is not needed, in 1 to {LONGEST_REASON} characters")
    if visible(reason) != reason:
        raise InvalidInputError("the reason has characters that hide or reorder text")
    _lock(person, report_id)
    last = StepMark.objects.filter(report_id=report_id, agency=person.agency_id, step=step.id).order_by("-id").first()
    if (last.standing if last else StepStanding.OPEN) == standing and (last is None or last.reason == reason):
        said_by = f", said by {last.person.name}" if last else ""
        raise ConflictError(f"the step stands as {standing.label.lower()} already{said_by}")
    made = StepMark.objects.create(
        report_id=report_id, agency=person.agency, step=step.id, checklist=STEPS.about.version, standing=standing,
        reason=reason, person=person, at=now(),
    )  # fmt: skip
    detail = {"step": step.id, "standing": standing.value, "checklist": STEPS.about.version}
    record(person.actor, [Act("lead.step_marked", "report", report_id, detail)])
    return made


def _lock(person: User, report_id: int) -> None:
    """One tick of a report at a time, and none while it is handed on."""
    held = (
        list(
            Holding.objects.select_for_update()
            .filter(report_id=report_id, agency=person.agency_id, report__destroyed_at=None)
            .order_by("pk")
            .values_list("held_until", flat=True)
        )
        if 0 < report_id < 2**63
        else []
    )
    if not held:
        raise NotFoundError(f"report {report_id} does not exist")
    if all(until is not None for until in held):
        raise ConflictError("the report lies with another agency: its steps are ticked there")
