"""The screens of triage: each point down to its rule and its fact; drafts, simulations and releases; fairness; a person's word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests import factories
from tests.factories import drain, person, provider, signed_in, synthetic, token
from tipline.cli import app as commands
from tipline.cli import runtime
from tipline.cli.suggesting import suggested
from tipline.core.errors import InvalidInputError, NotFoundError, NotPermittedError
from tipline.pipeline.triage.models import PriorityMark, Score, Simulation, TriageRuleSet
from tipline.pipeline.triage.queries import FEW, fairness
from tipline.pipeline.triage.rules import RULES
from tipline.pipeline.triage.tasks import run_simulation
from tipline.referrals.models import DeskRow
from tipline.reports.models import Holding, Report
from tipline.trust.accounts.models import Role, TokenScope, User
from tipline.trust.visibility import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    factories.standard_tree()
    factories.demo_ranges(tmp_path_factory.mktemp("ranges"))
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    made = factories.filed(provider(), synthetic("kite_t"))
    Report.objects.filter(pk=made.pk).update(details={"additionalInfo": "He said: meet me; Zanzibar"})
    document = made.documents.get(kind="report")
    document.body = bytes(document.body).replace(
        b"</report>", b"<additionalInfo>meet me, Zanzibar</additionalInfo></report>"
    )
    document.save()
    drain()
    return Report.objects.get(pk=made.pk)


@pytest.fixture
def supervisor(report: Report) -> User:
    return person(Holding.objects.get(report=report, held_until=None, joint=False).agency.code, Role.SUPERVISOR)


@pytest.fixture
def national(report: Report) -> User:
    return person("IN-NCRB", Role.SUPERVISOR)


def test_each_point_on_the_report_page_leads_to_its_rule_and_to_what_shows_it(report: Report, supervisor: User) -> None:
    client = signed_in(supervisor)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    reasons = [one for score in Score.objects.filter(report=report) for one in score.reasons]
    assert len(reasons) > 8
    rules = set(re.findall(r'href="(/triage/rules/[^"]+)"', page))
    assert len(rules) == len({(one["rule"], one.get("jurisdiction")) for one in reasons})
    for href in rules:
        path, _, anchor = href.partition("#")
        assert f'id="{anchor}"' in client.get(path).content.decode()
    for anchor in re.findall(r"<small>shown by .*?</small>", page, re.DOTALL):
        for target in re.findall(r'href="#([\w-]+)"', anchor):
            assert f'id="{target}"' in page, target


def test_what_a_text_says_is_told_by_its_term_and_never_quoted(report: Report, supervisor: User) -> None:
    page = signed_in(supervisor).get(f"/reports/{report.pk}/").content.decode()
    assert "“meet me” of list en 1, in additionalInfo, letters 1 to 7" in page
    assert "Zanzibar" not in page


def test_a_child_stays_masked_in_the_reasons(report: Report, supervisor: User) -> None:
    said = Score.objects.get(report=report, kind="priority")
    said.reasons[0]["facts"] = [{"kind": "person", "path": "/report/victim"}]
    said.save()
    page = signed_in(supervisor).get(f"/reports/{report.pk}/").content.decode()
    assert "what is said of the child" in page
    assert "/report/victim" not in page


def test_old_scores_without_evidence_are_still_shown(report: Report, supervisor: User) -> None:
    Score.objects.filter(report=report, kind="priority").update(
        reasons=[{"rule": "escalated-floor", "points": 0, "title": "Never below", "source": "s"}],
        rules_version="2",
        score=80,
    )
    page = signed_in(supervisor).get(f"/reports/{report.pk}/").content.decode()
    assert "Never below" in page
    assert "rule escalated-floor" in page


def test_a_person_raises_on_the_page_by_the_api_and_by_command(report: Report, supervisor: User) -> None:
    officer = person(supervisor.agency.code)
    client = signed_in(officer)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "Raise to the urgent lane" in page
    assert "Take out of the urgent lane" not in page
    client.post(f"/reports/{report.pk}/priority/", {"act": "something", "why": "the mother called"})
    assert not PriorityMark.objects.exists()
    client.post(f"/reports/{report.pk}/priority/", {"act": "raise", "why": "the mother <b>called"})
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "Raised by a person" in page
    assert "the mother &lt;b&gt;called" in page
    assert DeskRow.objects.get(report=report, agency=officer.agency).urgent
    assert client.post(f"/reports/{report.pk}/priority/", {"act": "lower", "why": "x"}).status_code == 403
    signed_in(supervisor).post(f"/reports/{report.pk}/priority/", {"act": "take-back", "why": "settled"})
    assert not DeskRow.objects.get(report=report, agency=officer.agency).urgent
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token(officer, TokenScope.REPORTS_WRITE)}"}
    address = f"/api/v1/reports/{report.pk}/priority"
    done = client.post(address, {"act": "raise", "why": "again"}, content_type="application/json", **headers)
    assert done.json()["done"] == "raise", done.content
    refused = client.post(address, {"act": "lower", "why": "again"}, content_type="application/json", **headers)
    assert refused.status_code == 403
    assert PriorityMark.objects.filter(report=report, ended_at=None, raised=True).count() == 1


def test_the_commands_say_the_same(report: Report, supervisor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(**_: object) -> Iterator[None]:
        yield

    monkeypatch.setattr(runtime, "_installation", opened)
    officer = person(supervisor.agency.code)

    def run(who: User, verb: str) -> Result:
        return CliRunner().invoke(
            commands, ["--as", who.email, "report", verb, str(report.pk), "--why", "the mother called"]
        )

    monkeypatch.setattr(runtime._Asker, "email", "")  # and back, when the test ends
    assert "on the urgent lane" in run(officer, "raise").output
    assert isinstance(run(officer, "lower").exception, NotPermittedError)
    assert isinstance(run(person("IN-KA-CYBER", Role.SUPERVISOR), "raise").exception, NotFoundError)
    assert "out of the urgent lane" in run(supervisor, "lower").output
    assert "the rules count alone" in run(supervisor, "take-back").output
    assert [one.raised for one in PriorityMark.objects.order_by("id")] == [True, False]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            'cat > /dev/null; echo \'{"suggestions": [{"about": "a\\u001b[31mword", "text": "look here"}]}\'',
            "look here",
        ),
        ('echo \'{"suggestions": [], "score": 0}\'', "did not answer in the form"),
        ("echo no", "did not answer in the form"),
        ("yes", "wrote more than 64 KiB"),
        ("sleep 30", "took longer than 0.5 seconds"),
    ],
)
def test_a_program_suggests_and_scores_nothing(
    report: Report, supervisor: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, told: str
) -> None:
    program = tmp_path / "model"
    program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{body}\n")
    program.chmod(0o755)
    before = list(Score.objects.filter(report=report).order_by("kind").values_list("score", "reasons"))
    try:
        said = " ".join(one.text for one in suggested(program, {"id": report.pk}, 0.5))
    except InvalidInputError as error:
        said = str(error)
    assert told in said
    assert list(Score.objects.filter(report=report).order_by("kind").values_list("score", "reasons")) == before


def test_no_program_is_asked_unless_one_is_named(
    report: Report, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def opened(**_: object) -> Iterator[None]:
        yield

    monkeypatch.setattr(runtime, "_installation", opened)
    monkeypatch.setattr(runtime._Asker, "email", "")
    done = CliRunner().invoke(commands, ["--as", supervisor.email, "report", "suggest", str(report.pk)])
    assert "TIPLINE_SUGGEST names none" in str(done.exception)


def test_a_change_is_drafted_by_weights_simulated_and_released(report: Report, national: User) -> None:
    client = signed_in(national)
    form = client.get("/triage/draft/").content.decode()
    assert 'name="w-text-meeting" value="20"' in form
    weights = {f"w-{rule.id}": str(rule.floor or rule.points) for rule in RULES.rules}
    bad = client.post("/triage/draft/", {**weights, "w-text-self-harm-floor": "10", "title": "Bad"})
    assert bad.status_code == 422
    assert "always reaches the urgent lane" in bad.content.decode()
    assert client.post("/triage/draft/", {**weights, "w-address": "1e3", "title": "Bad"}).status_code == 422
    answer = client.post("/triage/draft/", {**weights, "w-text-meeting": "70", "title": "Meetings first"})
    assert answer.headers["Location"] == "/triage/sets/1/"
    page = client.get("/triage/sets/1/").content.decode()
    assert "Meetings first" in page
    assert "<code>text-meeting</code>" in page
    assert client.post("/triage/sets/1/release/", {"note": ""}).status_code == 422
    shown = client.post("/triage/sets/1/simulate/", {"reports": "10000"}).headers["Location"]
    assert "Waits for a worker" in client.get(shown).content.decode()
    run_simulation(Simulation.objects.get().pk)
    page = client.get(shown).content.decode()
    assert "text-meeting: +20 → +70" in page
    assert f'href="/reports/{report.pk}/"' in page
    assert client.post("/triage/sets/1/release/", {"note": "tried"}).status_code == 302
    assert "version set-1" in client.get("/triage/").content.decode()
    assert client.get("/triage/rules/set-1/").status_code == 200
    assert client.post("/triage/sets/0/roll-back/", {"note": ""}).status_code == 422
    assert client.post("/triage/sets/0/roll-back/", {"note": "too much"}).status_code == 302
    assert TriageRuleSet.objects.get().state == "retired"


def test_who_does_not_manage_rules_finds_none_of_it(report: Report, national: User) -> None:
    client = signed_in(national)
    weights = {f"w-{rule.id}": str(rule.floor or rule.points) for rule in RULES.rules}
    client.post("/triage/draft/", {**weights, "title": "A draft"})
    shown = client.post("/triage/sets/1/simulate/", {"reports": "10"}).headers["Location"]
    for code, role, status in (("IN-MH-JALGAON", Role.SUPERVISOR, 404), ("IN-NCRB", Role.DESK_OFFICER, 403)):
        stranger = signed_in(person(code, role))
        for path in (
            "/triage/",
            "/triage/draft/",
            "/triage/sets/1/",
            "/triage/sets/1/weights/",
            "/triage/sets/1/release/",
            shown,
        ):
            assert stranger.get(path).status_code == status, path
    # another desk that manages rules sees the set, and not what was simulated on reports that it does not see
    other = signed_in(person("IN-KA-CYBER", Role.SUPERVISOR))
    assert other.get("/triage/sets/1/").status_code == 200
    assert other.get(shown).status_code == 404


def test_fairness_counts_what_its_reader_sees_and_hides_small_groups(
    report: Report, national: User, supervisor: User
) -> None:
    assert {one.reports for one in fairness(scope_of(national))} == {None}
    filing = report.reporter
    for number in range(FEW):
        factories.filed(filing, synthetic(f"kite_f{number}"))
    drain()
    found = {(one.by, one.name): one for one in fairness(scope_of(national))}
    assert found["all", ""].reports == FEW + 1
    assert found["provider", "Pictogram"].urgent == 0
    assert found["language", ""].reports == FEW + 1
    assert fairness(scope_of(person("IN-KA-CYBER", Role.SUPERVISOR))) in (
        [],
        [found["all", ""].__class__("all", "", None)],
    )
    client = signed_in(national)
    assert "Pictogram" in client.get("/triage/fairness/").content.decode()
    table = client.get("/triage/fairness/table.csv").content.decode()
    assert table.splitlines()[1].startswith(f"all,,{FEW + 1},0")
    stranger = signed_in(person("IN-KA-CYBER", Role.SUPERVISOR))
    assert "Pictogram" not in stranger.get("/triage/fairness/").content.decode()
    assert signed_in(person("IN-NCRB", Role.DESK_OFFICER)).get("/triage/fairness/table.csv").status_code == 403


def test_a_page_of_triage_asks_few_questions(
    report: Report, national: User, django_assert_max_num_queries: object
) -> None:
    client = signed_in(national)
    for path in ("/triage/", "/triage/rules/3/", "/triage/fairness/", "/triage/draft/"):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            assert client.get(path).status_code == 200
