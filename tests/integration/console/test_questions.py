"""What a page asks the database: few questions, and no more of them for more rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import drain, person, signed_in
from tests.integration.trust.routes import CONSOLE, RELATIONS, Row, Things, furniture
from tipline.core.clock import now
from tipline.intake.doors.models import Alert, AlertKind
from tipline.investigation.cases import diary, joining, persons, standing, todo
from tipline.investigation.cases.models import EvidenceKind
from tipline.investigation.cases.registration import set_officer
from tipline.investigation.cases.services import assign
from tipline.investigation.exhibits.models import ExhibitKind
from tipline.investigation.exhibits.services import Taken, take_in
from tipline.investigation.legal.letters.services import make
from tipline.investigation.operations import board, laying, membership, rules
from tipline.investigation.operations import services as operations
from tipline.investigation.outcomes.services import Given, record_outcome
from tipline.investigation.process.making import make as make_requests
from tipline.investigation.process.models import RequestKind
from tipline.investigation.replies import services as replies
from tipline.investigation.retention.services import By, order, place_hold
from tipline.investigation.safeguarding import services as safeguarding
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import scope_of

__all__ = ["furniture"]

MOST = 12  # questions of a page (performance.md, `screens`)
# What the database is told of the transaction itself, which a page in production begins and ends.
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK")
# Who sees a page best: of these roles the first that gets it.
ORDER = (Role.SUPERVISOR, Role.INVESTIGATOR, Role.DESK_OFFICER, Role.AUDITOR, Role.STATISTICIAN, Role.ADMINISTRATOR)


class World:
    """Jalgaon's case and what lies around it, which can be made more."""

    def __init__(self, things: Things) -> None:
        self.things = things
        self.people: dict[tuple[str, Role], User] = {}
        self.supervisor = self.somebody("IN-MH-JALGAON", Role.SUPERVISOR)
        assign(self.supervisor, things.case, self.supervisor)
        set_officer(self.supervisor, things.case.pk, self.supervisor, "Nobody of the rank is there")

    def somebody(self, code: str, role: Role) -> User:
        if (code, role) not in self.people:
            self.people[code, role] = person(code, role)
        return self.people[code, role]

    def grow(self, start: int, rows: int) -> None:
        """As many more of everything that pages list."""
        case, by, provider = self.things.case.pk, self.supervisor, self.things.report.reporter
        filed: list[Report] = []
        others: list[Report] = []
        for number in range(start, start + rows):
            named = {"email": "harbour_lantern_31@mail.example", "files": number}
            filed += [factories.filed(provider, factories.synthetic(f"of_case_{number}", **named))]
            others += [factories.filed(provider, factories.synthetic(f"of_desk_{number}", **named))]
        drain()
        joining.add_reports(by, case, [report.pk for report in filed])
        for number in range(start, start + rows):
            self._more_of_the_case(case, by, number)
            self._more_around_it(by, others[number - start], number)

    def _more_of_the_case(self, case: int, by: User, number: int) -> None:
        officer = self.somebody("IN-MH-JALGAON", Role.DESK_OFFICER)
        todo.add_task(by, case, todo.Task(f"Task {number}", by, now().date()))
        diary.write(by, case, f"Entry {number}")
        evidence = [persons.Evidence(kind, f"Says {number}", f"Letter {number}") for kind in EvidenceKind]
        made = persons.add_account_holder(by, case, f"Somebody {number}", evidence)
        standing.propose(by, case, made.pk, list(made.evidence.values_list("pk", flat=True)), f"Because {number}")
        child = safeguarding.add_child(by, case)
        safeguarding.add_note(by, case, f"Note {number}", child.number)
        take_in(
            by, case, Taken(ExhibitKind.DEVICE, f"Phone {number}", now() - timedelta(days=9), "Jalgaon", "SI Patil")
        )
        make(by, case, "fir", "en")
        make_requests(by, case, RequestKind.PRODUCTION, again=True)
        replies.read(replies.receive(by, case, f"reply-{number}.csv", f"a,b\n{number},2\n".encode()).pk)
        record_outcome(officer, case, Given("arrest", number=number))

    def _more_around_it(self, by: User, report: Report, number: int) -> None:
        code, day = self.things.operation, self.things.day
        operations.set_phase(by, code, f"Phase {number}", now().date(), None)
        laying.lay_task(by, code, f"Task {number}", ["IN-MH-JALGAON"])
        membership.put_in(by, code, f"Because {number}", reports=[report.pk])
        rules.add_rule(by, code, rules.Conditions(section_id="IN-POCSO-14", received_from=now().date()))
        board.enter(by, code, day, {"searches_done": 1})
        operations.name_member(by, code, person("IN-MH-JALGAON").email, f"Part {number}")
        somebody, named = By.somebody(by, scope_of(by)), {"authority": "Court", "reference": str(number)}
        order(somebody, report_ids=[report.pk], court_order=True, **named)
        place_hold(somebody, report_id=self.things.report.pk, **named)
        for agency, role in (("IN-MH-JALGAON", Role.INVESTIGATOR), ("US-NCMEC", Role.ANALYST)):
            factories.token(person(agency, role))
        factories.token(by)
        alert = {
            "first_at": now(),
            "last_at": now(),
            "kind": AlertKind.UNKNOWN_ELEMENT,
            "subject": f"/report/x{number}",
        }
        for reporter in (factories.provider(f"Provider {number}"), report.reporter):
            Alert.objects.create(reporter=reporter, **alert)


