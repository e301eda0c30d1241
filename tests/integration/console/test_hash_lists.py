"""Screens and commands of hash lists: a file of a report is said to be something, a list is begun, published, read and withdrawn."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from tests import factories
from tests.factories import person, signed_in
from tests.integration.exchange.hashes import DESK, alone, found, live, published
from tests.integration.investigation.casework import Work, worked
from tipline.cli import app, runtime
from tipline.core.config import Config, config
from tipline.core.keys import signing_key
from tipline.exchange.hash_lists.models import Finding, HashList, Subscriber
from tipline.investigation.exhibits import services as exhibits
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry as LogEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return worked(tmp_path)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_two_people_say_what_a_reported_file_is_and_a_supervisor_publishes_it(work: Work) -> None:
    report, supervisor = work.reports[0], signed_in(work.supervisor)
    begun = supervisor.post(
        "/hashes/new/", {"name": "confirmed", "title": "Confirmed at Jalgaon", "category": ["baseline"], "needs": "2"}
    )
    (made,) = HashList.objects.all()
    assert begun.status_code == 302 and begun["Location"] == f"/hashes/{made.pk}/"
    file = report.files.get()
    page = text_of(signed_in(work.one), f"/reports/{report.pk}/")
    address = f"/reports/{report.pk}/finding/?file={file.wire_id}"
    assert address in page
    for who in (work.one, work.two):
        officer = signed_in(who)
        assert file.sha256 in re.sub(r"<[^>]+>|\s", "", text_of(officer, address))
        said = officer.post(address, {"file": file.wire_id, "category": "baseline", "reason": "Examination 12"})
        assert said.status_code == 302
    assert "Examination 12" in text_of(signed_in(work.two), address)
    assert supervisor.post(f"/hashes/{made.pk}/act/", {"verb": "publish"}).status_code == 302
    assert live(made) == dict.fromkeys((file.md5, file.sha1, file.sha256), "baseline")
    shown = text_of(supervisor, f"/hashes/{made.pk}/")
    assert "3 entries" in shown and "Edition" in shown
    (entry,) = LogEntry.objects.filter(action="hash.found").order_by("id")[:1]
    assert entry.detail == {"category": "baseline", "hashes": 3, "report": str(report.pk)}


def test_a_form_with_a_fault_says_which_and_nothing_is_kept(work: Work) -> None:
    report, client = work.reports[0], signed_in(work.supervisor)
    file = report.files.get().wire_id
    for given, words in (
        ({"category": "guilty", "reason": "x"}, "is none"),
        ({"category": "baseline", "reason": ""}, "1 to 300"),
    ):
        answer = client.post(f"/reports/{report.pk}/finding/", {"file": file, **given})
        assert answer.status_code == 422 and words in answer.content.decode()
    for given, words in (({"name": "A!", "title": "x", "category": "baseline", "needs": "2"}, "Small letters"), ({"name": "a", "title": "x", "needs": "2"}, "at least one"), ({"name": "a", "title": "x", "category": "baseline", "needs": "x"}, "1 to 5")):  # fmt: skip
        answer = client.post("/hashes/new/", given)
        assert answer.status_code == 422 and words in answer.content.decode()
    assert client.get(f"/reports/{report.pk}/finding/?file={'0' * 32}").status_code == 404
    assert not Finding.objects.exists() and not HashList.objects.exists()


def test_an_exhibit_is_said_to_be_something(work: Work) -> None:
    file = work.reports[0].files.get()
    made = exhibits.take_in_reported_file(work.one, work.case.pk, file.report_id, file.wire_id, "SI Patil")
    client = signed_in(work.one)
    address = f"/cases/{work.case.pk}/exhibits/{made.pk}/finding/"
    assert address in text_of(client, f"/cases/{work.case.pk}/exhibits/{made.pk}/")
    assert client.post(address, {"category": "national", "reason": "Examination 12"}).status_code == 302
    assert set(Finding.objects.get().hashes.values_list("value", flat=True)) >= {file.md5, file.sha256}
    assert LogEntry.objects.get(action="hash.found").detail["exhibit"] == str(made.pk)


def test_a_key_is_shown_once_and_ended_and_the_page_says_who_has_read_how_far() -> None:
    factories.standard_tree()
    supervisor = person(DESK, Role.SUPERVISOR)
    made = alone(supervisor)
    found(supervisor, 1)
    published(made, supervisor)
    client = signed_in(supervisor)
    shown = client.post(f"/hashes/{made.pk}/subscriber/", {"name": "Pictogram <b>", "days": "30"}).content.decode()
    key = re.search(r"<code>([0-9]{8}\|[\w-]{43})</code>", shown)
    assert key and "Pictogram &lt;b&gt;" in shown
    page = text_of(client, f"/hashes/{made.pk}/")
    assert key[1] not in page and "never" in page
    assert Client().get(f"/api/v1/hashes/{made.pk}/threat_updates", {"access_token": key[1]}).status_code == 200
    assert "has the newest edition" in text_of(client, f"/hashes/{made.pk}/")
    client.post(f"/hashes/{made.pk}/act/", {"verb": "unsubscribe", "subscriber": str(Subscriber.objects.get().pk)})
    assert Client().get(f"/api/v1/hashes/{made.pk}", {"access_token": key[1]}).status_code == 401
    assert client.post(f"/hashes/{made.pk}/act/", {"verb": "end"})["Location"] == "/hashes/"
    assert client.get(f"/hashes/{made.pk}/").status_code == 404


def test_another_agency_and_an_officer_get_no_more_than_they_may() -> None:
    factories.standard_tree()
    supervisor, officer = person(DESK, Role.SUPERVISOR), signed_in(person(DESK))
    made = alone(supervisor)
    finding = found(supervisor, 1)
    strangers = signed_in(person("IN-MH-PUNE", Role.SUPERVISOR))
    assert strangers.get(f"/hashes/{made.pk}/").status_code == 404
    assert f"/hashes/{made.pk}/" not in text_of(strangers, "/hashes/")
    for verb in ("publish", "end"):
        assert strangers.post(f"/hashes/{made.pk}/act/", {"verb": verb}).status_code == 404
        assert officer.post(f"/hashes/{made.pk}/act/", {"verb": verb}).status_code == 403
    assert strangers.post(f"/hashes/findings/{finding.pk}/withdraw/", {"reason": "x"}).status_code == 404
    assert officer.post(f"/hashes/findings/{finding.pk}/withdraw/", {"reason": "x"}).status_code == 403
    page = text_of(officer, f"/hashes/{made.pk}/")
    assert "Who reads it" not in page and "Make a key" not in page


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CliRunner]:
    """Commands in this process, on the test's database."""

    @contextmanager
    def here(*, current: bool) -> Iterator[Config]:
        yield config()

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runtime, "_installation", here)
    yield CliRunner()
    runtime.run_as("")


