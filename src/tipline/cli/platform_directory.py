"""`tipline platform-directory …`: which platforms hold accounts, what they accept, and whom to ask there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="Platforms that hold accounts.", no_args_is_help=True)


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="a directory in TOML")]) -> None:
    """Import a directory of one's own; it takes the place of the one imported before, and stands before what comes with Tipline."""
    with installation():
        from tipline.investigation.process.directory import import_platforms
        from tipline.trust.actors import system

        done = import_platforms(file, system("cli"))
    typer.echo(
        f"{file.name}: unchanged"
        if done.unchanged
        else f"{file.name}: version {done.version}, {done.platforms} platforms"
    )


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """List the platforms in force, the installation's own entries before those that come with Tipline."""
    with installation():
        from tipline.investigation.process.directory import own_directory
        from tipline.investigation.process.platforms import together

        own = own_directory()
        known = together(own)
        mine = {platform.key for platform in own.platforms} if own else set()
        rows = [{**platform.model_dump(mode="json"), "own": platform.key in mine} for platform in known.platforms]
    if as_json:
        write_json({"version": known.about.version, "platforms": rows})
        return
    typer.echo(f"in force: {known.about.version}")
    for row in rows:
        contact = row["contact"]
        answers = ", ".join(one["asking"] for one in row["accepts"]) or "nothing known"
        typer.echo(
            f"{row['key']}{' (own)' if row['own'] else ''}: {row['name']}, {row['company'] or 'no company'}, {row['country']}; "
            f"{answers}; {contact['email']}{' (placeholder)' if contact['placeholder'] else ''}"
        )
