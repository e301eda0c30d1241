"""`tipline refused …`: documents that the provider door refused, kept as they came."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json

app = typer.Typer(help="Documents that the provider door refused, kept as they came.", no_args_is_help=True)

_JSON = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("list")
def list_(
    provider: Annotated[str, typer.Option(help="of this provider alone, by its username")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many, the newest first")] = 50,
    as_json: _JSON = False,
) -> None:
    """Show what was refused: when, of whom, in which call, with which code and why."""
    with installation():
        from tipline.core.text import visible
        from tipline.intake.cybertipline.refused import newest_refused
        from tipline.trust.accounts.providers import reporter_named
        from tipline.trust.actors import system
        from tipline.trust.audit.services import Act, record

        whose = reporter_named(provider) if provider else None
        rows = [_row(found) for found in newest_refused(whose, limit)]
        record(system("cli"), [Act("refused.listed", "refused", provider or "all", {"rows": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['id']}  {row['received_at']}  {visible(row['provider'], 60)}  {row['call']}"
            f"{' (sandbox)' if row['sandbox'] else ''}  {row['code']}  {visible(row['description'], 300)}"
        )
    if not rows:
        typer.echo("nothing was refused")


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(metavar="ID", help="its number, as `refused list` says it")],
    body: Annotated[
        bool, typer.Option("--body", help="the document too: it may hold anything that a report does")
    ] = False,
    as_json: _JSON = False,
) -> None:
    """Show one refused document; its text only with --body, with hidden characters written out."""
    with installation():
        from tipline.core.text import visible
        from tipline.intake.cybertipline.refused import refused_document
        from tipline.trust.actors import system
        from tipline.trust.audit.services import Act, record

        found = refused_document(number)
        record(system("cli"), [Act("refused.read", "refused", found.pk, {"body": body})])
        row = _row(found)
        text = visible(bytes(found.body).decode("utf-8", "replace"), lines=True) if body else ""
    if as_json:
        write_json({**row, **({"body": text} if body else {})})
        return
    if body:
        typer.echo(text)
        return
    for name, value in row.items():
        typer.echo(f"{name.replace('_', ' ')}: {visible(str(value))}")


def _row(found: Any) -> dict[str, Any]:
    return {
        "id": found.pk, "received_at": found.received_at.isoformat(), "provider": found.reporter.username,
        "sandbox": found.sandbox, "call": found.call, "code": found.code, "description": found.description,
        "size_bytes": found.size_bytes, "sha256": found.sha256, "request_id": found.request_id,
    }  # fmt: skip
