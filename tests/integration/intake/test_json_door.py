"""What a provider can rely on at the JSON door: statuses, places at fault, durable batches, and nothing half-written."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from tests import factories
from tipline.demo.synthetic import report_xml
from tipline.intake.cybertipline import credentials
from tipline.intake.cybertipline.document import parse_report
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.intake.doors.admission import TooManyError
from tipline.intake.forms.tipline_json import report_json
from tipline.intake.json_door import batch, filing, turns
from tipline.reports.models import Document, Processing, Report, ReportedFile, ReportState
from tipline.trust.accounts.models import Reporter, ReporterCredential

pytestmark = pytest.mark.django_db
SHA = hashlib.sha256(b"noise").hexdigest()


class Door:
    """A provider's calls through Django's test client."""

    def __init__(self, reporter: Reporter) -> None:
        self.headers = factories.basic(reporter)
        self.client = Client(raise_request_exception=False)

    def post(self, path: str, body: Any = b"", content_type: str = "application/json", **more: str) -> Any:
        sent = json.dumps(body) if isinstance(body, dict) and content_type.endswith("json") else body
        return self.client.post(f"/api/v1/{path}", sent, content_type=content_type, **self.headers, **more)

    def upload(self, report_id: int, body: bytes = b"noise") -> Any:
        form = {"file": SimpleUploadedFile("a.png", body)}
        return self.client.post(f"/api/v1/reports/{report_id}/files", form, **self.headers)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}", **self.headers)

    def batch(self, lines: list[Any], query: str = "", **more: str) -> list[dict[str, Any]]:
        body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()
        answer = self.post(f"reports/batch{query}", body, "application/x-ndjson", **more)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-ndjson")
        return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


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


def said(handle: str = "monsoon_kite_07", **more: Any) -> dict[str, Any]:
    return {**report_json(parse_report(report_xml(factories.synthetic(handle)))), **more}


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert len(answer["Request-ID"]) == 32
    found = answer.json()
    assert found["status"] == status and found["title"] and found["detail"]
    return dict(found)


def test_a_whole_report_is_filed_finished_and_kept_as_it_came(door: Door, reporter: Reporter) -> None:
    body = json.dumps(said(files=[
        {"originalFileName": "kite.png", "sizeBytes": 5, "originalFileHash": [{"value": SHA.upper(), "hashType": "SHA256"}]}
    ])).encode()  # fmt: skip
    answer = door.post("reports", body)
    assert answer.status_code == 201
    filed = answer.json()
    report = Report.objects.get(pk=filed["reportId"])
    assert (report.state, report.processing, report.channel) == (ReportState.FINISHED, Processing.WAITING, "json")
    file = report.files.get()
    assert [file.wire_id] == filed["fileIds"] and not file.uploaded
    assert (file.upload_name, file.size_bytes, file.sha256, file.md5) == ("kite.png", 5, SHA, "")
    document = report.documents.get(kind="report")
    assert (bytes(document.source), document.source_format) == (body, "tipline-json/1")
    assert filed["sha256"] == document.source_sha256 == hashlib.sha256(body).hexdigest()
    assert report_json(parse_report(bytes(document.body))) == {
        k: v for k, v in json.loads(body).items() if k != "files"
    }
    assert not filed["repeated"] and filed["finished"] and filed["lost"] == []


def test_the_details_of_a_stated_file_have_its_numbers(door: Door) -> None:
    filed = door.post("reports", said(files=[{"originalFileName": "a"}, {}])).json()
    details = Document.objects.filter(kind="fileDetails").order_by("reported_file_id")
    assert len(filed["fileIds"]) == 2
    for document, file_id in zip(details, filed["fileIds"], strict=True):
        assert f"<reportId>{filed['reportId']}</reportId><fileId>{file_id}</fileId>".encode() in bytes(document.body)


def test_an_open_report_takes_files_and_details_and_is_finished(door: Door) -> None:
    report_id = door.post("reports?open=true", said()).json()["reportId"]
    added = door.upload(report_id)
    assert added.status_code == 201 and added.json()["sha256"] == SHA
    file_id = added.json()["fileId"]
    described = door.post(
        f"reports/{report_id}/files/{file_id}", {"fileViewedByEsp": True, "fileRelevance": "Reported"}
    )
    assert described.json() == {"reportId": report_id, "fileId": file_id}
    kept = Document.objects.get(kind="fileDetails")
    assert b"<fileViewedByEsp>true</fileViewedByEsp>" in bytes(kept.body) and kept.source_format == "tipline-json/1"
    state = door.get(f"provider/reports/{report_id}").json()
    assert (state["state"], [f["fileId"] for f in state["files"]]) == ("open", [file_id])
    assert state["sha256"] == Document.objects.get(kind="report").source_sha256
    ended = door.post(f"reports/{report_id}/finish")
    assert ended.json() == {"reportId": report_id, "state": "finished", "fileIds": [file_id]}
    for again in ("finish", "retract"):
        assert "already finished" in problem(door.post(f"reports/{report_id}/{again}"), 409)["detail"]
    problem(door.upload(report_id), 409)
    assert ReportedFile.objects.count() == 1
    assert set(door.get(f"provider/reports/{report_id}").json()) == {
        "reportId", "state", "channel", "receivedAt", "finishedAt", "retractedAt", "idempotencyKey", "probableRepeatOf", "sha256", "files",
    }  # fmt: skip


def test_a_retracted_report_reaches_nobody(door: Door) -> None:
    report_id = door.post("reports?open=true", said()).json()["reportId"]
    assert door.post(f"reports/{report_id}/retract").json()["state"] == "retracted"
    assert Report.objects.get().processing == Processing.NONE
    problem(door.post(f"reports/{report_id}/finish"), 409)


def test_another_providers_report_does_not_exist(door: Door) -> None:
    report_id = door.post("reports?open=true", said()).json()["reportId"]
    stranger = Door(factories.provider("Clipwave"))
    for ask in (
        lambda n: stranger.post(f"reports/{n}/finish"), lambda n: stranger.post(f"reports/{n}/retract"), lambda n: stranger.upload(n),
        lambda n: stranger.post(f"reports/{n}/files/{'0' * 32}", {}), lambda n: stranger.get(f"provider/reports/{n}"),
    ):  # fmt: skip
        theirs, nowhere = problem(ask(report_id), 404), problem(ask(report_id + 1000), 404)
        assert theirs["detail"] == nowhere["detail"].replace(str(report_id + 1000), str(report_id))
    problem(door.post(f"reports/{report_id}/files/{'0' * 32}", {}), 404)


def test_faults_name_their_places_and_the_document_is_kept(door: Door, reporter: Reporter) -> None:
    body = said()
    body["personOrUserReported"]["ipCaptureEvent"][0]["port"] = 70000
    body["personOrUserReported"]["personOrUserReportedPerson"]["email"][0]["type"] = "Boat"
    body["internetDetails"][0]["webPageIncident"]["url"].append("x" * 5)
    body["incidentSummary"]["platform"] = "x" * 257
    sent = json.dumps(body).encode()
    found = problem(door.post("reports", sent), 422)
    places = {fault["path"]: fault["rule"] for fault in found["errors"]}
    assert "out of range" in places["$.personOrUserReported.ipCaptureEvent[0].port"]
    assert "'Boat' is not one of" in places["$.personOrUserReported.personOrUserReportedPerson.email[0].type"]
    assert "257 characters are too long" in places["$.incidentSummary.platform"]
    assert len(places) == 3 and not Report.objects.exists()
    kept = RefusedDocument.objects.get()
    assert (bytes(kept.body), kept.code, kept.reporter) == (sent, 4100, reporter)


HOSTILE = {
    "deep lists": (b"[" * 100_000, 400), "deep objects": (b'{"a":' * 100_000, 400), "closed deep": (b"[" * 5_000 + b"]" * 5_000, 400),
    "many values": (b"[" + b"[]," * 2_000_000 + b"[]]", 400), "a huge number": (b'{"additionalInfo": 1' + b"0" * 100_000 + b"}", 400),
    "an exponent": (b'{"additionalInfo": 1e999999}', 422), "a key twice": (b'{"reporter": {}, "reporter": {}}', 400),
    "NaN": (b'{"additionalInfo": NaN}', 400), "infinity": (b'[-Infinity]', 400), "not UTF-8": (b'{"a": "\xff"}', 400),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), 400), "a lone surrogate": (b'{"additionalInfo": "\\ud800"}', 422),
    "NUL": (b'{"additionalInfo": "\\u0000"}', 422), "a raw NUL": (b'{"additionalInfo": "\x00"}', 400), "nothing": (b"", 400), "a list": (b"[]", 422),
    "quotes without an end": (b'"' + b'\\"' * 3_000_000, 400), "too large": (b'{"additionalInfo": "' + b"x" * 10_000_000 + b'"}', 413),
    "a hidden key": (b'{"\\u202eevil": 1}', 422), "a surrogate key": (b'{"\\ud800": 1}', 422), "half": (b'{"reporter": ', 400),
    "many unknown keys": (b"{" + b",".join(b'"k%d":1' % n for n in range(60_000)) + b"}", 422),
    "a list of nothing": (b'{"victim": [' + b"null," * 100_000 + b"null]}", 422),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_json_is_refused_soon_and_in_plain_words(door: Door, name: str) -> None:
    body, status = HOSTILE[name]
    started = time.process_time()
    found = problem(door.post("reports", body), status)
    assert time.process_time() - started < 5
    assert "Traceback" not in found["detail"] and len(found["detail"]) <= 2_001
    assert "\u202e" not in json.dumps(found, ensure_ascii=False)
    assert len(found.get("errors", [])) <= 20
    assert not Report.objects.exists()


def test_a_key_makes_a_retry_the_same_report(door: Door) -> None:
    body = json.dumps(said(files=[{"originalFileName": "a"}]))
    first = door.post("reports", body, HTTP_IDEMPOTENCY_KEY="k1")
    again = door.post("reports", body, HTTP_IDEMPOTENCY_KEY="k1")
    assert (first.status_code, again.status_code, again.json()["repeated"]) == (201, 200, True)
    assert {**first.json(), "repeated": True} == again.json()
    assert "another document" in problem(door.post("reports", said("other"), HTTP_IDEMPOTENCY_KEY="k1"), 422)["detail"]
    assert Report.objects.count() == 1


def test_a_key_with_other_files_is_refused_and_not_taken_for_a_retry(door: Door) -> None:
    door.post("reports", said(files=[{"originalFileName": "a"}]), HTTP_IDEMPOTENCY_KEY="k1")
    answer = door.post("reports", said(files=[{"originalFileName": "b"}]), HTTP_IDEMPOTENCY_KEY="k1")
    assert "another document" in problem(answer, 422)["detail"]


def test_the_key_of_the_call_and_of_the_document_must_agree(door: Door) -> None:
    found = problem(door.post("reports", said(idempotencyKey="a"), HTTP_IDEMPOTENCY_KEY="b"), 422)
    assert found["errors"][0]["path"] == "$.idempotencyKey"


def test_gzip_is_taken_up_to_the_limit_of_what_it_holds(door: Door) -> None:
    body = json.dumps(said()).encode()
    assert door.post("reports", gzip.compress(body), HTTP_CONTENT_ENCODING="gzip").status_code == 201
    problem(door.post("reports", gzip.compress(b"x" * 50_000_000), HTTP_CONTENT_ENCODING="gzip"), 413)
    problem(door.post("reports", body, HTTP_CONTENT_ENCODING="gzip"), 400)
    problem(door.post("reports", gzip.compress(body)[:-9], HTTP_CONTENT_ENCODING="gzip"), 400)
    problem(door.post("reports", body, HTTP_CONTENT_ENCODING="br"), 422)


def test_what_is_no_form_is_415_and_names_those_that_are(door: Door) -> None:
    assert "application/json" in problem(door.post("reports", b"<report/>", "text/xml"), 415)["detail"]
    problem(door.post("reports/batch", b"{}", "application/json"), 415)
    assert "xarf" in problem(door.post("reports/batch?form=nosuch", b"{}", "application/x-ndjson"), 422)["detail"]


def test_checking_writes_nothing_and_is_open_to_the_sandbox(door: Door, reporter: Reporter) -> None:
    ReporterCredential.objects.update(sandbox=True)
    credentials.forget_all()
    assert door.post("reports?validate=true", said(files=[{}])).json() == {"valid": True, "files": 1, "lost": []}
    assert problem(door.post("reports?validate=true", {}), 422)["errors"]
    assert "validate=true" in problem(door.post("reports", said()), 403)["detail"]
    problem(door.post("reports/1/finish"), 403)
    assert [line["status"] for line in door.batch([said(), {}], "?validate=true")] == [200, 422]
    assert not Report.objects.exists() and not RefusedDocument.objects.exists()


XARF = {
    "xarf_version": "4.2.0", "report_id": "40daae21-fbe5-4b5d-bfb3-7ea6c2f82cae", "timestamp": "2026-01-20T10:30:00Z", "category": "content", "type": "csam",
    "reporter": {"org": "Hotline", "contact": "desk@hotline.example", "domain": "hotline.example"}, "source_identifier": "198.51.100.42",
    "url": "https://pictogram.example/p/1", "classification": "B2", "hash_values": {"sha256": SHA},
}  # fmt: skip


def test_another_form_is_taken_by_its_content_type(door: Door) -> None:
    body = json.dumps(XARF).encode()
    filed = door.post("reports", body, "application/vnd.xarf+json; charset=utf-8")
    assert filed.status_code == 201 and len(filed.json()["fileIds"]) == 1
    document = Document.objects.get(kind="report")
    assert (bytes(document.source), document.source_format) == (body, "xarf/1")
    assert ReportedFile.objects.get().sha256 == SHA
    assert [line["status"] for line in door.batch([XARF, said()], "?form=xarf")] == [201, 422]


def test_of_a_document_with_a_picture_nothing_is_kept_but_the_refusal(door: Door) -> None:
    picture = {**XARF, "evidence": [{"content_type": "image/png", "payload": "bm9pc2U="}]}
    found = problem(door.post("reports", json.dumps(picture), "application/vnd.xarf+json"), 422)
    assert found["errors"][0]["path"] == "$.evidence[0]"
    door.batch([picture], "?form=xarf")
    assert [bytes(kept.body) for kept in RefusedDocument.objects.all()] == [b"", b""]
    assert not Document.objects.exists()


def test_without_credentials_nothing_is_read(reporter: Reporter) -> None:
    for headers in ({}, factories.basic(reporter, "wrong"), {"HTTP_AUTHORIZATION": "Bearer tipline_x"}):
        answer = Client().post("/api/v1/reports", b"{}", content_type="application/json", **headers)  # type: ignore[arg-type]
        problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Basic realm=")


def test_a_batch_is_answered_line_by_line(door: Door) -> None:
    lines = [said("one"), "", "{", said("two", idempotencyKey="k"), said("two", idempotencyKey="k"), {"reporter": 1}]
    answers = door.batch(lines)
    assert [(a["line"], a["status"]) for a in answers] == [(1, 201), (3, 400), (4, 201), (5, 200), (6, 422)]
    assert answers[2]["reportId"] == answers[3]["reportId"] and answers[3]["repeated"]
    assert "$.reporter" in {fault["path"] for fault in answers[4]["errors"]}
    assert Report.objects.filter(state="finished").count() == 2
    assert sorted(bytes(one.body) for one in RefusedDocument.objects.all()) == [b"{", b'{"reporter": 1}']
    assert [a["status"] for a in door.batch(lines[3:5])] == [200, 200]


def test_a_batch_goes_in_lots_and_ends_at_its_limit(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LOT", 3)
    monkeypatch.setattr(batch, "MOST_LINES", 7)
    sizes: list[int] = []
    file_reports = filing.file_reports
    monkeypatch.setattr(filing, "file_reports", lambda r, f, c: (sizes.append(len(f)), file_reports(r, f, c))[1])
    answers = door.batch([said(f"kite_{n}") for n in range(9)])
    assert [a["status"] for a in answers] == [201] * 7 + [413]
    assert sizes == [3, 3, 1] and Report.objects.count() == 7


def test_a_lot_that_cannot_be_stored_says_so_and_the_others_stand(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LOT", 2)
    file_reports, seen = filing.file_reports, []

    def fails_once(*args: Any) -> Any:
        seen.append(1)
        if len(seen) == 2:
            raise DatabaseError("gone")
        return file_reports(*args)

    monkeypatch.setattr(filing, "file_reports", fails_once)
    answers = door.batch([said(f"kite_{n}") for n in range(6)])
    assert [a["status"] for a in answers] == [201, 201, 503, 503, 201, 201]
    assert answers[2]["retryAfter"] and "gone" not in json.dumps(answers)


def test_a_batch_stops_where_the_rate_is_used_up(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LOT", 2)
    asked: list[int] = []

    def admit(*_: Any) -> None:
        asked.append(1)
        if len(asked) == 3:
            raise TooManyError("10 calls a second", 2.5)

    monkeypatch.setattr(turns, "admit", admit)
    answers = door.batch([said(f"kite_{n}") for n in range(8)])
    assert [a["status"] for a in answers] == [201] * 4 + [429] * 4
    assert answers[-1]["retryAfter"] == 3 and Report.objects.count() == 4


def test_a_line_that_is_too_long_is_passed_over(door: Door, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = door.batch([said("one"), '{"additionalInfo": "' + "x" * 9_000_000 + '"}', said("two")])
    assert [a["status"] for a in answers] == [201, 413, 201]


def test_a_batch_packed_by_several_threads_is_read_to_its_end(door: Door) -> None:
    """pigz and bgzip write one gzip member after another."""
    lines = [json.dumps(said(f"kite_{n}")).encode() + b"\n" for n in range(3)]
    body = b"".join(gzip.compress(line) for line in lines)
    answer = door.post("reports/batch", body, "application/x-ndjson", HTTP_CONTENT_ENCODING="gzip")
    answers = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert [a["status"] for a in answers] == [201, 201, 201]
    assert Report.objects.count() == 3


def test_a_batch_that_breaks_off_keeps_what_was_whole(door: Door) -> None:
    body = gzip.compress("\n".join(json.dumps(said(f"kite_{n}")) for n in range(3)).encode())
    answer = door.post("reports/batch", body[:-8], "application/x-ndjson", HTTP_CONTENT_ENCODING="gzip")
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert lines[-1]["status"] == 400 and "broke off" in lines[-1]["detail"]
    assert [a["status"] for a in lines[:-1]] == [201] * (len(lines) - 1)
    assert Report.objects.count() == len(lines) - 1


def test_calls_are_taken_down_each_item_for_itself(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []
    monkeypatch.setattr(turns.calls, "note", noted.append)
    report_id = door.post("reports", said(), HTTP_CONFORMANCE_RUN="r1").json()["reportId"]
    door.post("reports", {})
    door.batch([said("two"), "{"])
    door.get("provider/reports/99999")
    assert [(n.status, n.code) for n in noted] == [(201, 0), (422, 4100), (201, 0), (400, 4110), (404, 404)]
    assert (noted[0].report_id, noted[0].run, noted[0].root.tag) == (report_id, "r1", "report")
    assert noted[1].faults[0].path.startswith("$.") and noted[1].root is None


def test_the_schema_is_open_and_says_what_the_door_takes(door: Door) -> None:
    import jsonschema_rs

    schema = Client().get("/api/v1/schemas/report.json").json()
    assert schema["$schema"].endswith("2020-12/schema")
    validator = jsonschema_rs.validator_for(schema)
    assert validator.is_valid(said(files=[{"sizeBytes": 1}], idempotencyKey="k"))
    assert not validator.is_valid(said(nosuch=1))


def test_a_wrong_method_names_the_right_ones_of_both_faces(door: Door) -> None:
    answer = Client().delete("/api/v1/reports")
    problem(answer, 405)
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
