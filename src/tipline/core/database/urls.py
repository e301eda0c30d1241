"""Addresses of the database, and Django's form of them. None of this needs a running server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from tipline.core.config import Config
from tipline.core.database.layout import APP_ROLE, DATABASE, OWNER_ROLE, Layout


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The database as the application's role and as the role that owns the tables."""

    app: str
    owner: str


def database_urls(config: Config) -> DatabaseUrls:
    """The addresses to use: the given ones, or those of the embedded server (socket and passfile, no password in them)."""
    if not config.embedded:
        return DatabaseUrls(config.database_url, config.database_owner_url)
    layout = Layout(config.data_dir)
    return DatabaseUrls(layout.url(APP_ROLE, DATABASE), layout.url(OWNER_ROLE, DATABASE))


def without_password(url: str) -> str:
    """The address with its password left out, fit for a screen."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user = quote(unquote(parts.username or ""), safe="")
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))


def django_database(url: str, *, application_name: str) -> dict[str, Any]:
    """A DATABASES entry of Django for a libpq address. Its query parameters become libpq options."""
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    port = options.pop("port", "") or (str(parts.port) if parts.port else "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": {"application_name": application_name, **options},
    }
