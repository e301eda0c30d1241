"""`tipline case reply …`: what the screens of replies do, for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.case import AsJson, Number, case_of
from tipline.cli.case_requests import At, Channel, letter_of
from tipline.cli.runtime import as_person, asked, write_json

if TYPE_CHECKING:
    from tipline.investigation.replies.models import Reply

app = typer.Typer(help="Replies of companies to a case's requests.", no_args_is_help=True)

Which = Annotated[int, typer.Argument(help="the reply's number within the case")]


@app.command("import")
def import_(
    case: Number,
    file: Annotated[
        Path, typer.Argument(help="CSV, XLSX, ODS, XLS, JSON, or PDF with text", exists=True, dir_okay=False)
    ],
    company: Annotated[str, typer.Option(help="who answered")] = "",
    layout: Annotated[str, typer.Option(help="a folder of replies/layouts; empty: recognised by its columns")] = "",
    zone: Annotated[str, typer.Option(help="of times that name none, as Asia/Kolkata")] = "",
    dates: Annotated[str, typer.Option(help="day-first, month-first or epoch")] = "",
    encoding: Annotated[str, typer.Option(help="of a CSV file that is not Unicode, as cp1252")] = "",
    request: Annotated[
        str,
        typer.Option(help="which request of the case it answers: its number or reference, or none; empty: proposed"),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a file as it came, read it, and say what of it fits the case. Nothing of it is used."""
    from tipline.core.errors import InvalidInputError

    with as_person() as (person, scope):
        from tipline.investigation.replies import services
        from tipline.investigation.replies.files.rows import MOST_BYTES

        found = case_of(scope, case)
        if file.stat().st_size > MOST_BYTES:
            raise InvalidInputError(f"the file has more than {MOST_BYTES // 1024**2} MiB; ask its sender for parts")
        choice = services.Choice(layout, zone, encoding, dates)
        kept = services.receive(
            person, found.pk, file.name, file.read_bytes(), company=company, choice=choice, request=request
        )
        said = _said(services.read(kept.pk))
    _tell(said, as_json)
    if said["state"] == "refused":
        raise typer.Exit(1)


@app.command("show")
def show(case: Number, number: Which, as_json: AsJson = False) -> None:
    """What was understood of a reply, what fits the case and why."""
    with asked() as (scope, actor):
        from tipline.investigation.replies.queries import visible_reply
        from tipline.trust.audit.services import Act, record

        found = case_of(scope, case)
        record(actor, [Act("reply.shown", "case", found.pk, {"reply": number})])
        said = _said(visible_reply(found, number))
    _tell(said, as_json)


@app.command("apply")
def apply_(
    case: Number,
    number: Which,
    entry: Annotated[
        list[str] | None, typer.Option(help="key of a subscriber or account, as `show` names it; may be repeated")
    ] = None,
    handle: Annotated[
        list[str] | None, typer.Option(help="key of a new handle, as `show` names it; may be repeated")
    ] = None,
    file: Annotated[bool, typer.Option(help="run what is named through the pipeline")] = True,
    request: Annotated[
        str,
        typer.Option(
            help="the request that it answers: its number or reference, or none; empty: as said at import, else none"
        ),
    ] = "",
    answer: Annotated[str, typer.Option(help="how completely: full or part")] = "full",
    usefulness: Annotated[str, typer.Option(help="what it is good for: identified, narrowed or none")] = "identified",
    reference: Annotated[str, typer.Option(help="of the answer; names nobody; empty: the reply's number")] = "",
    channel: Channel = "email",
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Use what is named of a reply: account holders with evidence, handles, and a report for the pipeline. Done twice, it is done once."""
    with as_person() as (person, scope):
        from tipline.investigation.replies.answering import NONE, Answers, awaited_by_number
        from tipline.investigation.replies.applying import apply
        from tipline.investigation.replies.queries import visible_reply
        from tipline.investigation.replies.services import Ticked

        found = case_of(scope, case)
        reply = visible_reply(found, number)
        wanted = (
            awaited_by_number(found, request).pk if request not in {"", NONE} else None if request else reply.request_id
        )
        letter = letter_of(person, at, channel, reference or f"reply {number}")
        answers = Answers(wanted, None, letter, answer, usefulness) if wanted and not reply.applied_at else None
        said = _said(apply(person, found.pk, number, Ticked(entry or (), handle or (), file), answers))
    _tell(said, as_json)


def _said(reply: Reply) -> dict[str, Any]:
    """A reply for scripts. In quarantine nothing of its rows is told."""
    from tipline.investigation.replies.answering import awaited, guess
    from tipline.investigation.replies.queries import entries_of, findings_of, new_handles_of, problems_of

    said: dict[str, Any] = {
        "case": reply.case.number, "reply": reply.number, "state": reply.state, "kind": reply.kind, "layout": reply.layout,
        "sha256": reply.sha256, "rows": reply.row_count, "not_understood": reply.faulty_count, "reasons": reply.reasons,
        "report": reply.report_id, "request": reply.request.own_reference if reply.request else None,
    }  # fmt: skip
    if reply.state == "ready":
        proposed = guess(reply, awaited(reply.case))
        said["proposed_request"] = proposed.request.own_reference if proposed.request else None
        said["proposed_why"] = proposed.why
    if reply.state in {"ready", "applied"}:
        entries = entries_of(reply)
        said["findings"] = [
            {
                "report": one.report_id, "ip": one.ip, "port": one.port, "at": one.at, "verdict": one.verdict.value, "why": one.why,
                "sentence": one.sentence, "seconds": one.seconds, "subscribers": one.subscribers,
                "line": one.row.line if one.row else None, "rule": one.rule,
            }
            for one in findings_of(reply)
        ]  # fmt: skip
        said["entries"] = [
            {
                "key": one.key, "name": one.name, "particulars": dict(one.particulars), "rows": one.rows,
                "ties": [{"text": tie.text, "line": tie.line, "handle": tie.handle.identifier.value if tie.handle else None} for tie in one.ties],
            }
            for one in entries
        ]  # fmt: skip
        said["new_handles"] = [
            {"key": one.key, "value": one.normal.value, "line": one.line} for one in new_handles_of(reply, entries)
        ]
        said["problems"] = [{"line": row.line, "text": row.problem} for row in problems_of(reply)]
    return said


def _tell(said: dict[str, Any], as_json: bool) -> None:
    from tipline.core.text import visible

    if as_json:
        write_json(said)
        return
    typer.echo(
        f"reply {said['reply']} of {said['case']}: {said['state']}, {said['rows']} rows, {said['not_understood']} not understood"
    )
    for reason in said["reasons"]:
        typer.echo(f"  {visible(str(reason['text']))}")
    if said["request"]:
        typer.echo(f"  {'answers' if said['state'] == 'applied' else 'handed in for'} {said['request']}")
    elif "proposed_why" in said:
        typer.echo(f"  answers, as proposed: {said['proposed_request'] or 'none'}; {visible(said['proposed_why'])}")
    for one in said.get("findings", ()):
        typer.echo(f"  {one['ip']} port {one['port']} report {one['report']}: {one['verdict']} ({one['why']})")
    for one in said.get("entries", ()):
        typer.echo(f"  {one['key']}: {visible(one['name'], 120)}, {len(one['ties'])} ties")
