"""`tipline statistics …`: figures, snapshots of them, and the same numbers out of an export."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.runtime import asked, installation, write_json

if TYPE_CHECKING:
    from tipline.statistics.figures import Answer, Asked
    from tipline.trust.visibility import Scope

app = typer.Typer(help="Figures: counts, medians and shares, each with its definition.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
Name = Annotated[str, typer.Argument(help="a figure, such as funnel or funnel@1; `tipline statistics list` has all")]
OfAgency = Annotated[
    str, typer.Option("--agency", help="code of the agency whose reports count; left out: the asker's own")
]
By = Annotated[
    list[str] | None, typer.Option("--by", help="cut by: month, district, platform, category, desk; at most twice")
]
Only = Annotated[list[str] | None, typer.Option("--only", help="DIMENSION=KEY: only the rows with this key")]
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m"], help="first month of receipt; left out: twelve months ago")
]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m"], help="last month; left out: this one")]
AsOf = Annotated[
    str, typer.Option("--as-of", help="what was known then: a time with its zone, such as 2026-11-28T14:30+05:30")
]
Published = Annotated[bool, typer.Option("--suppress", help="hide small numbers, also where the asker may see them")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the figures and what each counts and leaves out."""
    with asked():
        from tipline.statistics.catalogue import newest

        rows = [figure.definition.model_dump(mode="json") for figure in newest()]
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['name']}@{row['version']}  {row['title']}\n  {row['counts']}\n  Leaves out: {row['leaves_out']}"
        )


@app.command("show")
def show(
    figure: Name,
    agency: OfAgency = "",
    by: By = None,
    only: Only = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = "",
    suppress: Published = False,
    as_json: AsJson = False,
) -> None:
    """Show a figure. Who does not see the agency's reports gets no small numbers."""
    with asked() as (scope, _):
        from tipline.statistics.queries import answer

        told = answer(scope, _question(scope, figure, agency, by, only, since, until, as_of, suppress=suppress))
        found = _plain(told)
    _print(found, as_json=as_json)


