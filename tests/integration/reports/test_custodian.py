"""What the door sealed, the custodian opens elsewhere, with one file that has nothing in common with Tipline."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import random
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from tipline.core.config import load_config
from tipline.intake.cybertipline import credentials, views
from tipline.reports.models import ReportedFile
from tipline.reports.services import open_report
from tipline.trust.audit.models import Entry

TOOL = Path(__file__).parents[3] / "tools" / "custodian.py"
NOISE = random.Random(20261125).randbytes(300_000)
JOURNAL = "custody-journal.txt"


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The tool, isolated from everything of ours, in a folder of the custodian's own."""
    return subprocess.run(
        [sys.executable, "-I", str(TOOL), *arguments], cwd=folder, input=stdin, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@dataclass
class Custodian:
    """The custodian's machine: their key, and a sealed file that was carried there."""

    folder: Path
    sealed: Path
    file: ReportedFile

    def open(
        self, *more: str, out: str = "out.bin", key: str = "key.txt", confirm: str = ""
    ) -> subprocess.CompletedProcess[str]:
        first = confirm or hashlib.sha256(self.sealed.read_bytes()).hexdigest()[:8]
        return run(
            self.folder,
            "open",
            self.sealed.name,
            "-i",
            key,
            "-o",
            out,
            "--reason",
            "order 12/2026",
            *more,
            stdin=f"{first}\n",
        )

    @property
    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    @property
    def journal(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in (self.folder / JOURNAL).read_text().splitlines()]


@pytest.fixture
def custodian(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Custodian:
    """A file of noise came through the door and was sealed to a key that the tool made."""
    folder = tmp_path / "custodian"
    folder.mkdir()
    public = run(folder, "keygen", "-o", "key.txt").stdout.strip()
    settings = load_config({"TIPLINE_DATA_DIR": str(tmp_path / "var"), "TIPLINE_EVIDENCE_RECIPIENT": public})
    monkeypatch.setattr(views, "config", lambda: settings)
    factories.standard_tree()
    credentials.forget_all()
    reporter = factories.provider()
    opened = open_report(reporter, factories.document(b"<report/>"), factories.header())
    answer = Client().post(
        "/ispws/upload", {"id": str(opened.report_id), "file": SimpleUploadedFile("a.png", NOISE)}, **factories.basic(reporter)
    )  # fmt: skip
    assert b"<responseCode>0<" in answer.content
    file = ReportedFile.objects.get()
    sealed = folder / "evidence.age"
    shutil.copy(tmp_path / "var" / "evidence" / file.storage_key, sealed)
    assert file.sealed_to == [public]
    return Custodian(folder, sealed, file)


def test_a_seal_made_by_the_door_opens_with_the_key_and_every_byte_is_there(custodian: Custodian) -> None:
    done = custodian.open("--sha256", custodian.file.sha256, "--sealed-sha256", custodian.file.sealed_sha256)
    assert done.returncode == 0, done.stderr
    out = custodian.folder / "out.bin"
    assert out.read_bytes() == NOISE
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert done.stdout.strip() == hashlib.sha256(NOISE).hexdigest()
    assert custodian.names == {"key.txt", "evidence.age", "out.bin", JOURNAL}


def test_what_is_about_to_be_done_is_named_and_asked(custodian: Custodian) -> None:
    done = custodian.open(confirm="yes")
    assert done.returncode == 1
    for named in ("evidence.age", custodian.file.sealed_sha256, "out.bin", "order 12/2026", "not confirmed"):
        assert named in done.stderr
    assert custodian.names == {"key.txt", "evidence.age", JOURNAL}


def test_each_opening_and_each_refusal_is_a_line_of_the_journal_that_names_the_line_before(
    custodian: Custodian,
) -> None:
    custodian.open()
    custodian.open(out="second.bin", confirm="no")
    lines = custodian.journal
    assert [line["act"] for line in lines] == ["opening", "opened", "refused"]
    assert {line["sealed_sha256"] for line in lines} == {custodian.file.sealed_sha256}
    assert {line["reason"] for line in lines} == {"order 12/2026"}
    assert all(line["who"] and line["at"] for line in lines)
    assert lines[1]["sha256"] == custodian.file.sha256
    raw = (custodian.folder / JOURNAL).read_bytes().splitlines()
    assert [line["line_before"] for line in lines] == ["", *(hashlib.sha256(line).hexdigest() for line in raw[:-1])]


def test_another_key_opens_nothing(custodian: Custodian) -> None:
    run(custodian.folder, "keygen", "-o", "other.txt")
    done = custodian.open(key="other.txt")
    assert (done.returncode, "REFUSED" in done.stderr) == (1, True)
    assert custodian.names == {"key.txt", "other.txt", "evidence.age", JOURNAL}
    assert custodian.journal[-1]["act"] == "refused"


def cut(seal: bytes) -> bytes:
    return seal[:-1]


def cut_at_a_chunk(seal: bytes) -> bytes:
    header = seal.index(b"\n--- ")
    return seal[: seal.index(b"\n", header + 1) + 1 + 16 + 2 * (65_536 + 16)]


def altered(seal: bytes) -> bytes:
    return seal[:200_000] + bytes([seal[200_000] ^ 1]) + seal[200_001:]


def altered_header(seal: bytes) -> bytes:
    return seal.replace(b"X25519 ", b"X25519 A", 1)


def lengthened(seal: bytes) -> bytes:
    return seal + b"\0"


@pytest.mark.parametrize(
    "change", [cut, cut_at_a_chunk, altered, altered_header, lengthened, lambda _: b"", lambda _: b"noise"]
)
def test_a_seal_that_is_not_whole_is_refused_and_nothing_is_left(
    custodian: Custodian, change: Callable[[bytes], bytes]
) -> None:
    custodian.sealed.write_bytes(change(custodian.sealed.read_bytes()))
    done = custodian.open()
    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines()[-1].count("REFUSED: it cannot be opened") == 1
    assert custodian.names == {"key.txt", "evidence.age", JOURNAL}


def test_another_file_than_was_noted_is_refused_and_nothing_is_left(custodian: Custodian) -> None:
    for option, digest in (("--sha256", "0" * 64), ("--sealed-sha256", "f" * 64)):
        done = custodian.open(option, digest)
        assert done.returncode == 1
        assert digest in done.stderr
    assert custodian.names == {"key.txt", "evidence.age", JOURNAL}
    assert [line["act"] for line in custodian.journal] == ["opening", "refused", "refused"]


def test_nothing_is_written_over(custodian: Custodian) -> None:
    (custodian.folder / "out.bin").write_text("mine")
    assert custodian.open().returncode == 2
    assert (custodian.folder / "out.bin").read_text() == "mine"
    key = (custodian.folder / "key.txt").read_text()
    assert run(custodian.folder, "keygen", "-o", "key.txt").returncode == 2
    assert (custodian.folder / "key.txt").read_text() == key


def test_a_key_that_others_can_read_is_not_used(custodian: Custodian) -> None:
    key = custodian.folder / "key.txt"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    done = custodian.open()
    assert (done.returncode, "others can read the key" in done.stderr) == (2, True)


def test_a_seal_is_checked_without_any_key(custodian: Custodian) -> None:
    assert (
        run(custodian.folder, "check", "evidence.age", "--sealed-sha256", custodian.file.sealed_sha256).returncode == 0
    )
    custodian.sealed.write_bytes(altered(custodian.sealed.read_bytes()))
    assert (
        run(custodian.folder, "check", "evidence.age", "--sealed-sha256", custodian.file.sealed_sha256).returncode == 1
    )
    custodian.sealed.write_bytes(NOISE)
    done = run(custodian.folder, "check", "evidence.age")
    assert (done.returncode, "not a sealed file" in done.stderr) == (1, True)


def test_the_log_names_the_seal_so_that_a_court_can_hold_the_file_against_it(custodian: Custodian) -> None:
    entry = Entry.objects.get(action="report.file_added")
    assert entry.detail["sealed_sha256"] == hashlib.sha256(custodian.sealed.read_bytes()).hexdigest()
    assert entry.detail["sha256"] == hashlib.sha256(NOISE).hexdigest()
    assert entry.detail["sealed_to"] == custodian.file.sealed_to


def test_the_age_command_does_as_well(custodian: Custodian) -> None:
    """Where pyrage is not installed. The command is played by pyrage here; its options and exit codes are those of age 1."""
    folder = custodian.folder / "bin"
    folder.mkdir()
    stand_in = folder / "age"
    stand_in.write_text(
        f"#!{sys.executable}\nimport sys, pyrage\nassert sys.argv[1:3] == ['--decrypt', '--identity']\n"
        "key = [l for l in open(sys.argv[3]).read().splitlines() if not l.startswith('#')][0]\n"
        "try: pyrage.decrypt_io(sys.stdin.buffer, sys.stdout.buffer, [pyrage.x25519.Identity.from_str(key)])\n"
        "except Exception as e: sys.exit(f'age: error: {e}')\n"
    )
    (folder / "age-keygen").write_text("#!/bin/sh\n")
    for name in ("age", "age-keygen"):
        (folder / name).chmod(0o755)
    without = "import sys, runpy; sys.modules['pyrage'] = None; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"

    def open_with_age(out: str) -> subprocess.CompletedProcess[str]:
        first = hashlib.sha256(custodian.sealed.read_bytes()).hexdigest()[:8]
        return subprocess.run(
            [sys.executable, "-c", without, str(TOOL), "open", "evidence.age", "-i", "key.txt", "-o", out, "--reason", "x"],
            cwd=custodian.folder, input=first + "\n", capture_output=True, text=True, check=False,
            env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        )  # fmt: skip

    done = open_with_age("out.bin")
    assert done.returncode == 0, done.stderr
    assert (custodian.folder / "out.bin").read_bytes() == NOISE
    custodian.sealed.write_bytes(cut(custodian.sealed.read_bytes()))
    done = open_with_age("second.bin")
    assert (done.returncode, "REFUSED" in done.stderr) == (1, True)
    assert not [name for name in custodian.names if name.startswith("second.bin")]


def test_the_tool_is_one_file_that_knows_no_tipline_and_no_network() -> None:
    names = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(TOOL.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert names == {
        "argparse", "contextlib", "datetime", "getpass", "hashlib", "json", "os", "shutil", "stat", "subprocess", "sys", "pyrage",
    }  # fmt: skip
