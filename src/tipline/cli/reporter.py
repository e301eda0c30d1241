"""`tipline reporter …`: providers' credentials for the door."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import installation, password_from_stdin, write_json

app = typer.Typer(help="Providers and their credentials for the door.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `add` a subcommand while it is the only one."""


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="the provider's name")],
    username: Annotated[str, typer.Option(help="for HTTP Basic")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read the password from standard input")
    ] = False,
    agency: Annotated[
        str, typer.Option(help="code of the clearinghouse it reports to; needed when there are several")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Add a provider. Without --password-stdin a password is made and shown once."""
    import secrets

    password = password_from_stdin() if password_stdin else secrets.token_urlsafe(24)
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.trust.accounts.services import add_reporter
        from tipline.trust.actors import system
        from tipline.trust.agencies.models import Agency, AgencyKind
        from tipline.trust.agencies.queries import by_code

        if agency:
            receiving = by_code(agency)
        else:
            houses = list(Agency.objects.filter(kind=AgencyKind.CLEARINGHOUSE)[:2])
            if len(houses) != 1:
                raise InvalidInputError("there is not exactly one clearinghouse: say which with --agency CODE")
            receiving = houses[0]
        reporter = add_reporter(name, username, password, receiving, system("cli"))
        done = {"id": reporter.pk, "name": name, "username": username, "agency": receiving.code}
    if not password_stdin:
        done["password"] = password
    if as_json:
        write_json(done)
    else:
        typer.echo(f"provider {username} reports to {done['agency']}")
        if not password_stdin:
            typer.echo(f"password (shown once): {password}")
