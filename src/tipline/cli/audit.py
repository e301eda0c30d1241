"""`tipline audit …`: the provable log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tipline.cli.runtime import installation, write_json, writing

app = typer.Typer(help="The provable log.", no_args_is_help=True)

_JSON = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("verify")
def verify(as_json: _JSON = False) -> None:
    """Derive the whole log again and name the first thing that is not as it was. Exit code 1 then."""
    with installation() as settings:
        from tipline.trust.audit.verifying import verify as verify_log

        found = verify_log(settings)
    fault = found.fault
    if as_json:
        write_json(
            {
                "ok": found.ok, "entries": found.entries, "pending": found.pending, "checkpoints": found.checkpoints,
                "witnessed": found.witnessed, "root": found.root or None,
                "fault": {"kind": fault.kind, "entry": fault.entry, "text": fault.text} if fault else None,
            }
        )  # fmt: skip
    elif fault:
        typer.echo(f"{fault.kind}: {fault.text}", err=True)
    else:
        typer.echo(
            f"{found.entries} entries as they were, {found.pending} waiting for their place; {found.checkpoints} checkpoints"
            f" and {found.witnessed} with the witness agree"
        )
    if fault:
        raise typer.Exit(1)


@app.command("checkpoint")
def checkpoint(as_json: _JSON = False) -> None:
    """Give every entry its place, sign the head of the log, hand it to the witness, and print it."""
    with installation() as settings:
        from tipline.core.errors import NotFoundError
        from tipline.trust.audit import tree
        from tipline.trust.audit.witness import publish

        made = tree.checkpoint(settings)
        if made is None:
            raise NotFoundError("the log is empty: there is nothing to sign")
        published = publish(settings)
    if as_json:
        write_json(
            {
                "size": made.size,
                "root": bytes(made.root).hex(),
                "note": made.note,
                "key": made.key_name,
                "published": published,
            }
        )
    else:
        typer.echo(made.note, nl=False)


@app.command("checkpoints")
def checkpoints(as_json: _JSON = False) -> None:
    """List the checkpoints, the newest first."""
    with installation():
        from tipline.trust.audit.models import StoredCheckpoint

        rows = [
            {"size": c.size, "root": bytes(c.root).hex(), "key": c.key_name, "at": c.at.isoformat()}
            for c in StoredCheckpoint.objects.order_by("-size", "-id")[:1000]
        ]
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['size']:>12}  {row['at']}  {row['key']}  {row['root']}")


@app.command("proof")
def proof(
    entry: Annotated[int, typer.Argument(help="the entry's number")],
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write")],
) -> None:
    """Write a proof that an entry is in the log; tools/verify_audit.py checks it without Tipline."""
    with installation() as settings:
        from tipline.trust.actors import system
        from tipline.trust.audit.proofs import proof as prove
        from tipline.trust.audit.services import Act, record

        content = prove(settings, entry)
        record(system("cli"), [Act("log.proof_taken", "entry", entry)])
    _write(output, content)


@app.command("consistency")
def consistency(
    old: Annotated[int, typer.Argument(help="size of the older checkpoint")],
    new: Annotated[int, typer.Argument(help="size of the newer checkpoint")],
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write")],
) -> None:
    """Write a proof that one checkpoint's log continues another's."""
    with installation() as settings:
        from tipline.trust.audit.proofs import consistency as prove

        content = prove(settings, old, new)
    _write(output, content)


@app.command("list")
def list_(
    object_type: Annotated[str, typer.Argument(metavar="TYPE", help="report, case, user, ...")],
    object_id: Annotated[str, typer.Argument(metavar="ID")],
    as_json: _JSON = False,
) -> None:
    """List what was done to one thing, oldest first."""
    with installation():
        from tipline.core.text import visible
        from tipline.trust.actors import system
        from tipline.trust.audit.queries import entries_of
        from tipline.trust.audit.services import Act, record

        rows = [
            {
                "id": e.pk, "at": e.at.isoformat(), "actor": e.actor_label, "kind": e.actor_kind, "action": e.action,
                "detail": e.detail,
            }
            for e in entries_of(object_type, object_id)
        ]  # fmt: skip
        record(system("cli"), [Act("log.read", object_type[:40], object_id[:80], {"rows": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['id']:>8}  {row['at']}  {visible(str(row['actor']))}  {row['action']}")


def _write(path: Path, content: object) -> None:
    with writing(path):
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    typer.echo(f"written: {path}")
