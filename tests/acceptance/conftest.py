"""A whole installation for whole-product tests: the real command, the real server, a data directory of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TIPLINE = [str(Path(sys.executable).with_name("tipline"))]
READY_SECONDS = 60


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    if not CHROMIUM:
        pytest.fail("no chromium on this machine: tools/ensure_browser.sh installs it, or set TEST_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """One data directory, and the processes that run on it."""

    data_dir: Path
    port: int
    log: Path
    process: subprocess.Popen[str] | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TIPLINE_", "DJANGO_"))}
        return {
            **inherited,
            "TIPLINE_DATA_DIR": str(self.data_dir),
            "TIPLINE_BIND": f"127.0.0.1:{self.port}",
            **self.extra,
        }

    def run(self, *arguments: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """A command of Tipline on this installation."""
        done = subprocess.run(
            [*TIPLINE, *arguments], env=self.env, input=stdin, capture_output=True, text=True, timeout=180, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"tipline {' '.join(arguments)}: {done.stderr}")
        return done

    def import_agencies(self) -> None:
        """What `tipline agency import` makes of an empty directory: made once by each worker, and copied for every installation."""
        assert not self.data_dir.exists()
        made = self.data_dir.parents[1] / "with_agencies"
        if not made.exists():
            new = made.with_name("with_agencies.new")
            Installation(new, self.port, self.log).run("agency", "import")
            new.rename(made)
        subprocess.run(["cp", "-a", str(made), str(self.data_dir)], check=True)

    def json(self, *arguments: str, stdin: str = "") -> Any:
        return json.loads(self.run(*arguments, stdin=stdin).stdout)

    def up(self, *arguments: str) -> None:
        """Start it and wait for its Ready line."""
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [*TIPLINE, "up", *arguments], env=self.env, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line == f"Ready: {self.url}\n", f"{line!r}\n{self.log.read_text()[-3000:]}"

    def down(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.process = None
        return code

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Living processes of this installation by part: supervisor, web, worker, sender, database."""
        parts = ("supervisor", "web", "worker", "sender", "database")
        found: dict[str, list[psutil.Process]] = {part: [] for part in parts}
        pgdata = str(self.data_dir / "postgres" / "data")
        if self.process is not None and psutil.pid_exists(self.process.pid):
            supervisor = psutil.Process(self.process.pid)
            if supervisor.status() != psutil.STATUS_ZOMBIE:
                found["supervisor"].append(supervisor)
        for process in psutil.process_iter(["name", "cwd", "cmdline", "environ", "status"]):
            command: Sequence[str] = process.info["cmdline"] or []
            if process.info["status"] == psutil.STATUS_ZOMBIE:
                continue
            if process.info["name"] == "postgres" and process.info["cwd"] == pgdata:
                found["database"].append(process)
            elif (process.info["environ"] or {}).get("TIPLINE_DATA_DIR") == str(self.data_dir):
                if "worker" in command:
                    found["worker"].append(process)
                elif "sender" in command:
                    found["sender"].append(process)
                elif any("granian" in part for part in command) or str(process.info["name"]).startswith("granian"):
                    found["web"].append(process)
        return found

    def kill(self, *parts: str) -> None:
        """kill -9 of these parts."""
        for part, processes in self.processes().items():
            if part in parts:
                for process in processes:
                    try:
                        process.kill()
                    except psutil.NoSuchProcess:
                        continue

    def status(self) -> dict[str, Any]:
        found = self.json("status", "--json")
        assert isinstance(found, dict)
        return found

    def until_processed(self, seconds: float = 60) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            found = self.status()
            if not found["waiting"]:
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.3)


@contextmanager
def made_in(folder: Path) -> Iterator[Installation]:
    """An installation that is not started yet; whatever is left of it afterwards is killed."""
    made = Installation(folder / "data", free_port(), folder / "up.log")
    try:
        yield made
    finally:
        if made.process is not None:
            made.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                made.process.wait(40)
        made.kill("supervisor", "web", "worker", "database")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation of one test."""
    with made_in(tmp_path) as made:
        yield made
