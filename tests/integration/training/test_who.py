"""Who gets what in a training range: the wrong person gets nothing, by both locks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from tests import factories
from tests.integration.training.courses import course, enrolments, entered, teacher
from tipline.console.courses import instructors, trainees
from tipline.console.courses.urls import urlpatterns
from tipline.training.courses import certificates, papers
from tipline.training.courses.exercises import add
from tipline.training.courses.models import Course, Moment, Session
from tipline.training.courses.services import add_session, note_attendance
from tipline.trust.accounts.models import Role, User
from tipline.trust.actors import system
from tipline.trust.visibility import NOTHING, OPERATOR, acting, assume, scope_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("training_range")]
BY = system("test")
TABLES = (
    "course", "instructor", "trainee", "entrycode", "enrolment", "exercise", "session", "attendance", "paper", "certificate",
)  # fmt: skip
# What a trainee's transaction reads of each table where they have done everything: of courses one, of themselves one, of codes none.
TRAINEES = dict.fromkeys(TABLES, 1) | {"instructor": 0, "entrycode": 0}


@pytest.fixture
def mine() -> Course:
    """A course with a row in every table, of its first trainee."""
    return _filled("Mine", "mine")


@pytest.fixture
def other() -> Course:
    return _filled("Other", "other")


def _filled(name: str, people: str) -> Course:
    made = course(name, 4, people)
    made.pass_points, made.pass_test = 0, 0
    made.save()
    first, *_ = enrolments(made)
    person = User.objects.get(email=f"teacher-{made.code}@range.example")
    entered(first)
    add(made, "crypto", "foundation", 0, BY)
    note_attendance(add_session(made, "Day", made.made_at.date(), "", BY), [first.pk], person)
    papers.take(first, Moment.BEFORE, BY)
    certificates.issue(made, BY)
    return made


@pytest.fixture
def told_nothing() -> Iterator[None]:
    assume(NOTHING)
    yield
    assume(OPERATOR)


def _rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM training_courses_{table}")
            found[table] = int(cursor.fetchone()[0])
        return found


def test_row_security_shows_a_trainee_their_own_rows(mine: Course, other: Course, told_nothing: None) -> None:
    with acting(OPERATOR):
        people = [one.trainee.user for one in enrolments(mine)]
    with acting(scope_of(people[0])):
        assert _rows() == TRAINEES
    with acting(scope_of(people[1])):  # who did nothing, in the same course
        assert _rows() == TRAINEES | {"attendance": 1, "paper": 0, "certificate": 0}


def test_row_security_shows_an_instructor_their_courses(mine: Course, other: Course, told_nothing: None) -> None:
    with acting(OPERATOR):
        everything = _rows()
        person = User.objects.get(email="teacher-mine@range.example")
    with acting(scope_of(person)):
        assert _rows() == {table: count // 2 for table, count in everything.items()}


def test_who_said_nothing_and_a_live_role_see_nothing(mine: Course, told_nothing: None) -> None:
    assert set(_rows().values()) == {0}
    with acting(OPERATOR):
        factories.standard_tree()
        officer = factories.person("IN-MH-JALGAON", Role.SUPERVISOR)
    with acting(scope_of(officer)):
        assert set(_rows().values()) == {0}


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE training_courses_enrolment SET batch = 'x'",
        "UPDATE training_courses_course SET pass_test = 0",
        "UPDATE training_courses_attendance SET present = true",
        "UPDATE training_courses_certificate SET statement = '{}'",
        "DELETE FROM training_courses_exercise",
    ],
)
def test_row_security_lets_a_trainee_change_none_of_what_an_instructor_wrote(mine: Course, act: str) -> None:
    with acting(scope_of(enrolments(mine)[0].trainee.user)), connection.cursor() as cursor:
        cursor.execute(act)
        assert cursor.rowcount == 0


def _addresses(made: Course) -> dict[str, str]:
    """Every address of courses with this course's things in it."""
    first = enrolments(made)[0]
    values = {
        "code": made.code, "session_id": Session.objects.get(course=made).pk, "exercise_id": made.exercises.get().pk,
        "number": first.pk, "moment": "before",
    }  # fmt: skip
    certificate = first.certificates.get().number
    found = {}
    for pattern in urlpatterns:
        name = str(pattern.name)
        if pattern.callback.__module__ not in {instructors.__name__, trainees.__name__}:
            continue  # trainees' own desks: tests/integration/training/test_desk.py
        own = values | ({"number": certificate} if "certificate" in name else {})
        given = {key: own[key] for key in pattern.pattern.converters}
        found[name] = get_resolver("tipline.range_urls").namespace_dict["courses"][1].reverse(name, **given)
    return {name: f"/{path}" for name, path in found.items()}


