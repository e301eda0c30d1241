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


def supervised(out: Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, code], env={**os.environ, "OUT": str(out)}, stdout=subprocess.PIPE, text=True,
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


def test_sigterm_drains(tmp_path: Path) -> None:
    parent = supervised(tmp_path, SLEEPS)
    until(lambda: len(pids(tmp_path)) == 2)
    parent.terminate()
    assert parent.communicate(timeout=10)[0] == "drained\n"
    assert parent.returncode == 0
    assert all(gone(pid) for pid in pids(tmp_path).values())


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


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    parent = supervised(tmp_path, SLEEPS)
    until(lambda: len(pids(tmp_path)) == 2)
    parent.kill()
    parent.communicate()
    until(lambda: all(gone(pid) for pid in pids(tmp_path).values()), seconds=5)


def test_one_that_never_works_ends_it_loudly(tmp_path: Path) -> None:
    parent = supervised(tmp_path, "raise SystemExit(3)")
    _, errors = parent.communicate(timeout=60)
    assert parent.returncode != 0
    assert "ended 5 times right after its start" in errors


def test_a_data_directory_belongs_to_one_instance(tmp_path: Path) -> None:
    with (
        instance_lock(tmp_path),
        pytest.raises(DatabaseUnavailableError, match=f"already running on {tmp_path} .process {os.getpid()}, since"),
        instance_lock(tmp_path),
    ):
        pass
    with instance_lock(tmp_path):
        pass
