"""`tipline user …`: people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.runtime import installation, password_from_stdin, write_json

if TYPE_CHECKING:
    from tipline.trust.accounts.models import Rank, Role, User

app = typer.Typer(help="People and their roles.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="the person's address")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="signs in with it")],
    agency: Annotated[str, typer.Option(help="code of the agency")],
    role: Annotated[str, typer.Option(help="desk_officer, investigator, supervisor, analyst, administrator, ...")],
    name: Annotated[str, typer.Option(help="as colleagues know the person")] = "",
    rank: Annotated[str, typer.Option(help="of a police officer: inspector, sub_inspector, ...")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read the password from standard input")
    ] = False,
    totp: Annotated[
        bool, typer.Option("--totp", help="set up an authenticator app too, and show its secret once")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a person. Without --password-stdin a password is made and shown once; it has to be changed at the first sign-in."""
    with installation():
        from django.db import transaction

        from tipline.trust.accounts.factors import give_app
        from tipline.trust.accounts.passwords import one_time_password
        from tipline.trust.accounts.people import set_rank
        from tipline.trust.accounts.services import add_user
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        password = password_from_stdin() if password_stdin else one_time_password()
        with transaction.atomic():
            person = add_user(email, name, by_code(agency), _role(role), password, system("cli"))
            if rank:
                set_rank(person, _rank(rank), system("cli"))
            done = {"id": person.pk, "email": person.email, "agency": agency, "role": role}
            if rank:
                done["rank"] = rank
            if not password_stdin:
                person.must_change_password = True
                person.save(update_fields=["must_change_password"])
                done["password"] = password
            if totp:
                done["totp_secret"] = give_app(person, system("cli"))
    if as_json:
        write_json(done)
        return
    typer.echo(f"{done['email']} is {role} at {agency}")
    for key, label in (("password", "password"), ("totp_secret", "secret for the authenticator app")):
        if key in done:
            typer.echo(f"{label} (shown once): {done[key]}")


@app.command("list")
def list_(
    agency: Annotated[str, typer.Option(help="only of the agency with this code")] = "", as_json: AsJson = False
) -> None:
    """List people: agency, role, whether they may sign in, have a second factor, are locked out."""
    with installation():
        from tipline.trust.accounts.factors import who_has_one
        from tipline.trust.accounts.limits import locked_until
        from tipline.trust.accounts.models import User
        from tipline.trust.agencies.queries import by_code

        people = User.objects.select_related("agency").order_by("agency__code", "email")
        everybody = list(people.filter(agency=by_code(agency)) if agency else people)
        locked, with_factor = locked_until(everybody), who_has_one(everybody)
        found: list[dict[str, Any]] = [
            {
                "id": person.pk, "email": person.email, "name": person.name, "agency": person.agency.code,
                "role": person.role, "rank": person.rank, "active": person.is_active, "second_factor": person.pk in with_factor,
                "must_change_password": person.must_change_password, "last_sign_in": person.last_login,
                "locked_until": locked.get(person.pk),
            }
            for person in everybody
        ]  # fmt: skip
    if as_json:
        write_json(found)
        return
    for one in found:
        notes = [
            *([] if one["active"] else ["deactivated"]),
            *([] if one["second_factor"] else ["no second factor"]),
            *([f"locked out until {one['locked_until']:%H:%M} UTC"] if one["locked_until"] else []),
        ]
        typer.echo(f"{one['agency']:<16} {one['role']:<14} {one['email']:<40} {', '.join(notes)}".rstrip())


@app.command("role")
def role_(email: Email, role: Annotated[str, typer.Argument(help="the new role")]) -> None:
    """Give a person another role. Their sessions end."""
    with installation():
        from tipline.trust.accounts.people import change_role
        from tipline.trust.actors import system

        change_role(_person(email), _role(role), system("cli"))
    typer.echo(f"{email} is {role}")


@app.command("rank")
def rank_(email: Email, rank: Annotated[str, typer.Argument(help="inspector, sub_inspector, ... or none")]) -> None:
    """Write down a person's rank, which some acts of law ask for. It gives no right in the software."""
    with installation():
        from tipline.trust.accounts.people import set_rank
        from tipline.trust.actors import system

        set_rank(_person(email), _rank("" if rank == "none" else rank), system("cli"))
    typer.echo(f"{email}: rank {rank}")


@app.command("deactivate")
def deactivate(
    email: Email, undo: Annotated[bool, typer.Option("--undo", help="let the person sign in again")] = False
) -> None:
    """Let a person sign in no more. Their sessions end; nobody is deleted."""
    with installation():
        from tipline.trust.accounts.people import set_active
        from tipline.trust.actors import system

        set_active(_person(email), undo, system("cli"))
    typer.echo(f"{email} {'can sign in again' if undo else 'can no longer sign in'}")


@app.command("reset-mfa")
def reset_mfa(email: Email) -> None:
    """Take away a person's second factors and recovery codes. Their sessions end; they set up a new one when they sign in."""
    with installation():
        from tipline.trust.accounts.people import reset_second_factor
        from tipline.trust.actors import system

        reset_second_factor(_person(email), system("cli"))
    typer.echo(f"{email} sets up a second factor at the next sign-in")


@app.command("reset-password")
def reset_password_(email: Email, as_json: AsJson = False) -> None:
    """Make a password for one sign-in, shown once, which has to be changed there. The person's sessions end."""
    with installation():
        from tipline.trust.accounts.people import reset_password
        from tipline.trust.actors import system

        password = reset_password(_person(email), system("cli"))
    if as_json:
        write_json({"email": email, "password": password})
    else:
        typer.echo(f"password (shown once): {password}")


@app.command("unlock")
def unlock_(email: Email) -> None:
    """End a lockout before its time."""
    with installation():
        from tipline.trust.accounts.people import unlock
        from tipline.trust.actors import system

        was = unlock(_person(email), system("cli"))
    typer.echo(f"{email} {'is unlocked' if was else 'was not locked out'}")


def _person(email: str) -> User:
    from tipline.trust.accounts.people import by_email

    return by_email(email)


def _role(role: str) -> Role:
    from tipline.core.errors import InvalidInputError
    from tipline.trust.accounts.models import Role

    if role not in Role.values:
        raise InvalidInputError(f"{role!r} is not one of {', '.join(Role.values)}")
    return Role(role)


def _rank(rank: str) -> Rank:
    from tipline.core.errors import InvalidInputError
    from tipline.trust.accounts.models import Rank

    if rank not in Rank.values:
        raise InvalidInputError(f"{rank!r} is not one of {', '.join(filter(None, Rank.values))}")
    return Rank(rank)