def test_the_same_by_command_and_the_file_is_proven_without_tipline(runner: CliRunner, tmp_path: Path) -> None:
    factories.standard_tree()
    supervisor = person(DESK, Role.SUPERVISOR)

    def run(*arguments: str, who: User = supervisor) -> str:
        done = runner.invoke(app, ["--as", who.email, "hashes", *arguments])
        assert done.exit_code == 0, (arguments, done.exception, done.output)
        return done.stdout

    (tmp_path / "table.csv").write_text(f"kind,hash\nmd5,{'A' * 32}\npdq,{'b' * 64}\n")
    (tmp_path / "plain.txt").write_text(f"{'c' * 64}\n\n{'c' * 64}\n")
    run("add-list", "confirmed", "--title", "Confirmed", "--category", "baseline", "--needs", "1")
    run("confirm", "table.csv", "--category", "baseline", "--reason", "Examination 12")
    run("confirm", "plain.txt", "--kind", "sha256", "--category", "baseline", "--reason", "Examination 12")
    assert "edition 1, 3 entries" in run("publish", "confirmed") and "nothing changed" in run("publish", "confirmed")
    assert json.loads(run("lists", "--json"))[0]["entries"] == 3
    assert "|" in run("subscribe", "confirmed", "Pictogram", "--days", "30")
    run("export", "confirmed", "-o", "list.ndjson")
    tool = Path(__file__).parents[3] / "tools" / "verify_hash_list.py"
    verify = [sys.executable, str(tool), "list.ndjson", "--key", str(signing_key(config()).public)]
    assert "PROVEN" in subprocess.run(verify, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    lines = (tmp_path / "list.ndjson").read_text().splitlines(keepends=True)
    for altered, words in (
        ("".join(lines[:-1]), "2 entries"), ("".join([lines[1], lines[0], lines[2]]), "order"),
        ("".join(lines).replace("baseline", "national", 1), "another root"),
    ):  # fmt: skip
        (tmp_path / "list.ndjson").write_text(altered)
        refused = subprocess.run(verify, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert refused.returncode == 1 and words in refused.stderr
    run("withdraw", str(Finding.objects.order_by("id").first().pk), "--reason", "Mixed up")  # type: ignore[union-attr]
    assert "edition 2, 1 entries" in run("publish", "confirmed")
    assert "withdrawn" in run("findings")
