"""`tipline keys …`: signing keys and other secrets of this installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import write_json
from tipline.core.config import config

app = typer.Typer(help="Keys of this installation.", no_args_is_help=True)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """List the public signing keys with their validity, the one in use last."""
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


@app.command("rotate")
def rotate(
    what: Annotated[str, typer.Argument(help="signing: a new key signs from now on, the old one stays listed")],
) -> None:
    """Replace a secret."""
    from tipline.core.errors import InvalidInputError
    from tipline.core.keys import rotate_signing_key

    if what != "signing":
        raise InvalidInputError(f"{what!r} is not one of signing")
    typer.echo(f"in use now: {rotate_signing_key(config()).key}")
