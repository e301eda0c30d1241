"""The key of the range, `secrets/training.key`: worlds are made with it, and answers compared. Made at first use, mode 0600.

It is never replaced while attempts are open: a world is made again from the seed that its attempt keeps, but what was compared
under another key finds nothing any more.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from pathlib import Path

from tipline.core.config import Config, config
from tipline.core.files import read_or_create_secret
from tipline.core.secrets import Secret, register

KEY_BYTES = 32


def path_of(settings: Config) -> Path:
    """Where the key lies."""
    return settings.secrets_dir / "training.key"


def key() -> bytes:
    """The key."""
    return _read(path_of(config()))


@lru_cache(maxsize=2)
def _read(path: Path) -> bytes:
    return read_or_create_secret(path, KEY_BYTES).encode()


def digest(*parts: str) -> str:
    """What stands for a text that nobody is to read from the table: HMAC-SHA256, hexadecimal."""
    return hmac.new(key(), "\0".join(parts).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


register(Secret("training", "makes the worlds of trainees, and compares answers", lambda s: [path_of(s)]))
