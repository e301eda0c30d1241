"""Operations: who knows of one, what belongs to it by hand and by rule, tasks, days of action, figures that are kept."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from structlog.testing import capture_logs
from typer.testing import CliRunner

from tests import factories
from tests.factories import agency, bearer, drain, person, signed_in, token
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases, with_operations
from tipline.investigation.cases.services import open_case
from tipline.investigation.cases.transfer import accept_transfer, offer_transfer
from tipline.investigation.chain import chain
from tipline.investigation.legal.letters.record import gather
from tipline.investigation.operations import board, laying, membership, papers, rules, services
from tipline.investigation.operations.figures import FIGURES, rows_of, shown, whole
from tipline.investigation.operations.membership import belonging
from tipline.investigation.operations.models import BoardEntry, Changed, Fact, Membership, Operation, OperationState
from tipline.investigation.operations.papers import report_of
from tipline.investigation.operations.queries import agencies_of, members_of, visible_operation, visible_operations
from tipline.investigation.operations.rules import Conditions, preview
from tipline.investigation.operations.services import Plan
from tipline.investigation.operations.texts import LANGUAGES
from tipline.investigation.outcomes.services import Given, record_outcome
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, Scope, acting, scope_of

pytestmark = pytest.mark.django_db
__all__ = ["runner"]
WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
NAME = "Operation Quiet Harbour"


@pytest.fixture
def provider(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY)
    return factories.provider()


@pytest.fixture
def reports(provider: Reporter) -> list[Report]:
    filed = [factories.filed(provider, factories.synthetic(f"kite_{number}")) for number in range(4)]
    drain()
    return filed


@pytest.fixture
def chief(provider: Reporter) -> User:
    return person("IN-MH-CYBER", Role.SUPERVISOR)


@pytest.fixture
def officer(provider: Reporter) -> User:
    return person("IN-MH-JALGAON")


@pytest.fixture
def operation(chief: User) -> Operation:
    """Run by the state desk; Jalgaon and Pune take part, and Jalgaon's people know of it."""
    made = services.plan_operation(chief, Plan(NAME, now().date()))
    services.let_take_part(chief, made.code, ["IN-MH-JALGAON"], known=True)
    services.let_take_part(chief, made.code, ["IN-MH-PUNE"], known=False)
    services.move(chief, made.code, "running", "")
    return Operation.objects.get(pk=made.pk)


@pytest.fixture
def case(officer: User, reports: list[Report]) -> Case:
    return open_case(officer, [reports[0].pk, reports[1].pk], "Kites of Jalgaon")


JALGAON = "IN-MH-JALGAON"


def operations_told(scope: Scope, case: Case) -> list[str]:
    """The names of a case's operations, as its page tells them to who has this scope; none where the case is not theirs."""
    told = with_operations(scope, visible_cases(scope)).filter(pk=case.pk).first()
    return [one["name"] for one in vars(told)["operations"]] if told else []


def by_district(code: str = JALGAON) -> Conditions:
    return Conditions(district=agency(code))


# -- need to know --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["IN-MH-PUNE", "IN-NCRB", "IN-BR-CYBER", "US-NCMEC"])
def test_who_is_not_named_finds_nothing(operation: Operation, code: str) -> None:
    scope = scope_of(person(code, Role.SUPERVISOR))
    assert not visible_operations(scope).exists()
    with pytest.raises(NotFoundError):
        visible_operation(scope, operation.code)
    with acting(scope), connection.cursor() as cursor:
        for table in ("operation", "operationmember", "operationagency", "rule", "phase", "boardentry", "closing"):
            cursor.execute(f"SELECT count(*) FROM operations_{table}")
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize("role", [Role.STATISTICIAN, Role.AUDITOR, Role.ADMINISTRATOR, Role.TRAINER])
def test_roles_that_see_no_reports_know_of_none(operation: Operation, role: Role) -> None:
    scope = scope_of(person("IN-MH-CYBER", role))
    assert not visible_operations(scope).exists()
    with acting(scope):
        assert not Operation.objects.exists()


