"""`tipline status`: what is where."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json


def status(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """Count reports by state, say how long the oldest waits, and what is in quarantine."""
    with installation():
        from tipline.pipeline.queries import overview

        found = overview()
    if as_json:
        write_json(found)
        return
    states = ", ".join(f"{count} {state}" for state, count in found["reports"].items())
    typer.echo(f"reports: {states}")
    typer.echo(f"waiting: {found['waiting']} (oldest {found['oldest_waiting_seconds'] or 0:.0f} s)")
    typer.echo(f"queue: {found['queue']['todo']} jobs to do, {found['queue']['doing']} running")
    typer.echo(f"needs a person: {found['abstained']}; quarantined: {found['quarantined']}")
