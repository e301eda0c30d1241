"""Writes: a child is known, what was done for it, notes, referrals to support, what a survivor wants to be told.

Each is written in the name of somebody who needs to know, into an open or closed case: a child is cared for longer than a case lasts.
The log says that something was written, and never what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.cases.working import work_on
from tipline.investigation.child_words import childs_words, clean
from tipline.investigation.legal.clocks.services import event
from tipline.investigation.outcomes.kinds import SAFEGUARDED
from tipline.investigation.outcomes.models import Outcome
from tipline.investigation.outcomes.services import Given, record_outcome, withdraw_outcome
from tipline.investigation.safeguarding.access import open_children
from tipline.investigation.safeguarding.directory import service_of
from tipline.investigation.safeguarding.models import (
    AnswerKind,
    Child,
    ChildNote,
    Consent,
    Preference,
    SaidBy,
    Step,
    StepKind,
    SupportAnswer,
    SupportReferral,
    Wish,
)
from tipline.reports.masking import Terms
from tipline.trust.accounts.models import User
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record

MOST_CHILDREN = 500
EARLIEST = date(2000, 1, 1)
FURTHEST_REVIEW = timedelta(days=3660)
# A way in words is not where somebody lives or can be called.
_ADDRESS = re.compile(r"@|https?:|www\.|\d[\d\s().-]{4,}\d|\d{5,}")
_EVENTS = {StepKind.CWC_NOTIFIED: "child.cwc_notified", StepKind.COURT_NOTIFIED: "child.court_notified"}


def _write_in(person: User, case_id: int) -> tuple[Case, Terms]:
    """The case, locked, when the person may write of its children, and what must stand in no text."""
    open_children(person, case_id)
    case = work_on(person, case_id, closed=True)
    return case, childs_words(CaseReport.objects.filter(case=case).values_list("report_id", flat=True))


def _child(case: Case, number: int) -> Child:
    found = Child.objects.filter(case=case, number=number).first() if 0 < number <= MOST_CHILDREN else None
    if found is None:
        raise NotFoundError(f"case {case.number} has no child {number}")
    return found


def _day(what: str, on: date | None, case: Case) -> date:
    today = now().astimezone(ZoneInfo(case.agency.timezone)).date()
    if on is None:
        return today
    if not EARLIEST <= on <= today:
        raise InvalidInputError(f"{what} cannot lie in the future, nor before the year 2000")
    return on


def _moment(what: str, at: datetime | None) -> datetime:
    if at is None:
        return now()
    if at > now() or at.date() < EARLIEST:
        raise InvalidInputError(f"{what} cannot lie in the future, nor before the year 2000")
    return at


@transaction.atomic
def add_child(person: User, case_id: int, known_at: datetime | None = None) -> Child:
    """Say that a child of the case is known. The hours in which the Committee and the court must be told count from then.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `open_children` and `cases.working.work_on` do.
    InvalidInputError
        for a time that has not come yet.
    """
    case, _ = _write_in(person, case_id)
    at = _moment("the time since when the child is known", known_at)
    number = (Child.objects.filter(case=case).aggregate(top=Max("number"))["top"] or 0) + 1
    if number > MOST_CHILDREN:
        raise InvalidInputError(f"a case lists at most {MOST_CHILDREN} children")
    made = Child.objects.create(case=case, number=number, known_at=at, added_at=now(), added_by=person)
    record(person.actor, [Act("safeguarding.child_added", "case", case.pk, {"child": number})])
    event("child.known", case.agency, at, case_id=case.pk, subject=f"child:{number}")
    return made


@transaction.atomic
def take_step(
    person: User, case_id: int, number: int, kind: StepKind, at: datetime | None = None, reference: str = ""
) -> Step:
    """Say what was done for a child. That it is safeguarded becomes an outcome of the case, which is what is counted.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `add_child` does; ConflictError also when the same was said before and stands.
    """
    case, words = _write_in(person, case_id)
    child = _child(case, number)
    at = _moment("the time of it", at)
    if at < child.known_at:
        raise InvalidInputError("this cannot have been done before the child was known")
    if _standing(child, kind):
        raise ConflictError(f"for child {number} this is written already: {kind.label.lower()}")
    made = Step.objects.create(
        case=case, child=child, kind=kind, at=at, reference=clean("the reference", reference, 120, words), written_at=now(),
        written_by=person,
    )  # fmt: skip
    record(person.actor, [Act("safeguarding.step_taken", "case", case.pk, {"child": number, "step": kind.value})])
    if kind in _EVENTS:
        event(_EVENTS[kind], case.agency, at, case_id=case.pk, subject=f"child:{number}")
    else:
        _count(person, case, at)
    return made


def _standing(child: Child, kind: StepKind) -> bool:
    return Step.objects.filter(child=child, kind=kind, withdraws__isnull=True, withdrawn__isnull=True).exists()


def _safeguarded(case: Case) -> int:
    rows = Step.objects.filter(case=case, kind=StepKind.SAFEGUARDED, withdraws__isnull=True, withdrawn__isnull=True)
    return rows.values("child").distinct().count()


def _newest(case: Case) -> Outcome | None:
    return Outcome.objects.filter(case=case, kind=SAFEGUARDED, withdrawn_at__isnull=True).order_by("-id").first()


def _count(person: User, case: Case, at: datetime) -> None:
    """Bring the outcome up to the children marked. One that says more, by the outcome form, is left: it may know of others."""
    marked, newest = _safeguarded(case), _newest(case)
    if newest is None or (newest.number or 0) < marked:
        on = at.astimezone(ZoneInfo(case.agency.timezone)).date()
        record_outcome(person, case.pk, Given(SAFEGUARDED, number=marked, on=on))


@transaction.atomic
def withdraw_step(person: User, case_id: int, step_id: int, why: str) -> Step:
    """Say that a step was written wrongly. Both rows stay; the outcome that counted the child goes down with it.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `take_step` does; InvalidInputError also without a reason.
    """
    case, words = _write_in(person, case_id)
    wrong = Step.objects.filter(case=case, pk=step_id, withdraws__isnull=True).select_related("child").first()
    if wrong is None:
        raise NotFoundError(f"case {case.number} has no step {step_id}")
    if Step.objects.filter(withdraws=wrong).exists():
        raise ConflictError("this step was withdrawn already")
    made = Step.objects.create(
        case=case, child=wrong.child, kind=wrong.kind, at=now(), withdraws=wrong,
        why=clean("the reason", why, 300, words, needed=True), written_at=now(), written_by=person,
    )  # fmt: skip
    detail = {"child": wrong.child.number, "step": wrong.kind}
    record(person.actor, [Act("safeguarding.step_withdrawn", "case", case.pk, detail)])
    if wrong.kind == StepKind.SAFEGUARDED:
        _count_down(person, case)
    return made


def _count_down(person: User, case: Case) -> None:
    marked, newest = _safeguarded(case), _newest(case)
    if newest is None or newest.number != marked + 1:
        return  # the outcome form said another number, which stays an officer's to change
    why = "A child was marked as safeguarded by mistake"
    for row in Outcome.objects.filter(case=case, kind=SAFEGUARDED, withdrawn_at__isnull=True, number__gt=marked):
        withdraw_outcome(person, row.pk, why)
    if marked and ((_newest(case) or Outcome(number=0)).number or 0) < marked:
        record_outcome(person, case.pk, Given(SAFEGUARDED, number=marked))


@transaction.atomic
def add_note(
    person: User, case_id: int, text: str, number: int | None = None, corrects: int | None = None
) -> ChildNote:
    """Write a note on a child (None: on all), or correct one: the earlier stays and names the later.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `take_step` does; ConflictError also when the note was corrected already.
    """
    case, words = _write_in(person, case_id)
    earlier: ChildNote | None = None
    child = None if number is None else _child(case, number)
    if corrects is not None:
        earlier = ChildNote.objects.filter(case=case, pk=corrects).first()
        if earlier is None:
            raise NotFoundError(f"case {case.number} has no note {corrects}")
        if ChildNote.objects.filter(corrects=earlier).exists():
            raise ConflictError("this note was corrected already: correct the newer one")
        child = earlier.child
    kept = clean("the note", text, 4000, words, needed=True)
    made = ChildNote.objects.create(
        case=case, child=child, text=kept, corrects=earlier, written_at=now(), written_by=person
    )
    act = "safeguarding.note_corrected" if earlier else "safeguarding.note_written"
    record(person.actor, [Act(act, "case", case.pk, {"note": made.pk})])
    return made


@dataclass(frozen=True, slots=True)
class Support:
    """What a referral to a service says. `on`: None is today."""

    service: str
    consent: Consent
    consent_by: SaidBy = SaidBy.NOBODY
    on: date | None = None
    note: str = ""


@transaction.atomic
def refer(person: User, case_id: int, number: int, given: Support) -> SupportReferral:
    """ChildNote that a child was referred to a support service. Tipline tells the service nothing: a person does.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `take_step` does; InvalidInputError also where somebody refused, or consent is claimed and nobody gave it.
    """
    case, words = _write_in(person, case_id)
    child = _child(case, number)
    service = service_of(country_of(case.agency), given.service)
    if given.consent == Consent.REFUSED and not service.duty:
        raise InvalidInputError("who refuses is not referred: write it into the notes instead")
    if given.consent == Consent.NOT_NEEDED and not service.duty:
        raise InvalidInputError(
            f"for {service.label} somebody must agree: only what the law wants told needs no consent"
        )
    if given.consent == Consent.GIVEN and given.consent_by == SaidBy.NOBODY:
        raise InvalidInputError("say who agreed: the survivor, a guardian, an advocate or the Committee")
    made = SupportReferral.objects.create(
        case=case, child=child, service=service.id, service_label=service.label, on=_day("the day of the referral", given.on, case),
        consent=given.consent, consent_by=given.consent_by if given.consent in {Consent.GIVEN, Consent.REFUSED} else SaidBy.NOBODY,
        note=clean("the note", given.note, 500, words, needed=service.id == "other"), written_at=now(), written_by=person,
    )  # fmt: skip
    record(person.actor, [Act("safeguarding.referred", "case", case.pk, {"child": number, "service": service.id})])
    return made


@transaction.atomic
def answer(
    person: User, case_id: int, referral_id: int, kind: AnswerKind, on: date | None = None, note: str = ""
) -> SupportAnswer:
    """ChildNote what a service answered; the newest counts.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `take_step` does.
    """
    case, words = _write_in(person, case_id)
    found = SupportReferral.objects.filter(case=case, pk=referral_id).first()
    if found is None:
        raise NotFoundError(f"case {case.number} has no referral {referral_id} to a service")
    made = SupportAnswer.objects.create(
        case=case, referral=found, kind=kind, on=_day("the day of the answer", on, case), note=clean("the note", note, 500, words),
        written_at=now(), written_by=person,
    )  # fmt: skip
    record(person.actor, [Act("safeguarding.answered", "case", case.pk, {"referral": found.pk, "answer": kind.value})])
    return made


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a survivor wants to be told of."""

    wish: Wish
    said_by: SaidBy = SaidBy.NOBODY
    channel: str = ""
    language: str = ""
    case_progress: bool = False
    recirculation: bool = False
    review_on: date | None = None


