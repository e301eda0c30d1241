"""`tipline case outcome` and `tipline outcome …`: what came of cases and reports, for scripts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tipline.cli.case import AsJson, Number, case_of
from tipline.cli.runtime import as_person, asked, write_json

if TYPE_CHECKING:
    from tipline.investigation.outcomes.models import Outcome
    from tipline.investigation.outcomes.services import Given

app = typer.Typer(help="What came of reports and cases.", no_args_is_help=True)

What = Annotated[str, typer.Option(help="the outcome, such as arrest: `tipline outcome kinds` lists them")]
On = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the day; left out: today at the desk")]
Text = Annotated[str, typer.Option(help="for the desk itself; names no child")]
ForSenders = Annotated[str, typer.Option(help="a sentence that the desks above read too")]
MOST_LISTED = 10_000


def of_case(
    number: Number,
    what: What,
    how_many: Annotated[
        int | None, typer.Option("--number", help="what the outcome counts: of the whole case, in all so far")
    ] = None,
    report: Annotated[
        list[int] | None, typer.Option(help="only of this report; again for more; left out: all of the case")
    ] = None,
    on: On = None,
    text: Text = "",
    for_senders: ForSenders = "",
    as_json: AsJson = False,
) -> None:
    """Say what came of a case. Needs `tipline --as EMAIL`."""
    with as_person() as (person, scope):
        from tipline.investigation.outcomes.services import record_outcome

        case = case_of(scope, number)
        made = record_outcome(person, case.pk, _given(what, how_many, on, text, for_senders), report or None)
    _made(made, as_json=as_json)


@app.command("report")
def of_reports(
    report: Annotated[list[int], typer.Argument(help="reports that lie on your desk and are in no case")],
    what: What,
    on: On = None,
    text: Text = "",
    for_senders: ForSenders = "",
    as_json: AsJson = False,
) -> None:
    """Say what came of reports that become no case, such as no_offence_here. Needs `tipline --as EMAIL`."""
    with as_person() as (person, _):
        from tipline.investigation.outcomes.services import record_for_reports

        made = record_for_reports(person, report, _given(what, None, on, text, for_senders))
    _made(made, as_json=as_json)


@app.command("withdraw")
def withdraw(
    outcome: Annotated[int, typer.Argument(help="the outcome's number")],
    why: Annotated[str, typer.Option(help="why it is wrong; it stays in the record")],
) -> None:
    """Take a wrong outcome back. It stays in the record, with the reason. Needs `tipline --as EMAIL`."""
    with as_person() as (person, _):
        from tipline.investigation.outcomes.services import withdraw_outcome

        withdraw_outcome(person, outcome, why)
    typer.echo(f"outcome {outcome} is withdrawn")


@app.command("list")
def list_(
    kind: Annotated[str, typer.Option(help="only of this kind")] = "",
    as_json: AsJson = False,
) -> None:
    """List what came of the reports in scope, the newest first: word, number and day, as every desk on the way sees them."""
    with asked() as (scope, actor):
        from tipline.investigation.outcomes.kinds import KINDS, kind_of
        from tipline.investigation.outcomes.queries import came_back, read
        from tipline.trust.audit.services import Act, record

        wanted = kind_of(kind).id if kind else ""
        found = [read(row) for row in came_back(scope, wanted)[:MOST_LISTED]]
        record(actor, [Act("outcome.listed", "agency", actor.label, {"rows": len(found)})])
        rows = [
            {
                "id": one.outcome, "kind": one.kind, "label": one.label, "code": KINDS[one.kind].code if one.kind in KINDS else None,
                "number": one.number, "on": one.on.isoformat(), "agency": one.agency, "reports": one.reports, "report": one.report,
                "for_senders": one.for_senders or None, "recorded_at": one.recorded_at.isoformat(), "withdrawn": one.withdrawn,
            }
            for one in found
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        count = f" ({row['number']})" if row["number"] else ""
        withdrawn = ", withdrawn" if row["withdrawn"] else ""
        typer.echo(f"{row['on']}  {row['agency']:<16} {row['label']}{count}, of {row['reports']} reports{withdrawn}")


@app.command("kinds")
def kinds(as_json: AsJson = False) -> None:
    """List what can come of a report or a case, with the code for the clearinghouse and the word for the provider."""
    with asked():
        from tipline.investigation.outcomes.kinds import OUTCOMES

        listed = OUTCOMES.kinds
    if as_json:
        write_json([kind.model_dump(mode="json") for kind in listed])
        return
    for kind in listed:
        typer.echo(f"{kind.id:<26} {kind.code:<20} {kind.usefulness.value:<12} {kind.label}")


@app.command("missing")
def missing(as_json: AsJson = False) -> None:
    """List the reminders of outcomes that are missing. Needs `tipline --as EMAIL`: they are a desk's own."""
    with as_person() as (person, scope):
        from tipline.investigation.outcomes.queries import reminders

        rows = [
            {
                "id": one.pk, "missing": one.kind, "case": one.case.number if one.case else None, "report": one.report_id,
                "since": one.since.isoformat(), "raised_at": one.raised_at.isoformat(), "seen": one.acknowledged_at is not None,
            }
            for one in reminders(scope, person.agency_id)
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        thing = f"report {row['report']}" if row["report"] else f"case {row['case']}"
        typer.echo(f"{str(row['since'])[:10]}  {thing}{', seen' if row['seen'] else ''}")


def _given(what: str, number: int | None, on: datetime | None, text: str, for_senders: str) -> Given:
    from tipline.investigation.outcomes.services import Given

    return Given(what, number=number, on=on.date() if on else None, text=text, for_senders=for_senders)


def _made(made: Outcome, *, as_json: bool) -> None:
    if as_json:
        write_json({"id": made.pk, "kind": made.kind, "number": made.number, "on": made.on.isoformat()})
    else:
        typer.echo(f"outcome {made.pk} is recorded")
