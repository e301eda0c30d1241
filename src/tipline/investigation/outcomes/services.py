"""Writes: what came of a case or of a report, and that a word of it was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.intake.doors.outcomes import judge, withdraw_judgement
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.cases.working import work_on
from tipline.investigation.child_words import childs_words, clean
from tipline.investigation.legal.clocks.services import event
from tipline.investigation.outcomes.kinds import OUTCOMES, Kind, Usefulness, kind_of
from tipline.investigation.outcomes.models import Outcome, Reminder, ReportOutcome
from tipline.investigation.outcomes.queries import visible_outcomes
from tipline.investigation.outcomes.reminding import settle_of
from tipline.reports.models import Holding, Report
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk, scope_of

MOST_COUNTED = 100_000
EARLIEST = date(2000, 1, 1)
LONGEST_TEXT = 1000
LONGEST_SENTENCE = 300
MOST_REPORTS = 500
# What an outcome weighs at the doors: of a case more than an acceptance (1), of a report on a desk no more than a return (0).
_WEIGHTS = {Usefulness.ACTIONABLE: 4, Usefulness.USEFUL: 3, Usefulness.NOT_USEFUL: 2}


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody fills in.

    Parameters
    ----------
    what
        id of a kind in data/outcomes.toml.
    number
        what the kind counts, of the whole case and in all so far; None where it counts nothing.
    on
        the day when it happened; None: today at the desk.
    text
        for the desk itself.
    for_senders
        a sentence that the desks above see too.
    """

    what: str
    number: int | None = None
    on: date | None = None
    text: str = ""
    for_senders: str = ""


@transaction.atomic
def record_outcome(person: User, case_id: int, given: Given, report_ids: Iterable[int] | None = None) -> Outcome:
    """Say what came of a case, open or closed: of all its reports, or of chosen ones.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `cases.working.work_on` does.
    InvalidInputError
        when the kind, the number, the day, a text or a report does not do.
    """
    case = work_on(person, case_id, closed=True)
    reports = _reports_of(case, report_ids)
    made = _write(person, case.agency, given, reports, case)
    detail = {"outcome": made.pk, "what": made.kind, "number": made.number, "reports": len(reports)}
    record(person.actor, [Act("outcome.recorded", "case", case.pk, detail)])
    event("outcome.recorded", case.agency, made.recorded_at, case_id=case.pk)
    return made


