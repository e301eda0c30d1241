"""`tipline case request …`: requests to holders of records, for scripts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.case import AsJson, Number, case_of
from tipline.cli.runtime import as_person, asked, write_json

if TYPE_CHECKING:
    from tipline.investigation.process.services import Letter
    from tipline.trust.accounts.models import User
    from tipline.trust.visibility import Scope

app = typer.Typer(help="Requests to holders of records.", no_args_is_help=True)

Reference = Annotated[
    str, typer.Argument(help="the request's own reference, such as IN-MH-JALGAON/2026/0001/R1, or its id")
]
At = Annotated[str, typer.Option(help="when, as 2026-11-28T14:30 in the desk's zone; now if it is left out")]
Channel = Annotated[str, typer.Option(help="portal, email, post, hand, telephone, court or other")]
Ref = Annotated[str, typer.Option("--reference", help="of the letter or the answer; names nobody")]
Remark = Annotated[str, typer.Option(help="free words")]


@app.command("list")
def list_(
    number: Annotated[str, typer.Option("--case", help="of this case only; otherwise all that are not over")] = "",
    show: Annotated[str, typer.Option(help="all, overdue, ends or drafted; without --case")] = "all",
    as_json: AsJson = False,
) -> None:
    """List requests: of a case, or all of the desk that are not over."""
    with asked() as (scope, actor):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.process import queries
        from tipline.trust.audit.services import Act, record

        if show not in queries.WHICH:
            raise InvalidInputError(f"--show is one of {', '.join(queries.WHICH)}")
        if number:
            case = case_of(scope, number)
            found = queries.requests_of(case)
            record(actor, [Act("request.listed", "case", case.pk)])
        else:
            found = list(queries.outstanding(scope, queries.Filter(show)))
            record(actor, [Act("request.listed", "agency", actor.label, {"rows": len(found)})])
        rows = queries.told(found)
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(_line(row))


def _line(row: dict[str, Any]) -> str:
    from tipline.core.text import visible

    due = f"  due: {', '.join(row['alerts'])}" if row["alerts"] else ""
    return f"{row['reference']:<36} {row['kind']:<12} {row['state']:<9} {visible(str(row['holder_name']))}{due}"


@app.command("make")
def make(
    number: Number,
    kind: Annotated[str, typer.Argument(help="preservation, production, assistance, emergency or mlat")],
    holder: Annotated[
        list[str] | None, typer.Option(help="key of a holder; may be given again; none: all that answer it")
    ] = None,
    again: Annotated[bool, typer.Option(help="also about what was asked before")] = False,
    basis: Annotated[str, typer.Option(help="id of the section that it rests on")] = "",
    as_json: AsJson = False,
) -> None:
    """Draft requests of one kind to the holders of a case's records. Nothing is made twice, and nothing is sent."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.process.making import make as draft
        from tipline.investigation.process.models import RequestKind
        from tipline.investigation.process.queries import told

        if kind not in RequestKind.values:
            raise InvalidInputError(f"the kind is one of {', '.join(RequestKind.values)}")
        done = draft(
            person, case_of(scope, number).pk, RequestKind(kind), holder or None, again=again, basis=basis or None
        )
        rows = told(done.requests)
    if as_json:
        write_json({"made": rows, "asked_already": done.asked_already, "not_accepting": done.not_accepting})
        return
    for row in rows:
        typer.echo(_line(row))
    typer.echo(f"{len(rows)} drafted; {len(done.asked_already)} asked about everything already")


