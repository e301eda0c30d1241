"""`tipline keys …`: signing keys and other secrets of this installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import installation, setup_django, write_json
from tipline.core.config import config

app = typer.Typer(help="Keys of this installation.", no_args_is_help=True)


@app.command("list")
def list_(
    secrets: Annotated[
        bool, typer.Option("--secrets", help="every secret on disk instead: its path, age and mode, never its value")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """List the public signing keys with their validity, the one in use last; or the secrets."""
    if secrets:
        _list_secrets(as_json)
        return
    from dataclasses import asdict

    from tipline.core.keys import listed_keys, signing_key

    settings = config()
    signing_key(settings)
    keys = listed_keys(settings)
    if as_json:
        write_json([asdict(key) for key in keys])
        return
    for key in keys:
        typer.echo(f"{key.key}  from {key.valid_from}  {f'until {key.valid_until}' if key.valid_until else 'in use'}")


@app.command("publish")
def publish(output: Annotated[Path, typer.Option("-o", "--output", help="file to write")]) -> None:
    """Write the list of public keys, signed, for those who are to check what this installation signs."""
    from tipline.core.errors import InvalidInputError
    from tipline.core.keys import published_keys

    try:
        output.write_text(json.dumps(published_keys(config()), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"{output} cannot be written: {error.strerror}") from error
    typer.echo(f"written: {output}")


def _list_secrets(as_json: bool) -> None:
    from tipline.core.clock import now
    from tipline.core.secrets import rotatable, secret_files

    setup_django()  # rooms register theirs when it starts
    files = secret_files(config())
    if as_json:
        write_json(
            [
                {
                    "path": str(one.path), "name": one.name, "what": one.what, "mode": f"{one.mode:04o}",
                    "changed_at": one.changed_at.isoformat(), "rotate": one.name in rotatable(),
                }
                for one in files
            ]
        )  # fmt: skip
        return
    for one in files:
        warning = "  OPEN TO OTHERS: chmod 600" if one.open_to_others else ""
        days = (now() - one.changed_at).days
        typer.echo(f"{one.path}  {one.mode:04o}  {days} d  {one.name or '-'}  {one.what}{warning}")


@app.command("rotate")
def rotate(
    what: Annotated[
        str,
        typer.Argument(
            help="signing: a new key signs from now on, the old one stays listed; session: the old key is believed until the "
            "next rotation; database: new passwords for the embedded database's roles, while it runs; accounts: second factors "
            "are encrypted anew"
        ),
    ],
    at_once: Annotated[
        bool, typer.Option("--now", help="session: do not believe the old key any more, and end every session")
    ] = False,
) -> None:
    """Replace a secret. That it was done is an entry of the log."""
    from tipline.core.errors import InvalidInputError
    from tipline.core.secrets import rotatable, rotate_session_key

    setup_django()
    known = rotatable()
    if what not in known:
        raise InvalidInputError(f"{what!r} is not one of {', '.join(known)}")
    if at_once and what != "session":
        raise InvalidInputError("--now is for `session`")
    with installation() as settings:
        from tipline.trust.actors import system
        from tipline.trust.audit.services import Act, record

        said = rotate_session_key(settings, keep_previous=False) if at_once else known[what](settings)
        if at_once:
            said = f"{_end_sessions()} sessions ended; {said}"
        record(system("cli"), [Act("secret.rotated", "secret", what, {"sessions_ended": at_once})])
    typer.echo(said)


def _end_sessions() -> int:
    from django.contrib.sessions.models import Session

    ended, _ = Session.objects.all().delete()
    return ended
