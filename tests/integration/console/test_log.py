"""The auditor's screens of the log, what of it is public, and that whatever shows reports is an entry in it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests import factories
from tests.factories import drain, person, signed_in
from tests.integration.trust.log import round_of, settings_for
from tests.integration.trust.test_offline_verifier import run, written
from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.keys import listed_keys, rotate_signing_key
from tipline.investigation.cases.services import open_case
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.agencies.services import set_oversight
from tipline.trust.audit.models import Entry, StoredCheckpoint
from tipline.trust.audit.services import Act, record

HANDLE = "lantern_of_the_log"


@pytest.fixture
def settings_here(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Keys and a witness of this test."""
    settings = settings_for(tmp_path)
    for module in ("views", "public"):
        monkeypatch.setattr(f"tipline.console.log.{module}.config", lambda: settings)
    return settings


@pytest.fixture
def report(db: None, tmp_path: Path) -> Report:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = factories.filed(factories.provider(), factories.synthetic(HANDLE))
    drain()
    return report


@pytest.fixture
def auditor(report: Report) -> User:
    return person("IN-MH-JALGAON", Role.AUDITOR)


def page(client: Client, path: str = "/log/", status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def last(action: str) -> Entry:
    return Entry.objects.filter(action=action).latest("id")


# --- reading is an entry ---------------------------------------------------------------------------------------------


def test_a_page_of_a_desk_is_one_entry_that_counts_what_it_showed(report: Report) -> None:
    officer = person("IN-MH-JALGAON")
    assert HANDLE in page(signed_in(officer), "/desk/?tab=all&page=1")
    entry = last("desk.read")
    assert (entry.actor_id, entry.agency_id, entry.object_id) == (officer.pk, officer.agency_id, "IN-MH-JALGAON")
    assert entry.detail == {"tab": "all", "page": 1, "rows": 1}
    assert Entry.objects.filter(action="desk.read").count() == 1


def test_the_form_of_an_act_shows_reports_and_is_an_entry(report: Report) -> None:
    text = signed_in(person("IN-MH-JALGAON")).post("/desk/act/", {"verb": "return", "report": [report.pk]})
    assert HANDLE in text.content.decode()
    assert last("desk.read").detail == {"act": "return", "rows": 1}


def test_a_list_of_cases_and_a_case_are_entries(report: Report) -> None:
    officer = person("IN-MH-JALGAON")
    case = open_case(officer, [report.pk], "Kite")
    client = signed_in(officer)
    assert "Kite" in page(client, "/cases/")
    assert last("case.listed").detail == {"page": 1, "rows": 1}
    page(client, f"/cases/{case.pk}/")
    assert last("case.read").object_id == str(case.pk)


def test_who_sees_no_reports_leaves_no_entry_of_having_read_some(report: Report) -> None:
    client = signed_in(person("IN-MH-JALGAON", Role.STATISTICIAN))
    client.get("/desk/")
    client.get("/cases/")
    assert not Entry.objects.filter(action__in=["desk.read", "case.listed"]).exists()


def test_a_page_that_fails_leaves_no_entry_and_shows_nothing(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading and its entry are one transaction: without the entry there is no page."""

    def broken(*_: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("tipline.console.desk.views.record", broken)
    client = signed_in(person("IN-MH-JALGAON"))
    client.raise_request_exception = False
    answer = client.get("/desk/?tab=all")
    assert answer.status_code == 500
    assert HANDLE not in answer.content.decode()


# --- the screen ---------------------------------------------------------------------------------------------------


def test_the_auditor_reads_who_did_what_and_nothing_of_reports(report: Report, auditor: User) -> None:
    officer = person("IN-MH-JALGAON")
    signed_in(officer).get(f"/reports/{report.pk}/")
    text = page(signed_in(auditor))
    assert f"read report {report.pk}" in text
    assert officer.email in text or officer.name in text
    assert HANDLE not in text
    assert "Waits for its place" in text


def test_reading_the_log_is_an_entry_with_what_was_asked(report: Report, auditor: User) -> None:
    page(signed_in(auditor), "/log/?action=report.read&object_id=4")
    entry = last("log.read")
    assert entry.actor_id == auditor.pk
    assert entry.detail == {"rows": 0, "before": None, "action": "report.read", "object_id": "4"}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_no_other_role_finds_it(report: Report, role: Role) -> None:
    client = signed_in(person("IN-MH-JALGAON", role))
    for path in ("/log/", "/log/checkpoints/", f"/log/{last('report.finished').pk}/proof/"):
        assert client.get(path).status_code == 404
    assert ">Log</a>" not in page(client, "/agencies/")


def test_an_auditor_sees_the_own_agency_and_those_it_oversees(report: Report, auditor: User) -> None:
    signed_in(person("IN-MH-PUNE")).get("/desk/")
    pune = last("desk.read")
    client = signed_in(auditor)
    assert ">Log</a>" in page(client, "/agencies/")
    assert "IN-MH-PUNE" not in page(client)
    assert client.get(f"/log/{pune.pk}/proof/").status_code == 404
    set_oversight(
        auditor.agency, factories.agency("IN-MH-PUNE"), with_below=False, reason="Order 7", actor=factories.TESTS
    )
    assert "read the list of reports on the desk IN-MH-PUNE" in page(signed_in(User.objects.get(pk=auditor.pk)))


def _done(actor: User, *acts: Act) -> None:
    record(actor.actor, acts)


def test_filters_choose_and_pages_go_by_number(report: Report, auditor: User) -> None:
    officer = person("IN-MH-JALGAON")
    _done(officer, *(Act("report.read", "report", number) for number in range(60)), Act("case.read", "case", 5))
    client = signed_in(auditor)
    first = page(client, "/log/?action=report.")
    assert first.count("read report") == 50
    oldest = Entry.objects.filter(action="report.read").order_by("-id")[49]
    assert f"before={oldest.pk}" in first
    second = page(client, f"/log/?action=report.&before={oldest.pk}")
    assert "read report 9" in second
    assert "read report 10<" not in second
    assert "The newest" in second
    assert "Older entries" not in second
    only = page(client, "/log/?object_type=case&object_id=5")
    assert "read case 5" in only
    assert "read report" not in only
    assert "read case 5" not in page(client, "/log/?actor=nobody")
    assert "read case 5" in page(client, f"/log/?actor={officer.actor.label[:5].upper()}&object_type=case")


def test_days_are_those_of_the_desk(report: Report, auditor: User) -> None:
    from zoneinfo import ZoneInfo

    _done(person("IN-MH-JALGAON"), Act("case.read", "case", 5))
    client = signed_in(auditor)
    today = now().astimezone(ZoneInfo("Asia/Kolkata")).date()
    for query, there in (
        (f"from={today}&to={today}", True), (f"from={today + timedelta(days=1)}", False),
        (f"to={today - timedelta(days=1)}", False),
    ):  # fmt: skip
        assert ("read case 5" in page(client, f"/log/?{query}")) is there, query


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "to=2026-13-01", "to=9999-12-31", "action=Report", "action=%25", "action=a.b.c"],
)
def test_what_cannot_be_meant_is_said_beside_its_field(auditor: User, query: str) -> None:
    text = page(signed_in(auditor), f"/log/?{query}", 422)
    assert "error-summary" in text
    assert "<tbody" not in text


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=" + "9" * 30, "actor=%27%22%3Cscript%3E"])
def test_nonsense_breaks_nothing(auditor: User, query: str) -> None:
    text = page(signed_in(auditor), f"/log/?{query}")
    assert "<script>" not in text


def test_hostile_names_in_the_log_are_shown_as_text(report: Report, auditor: User) -> None:
    hostile = Actor(ActorKind.PERSON, 1, "<b>\u202eevil", auditor.agency_id)
    record(hostile, [Act("case.read", "case", "<i>5\u202e", {"<u>": "<s>\u2066"})])
    text = page(signed_in(auditor))
    for raw in ("<b>", "<i>5", "<u>", "<s>", "\u202e", "\u2066"):
        assert raw not in text


def test_the_page_asks_few_questions_however_much_it_shows(report: Report, auditor: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _done(person("IN-MH-JALGAON"), *(Act("report.read", "report", number) for number in range(60)))
    client = signed_in(auditor)
    with CaptureQueriesContext(connection) as asked:
        page(client)
    questions = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(questions) <= 9, questions


# --- proofs and checkpoints ---------------------------------------------------------------------------------------


def test_a_proof_is_taken_and_holds_offline(
    report: Report, auditor: User, settings_here: Config, tmp_path: Path
) -> None:
    signed_in(person("IN-MH-JALGAON")).get(f"/reports/{report.pk}/")
    entry = last("report.read")
    client = signed_in(auditor)
    early = client.get(f"/log/{entry.pk}/proof/", follow=True)
    assert "is not under a checkpoint yet" in early.content.decode()
    round_of(settings_here)
    text = page(client)
    assert f"/log/{entry.pk}/proof/" in text
    assert "Signed" in text
    answer = client.get(f"/log/{entry.pk}/proof/")
    assert answer["Content-Disposition"] == f'attachment; filename="entry-{entry.pk}-proof.json"'
    assert last("log.proof_taken").object_id == str(entry.pk)
    content = json.loads(answer.content)
    assert json.loads(content["entry"])["object"] == {"type": "report", "id": str(report.pk)}
    keys = tmp_path / "keys.json"
    keys.write_bytes(Client().get("/.well-known/tipline/keys.json").content)
    code, said, _ = run(written(tmp_path, content), "--key", keys, cwd=tmp_path)
    assert code == 0
    assert said.startswith("PROVEN")


def test_checkpoints_and_keys_are_listed(report: Report, auditor: User, settings_here: Config) -> None:
    client = signed_in(auditor)
    assert "No checkpoint yet" in page(client, "/log/checkpoints/")
    round_of(settings_here)
    rotate_signing_key(settings_here)
    size = round_of(settings_here)
    text = page(client, "/log/checkpoints/")
    assert bytes(StoredCheckpoint.objects.latest("id").root).hex() in text
    for key in listed_keys(settings_here):
        assert key.name in text
    assert f"signs the first {size} entries" in text
    assert last("log.checkpoints_read").actor_id == auditor.pk


def test_the_keys_and_the_newest_checkpoint_are_public(report: Report, settings_here: Config) -> None:
    stranger = Client()
    for path in ("keys.json", "checkpoint"):
        assert stranger.get(f"/.well-known/tipline/{path}").status_code == 404
        assert stranger.post(f"/.well-known/tipline/{path}").status_code == 405
    assert listed_keys(settings_here) == [], "a stranger's question makes no key"
    round_of(settings_here)
    keys, note = (stranger.get(f"/.well-known/tipline/{path}") for path in ("keys.json", "checkpoint"))
    assert [key["key"] for key in keys.json()["keys"]] == [key.key for key in listed_keys(settings_here)]
    assert note["Content-Type"] == "text/plain; charset=utf-8"
    assert note.content.decode() == StoredCheckpoint.objects.latest("id").note
    for answer in (keys, note):
        assert answer["Cache-Control"] == "public, max-age=10"
        assert not answer.cookies
