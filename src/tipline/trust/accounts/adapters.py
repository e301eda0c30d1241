"""What django-allauth asks of us: where a request comes from, and how secrets of second factors are kept.

These are encrypted at rest: a copy of the database alone lets nobody make codes. The key is a file of the installation,
`secrets/accounts.key`; machines that share one database share it. Whoever loses it resets second factors
(`tipline user reset-mfa`).
"""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.http import HttpRequest

from tipline.core.clients import client_address
from tipline.core.config import config
from tipline.core.errors import ConfigurationError
from tipline.core.files import read_or_create_secret


@lru_cache(maxsize=2)
def _cipher(path: Path) -> Fernet:
    secret = read_or_create_secret(path, 32).encode()
    key = HKDF(SHA256(), 32, salt=None, info=b"tipline second factors").derive(secret)
    return Fernet(base64.urlsafe_b64encode(key))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # django-allauth has no types
    """How django-allauth learns where a request comes from."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address, as far as trusted proxies tell it (`core.clients`)."""
        return client_address(request)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # django-allauth has no types
    """How django-allauth keeps factors: encrypted."""

    def encrypt(self, text: str) -> str:
        return _cipher(config().accounts_key_file).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher(config().accounts_key_file).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(
                f"a second factor was encrypted with another key than {config().accounts_key_file}: restore that file, "
                "or run `tipline user reset-mfa`"
            ) from None
