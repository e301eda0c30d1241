"""`tipline retention …`: how long things are kept, legal holds, destruction and its certificates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tipline.cli.runtime import installation, write_json

if TYPE_CHECKING:
    from tipline.investigation.retention.decisions import Decision

app = typer.Typer(help="How long things are kept, legal holds, destruction.", no_args_is_help=True)

_JSON = Annotated[bool, typer.Option("--json", help="as JSON")]
_REPORT = Annotated[int | None, typer.Option("--report", help="number of a report")]
_CASE = Annotated[int | None, typer.Option("--case", help="id of a case, as its page's address has it")]
_AGENCY = Annotated[str, typer.Option("--agency", help="code of the agency for which it is done")]


@app.command("rules")
def rules_(as_json: _JSON = False) -> None:
    """List the rules in force, in the order in which they are asked."""
    from tipline.investigation.retention.rules import read_rules

    with installation() as settings:
        cited = read_rules(settings.retention).every()
    if as_json:
        write_json(
            [
                {
                    **c.rule.model_dump(),
                    "minimum": str(c.rule.minimum) if c.rule.minimum else None,
                    "maximum": str(c.rule.maximum) if c.rule.maximum else None,
                    "version": c.version,
                    "file": c.file,
                    "note": c.note,
                }
                for c in cited
            ]
        )
        return
    for c in cited:
        rule = c.rule
        typer.echo(
            f"{rule.id}  ({c.file}, version {c.version})\n  {rule.title}\n"
            f"  {rule.thing}, {rule.outcome}, counted from {rule.counted_from}: "
            f"not before {rule.minimum or '(no minimum)'}; by schedule after {rule.maximum or '(never, only on order)'}\n"
            f"  {rule.source}"
        )
    typer.echo("Working summary of the law, to be reviewed by a lawyer before anybody relies on it.")


@app.command("show")
def show(report_id: Annotated[int, typer.Argument(help="the report's number")], as_json: _JSON = False) -> None:
    """Say of one report which rules apply, from when they count, and what stands against its destruction."""
    with installation():
        from tipline.core.clock import now
        from tipline.investigation.retention.decisions import decide_report

        found = decide_report(report_id, now())
    if as_json:
        write_json(found.as_data())
    else:
        _tell(found)


def _tell(found: Decision) -> None:
    from tipline.core.text import visible

    until = f"due {found.due:%Y-%m-%d}" if found.due else "never by schedule"
    earliest = f"not before {found.not_before:%Y-%m-%d}" if found.not_before else "no minimum"
    typer.echo(f"{found.thing} {found.id} at {found.agency}: {found.outcome or 'not ended'}; {earliest}; {until}")
    for clock in found.clocks:
        typer.echo(
            f"  {clock.agency}: rule {clock.cited}, counted from {clock.counted_from} on {clock.start:%Y-%m-%d}"
            f"\n    {clock.cited.rule.source}"
        )
    if found.agreement or found.overridden:
        said = found.agreement.cited.rule.title if found.agreement else found.overridden
        typer.echo(f"  it came by {visible(said)}")
    for block in found.blocks:
        typer.echo(f"  against it: {visible(block.text)}")


@app.command("due")
def due_(as_json: _JSON = False) -> None:
    """List what has passed its time, why, and what stands against its destruction. Nothing is destroyed."""
    with installation():
        from tipline.investigation.retention.schedule import MOST_LISTED, due
        from tipline.trust.visibility import OPERATOR

        found = due(OPERATOR)
    if as_json:
        write_json([decision.as_data() for decision in found])
        return
    for decision in found:
        _tell(decision)
    free = sum(decision.by_schedule for decision in found)
    more = f" (the first {MOST_LISTED})" if len(found) >= MOST_LISTED else ""
    typer.echo(f"{len(found)} things have passed their time{more}; the schedule takes {free} of them")


@app.command("hold")
def hold(
    agency: _AGENCY,
    authority: Annotated[str, typer.Option(help="who demands it, on what law")],
    reference: Annotated[str, typer.Option(help="number of the order or letter")],
    placed_by: Annotated[str, typer.Option(help="name of the person who places it")],
    report: _REPORT = None,
    case: _CASE = None,
) -> None:
    """Place a legal hold on a report or a case: nothing of it is destroyed while it stands."""
    with installation():
        from tipline.investigation.retention.services import By, place_hold
        from tipline.trust.agencies.queries import by_code

        made = place_hold(
            By.operator(placed_by, by_code(agency)), authority=authority, reference=reference, report_id=report,
            case_id=case,
        )  # fmt: skip
    typer.echo(f"hold {made.pk} stands")


@app.command("lift")
def lift(
    number: Annotated[int, typer.Argument(help="the hold's number")],
    reason: Annotated[str, typer.Option(help="why it ends")],
    lifted_by: Annotated[str, typer.Option(help="name of the person who lifts it")],
) -> None:
    """Lift a legal hold. It stays in the record, with the reason."""
    with installation():
        from tipline.investigation.retention.queries import visible_hold
        from tipline.investigation.retention.services import By, lift_hold
        from tipline.trust.visibility import OPERATOR

        lift_hold(By.operator(lifted_by, visible_hold(OPERATOR, number).agency), number, reason)
    typer.echo(f"hold {number} is lifted")


@app.command("holds")
def holds(as_json: _JSON = False) -> None:
    """List legal holds, standing and lifted, the newest first."""
    with installation():
        from tipline.core.text import visible
        from tipline.investigation.retention.queries import visible_holds
        from tipline.trust.visibility import OPERATOR

        rows = [
            {
                "hold": h.pk, "report": h.report_id, "case": h.case.number if h.case else None, "agency": h.agency.code,
                "authority": h.authority, "reference": h.reference, "placed_at": h.placed_at.isoformat(),
                "placed_by": h.placed_by, "lifted_at": h.lifted_at.isoformat() if h.lifted_at else None,
                "lifted_by": h.lifted_by or None, "lift_reason": h.lift_reason or None,
            }
            for h in visible_holds(OPERATOR)
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        of = f"report {row['report']}" if row["report"] else f"case {row['case']}"
        state = f"lifted {row['lifted_at']}" if row["lifted_at"] else "stands"
        typer.echo(
            f"{row['hold']}  {of}  {row['agency']}  {visible(str(row['authority']))}, {visible(str(row['reference']))}  {state}"
        )


@app.command("destroy")
def destroy(
    order: Annotated[str, typer.Option("--order", help="number of the order")],
    authority: Annotated[str, typer.Option(help="who ordered it, on what law")],
    ordered_by: Annotated[str, typer.Option(help="name of the person who passes the order on")],
    confirmed_by: Annotated[str, typer.Option(help="name of another person, who confirms it")],
    report: Annotated[list[int] | None, typer.Option("--report", help="number of a report; may be repeated")] = None,
    case: _CASE = None,
    court: Annotated[
        bool, typer.Option("--court", help="a court ordered it: goes before a minimum period, never before a hold")
    ] = False,
    agency: Annotated[str, typer.Option("--agency", help="code; left out: the agency that holds it")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="destroy it now; it cannot be undone")] = False,
) -> None:
    """Destroy reports, or a closed case with its reports, on order. Without --yes it says what would happen."""
    with installation() as settings:
        from tipline.core.clock import now
        from tipline.core.errors import InvalidInputError, NotFoundError
        from tipline.investigation.cases.models import Case, CaseReport
        from tipline.investigation.retention import services
        from tipline.investigation.retention.decisions import decide_cases, decide_reports
        from tipline.investigation.retention.destroying import carry_out
        from tipline.investigation.retention.models import DestructionState
        from tipline.investigation.retention.services import By
        from tipline.trust.agencies.models import Agency
        from tipline.trust.agencies.queries import by_code

        reports = list(report or ())
        if not reports and case is None:
            raise InvalidInputError("name at least one --report, or a --case")
        if case is not None and not Case.objects.filter(pk=case).exists():
            raise NotFoundError(f"there is no case {case}")
        of_case = CaseReport.objects.filter(case=case, report__destroyed_at__isnull=True).values_list("report_id", flat=True)  # fmt: skip
        decisions = [
            *decide_reports([*reports, *of_case], now()).values(),
            *(decide_cases([case], now()).values() if case is not None else ()),
        ]
        if missing := set(reports) - {d.id for d in decisions if d.thing == "report"}:
            raise NotFoundError(f"report {min(missing)} does not exist")
        if not yes:
            for decision in decisions:
                _tell(decision)
            typer.echo("nothing was destroyed: give --yes to do it. It cannot be undone")
            return
        desk = by_code(agency) if agency else Agency.objects.get(pk=decisions[-1].agency_id)
        made = services.order(
            By.operator(ordered_by, desk), reference=order, authority=authority, court_order=court, report_ids=reports,
            case_id=case,
        )  # fmt: skip
        try:
            services.confirm(By.operator(confirmed_by, desk), made.pk)
        except Exception:
            services.refuse(By.operator(ordered_by, desk), made.pk, "it was not confirmed")
            raise
        carry_out(settings, made.pk)
        made.refresh_from_db()
        if made.state != DestructionState.DONE:
            raise InvalidInputError(f"destruction {made.pk}: {made.refusal or 'not finished yet'}")
    typer.echo(f"destroyed; certificate {made.pk}: `tipline retention certificate {made.pk} -o FILE`")


@app.command("orders")
def orders(as_json: _JSON = False) -> None:
    """List destructions, the newest first: those that wait for a second person, and those that were done."""
    with installation():
        from tipline.core.text import visible
        from tipline.investigation.retention.queries import visible_destructions
        from tipline.trust.visibility import OPERATOR

        rows = [
            {
                "number": d.pk, "basis": d.basis, "state": d.state, "agency": d.agency.code, "reference": d.reference,
                "court_order": d.court_order, "ordered_by": d.ordered_by, "ordered_at": d.ordered_at.isoformat(),
                "decided_by": d.decided_by or None, "refusal": d.refusal or None, "reports": vars(d)["reports"],
                "cases": vars(d)["cases"], "refused_documents": vars(d)["refused"],
                "ended_at": d.ended_at.isoformat() if d.ended_at else None,
            }
            for d in visible_destructions(OPERATOR)[:1000]
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['number']}  {row['agency']}  {row['basis']} {visible(str(row['reference']))}  {row['state']}"
            f"  {row['reports']} reports, {row['cases']} cases, {row['refused_documents']} refused documents"
        )


@app.command("schedule")
def schedule(
    code: Annotated[str, typer.Argument(help="the agency's code")],
    action: Annotated[str, typer.Argument(help="on: what is due is destroyed every night; off: only on order")],
) -> None:
    """Switch an agency's schedule on or off. Every agency's is off until told otherwise."""
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.retention.schedule import agencies_with_maximum
        from tipline.investigation.retention.services import set_schedule
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        if action not in {"on", "off"}:
            raise InvalidInputError(f"{action!r} is not one of on, off")
        agency = by_code(code)
        set_schedule(agency, system("cli"), active=action == "on")
        idle = action == "on" and agency.pk not in agencies_with_maximum()
    typer.echo(f"{code}: the schedule is {action}")
    if idle:
        typer.echo("no rule with a maximum applies to its reports, so it takes none: `tipline retention rules`")


@app.command("run")
def run() -> None:
    """Finish what is confirmed or begun, and destroy what is due now, as the night's run does."""
    with installation() as settings:
        from tipline.investigation.retention.schedule import run_schedule

        ran = run_schedule(settings)
    typer.echo(f"{ran.destructions} destructions finished; the schedule took {ran.things} things")


