"""`tipline route …`: why a report goes where it goes, what would become of one, and the rules that decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.runtime import asked, installation, write_json

if TYPE_CHECKING:
    from tipline.pipeline.routing.explaining import Asked, Explained
    from tipline.pipeline.routing.models import RuleSet

app = typer.Typer(help="Routing: explanations, what-if, rule sets and samples.", no_args_is_help=True)
rules = typer.Typer(help="Rule sets: written, tried on a sample, released, rolled back.", no_args_is_help=True)
sample = typer.Typer(help="Samples of reports to try rules on.", no_args_is_help=True)
app.add_typer(rules, name="rules")
app.add_typer(sample, name="sample")

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
Number = Annotated[int, typer.Argument(help="the rule set's number")]
MOST_BYTES = 1024 * 1024


@app.command("explain")
def explain_(
    report_id: Annotated[int, typer.Argument(help="the report's number")],
    rule_set: Annotated[
        int | None, typer.Option("--rules", help="a rule set's number; left out: the one in force")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which rule fires for a report, which nearly do, and everything on the way to its desks. Moves nothing."""
    with asked() as (scope, actor):
        from tipline.pipeline.routing.explaining import explain
        from tipline.trust.audit.services import Act, record

        found = explain(scope, report_id, rule_set)
        record(actor, [Act("routing.explained", "report", report_id)])
    _show(found, as_json=as_json)


@app.command("what-if")
def what_if_(
    place: Annotated[
        list[str] | None,
        typer.Option(
            help="COUNTRY/State/District, as IN/Maharashtra/Jalgaon; again for further places, the newest first"
        ),
    ] = None,
    confidence: Annotated[
        list[float] | None, typer.Option(help="from 0 to 1, one for each place, or one for all; left out: 0.9")
    ] = None,
    abstained: Annotated[bool, typer.Option("--abstained", help="attribution was too unsure of the places")] = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="the provider asks for urgency")] = False,
    informational: Annotated[bool, typer.Option("--informational", help="the provider calls it informational")] = False,
    channel: Annotated[str, typer.Option(help="door, json, bulk or public")] = "door",
    incident_type: Annotated[str, typer.Option(help="the wire value")] = "",
    language: Annotated[list[str] | None, typer.Option(help="a language of the report; may be given again")] = None,
    triage: Annotated[
        list[str] | None, typer.Option(help="id of a triage rule that counts; may be given again")
    ] = None,
    completeness: Annotated[int, typer.Option(help="score, 0 to 100")] = 0,
    priority: Annotated[int, typer.Option(help="score, 0 to 100")] = 0,
    legal_relevance: Annotated[int, typer.Option(help="score, 0 to 100")] = 0,
    receiving: Annotated[
        str, typer.Option(help="code of the agency that receives it; left out: the clearinghouse")
    ] = "",
    at: Annotated[str, typer.Option(help="time with zone, as 2026-11-28T09:00+05:30; left out: now")] = "",
    rule_set: Annotated[
        int | None, typer.Option("--rules", help="a rule set's number; left out: the one in force")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what would become of a report with these facts. Reads no report."""
    with installation():
        from tipline.pipeline.routing.explaining import WhatIf, what_if

        found = what_if(
            WhatIf(
                places=_places(place or [], confidence or []), abstained=abstained, urgent=urgent,
                informational=informational, channel=channel, incident_type=incident_type,
                languages=tuple(language or ()), triage=tuple(triage or ()), completeness=completeness,
                priority=priority, legal_relevance=legal_relevance, receiving=receiving, at=_time(at), rule_set=rule_set,
            )
        )  # fmt: skip
    _show(found, as_json=as_json)


def _places(places: list[str], confidences: list[float]) -> tuple[Asked, ...]:
    from tipline.core.errors import InvalidInputError
    from tipline.pipeline.routing.explaining import Asked

    if len(confidences) not in {0, 1, len(places)}:
        raise InvalidInputError(
            f"{len(places)} places have {len(confidences)} confidences: give one for each, or one for all"
        )
    each = confidences if len(confidences) == len(places) else (confidences or [0.9]) * len(places)
    found = []
    for text, confidence in zip(places, each, strict=True):
        parts = [part.strip() for part in text.split("/")]
        if len(parts) > 3:
            raise InvalidInputError(f"{text[:80]!r} is not COUNTRY/State/District")
        country, state, district = (*parts, "", "")[:3]
        found.append(Asked(country, state, district, confidence))
    return tuple(found)


def _time(text: str) -> Any:
    from datetime import datetime

    from tipline.core.errors import InvalidInputError

    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"{text[:40]!r} is not a time such as 2026-11-28T09:00+05:30") from error


def _show(found: Explained, *, as_json: bool) -> None:
    if as_json:
        write_json(found.as_json())
        return
    from tipline.core.text import visible

    out = typer.echo
    who = f"report {found.report}" if found.report else "such a report"
    out(f"{who}, by rule set {found.rule_set}: rule {found.rule}")
    for desk in found.desks:
        out(f"  {desk.role:<5} {desk.agency}  confidence {desk.confidence:.2f}  {' -> '.join(desk.path)}")
        for hop in desk.hops:
            opens = f", opens {hop.opens_at.isoformat()}" if hop.opens_at else ""
            state = "open" if hop.open else f"closed{opens}"
            agreement = visible(hop.agreement) or "none in force"
            out(f"        {hop.from_agency} -> {hop.to_agency} ({state}): {hop.standing}; agreement: {agreement}")
    if found.abstained:
        out("  a person decides")
    marks = [name for name, on in (("urgent", found.urgent), ("zero FIR", found.zero_fir)) if on]
    if marks:
        out(f"  {', '.join(marks)}")
    out(f"  {visible(found.moves)}")
    out("why:")
    for reason in found.reasons:
        out(f"  {reason['rule']}: {visible(reason['text'])}")
    for guess in found.guesses:
        out(f"  guess: {visible(str(guess['place']))}  share {guess['share']}  {guess['agency'] or 'no desk'}")
    out("rules:")
    for rule in found.rules:
        lacking = f"  ({visible('; '.join(rule.missing))})" if rule.missing and rule.state != "fired" else ""
        out(f"  {rule.state:<5} {rule.name}{lacking}")
    out("facts:")
    for fact in found.facts:
        value = ", ".join(fact.value) if isinstance(fact.value, tuple) else fact.value
        out(f"  {fact.name}: {visible(str(value))}")


@rules.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all rule sets, the newest first."""
    with installation():
        from tipline.core.text import visible
        from tipline.pipeline.routing.queries import rule_sets
        from tipline.pipeline.routing.services import released

        released()
        rows = [_row(one) for one in rule_sets()]
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['number']:>4}  {row['state']:<8}  {row['created_at'][:16]}  {visible(row['title'])}")


