"""Seeing a child's data: who, in which report, why, and for how many minutes. Each is an entry of the log, and supervisors review them.

What role may is `trust.visibility`; that somebody proved just now who they are is for the face to ask (`console.authorise.fresh`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.reports.masking import terms_of
from tipline.reports.models import (
    Person,
    Sighting,
    Unmasking,
    UnmaskingCode,
    UnmaskingEnd,
    UnmaskingReview,
)
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

LASTS = timedelta(minutes=10)
SHORTEST_REASON, LONGEST_REASON = 10, 300


class NamesChildError(InvalidInputError):
    """A reason repeats what it asks to see. The text must not be shown again."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody needs a child's data: a code of the list, and a sentence that names no child."""

    code: str
    text: str


@transaction.atomic
def unmask(person: User, scope: Scope, report_id: int, reason: Reason) -> Unmasking:
    """Let a person see a child's data in one report for ten minutes.

    Raises
    ------
    NotFoundError
        when there is no such report in scope, or the role does not unmask: the two look the same.
    InvalidInputError
        when the code is not of the list, or the reason is too short or too long; `NamesChildError` when it repeats what is masked.
    """
    if not may(person, Can.UNMASK):
        raise NotFoundError(f"report {report_id} does not exist")
    report = visible_report(scope, report_id)
    text = " ".join(reason.text.split())
    if reason.code not in UnmaskingCode.values:
        raise InvalidInputError("choose what the data is needed for")
    if not SHORTEST_REASON <= len(text) <= LONGEST_REASON:
        raise InvalidInputError(f"say why in {SHORTEST_REASON} to {LONGEST_REASON} characters")
    if text in terms_of(
        (
            (p.child, (p.first_name, p.last_name, *p.display_names), p.details)
            for p in Person.objects.filter(report=report)
        ),
        Sighting.objects.filter(report=report).values_list(
            "child", "identifier__kind", "identifier__value", "original"
        ),
    ):
        raise NamesChildError("write the reason without the child's name or account: supervisors and auditors read it")
    at = now()
    unmasking = Unmasking.objects.create(
        report=report, person=person, agency_id=person.agency_id, code=reason.code, reason=text, at=at, until=at + LASTS
    )
    record(
        person.actor,
        [
            Act(
                "report.unmasked",
                "report",
                report_id,
                {"unmasking": unmasking.pk, "reason": reason.code, "minutes": LASTS // timedelta(minutes=1)},
            )
        ],
    )
    return unmasking


def running(person: User, unmasking_id: int, report_id: int, at: datetime | None = None) -> Unmasking | None:
    """The unmasking if it is this person's, of this report, and neither over nor ended."""
    if not may(person, Can.UNMASK):
        return None
    return Unmasking.objects.filter(
        pk=unmasking_id, person=person, report_id=report_id, until__gt=at or now(), end__isnull=True
    ).first()


@transaction.atomic
def mask_again(person: User, unmasking: Unmasking) -> None:
    """End an unmasking before its time. One that has ended is no error."""
    if unmasking.person_id != person.pk:
        raise NotFoundError(f"there is no unmasking {unmasking.pk} of yours")
    _, new = UnmaskingEnd.objects.get_or_create(unmasking=unmasking, defaults={"at": now()})
    if new:
        record(person.actor, [Act("report.masked", "report", unmasking.report_id, {"unmasking": unmasking.pk})])


def unmaskings(person: User) -> QuerySet[Unmasking]:
    """What the people of this person's agency unmasked: what nobody reviewed first, then the newest.

    Raises
    ------
    NotFoundError
        when the role reviews none.
    """
    if not may(person, Can.REVIEW_UNMASKING):
        raise NotFoundError("there is no such page")
    waiting = Case(When(review__isnull=True, then=Value(True)), default=Value(False), output_field=BooleanField())
    return (
        Unmasking.objects.filter(agency_id=person.agency_id)
        .select_related("person", "end", "review__reviewer")
        .annotate(waiting=waiting)
        .order_by("-waiting", "-at", "-id")
    )


def unreviewed(person: User) -> int:
    """How many of them nobody reviewed, without the person's own: those are for somebody else."""
    return unmaskings(person).filter(~Q(person=person), review__isnull=True).count()


@transaction.atomic
def review(person: User, unmasking_id: int, note: str) -> UnmaskingReview:
    """Mark an unmasking of the own agency as reviewed, with a note that may be blank.

    Raises
    ------
    NotFoundError
        when it is not the agency's, or the role reviews none.
    NotPermittedError
        when it is the person's own.
    ConflictError
        when somebody reviewed it already.
    """
    unmasking = unmaskings(person).filter(pk=unmasking_id).first()
    if unmasking is None:
        raise NotFoundError(f"there is no unmasking {unmasking_id}")
    if unmasking.person_id == person.pk:
        raise NotPermittedError("nobody reviews what they unmasked themselves")
    if len(note) > LONGEST_REASON:
        raise InvalidInputError(f"a note has at most {LONGEST_REASON} characters")
    try:
        with transaction.atomic():
            done = UnmaskingReview.objects.create(
                unmasking=unmasking, reviewer=person, note=" ".join(note.split()), at=now()
            )
    except IntegrityError as error:
        raise ConflictError("somebody reviewed it already") from error
    record(person.actor, [Act("unmasking.reviewed", "report", unmasking.report_id, {"unmasking": unmasking.pk})])
    return done
