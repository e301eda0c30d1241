"""Outcomes: recorded in a minute, seen up the way as a word, a number and a day, told to the provider a day later, counted, reminded of."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from typer.testing import CliRunner

from tests import factories
from tests.factories import agency, drain, person, signed_in
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.config import load_config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.demo.synthetic import report_xml
from tipline.intake.doors import outcomes as doors
from tipline.intake.doors.models import Feedback, FeedbackDay
from tipline.intake.doors.outcomes import make_feedback
from tipline.investigation.cases.closing import close_case
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.chain import chain
from tipline.investigation.outcomes import reminding
from tipline.investigation.outcomes.figures import with_outcomes
from tipline.investigation.outcomes.kinds import KINDS, OUTCOMES
from tipline.investigation.outcomes.models import Missing, Outcome, Reminder, ReportOutcome
from tipline.investigation.outcomes.queries import came_back, of_case, standing, visible_outcomes
from tipline.investigation.outcomes.services import Given, record_for_reports, record_outcome, withdraw_outcome
from tipline.investigation.retention.destroying import carry_out
from tipline.investigation.retention.services import By, confirm, order
from tipline.referrals.counts import counts_of
from tipline.referrals.models import ReturnReason
from tipline.referrals.services import return_up
from tipline.reports.models import Report
from tipline.reports.services import finish, open_report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
__all__ = ["runner"]
WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
TEXT = "Two telephones wait for the examiner"
SENTENCE = "The port was what we needed"


@pytest.fixture
def provider(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY)
    return factories.provider()


@pytest.fixture
def reports(provider: Reporter) -> list[Report]:
    filed = [factories.filed(provider, factories.synthetic(f"kite_{number}")) for number in range(3)]
    drain()
    return filed


@pytest.fixture
def officer(provider: Reporter) -> User:
    return person("IN-MH-JALGAON")


@pytest.fixture
def case(officer: User, reports: list[Report]) -> Case:
    return open_case(officer, [reports[0].pk, reports[1].pk], "Kites of Jalgaon")


def arrest(officer: User, case: Case, number: int = 1, **more: Any) -> Outcome:
    return record_outcome(officer, case.pk, Given("arrest", number=number, **more))


def with_child(provider: Reporter) -> Report:
    """A report that names a child, which came to Jalgaon."""
    victim = (
        b"<victim><victimPerson><firstName>Kiran-Secret</firstName><email>child@mail.example</email><age>12</age></victimPerson>"
        b"<screenName>child_handle</screenName></victim></report>"
    )
    body = report_xml(factories.synthetic("kite_of_june")).replace(b"</report>", victim)
    opened = open_report(provider, factories.document(body), factories.header())
    finish(provider, opened.report_id)
    drain()
    return Report.objects.get(pk=opened.report_id)


# -- who sees which -----------------------------------------------------------------------------------------------------


def told(somebody: User, report: Report) -> list[dict[str, Any]]:
    with acting(scope_of(somebody)) as scope:
        found = chain(scope, report.pk)["outcomes"]
    assert isinstance(found, list)
    return found


def test_every_desk_on_the_way_sees_word_number_and_day_and_nothing_of_the_case(
    case: Case, officer: User, reports: list[Report]
) -> None:
    arrest(officer, case, 2, text=TEXT, for_senders=SENTENCE)
    for code in (*WAY, "IN-MH-JALGAON"):
        somebody = person(code, Role.SUPERVISOR)
        (seen,) = told(somebody, reports[0])
        assert (seen["kind"], seen["number"], seen["agency"], seen["code"]) == ("arrest", 2, "IN-MH-JALGAON", "ARREST")
        assert seen["for_senders"] == SENTENCE and not seen["withdrawn"]
        page = signed_in(somebody).get("/outcomes/").content.decode()
        assert "Arrest" in page and SENTENCE in page and TEXT not in page
        report_page = signed_in(somebody).get(f"/reports/{reports[0].pk}/").content.decode()
        assert "Arrest" in report_page and SENTENCE in report_page and TEXT not in report_page
        if code != "IN-MH-JALGAON":
            with acting(scope_of(somebody)) as scope:
                assert not visible_outcomes(scope).exists() and not Outcome.objects.exists()
                assert (
                    ReportOutcome.objects.count() == 2
                )  # the second lock lets through what is told, and no row of the desk
    assert told(person("IN-MH-JALGAON"), reports[2]) == []


@pytest.mark.parametrize("code", ["IN-MH-PUNE", "IN-BR-CYBER"])
def test_a_desk_that_never_held_the_report_sees_nothing(case: Case, officer: User, code: str) -> None:
    arrest(officer, case)
    somebody = person(code, Role.SUPERVISOR)
    with acting(scope_of(somebody)) as scope:
        assert not came_back(scope).exists() and not ReportOutcome.objects.exists() and not Outcome.objects.exists()
    assert "Arrest</th>" not in signed_in(somebody).get("/outcomes/").content.decode()


def test_an_investigator_sees_the_desks_own_rows_of_their_cases_only(case: Case, officer: User) -> None:
    made = arrest(officer, case, text=TEXT)
    investigator = person("IN-MH-JALGAON", Role.INVESTIGATOR)
    with acting(scope_of(investigator)) as scope:
        assert not visible_outcomes(scope).exists() and not Outcome.objects.exists()
    assert signed_in(investigator).get(f"/cases/{case.pk}/outcome/").status_code == 404
    assign(person("IN-MH-JALGAON", Role.SUPERVISOR), case, investigator)
    with acting(scope_of(investigator)) as scope:
        assert visible_outcomes(scope).get() == made
    assert TEXT in signed_in(investigator).get(f"/cases/{case.pk}/outcome/").content.decode()
    arrest(investigator, case, 2)


# -- recording ------------------------------------------------------------------------------------------------------------


def test_the_newest_of_a_kind_counts_and_a_withdrawn_one_stays(
    case: Case, officer: User, reports: list[Report]
) -> None:
    first, second = arrest(officer, case), arrest(officer, case, 3)
    assert [row.pk for row in standing(of_case(case))] == [second.pk]
    withdraw_outcome(officer, second.pk, "It was another case")
    assert [row.pk for row in standing(of_case(case))] == [first.pk]
    assert [one["withdrawn"] for one in told(person("US-NCMEC", Role.ANALYST), reports[0])] == [False, True]
    assert Outcome.objects.get(pk=second.pk).withdrawn_why == "It was another case"
    with pytest.raises(ConflictError, match="already"):
        withdraw_outcome(officer, second.pk, "Again")
    with pytest.raises(NotFoundError):
        withdraw_outcome(person("IN-MH-CYBER", Role.SUPERVISOR), first.pk, "Not ours")
    actions = list(Entry.objects.filter(object_type="case", object_id=str(case.pk)).values_list("action", flat=True))
    assert actions.count("outcome.recorded") == 2 and actions.count("outcome.withdrawn") == 1


def test_a_closed_case_takes_an_outcome_and_another_desks_case_does_not(case: Case, officer: User) -> None:
    close_case(person("IN-MH-JALGAON", Role.SUPERVISOR), case, "untraced", "No log was left", despite=True)
    record_outcome(officer, case.pk, Given("not_traced"))
    with pytest.raises(NotFoundError):
        arrest(person("IN-MH-PUNE"), case)
    with pytest.raises(NotFoundError):
        arrest(person("IN-MH-CYBER", Role.SUPERVISOR), case)
    with pytest.raises(NotPermittedError):
        arrest(person("IN-MH-JALGAON", Role.ANALYST), case)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Given("arrest"), "how many"),
        (Given("arrest", number=0), "how many"),
        (Given("nothing"), "not of the list"),
        (Given("other"), "note for your own desk is missing"),
        (Given("not_traced", on=(now() + timedelta(days=3)).date()), "future"),
        (Given("not_traced", text="x" * 1001), "at most 1000"),
        (Given("not_traced", for_senders="a\u202eb"), "hidden"),
    ],
)
def test_what_does_not_do_is_refused_and_nothing_is_kept(case: Case, officer: User, given: Given, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        record_outcome(officer, case.pk, given)
    assert not Outcome.objects.exists() and not ReportOutcome.objects.exists()


def test_only_reports_of_the_case_can_be_chosen(case: Case, officer: User, reports: list[Report]) -> None:
    record_outcome(officer, case.pk, Given("not_traced"), [reports[0].pk])
    assert [row.report_id for row in ReportOutcome.objects.all()] == [reports[0].pk]
    with pytest.raises(InvalidInputError, match="is not one of case"):
        record_outcome(officer, case.pk, Given("not_traced"), [reports[2].pk])


@pytest.mark.parametrize("words", ["Kiran-Secret was found", "asked child_handle", "CHILD@MAIL.EXAMPLE wrote"])
def test_a_text_that_names_the_child_is_refused(provider: Reporter, officer: User, words: str) -> None:
    report = with_child(provider)
    case = open_case(officer, [report.pk], "A case")
    for given in (Given("not_traced", text=words), Given("not_traced", for_senders=words)):
        with pytest.raises(InvalidInputError, match="stays in the report, masked") as error:
            record_outcome(officer, case.pk, given)
        assert all(word not in str(error.value) for word in ("Kiran", "child_handle", "@"))
    record_outcome(
        officer, case.pk, Given("not_traced", text="The child is well, and the account kite_of_june is closed")
    )


def test_a_report_that_becomes_no_case(officer: User, reports: list[Report], case: Case) -> None:
    made = record_for_reports(officer, [reports[2].pk], Given("no_offence_here"))
    assert made.case_id is None
    assert [one["kind"] for one in told(person("US-NCMEC", Role.ANALYST), reports[2])] == ["no_offence_here"]
    with pytest.raises(InvalidInputError, match="outcome of a case"):
        record_for_reports(officer, [reports[2].pk], Given("arrest", number=1))
    with pytest.raises(ConflictError, match="is in a case"):
        record_for_reports(officer, [reports[0].pk], Given("duplicate"))
    with pytest.raises(ConflictError, match="not on your desk"):
        record_for_reports(person("IN-MH-CYBER"), [reports[2].pk], Given("duplicate"))
    with pytest.raises(NotFoundError):
        record_for_reports(person("IN-MH-PUNE"), [reports[2].pk], Given("duplicate"))
    with pytest.raises(NotPermittedError):
        record_for_reports(person("IN-MH-JALGAON", Role.INVESTIGATOR), [reports[2].pk], Given("duplicate"))
    withdraw_outcome(officer, made.pk, "It is one")


# -- the provider -----------------------------------------------------------------------------------------------------------


def feedback(provider: Reporter) -> list[tuple[int, str, str]]:
    """What the provider is told once today is over. Asked again, as if what came since had come before that."""
    later = now() + timedelta(days=1)
    FeedbackDay.objects.all().delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doors, "now", lambda: later)
        make_feedback()
    rows = Feedback.objects.filter(reporter=provider).order_by("report_id")
    return [(row.report_id, row.useful, row.reason) for row in rows]


def test_the_provider_is_told_a_word_a_day_later(
    provider: Reporter, case: Case, officer: User, reports: list[Report]
) -> None:
    arrest(officer, case, text=TEXT, for_senders=SENTENCE)
    make_feedback()
    assert not Feedback.objects.exists()  # the day is not over
    one, two = reports[0].pk, reports[1].pk
    assert feedback(provider) == [(one, "yes", "led_to_action"), (two, "yes", "led_to_action")]
    answer = Client().get("/provider/feedback.json", **factories.basic(provider))
    rows = json.loads(answer.content)["feedback"]
    assert [set(row) for row in rows] == [{"report", "useful", "reason", "day"}] * 2
    text = answer.content.decode()
    assert all(word not in text for word in (TEXT, SENTENCE, "Jalgaon", "arrest", "Arrest", case.number))


def test_an_acceptance_gives_way_to_the_end_and_comes_back_when_it_is_withdrawn(
    provider: Reporter, case: Case, officer: User, reports: list[Report]
) -> None:
    one = reports[0].pk
    assert feedback(provider)[0] == (one, "yes", "acted_on")
    record_outcome(officer, case.pk, Given("not_traced"), [one])  # the provider's doing it is not
    assert feedback(provider)[0] == (one, "yes", "acted_on")
    made = record_outcome(officer, case.pk, Given("no_offence_here"), [one])
    assert feedback(provider)[0] == (one, "no", "no_offence")
    record_outcome(officer, case.pk, Given("accounts_traced", number=1), [one])  # the best word that stands
    assert feedback(provider)[0] == (one, "yes", "helped")
    for outcome in Outcome.objects.filter(kind="accounts_traced"):
        withdraw_outcome(officer, outcome.pk, "Wrong")
    withdraw_outcome(officer, made.pk, "Wrong")
    assert feedback(provider)[0] == (one, "yes", "acted_on")


def test_a_word_from_the_desk_weighs_as_a_return_and_can_be_taken_back(
    provider: Reporter, officer: User, reports: list[Report]
) -> None:
    made = record_for_reports(officer, [reports[2].pk], Given("insufficient"))
    assert feedback(provider) == [(reports[2].pk, "no", "needs_more_identifiers")]
    withdraw_outcome(officer, made.pk, "There is more")
    assert feedback(provider) == [(reports[2].pk, "not_yet_known", "withdrawn")]


def test_a_return_alone_is_told_as_before(provider: Reporter, officer: User, reports: list[Report]) -> None:
    return_up(officer, [reports[2].pk], ReturnReason.DUPLICATE)
    assert feedback(provider) == [(reports[2].pk, "no", "duplicate")]


def test_scorecards_of_providers_have_the_rate(
    provider: Reporter, case: Case, officer: User, reports: list[Report]
) -> None:
    arrest(officer, case)
    record_for_reports(officer, [reports[2].pk], Given("duplicate"))
    feedback(provider)
    client = signed_in(person("US-NCMEC", Role.ADMINISTRATOR))
    for path in ("/providers/", f"/providers/{provider.pk}/"):
        page = client.get(path).content.decode()
        assert "67 %" in page and "of 3 judged" in page
        assert page.index("Children safeguarded") < page.index("67 %")


# -- counts -----------------------------------------------------------------------------------------------------------------


def counted(role: Role = Role.SUPERVISOR, code: str = "IN-MH-JALGAON") -> dict[str, dict[str, str]]:
    with acting(scope_of(person(code, role))) as scope:
        found = with_outcomes(counts_of(scope, code, suppressed=role == Role.STATISTICIAN))
    assert found.figures[0].name == "children_safeguarded"
    assert all(figure.definition.endswith(".") for figure in found.figures)
    return {figure.name: {part.key: part.text for part in figure.parts} for figure in found.figures}


def test_children_safeguarded_come_first_and_each_case_counts_once(
    case: Case, officer: User, reports: list[Report]
) -> None:
    assert counted()["children_safeguarded"] == {"children": "0"}
    record_outcome(officer, case.pk, Given("child_safeguarded", number=5))
    wrong = record_outcome(officer, case.pk, Given("child_safeguarded", number=7))
    arrest(officer, case, 2)
    record_for_reports(officer, [reports[2].pk], Given("duplicate"))
    assert counted()["children_safeguarded"] == {"children": "7"}
    withdraw_outcome(officer, wrong.pk, "Counted twice")
    for code in (*WAY, "IN-MH-JALGAON"):
        found = counted(code=code)
        assert found["children_safeguarded"] == {"children": "5"}, code
        assert found["outcomes_by_kind"] == {"child_safeguarded": "1", "arrest": "1", "duplicate": "1"}
        assert found["outcome_numbers"]["arrests"] == "2"
        assert found["reports_with_outcome"] == {"with": "3", "without": "0"}
        assert found["outcome_rate"] == {"share": "100.0"}
        assert found["cases_without_outcome"] == {"with": "1", "open_without": "0", "closed_without": "0"}
    assert counted(code="IN-MH-PUNE")["children_safeguarded"] == {"children": "0"}


def test_who_sees_no_reports_gets_no_small_number(case: Case, officer: User) -> None:
    record_outcome(officer, case.pk, Given("child_safeguarded", number=2))
    found = counted(Role.STATISTICIAN)
    assert found["children_safeguarded"] == {"children": "<5"}
    assert found["reports_with_outcome"]["with"] == "<5"
    assert found["outcome_rate"] == {"share": "withheld"} and found["days_to_outcome"] == {"median": "withheld"}


def test_the_function_counts_for_nobody_who_may_not_ask(case: Case, officer: User) -> None:
    record_outcome(officer, case.pk, Given("child_safeguarded", number=6))
    for role, code in ((Role.ADMINISTRATOR, "IN-MH-JALGAON"), (Role.SUPERVISOR, "IN-MH-PUNE")):
        with acting(scope_of(person(code, role))), connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(value), 0) FROM tipline_outcome_counts(%s)", [agency("IN-MH-JALGAON").pk]
            )
            assert cursor.fetchone() == (0,)


def test_the_page_and_the_api_say_children_first(case: Case, officer: User) -> None:
    record_outcome(officer, case.pk, Given("child_safeguarded", number=6))
    supervisor = person("IN-MH-JALGAON", Role.SUPERVISOR)
    page = signed_in(supervisor).get("/counts/").content.decode()
    assert page.index("Children safeguarded") == page.index('<h2 id="children_safeguarded">') + len(
        '<h2 id="children_safeguarded">'
    )
    assert page.index("<h2") == page.index('<h2 id="children_safeguarded">')
    headers = factories.bearer(factories.token(supervisor))
    figures = Client().get("/api/v1/counts", **headers).json()["figures"]
    assert figures[0]["name"] == "children_safeguarded" and figures[0]["parts"][0]["value"] == 6
    (row,) = Client().get(f"/api/v1/cases/{case.pk}", **headers).json()["outcomes"]
    assert (row["kind"], row["number"], row["reports"]) == ("child_safeguarded", 6, 2)


# -- reminders ----------------------------------------------------------------------------------------------------------------


def after(days: int) -> datetime:
    return now() + timedelta(days=days)


def open_reminders() -> set[tuple[str, int | None, int | None]]:
    return set(Reminder.objects.filter(ended_at=None).values_list("kind", "case_id", "report_id"))


def test_an_open_case_is_raised_until_it_has_an_end(case: Case, officer: User) -> None:
    days = OUTCOMES.reminders.case_open_days
    assert reminding.raise_missing(after(days - 1)) == 0
    assert reminding.raise_missing(after(days + 1)) == 1
    assert reminding.raise_missing(after(days + 2)) == 0
    assert open_reminders() == {(Missing.CASE_OPEN, case.pk, None)}
    arrest(officer, case)  # a step on the way
    assert open_reminders() == {(Missing.CASE_OPEN, case.pk, None)}
    page = signed_in(officer).get(f"/cases/{case.pk}/outcome/").content.decode()
    assert "An outcome is missing" in page
    assert "Outcomes that are missing" in signed_in(officer).get("/desk/").content.decode()
    record_outcome(officer, case.pk, Given("charge_sheet"))
    assert open_reminders() == set()


def test_a_closed_case_and_a_report_left_out_are_raised(case: Case, officer: User, reports: list[Report]) -> None:
    close_case(person("IN-MH-JALGAON", Role.SUPERVISOR), case, "untraced", "No log was left", despite=True)
    assert reminding.raise_missing(after(2)) == 1
    assert open_reminders() == {(Missing.CASE_CLOSED, case.pk, None)}
    record_outcome(officer, case.pk, Given("not_traced"), [reports[0].pk])
    assert open_reminders() == set()
    assert reminding.raise_missing(after(40)) == 1
    assert open_reminders() == {(Missing.REPORT, case.pk, reports[1].pk)}
    record_outcome(officer, case.pk, Given("duplicate"), [reports[1].pk])
    assert open_reminders() == set()


def test_what_somebody_saw_comes_back_after_a_while(case: Case, officer: User) -> None:
    close_case(person("IN-MH-JALGAON", Role.SUPERVISOR), case, "untraced", "No log was left", despite=True)
    reminding.raise_missing(after(2))
    made = Reminder.objects.get()
    client = signed_in(officer)
    assert client.post("/outcomes/reminders/seen/", {"reminder": made.pk}).status_code == 302
    assert Reminder.objects.get().acknowledged_by == officer
    assert reminding.settle(after(10)) == 0
    assert reminding.settle(after(15)) == 1
    assert reminding.raise_missing(after(15)) == 1
    assert Entry.objects.filter(action="outcome.reminder_seen").count() == 1
    for stranger in (person("IN-MH-CYBER"), person("IN-MH-PUNE")):
        assert signed_in(stranger).post("/outcomes/reminders/seen/", {"reminder": made.pk}).status_code == 404


def test_two_workers_raise_once(case: Case) -> None:
    at = after(100)
    assert reminding.raise_missing(at) + reminding.raise_missing(at) == 1


# -- destruction ------------------------------------------------------------------------------------------------------------------


def test_what_was_written_goes_with_the_case_and_the_word_stays(
    case: Case, officer: User, reports: list[Report], tmp_path: Path
) -> None:
    arrest(officer, case, 5, text=TEXT, for_senders=SENTENCE)
    supervisors = [person("IN-MH-JALGAON", Role.SUPERVISOR) for _ in range(2)]
    close_case(supervisors[0], case, "untraced", "No log was left", despite=True)
    first, second = (By.somebody(somebody, scope_of(somebody)) for somebody in supervisors)
    ordered = order(first, reference="1", authority="Court", case_id=case.pk, court_order=True)
    confirm(second, ordered.pk)
    assert carry_out(load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")}), ordered.pk)
    kept = Outcome.objects.get()
    assert (kept.kind, kept.number, kept.text, kept.for_senders) == ("arrest", 5, "", "")


# -- the screen and the command line ----------------------------------------------------------------------------------------------


def test_the_form_takes_three_fields_and_a_wrong_one_is_named(case: Case, officer: User, reports: list[Report]) -> None:
    client = signed_in(officer)
    path = f"/cases/{case.pk}/outcome/"
    form = client.get(path).content.decode()
    assert 'value="1"' in form and "autofocus" in form
    refused = client.post(path, {"what": "arrest", "number": "two"})
    assert refused.status_code == 422 and "Say how many, in figures." in refused.content.decode()
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"what": "arrest", "number": "1", "on": "no day"}).status_code == 422
    assert not Outcome.objects.exists()
    done = client.post(path, {"what": "arrest", "number": "1"}, follow=True)
    assert "Recorded: Arrest" in done.content.decode()
    chosen = {"what": "duplicate", "number": "1", "of": "chosen", "report": [reports[1].pk]}
    assert client.post(path, chosen).status_code == 302
    made = Outcome.objects.get(kind="duplicate")
    assert made.number is None and made.told.get().report_id == reports[1].pk
    again = client.post(f"/outcomes/{made.pk}/withdraw/", {"why": " "})
    assert again.status_code == 422
    assert client.post(f"/outcomes/{made.pk}/withdraw/", {"why": "Not a duplicate"}).status_code == 302
    assert "Not a duplicate" in client.get(path).content.decode()
    desk = f"/reports/{reports[2].pk}/outcome/"
    assert client.post(desk, {"what": "arrest"}).status_code == 422
    assert client.post(desk, {"what": "no_offence_here"}).status_code == 302
    assert "No offence here" in client.get(f"/reports/{reports[2].pk}/").content.decode()


def test_commands(case: Case, officer: User, reports: list[Report], runner: CliRunner) -> None:
    who = ["--as", officer.email]
    done = runner.invoke(
        commands, [*who, "case", "outcome", case.number, "--what", "arrest", "--number", "1", "--json"]
    )
    assert done.exit_code == 0 and json.loads(done.output)["kind"] == "arrest"
    listed = runner.invoke(commands, [*who, "outcome", "list", "--json"])
    assert [(row["kind"], row["reports"]) for row in json.loads(listed.output)] == [("arrest", 2)]
    assert "Arrest (1), of 2 reports" in runner.invoke(commands, ["outcome", "list"]).output
    done = runner.invoke(commands, [*who, "outcome", "report", str(reports[2].pk), "--what", "duplicate"])
    assert done.exit_code == 0, done.exception
    made = Outcome.objects.get(kind="duplicate")
    assert runner.invoke(commands, [*who, "outcome", "withdraw", str(made.pk), "--why", "No"]).exit_code == 0
    assert len(json.loads(runner.invoke(commands, ["outcome", "kinds", "--json"]).output)) == len(KINDS)
    assert json.loads(runner.invoke(commands, [*who, "outcome", "missing", "--json"]).output) == []
    stranger = person("IN-MH-PUNE")
    assert json.loads(runner.invoke(commands, ["--as", stranger.email, "outcome", "list", "--json"]).output) == []
    refused = runner.invoke(commands, ["--as", stranger.email, "case", "outcome", case.number, "--what", "not_traced"])
    assert isinstance(refused.exception, NotFoundError)
    runner.invoke(commands, ["report", "show", "1"])  # resets whose command it is
    nobody = runner.invoke(commands, ["case", "outcome", case.number, "--what", "not_traced"])
    assert isinstance(nobody.exception, InvalidInputError)
