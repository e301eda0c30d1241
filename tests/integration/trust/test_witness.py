"""The witness: a directory or an address that checkpoints leave to. It may be away; then nothing is lost and nothing waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from tests.integration.trust.log import round_of, settings_for, write
from tipline.core.keys import listed_keys
from tipline.trust.audit import notes, tree, witness
from tipline.trust.audit.models import Publication, StoredCheckpoint
from tipline.trust.audit.tasks import checkpoint_every_minute
from tipline.trust.audit.verifying import verify

pytestmark = pytest.mark.django_db


class _Taken(BaseHTTPRequestHandler):
    """Takes notes, or answers what it is told to."""

    server: _Server  # type: ignore[assignment]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.answer == 200:
            self.server.notes.append(body.decode())
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()
        self.server.asked.append((self.path, self.headers.get("Content-Type", "")))

    def log_message(self, *_: object) -> None:
        pass


class _Server(HTTPServer):
    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Taken)
        self.answer = 200
        self.notes: list[str] = []
        self.asked: list[tuple[str, str]] = []


@contextmanager
def serving(port: int = 0) -> Iterator[_Server]:
    server = _Server(port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_directory_gets_each_checkpoint_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    for size in (2, 4, 6):
        write(2)
        assert round_of(settings) == size
    round_of(settings)
    folder = witness.directory(settings)
    assert folder == tmp_path / "audit"
    names = sorted(path.name for path in folder.iterdir())
    key = listed_keys(settings)[0]
    assert names == [f"{size:020d}.{key.name}.txt" for size in (2, 4, 6)]
    for name, stored in zip(names, StoredCheckpoint.objects.order_by("size"), strict=True):
        text = (folder / name).read_text(encoding="utf-8")
        assert text == stored.note
        assert notes.signed_by(text, key.public)
    assert Publication.objects.count() == 3


def test_an_address_gets_each_checkpoint_once_by_post(tmp_path: Path) -> None:
    with serving() as server:
        settings = settings_for(
            tmp_path, TIPLINE_AUDIT_WITNESS=f"http://127.0.0.1:{server.server_port}/log?token=secret"
        )
        write(2)
        round_of(settings)
        round_of(settings)
        assert server.notes == [StoredCheckpoint.objects.get().note]
        assert server.asked == [("/log?token=secret", "text/plain; charset=utf-8")]
    assert "secret" not in Publication.objects.get().witness
    assert verify(settings).ok


def test_a_witness_that_is_away_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as first:
        port = first.server_port
    settings = settings_for(tmp_path, TIPLINE_AUDIT_WITNESS=f"http://127.0.0.1:{port}/")
    with capture_logs() as logged, monkeypatch.context() as patched:
        patched.setattr(witness, "log", structlog.get_logger())  # the module's own may have been bound before
        for size in (1, 2, 3):
            write(1)
            assert round_of(settings) == size, "the log goes on"
    assert [line["event"] for line in logged] == ["the witness does not take checkpoints"] * 3
    assert not Publication.objects.exists()
    with serving(port) as second:
        round_of(settings)
        assert [notes.read(note)[0].size for note in second.notes] == [1, 2, 3], "oldest first"
    assert Publication.objects.count() == 3


@pytest.mark.parametrize("answer", [302, 403, 500])
def test_a_witness_that_refuses_is_asked_again_and_leads_nowhere_else(tmp_path: Path, answer: int) -> None:
    with serving() as server:
        settings = settings_for(tmp_path, TIPLINE_AUDIT_WITNESS=f"http://127.0.0.1:{server.server_port}/log")
        write(1)
        server.answer = answer
        round_of(settings)
        assert not Publication.objects.exists()
        assert [path for path, _ in server.asked] == ["/log"], "a redirect is not followed"
        server.answer = 200
        round_of(settings)
        assert len(server.notes) == 1


def test_a_directory_that_takes_nothing_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full, read-only or not there: here a file stands in its place, which stops root too."""
    settings = settings_for(tmp_path)
    folder = tmp_path / "audit"
    folder.write_text("in the way")
    write(1)
    with capture_logs() as logged, monkeypatch.context() as patched:
        patched.setattr(witness, "log", structlog.get_logger())  # the module's own may have been bound before
        assert round_of(settings) == 1
    assert logged[0]["event"] == "the witness does not take checkpoints"
    assert not Publication.objects.exists()
    assert verify(settings).ok, "what no witness took is not missed"
    folder.unlink()
    write(1)
    round_of(settings)
    assert len(list(folder.iterdir())) == 2
    assert verify(settings).ok


def test_a_disk_that_is_full_leaves_no_half_of_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(tmp_path)
    write(1)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    tree.checkpoint(settings)
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        assert witness.publish(settings) == 0
    assert witness.file_names(settings) == []
    assert witness.publish(settings) == 1
    assert verify(settings).ok
    assert [path.suffix for path in (tmp_path / "audit").iterdir()] == [".txt"]


def test_a_crash_between_file_and_record_is_made_good(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    write(1)
    round_of(settings)
    write(1)
    made = tree.checkpoint(settings)
    assert made is not None
    (tmp_path / "audit" / witness.file_name(made.size, made.key_name)).write_text(made.note, encoding="utf-8")
    assert witness.publish(settings) == 1
    assert verify(settings).ok


def test_a_witness_that_knows_another_history_is_not_overwritten(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    write(1)
    made = tree.checkpoint(settings)
    assert made is not None
    (tmp_path / "audit").mkdir()
    path = tmp_path / "audit" / witness.file_name(made.size, made.key_name)
    path.write_text("another history", encoding="utf-8")
    assert witness.publish(settings) == 0
    assert path.read_text(encoding="utf-8") == "another history"
    assert not verify(settings).ok


def test_the_job_of_every_minute_signs_and_hands_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(tmp_path)
    monkeypatch.setattr("tipline.trust.audit.tasks.config", lambda: settings)
    checkpoint_every_minute(0)
    assert witness.file_names(settings) == [], "an empty log has no head"
    write(2)
    checkpoint_every_minute(60)
    checkpoint_every_minute(120)
    assert len(witness.file_names(settings)) == 1
