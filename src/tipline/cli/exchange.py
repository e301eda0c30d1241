"""`tipline exchange …`: referrals in the forms of others, for scripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import asked, refuse_existing, write_json, writing

app = typer.Typer(
    help="Referrals in the forms of others: CASE/UCO, STIX, MISP, CyberTipline XML, tables, VICS.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("forms")
def forms_(as_json: AsJson = False) -> None:
    """List the forms in which referrals go out, with what each cannot say. Needs no database."""
    from tipline.exchange.forms import forms

    found = [one.described for one in forms()]
    if as_json:
        write_json([
            one.model_dump(include={"name", "title", "version", "media_type", "suffix"}) | {"losses": [lost.text for lost in one.losses]}
            for one in found
        ])  # fmt: skip
        return
    for one in found:
        typer.echo(f"{one.name:<14} {one.title} ({one.version})")


@app.command("export")
def export(
    referrals: Annotated[
        list[int], typer.Argument(help="numbers of referrals between the same two agencies, one a report")
    ],
    form: Annotated[str, typer.Option(help="which form: tipline exchange forms")],
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--out", help="the file that is written; one that is there is not overwritten", dir_okay=False
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Write referrals in a form of others, masked. Documents as received stay here; packages carry them."""
    from tipline.exchange.forms import form_named

    chosen = form_named(form)
    refuse_existing(out)
    with asked() as (scope, actor):
        from tipline.core.errors import NotPermittedError
        from tipline.exchange.handing_out import hand_out
        from tipline.trust.accounts.models import User
        from tipline.trust.actors import ActorKind
        from tipline.trust.visibility import Can, may

        person = User.objects.get(pk=actor.id) if actor.kind == ActorKind.PERSON and actor.id else None
        if person is not None and not may(person, Can.EXPORT):
            raise NotPermittedError(f"{person.email} may not export: investigators, supervisors and analysts may")
        made, pieces = hand_out(scope, actor, chosen, referrals)
        size = 0
        with writing(out), os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            try:
                for piece in pieces:
                    size += file.write(piece)
            except BaseException:
                out.unlink(missing_ok=True)
                raise
    told = {
        "record": made.uid,
        "form": chosen.described.name,
        "reports": len(made.reports),
        "file": str(out),
        "bytes": size,
    }
    if as_json:
        write_json(told)
    else:
        typer.echo(f"{out}: {len(made.reports)} reports as {chosen.described.title}, {size:,} bytes")
