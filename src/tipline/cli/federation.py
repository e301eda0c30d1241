"""`tipline federation demo`: four installations on one machine, and a report's whole way between them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import write_json

app = typer.Typer(help="Several installations on one machine.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `demo` a command of its own name."""


@app.command("demo")
def demo(
    faults: Annotated[
        int | None,
        typer.Option(
            "--faults", metavar="SEED", help="cut, delay, alter and replay calls, and kill processes, by this seed"
        ),
    ] = None,
    port: Annotated[int, typer.Option(help="the first of twenty ports on this machine")] = 8830,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Carry the sixteen handles over three borders and the outcome back, and compare all four databases. On a throw-away directory."""
    from dataclasses import asdict

    from tipline.demo.federation import play

    folder = Path(tempfile.mkdtemp(prefix="tipline-federation-"))
    try:
        result = play(folder, first_port=port, seed=faults, tell=lambda text: typer.echo(text, err=as_json))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        write_json(asdict(result))
    else:
        done = ", ".join(f"{count} {name}" for name, count in sorted(result.faults.items()))
        typer.echo(
            f"16 reports over three borders and their outcome back in {result.seconds} s{f' ({done})' if done else ''}"
        )
        for sentence in result.wrong:
            typer.echo(f"  WRONG: {sentence}")
    if not result.ok:
        raise typer.Exit(1)
