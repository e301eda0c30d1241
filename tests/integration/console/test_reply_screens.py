"""The screens and the command of replies: handed in, columns named, looked at, used; and hostile text is text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

from tests import factories
from tests.integration.investigation.test_replies import HEAD, case, line, officer, sighting, table
from tipline.investigation.cases.models import Case, CasePerson
from tipline.investigation.replies.models import Reply, ReplyState
from tipline.trust.accounts.models import Role, User

pytestmark = pytest.mark.django_db
__all__ = ["case", "officer"]


def send(client: Client, case: Case, body: bytes, name: str = "ipdr.csv", **more: str) -> str:
    """Hand a file in, and the page that follows."""
    form = {"file": SimpleUploadedFile(name, body), "company": "Deccan Net (example)", "zone": "UTC", **more}
    return client.post(f"/cases/{case.pk}/replies/upload/", form, follow=True).content.decode()


def test_from_the_file_to_the_account_holder(officer: User, case: Case) -> None:
    client = factories.signed_in(officer)
    assert "No replies yet" in client.get(f"/cases/{case.pk}/replies/").content.decode()
    text = send(client, case, table(line(sighting("monsoon_kite_07")), line(sighting("paper_boat_22"))))
    for words in ("is kept as it came", "To be looked at", "One subscriber", "monsoon_kite_07", "paper_boat_22", "A. Patil (fictional)", "the time lies within the session", "no judgement of anybody"):  # fmt: skip
        assert words in text, words
    assert "<img" not in text and "<script" not in text.replace("<script src", "")
    address = f"/cases/{case.pk}/replies/1/act/"
    refused = client.post(address, {"verb": "apply"})
    assert refused.status_code == 422 and "Tick at least one" in refused.content.decode()
    key = text.split('name="entry" value="')[1].split('"')[0]
    done = client.post(address, {"verb": "apply", "entry": [key], "file": "1"}, follow=True).content.decode()
    assert "account holders with their evidence" in done and "Used" in done
    assert CasePerson.objects.get().evidence.count() == 2
    assert client.post(address, {"verb": "apply", "entry": [key], "file": "1"}).status_code == 302
    assert CasePerson.objects.count() == 1
    listed = client.get(f"/cases/{case.pk}/replies/").content.decode()
    assert "Reply 1" in listed and "Internet sessions" in listed
    report = client.get(f"/reports/{Reply.objects.get().report_id}/")
    assert report.status_code == 200
    assert client.get(f"/cases/{case.pk}/").status_code == 200


def test_unknown_columns_are_named_on_the_screen(officer: User, case: Case) -> None:
    client = factories.signed_in(officer)
    of = sighting("monsoon_kite_07")
    assert of.at is not None
    text = send(
        client,
        case,
        f"Adresse,Port,Zeit,<b>Kunde</b>\n{of.ip},{of.port},{of.at:%Y-%m-%d %H:%M:%S},=cmd|x\u202e\n".encode(),
    )
    assert "Say what each column is" in text
    assert "&lt;b&gt;Kunde" in text and "<b>Kunde" not in text
    assert "⟨U+202E⟩" in text and "\u202e" not in text
    address = f"/cases/{case.pk}/replies/1/act/"
    wrong = client.post(address, {"verb": "map", "kind": "ipdr", "column-0": "ip", "zone": "UTC"})
    assert wrong.status_code == 422 and "There is a problem" in wrong.content.decode()
    named = {"verb": "map", "kind": "ipdr", "column-0": "ip", "column-1": "port", "column-2": "start", "column-3": "subscriber", "zone": "UTC"}  # fmt: skip
    done = client.post(address, named, follow=True).content.decode()
    assert "In quarantine" in done and "written like a formula" in done
    released = client.post(
        address, {"verb": "release", "why": "A name, I asked the company"}, follow=True
    ).content.decode()
    assert "One subscriber" in released


def test_in_quarantine_nothing_of_the_rows_is_shown(officer: User, case: Case) -> None:
    client = factories.signed_in(officer)
    text = send(
        client, case, table("198.51.100.200,4000,05/01/2026 10:00:00,05/01/2026 11:00:00,S-1,Secret Person,9820000009")
    )
    assert "In quarantine" in text and "another case" in text and "Secret Person" not in text
    rows = client.get(f"/cases/{case.pk}/replies/1/problems.csv")
    assert "another case" in rows.content.decode() and "Secret" not in rows.content.decode()
    done = client.post(
        f"/cases/{case.pk}/replies/1/act/", {"verb": "reject", "why": "Of Pune"}, follow=True
    ).content.decode()
    assert "set aside" in done and "Of Pune" in done


def test_reasons_as_csv_are_never_a_formula(officer: User, case: Case) -> None:
    client = factories.signed_in(officer)
    good = line(sighting("monsoon_kite_07"))
    send(client, case, table(good, good + ",x", head=HEAD + ',"=1+cmd|x"'), name="=evil.csv")
    answer = client.get(f"/cases/{case.pk}/replies/1/problems.csv")
    assert (
        answer["Content-Type"].startswith("text/csv")
        and answer["Content-Disposition"] == 'attachment; filename="reply-1-problems.csv"'
    )
    cells = [cell for row in csv.reader(io.StringIO(answer.content.decode())) for cell in row]
    assert "'=1+cmd|x" in cells
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]


def test_what_is_too_large_or_no_file_is_told_on_the_form(
    officer: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = factories.signed_in(officer)
    address = f"/cases/{case.pk}/replies/upload/"
    nothing = client.post(address, {"company": "x"})
    assert nothing.status_code == 422 and "Choose a file" in nothing.content.decode()
    monkeypatch.setattr(resolve(address).func, "most_upload_bytes", 300_000)
    large = client.post(address, {"file": SimpleUploadedFile("x.csv", b"a,b\n" * 100_000)})
    assert large.status_code == 422 and "MiB" in large.content.decode()
    picture = client.post(address, {"file": SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n")})
    assert picture.status_code == 422 and "neither read nor kept" in picture.content.decode()
    assert not Reply.objects.exists()


def test_a_form_without_its_token_hands_nothing_in(officer: User, case: Case) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = factories.signed_in(officer).cookies
    answer = client.post(f"/cases/{case.pk}/replies/upload/", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 403
    assert not Reply.objects.exists()
    stranger = Client().post(f"/cases/{case.pk}/replies/upload/", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert stranger.status_code == 302 and stranger["Location"].startswith("/sign-in/")


def test_a_large_file_is_left_to_a_worker(officer: User, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from tipline.investigation.replies import services, tasks

    monkeypatch.setattr(services, "AT_ONCE_BYTES", 10)
    text = send(factories.signed_in(officer), case, table(line(sighting("monsoon_kite_07"))))
    assert "A worker is reading it" in text
    job = ProcrastinateJob.objects.get(task_name=services.READ)
    tasks.read(**job.args)
    assert Reply.objects.get().state == ReplyState.READY


@pytest.mark.parametrize(("code", "role"), [("IN-MH-PUNE", Role.DESK_OFFICER), ("IN-MH-CYBER", Role.SUPERVISOR), ("IN-MH-JALGAON", Role.INVESTIGATOR), ("IN-MH-JALGAON", Role.ADMINISTRATOR)])  # fmt: skip
def test_the_wrong_person_gets_nothing(officer: User, case: Case, code: str, role: Role) -> None:
    send(factories.signed_in(officer), case, table(line(sighting("monsoon_kite_07"))))
    client = factories.signed_in(factories.person(code, role))
    for path in ("", "1/", "1/problems.csv"):
        assert client.get(f"/cases/{case.pk}/replies/{path}").status_code == 404, path
    assert client.post(f"/cases/{case.pk}/replies/1/act/", {"verb": "reject", "why": "x"}).status_code == 404
    assert (
        client.post(f"/cases/{case.pk}/replies/upload/", {"file": SimpleUploadedFile("x.csv", b"a,b\n")}).status_code
        == 404
    )
    assert Reply.objects.get().state == ReplyState.READY


def test_the_command_does_what_the_screens_do(
    officer: User, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json
    from collections.abc import Iterator
    from contextlib import contextmanager

    from typer.testing import CliRunner

    from tipline.cli import app, runtime

    @contextmanager
    def here(*, current: bool = True) -> Iterator[None]:
        yield

    monkeypatch.setattr(runtime, "_installation", here)
    file = tmp_path / "ipdr.csv"
    file.write_bytes(table(line(sighting("monsoon_kite_07"))))

    def run(*words: str) -> dict[str, object]:
        done = CliRunner().invoke(
            app, ["--as", officer.email, "case", "reply", *words, "--json"], catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        return json.loads(done.output)  # type: ignore[no-any-return]

    said = run("import", case.number, str(file), "--zone", "UTC", "--company", "Deccan Net (example)")
    assert (said["state"], said["rows"]) == ("ready", 1)
    key = said["entries"][0]["key"]  # type: ignore[index]
    assert run("show", case.number, "1")["findings"][0]["verdict"] == "matched"  # type: ignore[index]
    assert run("apply", case.number, "1", "--entry", key)["state"] == "applied"
    assert CasePerson.objects.count() == 1
