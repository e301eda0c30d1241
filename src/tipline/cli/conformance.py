"""`tipline conformance`: what a run of a provider's tests did, as its conformance page shows it."""

from __future__ import annotations

from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json


def conformance(
    run: Annotated[str, typer.Argument(help="the run's name; left out with --list")] = "",
    reporter: Annotated[str, typer.Option(help="username of the provider, when several have a run of that name")] = "",
    list_: Annotated[bool, typer.Option("--list", help="list runs instead")] = False,
    expect: Annotated[
        list[int] | None, typer.Option(help="a code that the run provokes on purpose; may be given again")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Say what a run did: its calls, faults, advice, score, and what it never tried.

    Exits 1 when a call was refused with a code that was not expected, or an expected code was never met.
    """
    from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError

    if bool(run) == list_:
        raise InvalidInputError("name a run, or ask for --list")
    with installation():
        from tipline.core.text import visible
        from tipline.intake.doors import queries
        from tipline.intake.doors.models import DoorCall
        from tipline.trust.accounts.models import Reporter
        from tipline.trust.accounts.providers import reporter_named

        which = [reporter_named(reporter)] if reporter else list(Reporter.objects.order_by("username"))
        if list_:
            rows = [
                {"reporter": one.username, **row, "first": row["first"].isoformat(), "last": row["last"].isoformat()}
                for one in which
                for row in queries.runs_of(one)
            ]
            if as_json:
                write_json(rows)
            for row in [] if as_json else rows:
                place = "sandbox" if row["sandbox"] else "live"
                typer.echo(
                    f"{visible(row['reporter'])}  {row['run']}  {place}  {row['first']}  {row['calls']} calls, {row['refused']} refused"
                )
            return
        owners = list(
            DoorCall.objects.filter(run=run, reporter__in=which).values_list("reporter__username", flat=True).distinct()
        )
        if not owners:
            raise NotFoundError(f"there is no run {run!r}; `tipline conformance --list` shows them")
        if len(owners) > 1:
            raise ConflictError(
                f"several providers have a run {run!r}: say which with --reporter ({', '.join(owners)})"
            )
        found = list(queries.calls_of(reporter_named(owners[0])).filter(run=run).order_by("id"))
        done = {"reporter": owners[0], **queries.run_json(run, found)}
    met = {code["code"] for code in done["codes"]}
    unexpected, missed = sorted(met - set(expect or ())), sorted(set(expect or ()) - met)
    done |= {"ok": not unexpected and not missed, "unexpected": unexpected, "expected_and_never_met": missed}
    if as_json:
        write_json(done)
    else:
        _tell(done)
    if not done["ok"]:
        raise typer.Exit(1)


def _tell(done: dict[str, object]) -> None:
    """The same in lines."""
    from tipline.core.text import visible

    typer.echo(f"run {done['run']} of {done['reporter']}: {done['calls']} calls, {done['refused']} refused")
    score = "no document was accepted" if done["completeness"] is None else f"{done['completeness']} of 100"
    typer.echo(f"completeness: {score}; whole reports: {done['whole_reports']}")
    for one in done["capabilities"]:  # type: ignore[attr-defined]  # a list, as run_json makes it
        typer.echo(f"  {one['call']}: {one['verdict']}")
    for one in done["codes"]:  # type: ignore[attr-defined]
        typer.echo(
            f"  code {one['code']}: {one['times']} times, {one['handled']} followed by a success of the same call"
        )
    for call in done["details"]:  # type: ignore[attr-defined]
        if call["code"]:
            typer.echo(f"  {call['at']} {call['call']}: {call['code']} {visible(call['description'], 500)}")
    for name in ("unexpected", "expected_and_never_met"):
        if codes := done[name]:
            typer.echo(f"{name.replace('_', ' ')}: {', '.join(map(str, codes))}")  # type: ignore[call-overload]