def _row(one: RuleSet) -> dict[str, Any]:
    return {
        "number": one.number, "title": one.title, "state": one.state, "sha256": one.sha256,
        "created_by": one.created_by, "created_at": one.created_at.isoformat(),
        "released_by": one.released_by or None, "released_at": one.released_at.isoformat() if one.released_at else None,
        "based_on": one.based_on.number if one.based_on else None, "note": one.note,
    }  # fmt: skip


@rules.command("show")
def show(number: Number, as_json: AsJson = False) -> None:
    """Print a rule set as it was written."""
    with installation():
        from tipline.core.text import visible
        from tipline.pipeline.routing.queries import rule_set
        from tipline.pipeline.routing.services import released

        released()
        found = rule_set(number)
        row = _row(found)
    if as_json:
        write_json({**row, "body": found.body})
    else:
        typer.echo(visible(found.body, lines=True))


@rules.command("check")
def check_(
    file: Annotated[Path, typer.Argument(help="a rule file (docs/reference/routing-rules.md)")], as_json: AsJson = False
) -> None:
    """Check a rule file: what is wrong, with line and reason; or else what is odd. Exits 1 when it cannot be used."""
    with installation():
        from tipline.core.text import visible
        from tipline.pipeline.routing.services import check

        found = check(_body(file))
    if as_json:
        write_json([{"line": p.line, "rule": p.rule, "text": p.text, "warning": p.warning} for p in found])
    for problem in () if as_json else found:
        typer.echo(f"{'warning' if problem.warning else 'error'}: {visible(str(problem))}")
    if any(not problem.warning for problem in found):
        raise typer.Exit(1)
    if not as_json and not found:
        typer.echo("nothing wrong")


def _body(file: Path) -> str:
    from tipline.core.errors import InvalidInputError

    try:
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES).decode("utf-8")
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{file.name} is not UTF-8 text (byte {error.start})") from error


