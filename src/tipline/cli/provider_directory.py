"""`tipline provider-directory …`: which networks hold logs, for how long, and whom to ask there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="Networks that hold logs of addresses.", no_args_is_help=True)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="directories in TOML, one country each")],
) -> None:
    """Import directories of one's own; each takes the place of the one imported before for its country."""
    with installation():
        from tipline.pipeline.attribution.log_expiry.services import import_directory
        from tipline.trust.actors import system

        for path in files:
            done = import_directory(path, system("cli"))
            typer.echo(
                f"{path.name}: unchanged"
                if done.unchanged
                else f"{path.name}: {done.country}, version {done.version}, {done.holders} networks;"
                " clocks of reports that are here already follow within the next runs of the periodic task"
            )


@app.command("list")
def list_(
    country: Annotated[str, typer.Option(metavar="XX", help="ISO 3166-1 alpha-2, or * for everywhere")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """List the networks in force, the installation's own entries before those that come with Tipline."""
    with installation():
        from tipline.pipeline.attribution.log_expiry.in_force import directory

        known = directory()
        rows: list[dict[str, Any]] = []
        for where, own, holder in known.holders():
            if country and where != country.upper():
                continue
            found = known.by_key(where, holder.key)
            rows.append(
                {
                    "country": where, "key": holder.key, "name": holder.name, "asns": list(holder.asns), "names": list(holder.names),
                    "kind": holder.kind, "own": own, "port_needed": found.port_needed, "accepts": list(found.accepts),
                    "retention": [
                        {
                            "basis": basis, "span": claim.span, "days": claim.days or None, "years": claim.years or None,
                            "of_this_network": basis in found.of_network, "sure": claim.sure, "title": claim.title,
                            "source": claim.source, "as_of": claim.as_of,
                        }
                        for basis, claim in sorted(found.claims.items())
                    ],
                    "contact": holder.contact.model_dump() if holder.contact else None,
                    "source": holder.source, "as_of": holder.as_of,
                }
            )  # fmt: skip
    if as_json:
        write_json({"version": known.version, "holders": rows})
        return
    typer.echo(f"in force: {known.version}")
    for row in rows:
        spans = ", ".join(f"{claim['basis']} {claim['span']} ({claim['sure']})" for claim in row["retention"])
        contact = row["contact"]
        who = (
            "no contact"
            if contact is None
            else f"{contact['email']}{' (placeholder)' if contact['placeholder'] else ''}"
        )
        numbers = " ".join(f"AS{asn}" for asn in row["asns"]) or "no AS number"
        typer.echo(
            f"{row['country']} {row['key']}{' (own)' if row['own'] else ''}: {row['name']}, {numbers}; {spans}; {who}"
        )
