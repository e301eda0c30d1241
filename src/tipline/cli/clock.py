"""`tipline clock …`: clocks of desks, the rules they go by, and files of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import asked, installation, write_json

app = typer.Typer(help="Clocks of cases: what is due when, and by which rule.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("list")
def list_(
    agency: Annotated[
        str, typer.Option("--agency", metavar="CODE", help="of this desk; left out: of all that are seen")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List running clocks, the soonest first."""
    with asked() as (scope, actor):
        from tipline.core.clock import now
        from tipline.investigation.legal.clocks.queries import told, visible_clocks
        from tipline.trust.agencies.queries import by_code
        from tipline.trust.audit.services import Act, record

        found = visible_clocks(scope).filter(ended_at__isnull=True).select_related("case").order_by("due_at", "pk")
        if agency:
            found = found.filter(agency=by_code(agency))
        rows = [told(clock, now()) for clock in found]
        record(actor, [Act("clock.listed", "agency", agency or actor.label, {"rows": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        of = row["case_number"] or (f"report {row['report']}" if row["report"] else "")
        typer.echo(
            f"{row['due_at']:%Y-%m-%d %H:%M} UTC  {row['state']:<8} {row['label']}  {of} {row['subject'] or ''}".rstrip()
        )


@app.command("rules")
def rules(country: Annotated[str, typer.Argument(help="ISO 3166-1 alpha-2")] = "IN", as_json: AsJson = False) -> None:
    """Show the clocks in force in a country, each with what it stands on."""
    with installation():
        from tipline.investigation.legal.clocks import in_force

        known = in_force.rules(country.upper())
    if as_json:
        write_json([{**one.model_dump(mode="json"), "file": file} for one, file in known.definitions.values()])
        return
    for one, file in known.definitions.values():
        typer.echo(f"{one.id:<26} {one.span:<16} from {one.starts}: {one.law} ({file})")


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="a TOML file of clocks or of holidays (docs/reference/clocks.md)")],
    holidays: Annotated[bool, typer.Option("--holidays", help="it holds holidays")] = False,
) -> None:
    """Import clocks or holidays of one's own. A clock of an id that comes with Tipline counts instead of that one."""
    with installation():
        from tipline.investigation.legal.clocks.models import FileKind
        from tipline.investigation.legal.clocks.services import import_file
        from tipline.trust.actors import system

        made = import_file(path, FileKind.HOLIDAYS if holidays else FileKind.CLOCKS, system("cli"))
    typer.echo(f"{made.kind} of {made.country}, version {made.version}: in force")
