"""`tipline case …`: what the screens of cases do, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tipline.cli.runtime import asked, write_json

if TYPE_CHECKING:
    from tipline.investigation.cases.models import Case
    from tipline.trust.visibility import Scope

app = typer.Typer(help="Cases.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="the case's number, such as IN-MH-JALGAON/2026/0001, or its id")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


def case_of(scope: Scope, number: str) -> Case:
    """The case of a number or an id, within a scope.

    Raises
    ------
    NotFoundError
        when there is none, or it is not in scope.
    ConflictError
        when agencies in scope have the same number.
    """
    from tipline.core.errors import ConflictError, NotFoundError
    from tipline.investigation.cases.queries import numbered

    found = numbered(scope, number)
    if not found:
        raise NotFoundError(f"there is no case {number[:60]!r}")
    if len(found) > 1:
        raise ConflictError(f"several agencies have a case {number[:60]!r}: give its id")
    return found[0]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List cases, newest first."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.cases.queries import visible_cases, with_operations
        from tipline.trust.audit.services import Act, record

        found = list(with_operations(scope, visible_cases(scope)))
        record(actor, [Act("case.listed", "agency", actor.label, {"rows": len(found)})])
    rows = [
        {
            "id": c.pk, "number": c.number, "agency": c.agency.code, "title": c.title, "state": c.state,
            "opened_at": c.opened_at.isoformat(), "fir_number": c.fir_number,
            "operation": next((one["name"] for one in vars(c)["operations"]), None), "operations": vars(c)["operations"],
        }
        for c in found
    ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['number']:<28} {row['state']:<8} {visible(str(row['title']))}")
