"""`tipline demo`: the whole path on synthetic data, on a throw-away installation."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from tipline.cli.runtime import setup_django, write_json
from tipline.core.config import config, load_config
from tipline.core.errors import TiplineError

READY_SECONDS = 240  # a first start makes every table; a slow machine takes its time for that


def demo(
    check: Annotated[
        bool, typer.Option("--check", help="print the result as JSON and exit; 0 only if everything arrived")
    ] = False,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="use TIPLINE_DATA_DIR and leave it there, instead of a throw-away directory"),
    ] = False,
    on_desk: Annotated[
        bool, typer.Option("--on-desk", help="leave the reports on the district's desk: accepting them is yours")
    ] = False,
) -> None:
    """File the synthetic Jalgaon bundle through the real door and carry it to the district's desk."""
    settings = load_config(os.environ)  # a wrong variable stops here, before anything is made
    folder = settings.data_dir if keep else Path(tempfile.mkdtemp(prefix="tipline-demo-"))
    os.environ["TIPLINE_DATA_DIR"] = str(folder)
    os.environ["TIPLINE_BIND"] = (
        settings.bind if _free(settings.bind_host, settings.bind_port) else f"127.0.0.1:{_any_port()}"
    )
    os.environ["TIPLINE_DOOR_BIND"] = os.environ["TIPLINE_PUBLIC_BIND"] = ""  # all of it on one address
    if not keep:
        os.environ["TIPLINE_DATABASE_URL"] = os.environ["TIPLINE_DATABASE_OWNER_URL"] = ""
    config.cache_clear()
    try:
        with _running(quiet=check) as process:
            played = _play(accept=not on_desk)
            if check:
                write_json(played.summary)
            else:
                _tell(played.summary)
                if sys.stdin.isatty():
                    _serve(process)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if not played.ok:
        raise typer.Exit(1)


def _play(*, accept: bool) -> Any:
    setup_django()
    from django.db import connections

    from tipline.demo.play import play

    settings = config()
    try:
        return play(settings, f"http://{settings.bind}", accept=accept)
    finally:
        connections.close_all()


@contextmanager
def _running(*, quiet: bool) -> Iterator[subprocess.Popen[str]]:
    """`tipline up` with its log in the data directory; stopped at the end, however it comes."""
    from tipline.demo.installations import end

    folder = Path(os.environ["TIPLINE_DATA_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    if not quiet:
        typer.echo("Starting the database, the web server and a worker ...")
    with (folder / "demo.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tipline", "up"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        try:
            _await_ready(process, folder / "demo.log")
            yield process
        finally:
            end(process)


def _await_ready(process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    output: IO[str] | None = process.stdout
    while output is not None and time.monotonic() < deadline:
        line = output.readline()
        if line.startswith("Ready: "):
            return
        if not line:
            break
    process.terminate()
    tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
    raise TiplineError(f"the demo's installation did not start. The end of its log:\n{tail}")


def _tell(summary: dict[str, Any]) -> None:
    """The result for a person at a terminal."""
    typer.echo("")
    typer.echo(f"  {summary['reports']} of 16 reports with {summary['handles']} of 16 handles are on the Jalgaon desk")
    typer.echo(f"  their way: {' -> '.join(summary['path'])}")
    if summary["case"]:
        typer.echo(
            f"  case {summary['case']['number']} is open with {summary['case']['handles']} handles, in {summary['operation']}"
        )
    elsewhere = sum(n for code, n in summary["routed_to"].items() if code != "IN-MH-JALGAON")
    typer.echo(
        f"  {elsewhere} went to other desks, {summary['abstained']} wait for a person, of {summary['filed']} filed"
    )
    typer.echo(f"  slowest from finish to desk: {summary['seconds_to_routed_max']} s")
    if summary["wrong"]:
        typer.echo(f"  WRONG: {', '.join(summary['wrong'])}")
    if summary["reply"]:
        typer.echo(
            f"  a synthetic reply of a network, to be imported into the case (times in Asia/Kolkata): {summary['reply']}"
        )
    typer.echo(f"\n  {summary['url']}  and for the public {summary['public_form']}")
    for account in summary["accounts"]:
        typer.echo(
            f"    {account['email']:<32} {account['password']:<18} {account['totp_secret']}  {account['role']} at {account['agency']}"
        )
    typer.echo(
        "  The third column is the key for an authenticator app, which shows the code that sign-in asks for after the password."
    )
    typer.echo("\n  Everything in it is fictional and made for this run.")


def _serve(process: subprocess.Popen[str]) -> None:
    typer.echo("  Ctrl-C stops it.")
    try:
        process.wait()
    except KeyboardInterrupt:
        typer.echo("\nStopping ...")


def _free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
