"""`tipline training desk …`: trainees' own desks."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="Trainees' own desks in Tipline's screens.", no_args_is_help=True)


@app.command("prepare")
def prepare(
    exercise: Annotated[int, typer.Argument(help="its number, as `training exercise add` printed it")],
    batch: Annotated[str, typer.Option(help="of this batch alone")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Make the desks of everybody who will work on an exercise. Run again it makes those that are missing."""
    with installation():
        from tipline.training.desk.preparing import prepare as made

        count = made(exercise, batch)
    if as_json:
        write_json({"exercise": exercise, "desks": count})
    else:
        typer.echo(f"{count} desks")
