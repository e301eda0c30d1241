"""`tipline link …`: what hangs together, what a model suggests, and what people say of links (in somebody's name: `tipline --as EMAIL`)."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import as_person, asked, installation, write_json

app = typer.Typer(help="What hangs together, by what, and what people say of it.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
Report = Annotated[int, typer.Argument(help="the report's number")]
Why = Annotated[str, typer.Option(help="the reason, which is kept in the history")]


@app.command("show")
def show(
    report: Report,
    most: Annotated[int, typer.Option(min=1, max=500, help="reports, the nearest first")] = 60,
    as_json: AsJson = False,
) -> None:
    """Show the cluster of a report: reports, what they share, suggestions and history."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.pipeline.linking.telling import cluster_told
        from tipline.trust.audit.services import Act, record

        told = cluster_told(scope, report, most)
        record(actor, [Act("report.cluster_read", "report", report, {"reports": len(told["reports"])})])
    if as_json:
        write_json(told)
        return
    head = told["cluster"]
    if head:
        typer.echo(f"cluster {head['id']}: {head['visible']} of {head['size']} reports are yours to see")
    else:
        typer.echo("nothing strong enough joins it to another report")
    for one in told["reports"]:
        typer.echo(f"report {one['id']}\t{one['received_at']}\t{visible(one['provider'], 60)}")
    meet: dict[int, list[int]] = {}
    titles: dict[int, str] = {}
    for edge in told["edges"]:
        meet.setdefault(edge["identifier"], []).append(edge["report"])
        titles[edge["identifier"]] = edge["title"] + ("" if edge["joins"] else ", joins nobody by itself")
    for one in told["identifiers"]:
        if len(meet.get(one["id"], ())) > 1:
            hub = "\thub: links nobody" if one["hub"] else ""
            reports = " ".join(str(number) for number in meet[one["id"]])
            typer.echo(
                f"identifier {one['id']}\t{one['kind']}\t{visible(one['label'], 80)}\t{titles[one['id']]}\t{reports}{hub}"
            )
    for tie in told["ties"]:
        number = f"tie {tie['id']}" if tie["id"] else "together"
        typer.echo(f"{number}\t{tie['low']} {tie['high']}\t{visible(tie['why'], 120)}")
    for change in told["history"]:
        typer.echo(f"change {change['id']}\t{change['at']}\t{change['title']}\t{change['report_count']} reports")


@app.command("suggestions")
def suggestions(
    state: Annotated[str, typer.Option(help="open, taken, refused or gone")] = "open",
    after: Annotated[int, typer.Option(min=0, help="number of the last one that was read")] = 0,
    as_json: AsJson = False,
) -> None:
    """List pairs of reports that a model thinks alike. Nothing is joined by it."""
    with asked() as (scope, actor):
        from tipline.core.errors import InvalidInputError
        from tipline.pipeline.linking.models import SuggestionState
        from tipline.pipeline.linking.suggesting.queries import suggestions_of
        from tipline.pipeline.linking.telling import suggestion_told
        from tipline.trust.audit.services import Act, record

        if state not in SuggestionState.values:
            raise InvalidInputError(f"there is no state {state[:20]!r}: open, taken, refused or gone")
        rows = [suggestion_told(one) for one in suggestions_of(scope, state=state, after=after, most=200)]
        record(actor, [Act("desk.suggestions_read", "desk", "", {"rows": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        reasons = "; ".join(reason["sentence"] for reason in row["reasons"] if reason["weight"] > 0)
        typer.echo(f"{row['id']}\t{row['low']} {row['high']}\t{row['probability']:.2f}\t{reasons}")


@app.command("tie")
def tie(report: Report, other: Annotated[int, typer.Argument(help="the other report's number")], why: Why) -> None:
    """Say that two reports are one matter."""
    with as_person() as (person, _):
        from tipline.pipeline.linking import services

        made = services.tie(person, report, other, why)
    typer.echo(f"tie {made.pk}: reports {made.low_id} and {made.high_id} are one matter")


@app.command("untie")
def untie(number: Annotated[int, typer.Argument(help="the tie's number")], why: Why) -> None:
    """Take back that two reports are one matter."""
    with as_person() as (person, _):
        from tipline.pipeline.linking import services

        services.end_tie(person, number, why)
    typer.echo(f"tie {number} is taken back")


@app.command("cut")
def cut(
    report: Report,
    identifier: Annotated[int, typer.Argument(help="the identifier's number, as `tipline link show` has it")],
    why: Why,
    for_all: Annotated[bool, typer.Option("--everywhere", help="it joins nobody")] = False,
) -> None:
    """Say that an identifier does not join a report to others."""
    with as_person() as (person, _):
        from tipline.pipeline.linking import services

        made = services.cut(person, identifier, report, why, for_all=for_all)
    typer.echo(f"cut {made.pk}: identifier {identifier} joins {'nobody' if for_all else f'report {report} to nobody'}")


@app.command("uncut")
def uncut(number: Annotated[int, typer.Argument(help="the cut's number")], why: Why) -> None:
    """Take a cut back."""
    with as_person() as (person, _):
        from tipline.pipeline.linking import services

        services.end_cut(person, number, why)
    typer.echo(f"cut {number} is taken back")


@app.command("undo")
def undo(
    change: Annotated[int, typer.Argument(help="the change's number, as `tipline link show` has it")], why: Why
) -> None:
    """Undo a merge or a joining: what came is parted from the rest."""
    with as_person() as (person, _):
        from tipline.pipeline.linking import services

        made = services.undo(person, change, why)
    typer.echo(f"change {change} is undone (change {made.pk})")


@app.command("rebuild")
def rebuild_(as_json: AsJson = False) -> None:
    """Put all clusters together anew from what links reports, and bring what is kept to that. Reports that come meanwhile wait."""
    with installation():
        from dataclasses import asdict

        from tipline.pipeline.linking.rebuild import rebuild

        done = rebuild()
    if as_json:
        write_json(asdict(done))
        return
    typer.echo(
        f"{done.edges} links, {done.reports} reports in {done.clusters} clusters; {done.new} were new, {done.mended} reports were put right"
    )


@app.command("suggest")
def suggest(as_json: AsJson = False) -> None:
    """Look for suggestions now, as the job does every five minutes."""
    with installation():
        from tipline.pipeline.linking.suggesting.services import BATCH, look

        reports = pairs = opened = gone = 0
        while True:
            found = look()
            reports, pairs = reports + found.reports, pairs + found.pairs
            opened, gone = opened + found.opened, gone + found.gone
            if found.reports < BATCH:
                break
    if as_json:
        write_json({"reports": reports, "pairs": pairs, "opened": opened, "gone": gone})
        return
    typer.echo(f"{reports} reports looked at, {pairs} pairs compared, {opened} suggestions opened, {gone} gone")
