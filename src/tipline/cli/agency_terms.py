"""`tipline agency agreement …` and `agency calendar …`: what hand-overs rest on, and when desks are at work."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json

agreement = typer.Typer(help="Agreements: who may hand reports to whom.", no_args_is_help=True)
calendar = typer.Typer(help="Office hours and leave of desks.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
From = Annotated[str, typer.Argument(help="code of the agency that hands over")]
To = Annotated[str, typer.Argument(help="code of the agency that receives")]
Code = Annotated[str, typer.Argument(help="the agency's code")]


def _day(text: str, option: str) -> date | None:
    from tipline.core.errors import InvalidInputError

    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"{option}: {text[:20]!r} is not a day such as 2026-11-28") from error


@agreement.command("set")
def set_(
    from_code: From,
    to_code: To,
    reference: Annotated[str, typer.Option(help="number, date or order of the agreement")],
    since: Annotated[str, typer.Option(help="first day in force; left out: today")] = "",
    until: Annotated[str, typer.Option(help="first day no longer in force; left out: no end is set")] = "",
    law: Annotated[str, typer.Option(help="the law that it rests on")] = "",
    purpose: Annotated[list[str] | None, typer.Option(help="for what it may be used; repeat for several")] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(help="what may travel to another installation: metadata (always), document, evidence; repeat"),
    ] = None,
    retention_days: Annotated[int | None, typer.Option(help="how long the receiver may keep it")] = None,
    onward: Annotated[bool, typer.Option(help="the receiver may hand it on to further installations")] = True,
) -> None:
    """Let one agency hand reports to another. Without an agreement in force nothing is routed across."""
    with installation():
        from tipline.trust.actors import system
        from tipline.trust.agencies.agreements import Bounds, set_agreement
        from tipline.trust.agencies.queries import by_code

        made = set_agreement(
            by_code(from_code), by_code(to_code), reference, system("cli"),
            since=_day(since, "--since"), until=_day(until, "--until"),
            bounds=Bounds(law, tuple(purpose or ()), frozenset({"metadata", *(data or ())}), retention_days, onward),
        )  # fmt: skip
    typer.echo(f"{from_code} may hand to {to_code} from {made.since}{f' until {made.until}' if made.until else ''}")


@agreement.command("end")
def end(
    from_code: From,
    to_code: To,
    on: Annotated[str, typer.Option(help="first day no longer in force; left out: today")] = "",
) -> None:
    """End an agreement. What was handed over stays where it is."""
    with installation():
        from tipline.trust.actors import system
        from tipline.trust.agencies.agreements import end_agreement
        from tipline.trust.agencies.queries import by_code

        end_agreement(by_code(from_code), by_code(to_code), system("cli"), _day(on, "--on"))
    typer.echo(f"{from_code} no longer hands to {to_code}")


@agreement.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--ended", help="also those that are over")] = False, as_json: AsJson = False
) -> None:
    """List agreements, and what each rests on."""
    with installation():
        from django.db.models import Q

        from tipline.core.clock import now
        from tipline.core.text import visible
        from tipline.trust.agencies.models import Agreement

        wanted = Q() if ended else Q(until__isnull=True) | Q(until__gt=now().date())
        rows = [
            {
                "from": one.from_agency.code, "to": one.to_agency.code, "reference": one.reference,
                "since": one.since.isoformat(), "until": one.until.isoformat() if one.until else None,
                "set_by": one.set_by, "law": one.law, "purposes": one.purposes, "data": one.data,
                "retention_days": one.retention_days, "onward": one.onward,
            }
            for one in Agreement.objects.filter(wanted)
            .select_related("from_agency", "to_agency")
            .order_by("from_agency__code", "to_agency__code", "since")
        ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        until = f" until {row['until']}" if row["until"] else ""
        typer.echo(f"{row['from']} -> {row['to']}  since {row['since']}{until}  {visible(str(row['reference']))}")


@calendar.command("set")
def set_calendar_(
    code: Code,
    file: Annotated[Path | None, typer.Argument(help="TOML (docs/reference/desk-calendar.md)")] = None,
    none: Annotated[bool, typer.Option("--none", help="take the calendar away: at work at any time")] = False,
) -> None:
    """Set a desk's hours, closed days, leave, deputy and duty desk."""
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.trust.actors import system
        from tipline.trust.agencies.calendars import clear_calendar, set_calendar
        from tipline.trust.agencies.queries import by_code

        if (file is None) != none:
            raise InvalidInputError("give a file, or --none to take the calendar away")
        if file is None:
            clear_calendar(by_code(code), system("cli"))
        else:
            set_calendar(by_code(code), file, system("cli"))
    typer.echo(f"{code}: {'at work at any time' if file is None else 'calendar set'}")


@calendar.command("show")
def show(code: Code, as_json: AsJson = False) -> None:
    """Show a desk's calendar, and whether it is at work now."""
    with installation():
        from tipline.core.clock import now
        from tipline.core.text import visible
        from tipline.trust.agencies.calendars import calendar_of
        from tipline.trust.agencies.models import DeskCalendar
        from tipline.trust.agencies.queries import by_code

        agency = by_code(code)
        row = DeskCalendar.objects.select_related("agency", "deputy", "duty_desk").filter(agency=agency).first()
        found: dict[str, Any] = {"agency": code, "timezone": agency.timezone, "open": True, "weekly": None}
        if row is not None:
            at = now()
            hours = calendar_of(row)
            opens = None if hours.is_open(at) else hours.opens_after(at)
            found |= {
                "open": hours.is_open(at), "opens_at": opens.isoformat() if opens else None, "weekly": row.weekly,
                "closed_days": row.closed_days, "out_until": row.out_until.isoformat() if row.out_until else None,
                "deputy": row.deputy.code if row.deputy else None,
                "duty_desk": row.duty_desk.code if row.duty_desk else None, "source": row.source,
            }  # fmt: skip
    if as_json:
        write_json(found)
        return
    if row is None:
        typer.echo(f"{code} has no calendar: it is at work at any time")
        return
    for key, value in found.items():
        typer.echo(f"{key}: {visible(str(value))}")
