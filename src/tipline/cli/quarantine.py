"""`tipline quarantine …`: reports that a stage could not process."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="Reports that a stage could not process.", no_args_is_help=True)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """Show what is in quarantine and why."""
    with installation():
        from tipline.core.text import visible
        from tipline.pipeline.queries import quarantined
        from tipline.trust.actors import system
        from tipline.trust.audit.services import Act, record

        rows = quarantined()
        record(system("cli"), [Act("report.listed", "quarantine", "all", {"rows": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"report {row['report']}: {row['stage']} {row['version']}: {row['error']}: {visible(str(row['reason']))}"
        )
    if not rows:
        typer.echo("nothing is in quarantine")


@app.command("release")
def release(report_id: Annotated[int, typer.Argument(help="the report")]) -> None:
    """Send a report through the stages again, after what broke it was mended."""
    with installation():
        from django.db import transaction

        from tipline.core.errors import NotFoundError
        from tipline.core.jobs import wake_pipeline
        from tipline.pipeline.run import release as release_report

        with transaction.atomic():
            if not release_report(report_id):
                raise NotFoundError(f"report {report_id} is not in quarantine")
            wake_pipeline()
    typer.echo(f"report {report_id} waits for the pipeline again")
