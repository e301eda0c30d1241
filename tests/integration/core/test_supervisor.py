"""The supervisor: restarts what crashes, drains when told, and takes its children along however it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tipline.core.errors import DatabaseUnavailableError
from tipline.core.supervisor import instance_lock

SCRIPT = """
import os, sys
from tipline.core.supervisor import Child, Supervisor
code = sys.argv[1]
Supervisor([Child(n, [sys.executable, "-c", code, n], dict(os.environ)) for n in ("one", "two")], drain_seconds=3).run()
print("drained", flush=True)
"""
SLEEPS = "import sys, time, pathlib, os; pathlib.Path(os.environ['OUT'], sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
STUBBORN = SLEEPS.replace("import sys,", "import signal; signal.signal(15, signal.SIG_IGN); import sys,")

FINISHES = SLEEPS.replace("import sys,", "import signal; signal.signal(15, lambda *_: None); import sys,").replace(
    "time.sleep(60)",
    "signal.pause(); time.sleep(0.5); pathlib.Path(os.environ['OUT'], sys.argv[1] + '.finished').touch()",
)
HAS_A_CHILD = SLEEPS.replace(
    "time.sleep(60)",
    "import subprocess; child = subprocess.Popen(['sleep', '60']);"
    " pathlib.Path(os.environ['OUT'], sys.argv[1] + '.child').write_text(str(child.pid)); child.wait()",
)


def supervised(out: Path, code: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", SCRIPT, code], cwd=cwd, env={**os.environ, "OUT": str(out)}, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.PIPE,
    )  # fmt: skip


def until(what: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def pids(out: Path) -> dict[str, int]:
    return {p.name: int(p.read_text()) for p in out.iterdir() if p.read_text()}


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_drains(tmp_path: Path, number: signal.Signals) -> None:
    parent = supervised(tmp_path, SLEEPS)
    until(lambda: len(pids(tmp_path)) == 2)
    parent.send_signal(number)
    assert parent.communicate(timeout=10)[0] == "drained\n"
    assert parent.returncode == 0
    assert all(gone(pid) for pid in pids(tmp_path).values())


def test_a_child_may_finish_its_work_while_draining(tmp_path: Path) -> None:
    parent = supervised(tmp_path, FINISHES)
    until(lambda: len(pids(tmp_path)) == 2)
    parent.terminate()
    assert parent.communicate(timeout=10)[0] == "drained\n"
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two", "one.finished", "two.finished"}


def test_a_child_that_will_not_go_is_killed_at_the_deadline(tmp_path: Path) -> None:
    parent = supervised(tmp_path, STUBBORN)
    until(lambda: len(pids(tmp_path)) == 2)
    parent.terminate()
    assert "drained" in parent.communicate(timeout=20)[0]
    assert all(gone(pid) for pid in pids(tmp_path).values())


def test_a_killed_child_comes_back_and_the_other_stays(tmp_path: Path) -> None:
    parent = supervised(tmp_path, SLEEPS)
    until(lambda: len(pids(tmp_path)) == 2)
    before = pids(tmp_path)
    os.kill(before["one"], signal.SIGKILL)
    until(lambda: pids(tmp_path).get("one", before["one"]) != before["one"])
    assert pids(tmp_path)["two"] == before["two"]
    parent.terminate()
    parent.communicate(timeout=10)


def test_what_a_killed_child_leaves_behind_is_ended_before_it_comes_back(tmp_path: Path) -> None:
    parent = supervised(tmp_path, HAS_A_CHILD)
    until(lambda: len(pids(tmp_path)) == 4)
    before = pids(tmp_path)
    os.kill(before["one"], signal.SIGKILL)
    until(lambda: pids(tmp_path).get("one.child", before["one.child"]) != before["one.child"])
    assert gone(before["one.child"])
    assert not gone(before["two.child"])
    parent.terminate()
    parent.communicate(timeout=10)
    assert all(gone(pid) for pid in pids(tmp_path).values())


def test_a_file_of_the_working_directory_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "ctypes.py").write_text("raise SystemExit('taken in')")
    (tmp_path / "out").mkdir()
    parent = supervised(tmp_path / "out", SLEEPS, cwd=tmp_path)
    until(lambda: len(pids(tmp_path / "out")) == 2)
    parent.terminate()
    assert "taken in" not in parent.communicate(timeout=10)[1]


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    parent = supervised(tmp_path, SLEEPS)
    until(lambda: len(pids(tmp_path)) == 2)
    parent.kill()
    parent.communicate()
    until(lambda: all(gone(pid) for pid in pids(tmp_path).values()), seconds=2)


def test_one_that_never_works_ends_it_loudly(tmp_path: Path) -> None:
    parent = supervised(tmp_path, "raise SystemExit(3)")
    _, errors = parent.communicate(timeout=60)
    assert parent.returncode != 0
    assert "ended 5 times right after its start, last with code 3" in errors


def test_a_data_directory_belongs_to_one_instance(tmp_path: Path) -> None:
    with (
        instance_lock(tmp_path),
        pytest.raises(DatabaseUnavailableError, match=f"already running on {tmp_path} .process {os.getpid()}, since"),
        instance_lock(tmp_path),
    ):
        pass
    with instance_lock(tmp_path):
        pass