@rules.command("draft")
def draft_(
    file: Annotated[Path, typer.Argument(help="a rule file")],
    title: Annotated[str, typer.Option(help="left out: the file's own title")] = "",
    note: Annotated[str, typer.Option(help="what it changes, and why")] = "",
    change: Annotated[int | None, typer.Option(help="number of a draft to change, instead of a new one")] = None,
    based_on: Annotated[int | None, typer.Option(help="number of the rule set it was made from")] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a rule file as a draft. It decides nothing until it is released."""
    with installation():
        from tipline.pipeline.routing.queries import rule_set
        from tipline.pipeline.routing.rules import parse
        from tipline.pipeline.routing.services import draft
        from tipline.trust.actors import system

        body = _body(file)
        made = draft(
            body, title or parse(body).about.title[:200], system("cli"), note=note, number=change,
            based_on=rule_set(based_on) if based_on is not None else None,
        )  # fmt: skip
        row = _row(made)
    if as_json:
        write_json(row)
    else:
        typer.echo(f"rule set {made.number}: draft, sha256 {made.sha256}")


@rules.command("preview")
def preview_(
    number: Number,
    sample: Annotated[str, typer.Option(help="name of the sample (`tipline route sample make`)")],
    as_json: AsJson = False,
) -> None:
    """Try a rule set on a sample: who would get what, beside who gets it by the rules in force. Moves nothing."""
    with installation():
        from tipline.core.text import visible
        from tipline.pipeline.routing.queries import rule_set
        from tipline.pipeline.routing.queries import sample as named
        from tipline.pipeline.routing.services import preview
        from tipline.trust.actors import system
        from tipline.trust.visibility import OPERATOR

        made = preview(rule_set(number), named(OPERATOR, sample), system("cli"))
        result, against = made.result, made.against.number
    if as_json:
        write_json({"preview": made.pk, "rule_set": number, "against": against, **result})
        return
    typer.echo(f"rule set {number} beside {against}: {result['changed']} of {result['reports']} reports change")
    for code, count in result["desks"].items():
        typer.echo(f"  {code or '(a person)':<24} {count['before']:>6} -> {count['after']:>6}")
    for change in result["changes"]:
        typer.echo(f"  report {change['report']}: {_side(change['from'])} -> {_side(change['to'])}")
    for warning in result["warnings"]:
        typer.echo(f"  warning: {visible(warning)}")


def _side(side: dict[str, Any]) -> str:
    desks = ", ".join(f"{d['agency']} ({d['role']})" for d in side["desks"]) or "a person"
    marks = "".join(f", {name}" for name, key in (("urgent", "urgent"), ("zero FIR", "zero_fir")) if side[key])
    return f"{desks}{marks} by {side['rule']}"


@rules.command("release")
def release_(number: Number, note: Annotated[str, typer.Option(help="why")] = "") -> None:
    """Put a draft in force, after it was previewed as it stands."""
    with installation():
        from tipline.pipeline.routing.queries import rule_set
        from tipline.pipeline.routing.services import release
        from tipline.trust.actors import system

        release(rule_set(number), system("cli"), note)
    typer.echo(f"rule set {number} is in force")


@rules.command("rollback")
def rollback(number: Number, note: Annotated[str, typer.Option(help="why")] = "") -> None:
    """Put a rule set that was in force before in force again."""
    with installation():
        from tipline.pipeline.routing.services import roll_back
        from tipline.trust.actors import system

        roll_back(number, system("cli"), note)
    typer.echo(f"rule set {number} is in force again")


@sample.command("make")
def make(
    name: Annotated[str, typer.Argument(help="its name; a sample of that name is replaced")],
    last: Annotated[int | None, typer.Option(help="so many of the last reports that were routed")] = None,
    report: Annotated[list[int] | None, typer.Option(help="a report's number; may be given again")] = None,
    as_json: AsJson = False,
) -> None:
    """Keep reports to try rules on."""
    with installation():
        from tipline.core.text import visible
        from tipline.pipeline.routing.services import make_sample
        from tipline.trust.actors import system

        made = make_sample(name, system("cli"), last=last, report_ids=report or ())
        size = len(made.report_ids)
    if as_json:
        write_json({"name": made.name, "reports": size})
    else:
        typer.echo(f"sample {visible(made.name)}: {size} reports")


@sample.command("list")
def samples_(as_json: AsJson = False) -> None:
    """List the samples."""
    with installation():
        from tipline.core.text import visible
        from tipline.pipeline.routing.queries import samples
        from tipline.trust.visibility import OPERATOR

        rows = [
            {
                "name": one.name, "agency": one.agency.code if one.agency else None, "reports": len(one.report_ids),
                "made_by": one.made_by, "made_at": one.made_at.isoformat(),
            }
            for one in samples(OPERATOR)
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{visible(str(row['name']))}  {row['reports']} reports  {row['agency'] or 'operator'}")
