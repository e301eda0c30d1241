"""How secrets of second factors are kept: encrypted, so that a copy of the database alone lets nobody make codes.

The key is a file of the installation, `secrets/accounts.key`, a line a key: the first encrypts, the others are still read
while a rotation runs. Machines that share one database share it. Whoever loses it resets second factors
(`tipline user reset-mfa`).
"""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from tipline.core.config import Config, config
from tipline.core.errors import ConfigurationError
from tipline.core.files import read_or_create_secret, replace_secret
from tipline.core.secrets import Secret, register

KEY_BYTES = 32
# Of an authenticator's data: what django-allauth encrypts (a seed, or codes that were brought along)
_ENCRYPTED = ("secret", "seed", "migrated_codes")


def encrypt(text: str) -> str:
    """The text as it is stored."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """What was stored.

    Raises
    ------
    ConfigurationError
        when it was encrypted with a key that is not in the file.
    """
    try:
        return _cipher().decrypt(stored.encode()).decode()
    except InvalidToken:
        raise ConfigurationError(
            f"a second factor was encrypted with another key than {config().accounts_key_file}: restore that file, "
            "or run `tipline user reset-mfa`"
        ) from None


def ensure_key(settings: Config) -> None:
    """Make the key at first start."""
    read_or_create_secret(settings.accounts_key_file, KEY_BYTES)


def _cipher() -> MultiFernet:
    """The keys as the file has them now: a web process sees a rotation without a restart."""
    path = config().accounts_key_file
    ensure_key(config())
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> MultiFernet:
    return MultiFernet([_fernet(line) for line in read_or_create_secret(path, KEY_BYTES).split()])


def _fernet(secret: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"tipline second factors").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def rotate(settings: Config) -> str:
    """Encrypt every secret anew with a new key, while everything runs; the old key is gone then.

    A crash in between leaves both keys in the file, which read everything; running it again finishes it.
    """
    from allauth.mfa.models import Authenticator  # needs Django's models to be loaded

    ensure_key(settings)
    path = settings.accounts_key_file
    kept = path.read_text(encoding="ascii").split()
    new = secrets.token_urlsafe(KEY_BYTES)
    replace_secret(path, "\n".join([new, *kept]) + "\n")
    cipher = MultiFernet([_fernet(line) for line in (new, *kept)])
    with transaction.atomic():
        rows = list(Authenticator.objects.select_for_update().order_by("pk"))
        for row in rows:
            row.data = {
                name: _again(cipher, value) if name in _ENCRYPTED else value for name, value in row.data.items()
            }
        Authenticator.objects.bulk_update(rows, ["data"], batch_size=1_000)
    replace_secret(path, f"{new}\n")
    return f"{len(rows)} second factors are encrypted with a new key; backups of before need the key of before"


def _again(cipher: MultiFernet, value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [cipher.rotate(one.encode()).decode() for one in value]
    return cipher.rotate(value.encode()).decode()


register(Secret("accounts", "encrypts secrets of second factors", lambda s: [s.accounts_key_file], rotate))
