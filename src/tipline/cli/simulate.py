"""`tipline simulate`: synthetic reports through the real door."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import installation, password_from_stdin, write_json
from tipline.core.config import Face, config
from tipline.core.errors import InvalidInputError

SIMULATOR = "simulator"
PLATFORMS = (
    ("Pictogram", "pictogram.example"),
    ("Clipwave", "clipwave.example"),
    ("Facepage", "facepage.example"),
)


def simulate(
    reports: Annotated[int, typer.Option(min=1, max=10_000_000, help="how many")],
    seed: Annotated[int, typer.Option(help="the same seed makes the same reports")] = 1,
    rate: Annotated[float, typer.Option(min=0, help="reports a second; 0: as fast as the door takes them")] = 0,
    url: Annotated[
        str,
        typer.Option(help="the door, e.g. http://127.0.0.1:8000/ispws; left out: this installation's own"),
    ] = "",
    username: Annotated[str, typer.Option(help="with --url")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read the password from standard input")
    ] = False,
    patience: Annotated[float, typer.Option(min=0, help="seconds to keep trying while the door is away")] = 60,
    acknowledged: Annotated[
        Path | None, typer.Option(help="append the number of each report whose finish was acknowledged")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """File synthetic reports through the real door. Everybody in them is fictional."""
    from tipline.core.clock import now
    from tipline.demo.provider import Provider
    from tipline.demo.synthetic import stream

    headers = None
    if url:
        if not (username and password_stdin):
            raise InvalidInputError("--url needs --username and --password-stdin")
        password = password_from_stdin()
    else:
        url, username, password = _own_door()
        headers = config().own_headers
    provider = Provider(url, username, password, patience_seconds=patience, headers=headers)
    log = acknowledged.open("a", encoding="ascii", buffering=1) if acknowledged else None
    started = time.monotonic()
    done = 0
    try:
        for number, report in enumerate(stream(reports, seed, now(), PLATFORMS)):
            if rate:
                time.sleep(max(0.0, started + number / rate - time.monotonic()))
            filed = provider.file(report)
            done += 1
            if log:
                log.write(f"{filed.report_id}\n")
    finally:
        provider.close()
        if log:
            log.close()
    seconds = time.monotonic() - started
    if as_json:
        write_json(
            {
                "reports": done,
                "seed": seed,
                "seconds": round(seconds, 3),
                "per_second": round(done / seconds, 2),
            }
        )
    else:
        typer.echo(f"{done} reports acknowledged in {seconds:.1f} s ({done / seconds:.1f} a second)")


def _own_door() -> tuple[str, str, str]:
    """This installation's door, and the simulator's account there: made at first use, its password in the secrets directory."""
    settings = config()
    secret = settings.secrets_dir / "simulator.password"
    with installation():
        from tipline.core.files import read_or_create_secret
        from tipline.trust.accounts.models import Reporter
        from tipline.trust.accounts.services import add_reporter
        from tipline.trust.actors import system
        from tipline.trust.agencies.models import Agency, AgencyKind

        password = read_or_create_secret(secret, 24)
        if not Reporter.objects.filter(username=SIMULATOR).exists():
            house = Agency.objects.filter(kind=AgencyKind.CLEARINGHOUSE).first()
            if house is None:
                raise InvalidInputError("there is no clearinghouse yet: `tipline agency import` first")
            add_reporter("Simulator (synthetic reports)", SIMULATOR, password, house, system("simulate"))
    return f"http://{settings.address_of(Face.DOOR)}/ispws", SIMULATOR, password
