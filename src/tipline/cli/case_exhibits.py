"""`tipline case exhibits`, `case import-hashes`, `case export`: exhibits of a case and its whole file, for scripts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from tipline.cli.case import AsJson, Number, case_of
from tipline.cli.runtime import as_person, asked, write_json


def exhibits(number: Number, as_json: AsJson = False) -> None:
    """List the exhibits of a case: who has each, and whether its hash was checked."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.exhibits.queries import exhibits_of, matches_of
        from tipline.trust.audit.services import Act, record

        case = case_of(scope, number)
        kept = exhibits_of(case)
        matches = matches_of(scope, [one.exhibit for one in kept])
        record(actor, [Act("case.exhibits_listed", "case", case.pk, {"exhibits": len(kept)})])
    rows = [
        {
            "id": one.exhibit.pk, "number": one.exhibit.number, "kind": one.exhibit.kind, "description": one.exhibit.description,
            "holder": one.chain.now.holder, "place": one.chain.now.place, "seal": one.chain.now.seal or None,
            "ended": one.chain.now.ended.value if one.chain.now.ended else None, "verified": one.chain.verified,
            "mismatches": [step.entry.position for step in one.chain.mismatches],
            "hashes": {d.algorithm: d.value for d in one.exhibit.digests.all()}, "entries": len(one.written),
            "matches": [{"report": m.report, "hashes": m.hashes, "files": m.files} for m in matches if m.exhibit_id == one.exhibit.pk],
        }
        for one in kept
    ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    for row in rows:
        state = "HASH DOES NOT MATCH" if row["mismatches"] else "verified" if row["verified"] else "not checked"
        typer.echo(
            f"{row['number']:<12} {state:<20} {visible(str(row['holder'])):<30} {visible(str(row['description']))}"
        )


def import_hashes_(
    number: Number,
    exhibit: Annotated[str, typer.Argument(help="the exhibit's number, such as EX-1")],
    file: Annotated[
        Path, typer.Argument(help="CSV, or CASE/UCO JSON-LD, as a forensic tool writes it", dir_okay=False)
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="FIELD=HEAD",
            help="which column is which: md5, sha1, sha256, sha512, name, size, category",
        ),
    ] = None,
    encoding: Annotated[
        str, typer.Option(help="utf-8, utf-16-le, utf-16-be or cp1252, when the file does not say")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take over hashes of files on an exhibit from a forensic tool's file. Needs --as: what stands in a case has a person behind it."""
    with as_person() as (person, scope):
        from tipline.core.errors import InvalidInputError, NotFoundError
        from tipline.investigation.exhibits.importing import How, import_hashes
        from tipline.investigation.exhibits.models import Exhibit

        case = case_of(scope, number)
        found = Exhibit.objects.filter(case=case, number=exhibit).first()
        if found is None:
            raise NotFoundError(f"case {case.number} has no exhibit {exhibit[:40]!r}")
        pairs = [text.partition("=") for text in column or ()]
        if any(not head for _, _, head in pairs):
            raise InvalidInputError("--column is written FIELD=HEAD, such as sha256=Fingerprint")
        columns = {name: head for name, _, head in pairs}
        try:
            with file.open("rb") as body:
                made = import_hashes(person, case.pk, found.pk, body, file.name, How(columns or None, encoding))
        except OSError as error:
            raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from error
        told: dict[str, Any] = {
            "exhibit": found.number, "layout": made.layout, "rows": made.rows, "hashes": made.hashes, "refused": made.refused,
            "refusals": [{"line": line, "reason": reason} for line, reason in made.refusals], "sha256": made.sha256,
        }  # fmt: skip
    if as_json:
        write_json(told)
        return
    typer.echo(
        f"{told['hashes']:,} hashes of {told['rows']:,} rows taken over by layout {told['layout']}, {told['refused']:,} refused"
    )
    for refusal in told["refusals"][:20]:
        typer.echo(f"  line {refusal['line']}: {refusal['reason']}", err=True)


def export(
    number: Number,
    out: Annotated[Path, typer.Option("--out", help="the ZIP that is written; one that is there is not overwritten")],
    reason: Annotated[str, typer.Option(help="why the file is needed; stands in the log")] = "asked for at the machine",
    as_json: AsJson = False,
) -> None:
    """Write the whole file of a case as a ZIP: every table, masked reports, log with proofs, index, manifest of SHA-256. Never media."""
    with asked() as (scope, actor):
        from tipline.core.config import config
        from tipline.core.errors import ConflictError, InvalidInputError
        from tipline.investigation.exhibits.case_file import export_case
        from tipline.trust.accounts.models import User
        from tipline.trust.actors import ActorKind

        case = case_of(scope, number)
        person = User.objects.get(pk=actor.id) if actor.kind == ActorKind.PERSON and actor.id else None
        if out.exists():
            raise ConflictError(f"{out} is there already: it is not overwritten")
        try:
            with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".case-", delete=False) as file:
                try:
                    done = export_case(config(), scope, person, case.pk, reason, file)  # type: ignore[arg-type]
                    Path(file.name).replace(out)
                except BaseException:
                    Path(file.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            raise InvalidInputError(f"{out} cannot be written: {error.strerror}") from error
    told = {
        "case": case.number, "file": str(out), "members": done.members, "rows": done.rows, "manifest_sha256": done.manifest_sha256,
    }  # fmt: skip
    if as_json:
        write_json(told)
    else:
        typer.echo(
            f"{out}: {done.members} members, {sum(done.rows.values()):,} rows; SHA-256 of the manifest {done.manifest_sha256}"
        )