@pytest.fixture(scope="module")
def world(furniture: Things) -> World:
    """One for all tests of this file: pages only read it."""
    made = World(furniture)
    made.grow(2, 2)
    return made


def reader(world: World, row: Row) -> User:
    """Somebody who gets a page. Providers are the clearinghouse's."""
    role = next(role for role in ORDER if role in row.roles)
    if row.roles == frozenset({Role.ADMINISTRATOR}) and "provider" in row.path(world.things):
        return world.somebody("US-NCMEC", role)
    return world.somebody(next(code for relation, code in RELATIONS.items() if relation in row.relations), role)


def pages() -> dict[str, Row]:
    """Every page that somebody gets by asking for it. Who only sends a form asks for none; what is nobody's here has no relations."""
    nobodys = {"outcomes/<int:outcome_id>/withdraw/"}
    answers = {
        pattern: row
        for pattern, row in CONSOLE.items()
        if row.method == "get" and 200 in row.gets and row.roles and row.relations
    }
    return {pattern: row for pattern, row in answers.items() if pattern not in nobodys}


def questions(world: World, row: Row) -> list[str]:
    """What a page asks when it is opened the second time: the first time some write a receipt, or count anew."""
    client = signed_in(reader(world, row))
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(row.path(world.things), row.data(world.things))
            assert answer.status_code == 200, (row.path(world.things), answer.status_code)
            list(answer)
    told = [q["sql"] for q in asked if not q["sql"].startswith(FRAME)]
    # within the test's own transaction PostgreSQL is told twice who asks: for the page, and at its end for the test again
    again = max(number for number, text in enumerate(told) if text.startswith("SELECT set_config"))
    return told[:again] + told[again + 1 :]


def test_no_page_asks_more_than_a_dozen_questions_nor_more_for_more_rows(world: World) -> None:
    few = {pattern: len(questions(world, row)) for pattern, row in pages().items()}
    assert {pattern: count for pattern, count in few.items() if count > MOST} == {}
    world.grow(20, 3)
    many = {pattern: len(questions(world, row)) for pattern, row in pages().items()}
    grown = {pattern: row for pattern, row in pages().items() if many[pattern] > few[pattern]}
    # what is looked up again once in a while may fall on any page, and is asked for no row
    assert not {pattern for pattern, row in grown.items() if len(questions(world, row)) > few[pattern]}, many
