"""`tipline token …`: people's API tokens."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="API tokens of people.", no_args_is_help=True)

_JSON = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="the person for whom it acts")],
    scope: Annotated[
        list[str],
        typer.Option(help="what it may do, such as reports:read or cases:write; may be repeated"),
    ],
    days: Annotated[int, typer.Option(help="how long it works, at most 365")] = 90,
    name: Annotated[str, typer.Option(help="what it is for")] = "made at the command line",
    network: Annotated[
        list[str] | None, typer.Option(help="only from this network, such as 192.0.2.0/24; may be repeated")
    ] = None,
    as_json: _JSON = False,
) -> None:
    """Make a token for a person. It is shown once."""
    with installation():
        from tipline.core.errors import NotFoundError
        from tipline.trust.accounts.models import User
        from tipline.trust.accounts.tokens import add_token
        from tipline.trust.actors import system

        person = User.objects.filter(email=email.lower(), is_active=True).first()
        if person is None:
            raise NotFoundError(f"there is no active person {email!r}")
        made = add_token(person, name, scope, system("cli"), days=days, networks=network or ())
        done = {
            "id": made.token.pk, "person": person.email, "name": made.token.name, "scopes": made.token.scopes,
            "networks": made.token.networks, "expires_at": made.token.expires_at.isoformat(), "token": made.text,
        }  # fmt: skip
    if as_json:
        write_json(done)
    else:
        typer.echo(
            f"token {done['id']} of {done['person']}: {', '.join(made.token.scopes)}, until {done['expires_at']}"
        )
        typer.echo(f"token (shown once): {made.text}")


@app.command("list")
def list_(
    email: Annotated[str, typer.Option(help="only of this person")] = "",
    as_json: _JSON = False,
) -> None:
    """List tokens without their secrets, the newest first."""
    with installation():
        from tipline.core.clock import now
        from tipline.core.text import visible
        from tipline.trust.accounts.models import ApiToken

        found = ApiToken.objects.select_related("person").order_by("-id")
        if email:
            found = found.filter(person__email=email.lower())
        rows: list[dict[str, Any]] = [
            {
                "id": t.pk, "person": t.person.email, "name": t.name, "scopes": t.scopes, "networks": t.networks,
                "state": "revoked" if t.revoked_at else "expired" if t.expires_at <= now() else "active",
                "created_at": t.created_at.isoformat(), "expires_at": t.expires_at.isoformat(),
                "last_used_at": t.last_used_at.isoformat() if t.last_used_at else None, "addresses": t.addresses,
            }
            for t in found[:1000]
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        used = f"last used {row['last_used_at']}" if row["last_used_at"] else "never used"
        typer.echo(
            f"{row['id']:>6}  {row['state']:<8}  {row['person']}  {', '.join(row['scopes'])}  until {row['expires_at']}"
            f"  {used}  {visible(row['name'])}"
        )


@app.command("revoke")
def revoke(
    token_id: Annotated[int, typer.Argument(metavar="ID", help="the token's number, from `token list`")],
) -> None:
    """End a token at once."""
    with installation():
        from tipline.trust.accounts.tokens import revoke_token
        from tipline.trust.actors import system

        revoke_token(token_id, system("cli"))
    typer.echo(f"token {token_id} opens nothing any more")
