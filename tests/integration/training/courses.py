"""A course of a training range, for tests: instructors, trainees with codes, clients that are signed in."""

from __future__ import annotations

from collections.abc import Sequence

from django.test import Client

from tests import factories
from tipline.training.courses import entry, papers
from tipline.training.courses.models import Course, Enrolment, Moment
from tipline.training.courses.rosters import read_roster
from tipline.training.courses.services import add_instructor, import_roster, make_course
from tipline.trust.accounts.models import User
from tipline.trust.actors import system

PASSWORD = "seven violet kites over water"


def roster(people: Sequence[tuple[str, str, str, str]]) -> bytes:
    """A roster's file."""
    return "\n".join(["name,email,rank,district", *(",".join(person) for person in people)]).encode()


def officers(count: int, name: str = "officer") -> list[tuple[str, str, str, str]]:
    """Rows of a roster, over three districts."""
    districts = ("Jalgaon", "Pune", "Nagpur")
    return [(f"Officer {n}", f"{name}{n}@police.example", "Constable", districts[n % 3]) for n in range(count)]


def course(name: str = "First course", count: int = 6, people: str = "officer") -> Course:
    """A course with trainees and an instructor of its own."""
    made = make_course(name, system("test"))
    import_roster(read_roster(roster(officers(count, people))), made, system("test"))
    add_instructor(
        f"teacher-{made.code}@range.example", "A teacher", PASSWORD, [made], system("test"), must_change=False
    )
    papers.open_now(made, Moment.AFTER, system("test"))
    return made


def teacher(of: Course) -> Client:
    """The instructor's browser."""
    return factories.signed_in(User.objects.get(email=f"teacher-{of.code}@range.example"))


def enrolments(of: Course) -> list[Enrolment]:
    """Those of a course, in order."""
    return list(Enrolment.objects.filter(course=of).select_related("trainee__user").order_by("pk"))


def entered(enrolment: Enrolment) -> Client:
    """The trainee's browser, in by their code."""
    card = entry.make_cards(enrolment.course, system("test"), enrolment_id=enrolment.pk)[0]
    client = Client()
    answer = client.post("/enter/", {"email": card.email, "code": card.code})
    assert answer.status_code == 302, answer.content
    return client
