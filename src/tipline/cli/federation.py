"""`tipline federation demo`: four installations on one machine, and a report's whole way between them."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tipline.cli.runtime import write_json

if TYPE_CHECKING:
    from tipline.demo.federation import Result

app = typer.Typer(help="Several installations on one machine.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `demo` a command of its own name."""


@app.command("demo")
def demo(
    faults: Annotated[
        int | None,
        typer.Option(
            "--faults", metavar="SEED", help="with faults of the wire, of processes, databases and clocks, by this seed"
        ),
    ] = None,
    times: Annotated[int, typer.Option(min=1, max=1000, help="so often, with the seeds that follow")] = 1,
    port: Annotated[int, typer.Option(help="the first of twenty ports on this machine")] = 8830,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", help="a new directory for what is left of a run that was not as it should be"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON; of several runs a list")] = False,
) -> None:
    """Carry the sixteen handles over three borders and the outcome back, and compare all four databases. On a throw-away directory."""
    from dataclasses import asdict

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended, and the directory removed
    runs = []
    for number in range(times):
        seed = None if faults is None else faults + number
        result = _one(seed, port, keep, quiet=as_json or times > 1)
        runs.append((seed, result))
        if not as_json:
            typer.echo(_row(seed, result))
            for sentence in result.wrong:
                typer.echo(f"  WRONG: {sentence}")
    if as_json:
        rows = [{"seed": seed, **asdict(result)} for seed, result in runs]
        write_json(rows if times > 1 else rows[0])
    elif times > 1:
        typer.echo(f"{sum(result.ok for _, result in runs)} of {times} runs were as they should be")
    if not all(result.ok for _, result in runs):
        raise typer.Exit(1)


def _one(seed: int | None, port: int, keep: Path | None, *, quiet: bool) -> Result:
    """One run. An error of it is told as what went wrong, so that the runs after it are made."""
    from tipline.core.errors import TiplineError
    from tipline.demo.federation import Result, play

    folder = Path(tempfile.mkdtemp(prefix="tipline-federation-"))
    ok = False
    try:
        result = play(folder, first_port=port, seed=seed, tell=lambda text: typer.echo(text, err=quiet))
        ok = result.ok
    except TiplineError as error:
        result = Result(False, 0.0, (str(error),), {}, "")
    finally:
        if not ok and keep is not None:
            shutil.copytree(folder, keep / f"run-{seed}", symlinks=True, ignore=shutil.ignore_patterns("postgres"))
        shutil.rmtree(folder, ignore_errors=True)
    return result


def _row(seed: int | None, result: Result) -> str:
    done = ", ".join(f"{count} {name}" for name, count in sorted(result.faults.items()))
    said = f"{'ok' if result.ok else 'NOT OK':<6} {result.seconds:>6.1f} s"
    return f"{said}  {'without faults' if seed is None else f'seed {seed}: {done}'}"