@app.command("send")
def send(
    references: Annotated[list[str], typer.Argument(help="own references or ids, all of one case")],
    reference: Ref,
    channel: Channel = "email",
    at: At = "",
    dispatch: Annotated[str, typer.Option(help="what proves that it went")] = "",
) -> None:
    """Note that drafted requests went out, by one way and under one reference."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.process import services

        found = [_request(scope, text) for text in references]
        cases = {case for case, _ in found}
        if len(cases) > 1:
            raise InvalidInputError("the requests are of several cases: note each case by itself")
        done = services.send(
            person,
            cases.pop(),
            dict.fromkeys((pk for _, pk in found)),
            letter_of(person, at, channel, reference),
            dispatch,
        )
    typer.echo(f"{len(done)} noted as sent")


@app.command("remind")
def remind(which: Reference, reference: Ref, channel: Channel = "email", at: At = "") -> None:
    """Note that a holder was reminded."""
    with as_person() as (person, scope):
        from tipline.investigation.process import services

        done = services.remind(person, *_request(scope, which), None, letter_of(person, at, channel, reference))
    typer.echo(f"{done.own_reference}: reminded {done.reminders} times")


@app.command("reply")
def reply(
    which: Reference,
    answer: Annotated[str, typer.Argument(help="full, part, nothing, refused or elsewhere")],
    reference: Ref,
    channel: Channel = "email",
    at: At = "",
    usefulness: Annotated[str, typer.Option(help="identified, narrowed or none; not of a preservation")] = "",
    until: Annotated[str, typer.Option(help="of a preservation: the day until which it is kept")] = "",
    remark: Remark = "",
) -> None:
    """Note a reply: how complete it is and what it was good for."""
    with as_person() as (person, scope):
        from tipline.investigation.process import services

        given = services.Reply(
            letter_of(person, at, channel, reference),
            answer,
            usefulness,
            remark,
            until=_moment(person, until) if until else None,
        )
        done = services.reply(person, *_request(scope, which), None, given)
    typer.echo(f"{done.own_reference}: {done.answer}")


@app.command("renew")
def renew(
    which: Reference,
    reference: Ref,
    channel: Channel = "email",
    at: At = "",
    until: Annotated[
        str, typer.Option(help="the day until which it is kept; the holder's own span if it is left out")
    ] = "",
) -> None:
    """Note that a preservation was asked to go on."""
    with as_person() as (person, scope):
        from tipline.investigation.process import services

        letter = letter_of(person, at, channel, reference)
        done = services.renew(person, *_request(scope, which), None, letter, _moment(person, until) if until else None)
    typer.echo(f"{done.own_reference}: kept until {done.preserved_until:%Y-%m-%d}")


@app.command("close")
def close(which: Reference, remark: Remark = "") -> None:
    """Say that nothing more is expected of a request."""
    with as_person() as (person, scope):
        from tipline.investigation.process import services

        done = services.close(person, *_request(scope, which), None, remark)
    typer.echo(f"{done.own_reference}: closed")


@app.command("withdraw")
def withdraw(which: Reference, reason: Annotated[str, typer.Argument(help="why")]) -> None:
    """Take a request back that was not answered."""
    with as_person() as (person, scope):
        from tipline.investigation.process import services

        done = services.withdraw(person, *_request(scope, which), None, reason)
    typer.echo(f"{done.own_reference}: withdrawn")


@app.command("due")
def due(as_json: AsJson = False) -> None:
    """List what is due: reminders, terms that are over, preservations that end."""
    with asked() as (scope, actor):
        from tipline.investigation.process.queries import alerts_in
        from tipline.trust.audit.services import Act, record

        rows: list[dict[str, Any]] = [
            {
                "reference": a.request.own_reference, "case": a.case.number, "alert": a.kind, "step": a.step, "told": a.told,
                "due_at": a.due_at.isoformat(), "holder": a.request.holder_key, "kind": a.request.kind,
                "seen_by": a.acknowledged_by.name if a.acknowledged_by else None,
            }
            for a in alerts_in(scope)
        ]  # fmt: skip
        record(actor, [Act("request.listed", "agency", actor.label, {"rows": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['due_at'][:16]}  {row['alert']:<10} {row['reference']}{'  (for a supervisor)' if row['told'] == 'supervisor' else ''}"
        )


@app.command("rates")
def rates(
    agency: Annotated[str, typer.Option(help="code of an agency; the operator's figures are of all without it")] = "",
    overseen: Annotated[bool, typer.Option(help="with --as: the person's agency and all that it oversees")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how many requests were answered, how soon and with what use, by holder and kind."""
    with asked() as (scope, actor):
        from tipline.core.errors import InvalidInputError, NotFoundError
        from tipline.investigation.process.rates import DEFINITIONS, Rates, counted, rates_for
        from tipline.investigation.process.reminders import REMINDERS
        from tipline.trust.accounts.models import User
        from tipline.trust.agencies.models import Agency
        from tipline.trust.audit.services import Act, record

        if scope.everything:
            found = Agency.objects.filter(code=agency) if agency else Agency.objects.all()
            ids = list(found.order_by("pk").values_list("pk", flat=True))
            if agency and not ids:
                raise NotFoundError(f"there is no agency {agency[:40]!r}")
            rows, suppressed = counted(ids), False
        else:
            person = User.objects.select_related("agency").get(pk=actor.id or 0)
            if agency not in {"", person.agency.code}:
                raise InvalidInputError(
                    "--agency is the operator's; with --as the figures are of the person's own agency"
                )
            whole: Rates = rates_for(person, scope, overseen=overseen)
            rows, suppressed = whole.rows, whole.suppressed
        record(actor, [Act("request.listed", "agency", actor.label, {"rows": len(rows)})])
    told = [
        {
            "holder": r.holder or None, "name": r.name, "kind": r.kind or None, "withheld": r.withheld, "sent": r.sent,
            "replied": r.replied, "rate_percent": _round(r.percent), "median_days": _round(r.median), "p90_days": _round(r.p90),
            "in_full_percent": _round(r.in_full_percent), "useful_percent": _round(r.useful_percent), "outstanding": r.outstanding,
            "oldest_days": r.oldest_days,
        }
        for r in rows
    ]  # fmt: skip
    comparison = REMINDERS.comparison
    if as_json:
        write_json(
            {
                "rows": told, "suppressed": suppressed, "definitions": DEFINITIONS,
                "comparison": {**comparison.model_dump(), "percent": _round(comparison.percent)},
            }
        )  # fmt: skip
        return
    _table(told)
    typer.echo(f"to compare: {comparison.text}")


