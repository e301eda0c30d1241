"""`tipline expiring`: reports whose logs end soon."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json


def expiring(
    within: Annotated[int, typer.Option(min=1, max=3660, help="days")] = 7,
    agency: Annotated[str, typer.Option(metavar="CODE", help="only what this agency holds now")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """List reports with an address whose log is likely gone within so many days, the soonest first."""
    with installation():
        from tipline.core.text import visible
        from tipline.pipeline.attribution.log_expiry.queries import expiring as ending
        from tipline.trust.agencies.queries import by_code
        from tipline.trust.visibility import OPERATOR

        found = ending(OPERATOR, within, by_code(agency) if agency else None)
    if as_json:
        write_json(found)
        return
    for row in found:
        told = ", ".join(f"{one['agency']} at {one['days']} d" for one in row["raised"])
        typer.echo(
            f"report {row['report']}: {row['days_left']:.1f} days left, at {row['agency']}"
            f"{', urgent' if row['urgent'] else ''}{', accepted' if row['accepted'] else ''}"
            f", log of {visible(row['holder'] or 'a network that is not shown')}"
            f"{', preservation asked' if row['preservation_asked'] else ''}{f'; raised: {told}' if told else ''}"
        )
    if not found:
        typer.echo(f"no log is likely gone within {within} days")
