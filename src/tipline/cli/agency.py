"""`tipline agency …`: the tree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tipline.cli.runtime import installation, write_json

if TYPE_CHECKING:
    from tipline.trust.agencies.queries import Node

app = typer.Typer(help="The tree of agencies.", no_args_is_help=True)


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
        from tipline.trust.agencies.services import STANDARD_TREE, import_tree

        done = import_tree(file or STANDARD_TREE, system("cli"))
    typer.echo(f"{done.rows} rows: {done.created} agencies new, {done.updated} changed")


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
        str, typer.Argument(help="hold, or forward: reports whose way goes on below go down by themselves")
    ],
) -> None:
    """Set a desk's standing rule. Every desk holds until told otherwise."""
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.referrals.models import StandingAction
        from tipline.referrals.services import set_standing_rule
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        if action not in StandingAction.values:
            raise InvalidInputError(f"{action!r} is not one of {', '.join(StandingAction.values)}")
        set_standing_rule(by_code(code), StandingAction(action), system("cli"))
    typer.echo(f"{code}: {action}")