def _table(rows: list[dict[str, Any]]) -> None:
    from tipline.core.text import visible

    typer.echo(f"{'holder':<28} {'kind':<12} {'sent':>6} {'replied':>8} {'rate %':>7} {'median':>7} {'9 in 10':>8}")
    for row in sorted(rows, key=lambda r: (r["holder"] or "", r["kind"] or "")):
        head = f"{visible(row['name'])[:28]:<28} {row['kind'] or 'all':<12}"
        figures = ("sent", 6), ("replied", 8), ("rate_percent", 7), ("median_days", 7), ("p90_days", 8)
        cells = " ".join(f"{'–' if row[name] is None else row[name]:>{width}}" for name, width in figures)
        typer.echo(f"{head} {'withheld' if row['withheld'] else cells}")


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _request(scope: Scope, text: str) -> tuple[int, int]:
    """Case and id of a request within a scope."""
    from tipline.core.errors import NotFoundError
    from tipline.investigation.process.queries import visible_requests

    by_id = text.isascii() and text.isdigit() and len(text) < 19
    requests = visible_requests(scope).order_by()
    found = (requests.filter(pk=int(text)) if by_id else requests.filter(own_reference=text)).first()
    if found is None:
        raise NotFoundError(f"there is no request {text[:120]!r}")
    return found.case_id, found.pk


def _moment(person: User, text: str) -> datetime:
    from zoneinfo import ZoneInfo

    from tipline.core.errors import InvalidInputError

    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"{text[:40]!r} is no day or time: write it as 2026-11-28T14:30") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(person.agency.timezone))


def letter_of(person: User, at: str, channel: str, reference: str) -> Letter:
    from tipline.core.clock import now
    from tipline.investigation.process.services import Letter

    return Letter(_moment(person, at) if at else now(), channel, reference)
