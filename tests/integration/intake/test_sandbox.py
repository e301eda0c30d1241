"""The sandbox answers as the record does, call by call, and nothing of it is ever a report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from lxml import etree

from tests import factories
from tipline.core.clock import now
from tipline.demo.synthetic import file_details_xml, report_xml
from tipline.intake.cybertipline import credentials
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.intake.cybertipline.record import record_of
from tipline.intake.doors import calls
from tipline.intake.doors.models import DoorCall, ProviderDay
from tipline.intake.sandbox import record, tasks
from tipline.intake.sandbox.models import FIRST_NUMBER, LAST_NUMBER, SandboxFile, SandboxReport
from tipline.reports.models import Document, Holding, Report, ReportedFile, ReportState
from tipline.reports.services import FILES_PER_REPORT, expire_open
from tipline.trust.accounts.models import Reporter, ReporterCredential
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, provider_scope

pytestmark = pytest.mark.django_db

XML = "text/xml; charset=utf-8"
BODY = report_xml(factories.synthetic())
OTHER_BODY = report_xml(factories.synthetic("another_kite"))


@pytest.fixture(autouse=True)
def _tree(db: None) -> None:
    factories.standard_tree()
    credentials.forget_all()


@pytest.fixture
def reporter() -> Reporter:
    return factories.provider()


class Side:
    """A provider's calls at one of the two addresses, and the answers without their numbers."""

    def __init__(self, base: str, reporter: Reporter) -> None:
        self.base, self.headers = base, factories.basic(reporter)
        self.reporter = reporter
        self.reports: list[int] = []
        self.files: list[str] = []
        self.sandbox = "test" in base

    def call(self, name: str, body: Any = b"", content_type: str = XML, **headers: str) -> list[Any]:
        options = {"content_type": content_type} if content_type else {}
        answer = Client(raise_request_exception=False).post(
            f"/{self.base}/{name}", body, **options, **self.headers, **headers
        )
        root = etree.fromstring(answer.content)
        if name == "submit" and root.findtext("reportId"):
            self.reports.append(int(root.findtext("reportId") or 0))
        if name == "upload" and root.findtext("fileId"):
            self.files.append(root.findtext("fileId") or "")
        return [name, answer.status_code, root.tag, [(e.tag, self._numbered(e.text or "")) for e in root.iter()]]

    def _numbered(self, text: str) -> str:
        for place, number in enumerate(self.reports):
            text = re.sub(rf"\b{number}\b", f"<report {place}>", text)
        for place, file_id in enumerate(self.files):
            text = text.replace(file_id, f"<file {place}>")
        return text

    def submit(self, body: bytes = BODY, **headers: str) -> list[Any]:
        return self.call("submit", body, **headers)

    def upload(self, report: int, body: bytes = b"noise") -> list[Any]:
        return self.call("upload", {"id": str(report), "file": SimpleUploadedFile("a.png", body)}, "")

    def details(self, report: int, file_id: str) -> list[Any]:
        return self.call("fileinfo", file_details_xml(report, file_id, b"noise", factories.synthetic(), 1))

    def form(self, name: str, report: int) -> list[Any]:
        return self.call(name, {"id": str(report)}, "")

    def aged(self, **ago: float) -> list[Any]:
        """Everything is as old as that, and what was left open expires."""
        then = now() - timedelta(**ago)
        if self.sandbox:
            SandboxReport.objects.update(received_at=then, changed_at=then)
            return [record.expire_open()]
        Report.objects.update(received_at=then, changed_at=then)
        return [expire_open()]

    def crowded(self) -> None:
        """The newest report has all the files it can have."""
        count = FILES_PER_REPORT - 1
        if self.sandbox:
            SandboxFile.objects.bulk_create(
                SandboxFile(sandbox_report_id=self.reports[-1], wire_id=f"{n:032x}", sha256="", size_bytes=1)
                for n in range(count)
            )
        else:
            ReportedFile.objects.bulk_create(
                ReportedFile(
                    report_id=self.reports[-1], wire_id=f"{n:032x}", size_bytes=1, md5="0" * 32, sha1="0" * 40,
                    sha256="0" * 64, received_at=now(),
                )
                for n in range(count)
            )  # fmt: skip


