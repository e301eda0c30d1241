"""`tipline hashes …` of lists that come in: import, fetch, revoke, end. They are the operator's; supervisors have the screens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json

if TYPE_CHECKING:
    from tipline.pipeline.matching.lists.models import ListImport
    from tipline.pipeline.matching.models import KnownList

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
Name = Annotated[str, typer.Argument(help="the list's name")]
Title = Annotated[str | None, typer.Option(help="what the list is")]
Publisher = Annotated[str | None, typer.Option(help="whose it is")]
Category = Annotated[
    str | None, typer.Option(help="of entries that state none: baseline, national, industry_a1 …, ncii, unspecified")
]
Confidence = Annotated[float | None, typer.Option(help="of entries that state none, 0 to 1")]
FAULTS_SHOWN = 10


def import_(
    file: Annotated[Path, typer.Argument(help="the list, plain or gzip")],
    name: Annotated[str, typer.Option("--list", help="the list; one that is not there is begun")],
    kind: Annotated[str, typer.Option(help="md5, sha1, sha256, pdq …, for one hash a line")] = "",
    form: Annotated[
        str, typer.Option(help="lines, csv, ndjson, ncmec, stopncii or threat_updates; left out: told by its beginning")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="it is the whole list: what is not in it is revoked")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="also when that revokes more than a fifth of the list")] = False,
    checkpoint: Annotated[
        Path | None, typer.Option(help="the signed checkpoint of a list of another installation")
    ] = None,
    key: Annotated[str, typer.Option(help="NAME+HASH+KEY of who signed it")] = "",
    title: Title = None,
    publisher: Publisher = None,
    category: Category = None,
    confidence: Confidence = None,
    as_json: AsJson = False,
) -> None:
    """Import a list of hashes: all of it or nothing, and the same file again changes nothing."""
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.core.keys import read_verifying_key
        from tipline.pipeline.matching.lists import importing, services
        from tipline.pipeline.matching.lists.forms import form_named
        from tipline.pipeline.matching.lists.signed import signed
        from tipline.pipeline.matching.lists.words import kind_called
        from tipline.pipeline.matching.models import KnownList
        from tipline.trust.actors import system

        algorithm = kind_called(kind)
        if kind and not algorithm:
            raise InvalidInputError(f"--kind: {kind[:40]!r} is no kind of hash; it is md5, sha1, sha256, pdq, …")
        if (checkpoint is None) != (not key):
            raise InvalidInputError("--checkpoint and --key belong together: what is signed, and by whom")
        named = form_named(form)
        try:
            size = file.stat().st_size
            note = checkpoint.read_text(encoding="utf-8") if checkpoint else ""
            if not file.is_file():
                raise InvalidInputError(f"{file} is not a file")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInputError(f"{checkpoint or file} cannot be read") from error
        proof = signed(note, read_verifying_key(key)) if note else None
        actor = system("cli")
        terms = services.Terms(title, publisher, category, confidence)
        found = KnownList.objects.filter(name=name).first() or services.add(name, terms, None, actor)
        how = importing.How(named, algorithm, replace, yes, signed=proof)
        row = importing.begin(found, file.name, size, how, actor)
        try:
            importing.run(row, file, how, actor)
        finally:
            row.refresh_from_db()
            _tell(found.name, row, as_json=as_json)


def _tell(name: str, row: ListImport, *, as_json: bool) -> None:
    if as_json:
        write_json(_import(row) | {"list": name})
        return
    for fault in row.faults.get("first", [])[:FAULTS_SHOWN]:
        typer.echo(f"tipline: line {fault['line']}: {fault['says']}", err=True)
    if row.refused > FAULTS_SHOWN:
        typer.echo(f"tipline: {row.refused} are wrong in all: `tipline hashes import-status {name}`", err=True)
    if row.state == "done":
        typer.echo(
            f"{name}: {row.rows} entries read; {row.added} new, {row.changed} changed, {row.revoked} revoked,"
            f" {row.unrevoked} back, {row.same} as they were; {row.refused} refused"
        )


def _import(row: ListImport) -> dict[str, Any]:
    plain = (
        "id", "file_name", "sha256", "size_bytes", "form", "kind", "replaces", "origin", "by", "at", "state", "done_bytes", "rows", "added",
        "changed", "revoked", "unrevoked", "same", "duplicates", "unknown", "flagged", "refused", "faults", "error", "revision", "ended_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in plain}


def known(as_json: AsJson = False) -> None:
    """List the lists that came in, with what each holds."""
    with installation():
        from tipline.pipeline.matching.lists.queries import newest_imports, with_counts
        from tipline.pipeline.matching.models import KnownList

        rows = list(with_counts(KnownList.objects.order_by("name")))
        newest = newest_imports(rows)
        shown = [_list(one, newest.get(one.pk)) for one in rows]
    if as_json:
        write_json(shown)
        return
    for one in shown:
        ended = "\tended" if one["ended_at"] else ""
        typer.echo(
            f"{one['name']}\t{one['agency'] or 'all agencies'}\t{one['entries']} entries\trevision {one['revision']}{ended}"
        )


def _list(one: KnownList, newest: ListImport | None) -> dict[str, Any]:
    counts = {row.algorithm: {"live": row.live, "revoked": row.revoked} for row in one.counts.all()}
    source = getattr(one, "source", None)
    return {
        "id": one.pk, "name": one.name, "title": one.title, "publisher": one.publisher, "agency": one.agency.code if one.agency else None,
        "category": one.category, "confidence": one.confidence, "revision": one.revision, "entries": sum(row["live"] for row in counts.values()),
        "counts": counts, "created_at": one.created_at, "changed_at": one.changed_at, "ended_at": one.ended_at,
        "last_import": _import(newest) if newest else None,
        "source": {"kind": source.kind, "fetched_at": source.fetched_at, "tried_at": source.tried_at, "error": source.error} if source else None,
    }  # fmt: skip


def add(
    name: Name,
    agency: Annotated[
        str, typer.Option(help="code of the agency whose it is; left out: of the whole installation")
    ] = "",
    title: Title = None,
    publisher: Publisher = None,
    category: Category = None,
    confidence: Confidence = None,
) -> None:
    """Begin a list that comes in."""
    with installation():
        from tipline.pipeline.matching.lists import services
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        whose = by_code(agency) if agency else None
        made = services.add(name, services.Terms(title, publisher, category, confidence), whose, system("cli"))
    typer.echo(f"list {made.pk}: {made.name}")


def change(
    name: Name,
    title: Title = None,
    publisher: Publisher = None,
    category: Category = None,
    confidence: Confidence = None,
) -> None:
    """Say anew what a list is, or how far it is believed."""
    with installation():
        from tipline.pipeline.matching.lists import services
        from tipline.pipeline.matching.lists.queries import list_named
        from tipline.trust.actors import system

        terms = services.Terms(title, publisher, category, confidence)
        services.change(list_named(name).pk, terms, system("cli"))
    typer.echo(f"{name} is changed")


def end(name: Name) -> None:
    """Match nothing more against a list; what it matched ends."""
    with installation():
        from tipline.pipeline.matching.lists import services
        from tipline.pipeline.matching.lists.queries import list_named
        from tipline.trust.actors import system

        services.end(list_named(name).pk, system("cli"))
    typer.echo(f"{name} is ended")


def revoke(
    name: Name,
    kind: Annotated[str, typer.Argument(help="kind of hash")],
    value: Annotated[str, typer.Argument(metavar="HASH", help="the hash")],
    reason: Annotated[str, typer.Option(help="why, in a sentence")],
) -> None:
    """Take one hash of a list back; what it matched ends."""
    with installation():
        from tipline.pipeline.matching.lists import services
        from tipline.pipeline.matching.lists.queries import list_named
        from tipline.trust.actors import system

        services.revoke(list_named(name).pk, kind, value, reason, system("cli"))
    typer.echo(f"{name}: revoked")


def import_status(
    name: Annotated[str, typer.Argument(help="the list's name; left out: of all lists")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the newest imports, with what was wrong in them, 20 at most."""
    with installation():
        from tipline.pipeline.matching.lists.models import ListImport

        rows = ListImport.objects.select_related("known_list").order_by("-id")
        found = list(rows.filter(known_list__name=name)[:20] if name else rows[:20])
        shown = [_import(one) | {"list": one.known_list.name} for one in found]
    if as_json:
        write_json(shown)
        return
    for one in shown:
        typer.echo(
            f"{one['id']}\t{one['list']}\t{one['state']}\t{one['rows']} read\t{one['added']} new\t{one['revoked']} revoked"
            f"\t{one['refused']} refused\t{one['error']}"
        )


def fetch(name: Name, as_json: AsJson = False) -> None:
    """Fetch what changed of a list, from the place that TIPLINE_HASH_SOURCES names."""
    with installation() as settings:
        from tipline.exchange.lists_in import fetching
        from tipline.trust.actors import system

        row = fetching.fetch(fetching.source_named(name, settings), settings, system("cli"))
        if row is not None:
            _tell(name, row, as_json=as_json)
        else:
            write_json(None) if as_json else typer.echo(f"{name}: nothing changed")
