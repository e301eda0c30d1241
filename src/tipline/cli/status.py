"""`tipline status`: what is where."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json


def status(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """Count reports by state, say how long the oldest waits, and what is in quarantine."""
    with installation():
        from tipline.pipeline.queries import overview
        from tipline.trust.audit.queries import state

        log = state()
        found = overview() | {
            "audit": {
                "entries": log.entries, "pending": log.pending, "last_checkpoint_size": log.last_checkpoint_size,
                "last_checkpoint_at": log.last_checkpoint_at and log.last_checkpoint_at.isoformat(),
                "unpublished": log.unpublished,
            }
        }  # fmt: skip
    if as_json:
        write_json(found)
        return
    states = ", ".join(f"{count} {state}" for state, count in found["reports"].items())
    typer.echo(f"reports: {states}")
    typer.echo(f"waiting: {found['waiting']} (oldest {found['oldest_waiting_seconds'] or 0:.0f} s)")
    typer.echo(f"queue: {found['queue']['todo']} jobs to do, {found['queue']['doing']} running")
    typer.echo(f"needs a person: {found['abstained']}; quarantined: {found['quarantined']}")
    typer.echo(
        f"log: {log.entries} entries in place, {log.pending} waiting; last checkpoint of size {log.last_checkpoint_size}"
        f" at {log.last_checkpoint_at or 'no time'}, {log.unpublished} not with the witness yet"
    )
