"""Secrets on disk: made at first use, 0600, in a directory that only the owner reads."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from tipline.core.errors import ConfigurationError
from tipline.core.redact import hide

_LONGEST_SECRET_BYTES = 65_536


def ensure_private_dir(path: Path) -> None:
    """Make a directory that only its owner can enter, and take the rights of others away from one that exists.

    Only for directories that are Tipline's alone.

    Raises
    ------
    ConfigurationError
        when it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise ConfigurationError(f"the directory {path} cannot be made: {error.strerror}") from error


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, durably and at once: readers see the old text or the new one.

    Its directory is Tipline's alone, and made if need be (`ensure_private_dir`).
    """
    ensure_private_dir(path.parent)
    _write_part(path, text).rename(path)
    sync_directory(path.parent)


def read_or_create_secret(path: Path, nbytes: int) -> str:
    """The secret in a file; made with `nbytes` of randomness, URL-safe text, if there is none yet.

    Two processes that start at once agree on one secret. The file may be anywhere, so rights of a directory that exists are
    left alone.

    Raises
    ------
    ConfigurationError
        when the file cannot be made or read, others can read it, or it is empty.
    """
    try:
        if not path.exists():
            _create(path, secrets.token_urlsafe(nbytes))
        return _read(path)
    except OSError as error:
        raise ConfigurationError(f"the secret {path} cannot be made or read: {error.strerror}") from error


def read_secret(path: Path) -> str:
    """The secret in a file that somebody made.

    Raises
    ------
    ConfigurationError
        when it cannot be read, others can read it, or it is empty.
    """
    try:
        return _read(path)
    except OSError as error:
        raise ConfigurationError(f"the secret {path} cannot be read: {error.strerror}") from error


def replace_secret(path: Path, text: str) -> None:
    """Write a secret anew, 0600, durably and at once. The rights of its directory, which may be anybody's, are left alone."""
    _write_part(path, text).rename(path)
    sync_directory(path.parent)


def read_secret_file(path: Path) -> str:
    """The whole text of a file that others cannot read, in which secrets stand beside other settings.

    Raises
    ------
    ConfigurationError
        as `read_secret`.
    """
    try:
        _read(path)
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ConfigurationError(f"the secret {path} cannot be read: {error.strerror}") from error


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable: a new or renamed file is else lost with the power."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _create(path: Path, secret: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = _write_part(path, secret)
    try:
        os.link(part, path)  # fails if somebody was first, whose secret it then is
    except FileExistsError:
        pass
    finally:
        part.unlink()
    sync_directory(path.parent)


def _write_part(path: Path, text: str) -> Path:
    """A durable file beside `path`, under a name of its own."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return part


def _read(path: Path) -> str:
    # checked on the open file: what is read is what was checked; a pipe must not make us wait
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ConfigurationError(f"the secret {path} is not a file: name one, or a path where one can be made")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise ConfigurationError(f"others can read the secret {path}: run `chmod 600 {path}`")
        content = file.read(_LONGEST_SECRET_BYTES).strip()
    if not content.isascii():
        raise ConfigurationError(f"the secret {path} is not plain text: remove the file, and a new one is made")
    if not content:
        raise ConfigurationError(f"the secret {path} is empty: remove the file, and a new one is made")
    secret = content.decode("ascii")
    for part in secret.split():
        hide(part)
    return secret
