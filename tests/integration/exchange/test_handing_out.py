"""Referrals in the forms of others, from the page of a report and by command: masked, in the log, for whoever may export, and valid."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from stix2validator import ValidationOptions, validate_string
from typer.testing import CliRunner

from tests.factories import drain, person, signed_in
from tests.integration.reports.test_masking import canary, file_documents, names_it, reporter, things, with_child
from tests.integration.trust.routes import Things
from tests.integration.trust.test_matrix import runner
from tests.unit.exchange.test_case_uco import COMMAND
from tipline.cli import app as commands
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.exchange.forms import form_named, forms
from tipline.exchange.handing_out import hand_out, last_hop
from tipline.intake.cybertipline.document import parse_report
from tipline.pipeline.extraction.reading import Extract, read
from tipline.referrals.models import Referral
from tipline.reports.models import PersonRole
from tipline.trust.accounts.models import Reporter, Role
from tipline.trust.actors import system
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import MAY, OPERATOR, Can

pytestmark = pytest.mark.django_db
__all__ = ["canary", "reporter", "runner", "things"]  # fixtures of the tests of masking
NAMES = [form.described.name for form in forms()]


def readable(body: bytes) -> str:
    """The text of a form, whatever it is put together of; Parquet holds its texts compressed, and NDJSON is the same rows."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        return "\n".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())


@pytest.mark.timeout(300)
def test_a_report_is_exported_in_every_form_without_the_child_and_written_down(things: Things) -> None:
    client = signed_in(person("IN-MH-JALGAON", Role.SUPERVISOR))
    page = client.get(f"/reports/{things.report.pk}/").content.decode()
    for form in forms():
        described = form.described
        assert f'<option value="{described.name}">' in page
        answer = client.get(f"/reports/{things.report.pk}/export/", {"form": described.name})
        assert answer.status_code == 200, described.name
        assert answer["Content-Disposition"] == f'attachment; filename="report-{things.report.pk}{described.suffix}"'
        assert answer["Content-Type"] == described.media_type
        assert not names_it(readable(answer.content)), described.name
    logged = list(Entry.objects.filter(action="report.exported").order_by("id").values_list("detail", flat=True))
    assert [one["format"] for one in logged] == NAMES
    assert all(one["masked"] and one["referral"] == last_hop(OPERATOR, things.report.pk) for one in logged)


@pytest.mark.timeout(300)
def test_what_is_exported_of_a_real_report_is_valid(things: Things, tmp_path: Path) -> None:
    made, pieces = hand_out(OPERATOR, system("test"), form_named("stix"), [last_hop(OPERATOR, things.report.pk)])
    result = validate_string(b"".join(pieces).decode(), ValidationOptions(version="2.1", disabled="all"))
    assert result.is_valid, result
    assert made.terms.reference.startswith("tree agencies.csv")
    _, pieces = hand_out(OPERATOR, system("test"), form_named("cybertipline"), [last_hop(OPERATOR, things.report.pk)])
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as file:
        (name,) = [name for name in file.namelist() if name.endswith("/report.xml")]
        parse_report(file.read(name))
    graph = tmp_path / "report.jsonld"
    _, pieces = hand_out(OPERATOR, system("test"), form_named("case-uco"), [last_hop(OPERATOR, things.report.pk)])
    graph.write_bytes(b"".join(pieces))
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--built-version", "case-1.4.0", str(graph)],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert (done.returncode, done.stdout) == (0, "Validation Report\nConforms: True\n"), done.stderr[-2000:]


def test_a_document_comes_back_by_way_of_the_record(reporter: Reporter) -> None:
    """Document → record → document: equal in everything that the form can say, which is everything but the child's."""
    body = with_child()
    report = file_documents(reporter, body)
    drain()
    _, pieces = hand_out(OPERATOR, system("test"), form_named("cybertipline"), [last_hop(OPERATOR, report.pk)])
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as file:
        (name,) = [name for name in file.namelist() if name.endswith("/report.xml")]
        again = file.read(name)
    before, after = (read(document, [], reporter.name) for document in (body, again))

    def told(found: Extract) -> set[tuple[object, ...]]:
        return {
            (s.identifier, s.role, s.original.strip(), s.event, s.at, s.at_text, s.port, s.possible_proxy, s.verified)
            for s in found.sightings if s.child is None and s.role is not PersonRole.REPORTER
        }  # fmt: skip

    assert told(after) == told(before)
    assert len(told(after)) > 3
    assert after.annotations == before.annotations
    assert b"Kiran" not in again
    assert sum(one.role is PersonRole.VICTIM for one in after.persons) == 1


@pytest.mark.timeout(300)
def test_the_command_writes_the_same_for_whoever_may_export(things: Things, runner: CliRunner, tmp_path: Path) -> None:
    hop = last_hop(OPERATOR, things.report.pk)
    for role in Role:
        out = tmp_path / f"{role}.json"
        somebody = person("IN-MH-JALGAON", role)
        done = runner.invoke(
            commands,
            ["--as", somebody.email, "exchange", "export", str(hop), "--form", "misp", "-o", str(out), "--json"],
        )
        if role in MAY[Can.EXPORT]:
            assert done.exit_code == 0, (role, done.exception)
            told: dict[str, Any] = json.loads(done.output)
            assert (told["form"], told["reports"], told["bytes"]) == ("misp", 1, out.stat().st_size)
            assert not names_it(out.read_text() + done.output)
            assert out.stat().st_mode & 0o077 == 0
        else:
            assert isinstance(done.exception, NotPermittedError | NotFoundError), role
            assert not out.exists()
    stranger = person("IN-BR-CYBER", Role.SUPERVISOR)
    done = runner.invoke(
        commands, ["--as", stranger.email, "exchange", "export", str(hop), "--form", "misp", "-o", str(tmp_path / "x")]
    )
    assert isinstance(done.exception, NotFoundError)
    done = runner.invoke(commands, ["exchange", "export", str(hop), "--form", "docx", "-o", str(tmp_path / "x")])
    assert isinstance(done.exception, InvalidInputError)
    first = Referral.objects.filter(report=things.report).order_by("pk").first()
    assert first is not None
    done = runner.invoke(commands, ["exchange", "export", str(first.pk), "--form", "misp", "-o", str(tmp_path / "x")])
    assert isinstance(done.exception, ConflictError), "it was handed on"
    assert not (tmp_path / "x").exists()


def test_the_forms_are_listed_without_a_database(runner: CliRunner) -> None:
    done = runner.invoke(commands, ["exchange", "forms", "--json"])
    assert [one["name"] for one in json.loads(done.output)] == NAMES
    assert all(one["losses"] for one in json.loads(done.output))
