"""Lists of known hashes on screen: whoever manages lists of the agency sends files, others who may know of a list read, and nobody else gets anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import agency, drain, person, signed_in
from tests.integration.pipeline.known_lists import brought_in, listed, md5
from tipline.core.clock import now
from tipline.pipeline.matching.lists import services
from tipline.pipeline.matching.lists.models import ListImport
from tipline.pipeline.matching.lists.services import Terms
from tipline.pipeline.matching.lists.tasks import import_list
from tipline.pipeline.matching.models import KnownHash, KnownList, Match
from tipline.pipeline.rematching import settle_and_rematch
from tipline.reports.models import Report, ReportedFile
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry as LogEntry

pytestmark = pytest.mark.django_db
DESK = "IN-MH-JALGAON"


@pytest.fixture
def chief() -> User:
    factories.standard_tree()
    return person(DESK, Role.SUPERVISOR)


@pytest.fixture
def known(chief: User) -> KnownList:
    return services.add("example", Terms(title="Example list"), agency(DESK), chief.actor)


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_a_list_is_begun_sent_read_revoked_changed_and_ended_on_screen(chief: User) -> None:
    client = signed_in(chief)
    assert "No list yet" in page(client, "/hashes/known/")
    form = {
        "name": "Example!",
        "title": "Example list",
        "category": "baseline",
        "confidence": "0.5",
        "publisher": "A publisher",
    }
    refused = client.post("/hashes/known/new/", form)
    assert refused.status_code == 422 and "Small letters" in refused.content.decode()
    assert client.post("/hashes/known/new/", {**form, "name": "example", "confidence": "x"}).status_code == 422
    begun = client.post("/hashes/known/new/", {**form, "name": "example"})
    known = KnownList.objects.get()
    here = f"/hashes/known/{known.pk}/"
    assert begun.url == here and (known.agency, known.confidence, known.category) == (agency(DESK), 0.5, "baseline")  # type: ignore[attr-defined]  # a redirect
    body = "\n".join([*(md5(n) for n in range(20)), "<b>wrong</b>"]).encode()
    sent = client.post(f"{here}file/", {"file": SimpleUploadedFile("<i>list.txt", body), "kind": "md5"})
    row = ListImport.objects.get()
    assert sent.url == f"{here}imports/{row.pk}/"  # type: ignore[attr-defined]  # as above
    waiting = page(client, sent.url)  # type: ignore[attr-defined]  # as above
    assert 'http-equiv="refresh"' in waiting and "&lt;i&gt;list.txt" in waiting
    assert 'http-equiv="refresh"' in page(client, "/hashes/known/")
    import_list(row.pk)
    done = page(client, sent.url)  # type: ignore[attr-defined]  # as above
    assert 'http-equiv="refresh"' not in done and "wrong length" in done and "<b>wrong" not in done and ">21<" in done
    assert "20 entries" in page(client, here)
    assert "is no kind" not in page(client, here)
    client.post(f"{here}act/", {"verb": "revoke", "kind": "md5", "hash": md5(3), "reason": "Mistaken"})
    assert "19 entries" in page(client, here) and ("md5", md5(3)) not in listed(known)
    assert (
        "no such hash"
        in client.post(
            f"{here}act/", {"verb": "revoke", "kind": "md5", "hash": md5(3), "reason": "x"}, follow=True
        ).content.decode()
    )
    client.post(
        f"{here}act/",
        {"verb": "change", "title": "Renamed", "publisher": "", "category": "national", "confidence": "1"},
    )
    assert "Renamed" in page(client, "/hashes/known/")
    assert client.post(f"{here}act/", {"verb": "end"}).status_code == 302
    assert "Ended" in page(client, here)
    logged = (
        LogEntry.objects.filter(object_type="known_list", actor_id=chief.pk)
        .order_by("id")
        .values_list("action", flat=True)
    )
    assert list(logged) == [
        "known_list.added",
        "known_list.file_sent",
        "known_hash.revoked",
        "known_list.changed",
        "known_list.ended",
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [({}, "Choose one"), ({"file": b""}, "empty"), ({"file": b"x", "kind": "crc"}, "Choose one of the list"), ({"file": b"x", "form": "docx"}, "form")],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_a_sentence(
    chief: User, known: KnownList, files: dict[str, str | bytes], words: str
) -> None:
    data = {name: SimpleUploadedFile("list", one) if isinstance(one, bytes) else one for name, one in files.items()}
    answer = signed_in(chief).post(f"/hashes/known/{known.pk}/file/", data, follow=True)
    assert words.lower() in answer.content.decode().lower() and not ListImport.objects.exists()


def test_a_file_that_is_too_large_is_dropped(chief: User, known: KnownList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_UPLOAD_BYTES", 10)
    sent = {"file": SimpleUploadedFile("list", b"0" * 11)}
    assert "MiB at most" in signed_in(chief).post(f"/hashes/known/{known.pk}/file/", sent, follow=True).content.decode()
    assert not ListImport.objects.exists()


def test_others_read_what_they_may_know_of_and_write_nothing(chief: User, known: KnownList, tmp_path: Path) -> None:
    brought_in(known, md5(1), tmp_path, kind="md5")
    row = ListImport.objects.get()
    everybodys = services.add("everybodys", Terms(), None, chief.actor)
    here = f"/hashes/known/{known.pk}/"
    readers = [
        person(DESK, Role.INVESTIGATOR),
        person(DESK, Role.ADMINISTRATOR),
    ]
    for reader in readers:
        client = signed_in(reader)
        assert "Example list" in page(client, "/hashes/known/") and "Example list" in page(client, here)
        page(client, f"{here}imports/{row.pk}/")
        page(client, f"/hashes/known/{everybodys.pk}/")
    strangers = [person(code, Role.SUPERVISOR) for code in ("IN-MH-PUNE", "IN-MH-CYBER", "IN-BR-CYBER")]
    for stranger in strangers:
        client = signed_in(stranger)
        assert "Example list" not in page(client, "/hashes/known/")
        page(client, here, 404)
        page(client, f"{here}imports/{row.pk}/", 404)
        page(client, f"/hashes/known/{everybodys.pk}/imports/{row.pk}/", 404)
    for role in (Role.AUDITOR, Role.STATISTICIAN):
        page(signed_in(person(DESK, role)), "/hashes/known/", 403)
        page(signed_in(person(DESK, role)), here, 403)
    acts = [
        ("act/", {"verb": "end"}),
        ("act/", {"verb": "revoke", "kind": "md5", "hash": md5(1), "reason": "x"}),
        ("file/", {}),
        ("act/", {}),
    ]
    writers = [(readers[0], 403), (strangers[0], 404), (strangers[1], 404)]
    for somebody, status in writers:
        client = signed_in(somebody)
        for path, data in acts:
            sent = {**data, "file": SimpleUploadedFile("list", b"x")} if path == "file/" else data
            assert client.post(f"{here}{path}", sent).status_code == status, (somebody.role, path)
    # the whole installation's is the operator's
    assert signed_in(chief).post(f"/hashes/known/{everybodys.pk}/act/", {"verb": "end"}).status_code == 404
    known.refresh_from_db()
    assert known.ended_at is None and len(listed(known)) == 1 and ListImport.objects.count() == 1


def test_reports_that_a_list_knows_are_shown_to_who_sees_them_and_counted_for_nobody_else(
    chief: User, known: KnownList, tmp_path: Path
) -> None:
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = factories.filed(factories.provider(), factories.synthetic())
    drain()
    brought_in(known, md5(1), tmp_path, kind="md5")
    file = ReportedFile.objects.filter(report=report).earliest("id")
    Match.objects.create(
        report=Report.objects.get(pk=report.pk),
        file=file,
        known=KnownHash.objects.get(),
        distance=0,
        stage_version="1",
        at=now(),
    )
    everybodys = services.add("everybodys", Terms(), None, chief.actor)
    KnownHash.objects.update(known_list=everybodys)
    here = f"/hashes/known/{everybodys.pk}/"
    assert f'href="/reports/{report.pk}/"' in page(signed_in(chief), here)
    for somebody in (person("IN-MH-PUNE", Role.SUPERVISOR), person(DESK, Role.ADMINISTRATOR)):
        assert f"/reports/{report.pk}/" not in page(signed_in(somebody), here)


def test_pages_ask_little(chief: User, known: KnownList, tmp_path: Path) -> None:
    for number in range(3):
        brought_in(
            services.add(f"list-{number}", Terms(), agency(DESK), chief.actor), md5(number), tmp_path, kind="md5"
        )
    client = signed_in(chief)
    for path in ("/hashes/known/", f"/hashes/known/{known.pk}/", "/hashes/known/new/"):
        page(client, path)
        with CaptureQueriesContext(connection) as asked:
            page(client, path)
        asks = [q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
        assert len(asks) <= 12, [one["sql"][:150] for one in asks]


def test_a_report_says_which_lists_know_its_files_and_whose_list_it_is_decides_who_is_told(
    chief: User, known: KnownList, tmp_path: Path
) -> None:
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    factories.demo_ranges(tmp_path)
    report = factories.filed(factories.provider(), factories.synthetic())
    drain()
    md5_of_it = ReportedFile.objects.filter(report=report).earliest("id").md5
    everybodys = services.add(
        "everybodys", Terms(title="<b>National list</b>", category="industry_a1"), None, chief.actor
    )
    for one in (known, everybodys):
        brought_in(one, md5_of_it, tmp_path, kind="md5")
    assert settle_and_rematch()
    path = f"/reports/{report.pk}/"
    mine = page(signed_in(chief), path)
    assert "Known files" in mine and f'href="/hashes/known/{known.pk}/"' in mine and "the same hash" in mine
    assert "&lt;b&gt;National list" in mine and "CSAM, industry A1" in mine and "<b>National" not in mine
    above = page(signed_in(person("IN-MH-CYBER", Role.SUPERVISOR)), path)
    assert "National list" in above and "Example list" not in above
    services.end(everybodys.pk, chief.actor)
    assert settle_and_rematch()
    assert "no longer" in page(signed_in(chief), path)


def test_a_program_reads_what_lists_hold_and_no_hash(chief: User, known: KnownList, tmp_path: Path) -> None:
    brought_in(known, md5(1), tmp_path, kind="md5")
    headers = factories.bearer(factories.token(chief, "hashes:read"))
    items = Client().get("/api/v1/hashes/known", **headers).json()["items"]
    assert [(one["name"], one["entries"], one["counts"]["md5"]["live"]) for one in items] == [("example", 1, 1)]
    one = Client().get(f"/api/v1/hashes/known/{known.pk}", **headers)
    assert one.json()["imports"][0]["added"] == 1 and md5(1) not in one.content.decode()
    stranger = factories.bearer(factories.token(person("IN-MH-PUNE", Role.SUPERVISOR), "hashes:read"))
    assert Client().get("/api/v1/hashes/known", **stranger).json()["items"] == []
    assert Client().get(f"/api/v1/hashes/known/{known.pk}", **stranger).status_code == 404
    assert Client().get("/api/v1/hashes/known").status_code == 401
