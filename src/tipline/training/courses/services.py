"""What is done to courses: made, filled from rosters, taught, attended. Each function is one transaction with its entries of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.sql import upsert
from tipline.core.text import visible
from tipline.training.courses.models import Attendance, Course, Enrolment, Instructor, Session, Trainee
from tipline.training.courses.rosters import Refused, Roster
from tipline.trust.accounts.models import Role, User
from tipline.trust.accounts.services import add_user
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, AgencyKind
from tipline.trust.audit.services import Act, record

RANGE_AGENCY = "RANGE"  # where instructors and trainees have their accounts; it holds no report
_LONGEST_NAME = 120
_AT_ONCE = 500


def range_agency() -> Agency:
    """The agency of the range's people; made at first use."""
    found, _ = Agency.objects.get_or_create(
        code=RANGE_AGENCY,
        defaults={
            "name": "Training range",
            "kind": AgencyKind.DISTRICT,
            "timezone": "Asia/Kolkata",
            "languages": "en hi mr",
        },
    )
    return found


@transaction.atomic
def make_course(name: str, actor: Actor, teacher: User | None = None) -> Course:
    """A new course; whoever made it in the pages teaches it.

    Raises
    ------
    InvalidInputError
        for an empty or a long name.
    ConflictError
        when there is one of this name.
    """
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or visible(name) != name:
        raise InvalidInputError(f"course: give a name of 1 to {_LONGEST_NAME} characters that all can be seen")
    code = slugify(name)[:60] or f"course-{Course.objects.count() + 1}"
    if Course.objects.filter(code=code).exists():
        raise ConflictError(f"there is a course {code!r} already")
    # the row is read back by who teaches it, so that the application's number comes before its row
    course = Course.objects.create(code=code, name=name, made_by=teacher)
    if teacher is not None:
        Instructor.objects.create(course=course, user=teacher)
    record(actor, [Act("training.course_made", "course", course.pk, {"code": code})])
    return course


@transaction.atomic
def set_course(
    course: Course, actor: Actor, *, criteria: Mapping[str, int], starts_on: date | None, ends_on: date | None
) -> None:
    """When a course is held, and what is asked of who passes: `pass_points`, `pass_attendance`, `pass_test`, in percent.

    Raises
    ------
    InvalidInputError
        for what is no percent, or an end before the start.
    """
    for name, percent in criteria.items():
        if not 0 <= percent <= 100:
            raise InvalidInputError(f"{name}: {percent} is not a percent from 0 to 100")
        setattr(course, name, percent)
    if starts_on and ends_on and ends_on < starts_on:
        raise InvalidInputError(f"ends_on: {ends_on} is before the start, {starts_on}")
    course.starts_on, course.ends_on = starts_on, ends_on
    course.save()
    record(actor, [Act("training.course_set", "course", course.pk, dict(criteria))])


