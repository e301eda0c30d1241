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
from contextlib import contextmanager, suppress
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
_LONGEST_BACKOFF_SECONDS = 10
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


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
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data_dir / "instance.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseUnavailableError(
            f"the data directory {data_dir} cannot be used: {error.strerror} ({error.filename}); set TIPLINE_DATA_DIR"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 200, 0).decode("ascii", "replace").strip() or "unknown process"
            raise DatabaseUnavailableError(
                f"Tipline is already running on {data_dir} ({holder}): stop it, or set TIPLINE_DATA_DIR to another directory"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


# Runs in the child before its command: if we die, however we die, the kernel tells the child to stop. Done by a tiny
# program and exec, since code between fork and exec in a process with threads can deadlock. It runs isolated (-I -S), so that
# no file of the working directory is taken for one of its modules.
_WRAPPER = f"""
import ctypes, os, sys
ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG}, {int(signal.SIGTERM)})
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)  # we died before prctl took hold
os.execvp(sys.argv[2], sys.argv[2:])
"""


@dataclass(slots=True)
class Supervisor:
    """Keeps children running until SIGTERM, SIGINT or SIGHUP.

    Each child leads a process group of its own: Ctrl-C reaches us alone, and what a killed child leaves behind is ended before
    the child starts again, or the leftover would keep its port.
    """

    children: Sequence[Child]
    drain_seconds: float = DRAIN_SECONDS
    _stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, ready: Callable[[], None] | None = None) -> None:
        """Start the children, call `ready` in a thread of its own, and watch until told to stop; then drain.

        To be called in the main thread: signals arrive there, and children are tied to the life of the thread that started
        them (prctl(2), PR_SET_PDEATHSIG).

        Raises
        ------
        TiplineError
            when a child crashes again and again right after its start.
        """
        previous = {number: signal.getsignal(number) for number in _SIGNALS}
        running: list[_Running] = []
        try:
            for number, handler in previous.items():
                if handler is not signal.SIG_IGN:  # nohup means it
                    signal.signal(number, self._stop)
            for child in self.children:
                running.append(_Running(child, _spawn(child), time.monotonic()))
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

    def _look_after(self, one: _Running) -> None:
        """Restart a child that ended, a little later each time."""
        if one.restart_at is not None:
            if time.monotonic() >= one.restart_at:
                one.process, one.started, one.restart_at = _spawn(one.child), time.monotonic(), None
            return
        if not _ended(one.process):
            return
        _end_group(one.process)
        code = one.process.wait()
        lived = time.monotonic() - one.started
        one.crashes = 1 if lived >= STEADY_SECONDS else one.crashes + 1
        wait = min(0.2 * 2**one.crashes, _LONGEST_BACKOFF_SECONDS)
        log.error(
            "process ended", process=one.child.name, code=code, lived_seconds=round(lived, 1), crashes=one.crashes,
            restart_in_seconds=round(wait, 1),
        )  # fmt: skip
        if one.crashes >= QUICK_CRASHES:
            raise TiplineError(
                f"{one.child.name} ended {QUICK_CRASHES} times right after its start, last with code {code}: see the log above"
            )
        one.restart_at = time.monotonic() + wait

    def _drain(self, running: Sequence[_Running]) -> None:
        alive = [one for one in running if one.restart_at is None and not _ended(one.process)]
        for one in alive:
            one.process.terminate()
        deadline = time.monotonic() + self.drain_seconds
        for one in alive:
            while not _ended(one.process) and time.monotonic() < deadline:
                time.sleep(0.02)
            if not _ended(one.process):
                log.warning("process did not drain in time and is killed", process=one.child.name)
        for one in running:
            if one.process.returncode is None:
                _end_group(one.process)
                one.process.wait()


def _spawn(child: Child) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-I", "-S", "-c", _WRAPPER, str(os.getpid()), *child.argv]
    # standard output is the supervisor's own word; whatever a child says is log
    return subprocess.Popen(
        argv, env=dict(child.env), stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno(), process_group=0
    )


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a child ended. It is left unreaped, so that its number, and that of its group, stays its own."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a child that is still there and whatever it left behind."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
