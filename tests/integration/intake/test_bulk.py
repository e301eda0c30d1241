"""`tipline import` on a real database: what is written, what is written once, what is refused and kept."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests import factories
from tipline.cli import app
from tipline.demo.synthetic import file_details_xml, report_xml
from tipline.intake.bulk import inputs, items, mapping, running
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.reports.models import Channel, Document, Processing, Report, ReportedFile, ReportState
from tipline.trust.accounts.models import Reporter
from tipline.trust.audit.models import Entry

DATA = Path(mapping.__file__).parent / "data"


@pytest.fixture
def reporter(db: None) -> Reporter:
    factories.standard_tree()
    return factories.provider()


@pytest.fixture
def run(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command, in this process and on this database."""
    from contextlib import nullcontext

    monkeypatch.setattr("tipline.cli.import_.installation", lambda: nullcontext())

    def invoke(*arguments: object, code: int = 0, js: bool = True) -> Any:
        done = CliRunner().invoke(
            app, ["import", *map(str, arguments), "--reporter", reporter.username, *(["--json"] if js else [])]
        )
        assert done.exit_code == code, (done.output, done.stderr, done.exception)
        return json.loads(done.stdout) if js and code < 2 else done.output

    return invoke


def backlog(folder: Path, count: int = 7) -> dict[str, bytes]:
    """Reports with a file each, as a directory."""
    written = {}
    for number in range(count):
        report = factories.synthetic(f"handle_{number}")
        written[f"r{number}.xml"] = report_xml(report)
        written[f"r{number}.files/1.xml"] = file_details_xml(number, "ab" * 16, report.files[0], report, 1)
    for name, body in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return written


def test_a_backlog_is_on_record_finished_and_byte_for_byte(run: Any, reporter: Reporter, tmp_path: Path) -> None:
    written = backlog(tmp_path / "in")
    done = run(tmp_path / "in", "--lot", 3)
    assert (done["taken"], done["there"], done["refused"]) == (7, 0, 0)
    found = Report.objects.filter(reporter=reporter)
    assert {(r.channel, r.state, r.processing) for r in found} == {
        (Channel.BULK, ReportState.FINISHED, Processing.WAITING)
    }
    bodies = {bytes(b) for b in Document.objects.filter(kind="report").values_list("body", flat=True)}
    assert bodies == {body for name, body in written.items() if "/" not in name}
    assert not ReportedFile.objects.filter(uploaded=True).exists()
    assert ReportedFile.objects.exclude(sha256="").count() == 7
    for details in Document.objects.filter(kind="fileDetails").select_related("reported_file"):
        assert f"<reportId>{details.report_id}</reportId>".encode() in bytes(details.body)
        assert details.reported_file and details.reported_file.wire_id.encode() in bytes(details.body)
    acts = list(
        Entry.objects.filter(action__startswith="import.").order_by("id").values_list("action", "actor_label", "detail")
    )
    assert [(action, label) for action, label, _ in acts] == [("import.started", "cli"), ("import.finished", "cli")]
    assert acts[1][2]["taken"] == 7


def test_what_was_imported_goes_through_the_stages(run: Any, tmp_path: Path) -> None:
    backlog(tmp_path / "in", 2)
    run(tmp_path / "in")
    assert factories.drain().done == 2


