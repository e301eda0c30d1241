"""What django-allauth asks of us: where a request comes from, and how secrets of second factors are kept."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from tipline.core.clients import client_address
from tipline.trust.accounts import encryption


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # django-allauth has no types
    """How django-allauth learns where a request comes from."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address, as far as trusted proxies tell it (`core.clients`)."""
        return client_address(request)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # django-allauth has no types
    """How django-allauth keeps factors: encrypted."""

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
