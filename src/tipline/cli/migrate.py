"""`tipline migrate`: the database up to date."""

from __future__ import annotations

import typer

from tipline.cli.runtime import installation


def migrate() -> None:
    """Bring the database up to date. Safe to run at any time, also twice."""
    with installation(current=False) as settings:
        from tipline.core.migrations import bring_up_to_date

        applied = bring_up_to_date(settings)
    typer.echo(f"{applied} migrations applied" if applied else "nothing to do: the database is up to date")
