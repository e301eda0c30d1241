"""The record and the store, held against each other; and what the sweep may take away."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from typer.testing import CliRunner

from tests import factories
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.config import Config, load_config
from tipline.core.errors import ConflictError, NotFoundError, TransientError
from tipline.core.storage import open_store
from tipline.intake.cybertipline import credentials, views
from tipline.reports import sealed, services, writing
from tipline.reports.evidence import open_intake
from tipline.reports.models import ReportedFile
from tipline.reports.tasks import sweep_unfinished
from tipline.trust.accounts.models import Reporter
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, provider_scope

pytestmark = pytest.mark.django_db
NOISE = random.Random(7).randbytes(50_000)
DAYS_AGO = 2 * 24 * 3600


@pytest.fixture
def settings_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """An installation that seals into a directory."""
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    made = load_config({"TIPLINE_DATA_DIR": str(tmp_path / "var"), "TIPLINE_EVIDENCE_RECIPIENT": recipient})
    monkeypatch.setattr(views, "config", lambda: made)
    monkeypatch.setattr("tipline.reports.tasks.config", lambda: made)
    factories.standard_tree()
    credentials.forget_all()
    return made


@pytest.fixture
def reporter(settings_: Config) -> Reporter:
    return factories.provider()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "evidence"


def upload(reporter: Reporter, body: bytes = NOISE) -> bytes:
    opened = services.open_report(reporter, factories.document(os.urandom(16)), factories.header())
    part = {"id": str(opened.report_id), "file": SimpleUploadedFile("a.png", body)}
    return Client(raise_request_exception=False).post("/ispws/upload", part, **factories.basic(reporter)).content


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def age(path: Path) -> None:
    os.utime(path, (path.stat().st_mtime - DAYS_AGO,) * 2)


def orphan(settings: Config, folder: Path, *, old: bool = True) -> str:
    """A seal whose record was never committed."""
    intake = open_intake(settings)
    intake.write(NOISE)
    key = intake.close().storage_key
    if old:
        age(folder / key)
    return key


def left_by_a_kill(folder: Path, *, old: bool = True) -> str:
    """What a process that was killed in the middle of an upload leaves: a file under a name that is no seal."""
    path = folder / "ab" / f"ab{'0' * 29}{'1' if old else '2'}.part"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    if old:
        age(path)
    return path.relative_to(folder).with_suffix(".age").as_posix()


@pytest.fixture
def invoke(settings_: Config, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A command in this process, on the test's database and store."""
    from tipline.cli import runtime

    @contextmanager
    def here(*, current: bool) -> Iterator[Config]:
        yield settings_

    monkeypatch.setattr(runtime, "_installation", here)
    return lambda *arguments: CliRunner().invoke(commands, ["evidence", *arguments])


# --- the door and the store ----------------------------------------------------------------------------------


