"""An officer's way through the pages of exhibits, without JavaScript, and what is wrong with what they typed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.investigation.exhibits.models import CustodyEvent, Exhibit, ExhibitHash, HashLayout
from tipline.reports.models import Report, ReportedFile
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
DESK = "IN-MH-JALGAON"
SHA256 = "ab" * 32


@pytest.fixture
def report(tmp_path: Path) -> Report:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    filed = factories.filed(factories.provider())
    drain()
    return filed


@pytest.fixture
def officer(report: Report) -> User:
    return person(DESK)


@pytest.fixture
def case(report: Report, officer: User) -> Case:
    return open_case(officer, [report.pk], "Kite")


@pytest.fixture
def client(officer: User) -> Client:
    return signed_in(officer)


def form(**more: str) -> dict[str, str]:
    return {
        "kind": "device", "description": "Phone <b>black</b>\u202e", "at": "2026-11-02T10:30", "place": "Jalgaon",
        "taken_by": "SI Patil", "hash_sha256": SHA256,
    } | more  # fmt: skip


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.fixture
def path(client: Client, case: Case) -> str:
    """The page of an exhibit that was taken in by its form."""
    answer = client.post(f"/cases/{case.pk}/exhibits/new/", form())
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_an_exhibit_is_taken_in_and_its_times_are_the_desks(client: Client, case: Case, path: str) -> None:
    page = text(client, path)
    assert "EX-1" in page and "Phone &lt;b&gt;black&lt;/b&gt;⟨U+202E⟩" in page and "02 Nov 2026 10:30 IST" in page
    listed = text(client, f"/cases/{case.pk}/exhibits/")
    assert "SI Patil" in listed and "Not checked" in listed
    assert 'aria-current="page">Exhibits' in listed


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [({"hash_sha256": "ab" * 16}, "hash_sha256", "A SHA-256 has 64 hex digits; this looks like an MD5."), ({"at": "x"}, "at", "Give the day"),
     ({"place": " "}, "place", "Say the place."), ({"kind": "x"}, "kind", "Choose what kind"), ({"description": ""}, "description", "needs a description")],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(
    client: Client, case: Case, wrong: dict[str, str], field: str, says: str
) -> None:
    answer = client.post(f"/cases/{case.pk}/exhibits/new/", form(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page and f'href="#{field}"' in page and f'id="{field}-error"' in page
    assert not Exhibit.objects.exists()


def test_custody_by_the_form(client: Client, path: str) -> None:
    entry = {"kind": "handed_over", "at": "2026-11-03T09:00", "from_holder": "SI Patil", "to_holder": "Malkhana"}
    assert client.post(f"{path}custody/", entry).status_code == 302
    answer = client.post(f"{path}custody/", entry | {"to_holder": "FSL Nashik"})
    assert answer.status_code == 422 and "it was with Malkhana then, not with SI Patil" in answer.content.decode()
    answer = client.post(f"{path}custody/", entry | {"at": "2026-11-02T12:00", "from_holder": "Malkhana"})
    assert answer.status_code == 422 and "needs a reason why it comes late" in answer.content.decode()
    bad = {"kind": "checked", "at": "2026-11-04T09:00", "hash_algorithm": "sha256", "hash_value": "cd" * 32}
    answer = client.post(f"{path}custody/", bad, follow=True)
    assert "Not the recorded hash" in answer.content.decode() and "NOT the recorded one" in answer.content.decode()
    right = bad | {"hash_value": SHA256, "corrects": "3", "correction_reason": "typed wrongly"}
    assert client.post(f"{path}custody/", right).status_code == 302
    page = text(client, path)
    assert "Verified" in page and "Entry 4 stands for it: typed wrongly" in page
    assert CustodyEvent.objects.count() == 4
    for paper in ("label.pdf", "custody.pdf"):
        answer = client.get(path + paper)
        assert answer.content.startswith(b"%PDF") and "attachment" in answer["Content-Disposition"]
    assert Entry.objects.filter(action="case.exhibit_printed").count() == 2


def csv_of(body: str, name: str = "tool.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body.encode(), "text/csv")


def test_hashes_of_a_tool_by_the_form_and_what_they_match(
    client: Client, case: Case, path: str, report: Report
) -> None:
    file = ReportedFile.objects.get()
    body = f"path,md5,category\n/a,{file.md5},Vehicles\n/b,{'cd' * 16},\n/c,zz,\n"
    assert client.post(f"{path}hashes/", {"file": csv_of(body)}).status_code == 302
    page = text(client, path)
    assert "<strong>1 of 2</strong>" in page and f"report {report.pk}" in page and "1 row refused" in page
    assert "Line 4: an MD5 has hex digits only" in page and "vehicles: 1" in page
    assert "1 hash of" in text(client, f"/cases/{case.pk}/exhibits/")
    answer = client.post(f"{path}hashes/", {"file": csv_of(body)})
    assert answer.status_code == 422 and "taken over on" in answer.content.decode()
    assert client.post(f"{path}hashes/", {}).status_code == 422


def test_a_table_that_nobody_knows_is_mapped_and_its_layout_saved(client: Client, path: str) -> None:
    body = f"Fingerprint,Where\n{SHA256},/a\n"
    answer = client.post(f"{path}hashes/", {"file": csv_of(body)})
    page = answer.content.decode()
    assert (
        answer.status_code == 422
        and "Its columns are: Fingerprint, Where" in page
        and '<option value="Fingerprint">' in page
    )
    mapped = {"column_sha256": "Fingerprint", "column_name": "Where", "layout_name": "Ours"}
    assert client.post(f"{path}hashes/", {"file": csv_of(body)} | mapped).status_code == 302
    assert ExhibitHash.objects.get().name == "/a"
    assert HashLayout.objects.get().name == "Ours"
    again = client.post(f"{path}hashes/", {"file": csv_of(body + f"{'cd' * 32},/b\n")})
    assert again.status_code == 302 and ExhibitHash.objects.count() == 3


def test_a_file_that_is_too_large_or_no_table_leaves_nothing(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.post(f"{path}hashes/", {"file": csv_of("path,md5\n" + "\x00")})
    assert answer.status_code == 422 and "NUL" in answer.content.decode()
    large = "path,md5\n" + f"{'x' * 4000},{'ab' * 16}\n" * 1000  # more than memory takes
    assert client.post(f"{path}hashes/", {"file": csv_of(large)}).status_code == 302
    assert ExhibitHash.objects.count() == 1000
    view = resolve(f"{path}hashes/").func
    monkeypatch.setattr(view, "most_upload_bytes", 3_000_000)
    answer = client.post(f"{path}hashes/", {"file": csv_of(large + "/b,x\n")})
    assert answer.status_code == 422 and "tipline case import-hashes" in answer.content.decode()
    assert ExhibitHash.objects.count() == 1000


def test_the_form_of_a_file_is_guarded_as_every_form(officer: User, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(officer).cookies
    answer = strict.post(f"{path}hashes/", {"file": csv_of(f"path,md5\n/a,{'ab' * 16}\n")})
    assert answer.status_code == 403
    assert not ExhibitHash.objects.exists()


def test_hashes_of_a_reported_file_and_numbers_by_their_forms(client: Client, case: Case, report: Report) -> None:
    file = ReportedFile.objects.get()
    page = f"/cases/{case.pk}/exhibits/"
    client.post(f"{page}numbering/", {"pattern": "MR-{n}"})
    assert (
        client.post(f"{page}numbering/", {"pattern": "no number"}, follow=True).content.decode().count("Write {n} once")
        == 1
    )
    answer = client.post(f"{page}reported-file/", {"file": f"{report.pk}:{file.wire_id}"}, follow=True)
    assert "MR-1" in answer.content.decode() and file.wire_id in answer.content.decode()
    again = client.post(f"{page}reported-file/", {"file": f"{report.pk}:{file.wire_id}"}, follow=True)
    assert "an exhibit of the case already" in again.content.decode()
    assert client.post(f"{page}reported-file/", {"file": "x"}).status_code == 404


def test_the_whole_file_is_downloaded_with_a_reason_and_a_fresh_sign_in(case: Case, path: str) -> None:
    supervisor = person(DESK, Role.SUPERVISOR)
    page = f"/cases/{case.pk}/export/"
    assert signed_in(supervisor, fresh=False).get(page)["Location"].startswith("/confirm/")
    client = signed_in(supervisor)
    assert "cases_casereport" in text(client, page)
    answer = client.post(page, {"reason": "x"})
    assert answer.status_code == 422 and "Say why in 10 to 300 characters." in answer.content.decode()
    answer = client.post(page, {"reason": "Asked for by the District Court"})
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/zip"
    assert "exhibits/0001-custody.pdf" in zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert signed_in(person(DESK)).get(page).status_code == 404  # a desk officer exports nothing
