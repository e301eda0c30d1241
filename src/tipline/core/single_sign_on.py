"""Single sign-on as a setting: one OpenID Connect provider, named by its issuer."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from tipline.core.config import Config
from tipline.core.files import read_secret


def provider_id(settings: Config) -> str:
    """The provider's name in links of accounts. Of its issuer, so that another issuer's people are not taken for this one's."""
    return f"oidc-{hashlib.sha256(settings.oidc_issuer.encode()).hexdigest()[:16]}"


def issuer_origin(settings: Config) -> str:
    """Scheme, host and port of the provider; empty without one. Nothing else is asked about anybody's sign-in."""
    parts = urlsplit(settings.oidc_issuer)
    return f"{parts.scheme}://{parts.netloc}" if settings.oidc_issuer else ""


def single_sign_on(settings: Config) -> dict[str, Any]:
    """The value of django-allauth's SOCIALACCOUNT_PROVIDERS; empty without a provider."""
    if not settings.oidc_issuer or settings.oidc_client_secret_file is None:
        return {}
    provider = {
        "provider_id": provider_id(settings),
        "name": "single sign-on",
        "client_id": settings.oidc_client_id,
        "secret": read_secret(settings.oidc_client_secret_file),
        "settings": {"server_url": settings.oidc_issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [provider]}}
