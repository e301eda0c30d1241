"""Running the processes of one machine: started together, restarted when they crash, drained when told, gone when we are."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog

from tipline.core.errors import DatabaseUnavailableError, TiplineError

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 30
# A child that lived this long counts as having worked; one that crashes sooner, this many times in a row, never will.
STEADY_SECONDS = 10
QUICK_CRASHES = 5
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Child:
    """A process to run: a name for the log, its command, its environment."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]


@dataclass(slots=True)
class _Running:
    child: Child
    process: subprocess.Popen[bytes]
    started: float
    crashes: int = 0
    restart_at: float | None = None


@contextmanager
def instance_lock(data_dir: Path) -> Iterator[None]:
    """Hold a data directory for this instance. A killed holder's lock is freed by the kernel.

    Raises
    ------
    DatabaseUnavailableError
        when another instance runs on it, with its process number and since when.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data_dir / "instance.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 200, 0).decode("ascii", "replace").strip() or "unknown process"
            raise DatabaseUnavailableError(
                f"Tipline is already running on {data_dir} ({holder}): stop it, or set TIPLINE_DATA_DIR to another directory"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(
            descriptor,
            f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode(),
            0,
        )
        yield
    finally:
        os.close(descriptor)


# Runs in the child before its command: if we die, however we die, the kernel tells the child to stop. Done by a tiny
# program and exec, since code between fork and exec in a process with threads can deadlock.
_WRAPPER = (
    "import ctypes, os, signal, sys\n"
    f"ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG}, int(sys.argv[2]))\n"
    "if os.getppid() != int(sys.argv[1]): sys.exit(1)\n"  # we died before prctl took hold
    "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"  # Ctrl-C goes to the supervisor, which drains
    "os.execvp(sys.argv[3], sys.argv[3:])\n"
)


@dataclass(slots=True)
class Supervisor:
    """Keeps children running until SIGTERM or SIGINT."""

    children: Sequence[Child]
    drain_seconds: float = DRAIN_SECONDS
    _stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, ready: Callable[[], None] | None = None) -> None:
        """Start the children, call `ready` in a thread of its own, and watch until told to stop; then drain.

        Raises
        ------
        TiplineError
            when a child crashes again and again right after its start.
        """
        previous = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        running = [self._start(child) for child in self.children]
        try:
            if ready is not None:
                threading.Thread(target=ready, name="ready", daemon=True).start()
            while not self._stopping.wait(0.1):
                for one in running:
                    self._look_after(one)
        finally:
            self._drain(running)
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: object) -> None:
        self._stopping.set()

    def _start(self, child: Child) -> _Running:
        argv = [
            sys.executable,
            "-S",
            "-E",
            "-c",
            _WRAPPER,
            str(os.getpid()),
            str(int(signal.SIGTERM)),
            *child.argv,
        ]
        # Standard output is the supervisor's own word; whatever a child says is log.
        process = subprocess.Popen(argv, env=dict(child.env), stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno())
        return _Running(child, process, time.monotonic())

    def _look_after(self, one: _Running) -> None:
        """Restart a child that ended, a little later each time."""
        if one.restart_at is not None:
            if time.monotonic() >= one.restart_at:
                fresh = self._start(one.child)
                one.process, one.started, one.restart_at = fresh.process, fresh.started, None
            return
        code = one.process.poll()
        if code is None:
            return
        lived = time.monotonic() - one.started
        one.crashes = 1 if lived >= STEADY_SECONDS else one.crashes + 1
        log.error(
            "process ended",
            process=one.child.name,
            code=code,
            lived_seconds=round(lived, 1),
            crashes=one.crashes,
        )
        if one.crashes >= QUICK_CRASHES:
            raise TiplineError(f"{one.child.name} ended {QUICK_CRASHES} times right after its start: see the log above")
        one.restart_at = time.monotonic() + min(0.2 * 2**one.crashes, 10)

    def _drain(self, running: Sequence[_Running]) -> None:
        alive = [one for one in running if one.process.poll() is None]
        for one in alive:
            one.process.terminate()
        deadline = time.monotonic() + self.drain_seconds
        for one in alive:
            try:
                one.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process did not drain in time and is killed", process=one.child.name)
                one.process.kill()
                one.process.wait()
