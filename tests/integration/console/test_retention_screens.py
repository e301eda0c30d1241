"""A supervisor's way through the screens of retention, and what others get of them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.cli import app as commands
from tipline.cli import runtime
from tipline.core.config import Config, load_config
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.investigation.retention import schedule
from tipline.investigation.retention.certificates import verify
from tipline.investigation.retention.models import Certificate, Destruction, Hold
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
DESK = "IN-MH-JALGAON"
COURT = {"authority": "District Court", "reference": "DC 9", "court": "1"}


@pytest.fixture
def installation(tmp_path: Path) -> Config:
    return load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def report(tmp_path: Path) -> Report:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    filed = factories.filed(factories.provider())
    drain()
    return filed


def supervisor() -> Client:
    return signed_in(person(DESK, Role.SUPERVISOR))


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_a_report_says_which_rules_apply_and_what_stands_against_its_destruction(report: Report) -> None:
    page = text(signed_in(person(DESK)), f"/reports/{report.pk}/")
    assert "us-clearinghouse-report, version 1" in page
    assert "to be reviewed by a lawyer" in page
    assert "Never by schedule, only on order" in page
    assert "Place a legal hold" not in page  # a desk officer's page has no buttons
    assert "Place a legal hold" in text(supervisor(), f"/reports/{report.pk}/")


def test_a_hold_shows_and_stops_and_is_lifted(report: Report) -> None:
    client = supervisor()
    answer = client.post("/retention/hold/", {"report": report.pk, "authority": "", "reference": "SC 1"})
    assert answer.status_code == 422
    assert "The authority is 1 to 300 characters" in answer.content.decode()
    hostile = "<script>alert(1)</script>\u202e"
    answer = client.post("/retention/hold/", {"report": report.pk, "authority": hostile, "reference": "SC 1"})
    assert answer["Location"] == f"/reports/{report.pk}/"
    page = text(client, f"/reports/{report.pk}/") + text(client, "/retention/")
    assert "Legal hold" in page
    assert "<script>" not in page
    assert "⟨U+202E⟩" in page
    answer = client.post("/retention/order/", {"report": report.pk, **COURT})
    assert answer.status_code == 422
    assert "a legal hold of IN-MH-JALGAON stands" in answer.content.decode()
    assert not Destruction.objects.exists()
    hold = Hold.objects.get()
    assert client.post(f"/retention/holds/{hold.pk}/lift/", {"reason": ""}).status_code == 422
    assert client.post(f"/retention/holds/{hold.pk}/lift/", {"reason": "ended"}).status_code == 302
    assert client.post("/retention/order/", {"report": report.pk, **COURT}).status_code == 302


def test_from_the_order_to_the_tombstone(report: Report, installation: Config) -> None:
    first, second = supervisor(), supervisor()
    path = first.post("/retention/order/", {"report": report.pk, **COURT})["Location"]
    assert "another person has to confirm it" in text(first, path)
    assert first.post(path, {"verb": "confirm"}).status_code == 403
    assert second.post(path, {"verb": "x"}).status_code == 422
    assert "Waits for a second person" in text(second, f"/reports/{report.pk}/")
    assert second.post(path, {"verb": "confirm"}).status_code == 302
    assert second.post(path, {"verb": "confirm"}).status_code == 422
    assert schedule.finish_begun(installation) == 1
    page = text(second, f"/reports/{report.pk}/")
    number = Certificate.objects.get().pk
    assert "Destroyed" in page and "DC 9" in page and f"/retention/certificates/{number}/" in page
    assert "monsoon_kite_07" not in page
    assert f"Certificate {number}" in text(signed_in(person("US-NCMEC", Role.ANALYST)), f"/reports/{report.pk}/")
    assert "Backups made before" in text(second, f"/retention/certificates/{number}/")
    answer = second.get(f"/retention/certificates/{number}.json")
    assert verify(answer.content)["reports"] == [report.pk]
    assert Entry.objects.filter(action="retention.destruction_confirmed").count() == 1


def test_what_was_ordered_can_be_taken_back(report: Report) -> None:
    first = supervisor()
    path = first.post("/retention/order/", {"report": report.pk, **COURT})["Location"]
    assert first.post(path, {"verb": "refuse", "reason": ""}).status_code == 422
    assert first.post(path, {"verb": "refuse", "reason": "Wrong number"}).status_code == 302
    assert "Wrong number" in text(first, path)
    assert Report.objects.get(pk=report.pk).destroyed_at is None


def test_a_case_is_closed_held_and_destroyed_on_its_own_page(report: Report, installation: Config) -> None:
    case = open_case(person(DESK), [report.pk], "A title to forget")
    first, second = supervisor(), supervisor()
    assert first.post("/retention/order/", {"case": case.pk, **COURT}).status_code == 422
    ending = {"act": "close", "reason": "untraced", "close_text": "No log was left"}
    assert first.post(f"/cases/{case.pk}/close/", ending).status_code == 302
    again = first.post(f"/cases/{case.pk}/close/", ending)
    assert again.status_code == 422 and "is closed already" in again.content.decode()
    assert Case.objects.get().state == "closed"
    path = first.post("/retention/order/", {"case": case.pk, **COURT})["Location"]
    second.post(path, {"verb": "confirm"})
    schedule.finish_begun(installation)
    page = text(first, f"/cases/{case.pk}/")
    assert "A title to forget" not in page + text(first, "/cases/")
    assert case.number in page
    assert "on order <strong>DC 9</strong>" in page


def test_lifting_and_ordering_ask_for_a_fresh_sign_in(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    from tipline.console import authorise

    monkeypatch.setattr(authorise, "reverse", lambda name: f"/{name}/")
    client = signed_in(person(DESK, Role.SUPERVISOR), fresh=False)
    assert client.post("/retention/hold/", {"report": report.pk, **COURT})["Location"] == f"/reports/{report.pk}/"
    for path in (f"/retention/holds/{Hold.objects.get().pk}/lift/", f"/retention/order/?report={report.pk}"):
        assert client.get(path)["Location"].startswith("/console:confirm/?next="), path


# --- the operator ---------------------------------------------------------------------------------------------


@pytest.fixture
def runner(installation: Config, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    @contextmanager
    def here(*, current: bool) -> Any:
        yield installation

    monkeypatch.setattr(runtime, "_installation", here)
    return CliRunner()


def test_the_operator_destroys_with_two_names(report: Report, runner: CliRunner, tmp_path: Path) -> None:
    order = ["retention", "destroy", "--report", str(report.pk), "--order", "DC 9", "--authority", "Court"]
    order += ["--ordered-by", "J. Patil", "--confirmed-by", "A. Rao"]
    told = runner.invoke(commands, order)
    assert "nothing was destroyed" in told.output
    assert isinstance(runner.invoke(commands, [*order, "--yes"]).exception, ConflictError)  # the minimum
    assert not Destruction.objects.exists()
    done = runner.invoke(commands, [*order, "--court", "--yes"])
    assert done.exit_code == 0, done.exception
    number = Certificate.objects.get().pk
    file = tmp_path / "c.json"
    runner.invoke(commands, ["retention", "certificate", str(number), "-o", str(file)])
    assert runner.invoke(commands, ["retention", "check", str(file)]).exit_code == 0
    file.write_text(file.read_text().replace("DC 9", "DC 8"))
    assert isinstance(runner.invoke(commands, ["retention", "check", str(file)]).exception, InvalidInputError)


def test_the_operator_sees_rules_decisions_holds_and_what_is_due(report: Report, runner: CliRunner) -> None:
    def said(*words: str) -> Any:
        done = runner.invoke(commands, ["retention", *words, "--json"])
        assert done.exit_code == 0, done.exception
        return json.loads(done.output)

    assert {"us-clearinghouse-report", "in-police-report", "anywhere-report"} <= {r["id"] for r in said("rules")}
    decision = said("show", str(report.pk))
    assert [r["agency"] for r in decision["rules"]] == ["US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON"]
    assert {b["why"] for b in decision["blocks"]} == {"minimum", "no_maximum"}
    assert said("due") == said("holds") == said("orders") == []
    hold = ["retention", "hold", "--agency", DESK, "--report", str(report.pk), "--authority", "Court"]
    runner.invoke(commands, [*hold, "--reference", "SC 1", "--placed-by", "J. Patil"])
    (held,) = said("holds")
    assert (held["report"], held["placed_by"], held["lifted_at"]) == (report.pk, "J. Patil", None)
    lifted = ["retention", "lift", str(held["hold"]), "--reason", "ended", "--lifted-by", "J. Patil"]
    assert runner.invoke(commands, lifted).exit_code == 0
    assert said("holds")[0]["lift_reason"] == "ended"
    assert runner.invoke(commands, ["retention", "schedule", "US-NCMEC", "on"]).exit_code == 0
    assert "the schedule took 0 things" in runner.invoke(commands, ["retention", "run"]).output