@transaction.atomic
def add_instructor(
    email: str, name: str, password: str, courses: Iterable[Course], actor: Actor, *, must_change: bool
) -> User:
    """An instructor's account, and the courses that they teach. One who is there already teaches these too.

    Raises
    ------
    InvalidInputError, ConflictError
        as `add_user`; and when the address is a trainee's.
    """
    person = User.objects.filter(email=email.lower()).first()
    if person is None:
        person = add_user(email, name, range_agency(), Role.TRAINER, password, actor)
        person.must_change_password = must_change
        person.save(update_fields=["must_change_password"])
    elif person.role != Role.TRAINER:
        raise ConflictError(f"{person.email} is no instructor: an account on the range is one or the other")
    taught = list(courses)
    Instructor.objects.bulk_create([Instructor(course=one, user=person) for one in taught], ignore_conflicts=True)
    if taught:
        record(actor, [Act("training.teaches", "user", person.pk, {"courses": [one.code for one in taught]})])
    return person


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: people new to the course, those that were in it before, what was refused, and what to mind."""

    course: Course
    imported: int
    already: int
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]


@transaction.atomic
def import_roster(roster: Roster, course: Course, actor: Actor, *, batch: str = "") -> Imported:
    """Enrol the people of a roster; those without an account get one. The same roster again changes nothing.

    Made for the operator's scope: it looks at every account of the range, since one person may be in several courses.
    """
    # who imports at the same time waits here, and finds what this one wrote
    Course.objects.select_for_update().get(pk=course.pk)
    rows = {row.email: row for row in roster.rows}
    known = {person.email: person for person in User.objects.filter(email__in=rows).select_related("trainee")}
    refused, notes = list(roster.refused), list(roster.notes)
    for email, person in known.items():
        row = rows[email]
        if person.role != Role.TRAINEE:
            refused.append(Refused(row.line, "email", f"{email} is not a trainee's account on this range"))
            del rows[email]
        elif person.name.casefold() != row.name.casefold():
            notes.append(f"line {row.line}: {email} is known here as {visible(person.name, 80)}, which was kept")
    new = [row for email, row in rows.items() if email not in known]
    agency = range_agency()
    users = User.objects.bulk_create(
        [
            User(email=row.email, name=row.name, agency=agency, role=Role.TRAINEE, password=make_password(None))
            for row in new
        ],
        _AT_ONCE,
    )
    trainees = Trainee.objects.bulk_create(
        [Trainee(user=user, rank=row.rank, district=row.district) for user, row in zip(users, new, strict=True)],
        _AT_ONCE,
    )
    everybody = [*trainees, *(known[email].trainee for email in rows if email in known)]
    there = {
        one.trainee_id: one for one in Enrolment.objects.filter(course=course, trainee__in=[t.pk for t in everybody])
    }
    by_trainee = {one.user_id: one for one in everybody}
    for email in rows:
        if email in known and (old := there.get(by_trainee[known[email].pk].pk)) and old.withdrawn_at:
            notes.append(f"line {rows[email].line}: {email} was withdrawn from this course, and stays so")
    enrolled = Enrolment.objects.bulk_create(
        [Enrolment(course=course, trainee=one, batch=batch) for one in everybody if one.pk not in there], _AT_ONCE
    )
    record(
        actor,
        [
            Act(
                "training.roster_imported",
                "course",
                course.pk,
                {"imported": len(enrolled), "already": len(there), "refused": len(refused), "accounts": len(users)},
            )
        ],
    )
    refused.sort(key=lambda one: one.line)
    return Imported(course, len(enrolled), len(there), tuple(refused), tuple(notes))


@transaction.atomic
def withdraw(enrolment: Enrolment, actor: Actor, *, undo: bool = False) -> None:
    """Take a trainee out of a course, or back in. What they did there stays."""
    if (enrolment.withdrawn_at is None) != undo:
        Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_at=None if undo else now())
        # who is in no course any more has no session either
        User.objects.filter(trainee=enrolment.trainee_id).update(session_epoch=F("session_epoch") + 1)
        record(actor, [Act("training.re_enrolled" if undo else "training.withdrawn", "enrolment", enrolment.pk)])


@transaction.atomic
def place(course: Course, enrolment_ids: Sequence[int], actor: Actor, *, batch: str | None, team: str | None) -> int:
    """Put trainees of a course into a batch, a team or both; an empty name takes them out of it. How many there were.

    Raises
    ------
    InvalidInputError
        for a long name.
    """
    values = {name: value.strip() for name, value in (("batch", batch), ("team", team)) if value is not None}
    for name, value in values.items():
        if len(value) > 60 or visible(value) != value:
            raise InvalidInputError(f"{name}: give a name of at most 60 characters that all can be seen")
    if not values:
        return 0
    count = Enrolment.objects.filter(course=course, pk__in=enrolment_ids).update(**values)
    record(actor, [Act("training.placed", "course", course.pk, {"trainees": count, **values})])
    return count


@transaction.atomic
def make_teams(course: Course, size: int, actor: Actor, *, batch: str = "") -> int:
    """Teams of this size, of people from different districts as far as there are; how many teams.

    Raises
    ------
    InvalidInputError
        for a size that makes no team.
    """
    if not 2 <= size <= 20:
        raise InvalidInputError(f"size: {size} is no size of a team, from 2 to 20")
    people = Enrolment.objects.filter(course=course, withdrawn_at=None).select_related("trainee")
    chosen = list(
        (people.filter(batch=batch) if batch else people).order_by("trainee__district", "trainee__user__name", "id")
    )
    teams = max(1, round(len(chosen) / size))
    for at, one in enumerate(chosen):  # neighbours in this order are of one district, and go to different teams
        one.team = f"{batch} Team {at % teams + 1}".strip()
    Enrolment.objects.bulk_update(chosen, ["team"], _AT_ONCE)
    record(actor, [Act("training.teams_made", "course", course.pk, {"teams": teams, "trainees": len(chosen)})])
    return teams if chosen else 0


@transaction.atomic
def add_session(course: Course, title: str, held_on: date, batch: str, actor: Actor) -> Session:
    """A meeting that trainees attend.

    Raises
    ------
    InvalidInputError
        for a title that is empty or long.
    """
    title = " ".join(title.split())
    if not title or len(title) > _LONGEST_NAME or len(batch) > 60:
        raise InvalidInputError(f"title: give one of 1 to {_LONGEST_NAME} characters")
    made = Session.objects.create(course=course, title=title, held_on=held_on, batch=batch)
    record(actor, [Act("training.session_added", "course", course.pk, {"session": made.pk})])
    return made


@transaction.atomic
def note_attendance(session: Session, present: Iterable[int], person: User) -> tuple[int, int]:
    """Who was at a session, of all who belong to it: those named were there, the others were not. How many of each."""
    of_session = Enrolment.objects.filter(course_id=session.course_id, withdrawn_at=None)
    if session.batch:
        of_session = of_session.filter(batch=session.batch)
    ids = list(of_session.values_list("pk", flat=True))
    there = set(present) & set(ids)
    upsert(
        Attendance._meta.db_table,
        {
            "session_id": ("bigint", [session.pk] * len(ids)),
            "enrolment_id": ("bigint", ids),
            "present": ("boolean", [one in there for one in ids]),
            "noted_by_id": ("bigint", [person.pk] * len(ids)),
            "noted_at": ("timestamptz", [now()] * len(ids)),
        },
        key=("session_id", "enrolment_id"),
        update=("present", "noted_by_id", "noted_at"),
    )
    detail = {"session": session.pk, "present": len(there), "absent": len(ids) - len(there)}
    record(person.actor, [Act("training.attendance_noted", "course", session.course_id, detail)])
    return len(there), len(ids) - len(there)


def course_named(name: str) -> Course:
    """A course by its code or its name.

    Raises
    ------
    NotFoundError
        when there is none.
    """
    found = Course.objects.filter(code=name).first() or Course.objects.filter(name=name).first()
    if found is None:
        raise NotFoundError(f"there is no course {name!r}")
    return found
