"""Secrets on disk: made at first use, 0600, in a directory that only the owner reads."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from tipline.core.errors import ConfigurationError


def ensure_private_dir(path: Path) -> None:
    """Make a directory that only its owner can enter. One that exists keeps its rights unless others can enter it.

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
    """Write a file that only its owner can read, durably and at once: readers see the old text or the new one."""
    ensure_private_dir(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    _sync_directory(path.parent)


def read_or_create_secret(path: Path, nbytes: int) -> str:
    """The secret in a file; made with `nbytes` of randomness, URL-safe text, if there is none yet.

    Two processes that start at once agree on one secret.

    Raises
    ------
    ConfigurationError
        when others can read the file, or it is empty.
    """
    ensure_private_dir(path.parent)
    if not path.exists():
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_private(part, secrets.token_urlsafe(nbytes))
        try:
            os.link(part, path)  # fails if somebody was first, whose secret it then is
        except FileExistsError:
            pass
        finally:
            part.unlink()
        _sync_directory(path.parent)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationError(f"others can read the secret {path}: run `chmod 600 {path}`")
    secret = path.read_text(encoding="ascii").strip()
    if not secret:
        raise ConfigurationError(f"the secret {path} is empty: remove the file, and a new one is made")
    return secret


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
