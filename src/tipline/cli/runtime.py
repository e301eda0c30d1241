"""What commands share: the database running, Django ready, secrets read, JSON written."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from tipline.core.config import Config, config
from tipline.core.database import database_running
from tipline.core.errors import DatabaseUnavailableError, InvalidInputError


def setup_django() -> None:
    """Load Django's settings and models. Only after the environment is final."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tipline.settings")
    import django

    django.setup()


@contextmanager
def installation(*, current: bool = True) -> Iterator[Config]:
    """This installation with its database reachable: the embedded one is started for the time of the command.

    Parameters
    ----------
    current
        the command needs tables: an embedded database is brought up to date, a given one must be already.

    Raises
    ------
    DatabaseUnavailableError
        when it cannot be reached, or `tipline migrate` has to run first.
    """
    settings = config()
    with database_running(settings):
        setup_django()
        if current:
            from tipline.core.migrations import bring_up_to_date, missing_migrations

            if settings.embedded:
                bring_up_to_date(settings)
            elif missing := missing_migrations():
                raise DatabaseUnavailableError(f"{missing} migrations are not applied: run `tipline migrate`")
        yield settings


def password_from_stdin() -> str:
    """The first line of standard input, without its line end.

    Raises
    ------
    InvalidInputError
        when there is none, or standard input is a terminal (where it would be echoed).
    """
    if sys.stdin.isatty():
        raise InvalidInputError("pipe the password in: printf '%s' \"$PASSWORD\" | tipline ... --password-stdin")
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise InvalidInputError("--password-stdin: standard input holds no password")
    return line


def write_json(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
