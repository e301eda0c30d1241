"""`tipline reporter …`: providers' credentials for the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from tipline.cli.runtime import installation, password_from_stdin, write_json

if TYPE_CHECKING:
    from tipline.trust.accounts.provider_limits import Limits

app = typer.Typer(help="Providers and their credentials for the door.", no_args_is_help=True)

_JSON = Annotated[bool, typer.Option("--json", help="as JSON")]
_USERNAME = Annotated[str, typer.Argument(help="the provider's username at the door")]


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


@app.command("list")
def list_(as_json: _JSON = False) -> None:
    """List providers, their limits, and their passwords that work now, by number, age and end."""
    with installation():
        from dataclasses import asdict

        from tipline.core.text import visible
        from tipline.trust.accounts.provider_limits import Limits, limits_of
        from tipline.trust.accounts.providers import reporters

        rows: list[dict[str, Any]] = [
            {
                "id": r.pk, "name": r.name, "username": r.username, "agency": r.agency.code, "active": r.active,
                "limits": asdict(limits_of(r)),
                "credentials": [
                    {
                        "id": c.pk, "label": c.label, "created_at": c.created_at.isoformat(),
                        "valid_until": c.valid_until.isoformat() if c.valid_until else None,
                        "last_used_at": c.last_used_at.isoformat() if c.last_used_at else None,
                    }
                    for c in getattr(r, "valid", ())
                ],
            }
            for r in reporters()
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{visible(row['username'])}  {row['agency']}  {'active' if row['active'] else 'inactive'}  {visible(row['name'])}"
        )
        typer.echo(f"    limits {_limits_told(Limits(**row['limits']))}")
        for one in row["credentials"]:
            until = f"until {one['valid_until']}" if one["valid_until"] else "no end"
            used = f"last used {one['last_used_at']}" if one["last_used_at"] else "never used"
            typer.echo(
                f"    password {one['id']}  since {one['created_at']}  {until}  {used}  {visible(one['label'])}".rstrip()
            )


@app.command("limit")
def limit(
    username: _USERNAME,
    calls_per_second: Annotated[str, typer.Option(help="how fast calls may follow each other; or default")] = "",
    burst: Annotated[str, typer.Option(help="how many calls at once; or default")] = "",
    reports_per_day: Annotated[str, typer.Option(help="quota of a UTC day; or none")] = "",
    bytes_per_day: Annotated[str, typer.Option(help="quota of uploads of a UTC day; or none")] = "",
    network: Annotated[
        list[str] | None, typer.Option(help="CIDR that it calls from, in place of those before; may be repeated")
    ] = None,
    anywhere: Annotated[bool, typer.Option("--anywhere", help="it may call from every network")] = False,
    as_json: _JSON = False,
) -> None:
    """Show or change a provider's rate, quotas and networks. The doors know it within a minute."""
    with installation():
        from dataclasses import asdict

        from tipline.core.errors import InvalidInputError
        from tipline.trust.accounts.provider_limits import LimitChanges, set_limits
        from tipline.trust.actors import system

        if network and anywhere:
            raise InvalidInputError("give --network or --anywhere, not both")
        changes: LimitChanges = {}
        if calls_per_second:
            changes["calls_per_second"] = _number("--calls-per-second", calls_per_second, "default", float)
        if burst:
            changes["burst"] = _number("--burst", burst, "default", int)
        if reports_per_day:
            changes["reports_per_day"] = _number("--reports-per-day", reports_per_day, "none", int)
        if bytes_per_day:
            changes["bytes_per_day"] = _number("--bytes-per-day", bytes_per_day, "none", int)
        if network or anywhere:
            changes["networks"] = tuple(network or ())
        limits = set_limits(username, system("cli"), **changes)
        done = {"username": username, **asdict(limits)}
        told = _limits_told(limits)
    if as_json:
        write_json(done)
    else:
        typer.echo(f"{username}: {told}")


_Number = TypeVar("_Number", int, float)


