"""`tipline agency …`: the tree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tipline.cli.agency_terms import agreement, calendar
from tipline.cli.runtime import installation, write_json

if TYPE_CHECKING:
    from tipline.trust.agencies.queries import Node

app = typer.Typer(help="The tree of agencies.", no_args_is_help=True)
app.add_typer(agreement, name="agreement")
app.add_typer(calendar, name="calendar")


@app.command("import")
def import_(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV (docs/reference/agencies-csv.md); left out: the tree that comes with Tipline"),
    ] = None,
) -> None:
    """Import agencies and their jurisdictions; all of the file or nothing."""
    with installation():
        from tipline.trust.actors import system
        from tipline.trust.agencies.services import STANDARD_DESKS, STANDARD_TREE, import_tree

        done = [import_tree(path, system("cli")) for path in ([file] if file else [STANDARD_TREE, STANDARD_DESKS])]
    created, updated = sum(one.created for one in done), sum(one.updated for one in done)
    typer.echo(f"{sum(one.rows for one in done)} rows: {created} agencies new, {updated} changed")


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """Show the tree."""
    with installation():
        from tipline.trust.agencies.queries import tree

        roots = tree()
        if as_json:
            write_json([entry for root in roots for entry in _flat(root, "")])
            return

        def show(node: Node, depth: int) -> None:
            typer.echo(f"{'  ' * depth}{node.agency.code}  {node.agency.name}  [{'; '.join(node.places)}]")
            for child in node.children:
                show(child, depth + 1)

        for root in roots:
            show(root, 0)


def _flat(node: Node, parent: str) -> list[dict[str, object]]:
    agency = node.agency
    own: dict[str, object] = {
        "code": agency.code, "name": agency.name, "kind": agency.kind, "parent": parent or None,
        "active": agency.active, "timezone": agency.timezone, "jurisdictions": list(node.places),
    }  # fmt: skip
    return [own, *(entry for child in node.children for entry in _flat(child, agency.code))]


@app.command("rule")
def rule(
    code: Annotated[str, typer.Argument(help="the agency's code")],
    action: Annotated[
        str,
        typer.Argument(
            help="hold; forward: reports whose way goes on below go down by themselves; or bundle: they go once a day"
        ),
    ],
    at: Annotated[str, typer.Option(help="with bundle: when it goes out, HH:MM in the desk's time zone")] = "",
    wait_for_hours: Annotated[
        bool, typer.Option("--wait-for-hours", help="what is not urgent waits here while the desk below is closed")
    ] = False,
) -> None:
    """Set a desk's standing rule. Every desk holds until told otherwise; what is urgent goes on at once whatever it says."""
    with installation():
        from datetime import time

        from tipline.core.errors import InvalidInputError
        from tipline.referrals.models import StandingAction
        from tipline.referrals.services import set_standing_rule
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        if action not in StandingAction.values:
            raise InvalidInputError(f"{action!r} is not one of {', '.join(StandingAction.values)}")
        try:
            bundle_at = time.fromisoformat(at) if at else None
        except ValueError as error:
            raise InvalidInputError(f"--at: {at[:20]!r} is not a time such as 17:30") from error
        if bundle_at is not None and bundle_at.tzinfo is not None:
            raise InvalidInputError("--at is a time in the desk's own zone, without a zone")
        set_standing_rule(
            by_code(code), StandingAction(action), system("cli"), bundle_at=bundle_at, wait_for_hours=wait_for_hours
        )
    typer.echo(f"{code}: {action}")


@app.command("oversee")
def oversee(
    overseer: Annotated[str, typer.Argument(help="code of the agency that is to see more")],
    overseen: Annotated[str, typer.Argument(help="code of the agency whose reports and cases it is to see")],
    with_below: Annotated[bool, typer.Option("--with-below", help="also those of every agency below that one")] = False,
    reason: Annotated[str, typer.Option(help="the order or agreement that it rests on")] = "",
    end: Annotated[bool, typer.Option("--end", help="end it instead")] = False,
) -> None:
    """Let an agency see what another holds or held. Without such a rule each sees only what came by its own desk."""
    with installation():
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code
        from tipline.trust.agencies.services import end_oversight, set_oversight

        upper, lower = by_code(overseer), by_code(overseen)
        if end:
            end_oversight(upper, lower, system("cli"))
        else:
            set_oversight(upper, lower, with_below=with_below, reason=reason, actor=system("cli"))
    typer.echo(f"{overseer} {'no longer oversees' if end else 'oversees'} {overseen}")


@app.command("oversight")
def oversight(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """List who oversees whom, and what that rests on."""
    with installation():
        from tipline.core.text import visible
        from tipline.trust.agencies.models import Oversight

        rows = [
            {
                "overseer": o.overseer.code, "overseen": o.overseen.code, "with_below": o.with_below,
                "reason": o.reason, "since": o.since.isoformat(),
            }
            for o in Oversight.objects.select_related("overseer", "overseen").order_by("overseer__code", "overseen__code")
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        below = " and all below" if row["with_below"] else ""
        typer.echo(f"{row['overseer']}  {row['overseen']}{below}  {visible(str(row['reason']))}")
