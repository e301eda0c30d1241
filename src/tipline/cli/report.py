"""`tipline report …`: the whole chain of one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import as_person, asked, refuse_existing, write_json, write_new
from tipline.core.errors import InvalidInputError

app = typer.Typer(help="Reports.", no_args_is_help=True)


@app.command("show")
def show(
    report_id: Annotated[int, typer.Argument(help="the report's number")],
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Show everything that is known of a report and what was done with it."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.chain import chain
        from tipline.trust.audit.services import Act, record

        found = chain(scope, report_id)
        record(actor, [Act("report.read", "report", report_id)])
    if as_json:
        write_json(found)
        return
    typer.echo(
        f"report {found['id']} of {visible(found['reporter'])}: {found['state']}, received {found['received_at']}"
    )
    for identifier in found["identifiers"]:
        typer.echo(f"  {identifier['role']:<10} {identifier['kind']:<10} {visible(identifier['value'])}")
    for place in found["attributions"]:
        typer.echo(f"  {visible(place['explanation'])}")
    if found["whereabouts"]:
        typer.echo(f"  {visible(found['whereabouts']['explanation'])}")
    for name, score in (found["triage"] or {}).items():
        typer.echo(f"  {name}: {score['score']}")
    for hop in found["referrals"]:
        typer.echo(f"  {hop['from']} -> {hop['to']}: {hop['state']} at {hop['at']}")
    typer.echo(f"  case: {found['case']['number'] if found['case'] else 'none'}")


@app.command("summary")
def summary(
    report_id: Annotated[int, typer.Argument(help="the report's number")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="where the PDF goes; a file that is there stays")],
    language: Annotated[str, typer.Option("--language", help="en, hi or mr; else the desk's own")] = "",
) -> None:
    """Print the summary of a lead as PDF: masked, and never media."""
    refuse_existing(out)
    with asked() as (scope, actor):
        from tipline.core.printing.pdf import to_pdf
        from tipline.investigation.leads.summary import summary as summary_of
        from tipline.investigation.leads.texts import LANGUAGES

        if language and language not in LANGUAGES:
            raise InvalidInputError(f"there is no language {language!r}: one of {', '.join(sorted(LANGUAGES))}")
        document, code = summary_of(scope, actor, report_id, language)
        made = to_pdf(document)
    write_new(out, made)
    typer.echo(f"{out}: report {report_id}, {LANGUAGES[code].language.name}, {len(made)} bytes")


Why = Annotated[str, typer.Option("--why", help="a sentence; no names of children")]


@app.command("raise")
def raise_(report_id: Annotated[int, typer.Argument(help="the report's number")], why: Why) -> None:
    """Raise a report to the urgent lane. Software never lowers it again."""
    with as_person() as (person, _):
        from tipline.pipeline.priority import raise_priority

        raise_priority(person, report_id, why)
    typer.echo(f"report {report_id} is on the urgent lane")


@app.command("lower")
def lower(report_id: Annotated[int, typer.Argument(help="the report's number")], why: Why) -> None:
    """Take a report out of the urgent lane, as a supervisor. A floor that holds later lifts it again."""
    with as_person() as (person, _):
        from tipline.pipeline.priority import lower_priority

        lower_priority(person, report_id, why)
    typer.echo(f"report {report_id} is out of the urgent lane")


@app.command("take-back")
def take_back(report_id: Annotated[int, typer.Argument(help="the report's number")], why: Why) -> None:
    """End what a person said of a report's priority, as a supervisor: the rules count alone."""
    with as_person() as (person, _):
        from tipline.pipeline import priority

        priority.take_back(person, report_id, why)
    typer.echo(f"report {report_id}: the rules count alone")


@app.command("suggest")
def suggest(report_id: Annotated[int, typer.Argument(help="the report's number")]) -> None:
    """Ask the program of TIPLINE_SUGGEST what it would look at in a report. Nothing is stored, and nothing of it is scored."""
    with as_person() as (person, scope):
        from tipline.cli.suggesting import suggested
        from tipline.core.config import config
        from tipline.core.text import visible
        from tipline.investigation.chain import View, chain
        from tipline.trust.audit.services import Act, record

        program = config().suggest
        if program is None:
            raise InvalidInputError("no program is asked for suggestions: TIPLINE_SUGGEST names none")
        found = chain(scope, report_id, View(texts=True))
        record(
            person.actor,
            [Act("report.texts_read", "report", report_id), Act("report.suggestions_asked", "report", report_id)],
        )
        made = suggested(program, found)
    typer.echo(
        f"report {report_id}: {len(made)} suggestions of {program.name}. They count for nothing: read the report"
    )
    for one in made:
        typer.echo(f"  {visible(one.about)}: {visible(one.text)}")