@transaction.atomic
def record_for_reports(person: User, report_ids: Iterable[int], given: Given) -> Outcome:
    """Say what came of reports that lie on the person's desk and are in no case.

    Raises
    ------
    NotPermittedError
        when the role does not work the desk.
    NotFoundError
        when there is no such report.
    ConflictError
        when one is in a case, lies elsewhere, or was destroyed.
    InvalidInputError
        as `record_outcome`; also for a kind that only a case can have.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not work the desk")
    kind = kind_of(given.what)
    if not kind.desk:
        raise InvalidInputError(f"“{kind.label}” is the outcome of a case: accept the report into one first")
    wanted = sorted(set(report_ids))
    if not 0 < len(wanted) <= MOST_REPORTS:
        raise InvalidInputError(f"choose 1 to {MOST_REPORTS} reports")
    within = visible_reports(scope_of(person)).filter(pk__in=wanted).order_by().values_list("pk")
    found = list(Report.objects.select_for_update(no_key=True).filter(pk__in=within).order_by("pk"))
    if missing := set(wanted) - {report.pk for report in found}:
        raise NotFoundError(f"report {min(missing)} does not exist")
    for report in found:
        if report.destroyed_at is not None:
            raise ConflictError(f"report {report.pk} is destroyed")
    if in_case := CaseReport.objects.filter(report_id__in=wanted).values_list("report_id", flat=True).first():
        raise ConflictError(f"report {in_case} is in a case: its outcome is written there")
    here = Holding.objects.filter(report_id__in=wanted, agency_id=person.agency_id, held_until=None, joint=False)
    if elsewhere := set(wanted) - set(here.values_list("report_id", flat=True)):
        raise ConflictError(f"report {min(elsewhere)} is not on your desk any more")
    made = _write(person, person.agency, given, wanted, None)
    detail = {"outcome": made.pk, "what": made.kind}
    record(person.actor, [Act("outcome.recorded", "report", report, detail) for report in wanted])
    for report_id in wanted:
        event("outcome.recorded", person.agency, made.recorded_at, report_id=report_id)
    return made


def _reports_of(case: Case, report_ids: Iterable[int] | None) -> list[int]:
    """All reports of a case, or the chosen ones, which must be of it."""
    of_case = list(CaseReport.objects.filter(case=case).order_by("report_id").values_list("report_id", flat=True))
    if report_ids is None:
        return of_case
    chosen = sorted(set(report_ids))
    if not chosen:
        raise InvalidInputError("choose at least one report, or all of the case")
    if strange := set(chosen) - set(of_case):
        raise InvalidInputError(f"report {min(strange)} is not one of case {case.number}")
    return chosen


def _write(person: User, agency: Agency, given: Given, reports: Sequence[int], case: Case | None) -> Outcome:
    """The row of the desk, those that the desks above see, and the word for the doors."""
    kind = kind_of(given.what)
    number = _number(kind, given.number)
    at = now()
    on = _day(given.on, at, agency)
    words = childs_words(reports)
    text = clean("the note for your own desk", given.text, LONGEST_TEXT, words, needed=kind.text)
    sentence = clean("the sentence for the senders", given.for_senders, LONGEST_SENTENCE, words)
    made = Outcome.objects.create(
        case=case, agency=agency, kind=kind.id, edition=OUTCOMES.about.version, number=number, on=on, text=text,
        for_senders=sentence, recorded_at=at, recorded_by=person,
    )  # fmt: skip
    ReportOutcome.objects.bulk_create(
        ReportOutcome(
            outcome=made, report_id=report, agency=agency, kind=kind.id, number=number, on=on, for_senders=sentence, recorded_at=at
        )
        for report in reports
    )  # fmt: skip
    if kind.decided:
        judge(reports, made.pk, kind.decided, _WEIGHTS[kind.usefulness] if case else 0)
    settle_of(at, case.pk if case else None, reports)
    return made


def _number(kind: Kind, number: int | None) -> int | None:
    """The number as it is kept: there where the kind counts something, and only there."""
    if kind.number is None:
        return None
    if number is None or not 1 <= number <= MOST_COUNTED:
        raise InvalidInputError(f"“{kind.label}” needs how many: {kind.number.label.lower()}, 1 to {MOST_COUNTED:,}")
    return number


def _day(on: date | None, at: datetime, agency: Agency) -> date:
    today = at.astimezone(ZoneInfo(agency.timezone)).date()
    if on is None:
        return today
    if not EARLIEST <= on <= today:
        raise InvalidInputError("the day of the outcome cannot lie in the future, nor before the year 2000")
    return on


@transaction.atomic
def withdraw_outcome(person: User, outcome_id: int, why: str) -> Outcome:
    """Take a wrong outcome back. It stays in the record with the reason; the desks above see that it was withdrawn, not why.

    Raises
    ------
    NotFoundError
        when there is none that the person sees.
    NotPermittedError
        when they may not write where it stands.
    ConflictError
        when it was withdrawn already.
    InvalidInputError
        without a reason.
    """
    found = visible_outcome(person, outcome_id)
    if found.case_id is not None:
        work_on(person, found.case_id, closed=True)
    elif not may_work_the_desk(person) or found.agency_id != person.agency_id:
        raise NotPermittedError("your role does not work the desk that wrote this outcome")
    made = Outcome.objects.select_for_update().get(pk=found.pk)
    if made.withdrawn_at is not None:
        raise ConflictError("this outcome was withdrawn already")
    told = ReportOutcome.objects.filter(outcome=made)
    words = childs_words(told.values_list("report_id", flat=True))
    made.withdrawn_why = clean("the reason", why, 300, words, needed=True)
    made.withdrawn_at, made.withdrawn_by = now(), person
    made.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    told.update(withdrawn_at=made.withdrawn_at)
    withdraw_judgement(made.pk)
    detail = {"outcome": made.pk, "what": made.kind}
    things = (
        [("case", made.case_id)]
        if made.case_id
        else [("report", pk) for pk in told.values_list("report_id", flat=True)]
    )
    record(person.actor, [Act("outcome.withdrawn", kind, pk, detail) for kind, pk in things])
    return made


def visible_outcome(person: User, outcome_id: int) -> Outcome:
    """An outcome of a case that the person sees, or of reports of their own desk.

    Raises
    ------
    NotFoundError
        when there is none.
    """
    found = visible_outcomes(scope_of(person)).filter(pk=outcome_id).first() if 0 < outcome_id < 2**63 else None
    if found is None:
        raise NotFoundError(f"there is no outcome {outcome_id}")
    return found


@transaction.atomic
def acknowledge(person: User, reminder_ids: Iterable[int]) -> int:
    """Say that reminders of the person's own desk were seen. Returns how many were not before.

    Raises
    ------
    NotPermittedError
        for a role that does not work the desk.
    NotFoundError
        when one of them is no reminder of this desk; nothing is changed then.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not work the desk")
    wanted = {one for one in reminder_ids if 0 < one < 2**63}
    found = list(Reminder.objects.select_for_update().filter(pk__in=wanted, agency=person.agency_id).order_by("pk"))
    if not wanted or len(found) != len(wanted):
        raise NotFoundError("there is no such reminder at your desk")
    fresh = [one for one in found if one.acknowledged_at is None and one.ended_at is None]
    Reminder.objects.filter(pk__in=[one.pk for one in fresh]).update(acknowledged_at=now(), acknowledged_by=person)
    record(
        person.actor,
        [
            Act("outcome.reminder_seen", "report" if one.report_id else "case", one.report_id or one.case_id or 0, {"missing": one.kind})
            for one in fresh
        ],
    )  # fmt: skip
    return len(fresh)
