"""Scoring reports anew, and a person's word on their priority: raised, taken out of the urgent lane, or taken back.

Above the stages, like `run.py`: it alone knows that what becomes urgent is routed anew. Software lowers nothing that a person raised.
Whoever works on reports may raise what they see. To take a report out of the urgent lane, or to take back what was said, is for a
supervisor of the agency that holds it or whose word it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.pipeline.routing import reroute
from tipline.pipeline.stage import Batch
from tipline.pipeline.triage.models import Lane, PriorityMark
from tipline.pipeline.triage.stage import process
from tipline.reports.models import Holding, Processing, Report
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import Role, User
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Can, acting, may, scope_of

MOST_WHY = 300


def raise_priority(person: User, report_id: int, why: str) -> PriorityMark:
    """Put a report on the urgent lane, with a reason. It stays there until a supervisor takes that back.

    Raises
    ------
    NotPermittedError
        for a role that does not work on reports.
    NotFoundError
        for a report that the person does not see.
    InvalidInputError
        without a reason of 1 to 300 letters.
    ConflictError
        when a person raised it already, or it was not scored yet.
    """
    if not may_raise(person):
        raise NotPermittedError("your role does not work on reports")
    with acting(scope_of(person)):
        report, before = _locked(person, report_id)
        why = _reason(why)
        if before is not None and before.raised:
            raise ConflictError(f"report {report_id} was raised already, by {before.agency.code}")
        if before is not None:
            _end(before, person, f"raised again: {why}"[:MOST_WHY])
        made = PriorityMark.objects.create(
            report=report, raised=True, by=person, agency=person.agency, why=why, at=now()
        )
        _score(report)
        record(person.actor, [Act("triage.raised", "report", report_id, {"mark": made.pk})])
    return made


def lower_priority(person: User, report_id: int, why: str) -> PriorityMark:
    """Take a report out of the urgent lane in spite of the floors that hold now. A floor that holds later lifts it again.

    Raises
    ------
    NotPermittedError
        when the person is no supervisor of the agency that holds the report or raised it.
    NotFoundError, InvalidInputError
        as `raise_priority` does.
    ConflictError
        when it is not on the lane, or was lowered already.
    """
    with acting(scope_of(person)):
        report, before = _locked(person, report_id)
        _supervises(person, report_id, before)
        why = _reason(why)
        lane = Lane.objects.filter(report=report).first()
        if lane is None or not lane.urgent:
            raise ConflictError(f"report {report_id} is not on the urgent lane")
        if before is not None:
            _end(before, person, why)
        made = PriorityMark.objects.create(
            report=report, raised=False, floors=lane.floors, by=person, agency=person.agency, why=why, at=now()
        )
        _score(report)
        record(person.actor, [Act("triage.lowered", "report", report_id, {"mark": made.pk, "floors": lane.floors})])
    return made


def take_back(person: User, report_id: int, why: str) -> PriorityMark:
    """End what a person said of a report's priority: from then on the rules count alone.

    Raises
    ------
    NotPermittedError
        when the person neither said it nor is a supervisor of the agency that holds the report or said it.
    NotFoundError, InvalidInputError
        as `raise_priority` does.
    ConflictError
        when nobody said anything.
    """
    with acting(scope_of(person)):
        report, mark = _locked(person, report_id)
        if mark is None:
            raise ConflictError(f"nobody raised or lowered report {report_id}")
        _supervises(person, report_id, mark)
        why = _reason(why)
        _end(mark, person, why)
        # what a person put on the lane goes when the person's word does; the rules put back what is theirs
        Lane.objects.filter(report=report).update(urgent=False, floors=[], at=now())
        _score(report)
        record(person.actor, [Act("triage.taken_back", "report", report_id, {"mark": mark.pk})])
    return mark


def marks_of(report_id: int) -> QuerySet[PriorityMark]:
    """What people said of a report that the asker sees, the newest first."""
    return (
        PriorityMark.objects.filter(report_id=report_id).select_related("by", "agency", "ended_by").order_by("-id")[:20]
    )


def may_raise(person: User) -> bool:
    """Whether this person may raise what they see."""
    return may(person, Can.WORK_DESK) or may(person, Can.WORK_CASES)


def may_lower(person: User, held_by: int | None, mark: PriorityMark | None) -> bool:
    """Whether this person may take a report out of the lane, or take a word back."""
    agencies = {held_by, mark.agency_id if mark else None}
    return person.is_active and Role(person.role) == Role.SUPERVISOR and person.agency_id in agencies


def _reason(why: str) -> str:
    why = why.strip()
    if not why or len(why) > MOST_WHY or "\x00" in why:
        raise InvalidInputError(f"say in 1 to {MOST_WHY} letters why")
    return why


def _locked(person: User, report_id: int) -> tuple[Report, PriorityMark | None]:
    visible_report(scope_of(person), report_id)
    report = Report.objects.select_for_update(no_key=True).filter(pk=report_id, destroyed_at__isnull=True).first()
    if report is None:
        raise NotFoundError(f"report {report_id} does not exist")
    if report.processing != Processing.DONE:
        raise ConflictError(f"report {report_id} was not scored yet")
    return report, PriorityMark.objects.select_related("agency").filter(report=report, ended_at__isnull=True).first()


def _supervises(person: User, report_id: int, mark: PriorityMark | None) -> None:
    holder = Holding.objects.filter(report_id=report_id, held_until=None, joint=False).values_list(
        "agency_id", flat=True
    )
    if not may_lower(person, holder.first(), mark):
        raise NotPermittedError(
            "to lower what is urgent is for a supervisor of the agency that holds the report, or that raised it"
        )


def _end(mark: PriorityMark, person: User, why: str) -> None:
    mark.ended_at, mark.ended_by, mark.ended_why = now(), person, why
    mark.save(update_fields=["ended_at", "ended_by", "ended_why"])


def _score(report: Report) -> None:
    # by the software's own sight: what a score rests on does not hang on who asks
    with acting(OPERATOR):
        retriage([report.pk])


@transaction.atomic
def retriage(report_ids: Iterable[int]) -> tuple[int, ...]:
    """Score reports anew, in the caller's transaction; what becomes urgent by that is routed anew, and goes on at once.

    For what changes after a report went through the stages: a match that was found later, a person's word, other rules. The asker must
    see everything (`acting(OPERATOR)`, or a worker).

    Returns
    -------
    tuple of int
        those that were scored, in order: processed ones that are not destroyed, and that no other transaction works on.
    """
    ids = tuple(
        Report.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(id__in=list(report_ids), processing=Processing.DONE, destroyed_at__isnull=True)
        .order_by("id")
        .values_list("id", flat=True)
    )
    if not ids:
        return ()
    before = _urgent(ids)
    process(Batch(ids, now()))
    if fresh := _urgent(ids) - before:
        reroute.queue(sorted(fresh))
        record(system("triage"), [Act("triage.became_urgent", "report", report_id) for report_id in sorted(fresh)])
    return ids


def _urgent(ids: Iterable[int]) -> set[int]:
    return set(Lane.objects.filter(report_id__in=ids, urgent=True).values_list("report_id", flat=True))
