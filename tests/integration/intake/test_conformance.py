"""What providers ask is noted, scored and shown to them alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree
from typer.testing import CliRunner

from tests import factories
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.config import Config, load_config
from tipline.demo.synthetic import file_details_xml, report_xml
from tipline.intake.cybertipline import credentials
from tipline.intake.doors import calls, days, runs, writing
from tipline.intake.doors.calls import Exchange, Fault
from tipline.intake.doors.models import DoorCall, ProviderDay
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, ReporterCredential
from tipline.trust.visibility import acting, provider_scope

pytestmark = pytest.mark.django_db

XML = "text/xml"
BODY = report_xml(factories.synthetic())
ROOT = etree.fromstring(BODY)


@pytest.fixture(autouse=True)
def _tree(db: None) -> None:
    factories.standard_tree()
    credentials.forget_all()


@pytest.fixture
def reporter() -> Reporter:
    return factories.provider()


def exchange(reporter: Reporter, **more: Any) -> Exchange:
    made = Exchange(
        reporter=reporter, sandbox=False, call="submit", run="", at=now(), status=200, code=0, description="Success",
        request_id="0" * 32, report_id=1, size_bytes=len(BODY), seconds=0.01, root=ROOT,
    )  # fmt: skip
    return replace(made, **more)


def get(reporter: Reporter, path: str = "", password: str = factories.PASSWORD) -> Any:
    return Client().get(f"/provider/{path}", **factories.basic(reporter, password))


# -- noting and writing -------------------------------------------------------------------------------------------------


def test_a_call_at_the_door_is_written_with_its_score(reporter: Reporter) -> None:
    client, headers = Client(), factories.basic(reporter)
    client.post("/ispws/submit", BODY, content_type=XML, **headers, HTTP_CONFORMANCE_RUN="Nightly / 7")
    client.post("/ispws/submit", b"<report/>", content_type=XML, **headers)
    assert not DoorCall.objects.exists()
    calls.flush()
    good, bad = DoorCall.objects.order_by("id")
    assert (good.call, good.code, good.run, good.report_id) == ("submit", 0, "Nightly-7", Report.objects.get().pk)
    assert good.completeness and 0 < good.completeness < 100
    assert {"rule", "path", "why", "missing", "among", "lost"} == set(good.advice[0])
    assert (bad.code, bad.status, bad.completeness, bad.run) == (4100, 422, None, "")
    assert "incidentSummary" in bad.description


def test_a_day_counts_what_was_live(reporter: Reporter) -> None:
    for one in (
        exchange(reporter), exchange(reporter), exchange(reporter, sandbox=True), exchange(reporter, code=4110, status=400, root=None),
        exchange(reporter, code=4000, status=400, root=None), exchange(reporter, code=1000, status=503, limited=True, root=None),
        exchange(reporter, call="upload", size_bytes=700, root=None), exchange(reporter, call="upload", size_bytes=9, code=4200, root=None),
    ):  # fmt: skip
        calls.note(one)
    assert days.today(reporter.pk) == days.Usage(2, 700)
    calls.flush()
    day = ProviderDay.objects.get()
    assert (day.calls, day.reports, day.refused, day.limited, day.size_bytes) == (7, 2, 1, 1, 700)
    score = DoorCall.objects.filter(completeness__isnull=False)[0].completeness or 0
    assert (day.completeness_sum, day.completeness_count) == (2 * score, 2)
    calls.note(exchange(reporter))
    calls.flush()
    assert ProviderDay.objects.get().reports == 3
    assert days.today(reporter.pk).reports == 3


def test_what_another_process_did_shows_after_the_next_lot(reporter: Reporter) -> None:
    calls.note(exchange(reporter))
    calls.flush()
    ProviderDay.objects.update(reports=50, size_bytes=1000)
    calls.note(exchange(reporter))
    assert days.today(reporter.pk).reports == 2
    calls.flush()
    assert days.today(reporter.pk) == days.Usage(51, 1000)
    assert days.today(reporter.pk + 1) == days.Usage()


def test_yesterday_does_not_count_today(reporter: Reporter) -> None:
    calls.note(exchange(reporter, at=now() - timedelta(days=1)))
    assert days.today(reporter.pk).reports == 0
    calls.flush()
    assert days.today(reporter.pk).reports == 0
    assert ProviderDay.objects.get().day == (datetime.now(UTC) - timedelta(days=1)).date()


def test_a_lot_that_cannot_be_written_is_dropped_and_the_next_one_is_not(reporter: Reporter) -> None:
    gone = factories.provider("Gone")
    ghost = exchange(gone)
    Reporter.objects.filter(pk=gone.pk).delete()
    calls.note(replace(ghost, call="x" * 500, report_id=10**19, description="\0 NUL"))
    calls.note(exchange(reporter, description="\0", report_id=10**19, call="x" * 500))
    calls.flush()  # the foreign key is checked at the end of a test's transaction, so here both are written
    DoorCall.objects.filter(reporter_id=gone.pk).delete()
    ProviderDay.objects.filter(reporter_id=gone.pk).delete()
    row = DoorCall.objects.get()
    assert (row.report_id, row.description, len(row.call)) == (None, "⟨U+0000⟩", 40)


def test_a_failing_watcher_loses_its_lot_alone(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("tipline.intake.doors.alerts.watch", lambda lot: 1 / 0)
        calls.note(exchange(reporter))
        calls.flush()
    assert not DoorCall.objects.exists() and not ProviderDay.objects.exists()
    assert days.today(reporter.pk).reports == 0
    calls.note(exchange(reporter))
    calls.flush()
    assert DoorCall.objects.count() == ProviderDay.objects.get().reports == 1


def test_noting_is_quick_bounded_and_never_fails(reporter: Reporter) -> None:
    one = exchange(reporter)
    started = time.process_time()
    for _ in range(calls.MOST_WAITING + 50):
        calls.note(one)
    per_call = (time.process_time() - started) / (calls.MOST_WAITING + 50)
    assert per_call < 100e-6, per_call  # some five microseconds; this leaves room for a slow machine
    assert len(calls._waiting.calls) == calls.MOST_WAITING
    assert calls._waiting.document_bytes <= calls.MOST_DOCUMENT_BYTES
    calls.note(None)  # type: ignore[arg-type]  # whatever it is given
    calls.flush()
    assert calls._waiting.document_bytes == 0
    # what was dropped for want of room was counted nevertheless
    assert ProviderDay.objects.get().reports == calls.MOST_WAITING + 50


def test_the_newest_are_kept_and_as_many_of_the_newest_that_were_refused(reporter: Reporter) -> None:
    for number in range(writing.KEPT_LIVE + 30):
        calls.note(exchange(reporter, code=4100, status=422, report_id=number, root=None))
    calls.flush()
    for number in range(writing.KEPT_LIVE + 50):
        calls.note(exchange(reporter, report_id=number, root=None))
        if not number % 40:
            calls.flush()
    calls.note(exchange(reporter, sandbox=True))
    calls.flush()
    gone = writing.trim([(reporter.pk, False), (reporter.pk, True)])
    kept = list(DoorCall.objects.filter(sandbox=False).order_by("-id").values_list("code", "report_id"))
    assert [n for code, n in kept if not code] == list(range(149, 49, -1))
    assert [n for code, n in kept if code] == list(range(129, 29, -1))
    assert gone > 0 and DoorCall.objects.filter(sandbox=True).count() == 1
    assert writing.trim([]) == 0


def test_runs_by_name_and_by_time(reporter: Reporter) -> None:
    start = now() - timedelta(hours=3)

    def noted(minutes: float, **more: Any) -> None:
        calls.note(exchange(reporter, at=start + timedelta(minutes=minutes), sandbox=True, root=None, **more))

    noted(0)
    noted(29)
    calls.flush()
    noted(58)
    noted(89)
    noted(60, run="mine")
    noted(60, run="../é\n")
    calls.flush()
    calls.note(exchange(reporter, run=""))
    calls.flush()
    first, second = (f"{start + timedelta(minutes=m):%Y-%m-%dT%H-%M-%SZ}" for m in (0, 89))
    assert list(DoorCall.objects.order_by("id").values_list("run", flat=True)) == [
        first,
        first,
        first,
        second,
        "mine",
        "..",
        "",
    ]
    assert runs.name_of("x" * 100) == "x" * 60


# -- the page -----------------------------------------------------------------------------------------------------------


def test_a_stranger_gets_nothing(reporter: Reporter) -> None:
    calls.note(exchange(reporter, run="mine"))
    calls.flush()
    for path in ("", "calls.json", "page.css", "icon.svg", "runs/mine/", "runs/mine.json"):
        for headers in ({}, factories.basic(reporter, "wrong password"), {"HTTP_AUTHORIZATION": "Bearer x"}):
            answer = Client().get(f"/provider/{path}", **headers)  # type: ignore[arg-type]
            assert answer.status_code == 401, path
            assert answer["WWW-Authenticate"].startswith("Basic realm=")
            assert reporter.name.encode() not in answer.content
        assert get(reporter, path).status_code == 200
        answer = Client().post(f"/provider/{path}", **factories.basic(reporter))
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
        head = Client().head(f"/provider/{path}", **factories.basic(reporter))
        assert (head.status_code, head.content) == (200, b"")
    assert not get(reporter).cookies


def test_a_provider_sees_its_own_and_no_other(reporter: Reporter) -> None:
    other = factories.provider("Other")
    calls.note(exchange(reporter, run="mine", request_id="a" * 32))
    calls.note(exchange(other, run="theirs", request_id="b" * 32))
    calls.flush()
    for who, own, foreign in ((reporter, "a", "b"), (other, "b", "a")):
        text = get(who).content.decode()
        assert own * 32 in text and foreign * 32 not in text
        assert [c["request_id"] for c in get(who, "calls.json").json()["calls"]] == [own * 32]
    assert get(reporter, "runs/theirs/").status_code == get(reporter, "runs/theirs.json").status_code == 404
    with acting(provider_scope(reporter.pk)):  # the second lock by itself
        assert list(DoorCall.objects.values_list("run", flat=True)) == ["mine"]


def test_credentials_of_the_sandbox_show_the_sandbox_alone(reporter: Reporter) -> None:
    calls.note(exchange(reporter, run="live-run", request_id="a" * 32))
    calls.note(exchange(reporter, run="try", request_id="b" * 32, sandbox=True))
    calls.flush()
    factories.filed(reporter)
    ReporterCredential.objects.update(sandbox=True)
    text = get(reporter, "?where=live").content.decode()
    assert "b" * 32 in text and "a" * 32 not in text and "live-run" not in text
    assert "Reports that were not finished" not in text
    assert len(get(reporter, "calls.json?where=live").json()["calls"]) == 1
    assert get(reporter, "runs/live-run/").status_code == 404
    assert get(reporter, "runs/try/").status_code == 200


def test_filters(reporter: Reporter) -> None:
    for number, (sandbox, code) in enumerate(((False, 0), (False, 4100), (True, 0), (True, 5001))):
        calls.note(exchange(reporter, sandbox=sandbox, code=code, status=422 if code else 200, report_id=number))
    calls.flush()
    for query, expected in (
        ("", [3, 2, 1, 0]), ("?where=live", [1, 0]), ("?where=sandbox", [3, 2]), ("?only=faulty", [3, 1]),
        ("?where=sandbox&only=faulty", [3]), ("?where=elsewhere", [3, 2, 1, 0]),
    ):  # fmt: skip
        assert [c["report_id"] for c in get(reporter, f"calls.json{query}").json()["calls"]] == expected, query


def test_what_was_wrong_is_shown_as_text(reporter: Reporter) -> None:
    rule = "'<script>alert(1)</script>' \u202e is not one of these"
    fault = Fault("/report/incidentSummary/incidentType", 7, rule, "unknown_value")
    calls.note(exchange(reporter, code=4100, status=422, description=rule, faults=(fault,), root=None))
    calls.note(exchange(reporter, code=4000, status=400, description="<b>the id is missing</b>", root=None))
    calls.flush()
    text = get(reporter).content.decode()
    assert "/report/incidentSummary/incidentType" in text and "<td>7</td>" in text
    assert "<script" not in text and "<b>" not in text
    assert "⟨U+202E⟩" in text and "\u202e" not in text
    assert "&lt;b&gt;the id is missing" in text
    assert get(reporter, "calls.json").json()["calls"][1]["faults"] == [
        {"path": fault.path, "line": 7, "rule": rule.replace("\u202e", "⟨U+202E⟩"), "kind": "unknown_value"}
    ]


def test_each_rule_of_the_score_is_on_the_page(reporter: Reporter) -> None:
    from html import unescape

    from tipline.intake.doors.completeness import RULES

    text = unescape(get(reporter).content.decode())
    assert [rule.id for rule in RULES if rule.why not in text or f"<td>{rule.weight}</td>" not in text] == []


def test_open_and_expired_reports_by_number_and_times_alone(reporter: Reporter) -> None:
    client, headers = Client(), factories.basic(reporter)
    for _ in range(3):
        client.post("/ispws/submit", BODY, content_type=XML, **headers)
    first, second, third = Report.objects.order_by("id").values_list("id", flat=True)
    Report.objects.filter(pk=second).update(state="expired", received_at=now() - timedelta(days=2))
    Report.objects.filter(pk=third).update(state="expired", received_at=now() - timedelta(days=40))
    theirs = factories.provider("Other")
    client.post("/ispws/submit", BODY, content_type=XML, **factories.basic(theirs))
    from tipline.intake.doors.queries import unfinished

    assert [(one.report_id, one.state) for one in unfinished(reporter)] == [(first, "open"), (second, "expired")]
    opened = unfinished(reporter)[0]
    assert opened.ends - opened.at == timedelta(hours=24)
    text = get(reporter).content.decode()
    assert f"<td>{first}</td>" in text and f"<td>{second}</td>" in text and "monsoon" not in text


def test_a_run_says_what_it_did_and_what_it_never_tried(reporter: Reporter) -> None:
    client, headers = Client(), {**factories.basic(reporter), "HTTP_CONFORMANCE_RUN": "tour"}
    client.post("/ispws-test/submit", b"<report/>", content_type=XML, **headers)
    report = int(
        etree.fromstring(client.post("/ispws-test/submit", BODY, content_type=XML, **headers).content).findtext(
            "reportId"
        )
        or 0
    )
    from django.core.files.uploadedfile import SimpleUploadedFile

    file_id = (
        etree.fromstring(
            client.post(
                "/ispws-test/upload", {"id": report, "file": SimpleUploadedFile("a", b"noise")}, **headers
            ).content
        ).findtext("fileId")
        or ""
    )
    details = file_details_xml(report, file_id, b"noise", factories.synthetic(), 1)
    client.post("/ispws-test/fileinfo", details, content_type=XML, **headers)
    client.post("/ispws-test/finish", {"id": report}, **headers)
    client.post("/ispws-test/finish", {"id": report}, **headers)
    calls.flush()
    found = get(reporter, "runs/tour.json").json()
    assert (found["calls"], found["refused"], found["whole_reports"], found["sandbox"]) == (6, 2, 1, True)
    assert {v["call"]: v["verdict"] for v in found["capabilities"]} == {
        "status": "never tried", "xsd": "never tried", "submit": "success", "upload": "success", "fileinfo": "success",
        "finish": "success", "retract": "never tried",
    }  # fmt: skip
    assert [(c["code"], c["times"], c["handled"], c["calls"]) for c in found["codes"]] == [
        (4100, 1, 1, ["submit"]), (5102, 1, 0, ["finish"]),
    ]  # fmt: skip
    assert 4110 in found["codes_never_met"] and 4100 not in found["codes_never_met"]
    assert 0 < found["completeness"] <= 100
    text = get(reporter, "runs/tour/").content.decode()
    assert "retract: never tried" in text and "5102" in text


def test_another_network_is_refused_here_too(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    from tipline.intake.doors import admission, views

    def foreign(who: Reporter, asked: admission.Asked) -> None:
        raise admission.ForeignNetworkError(f"{asked.address} is not on the list")

    def too_many(who: Reporter, asked: admission.Asked) -> None:
        raise admission.TooManyError("too many", 2.4)

    monkeypatch.setattr(views, "admit", foreign)
    assert get(reporter).status_code == 403
    monkeypatch.setattr(views, "admit", too_many)
    assert (get(reporter).status_code, get(reporter)["Retry-After"]) == (503, "3")


# -- the command --------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    from tipline.cli import runtime

    @contextmanager
    def here(*, current: bool) -> Iterator[Config]:
        yield load_config({"TIPLINE_DATA_DIR": str(tmp_path / "commands")})

    monkeypatch.setattr(runtime, "_installation", here)

    def invoke(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(commands, ["conformance", *arguments])
        return done.exit_code, done.output if done.exception is None or (done.exit_code == 1 and done.output) else str(
            done.exception
        )

    return invoke


def test_the_command_prints_what_the_page_shows(reporter: Reporter, run: Any) -> None:
    calls.note(exchange(reporter, run="a"))
    calls.note(exchange(reporter, run="a", code=4100, status=422, root=None, description="/report, line 1: wrong"))
    calls.note(exchange(reporter, run="clean"))
    calls.flush()
    code, output = run("a", "--json")
    said = json.loads(output)
    assert code == 1 and (said["ok"], said["unexpected"]) == (False, [4100])
    page = get(reporter, "runs/a.json").json()
    assert {key: said[key] for key in page} == page
    assert run("a", "--expect", "4100")[0] == 0
    code, output = run("clean", "--expect", "4100")
    assert code == 1 and "expected and never met: 4100" in output
    code, output = run("clean")
    assert code == 0 and "submit: success" in output and "retract: never tried" in output
    assert [row["run"] for row in json.loads(run("--list", "--json")[1])] == ["clean", "a"]
    assert "clean" in run("--list")[1]


def test_the_command_refuses_in_a_sentence(reporter: Reporter, run: Any) -> None:
    other = factories.provider("Other")
    for who in (reporter, other):
        calls.note(exchange(who, run="a"))
    calls.flush()
    assert "--reporter" in run("a")[1]
    assert run("a", "--reporter", other.username)[0] == 0
    assert "no run 'b'" in run("b")[1]
    assert "no provider" in run("a", "--reporter", "nobody")[1]
    assert "--list" in run()[1]
