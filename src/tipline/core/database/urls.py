"""Addresses of the database, and Django's form of them. None of this needs a running server."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from psycopg.conninfo import conninfo_to_dict

from tipline.core.config import Config
from tipline.core.database.layout import APP_ROLE, DATABASE, OWNER_ROLE, Layout

_SECRET_PARAMETERS = {"password", "sslpassword", "oauth_client_secret"}


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
    """The address with its passwords left out, fit for a screen."""
    parts = urlsplit(url)
    if parts.password is not None:
        user = quote(unquote(parts.username or ""), safe="")
        parts = parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}")
    query = parse_qsl(parts.query, keep_blank_values=True)
    if any(name in _SECRET_PARAMETERS for name, _ in query):
        kept = [(name, value) for name, value in query if name not in _SECRET_PARAMETERS]
        parts = parts._replace(query=urlencode(kept, quote_via=quote))
    return urlunsplit(parts)


def role_of(url: str) -> str:
    """The role that an address connects as; like libpq, the user of the operating system when it names none."""
    user = conninfo_to_dict(url).get("user") or os.environ.get("PGUSER")
    return str(user or pwd.getpwuid(os.geteuid()).pw_name)


def django_database(url: str, *, application_name: str) -> dict[str, Any]:
    """A DATABASES entry of Django for a libpq address, read by libpq itself.

    What Django has no key for (sslmode, passfile, options, ...) goes to OPTIONS. Several hosts are allowed, as in libpq.
    """
    options: dict[str, Any] = {"application_name": application_name, **conninfo_to_dict(url)}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options.pop("dbname", ""),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
        "OPTIONS": options,
    }
