"""What a desk wants by itself: which figures, how often, in which language and as which files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.statistics.catalogue import figure_of
from tipline.statistics.figures import Dimension
from tipline.statistics.publishing.models import Rhythm, Schedule
from tipline.statistics.wording import WORDINGS
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may

MOST_FIGURES = 12
MOST_SCHEDULES = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A schedule as it was asked for; `figures` are pairs of a figure's name and the dimensions that it is cut by."""

    figures: Sequence[tuple[str, tuple[str, ...]]]
    rhythm: str
    language: str
    pdf: bool
    csv: bool


@transaction.atomic
def start(person: User, wanted: Wanted) -> Schedule:
    """Make a report for the person's own desk from the present period on.

    Raises
    ------
    NotPermittedError
        when their role sees no counts.
    InvalidInputError
        naming what is wrong with what they want.
    """
    _checked(person)
    figures = [_figure(name, by) for name, by in wanted.figures]
    if not figures or len(figures) > MOST_FIGURES:
        raise InvalidInputError(f"choose from one to {MOST_FIGURES} figures")
    if wanted.rhythm not in Rhythm.values:
        raise InvalidInputError("choose how often: every week, month or quarter")
    if wanted.language not in WORDINGS:
        raise InvalidInputError("choose a language: English, Hindi or Marathi")
    if not wanted.pdf and not wanted.csv:
        raise InvalidInputError("choose PDF, CSV or both")
    if Schedule.objects.filter(agency_id=person.agency_id, ended_at__isnull=True).count() >= MOST_SCHEDULES:
        raise InvalidInputError(f"this desk has {MOST_SCHEDULES} scheduled reports: end one first")
    made = Schedule.objects.create(
        agency_id=person.agency_id, figures=figures, rhythm=wanted.rhythm, language=wanted.language, pdf=wanted.pdf,
        csv=wanted.csv, first_day=now().astimezone(ZoneInfo(person.agency.timezone)).date(), made_at=now(), made_by=person.email,
    )  # fmt: skip
    told = {"rhythm": wanted.rhythm, "figures": [one["figure"] for one in figures]}
    record(person.actor, [Act("statistics.schedule_started", "schedule", made.pk, told)])
    return made


@transaction.atomic
def end(person: User, number: int) -> Schedule:
    """Make no more of a report of the own desk; what was made stays.

    Raises
    ------
    NotPermittedError, NotFoundError, ConflictError
        when their role sees no counts, the desk has no such schedule, or it is ended.
    """
    _checked(person)
    made = Schedule.objects.select_for_update().filter(pk=number, agency_id=person.agency_id).first()
    if made is None:
        raise NotFoundError(f"there is no scheduled report {number}")
    if made.ended_at is not None:
        raise ConflictError("the scheduled report is ended already")
    made.ended_at, made.ended_by = now(), person.email
    made.save(update_fields=["ended_at", "ended_by"])
    record(person.actor, [Act("statistics.schedule_ended", "schedule", made.pk)])
    return made


def _checked(person: User) -> None:
    if not may(person, Can.SEE_COUNTS):
        raise NotPermittedError("your role does not include counts")


def _figure(name: str, by: tuple[str, ...]) -> dict[str, object]:
    definition = figure_of(name).definition
    wrong = [one for one in by if one not in {dimension.value for dimension in definition.by}]
    if wrong or len(by) > 2 or len(set(by)) != len(by):
        raise InvalidInputError(f"{definition.title} cannot be cut by {', '.join(by)[:60]}")
    return {"figure": definition.name, "by": [Dimension(one).value for one in by]}