@app.command("certificate")
def certificate(
    number: Annotated[int, typer.Argument(help="the destruction's number")],
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write")],
    text: Annotated[bool, typer.Option("--text", help="as a page of text instead of the signed JSON")] = False,
) -> None:
    """Write a certificate of destruction."""
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.investigation.retention.certificates import as_text, document
        from tipline.investigation.retention.queries import visible_certificate
        from tipline.trust.visibility import OPERATOR

        found = visible_certificate(OPERATOR, number)
        content = as_text(found) if text else json.dumps(document(found), indent=2, ensure_ascii=False) + "\n"
    try:
        output.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"{output} cannot be written: {error.strerror}") from error
    typer.echo(f"written: {output}")


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="a certificate, the signed JSON")],
    key: Annotated[str, typer.Option(help="NAME+HASH+KEY that you have from elsewhere (`tipline keys list`)")] = "",
) -> None:
    """Check a certificate of destruction. Needs no database. Exit code 1 when it was changed."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tipline.settings")
    import django

    django.setup()
    from tipline.core.errors import InvalidInputError
    from tipline.core.keys import read_verifying_key
    from tipline.investigation.retention.certificates import verify

    try:
        content = file.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from error
    statement = verify(content, read_verifying_key(key) if key else None)
    typer.echo(f"certificate {statement['number']} of {statement['agency']['code']}: as it was signed")
    if not key:
        typer.echo("no --key was given: whether the key is that installation's, you have to know from elsewhere")
