"""Where the embedded server keeps its things, worked out from the data directory alone."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

DATABASE = "tipline"
SUPERUSER = "tipline_superuser"
OWNER_ROLE = "tipline_owner"
APP_ROLE = "tipline_app"

# Part of the socket's file name, nothing listens on a port. It is in every address, so that a PGPORT of the caller's
# environment does not lead elsewhere.
_PORT = 5432
# sockaddr_un holds 108 bytes with its final NUL; PostgreSQL appends the name of the socket file
_LONGEST_SOCKET_PATH = 107
_SOCKET_FILE = f"/.s.PGSQL.{_PORT}"
# Not TMPDIR nor XDG_RUNTIME_DIR: every process of an installation has to come to the same place, whatever its environment.
_SHORT_HOME = Path("/tmp")  # noqa: S108 - the directory below it is 0700 and its owner is checked


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one embedded server. All of them are functions of `data_dir`, which is absolute."""

    data_dir: Path

    @property
    def home(self) -> Path:
        """Everything of the server."""
        return self.data_dir / "postgres"

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    @property
    def initialised(self) -> bool:
        """Whether there is a database; a half-finished one never bears this name."""
        return (self.pgdata / "PG_VERSION").exists()

    @property
    def log(self) -> Path:
        """What the server says until its own log files take over."""
        return self.home / "startup.log"

    @property
    def users_lock(self) -> Path:
        """Held shared by everyone who uses the server."""
        return self.home / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Held by the one who is starting or stopping the server."""
        return self.home / "start.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server's own processes, all of them: it is free when the last one is gone."""
        return self.home / "server.lock"

    @property
    def version_file(self) -> Path:
        """The number of this layout, written at init."""
        return self.home / "LAYOUT"

    @property
    def roles_file(self) -> Path:
        """Says that roles and database have been made."""
        return self.home / "ROLES"

    @property
    def passfile(self) -> Path:
        """Passwords of the three roles, in libpq's passfile format."""
        return self.data_dir / "secrets" / "pgpass"

    @property
    def next_passfile(self) -> Path:
        """Passwords that a rotation is about to set; there only while one is at it, or after one was cut off."""
        return self.passfile.with_name("pgpass.next")

    @property
    def socket_dir(self) -> Path:
        """Where the server listens: in its home, or, when that path is too long for a socket, in a directory by hash."""
        inside = self.home / "run"
        if len(os.fsencode(str(inside))) + len(_SOCKET_FILE) <= _LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(str(self.home))).hexdigest()[:16]
        return _SHORT_HOME / f"tipline-pg-{os.getuid()}-{name}"

    def url(self, role: str, database: str) -> str:
        """A libpq address without a password: whoever may read the passfile can connect."""
        host, passfile = quote(str(self.socket_dir), safe=""), quote(str(self.passfile), safe="")
        return f"postgresql://{role}@/{quote(database, safe='')}?host={host}&port={_PORT}&passfile={passfile}"
