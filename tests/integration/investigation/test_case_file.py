"""The whole file of a case: everything that names it, checked by `sha256sum`, with no media and no child in it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.db import connection
from django.db.models import BinaryField
from typer.testing import CliRunner

from tests import factories
from tests.factories import drain, person
from tests.integration.reports.test_masking import CHILDS_HANDLE, file_documents, with_child
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.config import Config, load_config
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.investigation.cases.models import Case, EvidenceKind
from tipline.investigation.cases.persons import Evidence, add_account_holder
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.exhibits import services
from tipline.investigation.exhibits.case_file import MANIFEST, export_case
from tipline.investigation.exhibits.case_tables import EXCLUDED, TOLD_ONLY, case_tables, left_out, naming_a_case, plain
from tipline.investigation.exhibits.importing import import_hashes
from tipline.investigation.exhibits.models import ExhibitKind
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.audit.proofs import proof
from tipline.trust.visibility import OPERATOR, acting, scope_of

pytestmark = pytest.mark.django_db
DESK = "IN-MH-JALGAON"
__all__ = ["runner"]  # a fixture of the matrix
REASON = "Asked for by the District Court, DC 9"


@pytest.fixture
def installation(tmp_path: Path) -> Config:
    return load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def report(tmp_path: Path) -> Report:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = file_documents(factories.provider(), with_child(info="Kiran Deshpande was asked"))
    drain()
    return report


@pytest.fixture
def case(report: Report) -> Case:
    officer = person(DESK)
    made = open_case(officer, [report.pk], "=Kite of Kiran Deshpande")
    exhibit = services.take_in(
        officer, made.pk, services.Taken(ExhibitKind.DEVICE, "+phone", now() - timedelta(days=1), "Jalgaon", "SI Patil")
    )
    rows = f"path,size,md5\n/img/{CHILDS_HANDLE}.png,1,{'ab' * 16}\n@x,2,{'cd' * 16}\n"
    import_hashes(officer, made.pk, exhibit.pk, io.BytesIO(rows.encode()), "x.csv")
    add_account_holder(officer, made.pk, "A. Somebody", [Evidence(EvidenceKind.DOCUMENT, "Kiran Deshpande said", "x")])
    return made


@pytest.fixture
def supervisor(case: Case) -> User:
    return person(DESK, Role.SUPERVISOR)


def exported(settings: Config, someone: User | None, case: Case, file: io.BytesIO | None = None) -> zipfile.ZipFile:
    body = file or io.BytesIO()
    with acting(scope_of(someone) if someone else OPERATOR) as scope:
        export_case(settings, scope, someone, case.pk, REASON, body)
    return zipfile.ZipFile(body)


def test_every_table_that_names_a_case_is_exported_or_left_out_with_a_reason() -> None:
    exported_, excluded = {t.name for t in case_tables()}, {name for name, _ in left_out()}
    assert exported_ | excluded == {m._meta.db_table for m in naming_a_case()}
    assert not exported_ & excluded
    assert {
        "cases_casereport",
        "cases_personevidence",
        "exhibits_custodyevent",
        "exhibits_exhibithash",
        "retention_hold",
    } <= exported_
    assert all(len(why) > 20 for why in EXCLUDED.values())
    bodies = {
        f"{table.name}.{field.name}"
        for table in case_tables()
        for field in table.model._meta.concrete_fields
        if isinstance(field, BinaryField) and not field.max_length
    }
    assert bodies == set(TOLD_ONLY), "bytes that are only told are named as left out"


def test_the_database_names_no_case_that_the_models_do_not(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = 'cases_case'::regclass"
        )
        named = {name for (name,) in cursor.fetchall()}
    assert named <= {t.name for t in case_tables()} | {name for name, _ in left_out()}


def test_sha256sum_checks_it_and_nothing_of_a_child_is_in_it(
    case: Case, supervisor: User, installation: Config, report: Report, tmp_path: Path
) -> None:
    for entry in Entry.objects.filter(object_type="case").order_by("id")[:1]:
        proof(installation, entry.pk)  # signs a checkpoint
    archive = exported(installation, supervisor, case)
    archive.extractall(tmp_path / "out")
    done = subprocess.run(
        ["sha256sum", "-c", MANIFEST], cwd=tmp_path / "out", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    names = archive.namelist()
    assert set(names) - {MANIFEST} == {line.split("  ")[1] for line in archive.read(MANIFEST).decode().splitlines()}
    assert {
        "index.pdf",
        "case.json",
        "README.txt",
        f"reports/report-{report.pk}.json",
        "exhibits/0001-custody.pdf",
    } <= set(names)
    assert any(name.startswith("log/proofs/") for name in names)
    texts = {name: archive.read(name) for name in names}
    for said in (texts["README.txt"].decode(), json.loads(texts["case.json"])["left_out"]):
        assert "safeguarding_childnote" in str(said) and "replies_replyfile.body" in str(said)
    pdf = "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(texts["index.pdf"]))
    assert "Child 1" in pdf or "withheld" in pdf
    for name, text in {**texts, "index.pdf": pdf.encode()}.items():
        for word in (b"Kiran", b"Deshpande", CHILDS_HANDLE.encode(), b"little.boat", b"192.0.2.70"):
            assert word not in text, (name, word)
    document = json.loads(texts["case.json"])
    assert document["case"]["number"] == case.number and document["exported"]["reason"] == REASON
    rows = {t["name"]: t["rows"] for t in document["tables"]}
    assert rows["exhibits_exhibithash"] == 2 and rows["exhibits_custodyevent"] == 1
    for name, count in rows.items():
        read = list(csv.reader(io.StringIO(texts[f"tables/{name}.csv"].decode(), newline="")))
        assert len(read) == count + 1
        assert len(json.loads(texts[f"tables/{name}.json"])) == count
        assert not any(cell.startswith(("=", "+", "@", "-")) for row in read for cell in row), name
    hashes = json.loads(texts["tables/exhibits_exhibithash.json"])
    assert [row["value"] for row in hashes] == ["ab" * 16, "cd" * 16]
    logged = Entry.objects.get(action="case.exported")
    assert logged.detail["manifest_sha256"] == hashlib.sha256(texts[MANIFEST]).hexdigest()
    assert logged.detail["tables"]["exhibits_exhibithash"] == 2 and logged.actor_label == supervisor.email


def test_the_same_case_gives_the_same_tables_in_the_same_order(case: Case, installation: Config) -> None:
    first, second = (exported(installation, None, case) for _ in range(2))
    assert [n for n in first.namelist() if not n.startswith("log/")] == [
        n for n in second.namelist() if not n.startswith("log/")
    ]
    assert all(
        first.read(n) == second.read(n) for n in first.namelist() if n.startswith(("tables/", "reports/", "exhibits/"))
    )


def test_only_who_may_export_does_and_says_why(case: Case, installation: Config, supervisor: User) -> None:
    for code, role in (
        ("IN-MH-PUNE", Role.SUPERVISOR),
        (DESK, Role.DESK_OFFICER),
        (DESK, Role.INVESTIGATOR),
        (DESK, Role.AUDITOR),
    ):
        with pytest.raises(NotFoundError):
            exported(installation, person(code, role), case)
    investigator = person(DESK, Role.INVESTIGATOR)
    assign(supervisor, case, investigator)
    assert exported(installation, investigator, case).namelist()
    for reason in ("short", "Kiran Deshpande was named by somebody"):
        with pytest.raises(InvalidInputError), acting(scope_of(supervisor)) as scope:
            export_case(installation, scope, supervisor, case.pk, reason, io.BytesIO())
    assert Entry.objects.filter(action="case.exported").count() == 1


def test_values_are_plain_and_no_large_bytes_go_out() -> None:
    assert plain(b"\xab" * 32) == "ab" * 32
    assert plain(b"x" * 65) == {"bytes": 65, "sha256": hashlib.sha256(b"x" * 65).hexdigest()}


def test_the_command_writes_it_and_overwrites_nothing(
    case: Case, runner: CliRunner, tmp_path: Path, supervisor: User
) -> None:
    out = tmp_path / "F.zip"
    done = runner.invoke(commands, ["case", "export", case.number, "--out", str(out), "--json"])
    assert done.exit_code == 0, done.exception
    assert json.loads(done.output)["members"] == len(zipfile.ZipFile(out).namelist())
    assert runner.invoke(commands, ["case", "export", case.number, "--out", str(out)]).exit_code != 0
    officer = person(DESK)
    done = runner.invoke(
        commands, ["--as", officer.email, "case", "export", case.number, "--out", str(tmp_path / "G.zip")]
    )
    assert isinstance(done.exception, NotFoundError) and not (tmp_path / "G.zip").exists()
    assert [p.name for p in tmp_path.glob(".case-*")] == []
    listed = json.loads(
        runner.invoke(commands, ["--as", officer.email, "case", "exhibits", case.number, "--json"]).output
    )
    assert [row["number"] for row in listed] == ["EX-1"] and listed[0]["holder"] == "SI Patil"
    table = tmp_path / "t.csv"
    table.write_text(f"Fingerprint\n{'ef' * 16}\n")
    done = runner.invoke(
        commands,
        [
            "--as",
            officer.email,
            "case",
            "import-hashes",
            case.number,
            "EX-1",
            str(table),
            "--column",
            "md5=Fingerprint",
            "--json",
        ],
    )
    assert done.exit_code == 0 and json.loads(done.output)["hashes"] == 1
