"""`tipline desk …`: the queue of a desk, for scripts. Acts need `tipline --as EMAIL`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from tipline.cli.runtime import as_person, asked, write_json

app = typer.Typer(
    help="The queue of a desk: its order, whose a report is, what rests, whom to call.", no_args_is_help=True
)

Reports = Annotated[list[int], typer.Argument(help="numbers of reports")]
Note = Annotated[str, typer.Option(help="why, in a sentence; no names of children")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("why")
def why(
    report: Annotated[int, typer.Argument(help="number of a report")],
    as_json: AsJson = False,
) -> None:
    """Say where a report stands in the queues of desks, and why."""
    with asked() as (scope, actor):
        from tipline.referrals.models import DeskRow
        from tipline.referrals.queue.rules import QUEUE
        from tipline.reports.queries import visible_report
        from tipline.trust.audit.services import Act, record

        found = visible_report(scope, report)
        places = DeskRow.objects.filter(report=found).select_related("agency", "flow", "assignee").order_by("pk")
        rows: list[dict[str, Any]] = [
            {
                "report": found.pk, "desk": one.agency.code, "pile": one.pile, "urgent": one.urgent, "turn": one.turn, "band": one.band,
                "title": QUEUE.titled(one.band), "flow": one.flow.code if one.flow else None,
                "assignee": one.assignee.email if one.assignee else None, "informational": one.informational,
                "snoozed_until": one.snoozed_until.isoformat() if one.snoozed_until else None,
                "rules_version": QUEUE.about.version,
            }
            for one in places
        ]  # fmt: skip
        record(actor, [Act("report.place_read", "report", found.pk)])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        turn = (
            f", turn {row['turn']:.2f} of {row['flow'] or 'what has no district yet'}"
            if row["turn"] is not None
            else ""
        )
        typer.echo(
            f"{row['desk']}: {row['pile']}{', urgent' if row['urgent'] else ''}{turn}"
            f"{', ' + row['title'] if row['title'] else ''} (rules version {row['rules_version']})"
        )


@app.command("assign")
def assign(
    reports: Reports,
    to: Annotated[str, typer.Option("--to", metavar="EMAIL", help="somebody of the desk; left out: nobody")] = "",
    note: Note = "",
) -> None:
    """Give reports to somebody of the desk, or to nobody."""
    with as_person() as (person, _):
        from tipline.referrals.queue import working

        typer.echo(
            f"{working.assign(person, reports, working.colleague(person, to) if to else None, note)} changed hands"
        )


@app.command("snooze")
def snooze(
    reports: Reports,
    until: Annotated[str, typer.Option(help="a time with its zone, as 2026-11-30T09:00+05:30")],
    note: Note,
) -> None:
    """Let reports rest until a time. What raises one brings it back before."""
    with as_person() as (person, _):
        from tipline.core.errors import InvalidInputError
        from tipline.referrals.queue.working import snooze as rest

        try:
            at = datetime.fromisoformat(until)
        except ValueError as error:
            raise InvalidInputError(f"{until[:40]!r} is no time as 2026-11-30T09:00+05:30") from error
        if at.tzinfo is None:
            raise InvalidInputError("--until needs a zone, as 2026-11-30T09:00+05:30")
        typer.echo(f"{rest(person, reports, at, note)} put to rest")


@app.command("wake")
def wake(reports: Reports) -> None:
    """Take reports back from rest."""
    with as_person() as (person, _):
        from tipline.referrals.queue.working import wake as back

        typer.echo(f"{back(person, reports)} back from rest")


@app.command("inform")
def inform(reports: Reports, note: Note) -> None:
    """Put reports among what only informs; of some priority, that is proposed to a second person."""
    with as_person() as (person, _):
        from tipline.referrals.queue.closing import close
        from tipline.referrals.queue.models import ClosingAct

        closed = close(person, reports, ClosingAct.INFORMATIONAL, "", note)
    typer.echo(f"{len(closed.done)} only inform; {len(closed.proposed)} wait for a second person")


@app.command("work")
def work(reports: Reports) -> None:
    """Take reports back from what only informs."""
    with as_person() as (person, _):
        from tipline.referrals.queue.working import to_work

        typer.echo(f"{to_work(person, reports)} to be worked on")


@app.command("hand-over")
def hand_over(
    to: Annotated[str, typer.Option("--to", metavar="EMAIL", help="somebody of the desk")],
    note: Note,
    of: Annotated[str, typer.Option("--of", metavar="EMAIL", help="left out: yourself; else for a supervisor")] = "",
) -> None:
    """Give everything that somebody works on to somebody else of the desk."""
    with as_person() as (person, _):
        from tipline.referrals.queue import working

        giver = working.colleague(person, of) if of else person
        typer.echo(f"{working.hand_over_all(person, giver, working.colleague(person, to), note)} handed over")


@app.command("contacts")
def contacts(reports: Reports, as_json: AsJson = False) -> None:
    """Ask who else has identifiers of reports on the desk. Those who have them are told; of what they have, nothing is."""
    with as_person() as (person, _):
        from tipline.investigation.deconfliction import services

        check = services.ask(person, reports)
        found = services.result(check)
    answer = {
        "check": check.pk, "identifiers": check.identifiers, "found": services.sentence(check, found),
        "contacts": [{"agency": c.code, "name": c.name, "call": c.call, "share": c.share} for c in found],
        "asked": check.asked, "not_checked": check.not_checked,
    }  # fmt: skip
    if as_json:
        write_json(answer)
        return
    from tipline.core.text import visible

    typer.echo(answer["found"])
    for one in found:
        typer.echo(f"  {visible(one.name)}: {one.share}{', call ' + visible(one.call) if one.call else ''}")
    for left in check.not_checked:
        typer.echo(f"  not checked: {left['source']} ({left['why']})")
