"""What commands share: the database running, Django ready, secrets read, JSON written."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tipline.core.config import Config, config
from tipline.core.database import database_running
from tipline.core.errors import DatabaseUnavailableError, InvalidInputError, NotFoundError, NotPermittedError

if TYPE_CHECKING:
    from tipline.trust.accounts.models import User
    from tipline.trust.actors import Actor
    from tipline.trust.visibility import Scope


def setup_django() -> None:
    """Load Django's settings and models, and see everything: who runs a command on the machine holds its database.

    Only after the environment is final.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tipline.settings")
    import django

    gc.disable()  # what is loaded stays: to look for garbage meanwhile is an eighth of the time of a start
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()
    from tipline.trust.visibility import OPERATOR, assume

    assume(OPERATOR)


class _Asker:
    """For whom this command runs: an e-mail address given with `tipline --as`, or empty for the operator."""

    email: str = ""


def run_as(email: str) -> None:
    """Run this process's command for a person (`tipline --as EMAIL ...`)."""
    _Asker.email = email


def refuse_person() -> None:
    """Refuse `--as` where only the operator acts.

    Raises
    ------
    NotPermittedError
        when the command was to run for a person.
    """
    if _Asker.email:
        raise NotPermittedError("this command is the operator's: it does not run --as somebody")


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
    NotPermittedError
        when the command was to run for a person: it is the operator's. Those that people may run use `asked`.
    """
    refuse_person()
    with _installation(current=current) as settings:
        yield settings


@contextmanager
def asked() -> Iterator[tuple[Scope, Actor]]:
    """As `installation`, for commands that people may run: what the asker may see, and who they are in the log.

    Without `--as` that is the operator, who sees everything. With it, the command's queries are held to the person's
    scope by both locks, like a screen.

    Raises
    ------
    NotFoundError
        when there is no active person with that address.
    """
    with _installation(current=True):
        from tipline.trust.accounts.models import User
        from tipline.trust.actors import system
        from tipline.trust.visibility import OPERATOR, acting, scope_of

        if not _Asker.email:
            yield OPERATOR, system("cli")
            return
        person = User.objects.filter(email=_Asker.email.lower(), is_active=True).select_related("agency").first()
        if person is None:
            raise NotFoundError(f"there is no active person {_Asker.email!r}")
        with acting(scope_of(person)) as scope:
            yield scope, person.actor


@contextmanager
def as_person() -> Iterator[tuple[User, Scope]]:
    """As `asked`, for commands that write in somebody's name: they need `tipline --as EMAIL`.

    Raises
    ------
    InvalidInputError
        without `--as`: what is written in a case has a person behind it.
    NotFoundError
        when there is no active person with that address.
    """
    if not _Asker.email:
        raise InvalidInputError("say who does it: tipline --as EMAIL ...")
    with _installation(current=True):
        from tipline.trust.accounts.models import User
        from tipline.trust.visibility import acting, scope_of

        person = User.objects.filter(email=_Asker.email.lower(), is_active=True).select_related("agency").first()
        if person is None:
            raise NotFoundError(f"there is no active person {_Asker.email!r}")
        with acting(scope_of(person)) as scope:
            yield person, scope


@contextmanager
def _installation(*, current: bool) -> Iterator[Config]:
    settings = config()
    with database_running(settings):
        setup_django()
        if current:
            from tipline.core.migrations import bring_up_to_date, missing_migrations

            # a range's database is made at first use, whichever it is
            if settings.embedded or settings.range:
                bring_up_to_date(settings)
            elif missing := missing_migrations():
                raise DatabaseUnavailableError(f"{missing} migrations are not applied: run `tipline migrate`")
            else:
                _refuse_range(settings)
        yield settings


def _refuse_range(settings: Config) -> None:
    import psycopg

    from tipline.core.database import database_urls
    from tipline.core.stamp import refuse_another

    with psycopg.connect(database_urls(settings).app) as connection:
        refuse_another(connection, in_range=False)


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


def refuse_existing(path: Path) -> None:
    """Before the work is done: a file that is there stays."""
    if path.exists():
        raise InvalidInputError(f"{path} is there already: name another file")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in a sentence why a file cannot be written.

    Raises
    ------
    InvalidInputError
        naming the file and what the system says.
    """
    try:
        yield
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be written: {error.strerror}") from error


def write_new(path: Path, body: bytes, *, private: bool = False) -> None:
    """A file that was not there; with `private`, for its owner alone. InvalidInputError as `writing`, also when it is there by now."""
    with writing(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)


def write_json(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