@transaction.atomic
def prefer(person: User, case_id: int, number: int, given: Wanted) -> Preference:
    """ChildNote what a survivor wants to be told of; the newest row counts.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `take_step` does; InvalidInputError also for an address in place of a way, or a wish that nobody spoke.
    """
    case, words = _write_in(person, case_id)
    child = _child(case, number)
    if given.wish != Wish.NOT_ASKED and given.said_by == SaidBy.NOBODY:
        raise InvalidInputError("say who spoke: the survivor, a guardian, an advocate or the Committee")
    if given.wish != Wish.YES and (given.case_progress or given.recirculation):
        raise InvalidInputError("who does not want to be told is told of nothing: clear what they may be told of")
    if given.wish == Wish.YES and not (given.case_progress or given.recirculation):
        raise InvalidInputError("say of what they want to be told")
    channel = clean("the way", given.channel, 120, words)
    if _ADDRESS.search(channel):
        raise InvalidInputError(
            "write the way in words, such as “through the support person”: no number and no address"
        )
    today = now().astimezone(ZoneInfo(case.agency.timezone)).date()
    if given.review_on is not None and not today <= given.review_on <= today + FURTHEST_REVIEW:
        raise InvalidInputError("the day to ask again lies within the next ten years")
    made = Preference.objects.create(
        case=case, child=child, wish=given.wish, said_by=given.said_by, channel=channel,
        language=clean("the language", given.language, 35, words), case_progress=given.case_progress,
        recirculation=given.recirculation, review_on=given.review_on, written_at=now(), written_by=person,
    )  # fmt: skip
    record(person.actor, [Act("safeguarding.preference_noted", "case", case.pk, {"child": number})])
    return made