def test_a_person_is_named_alone_and_taken_off_again(operation: Operation, chief: User) -> None:
    one, other = person("IN-MH-PUNE"), person("IN-MH-PUNE")
    services.name_member(chief, operation.code, one.email, "Searches in Pune")
    assert visible_operation(scope_of(one), operation.code)
    assert not visible_operations(scope_of(other)).exists()
    member = members_of(operation).get(person=one)
    services.end_member(chief, operation.code, member.pk)
    assert not visible_operations(scope_of(one)).exists()


def test_lines_of_a_form_stand_as_they_were_written(operation: Operation, chief: User) -> None:
    services.change_operation(chief, operation.code, Plan(NAME, now().date(), note="Children first.\r\nThen the rest."))
    assert Operation.objects.get(pk=operation.pk).note == "Children first.\nThen the rest."
    assert "U+000D" not in signed_in(chief).get(f"/operations/{operation.code}/").content.decode()


def test_the_last_who_can_run_it_stays(provider: Reporter, chief: User) -> None:
    made = services.plan_operation(chief, Plan(NAME, now().date()), whole_agency=False)
    with pytest.raises(ConflictError, match="nobody would be left"):
        services.end_member(chief, made.code, members_of(made).get().pk)


def test_a_name_that_is_taken_tells_nobody_that_it_is(operation: Operation) -> None:
    other = services.plan_operation(person("IN-BR-CYBER", Role.SUPERVISOR), Plan(NAME, now().date()))
    assert other.code != operation.code


def test_the_case_tells_its_operation_only_to_who_knows_of_it(
    operation: Operation, officer: User, chief: User, reports: list[Report]
) -> None:
    case = open_case(officer, [reports[0].pk], "Kite", operation=operation)
    assert Membership.objects.get(case=case).reason == "opened in the operation"
    knows = scope_of(officer)
    with acting(knows):
        assert operations_told(knows, case) == [NAME]
        assert chain(knows, reports[0].pk)["case"]["operations"] == [NAME]
    services.end_part(chief, operation.code, JALGAON)
    with acting(knows):
        assert operations_told(knows, case) == []
        assert chain(knows, reports[0].pk)["case"]["operations"] == []
    pages = signed_in(officer)
    for path in (f"/cases/{case.pk}/", "/cases/", f"/reports/{reports[0].pk}/", "/operations/"):
        assert NAME not in pages.get(path).content.decode(), path
    # the desks that the report came by saw the name before there was need to know
    above = scope_of(person("IN-NCRB"))
    with acting(above):
        assert chain(above, reports[0].pk)["case"]["operation"] is None
        assert chain(above, reports[0].pk)["case"]["operations"] == []


def test_every_page_is_not_there_for_who_is_not_named(operation: Operation, chief: User) -> None:
    day = board.add_day(chief, operation.code, now().date(), "")
    pages = [
        "", "people/", "cases/", "rules/", "tasks/", "days/", f"days/{day.pk}/", "report/", "report.pdf", "briefing.pdf",
        "figures/cases/",
    ]  # fmt: skip
    stranger, member = signed_in(person("IN-MH-PUNE", Role.SUPERVISOR)), signed_in(chief)
    for page in pages:
        assert member.get(f"/operations/{operation.code}/{page}").status_code == 200, page
        assert stranger.get(f"/operations/{operation.code}/{page}").status_code == 404, page
        assert stranger.post(f"/operations/{operation.code}/{page}", {"act": "move"}).status_code in {404, 405}, page


def test_only_who_runs_it_decides(operation: Operation, officer: User, chief: User) -> None:
    refused = [
        lambda: services.move(officer, operation.code, "closed", "x"),
        lambda: services.set_goal(officer, operation.code, "cases", 3),
        lambda: services.name_member(officer, operation.code, officer.email, "x"),
        lambda: rules.add_rule(officer, operation.code, by_district()),
        lambda: laying.lay_task(officer, operation.code, "x", [JALGAON]),
        lambda: board.add_day(officer, operation.code, now().date(), ""),
    ]
    for act in refused:
        with pytest.raises(NotPermittedError):
            act()
    with pytest.raises(NotPermittedError):
        services.set_goal(person("IN-MH-CYBER", Role.ANALYST), operation.code, "cases", 3)


