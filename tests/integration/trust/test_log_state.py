"""How the log stands, as `tipline status` and `tipline doctor` tell it."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.integration.trust.log import round_of, settings_for, write
from tipline.cli import app
from tipline.cli.doctor import _log
from tipline.core.clock import now
from tipline.core.config import Config
from tipline.trust.audit import tree
from tipline.trust.audit.models import Entry
from tipline.trust.audit.queries import state

pytestmark = pytest.mark.django_db


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    found = settings_for(tmp_path)
    for module in ("status", "audit"):
        monkeypatch.setattr(import_module(f"tipline.cli.{module}"), "installation", lambda: nullcontext(found))
    return found


def test_the_status_counts_what_is_placed_and_what_waits(settings: Config) -> None:
    def told() -> dict[str, object]:
        done = CliRunner().invoke(app, ["status", "--json"])
        assert done.exit_code == 0
        return dict(json.loads(done.stdout)["audit"])

    assert told() == {
        "entries": 0, "pending": 0, "last_checkpoint_size": 0, "last_checkpoint_at": None, "unpublished": 0,
    }  # fmt: skip
    write(3)
    assert told()["pending"] == 3
    round_of(settings)
    write(2)
    found = told()
    assert (found["entries"], found["pending"], found["last_checkpoint_size"], found["unpublished"]) == (3, 2, 3, 0)
    assert found["last_checkpoint_at"] == state().last_checkpoint_at.isoformat()  # type: ignore[union-attr]
    tree.checkpoint(settings)
    assert told()["unpublished"] == 1
    assert "log: 5 entries in place, 0 waiting" in CliRunner().invoke(app, ["status"]).stdout


def _minutes_later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    at = now() + timedelta(minutes=minutes)
    monkeypatch.setattr("tipline.core.clock.now", lambda: at)


def test_the_doctor_names_a_stale_checkpoint(settings: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _log(settings) == []
    write(3)
    round_of(settings)
    with monkeypatch.context() as later:
        _minutes_later(later, 600)
        assert _log(settings) == [], "nothing waits: nothing is stale"
    write(1)
    with monkeypatch.context() as later:
        _minutes_later(later, 9)
        assert _log(settings) == []
    with monkeypatch.context() as later:
        _minutes_later(later, 11)
        (told,) = _log(settings)
        assert "last checkpoint is stale" in told
        assert "is a worker running" in told.lower()
        tree.sequence()  # in place, and still under no checkpoint
        assert len(_log(settings)) == 1


def test_the_doctor_names_a_witness_that_takes_nothing(
    settings: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "audit").write_text("in the way")
    write(3)
    round_of(settings)
    assert _log(settings) == []
    _minutes_later(monkeypatch, 11)
    (told,) = _log(settings)
    assert f"the witness file://{tmp_path}/audit has not taken 1 checkpoints" in told


def test_commands_that_read_the_log_are_entries_of_it(settings: Config, tmp_path: Path) -> None:
    write(3)
    entry = Entry.objects.latest("id")
    runner = CliRunner()
    assert runner.invoke(app, ["audit", "list", "report", "1"]).exit_code == 0
    read = Entry.objects.latest("id")
    assert (read.action, read.object_type, read.object_id, read.detail) == ("log.read", "report", "1", {"rows": 1})
    assert read.actor_label == "cli"
    assert runner.invoke(app, ["audit", "proof", str(entry.pk), "-o", str(tmp_path / "p.json")]).exit_code == 0
    assert Entry.objects.latest("id").action == "log.proof_taken"