FOR_TRAINEES = {"mine", "test", "own-certificate"}
POST_ONLY = {"cards"}


def _status(browser: Client, name: str, path: str) -> int:
    return (browser.post(path) if name in POST_ONLY else browser.get(path)).status_code


def test_every_address_opens_to_whom_it_is_for(mine: Course, other: Course) -> None:
    own, stranger = teacher(mine), teacher(other)
    first, second = (entered(one) for one in enrolments(mine)[:2])
    # cards come last: new ones put whoever is in by an old one out
    for name, path in sorted(_addresses(mine).items(), key=lambda one: one[0] == "cards"):
        if name == "enter":
            continue
        if name == "cards":
            assert _status(first, name, path) == _status(second, name, path) == 404
        for_trainee, general = name in FOR_TRAINEES, name in {"courses", "mine"}
        assert _status(own, name, path) == (404 if for_trainee else 200), name
        assert _status(stranger, name, path) == (200 if name == "courses" else 404), name
        if name != "cards":
            assert _status(first, name, path) == (200 if for_trainee else 404), name
            assert _status(second, name, path) == (200 if for_trainee and general else 404), name
        assert _status(Client(), name, path) == 302, name


def test_another_courses_things_are_not_in_this_one(mine: Course, other: Course) -> None:
    browser, theirs = teacher(mine), _addresses(other)
    for name, path in theirs.items():
        assert _status(browser, name, path.replace("/other/", "/mine/", 1)) == 404 or "/other/" not in path or name in {
            "course", "roster", "people", "cards", "sessions", "exercises", "results", "results-csv", "certificates",
            "certificates-archive",
        }, name  # fmt: skip


def test_a_trainee_reaches_no_page_of_the_console(mine: Course) -> None:
    browser = entered(enrolments(mine)[0])
    for path in ("/desk/", "/cases/", "/agencies/", "/account/", "/people/", "/log/", "/counts/", "/components/"):
        assert browser.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "path", ["/ispws/status", "/report/", "/api/v1/openapi.json", "/provider/", "/ispws-test/status"]
)
def test_a_range_has_no_door_and_no_public_form(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_every_page_says_that_nothing_is_real(mine: Course) -> None:
    browser, first = teacher(mine), entered(enrolments(mine)[0])
    for name, path in _addresses(mine).items():
        if name in POST_ONLY or path.endswith((".pdf", ".zip", ".csv")):
            continue
        page = (first if name in FOR_TRAINEES else browser).get(path, follow=True).content.decode()
        assert "Training range: nothing here is real" in page, name
        assert "data-range" in page, name
    assert "nothing here is real" in Client().get("/sign-in/").content.decode()
    assert "nothing here is real" in Client().get("/nowhere/").content.decode()


def test_a_live_installation_has_no_banner_and_no_course(settings: object) -> None:
    settings.RANGE, settings.ROOT_URLCONF = False, "tipline.urls"  # type: ignore[attr-defined]
    assert "nothing here is real" not in Client().get("/sign-in/").content.decode()
    for path in ("/courses/", "/enter/", "/mine/"):
        assert Client().get(path).status_code == 404


def _questions(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(path).status_code == 200
    return len([one for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_no_page_asks_more_than_twelve_questions_nor_more_for_more_people(mine: Course) -> None:
    few = {
        name: path
        for name, path in _addresses(mine).items()
        if name not in POST_ONLY | {"enter"} and not path.endswith((".pdf", ".zip"))
    }
    many = _addresses(_filled_more())
    for name, path in few.items():
        if name in FOR_TRAINEES:
            assert _questions(entered(enrolments(mine)[0]), path) <= 12, name
            continue
        asked = _questions(teacher(mine), path)
        assert asked <= 12, (name, asked)
        assert _questions(teacher(Course.objects.get(name="Many")), many[name]) <= asked, name


def _filled_more() -> Course:
    made = _filled("Many", "many")
    from tests.integration.training.courses import officers, roster
    from tipline.training.courses.rosters import read_roster
    from tipline.training.courses.services import import_roster

    import_roster(read_roster(roster(officers(60, "more"))), made, BY)
    certificates.issue(made, BY)
    for one in enrolments(made)[:20]:
        papers.hand_in(papers.take(one, Moment.BEFORE, BY), {}, BY)
    return made