@app.command("snapshot")
def snapshot(
    figure: Name,
    agency: OfAgency = "",
    by: By = None,
    only: Only = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = "",
    suppress: Annotated[bool, typer.Option("--suppress/--no-suppress", help="hide small numbers")] = True,
    note: Annotated[str, typer.Option(help="what it is kept for")] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a figure as it is told now, with small numbers hidden."""
    with asked() as (scope, actor):
        from tipline.statistics.snapshots import keep

        question = _question(scope, figure, agency, by, only, since, until, as_of, suppress=suppress)
        kept, told = keep(scope, actor, question, note)
        found = {"snapshot": kept.pk, "digest": kept.digest, **_plain(told)}
    _print(found, as_json=as_json)


@app.command("verify")
def verify(number: Annotated[int, typer.Argument(help="of the snapshot")], as_json: AsJson = False) -> None:
    """Count a snapshot again as of its moment; the exit code is 1 when it is not equal."""
    with asked() as (scope, _):
        from tipline.statistics import snapshots

        done = snapshots.verify(scope, number)
        found = {"snapshot": number, "equal": done.equal, "intact": done.intact, "differing": list(done.differing)}
    if as_json:
        write_json(found)
    elif done.equal:
        typer.echo(f"snapshot {number} is equal")
    else:
        if not done.intact:
            typer.echo(f"snapshot {number} was changed in the database: its digest does not fit", err=True)
        for cell in done.differing:
            typer.echo(
                f"{' / '.join(cell['keys'])} {cell['measure']}: kept {cell['kept']}, counted {cell['counted']}",
                err=True,
            )
    if not done.equal:
        raise typer.Exit(1)


@app.command("export")
def export(folder: Annotated[Path, typer.Argument(help="where the Parquet files go")], as_json: AsJson = False) -> None:
    """Write all facts as Parquet, a row a report: for the operator."""
    with installation():
        from tipline.statistics import rebuild as rebuilding

        done = rebuilding.export(folder)
    found = {"at": done.at.isoformat(), "files": done.files}
    if as_json:
        write_json(found)
        return
    for name, about in done.files.items():
        typer.echo(f"{name}  {about['rows']} rows  sha256 {about['sha256']}")


@app.command("rebuild")
def rebuild(
    folder: Annotated[
        Path | None,
        typer.Option("--parquet", help="also export to this folder and count every figure again from there"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count everything again from the records, and with --parquet by DuckDB too; the exit code is 1 when the two differ."""
    with installation():
        from tipline.statistics import keeping
        from tipline.statistics import rebuild as rebuilding

        looked_at = keeping.mark_all()
        found: dict[str, Any] = {"looked_at": looked_at, "changed": keeping.refresh()}
        if folder is not None:
            rebuilding.export(folder)
            found["differences"] = [rebuilding.plain(one) for one in rebuilding.differences(folder)]
    if as_json:
        write_json(found)
    else:
        typer.echo(f"{found['looked_at']} looked at, {found['changed']} facts changed")
        for one in found.get("differences", ()):
            typer.echo(f"{one['figure']} of {one['agency']} by {one['by'] or 'nothing'}, {one['keys']} {one['measure']}:"
                       f" PostgreSQL {one['postgresql']}, DuckDB {one['duckdb']}", err=True)  # fmt: skip
    if found.get("differences"):
        raise typer.Exit(1)


def _question(
    scope: Scope,
    figure: str,
    agency: str,
    by: list[str] | None,
    only: list[str] | None,
    since: datetime | None,
    until: datetime | None,
    as_of: str,
    *,
    suppress: bool,
) -> Asked:
    from tipline.core.errors import InvalidInputError
    from tipline.referrals.counts import countable
    from tipline.statistics.figures import Asked
    from tipline.statistics.queries import agency_of, may_see_small

    if not agency:
        mine = countable(scope)
        if len(mine) != 1:
            raise InvalidInputError("say whose: --agency CODE")
        agency = mine[0].code
    first, last = since or _months_back(11), until or _months_back(0)
    pairs = [one.partition("=") for one in only or ()]
    return Asked(
        figure, agency, date(first.year, first.month, 1), (date(last.year, last.month, 28) + timedelta(days=4)).replace(day=1),
        tuple(_dimension(one) for one in by or ()), tuple((_dimension(one), key) for one, _, key in pairs), _moment(as_of),
        suppress or not may_see_small(scope, agency_of(scope, agency)),
    )  # fmt: skip


def _months_back(months: int) -> date:
    from tipline.core.clock import now

    place = now().year * 12 + now().month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def _dimension(text: str) -> Any:
    from tipline.core.errors import InvalidInputError
    from tipline.statistics.figures import Dimension

    try:
        return Dimension(text)
    except ValueError:
        raise InvalidInputError(f"{text[:40]!r} is none of {', '.join(Dimension)}") from None


def _moment(text: str) -> datetime | None:
    from tipline.core.errors import InvalidInputError

    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(f"{text[:40]!r} is no time: write it as 2026-11-28T14:30+05:30") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _plain(told: Answer) -> dict[str, Any]:
    from tipline.statistics.snapshots import plain_question, plain_rows

    return {
        "figure": f"{told.definition.name}@{told.definition.version}", "title": told.definition.title, "counts": told.definition.counts,
        "leaves_out": told.definition.leaves_out, "asked": plain_question(told.asked), "fresh_at": told.fresh_at.isoformat(),
        "rows": plain_rows(told),
    }  # fmt: skip


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    from tipline.core.text import visible

    if as_json:
        write_json(found)
        return
    typer.echo(f"{found['figure']}  {found['title']}\n{found['counts']}\nLeaves out: {found['leaves_out']}")
    for row in found["rows"]:
        typer.echo(visible(" / ".join(row["labels"])) or "All")
        for measure, cell in row["cells"].items():
            typer.echo(f"  {measure}: {_told(cell)}")
    if "snapshot" in found:
        typer.echo(f"kept as snapshot {found['snapshot']}, sha256 {found['digest']}")


def _told(cell: dict[str, Any]) -> str:
    if cell["hidden"]:
        return "<5" if cell["small"] else "withheld"
    return "–" if cell["value"] is None else f"{cell['value']:,.10g}"
