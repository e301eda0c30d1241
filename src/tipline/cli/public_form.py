"""`tipline public-form …`: whether the public can report, and to whom."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="The public form at /report/: open it for an agency, or close it.", no_args_is_help=True)

_JSON = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("open")
def open_(
    agency: Annotated[str, typer.Argument(help="code of the agency whose desk gets the reports")],
    as_json: _JSON = False,
) -> None:
    """Let the public report to an agency, which cannot be a district: it must have desks below it to hand reports to."""
    with installation() as settings:
        from tipline.intake.public_form.services import open_form
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        open_form(by_code(agency), settings, system("cli"))
        state = _state()
    _tell(state, as_json=as_json)


@app.command("close")
def close(as_json: _JSON = False) -> None:
    """Take no more reports by the form. Whoever has a code can still come back with it."""
    with installation():
        from tipline.intake.public_form.services import close_form
        from tipline.trust.actors import system

        close_form(system("cli"))
        state = _state()
    _tell(state, as_json=as_json)


@app.command("status")
def status(as_json: _JSON = False) -> None:
    """Say whether the form is open, for which agency, and how much came by it."""
    with installation():
        state = _state()
    _tell(state, as_json=as_json)


def _state() -> dict[str, Any]:
    from tipline.intake.public_form.models import Message, PublicContact, PublicReport, Side
    from tipline.intake.public_form.queries import open_reporter
    from tipline.intake.public_form.texts import LANGUAGES

    reporter = open_reporter()
    return {
        "open": reporter is not None,
        "agency": reporter.agency.code if reporter else None,
        "languages": list(LANGUAGES),
        "reports": PublicReport.objects.count(),
        "contacts": PublicContact.objects.count(),
        "unread": Message.objects.filter(side=Side.REPORTER, read_at=None).count(),
    }


def _tell(state: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        write_json(state)
        return
    typer.echo(f"open: reports go to {state['agency']}" if state["open"] else "closed: the page shows whom to call")
    typer.echo(f"languages {' '.join(state['languages'])}")
    typer.echo(f"reports {state['reports']}, with contact data {state['contacts']}, unread messages {state['unread']}")
