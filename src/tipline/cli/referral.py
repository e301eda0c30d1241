"""`tipline referral …`: what a desk does with what was handed to it, for scripts. Acts need `tipline --as EMAIL`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tipline.cli.runtime import as_person, asked, write_json

app = typer.Typer(help="Referrals: reports handed from desk to desk.", no_args_is_help=True)

Reports = Annotated[list[int], typer.Argument(help="numbers of reports")]
Note = Annotated[str, typer.Option(help="a sentence for the other desk; no names of children")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("list")
def list_(
    tab: Annotated[str, typer.Option(help="open: not decided yet; back: returned or recalled; all")] = "open",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="at most so many")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what the person's desk sent, the latest first, and how far each is: progress, and never the case."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.referrals.progress import SentTab, progress, sent_by
        from tipline.trust.audit.services import Act, record

        if tab not in set(SentTab):
            raise InvalidInputError(f"{tab[:20]!r} is not one of {', '.join(SentTab)}")
        found = progress(list(sent_by(person.agency, scope, SentTab(tab)).select_related("to_agency")[:limit]))
        record(person.actor, [Act("desk.sent_read", "desk", person.agency.code, {"tab": tab, "rows": len(found)})])
    rows: list[dict[str, Any]] = [
        {
            "referral": one.referral.pk, "report": one.referral.report_id, "to": one.referral.to_agency.code,
            "state": one.referral.state, "lead": one.referral.lead, "urgent": one.referral.urgent,
            "sent_at": one.referral.sent_at.isoformat(),
            "received_at": one.receipt.at.isoformat() if one.receipt else None,
            "acknowledged_at": one.acknowledged.at.isoformat() if one.acknowledged else None,
            "due_at": one.referral.due_at.isoformat() if one.referral.due_at and one.recallable else None,
            "now_at": one.now_at or None, "case_opened": one.case_opened,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['referral']}: report {row['report']} to {row['to']}, {row['state']}"
            f"{', urgent' if row['urgent'] else ''}{', a case is open' if row['case_opened'] else ''}"
        )


@app.command("show")
def show(
    report: Annotated[int, typer.Argument(help="number of a report")],
    as_json: AsJson = False,
) -> None:
    """Show the way of one report: each hop with its history, receipts among it."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.referrals.progress import events_of, histories
        from tipline.referrals.queries import way_of
        from tipline.reports.queries import visible_report
        from tipline.trust.audit.services import Act, record

        found = visible_report(scope, report)
        hops = way_of(found)
        happened = histories(events_of(found.pk))
        record(actor, [Act("report.way_read", "report", found.pk)])
    rows = [
        {
            "referral": hop.pk, "from": hop.from_agency.code, "to": hop.to_agency.code, "state": hop.state,
            "lead": hop.lead, "urgent": hop.urgent, "due_at": hop.due_at.isoformat() if hop.due_at else None,
            "history": [
                {"act": e.act, "at": e.at.isoformat(), "by": e.by, "agency": e.agency, "reason": e.reason or None}
                for e in happened.get(hop.pk, [])
            ],
        }
        for hop in hops
    ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for hop, row in zip(hops, rows, strict=True):
        typer.echo(
            f"{row['referral']}: {row['from']} to {row['to']}, {row['state']}{'' if hop.lead else ', takes part'}"
        )
        for event in happened.get(hop.pk, []):
            typer.echo(f"    {event.at:%Y-%m-%d %H:%M} UTC  {event.act}  {visible(event.by)}")


@app.command("acknowledge")
def acknowledge(reports: Reports) -> None:
    """Say for the desk that it has reports and looks at them."""
    with as_person() as (person, _):
        from tipline.referrals.services import acknowledge as say

        typer.echo(f"{say(person, reports)} acknowledged")


@app.command("forward")
def forward(
    reports: Reports,
    to: Annotated[str, typer.Option("--to", metavar="CODE", help="an agency directly below")],
    note: Note = "",
) -> None:
    """Send reports to a desk directly below."""
    with as_person() as (person, _):
        from tipline.referrals.services import forward as send
        from tipline.trust.agencies.queries import by_code

        send(person, reports, by_code(to), note)
    typer.echo(f"{len(set(reports))} went to {to}")


@app.command("return")
def return_(
    reports: Reports,
    reason: Annotated[str, typer.Option(help="not_our_place, insufficient, duplicate, conflict or other")],
    note: Note = "",
) -> None:
    """Hand reports back to the desk that sent them."""
    with as_person() as (person, _):
        from tipline.core.errors import InvalidInputError
        from tipline.referrals.models import ReturnReason
        from tipline.referrals.queue.closing import close
        from tipline.referrals.queue.models import ClosingAct

        if reason not in ReturnReason.values:
            raise InvalidInputError(f"{reason[:30]!r} is not one of {', '.join(ReturnReason.values)}")
        closed = close(person, reports, ClosingAct.RETURN, reason, note)
    waits = f"; {len(closed.proposed)} urgent wait for a second person" if closed.proposed else ""
    typer.echo(f"{len(closed.done)} went back{waits}")


@app.command("recall")
def recall(
    referrals: Annotated[list[int], typer.Argument(help="numbers of referrals (tipline referral list)")],
    reason: Annotated[str, typer.Option(help="sent_in_error, wrong_desk, new_information, withdrawn or other")],
    note: Note = "",
) -> None:
    """Take back what the desk sent and nobody accepted."""
    with as_person() as (person, _):
        from tipline.core.errors import InvalidInputError
        from tipline.referrals.models import RecallReason
        from tipline.referrals.recalling import recall as take_back

        if reason not in RecallReason.values:
            raise InvalidInputError(f"{reason[:30]!r} is not one of {', '.join(RecallReason.values)}")
        typer.echo(f"{take_back(person, referrals, RecallReason(reason), note)} recalled")


@app.command("merge")
def merge(
    reports: Reports,
    into: Annotated[int, typer.Option(help="the report that they go with")],
    reason: Annotated[str, typer.Option(help="duplicate or same_matter")] = "duplicate",
    note: Note = "",
) -> None:
    """Deal with reports together with another one of the desk."""
    with as_person() as (person, _):
        from tipline.core.errors import InvalidInputError
        from tipline.referrals.merging import merge as put_together
        from tipline.referrals.models import MergeReason

        if reason not in MergeReason.values:
            raise InvalidInputError(f"{reason[:30]!r} is not one of {', '.join(MergeReason.values)}")
        typer.echo(f"{put_together(person, reports, into, MergeReason(reason), note)} put together with report {into}")


@app.command("invite")
def invite(
    reports: Reports,
    desk: Annotated[str, typer.Option("--desk", metavar="CODE", help="the desk that is to take part")],
    note: Note = "",
) -> None:
    """Ask another desk to take part in reports that the desk owns."""
    with as_person() as (person, _):
        from tipline.referrals.services import invite as ask
        from tipline.trust.agencies.queries import by_code

        ask(person, reports, by_code(desk), note)
    typer.echo(f"{desk} was asked to take part in {len(set(reports))}")
