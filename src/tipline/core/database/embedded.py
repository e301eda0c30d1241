"""PostgreSQL of our own: binaries from a pip package, data under the data directory, a socket and no port.

Who uses the server holds a shared lock on `users.lock`; starting and stopping happen under `start.lock`; the server's own
processes hold `server.lock`; whoever leaves last stops it. The kernel frees the locks of a killed process, so no count can go
wrong.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tipline.core.database import server
from tipline.core.database.account import Account, hand_over, reach, reach_package, server_account
from tipline.core.database.layout import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER, Layout
from tipline.core.database.roles import ensure_database, ensure_roles, set_passwords
from tipline.core.errors import DatabaseUnavailableError
from tipline.core.files import sync_directory, write_private

LAYOUT_VERSION = 1

# The log must not become a copy of what was reported: no statements, no parameters, no key values of a violated constraint.
_SETTINGS = """
# Written by Tipline at init. Your own settings go below; they are kept.
listen_addresses = ''
unix_socket_permissions = 0700
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
log_min_messages = 'log'              # an ERROR may quote a value out of a report; our own log has its SQLSTATE
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
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
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def app_url(self) -> str:
        """Address of the database as the application's role; known without a running server."""
        return self.layout.url(APP_ROLE, DATABASE)

    @property
    def owner_url(self) -> str:
        """Address of the database as the role that owns the tables; known without a running server."""
        return self.layout.url(OWNER_ROLE, DATABASE)

    @property
    def superuser_url(self) -> str:
        """Address of the server's maintenance database as its superuser; known without a running server."""
        return self.layout.url(SUPERUSER, "postgres")

    @contextmanager
    def use(self) -> Iterator[None]:
        """Have the server running for the time of the block; the last user that leaves stops it.

        Raises
        ------
        DatabaseUnavailableError
            when it cannot be started, or its data is of another version.
        """
        with self._refusing():
            self.layout.home.mkdir(parents=True, exist_ok=True)
            users = server.open_lock(self.layout.users_lock)
        try:
            with self._refusing(), self._starting():
                self._ensure_running()
                fcntl.flock(users, fcntl.LOCK_SH)
            yield
        finally:
            try:
                with self._refusing(), self._starting():
                    self._leave(users)
            finally:
                os.close(users)

    def revive(self) -> bool:
        """Start the server again if it died under its users; True when it had.

        Raises
        ------
        DatabaseUnavailableError
            when it does not start.
        """
        with self._refusing(), self._starting():
            if not server.complaint(self.layout):
                return False
            self._start()
            return True

    def rotate_passwords(self) -> None:
        """Give the roles new passwords, while the server runs. Open connections stay; the next ones read the new file.

        The new file is on the disk before the server knows it, so that a rotation that is cut off is finished, or forgotten, at
        the next start.
        """
        with self._refusing(), self._starting():
            fresh = {role: secrets.token_hex(24) for role in (SUPERUSER, OWNER_ROLE, APP_ROLE)}
            write_private(self.layout.next_passfile, _passfile_lines(fresh))
            set_passwords(self.superuser_url, fresh)
            self.layout.next_passfile.rename(self.layout.passfile)
            sync_directory(self.layout.passfile.parent)

    def _leave(self, users: int) -> None:
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else uses it
        server.stop(self.layout, self._process)
        self._process = None

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Say what the operating system or the server refused in a sentence that names the place."""
        try:
            yield
        except OSError as error:
            owner = _owner_of(self.layout.home)
            hint = f" ({self.layout.home} belongs to {owner})" if isinstance(error, PermissionError) and owner else ""
            raise DatabaseUnavailableError(
                f"the embedded database cannot use {error.filename or self.layout.home}: {error.strerror}{hint}; "
                "put it right, or set TIPLINE_DATA_DIR to another directory"
            ) from error
        except psycopg.Error as error:
            raise DatabaseUnavailableError(
                f"the embedded database in {self.layout.home} cannot be prepared: {str(error).strip()}"
            ) from error

    @contextmanager
    def _starting(self) -> Iterator[None]:
        lock = server.open_lock(self.layout.start_lock)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _ensure_running(self) -> None:
        self._check_versions()
        self._ensure_passwords()
        try:
            self._answering()
        except server.WrongPasswordError:
            if not self.layout.next_passfile.exists():
                raise
            # a rotation was cut off after the server had taken the new passwords
            self.layout.next_passfile.rename(self.layout.passfile)
            sync_directory(self.layout.passfile.parent)
            self._answering()
        if not self.layout.roles_file.exists():
            ensure_roles(self.superuser_url, self._passwords())
            ensure_database(self.superuser_url, self.layout.url(SUPERUSER, DATABASE), DATABASE, OWNER_ROLE)
            self.layout.roles_file.write_text("1\n", encoding="ascii")

    def _answering(self) -> None:
        if not self.layout.initialised or server.complaint(self.layout):
            self._start()

    def _start(self) -> None:
        lock = server.claim(self.layout)
        if lock is None:
            return
        try:
            account = server_account(self.layout.pgdata)
            reach(self.layout.home, account)
            reach_package(server.package(), account)
            if not self.layout.initialised:
                self._init(account, lock)
            self._process = server.launch(self.layout, account, lock)
        finally:
            os.close(lock)

    def _check_versions(self) -> None:
        layout = self.layout
        if layout.version_file.exists():
            found = layout.version_file.read_text(encoding="ascii", errors="replace").strip()
            if not _is_number(found) or int(found) > LAYOUT_VERSION:
                raise DatabaseUnavailableError(
                    f"{layout.home} was laid out by a newer Tipline (layout {found or '?'}, this one knows {LAYOUT_VERSION}): "
                    "install that version, or set TIPLINE_DATA_DIR to another directory"
                )
        if not layout.initialised:
            return
        found = (layout.pgdata / "PG_VERSION").read_text(encoding="ascii", errors="replace").strip()
        ours = server.server_major()
        if found == str(ours):
            return
        way = (
            "install the Tipline that wrote it, or set TIPLINE_DATA_DIR to another directory"
            if not _is_number(found) or int(found) > ours
            else f"dump it with the older Tipline's pg_dump, move {layout.pgdata} away, start, and restore the dump"
        )
        raise DatabaseUnavailableError(
            f"{layout.pgdata} belongs to PostgreSQL {found or 'of an unknown version'}, this Tipline brings {ours}: {way}"
        )

    def _passwords(self) -> dict[str, str]:
        lines = self.layout.passfile.read_text(encoding="ascii").splitlines()
        return {parts[3]: parts[4] for parts in (line.split(":") for line in lines) if len(parts) == 5}

    def _ensure_passwords(self) -> None:
        """Passwords are on the disk before there is a server that knows them."""
        if self.layout.passfile.exists() and set(self._passwords()) >= {SUPERUSER, OWNER_ROLE, APP_ROLE}:
            return
        if self.layout.initialised:
            raise DatabaseUnavailableError(
                f"{self.layout.passfile} is missing or incomplete, and the database in {self.layout.pgdata} opens to nobody "
                "without it: restore it from your backup"
            )
        roles = (SUPERUSER, OWNER_ROLE, APP_ROLE)
        write_private(self.layout.passfile, _passfile_lines({role: secrets.token_hex(24) for role in roles}))

    def _init(self, account: Account | None, lock: int) -> None:
        """initdb beside the final place and a rename: a half-finished init is never taken for a database."""
        layout = self.layout
        new, password = layout.home / "data.new", layout.home / "initdb.password"
        if new.exists():
            shutil.rmtree(new)
        password.unlink(missing_ok=True)
        try:
            new.mkdir(mode=0o700)
            hand_over(new, account)
            descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(self._passwords()[SUPERUSER])
            hand_over(password, account)
            server.run(
                account, lock, "initdb", "-D", str(new), "-U", SUPERUSER, "--pwfile", str(password),
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--locale=C", "--data-checksums", "--no-instructions",
            )  # fmt: skip
        finally:
            password.unlink(missing_ok=True)
        with (new / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS)
            file.flush()
            os.fsync(file.fileno())
        layout.version_file.write_text(f"{LAYOUT_VERSION}\n", encoding="ascii")
        layout.roles_file.unlink(missing_ok=True)  # of data that was moved away
        new.rename(layout.pgdata)
        sync_directory(layout.home)


def _passfile_lines(passwords: Mapping[str, str]) -> str:
    return "".join(f"*:*:*:{role}:{password}\n" for role, password in passwords.items())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _owner_of(path: Path) -> str:
    try:
        return pwd.getpwuid(path.stat().st_uid).pw_name
    except (OSError, KeyError):
        return ""