def test_again_as_a_zip_nothing_is_written_twice_and_nothing_is_parsed(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = backlog(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, body in written.items():
            archive.writestr(f"elsewhere/{name}", body)
    assert run(tmp_path / "in", tmp_path / "in.zip", "--lot", 3)["there"] == 7
    monkeypatch.setattr("tipline.intake.bulk.documents.parse_report", None)
    done = run(tmp_path / "in.zip")
    assert (done["taken"], done["there"], done["refused"]) == (0, 7, 0)
    assert Report.objects.count() == 7


def test_the_same_content_in_one_lot_is_one_report(run: Any, tmp_path: Path) -> None:
    body = report_xml(factories.synthetic())
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(body)
    done = run(tmp_path)
    assert (done["taken"], done["there"]) == (1, 1)


def test_what_is_refused_is_told_with_its_place_and_kept_once(run: Any, reporter: Reporter, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    backlog(folder, 2)
    bad = report_xml(factories.synthetic()).replace(b"<platform>", b"<newElement/><platform>")
    (folder / "bad.xml").write_bytes(bad)
    (folder / "evil\x1b[2J.xml").write_bytes(b"<!DOCTYPE x><report/>")
    for _ in range(2):
        done = run(folder, "--report", tmp_path / "refused.ndjson", code=1)
        assert done["refused"] == 2
    lines = [json.loads(line) for line in (tmp_path / "refused.ndjson").read_text().splitlines()]
    told = {Path(line["file"]).name: line for line in lines}
    assert told["bad.xml"]["line"] > 1 and "newElement" in told["bad.xml"]["rule"]
    assert told["bad.xml"]["path"].startswith("/report/incidentSummary")
    assert (tmp_path / "refused.ndjson").stat().st_mode & 0o777 == 0o600
    kept = RefusedDocument.objects.filter(reporter=reporter, call="import")
    assert sorted(bytes(k.body) for k in kept) == sorted([bad, b"<!DOCTYPE x><report/>"])
    shown = run(folder, code=1, js=False)
    assert "\x1b" not in shown


def test_a_table_by_its_mapping(run: Any, tmp_path: Path) -> None:
    arguments = (DATA / "hotline.csv", "--mapping", DATA / "hotline.toml")
    shown = run(*arguments, "--dry-run", js=False)
    assert "/report/personOrUserReported/screenName = monsoon_kite_07" in shown
    assert "2 would be taken" in shown and not Report.objects.exists()
    assert run(*arguments)["taken"] == 2
    assert run(*arguments)["there"] == 2
    document = Document.objects.filter(kind="report").order_by("id")[0]
    assert document.source_format == "csv-hotline/1"
    assert document.source and bytes(document.source).startswith(b"Case ID,Date")
    assert ReportedFile.objects.count() == 2 and ReportedFile.objects.exclude(sha256="").count() == 2


def test_json_lines(run: Any, tmp_path: Path) -> None:
    from lxml import etree

    from tipline.intake.forms.mapping import to_json
    from tipline.intake.forms.model import root_shape

    body = json.dumps(to_json(etree.fromstring(report_xml(factories.synthetic())), root_shape("report"))).encode()
    (tmp_path / "a.ndjson").write_bytes(
        body + b'\n{"incidentSummary": {}}\n' + body.replace(b"Pictogram", b"Other") + b"\n"
    )
    done = run(tmp_path / "a.ndjson", "--report", tmp_path / "r", code=1)
    assert (done["taken"], done["refused"]) == (2, 1)
    assert {json.loads(line)["line"] for line in (tmp_path / "r").read_text().splitlines()} == {2}
    assert bytes(Document.objects.order_by("id")[0].source or b"") == body


def test_a_report_that_the_database_refuses_stands_alone(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others of its lot are written."""
    from dataclasses import replace

    backlog(tmp_path, 5)
    real = running._filing

    def poisoned(key: str, draft: items.Draft, number: str) -> Any:
        filing = real(key, draft, number)
        if b"handle_3" in draft.body:
            return replace(filing, header=replace(filing.header, platform="x" * 300))
        return filing

    monkeypatch.setattr(running, "_filing", poisoned)
    done = run(tmp_path, code=1)
    assert (done["taken"], done["refused"]) == (4, 1)


def test_usage_errors_have_their_own_code(run: Any, tmp_path: Path) -> None:
    run(tmp_path / "absent", code=2)
    run(DATA / "hotline.csv", "--form", "csv", code=2)
    run(DATA / "hotline.csv", "--form", "no-such", code=2)


def test_a_stop_ends_the_run_after_its_lot(reporter: Reporter, tmp_path: Path) -> None:
    backlog(tmp_path, 6)
    asked: list[int] = []
    reading = inputs.Reading(10**6, xml=True, whole={}, tables={})
    what = running.Run(
        reporter, dry=False, refused=lambda _: None, drafted=lambda *_: None, progress=lambda _: asked.append(1),
        stop=lambda: bool(asked), lot=2,
    )  # fmt: skip
    tally = running.run(what, inputs.read_paths([tmp_path], reading))
    assert tally.stopped and Report.objects.count() == tally.taken == 2
    again = running.run(
        running.Run(reporter, False, lambda _: None, lambda *_: None, lambda _: None, lambda: False),
        inputs.read_paths([tmp_path], reading),
    )
    assert (again.taken, again.there) == (4, 2)
