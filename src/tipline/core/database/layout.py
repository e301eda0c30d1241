"""Where the embedded server keeps its things, worked out from the data directory alone."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

DATABASE = "tipline"
SUPERUSER = "tipline_superuser"
OWNER_ROLE = "tipline_owner"
APP_ROLE = "tipline_app"

# sockaddr_un holds 108 bytes with its final NUL; PostgreSQL appends the name of the socket file
_LONGEST_SOCKET_PATH = 107
_SOCKET_FILE = "/.s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one embedded server. All of them are functions of `data_dir`."""

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
    def log(self) -> Path:
        """What the server says until its own log files take over."""
        return self.home / "startup.log"

    @property
    def version_file(self) -> Path:
        """The number of this layout, written at init."""
        return self.home / "LAYOUT"

    @property
    def passfile(self) -> Path:
        """Passwords of the three roles, in libpq's passfile format."""
        return self.data_dir / "secrets" / "pgpass"

    @property
    def socket_dir(self) -> Path:
        """Where the server listens: in its home, or, when that path is too long for a socket, in a directory by hash."""
        inside = self.home / "run"
        if len(os.fsencode(str(inside))) + len(_SOCKET_FILE) <= _LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(str(self.home))).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"tipline-pg-{os.getuid()}-{name}"

    def url(self, role: str, database: str) -> str:
        """A libpq address without a password: whoever may read the passfile can connect."""
        host, passfile = quote(str(self.socket_dir), safe=""), quote(str(self.passfile), safe="")
        return f"postgresql://{role}@/{database}?host={host}&passfile={passfile}"
