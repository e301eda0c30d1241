"""What a provider can rely on at the door: codes, statuses, sentences, and nothing half-written."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from lxml import etree

from tests import factories
from tipline.core.clock import now
from tipline.demo.synthetic import file_details_xml, noise_png, report_xml
from tipline.intake.cybertipline import credentials
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.reports import services
from tipline.reports.models import Document, Processing, Report, ReportedFile, ReportState
from tipline.reports.services import expire_open
from tipline.trust.accounts.models import Reporter

pytestmark = pytest.mark.django_db

XML = "text/xml; charset=utf-8"


class Door:
    """A provider's calls through Django's test client, read as a client reads them."""

    def __init__(self, reporter: Reporter, password: str = factories.PASSWORD) -> None:
        self.reporter = reporter
        self.headers: dict[str, Any] = factories.basic(reporter, password)
        self.client = Client(raise_request_exception=False)

    def post(self, call: str, body: Any, content_type: str = XML, **headers: str) -> tuple[int, etree._Element, Any]:
        options = {"content_type": content_type} if content_type else {}
        response = self.client.post(f"/ispws/{call}", body, **options, **self.headers, **headers)
        assert len(response["Request-ID"]) == 32
        root = etree.fromstring(response.content)
        return int(root.findtext("responseCode") or -1), root, response

    def opened(self, body: bytes | None = None, **headers: str) -> int:
        code, root, _ = self.post("submit", body or report_xml(factories.synthetic()), **headers)
        assert code == 0
        return int(root.findtext("reportId") or 0)

    def uploaded(self, report_id: int, body: bytes = b"noise", name: str = "a.png") -> str:
        from django.core.files.uploadedfile import SimpleUploadedFile

        part = SimpleUploadedFile("x", body)
        part._name = name  # as it came, not as Django cleans it
        code, root, _ = self.post("upload", {"id": str(report_id), "file": part}, content_type="")
        assert code == 0
        return root.findtext("fileId") or ""


@pytest.fixture(autouse=True)
def _tree(db: None) -> None:
    factories.standard_tree()
    credentials.forget_all()


@pytest.fixture
def reporter() -> Reporter:
    return factories.provider()


@pytest.fixture
def door(reporter: Reporter) -> Door:
    return Door(reporter)


def described(root: etree._Element) -> str:
    return root.findtext("responseDescription") or ""


def test_a_whole_report_is_kept_byte_for_byte(door: Door, reporter: Reporter) -> None:
    body = report_xml(factories.synthetic())
    report_id = door.opened(body)
    file_id = door.uploaded(report_id, b"noise")
    details = file_details_xml(report_id, file_id, b"noise", factories.synthetic(), 1)
    assert door.post("fileinfo", details)[0] == 0
    code, root, response = door.post("finish", {"id": report_id}, content_type="")
    assert (code, response.status_code, root.tag) == (0, 200, "reportDoneResponse")
    assert [e.text for e in root.findall("files/fileId")] == [file_id]
    report = Report.objects.get(pk=report_id)
    assert (report.state, report.processing, report.reporter) == (ReportState.FINISHED, Processing.WAITING, reporter)
    assert [bytes(b) for b in Document.objects.order_by("id").values_list("body", flat=True)] == [body, details]
    file = report.files.get()
    assert (file.md5, file.sha256) == (hashlib.md5(b"noise").hexdigest(), hashlib.sha256(b"noise").hexdigest())


def test_upload_answers_with_the_md5_of_the_file(door: Door) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    _, root, response = door.post(
        "upload", {"id": str(door.opened()), "file": SimpleUploadedFile("a", b"bytes")}, content_type=""
    )
    assert root.findtext("hash") == hashlib.md5(b"bytes").hexdigest()
    assert [e.tag for e in root] == ["responseCode", "responseDescription", "reportId", "fileId", "hash"]
    assert response["Content-Type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_AUTHORIZATION": "Basic !!!"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_AUTHORIZATION": "Basic " + "QQ==" * 900},
    ],
)
def test_missing_credentials_get_an_empty_401(headers: dict[str, str]) -> None:
    response = Client().get("/ispws/status", **headers)  # type: ignore[arg-type]
    assert (response.status_code, response.content) == (401, b"")
    assert response["WWW-Authenticate"].startswith("Basic realm=")
    assert len(response["Request-ID"]) == 32


def test_a_wrong_password_gets_an_empty_401_and_stores_nothing(reporter: Reporter) -> None:
    response = Client().post(
        "/ispws/submit", report_xml(factories.synthetic()), content_type=XML, **factories.basic(reporter, "wrong")
    )
    assert (response.status_code, response.content) == (401, b"")
    assert not Report.objects.exists()


def test_a_switched_off_provider_is_refused_once_the_memory_of_it_is_gone(door: Door, reporter: Reporter) -> None:
    assert door.client.get("/ispws/status", **door.headers).status_code == 200
    Reporter.objects.update(active=False)
    credentials.forget_all()
    assert door.client.get("/ispws/status", **door.headers).status_code == 401


def test_status_and_schema_answer(door: Door) -> None:
    status = door.client.get("/ispws/status", **door.headers)
    assert etree.fromstring(status.content).findtext("reportId") is None
    schema = etree.fromstring(door.client.get("/ispws/xsd", **door.headers).content)
    assert etree.XMLSchema(schema).validate(etree.fromstring(report_xml(factories.synthetic())))


def test_unknown_calls_are_1210_and_wrong_methods_405(door: Door) -> None:
    code, _, response = door.post("nosuchcall", b"")
    assert (code, response.status_code) == (1210, 404)
    response = door.client.get("/ispws/submit", **door.headers)
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert etree.fromstring(response.content).findtext("responseCode") == "4000"


@pytest.mark.parametrize(
    ("change", "code", "status", "words"),
    [
        ((b"<incidentType>", b"<incidentTyp>"), 4110, 400, "line"),
        ((b"<platform>Pictogram</platform>", b"<newThing>1</newThing>"), 4100, 422, "unknown element newThing"),
        (
            (b"<platform>Pictogram</platform>", b"<platform>" + b"x" * 257 + b"</platform>"),
            4100,
            422,
            "257 characters are too long, at most 256",
        ),
        ((b"<port>50112</port>", b"<port>70000</port>"), 4100, 422, "out of range"),
        ((b"Upload</eventName>", b"Download</eventName>"), 4100, 422, "'Download' is not one of"),
        ((b"<report ", b"<!DOCTYPE report [<!ENTITY a 'b'>]><report "), 4110, 400, "document type"),
        ((b"</report>", b"<?php x ?></report>"), 4110, 400, "processing instruction"),
    ],
)
def test_a_wrong_document_is_named_refused_and_kept(
    door: Door, reporter: Reporter, change: tuple[bytes, bytes], code: int, status: int, words: str
) -> None:
    body = report_xml(factories.synthetic()).replace(*change)
    got, root, response = door.post("submit", body)
    assert (got, response.status_code) == (code, status)
    assert words in described(root)
    assert not Report.objects.exists()
    kept = RefusedDocument.objects.get()
    assert (bytes(kept.body), kept.code, kept.reporter, kept.request_id) == (
        body,
        code,
        reporter,
        response["Request-ID"],
    )


def test_a_body_over_the_limit_is_refused_before_it_is_read(door: Door) -> None:
    code, root, response = door.post("submit", b"x", CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert (code, response.status_code) == (4000, 400)
    assert "larger than 8388608 bytes" in described(root)


def test_another_providers_report_does_not_exist(door: Door) -> None:
    report_id = door.opened()
    stranger = Door(factories.provider("Clipwave"))
    for call in ("finish", "retract"):
        code, _, response = stranger.post(call, {"id": report_id}, content_type="")
        assert (code, response.status_code) == (5001, 404)
    nowhere = stranger.post("finish", {"id": report_id + 1000}, content_type="")[1]
    theirs = stranger.post("finish", {"id": report_id}, content_type="")[1]
    assert described(nowhere).replace(str(report_id + 1000), "N") == described(theirs).replace(str(report_id), "N")


def test_what_a_finished_report_refuses(door: Door) -> None:
    report_id = door.opened()
    assert door.post("finish", {"id": report_id}, content_type="")[0] == 0
    for call, document in (("finish", "reportDoneResponse"), ("retract", "reportResponse")):
        code, root, response = door.post(call, {"id": report_id}, content_type="")
        assert (code, response.status_code, root.tag) == (5102, 409, document)
        assert f"report {report_id} is already finished" in described(root)
    with pytest.raises(AssertionError):
        door.uploaded(report_id)
    assert not ReportedFile.objects.exists()


def test_a_retracted_report_reaches_nobody(door: Door) -> None:
    report_id = door.opened()
    assert door.post("retract", {"id": report_id}, content_type="")[0] == 0
    assert door.post("retract", {"id": report_id}, content_type="")[0] == 5101
    assert door.post("finish", {"id": report_id}, content_type="")[0] == 5101
    report = Report.objects.get(pk=report_id)
    assert (report.state, report.processing, report.holdings.count()) == (ReportState.RETRACTED, Processing.NONE, 0)


def test_an_empty_file_is_4200_and_leaves_nothing(door: Door) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    code, _, response = door.post(
        "upload", {"id": str(door.opened()), "file": SimpleUploadedFile("a", b"")}, content_type=""
    )
    assert (code, response.status_code) == (4200, 400)
    assert not ReportedFile.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [({}, "field id is missing"), ({"id": "1; drop"}, "not a report number"), ({"id": ["1", "2"]}, "more than once")],
)
def test_a_form_without_a_proper_id_is_4000(door: Door, fields: dict[str, Any], words: str) -> None:
    code, root, response = door.post("finish", fields, content_type="")
    assert (code, response.status_code) == (4000, 400)
    assert words in described(root)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\evil.exe", "photo\u202egnp.exe", "tab\tname", "ν.png", "x" * 300]
)
def test_a_file_name_is_text_and_never_a_path(door: Door, name: str) -> None:
    report_id = door.opened()
    boundary = "b0undary"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="id"\r\n\r\n{report_id}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nnoise\r\n--{boundary}--\r\n'
    ).encode()
    assert door.post("upload", body, content_type=f"multipart/form-data; boundary={boundary}")[0] == 0
    stored = ReportedFile.objects.get().upload_name
    assert stored.replace("\\", "") == name.replace("\\", "")


def test_finish_takes_its_id_as_a_form_too(door: Door) -> None:
    report_id = door.opened()
    code, *_ = door.post("finish", f"id={report_id}", content_type="application/x-www-form-urlencoded")
    assert code == 0


def test_details_of_a_file_of_another_report_are_5002(door: Door) -> None:
    first, second = door.opened(), door.opened()
    file_id = door.uploaded(first)
    code, _, response = door.post("fileinfo", file_details_xml(second, file_id, b"noise", factories.synthetic(), 1))
    assert (code, response.status_code) == (5002, 404)


def test_a_supplemental_file_carries_no_classification(door: Door) -> None:
    report_id = door.opened()
    details = file_details_xml(report_id, door.uploaded(report_id), b"noise", factories.synthetic(), 1)
    code, root, _ = door.post("fileinfo", details.replace(b">Reported<", b">Supplemental Reported<"))
    assert code == 4100
    assert "carries no classification" in described(root)


def test_a_retry_with_the_same_key_is_the_same_report(door: Door) -> None:
    body = report_xml(factories.synthetic())
    first = door.opened(body, HTTP_IDEMPOTENCY_KEY="k1")
    assert door.opened(body, HTTP_IDEMPOTENCY_KEY="k1") == first
    code, root, _ = door.post("submit", body + b" ", HTTP_IDEMPOTENCY_KEY="k1")
    assert code == 4000
    assert "another document" in described(root)
    assert Report.objects.count() == 1


def test_the_same_bytes_without_a_key_are_a_probable_repeat(door: Door) -> None:
    body = report_xml(factories.synthetic())
    first, second = door.opened(body), door.opened(body)
    assert first != second
    assert Report.objects.get(pk=second).probable_repeat_of_id == first
    Report.objects.filter(pk=second).update(received_at=now() - timedelta(minutes=11))
    Report.objects.filter(pk=first).update(received_at=now() - timedelta(minutes=12))
    assert Report.objects.get(pk=door.opened(body)).probable_repeat_of_id is None


def test_a_report_left_open_expires_and_says_so(door: Door) -> None:
    report_id = door.opened()
    assert expire_open(now() + timedelta(hours=23)) == 0
    assert expire_open(now() + timedelta(hours=25)) == 1
    code, root, response = door.post("finish", {"id": report_id}, content_type="")
    assert (code, response.status_code) == (5001, 404)
    assert "expired" in described(root)


def test_a_fault_on_our_side_tells_a_stranger_nothing(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret internals")

    monkeypatch.setattr("tipline.intake.cybertipline.views.services.open_report", broken)
    code, root, response = door.post("submit", report_xml(factories.synthetic()))
    assert (code, response.status_code) == (1000, 500)
    assert "secret" not in response.content.decode()
    assert response["Request-ID"] in described(root)


def test_a_report_that_takes_no_file_says_so_before_a_large_file_is_read(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = door.opened()
    door.post("retract", {"id": report_id}, content_type="")

    def read(*args: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr("tipline.reports.evidence.Intake.write", read)
    body = (
        f'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n{report_id}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n{"noise" * 300_000}\r\n--b--\r\n'
    ).encode()
    code, _, response = door.post("upload", body, content_type="multipart/form-data; boundary=b")
    assert (code, response.status_code) == (5101, 409)


CALLS = {
    "status": (3000, None), "submit": (3100, 1100), "upload": (3300, 1110), "fileinfo": (3300, 1300), "finish": (3300, 1300),
    "retract": (3300, 1300),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_what_may_not_be_called_from_there_says_so_by_call(door: Door, call: str) -> None:
    Reporter.objects.filter(pk=door.reporter.pk).update(networks=["203.0.113.0/24"])
    credentials.forget_all()
    if call == "status":
        response = door.client.get("/ispws/status", **door.headers)
        code = int(etree.fromstring(response.content).findtext("responseCode") or 0)
    else:
        code, _, response = door.post(call, b"nothing that is read")
    assert (code, response.status_code) == (CALLS[call][0], 403)


@pytest.mark.parametrize("call", [call for call, (_, code) in CALLS.items() if code])
def test_what_could_not_be_stored_says_so_by_call(door: Door, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    report_id = door.opened()
    file_id = door.uploaded(report_id)

    def broken(*args: object, **kwargs: object) -> None:
        raise OperationalError("the disk is full")

    for name in ("open_report", "add_file", "add_file_details", "finish", "retract"):
        monkeypatch.setattr(services, name, broken)
    report = factories.synthetic()
    bodies: dict[str, tuple[Any, str]] = {
        "submit": (report_xml(report), "text/xml"),
        "upload": (
            f'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n{report_id}\r\n'
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nnoise\r\n--b--\r\n'.encode(),
            "multipart/form-data; boundary=b",
        ),
        "fileinfo": (file_details_xml(report_id, file_id, b"noise", report, 1), "text/xml"),
        "finish": (f"id={report_id}".encode(), "application/x-www-form-urlencoded"),
        "retract": (f"id={report_id}".encode(), "application/x-www-form-urlencoded"),
    }
    body, kind = bodies[call]
    code, root, response = door.post(call, body, content_type=kind)
    assert (code, response.status_code) == (CALLS[call][1], 500)
    assert "try again" in described(root)
    assert "disk" not in response.content.decode()


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (noise_png(1), b""),
        (b"\xff\xfe<\0r\0/\0>\0", b""),
        ("<report>ä".encode(), "<report>ä".encode()),
        ("<report>ä".encode()[:-1], b"<report>"),
    ],
    ids=["a picture", "UTF-16", "text", "cut in two"],
)
def test_a_picture_that_is_sent_as_a_document_is_not_kept(door: Door, body: bytes, kept: bytes) -> None:
    code, _, _ = door.post("submit", body)
    assert code == 4110
    refused = RefusedDocument.objects.get()
    assert (bytes(refused.body), refused.sha256) == (kept, hashlib.sha256(body).hexdigest())
