"""`tipline evidence …`: the sealed files. Nothing here opens one: that is done elsewhere, with tools/custodian.py."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="The sealed files.", no_args_is_help=True)

_JSON = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("list")
def list_(
    report_id: Annotated[int, typer.Argument(metavar="REPORT", help="the report")], as_json: _JSON = False
) -> None:
    """Say where the sealed files of a report stand, with the digests that the custodian needs. An entry of the log."""
    with installation():
        from tipline.reports.sealed import seals_of
        from tipline.trust.actors import system

        rows = seals_of(report_id, system("cli"))
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"file {row['file']}")
        for name in ("storage_key", "sealed_sha256", "sha256"):
            typer.echo(f"  {name:<15}{row[name]}")
        for recipient in row["sealed_to"]:
            typer.echo(f"  {'sealed to':<15}{recipient}")


@app.command("check")
def check(
    deep: Annotated[bool, typer.Option("--deep", help="also compute the SHA-256 of every sealed file")] = False,
    as_json: _JSON = False,
) -> None:
    """Hold the record against the store, and name seals that are missing or changed. Exit code 1 then."""
    with installation() as settings:
        from tipline.core.storage import open_store
        from tipline.reports.sealed import check as check_seals

        found = check_seals(open_store(settings), deep=deep)
    if as_json:
        write_json({
            "ok": not found.damages, "seals": found.seals, "without_digest": found.without_digest,
            "damages": [asdict(damage) for damage in found.damages],
        })  # fmt: skip
    else:
        for damage in found.damages:
            typer.echo(
                f"{damage.kind}: {damage.storage_key}, file {damage.file_id} of report {damage.report_id}: {damage.text}"
            )
        typer.echo(f"{found.seals} seals, {len(found.damages)} not as they were")
    if found.damages:
        raise typer.Exit(1)


@app.command("sweep")
def sweep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would be removed")] = False,
    as_json: _JSON = False,
) -> None:
    """Remove what was left in the store for more than a day: unfinished uploads, and seals that no record names.

    After a backup was restored, seals of reports that came after it look like that: --dry-run first.
    """
    with installation() as settings:
        from tipline.core.storage import open_store
        from tipline.reports.sealed import sweep as sweep_store
        from tipline.trust.actors import system

        found = sweep_store(open_store(settings), system("cli"), remove=not dry_run)
    if as_json:
        write_json({"removed": not dry_run, **asdict(found)})
        return
    for key in found.unfinished:
        typer.echo(f"unfinished  {key}")
    for key in found.orphans:
        typer.echo(f"no record   {key}")
    done = "would be removed" if dry_run else "removed"
    typer.echo(
        f"{len(found.unfinished)} unfinished uploads and {len(found.orphans)} seals without a record {done}; "
        f"{found.kept_young} are younger than a day"
    )
