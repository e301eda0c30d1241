"""The table of secrets that this installation keeps on disk: what each is for, where it lies, and how it is replaced.

A room that has one of its own registers it when Django starts (`register`, in the room's `AppConfig.ready`); then
`tipline keys list --secrets`, `tipline keys rotate NAME` and `tipline doctor` know it.
"""

from __future__ import annotations

import secrets
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tipline.core.config import Config
from tipline.core.errors import ConfigurationError
from tipline.core.files import read_or_create_secret, replace_secret

SESSION_KEY_BYTES = 50


@dataclass(frozen=True, slots=True)
class Secret:
    """A kind of secret.

    Parameters
    ----------
    name
        what `tipline keys rotate` calls it.
    paths
        the files that hold it; those that are not there yet are left out of the table.
    rotate
        replaces it and says in a sentence what follows; None where no command does that.
    """

    name: str
    what: str
    paths: Callable[[Config], Iterable[Path]]
    rotate: Callable[[Config], str] | None = None


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A line of the table. The value is not in it."""

    path: Path
    name: str
    what: str
    mode: int
    changed_at: datetime

    @property
    def open_to_others(self) -> bool:
        """Whether somebody besides the owner can read or change it."""
        return bool(self.mode & 0o077)


_registered: dict[str, Secret] = {}


def register(secret: Secret) -> None:
    """Add a secret to the table."""
    _registered[secret.name] = secret


def rotatable() -> dict[str, Callable[[Config], str]]:
    """How the secrets that a command replaces are replaced, by name."""
    return {name: secret.rotate for name, secret in sorted(_registered.items()) if secret.rotate}


def secret_files(settings: Config) -> list[SecretFile]:
    """Every secret on disk, and every other file in the directory of secrets (with an empty name), by path."""
    owners = {path: secret for secret in _registered.values() for path in secret.paths(settings)}
    others = (path for path in settings.secrets_dir.rglob("*") if path not in owners)
    found = []
    for path in sorted({*owners, *others}):
        if path.is_file():
            status = path.stat()
            secret = owners.get(path)
            found.append(
                SecretFile(
                    path,
                    secret.name if secret else "",
                    secret.what if secret else "",
                    stat.S_IMODE(status.st_mode),
                    datetime.fromtimestamp(status.st_mtime, UTC),
                )
            )
    return found


def session_keys(settings: Config) -> list[str]:
    """The key that signs, and after a rotation the one before it, which is still believed. Made if there is none yet.

    Raises
    ------
    ConfigurationError
        when the file cannot be made or read, or others can read it.
    """
    return read_or_create_secret(settings.secret_key_file, SESSION_KEY_BYTES).split()[:2]


def rotate_session_key(settings: Config, *, keep_previous: bool = True) -> str:
    """Sign with a new key. The one before is still believed, unless it is not kept; older ones are gone."""
    kept = session_keys(settings)[:1] if keep_previous else []
    try:
        replace_secret(settings.secret_key_file, "\n".join([secrets.token_urlsafe(SESSION_KEY_BYTES), *kept]) + "\n")
    except OSError as error:
        raise ConfigurationError(
            f"the secret {settings.secret_key_file} cannot be replaced: {error.strerror}; replace it where it comes from"
        ) from error
    return "web processes sign with the new key once they are restarted: restart `tipline up`"


def _signing_files(settings: Config) -> list[Path]:
    return [path for path in (settings.secrets_dir / "signing").glob("*") if path.name != "lock"]


def _rotate_signing(settings: Config) -> str:
    from tipline.core.keys import rotate_signing_key

    return f"in use now: {rotate_signing_key(settings).key}"


def _rotate_database(settings: Config) -> str:
    from tipline.core.database import EmbeddedPostgres

    if not settings.embedded:
        raise ConfigurationError(
            "the database is your own: change the passwords of its roles there, put the new ones into TIPLINE_DATABASE_URL and "
            "TIPLINE_DATABASE_OWNER_URL, and restart"
        )
    EmbeddedPostgres(settings.data_dir).rotate_passwords()
    return "the embedded database's roles have new passwords; connections that are open stay open"


register(Secret("session", "signs sessions and forms", lambda s: [s.secret_key_file], rotate_session_key))
register(
    Secret("database", "passwords of the embedded database's roles", lambda s: [s.secrets_dir / "pgpass"], _rotate_database)
)  # fmt: skip
register(Secret("signing", "signs checkpoints of the log and the list of keys", _signing_files, _rotate_signing))
register(Secret("simulator", "the simulator's account at the door", lambda s: [s.secrets_dir / "simulator.password"]))
