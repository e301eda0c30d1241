"""`tipline report …`: the whole chain of one report."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import asked, write_json

app = typer.Typer(help="Reports.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `show` a subcommand while it is the only one."""


@app.command("show")
def show(
    report_id: Annotated[int, typer.Argument(help="the report's number")],
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Show everything that is known of a report and what was done with it."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.chain import chain
        from tipline.trust.audit.services import Act, record

        found = chain(scope, report_id)
        record(actor, [Act("report.read", "report", report_id)])
    if as_json:
        write_json(found)
        return
    typer.echo(
        f"report {found['id']} of {visible(found['reporter'])}: {found['state']}, received {found['received_at']}"
    )
    for identifier in found["identifiers"]:
        typer.echo(f"  {identifier['role']:<10} {identifier['kind']:<10} {visible(identifier['value'])}")
    for place in found["attributions"]:
        typer.echo(f"  {visible(place['explanation'])}")
    if found["whereabouts"]:
        typer.echo(f"  {visible(found['whereabouts']['explanation'])}")
    for name, score in (found["triage"] or {}).items():
        typer.echo(f"  {name}: {score['score']}")
    for hop in found["referrals"]:
        typer.echo(f"  {hop['from']} -> {hop['to']}: {hop['state']} at {hop['at']}")
    typer.echo(f"  case: {found['case']['number'] if found['case'] else 'none'}")