def test_an_agency_takes_part_only_below_or_beside(operation: Operation, chief: User) -> None:
    services.let_take_part(chief, operation.code, ["IN-BR-CYBER"], known=False)
    for code in ("IN-NCRB", "US-NCMEC", "IN-BR-PATNA", "NO-SUCH"):
        with pytest.raises(InvalidInputError, match="not below or beside"):
            services.let_take_part(chief, operation.code, [code], known=False)


# -- membership ----------------------------------------------------------------------------------------------------------


def test_a_rule_takes_in_cases_and_leads_now_and_later_and_twice_is_once(
    operation: Operation, chief: User, officer: User, case: Case, provider: Reporter, reports: list[Report]
) -> None:
    rule = rules.add_rule(chief, operation.code, by_district())
    rows = Membership.objects.filter(operation=operation)
    assert {row.case_id for row in rows if row.case_id} == {case.pk}
    assert {row.report_id for row in rows if row.report_id} == {reports[2].pk, reports[3].pk}
    assert {row.rule_id for row in rows} == {rule.pk}
    assert rules.apply_rules() == 0
    later = factories.filed(provider, factories.synthetic("kite_later"))
    drain()
    assert rules.apply_rules() == 1
    assert rows.get(report=later).rule == rule
    assert rules.apply_rules() == 0
    assert operations_told(scope_of(chief), case) == []  # the state sees no cases of a district
    assert operations_told(scope_of(officer), case) == [NAME]


def test_what_is_taken_out_by_hand_stays_out_until_a_person_puts_it_back(
    operation: Operation, chief: User, officer: User, case: Case
) -> None:
    rules.add_rule(chief, operation.code, by_district())
    row = belonging(scope_of(officer), operation).get(case=case)
    membership.take_out(officer, operation.code, row.pk, "Another matter")
    assert operations_told(scope_of(officer), case) == []
    assert rules.apply_rules() == 0
    rules.add_rule(chief, operation.code, Conditions(section_id="IN-ITA-67B"))
    row.refresh_from_db()
    assert row.taken_out_why == "Another matter"
    assert membership.put_in(officer, operation.code, "It belongs after all", cases=[case.pk]) == 1
    row.refresh_from_db()
    assert (row.taken_out_at, row.added_by, row.rule) == (None, officer, None)


@pytest.mark.parametrize("wrong", ["IN-MH-PUNE", "section", "platform", "days"])
def test_a_rule_of_something_else_takes_in_nothing(
    operation: Operation, chief: User, case: Case, provider: Reporter, wrong: str
) -> None:
    today = now().date()
    asked = {
        "IN-MH-PUNE": lambda: by_district("IN-MH-PUNE"),
        "section": lambda: Conditions(section_id="IN-POCSO-14"),
        "platform": lambda: Conditions(reporter=factories.provider("Clipwave")),
        "days": lambda: Conditions(received_from=today - timedelta(days=9), received_until=today - timedelta(days=2)),
    }[wrong]
    rules.add_rule(chief, operation.code, asked())
    assert not Membership.objects.exists()


def test_a_rule_by_platform_day_and_linked_reports(
    operation: Operation, chief: User, case: Case, provider: Reporter, reports: list[Report]
) -> None:
    twins = [
        factories.filed(provider, factories.synthetic(f"twin_{n}", email="the_same@mail.example")) for n in range(2)
    ]
    drain()
    cluster = Conditions(cluster=twins[0])
    found = preview(chief, scope_of(chief), operation, cluster)
    assert (sorted(found.reports), found.cases) == (sorted(twin.pk for twin in twins), [])
    assert not Membership.objects.exists()
    yesterday = now().date() - timedelta(days=1)
    rules.add_rule(chief, operation.code, Conditions(reporter=provider, received_from=yesterday))
    assert Membership.objects.count() == 1 + 2 + 2  # the case, two leads, the twins


