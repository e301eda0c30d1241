"""The command line, one file per command. Errors go to standard error in a sentence; the exit code is then not 0."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tipline.cli import (
    agency,
    audit,
    bench,
    case,
    case_exhibits,
    case_letters,
    case_outcomes,
    case_replies,
    case_requests,
    case_work,
    clock,
    conformance,
    demo,
    desk,
    doctor,
    evidence,
    exchange,
    expiring,
    federation,
    geo,
    hashes,
    import_,
    keys,
    link,
    migrate,
    operation,
    package,
    peer,
    platform_directory,
    provider_directory,
    public_form,
    quarantine,
    referral,
    refused,
    report,
    reporter,
    retention,
    route,
    simulate,
    statistics,
    status,
    token,
    training,
    up,
    user,
    worker,
)
from tipline.cli.runtime import refuse_person, run_as
from tipline.core.errors import TiplineError
from tipline.core.logs import configure

app = typer.Typer(
    name="tipline",
    help="Tipline carries a report of CSAM from the platform that found it to the police officer who can act on it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


# Groups with commands that people may run; within them a command says so itself by `runtime.asked`. `training` says it in its own callbacks.
PERSON_GROUPS = frozenset(
    {
        "report",
        "link",
        "route",
        "case",
        "clock",
        "referral",
        "desk",
        "outcome",
        "operation",
        "statistics",
        "package",
        "exchange",
        "hashes",
    }
)


@app.callback()
def _everywhere(
    context: typer.Context,
    as_email: Annotated[
        str, typer.Option("--as", metavar="EMAIL", help="run for this person: see what they may see, and no more")
    ] = "",
) -> None:
    run_as(as_email)
    if context.invoked_subcommand not in PERSON_GROUPS | {"training"}:
        refuse_person()


app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate)
app.command("doctor")(doctor.doctor)
app.add_typer(agency.app, name="agency")
app.add_typer(reporter.app, name="reporter")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.add_typer(training.app, name="training")
app.add_typer(public_form.app, name="public-form")
app.add_typer(geo.app, name="geo")
app.add_typer(provider_directory.app, name="provider-directory")
app.add_typer(platform_directory.app, name="platform-directory")
app.command("expiring")(expiring.expiring)
app.command("conformance")(conformance.conformance)
app.command("import")(import_.import_)
app.command("simulate")(simulate.simulate)
app.command("status")(status.status)
app.add_typer(report.app, name="report")
app.add_typer(link.app, name="link")
app.add_typer(route.app, name="route")
# modules whose import puts further commands on `case.app`
CASE_COMMANDS = (case_work,)
case.app.add_typer(case_replies.app, name="reply")
case.app.command("drafts")(case_letters.drafts)
case.app.add_typer(case_letters.letters, name="letter")
app.add_typer(case.app, name="case")
app.add_typer(clock.app, name="clock")
app.add_typer(referral.app, name="referral")
app.add_typer(desk.app, name="desk")
app.add_typer(package.app, name="package")
app.add_typer(exchange.app, name="exchange")
app.add_typer(hashes.app, name="hashes")
case.app.add_typer(case_requests.app, name="request")
case.app.command("exhibits")(case_exhibits.exhibits)
case.app.command("import-hashes")(case_exhibits.import_hashes_)
case.app.command("export")(case_exhibits.export)
case.app.command("outcome")(case_outcomes.of_case)
app.add_typer(case_outcomes.app, name="outcome")
app.add_typer(operation.app, name="operation")
app.add_typer(statistics.app, name="statistics")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(refused.app, name="refused")
app.add_typer(audit.app, name="audit")
app.add_typer(retention.app, name="retention")
app.add_typer(evidence.app, name="evidence")
app.add_typer(keys.app, name="keys")
app.add_typer(peer.app, name="peer")
app.add_typer(federation.app, name="federation")
app.command("bench")(bench.bench)
app.command("worker", hidden=True)(worker.worker)
app.command("sender", hidden=True)(worker.sender)


def main() -> None:
    """Entry point of the `tipline` command."""
    configure()
    try:
        app()
    except TiplineError as error:
        typer.echo(f"tipline: {error}", err=True)
        sys.exit(1)
