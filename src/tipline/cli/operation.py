"""`tipline operation …`: what the screens of operations do, for scripts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.runtime import as_person, asked, write_json, writing

if TYPE_CHECKING:
    from tipline.investigation.operations.models import Operation
    from tipline.trust.accounts.models import User
    from tipline.trust.actors import Actor

app = typer.Typer(help="Operations. With --as only those that name the person or their agency.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="the operation's code, such as operation-blackface")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List operations by code."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.operations.queries import visible_operations
        from tipline.trust.audit.services import Act, record

        rows = [_row(one) for one in visible_operations(scope)]
        record(actor, [Act("operation.listed", "agency", actor.label, {"rows": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['code']:<40} {row['state']:<8} {visible(row['name'])}")


@app.command("show")
def show(code: Code, as_json: AsJson = False) -> None:
    """Show an operation: who takes part, who knows of it, goals, phases, rules, tasks and figures."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.operations import laying, membership, papers, rules
        from tipline.investigation.operations.figures import shown
        from tipline.investigation.operations.models import Phase
        from tipline.investigation.operations.queries import agencies_of, members_of, visible_operation
        from tipline.trust.audit.services import Act, record

        operation = visible_operation(scope, code)
        record(actor, [Act("operation.read", "operation", operation.pk, {"page": "cli"})])
        figures = shown(scope, operation)
        inside = list(membership.belonging(scope, operation))
        found = _row(operation) | {
            "agencies": [a.code for a in agencies_of(operation)],
            "members": [
                {"person": m.person.email if m.person else None, "agency": m.agency.code if m.agency else None, "part": m.part}
                for m in members_of(operation)
            ],
            "goals": [
                {"figure": g["figure"], "target": g["target"], "so_far": g["known"]}
                for g in papers.goals_of(operation.goals.order_by("id"), figures)
            ],
            "phases": [
                {"name": p.name, "from": p.since.isoformat(), "until": p.until.isoformat() if p.until else None}
                for p in Phase.objects.filter(operation=operation).order_by("since", "id")
            ],
            "rules": [{"id": r.pk, "rule": rules.in_words(r)} for r in rules.rules_of(operation)],
            "tasks": [
                {"task": t.task.text, "agency": t.agency.code, "state": t.state, "due_at": t.due_at.isoformat() if t.due_at else None}
                for t in laying.tasks_of(operation)
            ],
            "cases": [m.case.number for m in inside if m.case],
            "leads": [m.report_id for m in inside if m.report_id],
            "figures": {name: one.known for name, one in figures.items()},
        }  # fmt: skip
    if as_json:
        write_json(found)
        return
    for name in ("name", "code", "agency", "state", "from", "until", "lead_officer"):
        typer.echo(f"{name:<14} {visible(str(found[name] or '–'))}")
    for one in figures.values():
        typer.echo(f"{one.figure.label:<36} {one.text}")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="names no child and no person")],
    from_: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")],
    until: Day = None,
    goals: Annotated[str, typer.Option(help="in words")] = "",
    lead: Annotated[str, typer.Option(help="e-mail address of the lead officer")] = "",
    only_me: Annotated[
        bool, typer.Option("--only-me", help="only you and the lead officer know of it; left out: your whole agency")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add an operation of your agency, planned. Needs `tipline --as EMAIL`."""
    with as_person() as (person, _):
        from tipline.core.errors import NotFoundError
        from tipline.investigation.operations.services import Plan, plan_operation
        from tipline.trust.accounts.models import User

        officer = User.objects.filter(email=lead.lower(), is_active=True).first() if lead else None
        if lead and officer is None:
            raise NotFoundError(f"there is no active person {lead[:60]!r}")
        plan = Plan(name, from_.date(), until.date() if until else None, goals, officer)
        made = _row(plan_operation(person, plan, whole_agency=not only_me))
    if as_json:
        write_json(made)
    else:
        typer.echo(f"operation {made['code']} is planned")


@app.command("close")
def close(
    code: Code,
    reason: Annotated[str, typer.Option(help="why; it stands in the closing report")],
    as_json: AsJson = False,
) -> None:
    """Close an operation. Its figures are kept as they stand. Needs `tipline --as EMAIL`."""
    with as_person() as (person, scope):
        from tipline.investigation.operations.queries import visible_operation
        from tipline.investigation.operations.services import move

        move(person, code, "closed", reason)
        closed = _row(visible_operation(scope, code))
    if as_json:
        write_json(closed)
    else:
        typer.echo(f"operation {code} is closed")


@app.command("briefing")
def briefing(
    code: Code,
    output: Annotated[Path, typer.Option("-o", "--output", help="the PDF to write")],
    language: Annotated[str, typer.Option(help="en, hi or mr; left out: the desk's first")] = "",
) -> None:
    """Write the briefing pack as PDF."""
    with asked() as (scope, actor):
        from tipline.core.printing.pdf import to_pdf
        from tipline.investigation.operations.papers import briefing as pack
        from tipline.investigation.operations.queries import agencies_of, visible_operation

        _check_language(language)
        operation = visible_operation(scope, code)
        document = pack(scope, actor, _person(actor), operation, agencies_of(operation), language)
        with writing(output):
            output.write_bytes(to_pdf(document))
    typer.echo(f"{output} is written")


@app.command("report")
def report(
    code: Code,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="write it as PDF")] = None,
    language: Annotated[str, typer.Option(help="of the PDF: en, hi or mr; left out: the desk's first")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the figures of an operation, and those that were kept when it was closed; or write the closing report as PDF."""
    with asked() as (scope, actor):
        from tipline.core.errors import InvalidInputError
        from tipline.core.printing.pdf import to_pdf
        from tipline.investigation.operations import papers
        from tipline.investigation.operations.queries import agencies_of, visible_operation
        from tipline.trust.audit.services import Act, record

        if output is not None and as_json:
            raise InvalidInputError("choose one: -o writes the paper, --json shows the figures")
        _check_language(language)
        operation = visible_operation(scope, code)
        if output is not None:
            document = papers.closing_report(scope, actor, _person(actor), operation, agencies_of(operation), language)
            with writing(output):
                output.write_bytes(to_pdf(document))
            typer.echo(f"{output} is written")
            return
        found = papers.report_of(scope, operation, exact=True)
        record(actor, [Act("operation.read", "operation", operation.pk, {"page": "report", "form": "cli"})])
    closing = found["closing"]
    said: dict[str, Any] = {
        "operation": operation.code,
        "closed_at": closing.at.isoformat() if closing else None,
        "reason": closing.reason if closing else None,
        "figures": [
            {
                "name": row["shown"].figure.name, "label": row["shown"].figure.label, "counts": row["shown"].figure.counts,
                "value": row["shown"].known, "text": row["shown"].text,
                "when_closed": row["then"].known if row["then"] else None, "changed": row["changed"],
            }
            for row in found["rows"]
        ],
    }  # fmt: skip
    if as_json:
        write_json(said)
        return
    for row in said["figures"]:
        then = f" (when closed: {row['when_closed']})" if row["when_closed"] is not None else ""
        typer.echo(f"{row['label']:<36} {row['text']}{then}")


def _check_language(language: str) -> None:
    from tipline.core.errors import InvalidInputError
    from tipline.investigation.operations.texts import LANGUAGES

    if language and language not in LANGUAGES:
        raise InvalidInputError(f"there is no paper in {language[:20]!r}: choose from {', '.join(LANGUAGES)}")


def _row(one: Operation) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name, "agency": one.agency.code, "state": one.state, "from": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "lead_officer": one.lead_officer.email if one.lead_officer else None,
    }  # fmt: skip


def _person(actor: Actor) -> User | None:
    """Who asks, with their agency; None for the operator."""
    from tipline.trust.accounts.models import User
    from tipline.trust.actors import ActorKind

    if actor.kind != ActorKind.PERSON:
        return None
    return User.objects.select_related("agency").get(pk=actor.id or 0)