def test_rules_that_say_nothing_or_nonsense_are_refused_by_name(operation: Operation, chief: User) -> None:
    today = now().date()
    for asked, field in (
        (Conditions(), "district"),
        (Conditions(section_id="NO-SUCH"), "section"),
        (Conditions(received_from=today, received_until=today - timedelta(days=1)), "received_until"),
        (by_district("IN-BR-CYBER"), "district"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            rules.add_rule(chief, operation.code, asked)
        assert refused.value.field == field  # type: ignore[attr-defined]


def test_being_in_an_operation_opens_no_case_and_small_numbers_are_hidden(
    operation: Operation, chief: User, officer: User, case: Case
) -> None:
    rules.add_rule(chief, operation.code, by_district())
    pune = person("IN-MH-PUNE", Role.SUPERVISOR)
    services.name_member(chief, operation.code, pune.email, "Pune")
    scope = scope_of(pune)
    with acting(scope):
        assert not belonging(scope, operation).exists()
        assert not Membership.objects.exists()
        found = shown(scope, operation)
    assert found["cases"].text == "0 + <5"
    assert found["reports"].known is None
    with acting(scope_of(officer)):
        mine = shown(scope_of(officer), operation)
    assert (mine["cases"].known, mine["reports"].known, mine["accepted"].known) == (1, 4, 2)
    page = signed_in(pune).get(f"/operations/{operation.code}/cases/").content.decode()
    assert case.title not in page
    assert case.number not in page


def test_a_person_puts_in_only_what_they_see(operation: Operation, chief: User, case: Case) -> None:
    with pytest.raises(InvalidInputError, match="there is no case"):
        membership.put_in(chief, operation.code, "x", cases=[case.pk])  # the state sees no cases of a district
    with pytest.raises(InvalidInputError, match="a reason"):
        membership.put_in(chief, operation.code, " ", reports=[1])


def test_an_operation_of_others_cannot_be_opened_in(operation: Operation, reports: list[Report], chief: User) -> None:
    services.end_part(chief, operation.code, JALGAON)
    with pytest.raises(InvalidInputError, match="open to your agency"):
        open_case(person(JALGAON), [reports[0].pk], "x", operation=operation)


def test_a_case_that_leaves_leaves_the_operation_too(chief: User, reports: list[Report], provider: Reporter) -> None:
    head = person(JALGAON, Role.SUPERVISOR)
    own = services.plan_operation(head, Plan("Of Jalgaon alone", now().date()))
    case = open_case(head, [reports[0].pk], "Kite", operation=own)
    offered = offer_transfer(head, case.pk, agency("IN-MH-PUNE"), "Their place")
    accept_transfer(person("IN-MH-PUNE", Role.SUPERVISOR), offered.pk)
    assert operations_told(scope_of(head), case) == []
    assert Membership.objects.get(case=case).taken_out_at is not None


# -- tasks, days of action -----------------------------------------------------------------------------------------------


def test_one_task_is_laid_on_many_districts_and_each_goes_on_with_its_own(
    operation: Operation, chief: User, officer: User
) -> None:
    laying.lay_task(chief, operation.code, "Visit the schools", [JALGAON, "IN-MH-PUNE"])
    mine, theirs = laying.tasks_of(operation)
    assert (mine.agency.code, theirs.agency.code) == (JALGAON, "IN-MH-PUNE")
    laying.go_on(officer, operation.code, mine.pk, laying.Step("done", officer=officer), seen=0)
    with pytest.raises(ConflictError):
        laying.go_on(officer, operation.code, mine.pk, laying.Step("open"), seen=0)
    with pytest.raises(NotPermittedError):
        laying.go_on(officer, operation.code, theirs.pk, laying.Step("done"))
    with pytest.raises(InvalidInputError, match="a note"):
        laying.go_on(officer, operation.code, mine.pk, laying.Step("cannot"))
    with pytest.raises(InvalidInputError, match="takes no part"):
        laying.lay_task(chief, operation.code, "x", [JALGAON, "IN-MH-NAGPUR"])
    assert [row.state for row in laying.tasks_of(operation)] == ["done", "open"]


def test_each_district_enters_its_own_numbers_and_corrects_by_another_entry(
    operation: Operation, chief: User, officer: User
) -> None:
    pune = person("IN-MH-PUNE", Role.INVESTIGATOR)
    services.name_member(chief, operation.code, pune.email, "Pune")
    day = board.add_day(chief, operation.code, now().date(), "")
    board.enter(chief, operation.code, day.pk, {"searches_planned": 5}, agency_code=JALGAON)
    board.enter(officer, operation.code, day.pk, {"searches_done": 2, "arrests": 0, "children_safeguarded": 1})
    (wrong,) = board.enter(pune, operation.code, day.pk, {"seizures": 70})
    board.correct(pune, operation.code, day.pk, wrong.pk, 7, "A digit too many")
    with pytest.raises(ConflictError, match="corrected already"):
        board.correct(pune, operation.code, day.pk, wrong.pk, 8, "Again")
    with pytest.raises(NotPermittedError):
        board.enter(officer, operation.code, day.pk, {"arrests": 1}, agency_code="IN-MH-PUNE")
    with pytest.raises(NotPermittedError):
        board.enter(chief, operation.code, day.pk, {"arrests": 1}, agency_code=JALGAON)
    with pytest.raises(NotPermittedError):
        board.correct(officer, operation.code, day.pk, wrong.pk, 1, "Not mine")
    for number in (-1, 10_001):
        with pytest.raises(InvalidInputError):
            board.enter(officer, operation.code, day.pk, {"arrests": number})
    made = board.board([agency(JALGAON), agency("IN-MH-PUNE")], list(board.entries_of(day)))
    assert dict(zip(made.kinds, made.totals, strict=True)) == {
        "children_safeguarded": 1, "searches_planned": 5, "searches_done": 2, "seizures": 7, "arrests": 0,
    }  # fmt: skip
    assert BoardEntry.objects.filter(number=70).exists()


def test_entries_are_never_changed(operation: Operation, chief: User, officer: User) -> None:
    day = board.add_day(chief, operation.code, now().date(), "")
    board.enter(officer, operation.code, day.pk, {"arrests": 1})
    for statement in ("UPDATE operations_boardentry SET number = 9", "DELETE FROM operations_boardentry"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# -- figures, closing ----------------------------------------------------------------------------------------------------


def test_every_figure_counts_the_rows_that_it_lists(
    operation: Operation, chief: User, officer: User, case: Case
) -> None:
    rules.add_rule(chief, operation.code, by_district())
    record_outcome(officer, case.pk, Given("arrest", number=2))
    record_outcome(officer, case.pk, Given("child_safeguarded", number=3))
    day = board.add_day(chief, operation.code, now().date(), "")
    board.enter(officer, operation.code, day.pk, {"searches_done": 4, "seizures": 6})
    scope = scope_of(officer)
    with acting(scope):
        found = shown(scope, operation)
        for name, figure in FIGURES.items():
            rows = rows_of(scope, whole(operation), figure, 100)
            assert sum(value for _, value in rows) == found[name].known, name
            assert len(rows) == found[name].mine.rows, name
    told = {name: one.known for name, one in found.items() if one.known}
    assert told == {
        "children_safeguarded": 3, "reports": 4, "referred": 4, "accepted": 2, "cases": 1, "outcomes": 2, "arrests": 2,
        "searches_done": 4, "seizures": 6,
    }  # fmt: skip
    assert next(iter(FIGURES)) == "children_safeguarded"


def test_closing_keeps_the_figures_and_a_later_look_compares(
    operation: Operation, chief: User, officer: User, case: Case, reports: list[Report]
) -> None:
    rules.add_rule(chief, operation.code, by_district())
    with pytest.raises(InvalidInputError, match="a reason"):
        services.move(chief, operation.code, "closed", " ")
    services.move(chief, operation.code, "closed", "All is done")
    record_outcome(officer, case.pk, Given("arrest", number=2))
    with pytest.raises(ConflictError, match="closed"):
        membership.put_in(officer, operation.code, "x", cases=[case.pk])
    assert rules.apply_rules() == 0
    scope = scope_of(officer)
    with acting(scope):
        rows = {row["shown"].figure.name: row for row in report_of(scope, operation)["rows"]}
    assert (rows["arrests"]["then"].known, rows["arrests"]["shown"].known, rows["arrests"]["changed"]) == (0, 2, True)
    assert (rows["cases"]["then"].known, rows["cases"]["changed"]) == (1, False)
    services.move(chief, operation.code, "running", "A new lead")
    assert visible_operation(OPERATOR, operation.code).state == OperationState.RUNNING


def test_every_language_says_everything() -> None:
    assert set(LANGUAGES) == {"en", "hi", "mr"}
    for texts in LANGUAGES.values():
        assert set(texts.words["figure"]) == set(texts.words["counts"]) == set(FIGURES)
        assert set(texts.words["state"]) == set(OperationState.values)
    for code in ("hi", "mr"):  # every label and every word is translated, none was copied
        own, english = LANGUAGES[code], LANGUAGES["en"]
        assert not [key for key, text in own.labels.items() if text == english.labels[key] and key != "reference"]
        assert not [
            text for name, words in own.words.items() for key, text in words.items() if text == english.words[name][key]
        ]


@pytest.mark.parametrize("language", ["en", "hi", "mr"])
def test_the_closing_report_speaks_the_language_and_counts_the_rows(
    operation: Operation, chief: User, officer: User, case: Case, language: str
) -> None:
    rules.add_rule(chief, operation.code, by_district())
    services.set_goal(chief, operation.code, "reports", 9)
    services.move(chief, operation.code, "closed", "Worked through")
    scope = scope_of(chief)
    found = visible_operation(scope, operation.code)
    document = papers.closing_report(scope, chief.actor, chief, found, agencies_of(found), language)
    text, texts = str(document), LANGUAGES[language]
    assert document.language == language
    for name in FIGURES:
        assert texts.words["counts"][name] in text, name
    assert texts.say("to_go", number="5") in text
    if language != "en":
        assert LANGUAGES["en"].say("figures_text") not in text
    assert Entry.objects.filter(action="operation.report_printed").count() == 1


# -- command line --------------------------------------------------------------------------------------------------------


def test_commands_for_persons(operation: Operation, chief: User, runner: CliRunner, tmp_path: Path) -> None:
    def run(email: str, *words: str, code: int = 0) -> str:
        done = runner.invoke(commands, ["--as", email, "operation", *words])
        assert done.exit_code == code, (words, done.output, done.exception)
        return done.output

    pune = person("IN-MH-PUNE", Role.SUPERVISOR).email
    assert [one["code"] for one in json.loads(run(chief.email, "list", "--json"))] == [operation.code]
    assert json.loads(run(pune, "list", "--json")) == []
    assert json.loads(run(chief.email, "show", operation.code, "--json"))["agency"] == "IN-MH-CYBER"
    run(pune, "show", operation.code, code=1)
    made = json.loads(run(chief.email, "add", "Second wave", "--from", "2027-01-01", "--only-me", "--json"))
    assert made["state"] == "planned"
    for words in (["briefing", operation.code, "--language", "mr"], ["report", operation.code]):
        path = tmp_path / f"{words[0]}.pdf"
        run(chief.email, *words, "-o", str(path))
        assert path.read_bytes().startswith(b"%PDF")
    closed = json.loads(run(chief.email, "close", operation.code, "--reason", "Done", "--json"))
    assert closed["state"] == "closed"
    printed = Entry.objects.filter(action="operation.report_printed")
    assert printed.count() == 1
    report = json.loads(run(chief.email, "report", operation.code, "--json"))
    assert printed.count() == 1  # it was shown, not printed
    assert Entry.objects.filter(action="operation.read", detail__page="report").count() == 1
    run(chief.email, "report", operation.code, "--json", "-o", str(tmp_path / "both.pdf"), code=1)
    run(chief.email, "report", operation.code, "--language", "xx", code=1)
    assert [one["name"] for one in report["figures"]] == list(FIGURES)
    assert report["reason"] == "Done"


# -- what is kept, and what is asked anew --------------------------------------------------------------------------------


def test_kept_figures_are_those_of_the_rows_for_everybody(
    operation: Operation, chief: User, officer: User, case: Case, provider: Reporter, reports: list[Report]
) -> None:
    """By hand, by rule, by what happens to reports later, and by what is taken out: after a minute nobody reads anything else."""
    readers = [OPERATOR, *(scope_of(one) for one in (chief, officer, person(JALGAON, Role.INVESTIGATOR)))]

    def agree() -> dict[str, int]:
        rules.apply_rules()
        for scope in readers:
            with acting(scope):
                kept = shown(scope, operation)
                counted = shown(scope, operation, whole(operation, exact=True))
                assert {n: (one.mine, one.text) for n, one in kept.items()} == {
                    n: (one.mine, one.text) for n, one in counted.items()
                }
        return {name: one.value for name, one in whole(operation).counted.items()}

    rules.add_rule(chief, operation.code, by_district())
    # what a person does stands in the figures at once
    assert whole(operation).counted == whole(operation, exact=True).counted
    assert agree()["reports"] == 4
    open_case(officer, [reports[2].pk], "Another", operation=operation)
    factories.filed(provider, factories.synthetic("kite_later"))
    drain()
    assert (agree()["reports"], agree()["accepted"]) == (5, 3)
    row = belonging(scope_of(officer), operation).get(case=case)
    membership.take_out(officer, operation.code, row.pk, "Another matter")
    assert whole(operation).counted["reports"].value == 3
    assert agree()["accepted"] == 1


def test_a_rule_goes_through_what_there_is_in_slices_the_newest_first(
    operation: Operation, chief: User, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules.scan, "__defaults__", (1,))
    rule = rules.add_rule(chief, operation.code, by_district())
    inside = Membership.objects.filter(operation=operation).values_list("report_id", flat=True)
    assert list(inside.all()) == [reports[3].pk]
    page = signed_in(chief).get(f"/operations/{operation.code}/rules/").content.decode()
    assert f"looks through what is there: {rule.scanned_percent} %" in page
    # the last is empty and says that there is no more
    assert rules.apply_rules(1) == 3
    rule.refresh_from_db()
    assert (sorted(inside.all()), rule.scanned_percent) == ([one.pk for one in reports], None)
    assert (
        "looks through what is there"
        not in signed_in(chief).get(f"/operations/{operation.code}/rules/").content.decode()
    )


def test_an_agency_that_takes_part_later_is_reached_too(chief: User, reports: list[Report]) -> None:
    code = services.plan_operation(chief, Plan(NAME, now().date())).code
    rules.add_rule(
        chief, code, Conditions(reporter=reports[0].reporter, received_from=now().date() - timedelta(days=9))
    )
    before = Membership.objects.count()  # all of them came by the state desk
    services.let_take_part(chief, code, [JALGAON], known=False)
    assert rules.apply_rules() == 4 - before
    assert Membership.objects.count() == 4


def test_what_came_while_an_operation_was_closed_is_taken_in_when_it_is_opened_again(
    operation: Operation, chief: User, provider: Reporter
) -> None:
    rules.add_rule(chief, operation.code, by_district())
    services.move(chief, operation.code, "closed", "Too early")
    later = factories.filed(provider, factories.synthetic("kite_later"))
    drain()
    assert rules.apply_rules() == 0
    services.move(chief, operation.code, "running", "It goes on")
    assert rules.apply_rules() == 1
    assert Membership.objects.get().report == later


def test_the_nightly_look_through_finds_what_was_missed_and_says_so_loudly(
    operation: Operation, chief: User, provider: Reporter
) -> None:
    rules.add_rule(chief, operation.code, by_district())
    assert rules.sweep() == 0
    later = factories.filed(provider, factories.synthetic("kite_later"))
    drain()
    Changed.objects.all().delete()  # as if no trigger had noted it
    assert rules.apply_rules() == 0
    with capture_logs() as said:
        assert rules.sweep() == 1
    assert [one["event"] for one in said if one["log_level"] == "error"] == [
        "a rule had missed what belongs to its operation"
    ]
    assert Membership.objects.get(report=later).operation == operation
    assert Entry.objects.filter(action="operation.rule_missed").count() == 1
    rules.apply_rules()  # what was taken in is noted itself
    Fact.objects.update(accepted=True)
    with capture_logs() as said:
        assert rules.sweep() == 1
    assert "figures of operations had missed changes" in next(
        one["event"] for one in said if one["log_level"] == "error"
    )
    assert rules.sweep() == 0


# -- a case in several operations ----------------------------------------------------------------------------------------


def test_a_case_tells_all_its_operations_to_who_knows_of_each(
    operation: Operation, chief: User, officer: User, case: Case, reports: list[Report]
) -> None:
    hidden = services.plan_operation(chief, Plan("Operation Hidden Reef", now().date()), whole_agency=False)
    services.let_take_part(chief, hidden.code, [JALGAON], known=False)
    head = person(JALGAON, Role.SUPERVISOR)
    services.name_member(chief, hidden.code, head.email, "Knows of both")
    for one in (operation, hidden):
        membership.put_in(head, one.code, "It belongs to both", cases=[case.pk])
    case_paths = (f"/cases/{case.pk}/", "/cases/", f"/reports/{reports[0].pk}/")
    for path in case_paths:
        both, one = (signed_in(who).get(path).content.decode() for who in (head, officer))
        assert NAME in both and hidden.name in both, path
        assert NAME in one and hidden.name not in one and hidden.code not in one, path
    for who, names in ((head, [NAME, hidden.name]), (officer, [NAME])):
        headers = bearer(token(who))
        answer = Client().get(f"/api/v1/cases/{case.pk}", **headers).json()
        assert ([one["name"] for one in answer["operations"]], answer["operation"]) == (names, NAME)
        told = Client().get(f"/api/v1/reports/{reports[0].pk}", **headers).json()["case"]
        assert (told["operations"], told["operation"]) == (names, NAME)
    # a letter is kept where all of the desk read it: it names no operation that only some of them know of
    assert gather(case, now().date()).operations == (NAME,)


# -- by the JSON face ----------------------------------------------------------------------------------------------------


def test_the_json_face_tells_an_operation_to_who_is_named_and_to_a_token_for_it(
    operation: Operation, chief: User, officer: User, case: Case
) -> None:
    rules.add_rule(chief, operation.code, by_district())
    day = board.add_day(chief, operation.code, now().date(), "")
    board.enter(officer, operation.code, day.pk, {"searches_done": 3})
    base = f"/api/v1/operations/{operation.code}"

    def ask(path: str, who: User, *scopes: str) -> Any:
        answer = Client().get(path, **bearer(token(who, *scopes)))
        return answer.json() if answer.status_code == 200 else answer.status_code

    assert [one["code"] for one in ask("/api/v1/operations", officer, "operations:read")] == [operation.code]
    assert {one["agency"] for one in ask(base, officer)["people"]} >= {"IN-MH-CYBER", JALGAON}
    members = ask(f"{base}/members", officer)["items"]
    assert max((m["case_number"] or "", m["report"] or 0) for m in members)[0] == case.number
    assert all(
        m["case"] is None for m in ask(f"{base}/members", chief)["items"]
    )  # the state sees no cases of a district
    (line,) = [one for one in ask(f"{base}/board", chief)[0]["districts"] if one["agency"] == JALGAON]
    assert line["numbers"]["searches_done"] == 3
    figures = {one["name"]: one for one in ask(f"{base}/figures", chief)}
    assert (figures["reports"]["value"], figures["cases"]["value"]) == (4, None)
    for path in (base, f"{base}/members", f"{base}/board", f"{base}/figures"):
        assert ask(path, person("IN-MH-PUNE", Role.SUPERVISOR)) == 404, path
        assert ask(path, officer, "cases:read", "reports:read") == 403, path