def _number(option: str, text: str, none: str, kind: Callable[[str], _Number]) -> _Number | None:
    from tipline.core.errors import InvalidInputError

    if text == none:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInputError(f"{option}: a number, or {none}; it is {text[:40]!r}") from error


def _limits_told(limits: Limits) -> str:
    own = " (default)" if limits.calls_per_second is None and limits.burst is None else ""
    reports = "no quota of reports" if limits.reports_per_day is None else f"{limits.reports_per_day} reports a day"
    size = "no quota of bytes" if limits.bytes_per_day is None else f"{limits.bytes_per_day} bytes a day"
    where = f"from {', '.join(limits.networks)}" if limits.networks else "from everywhere"
    return f"calls: {limits.rate}{own}; {reports}; {size}; {where}"


@app.command("rotate")
def rotate(
    username: _USERNAME,
    overlap_hours: Annotated[int, typer.Option(help="how long the present password works on; 0 ends it now")] = 72,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read the new password from standard input")
    ] = False,
    label: Annotated[str, typer.Option(help="what the new password is for, as `reporter list` shows it")] = "",
    as_json: _JSON = False,
) -> None:
    """Give a provider a new password, and end the present one after an overlap. The new one is shown once."""
    from datetime import timedelta

    given = password_from_stdin() if password_stdin else ""
    with installation():
        from tipline.trust.accounts.providers import make_password, rotate_credential
        from tipline.trust.actors import system

        password = given or make_password()
        overlap = timedelta(hours=max(-1, min(overlap_hours, 10_000)))
        made = rotate_credential(username, password, system("cli"), overlap=overlap, label=label)
        done = {"username": username, "credential": made.pk, "overlap_hours": overlap_hours}
    if not password_stdin:
        done["password"] = password
    if as_json:
        write_json(done)
    else:
        typer.echo(
            f"{username} has a new password; the one before ends {f'in {overlap_hours} hours' if overlap_hours else 'now'}"
        )
        if not password_stdin:
            typer.echo(f"password (shown once): {password}")


@app.command("revoke")
def revoke(
    username: _USERNAME,
    all_: Annotated[
        bool, typer.Option("--all", help="the newest password too: the provider can file nothing then")
    ] = False,
) -> None:
    """End a provider's older password at once, or every one."""
    with installation():
        from tipline.trust.accounts.providers import revoke_credentials
        from tipline.trust.actors import system

        ended = revoke_credentials(username, system("cli"), newest=all_)
    typer.echo(f"{len(ended)} ended; the door refuses them within a minute")
    if all_:
        typer.echo(f"{username} can file nothing until `tipline reporter rotate {username}`")


@app.command("sandbox")
def sandbox(
    username: _USERNAME,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read the password from standard input")
    ] = False,
    as_json: _JSON = False,
) -> None:
    """Give a provider a password that opens the sandbox alone, in place of the one before. Without --password-stdin it is made and shown once."""
    with installation():
        from tipline.trust.accounts.providers import make_password, set_sandbox_credential
        from tipline.trust.actors import system

        password = password_from_stdin() if password_stdin else make_password()
        made = set_sandbox_credential(username, password, system("cli"))
        done = {"username": username, "credential": made.pk}
    if not password_stdin:
        done["password"] = password
    if as_json:
        write_json(done)
    else:
        typer.echo(f"{username} has a password for the sandbox; the one before ends within a minute")
        if not password_stdin:
            typer.echo(f"password (shown once): {password}")


@app.command("deactivate")
def deactivate(username: _USERNAME) -> None:
    """Switch a provider off: the door refuses it within a minute. What it filed stays."""
    _switch(username, active=False)


@app.command("activate")
def activate(username: _USERNAME) -> None:
    """Switch a provider on again, with the passwords that it has."""
    _switch(username, active=True)


def _switch(username: str, *, active: bool) -> None:
    with installation():
        from tipline.trust.accounts.providers import set_active
        from tipline.trust.actors import system

        set_active(username, active, system("cli"))
    typer.echo(f"{username} is {'active' if active else 'inactive: the door refuses it within a minute'}")
