"""The key of the public form, `secrets/public-form.key`: a line a key. The first is used; the others are still believed.

Codes are hashed with it, and what a page brings back is sealed with it. Machines that share one database share it: who loses
it cuts off everybody who has a code. It is made at first use, mode 0600.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from tipline.core.config import Config, config
from tipline.core.errors import ConfigurationError
from tipline.core.files import read_or_create_secret, replace_secret
from tipline.core.secrets import Secret, register

KEY_BYTES = 32
MOST_KEYS = 12  # a code is believed for as many rotations


def path_of(settings: Config) -> Path:
    """Where the key lies."""
    return settings.secrets_dir / "public-form.key"


def ensure_key(settings: Config) -> None:
    """Make the key, if there is none yet."""
    read_or_create_secret(path_of(settings), KEY_BYTES)


def keyed(purpose: str, text: str, key: str = "") -> bytes:
    """HMAC-SHA256 of a text for one purpose, under the key in use or the one given."""
    return hmac.digest((key or all_keys()[0]).encode(), f"{purpose}\n{text}".encode(), hashlib.sha256)


def sealer() -> MultiFernet:
    """Seals what a page brings back: nobody else can read it, make it or change it."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(keyed("seal", "", key))) for key in all_keys()])


def all_keys() -> list[str]:
    """The keys, the one in use first. A web process sees a rotation without a restart."""
    path = path_of(config())
    ensure_key(config())
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> list[str]:
    return read_or_create_secret(path, KEY_BYTES).split()


def _rotate(settings: Config) -> str:
    path = path_of(settings)
    kept = read_or_create_secret(path, KEY_BYTES).split()[: MOST_KEYS - 1]
    try:
        replace_secret(path, "\n".join([secrets.token_urlsafe(KEY_BYTES), *kept]) + "\n")
    except OSError as error:
        raise ConfigurationError(f"the secret {path} cannot be replaced: {error.strerror}") from error
    return "new codes are hashed with the new key; codes that were given out before still work"


register(
    Secret("public-form", "hashes receipt codes of the public form", lambda s: [path_of(s)], _rotate)
)  # fmt: skip