Story = Callable[[Side], list[Any]]
STORIES: dict[str, Story] = {
    "a whole report": lambda s: [
        s.submit(), s.upload(s.reports[0]), s.details(s.reports[0], s.files[0]), s.upload(s.reports[0], b"more"),
        s.details(s.reports[0], s.files[0]), s.form("finish", s.reports[0]),
    ],
    "finished is finished": lambda s: [
        s.submit(), s.form("finish", s.reports[0]), s.form("finish", s.reports[0]), s.form("retract", s.reports[0]),
        s.upload(s.reports[0]), s.details(s.reports[0], "0" * 32),
    ],
    "retracted is retracted": lambda s: [
        s.submit(), s.upload(s.reports[0]), s.form("retract", s.reports[0]), s.form("retract", s.reports[0]),
        s.form("finish", s.reports[0]), s.upload(s.reports[0]), s.details(s.reports[0], s.files[0]),
    ],
    "what is not there": lambda s: [
        s.form("finish", 7), s.form("retract", 7), s.upload(7), s.details(7, "f" * 32), s.form("finish", 9999999999999999999),
        s.submit(), s.details(s.reports[0], "f" * 32), s.upload(s.reports[0], b""), s.form("finish", s.reports[0]),
    ],
    "a key": lambda s: [
        s.submit(HTTP_IDEMPOTENCY_KEY="one"), s.submit(HTTP_IDEMPOTENCY_KEY="one"), s.submit(OTHER_BODY, HTTP_IDEMPOTENCY_KEY="one"),
        s.submit(OTHER_BODY, HTTP_IDEMPOTENCY_KEY="two"), [s.reports[0] == s.reports[1], len(set(s.reports))],
        s.form("finish", s.reports[0]), s.submit(HTTP_IDEMPOTENCY_KEY="one"), s.submit(HTTP_IDEMPOTENCY_KEY="x" * 256),
    ],
    "expired": lambda s: [
        s.submit(), s.aged(hours=23), s.upload(s.reports[0]), s.aged(hours=25), s.upload(s.reports[0]), s.details(s.reports[0], "0" * 32),
        s.form("finish", s.reports[0]), s.form("retract", s.reports[0]), s.submit(), s.form("finish", s.reports[1]),
    ],
    "documents at fault": lambda s: [
        s.submit(b""), s.submit(b"<report/>"), s.submit(b"<!DOCTYPE x><report/>"), s.submit(b"<fileDetails/>"), s.submit(b"\xff\xfe<"),
        s.call("fileinfo", BODY), s.call("fileinfo", b"<fileDetails><reportId>x</reportId></fileDetails>"),
    ],
    "calls at fault": lambda s: [
        s.call("finish", {"no": "id"}, ""), s.call("finish", {"id": "seven"}, ""), s.call("upload", b"x"), s.call("elsewhere"),
        s.call("status"), s.submit(), s.call("upload", {"id": str(s.reports[0])}, ""),
    ],
    "too many files": lambda s: [
        s.submit(), [s.crowded()], s.upload(s.reports[0]), s.upload(s.reports[0]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_both_records_answer_alike(story: str, reporter: Reporter) -> None:
    live, sandbox = (STORIES[story](Side(base, reporter)) for base in ("ispws", "ispws-test"))
    assert live == sandbox


def _all_counts() -> dict[str, int]:
    """How many rows every table of the product has, without those of the sandbox."""
    ours = ("sandbox_", "doors_doorcall", "cybertipline_refuseddocument")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall() if not table.startswith(ours)]
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


def test_nothing_of_it_is_in_any_other_table(reporter: Reporter) -> None:
    before = _all_counts()
    for story in STORIES.values():
        story(Side("ispws-test", reporter))
    calls.flush()
    assert SandboxReport.objects.count() > 5
    assert DoorCall.objects.filter(sandbox=True).count() > 40
    assert _all_counts() == before
    # said of the tables that matter by name, so that a rename cannot empty this test
    for model in (Report, Document, ReportedFile, Holding, Entry, ProviderDay):
        assert before[model._meta.db_table] == (Entry.objects.count() if model is Entry else 0)
    assert set(RefusedDocument.objects.values_list("sandbox", flat=True)) == {True}


def test_numbers_cannot_be_taken_for_real_ones(reporter: Reporter) -> None:
    live, sandbox = Side("ispws", reporter), Side("ispws-test", reporter)
    for side in (live, sandbox):
        side.submit()
        side.upload(side.reports[0])
    assert FIRST_NUMBER <= sandbox.reports[0] <= LAST_NUMBER == 2**31 - 1
    assert live.reports[0] < FIRST_NUMBER
    assert sandbox.files[0].startswith(record.FILE_MARK) and re.fullmatch("[0-9a-f]{32}", sandbox.files[0])
    # and one record knows nothing of the other's
    code = dict(sandbox.form("finish", live.reports[0])[3])["responseCode"]
    assert code == dict(live.form("finish", sandbox.reports[0])[3])["responseCode"] == "5001"


def test_after_the_last_number_it_begins_anew(reporter: Reporter, owner_url: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seqstart, seqmin, seqmax, seqcycle FROM pg_sequence"
            " WHERE seqrelid = pg_get_serial_sequence('sandbox_sandboxreport', 'id')::regclass"
        )
        assert cursor.fetchone() == (FIRST_NUMBER, FIRST_NUMBER, LAST_NUMBER, True)


def test_credentials_of_the_sandbox_open_nothing_else(reporter: Reporter) -> None:
    ReporterCredential.objects.update(sandbox=True)
    side = Side("ispws", reporter)
    side.submit()
    assert side.reports[0] >= FIRST_NUMBER
    assert not Report.objects.exists()


def test_of_a_document_and_a_file_only_digest_and_size_are_kept(reporter: Reporter) -> None:
    side = Side("ispws-test", reporter)
    side.submit()
    side.upload(side.reports[0], b"noise")
    side.details(side.reports[0], side.files[0])
    report, file = SandboxReport.objects.get(), SandboxFile.objects.get()
    assert (report.document_sha256, report.size_bytes) == (hashlib.sha256(BODY).hexdigest(), len(BODY))
    assert (file.sha256, file.size_bytes) == (hashlib.sha256(b"noise").hexdigest(), 5)
    assert file.details_sha256 and file.details_bytes
    with connection.cursor() as cursor:
        for table in ("sandbox_sandboxreport", "sandbox_sandboxfile"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert not any("monsoon" in row or "a.png" in row for (row,) in cursor.fetchall())


def test_an_upload_is_never_sealed(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    from tipline.intake.cybertipline import receiving
    from tipline.reports import evidence

    def no_store(config: Any) -> Any:
        raise AssertionError("the sandbox opened the evidence store")

    monkeypatch.setattr(evidence, "open_store", no_store)
    assert not record_of(sandbox=True).seals
    side = Side("ispws-test", reporter)
    side.submit()
    assert side.upload(side.reports[0])[1] == 200
    assert receiving


def test_a_repeat_is_marked_as_in_the_record(reporter: Reporter) -> None:
    side = Side("ispws-test", reporter)
    side.submit()
    side.submit()
    first, second = SandboxReport.objects.order_by("id")
    assert (first.probable_repeat_of, second.probable_repeat_of) == (None, first.pk)
    SandboxReport.objects.update(received_at=now() - timedelta(minutes=11))
    side.submit()
    assert SandboxReport.objects.order_by("-id")[0].probable_repeat_of is None


def test_a_provider_sees_its_own_rows_by_both_locks(reporter: Reporter) -> None:
    other = factories.provider("Other")
    side = Side("ispws-test", reporter)
    side.submit()
    side.upload(side.reports[0])
    code = dict(Side("ispws-test", other).form("finish", side.reports[0])[3])["responseCode"]
    assert code == "5001"
    for who, sees in ((reporter, 1), (other, 0)):
        with acting(provider_scope(who.pk)):
            assert (SandboxReport.objects.count(), SandboxFile.objects.count()) == (sees, sees)


def test_the_daily_job_leaves_what_is_younger_than_a_day(reporter: Reporter) -> None:
    side = Side("ispws-test", reporter)
    for _ in range(2):
        side.submit()
        side.upload(side.reports[-1])
    side.submit(b"<report/>")
    Side("ispws", reporter).submit(b"<report/>")
    old, young = side.reports
    SandboxReport.objects.filter(pk=old).update(changed_at=now() - timedelta(hours=25))
    RefusedDocument.objects.update(received_at=now() - timedelta(hours=25))
    calls.flush()
    DoorCall.objects.filter(call="upload").update(at=now() - timedelta(days=31))
    tasks.purge.func(0)
    assert list(SandboxReport.objects.values_list("id", flat=True)) == [young]
    assert SandboxFile.objects.count() == 1
    assert [r.sandbox for r in RefusedDocument.objects.all()] == [False]
    assert set(DoorCall.objects.values_list("call", flat=True)) == {"submit"}


def test_the_job_every_five_minutes_marks_what_expired(reporter: Reporter) -> None:
    side = Side("ispws-test", reporter)
    side.submit()
    SandboxReport.objects.update(received_at=now() - timedelta(hours=25), changed_at=now() - timedelta(minutes=59))
    tasks.expire.func(0)
    assert SandboxReport.objects.get().state == ReportState.OPEN
    SandboxReport.objects.update(changed_at=now() - timedelta(minutes=61))
    tasks.expire.func(0)
    assert SandboxReport.objects.get().state == ReportState.EXPIRED
