"""`tipline user …`: people."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import installation, password_from_stdin, write_json

app = typer.Typer(help="People and their roles.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `add` a subcommand while it is the only one."""


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="signs in with it")],
    agency: Annotated[str, typer.Option(help="code of the agency")],
    role: Annotated[str, typer.Option(help="desk_officer, investigator, supervisor, analyst, administrator, ...")],
    name: Annotated[str, typer.Option(help="as colleagues know the person")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read the password from standard input")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Add a person. Without --password-stdin a password is made and shown once."""
    import secrets

    password = password_from_stdin() if password_stdin else secrets.token_urlsafe(15)
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.trust.accounts.models import Role
        from tipline.trust.accounts.services import add_user
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        if role not in Role.values:
            raise InvalidInputError(f"{role!r} is not one of {', '.join(Role.values)}")
        person = add_user(email, name, by_code(agency), Role(role), password, system("cli"))
        done = {"id": person.pk, "email": email, "agency": agency, "role": role}
    if not password_stdin:
        done["password"] = password
    if as_json:
        write_json(done)
    else:
        typer.echo(f"{email} is {role} at {agency}")
        if not password_stdin:
            typer.echo(f"password (shown once): {password}")