def test_a_store_that_fails_is_answered_with_1111_and_leaves_no_trace(
    settings_: Config, reporter: Reporter, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.parent.mkdir(parents=True)
    folder.touch()  # a file stands where the directory should
    answer = upload(reporter)
    assert b"<responseCode>1111<" in answer
    assert str(folder).encode() not in answer
    folder.unlink()

    def full(self: object, chunk: bytes) -> None:
        raise TransientError("the evidence store cannot be written: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tipline.core.storage.directory._FileWriter.write", full)
        assert b"<responseCode>1111<" in upload(reporter)
    assert files(folder) == []
    assert not ReportedFile.objects.exists()
    assert b"<responseCode>0<" in upload(reporter)  # and the next one is taken


def test_a_record_that_was_refused_takes_its_seal_along(
    reporter: Reporter, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "FILES_PER_REPORT", 0)
    assert b"<responseCode>4000<" in upload(reporter)
    assert files(folder) == []


def test_where_it_is_not_known_whether_the_record_committed_the_seal_stays_for_the_sweep(
    reporter: Reporter, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> str:
        raise DatabaseError("the connection broke in the middle of COMMIT")

    monkeypatch.setattr(services, "add_file", lost)
    assert b"<responseCode>0<" not in upload(reporter)
    assert len(files(folder)) == 1


# --- check ---------------------------------------------------------------------------------------------------


def test_check_names_seals_that_are_missing_cut_or_changed(
    settings_: Config, reporter: Reporter, folder: Path, invoke: Any
) -> None:
    for _ in range(5):
        upload(reporter)
    assert json.loads(invoke("check", "--deep", "--json").output) == {
        "ok": True, "seals": 5, "without_digest": 0, "damages": [],
    }  # fmt: skip
    whole, missing, shorter, changed, unnoted = ReportedFile.objects.order_by("id")
    (folder / missing.storage_key).unlink()
    os.truncate(folder / shorter.storage_key, 1000)
    content = bytearray((folder / changed.storage_key).read_bytes())
    content[40_000] ^= 1
    (folder / changed.storage_key).write_bytes(content)
    ReportedFile.objects.filter(pk=unnoted.pk).update(sealed_sha256="", sealed_bytes=None)
    store = open_store(settings_)
    quick, deep = sealed.check(store, deep=False), sealed.check(store, deep=True)
    assert [(d.kind, d.file_id, d.report_id) for d in quick.damages] == [
        ("missing", missing.wire_id, missing.report_id), ("size", shorter.wire_id, shorter.report_id),
    ]  # fmt: skip
    assert [(d.kind, d.file_id) for d in deep.damages] == [
        ("missing", missing.wire_id), ("size", shorter.wire_id), ("changed", changed.wire_id),
    ]  # fmt: skip
    assert (deep.seals, deep.without_digest) == (5, 1)
    done = invoke("check", "--deep")
    assert done.exit_code == 1
    assert whole.wire_id not in done.output
    assert missing.storage_key in done.output


def test_discarded_files_are_not_missed(
    settings_: Config, reporter: Reporter, invoke: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    discarding = load_config({"TIPLINE_DATA_DIR": str(settings_.data_dir)})
    monkeypatch.setattr(views, "config", lambda: discarding)
    upload(reporter)
    assert json.loads(invoke("check", "--json").output)["seals"] == 0


def test_where_a_seal_stands_is_told_to_the_operator_and_the_log(reporter: Reporter, invoke: Any) -> None:
    upload(reporter)
    file = ReportedFile.objects.get()
    (told,) = json.loads(invoke("list", str(file.report_id), "--json").output)
    assert (told["storage_key"], told["sealed_sha256"], told["sha256"]) == (
        file.storage_key, file.sealed_sha256, file.sha256,
    )  # fmt: skip
    assert file.storage_key in invoke("list", str(file.report_id)).output
    assert Entry.objects.filter(action="evidence.located", object_id=str(file.report_id)).count() == 2
    assert isinstance(invoke("list", str(file.report_id + 1)).exception, NotFoundError)


# --- sweep ---------------------------------------------------------------------------------------------------


def test_the_sweep_takes_what_is_old_and_has_no_record_and_nothing_else(
    settings_: Config, reporter: Reporter, folder: Path, invoke: Any
) -> None:
    upload(reporter)
    upload(reporter)
    for key in files(folder):
        age(folder / key)
    kept = files(folder)
    gone, unfinished = orphan(settings_, folder), left_by_a_kill(folder)
    young = [orphan(settings_, folder, old=False), left_by_a_kill(folder, old=False).replace(".age", ".part")]
    (folder / "ab" / "somebody-elses.txt").write_text("not ours")
    before = files(folder)
    said = json.loads(invoke("sweep", "--dry-run", "--json").output)
    assert said == {"removed": False, "orphans": [gone], "unfinished": [unfinished], "kept_young": 2}
    assert files(folder) == before
    assert not Entry.objects.filter(object_type="seal").exists()
    done = invoke("sweep")
    assert done.exit_code == 0, done.exception
    assert files(folder) == sorted([*kept, *young, "ab/somebody-elses.txt"])
    entries = Entry.objects.filter(object_type="seal").order_by("id").values_list("action", "object_id")
    assert list(entries) == [("evidence.orphan_removed", gone), ("evidence.unfinished_removed", unfinished)]
    assert "1 unfinished uploads and 1 seals without a record removed; 2 are younger than a day" in done.output


def test_the_sweep_does_not_empty_a_store_because_the_database_is_empty(settings_: Config, folder: Path) -> None:
    orphan(settings_, folder)
    with pytest.raises(ConflictError, match="names none of them"):
        sealed.sweep(open_store(settings_), factories.TESTS, remove=True)
    assert len(files(folder)) == 1


def test_the_sweep_does_not_take_hidden_records_for_missing_ones(
    settings_: Config, reporter: Reporter, folder: Path
) -> None:
    upload(reporter)
    age(folder / files(folder)[0])
    with acting(provider_scope(0)), pytest.raises(ConflictError, match="must see every report"):
        sealed.sweep(open_store(settings_), factories.TESTS, remove=True)
    assert len(files(folder)) == 1


def test_the_daily_job_takes_unfinished_uploads_only(settings_: Config, reporter: Reporter, folder: Path) -> None:
    upload(reporter)
    left_by_a_kill(folder)
    key = orphan(settings_, folder)
    sweep_unfinished(timestamp=0)
    assert key in files(folder)
    assert [name for name in files(folder) if name.endswith(".part")] == []


def test_a_day_is_counted_from_the_last_byte(settings_: Config, folder: Path) -> None:
    left_by_a_kill(folder, old=False)
    store = open_store(settings_)
    almost = now() + timedelta(hours=23)
    assert sealed.sweep(store, factories.TESTS, remove=True, at=almost).unfinished == []
    assert len(sealed.sweep(store, factories.TESTS, remove=True, at=almost + timedelta(hours=2)).unfinished) == 1


# --- doctor --------------------------------------------------------------------------------------------------


def test_doctor_tells_where_files_go_and_whether_they_can(settings_: Config, folder: Path) -> None:
    from tipline.cli.doctor import _store

    def told(settings: Config, *, deep: bool) -> dict[str, Any]:
        found: dict[str, Any] = {"problems": [], "warnings": []}
        _store(found, settings, deep=deep)
        return found

    assert told(settings_, deep=True)["problems"] == []
    assert files(folder) == []  # the probe is gone
    vast = replace(settings_, max_upload_bytes=2**60)
    assert "free" in told(vast, deep=False)["warnings"][0]
    blocked = replace(settings_, storage_url=Path(__file__).as_uri())
    assert "TIPLINE_STORAGE_URL" in told(blocked, deep=True)["problems"][0]
