"""Two hundred generated cases, exported by the commands that people use, and what the standards' own validators say to each file."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from tests import exchange_cases, factories
from tests.exchange_validators import (
    check_case,
    check_misp,
    check_stix,
    check_tables,
    queries_parsed_once,
    schemas_read_once,
)
from tests.factories import agency, drain, person
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.demo.synthetic import file_details_xml
from tipline.exchange.forms import forms
from tipline.exchange.package.reading import verify
from tipline.exchange.vics.reading import read_vics
from tipline.intake.cybertipline.document import header_of, parse_file_details, parse_report
from tipline.investigation.cases.services import open_case
from tipline.pipeline.extraction.reading import Extract, read
from tipline.referrals.models import LIVE, Referral
from tipline.reports.filing import Filing, StatedFile, file_reports
from tipline.reports.models import Channel, Document, DocumentKind, PersonRole
from tipline.trust.accounts.models import Role
from tipline.trust.agencies.agreements import set_agreement

pytestmark = pytest.mark.django_db
__all__ = ["queries_parsed_once", "runner", "schemas_read_once"]
COUNT = 200
TOOLS = Path(__file__).parents[3] / "tools"


def cases(folder: Path) -> list[int]:
    """The hops by which generated reports came to the state, which works a case with some of them."""
    factories.standard_tree()
    factories.demo_ranges(folder)
    factories.forwarding("US-NCMEC", "IN-NCRB")
    filings = []
    for number, (body, files) in enumerate(exchange_cases.reports(COUNT)):
        described = random.Random(number).random() < 0.7
        stated = tuple(_stated(file, n, described=described) for n, file in enumerate(files, 1))
        filings.append(Filing(factories.document(body), header_of(parse_report(body)), stated))
    file_reports(factories.provider(), filings, Channel.DOOR)
    drain()
    hops = Referral.objects.filter(to_agency=agency("IN-MH-CYBER"), lead=True, state__in=LIVE).order_by("id")
    officer = person("IN-MH-CYBER", Role.SUPERVISOR)
    open_case(officer, list(hops.values_list("report_id", flat=True)[:10]), "Kites")
    return list(hops.values_list("id", flat=True))


def _stated(file: bytes, n: int, *, described: bool) -> StatedFile:
    hashed = factories.digests(file)

    def written(report_id: int, file_id: str) -> bytes:
        if described:
            return file_details_xml(report_id, file_id, file, factories.synthetic(), n)
        return f"<fileDetails><reportId>{report_id}</reportId><fileId>{file_id}</fileId></fileDetails>".encode()

    return StatedFile(written, f"upload-{n}.png", hashed.size_bytes, hashed.md5, hashed.sha1, hashed.sha256)


def child_named(body: bytes) -> bool:
    """In a form, whatever it is put together of."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return exchange_cases.CHILD.casefold() in body.decode().casefold()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        texts = (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        return any(exchange_cases.CHILD.casefold() in text.casefold() for text in texts)


def exported(runner: CliRunner, hops: list[int], form: str, out: Path) -> bytes:
    """What `tipline exchange export` writes."""
    command = ["exchange", "export", *map(str, hops), "--form", form, "-o", str(out), "--json"]
    done = runner.invoke(commands, command)
    assert done.exit_code == 0, (form, done.exception)
    assert json.loads(done.output)["reports"] == len(hops)
    return out.read_bytes()


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("queries_parsed_once", "schemas_read_once")
def test_every_form_of_two_hundred_cases_is_valid(runner: CliRunner, tmp_path: Path) -> None:
    hops = cases(tmp_path)
    assert len(hops) == COUNT
    made: dict[str, bytes] = {}
    for form in (one.described for one in forms()):
        made[form.name] = exported(runner, hops, form.name, tmp_path / f"cases{form.suffix}")
        assert not child_named(made[form.name]), form.name
    check_stix([json.loads(made["stix"])])
    check_misp(json.loads(made["misp"]))
    check_tables({kind: made[kind] for kind in ("csv", "ndjson", "parquet")}, tmp_path)
    hashes = read_vics(io.BytesIO(made["vics"]))
    assert hashes.entries and not hashes.unreadable
    comes_back_equal(made["cybertipline"], hops)
    a_package_is_valid(runner, hops, tmp_path)
    check_case([made["case-uco"]])
    # what is written does not depend on the version by which it is read: of the two others a few reports tell as much
    few = exported(runner, hops[:12], "case-uco", tmp_path / "few.jsonld")
    for version in ("1.3.0", "1.5.0"):
        check_case([few], version)


def comes_back_equal(body: bytes, hops: list[int]) -> None:
    """Every document by the door's schema, and report → record → report equal in what is not a child's."""
    reports = list(Referral.objects.filter(pk__in=hops).order_by("report_id").values_list("report_id", flat=True))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            if name.endswith("fileDetails.xml"):
                parse_file_details(archive.read(name))
        again = [archive.read(name) for name in archive.namelist() if name.endswith("/report.xml")]
    before = Document.objects.filter(report__in=reports, kind=DocumentKind.REPORT).order_by("report_id")
    assert len(again) == len(before) == COUNT
    for was, now_ in zip(before, again, strict=True):
        parse_report(now_)
        first, second = read(bytes(was.body), [], "Pictogram"), read(now_, [], "Pictogram")
        assert told(second) == told(first), was.report_id


def told(found: Extract) -> set[tuple[Any, ...]]:
    return {
        (s.identifier, s.role, s.original.strip(), s.event, s.at, s.at_text, s.port)
        for s in found.sightings if s.child is None and s.role is not PersonRole.REPORTER
    }  # fmt: skip


def a_package_is_valid(runner: CliRunner, hops: list[int], tmp_path: Path) -> None:
    """By bagit.py, by the schema that it carries, by Tipline, and by the script that knows nothing of Tipline."""
    set_agreement(agency("IN-NCRB"), agency("IN-MH-CYBER"), "MHA/NCRB/2026/1", factories.TESTS)
    file = tmp_path / "cases.zip"
    done = runner.invoke(commands, ["package", "export", *map(str, hops), "-o", str(file), "--json"])
    assert done.exit_code == 0, done.exception
    body = file.read_bytes()
    checked = verify(io.BytesIO(body), at=now())
    assert checked.meta.reports == COUNT and not child_named(body)
    schema = json.loads(checked.document("data/schema/referral-1.json"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(checked.document("data/record.json")))
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "out")
    bag = tmp_path / "out" / checked.base
    done_ = subprocess.run([sys.executable, "-m", "bagit", "--validate", str(bag)], capture_output=True, text=True)
    assert done_.returncode == 0, done_.stderr[-2000:]
    subprocess.run([sys.executable, str(TOOLS / "verify_package.py"), str(file)], check=True, capture_output=True)
