"""`tipline geo recompute` and `tipline geo calibrate`: answering again, and holding answers against what is known to be true."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import installation


def recompute(
    since: Annotated[str, typer.Option(help="only reports received from this day on, YYYY-MM-DD (UTC)")] = "",
    report: Annotated[list[int] | None, typer.Option(help="only this report; may stand several times")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON")] = False,
) -> None:
    """Answer again where addresses were, with today's sources and model; a run that was stopped goes on where it was."""
    from tipline.core.errors import InvalidInputError

    if since and report:
        raise InvalidInputError("give either --since or --report, not both")
    try:
        start = datetime.strptime(since, "%Y-%m-%d").replace(tzinfo=UTC) if since else None
    except ValueError as error:
        raise InvalidInputError(f"--since {since!r} is not a day such as 2026-11-28") from error
    with installation():
        from tipline.pipeline.recompute import again

        progress = None
        for progress in again(start, report):
            if not as_json:
                typer.echo(
                    f"{progress.reports} reports, {progress.changed} changed, {progress.busy} busy; up to report {progress.last_report}",
                    err=True,
                )
        figures = {
            "reports": progress.reports if progress else 0, "changed": progress.changed if progress else 0,
            "busy": progress.busy if progress else 0, "last_report": progress.last_report if progress else 0,
        }  # fmt: skip
        if as_json:
            typer.echo(json.dumps(figures))
        else:
            typer.echo(f"Recomputed: {figures['reports']} reports, {figures['changed']} of them elsewhere than before.")


def calibrate(
    truth: Annotated[Path, typer.Argument(help="CSV: ip,at,country,state,district, each confirmed by a case")],
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Hold what would be attributed against what is known to be true: reliability, Brier score, precision and recall."""
    with installation():
        from tipline.pipeline.attribution.calibration import calibrated, read_truth, table

        found = calibrated(read_truth(truth))
        typer.echo(json.dumps(found, indent=2) if as_json else table(found))
