"""`tipline hashes …`: lists that come in (`hashes_known`), what people found files to be, and the lists that are made of it. What is written has a person behind it (`--as`)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli import hashes_known
from tipline.cli.runtime import as_person, asked, refuse_existing, write_json, write_new, writing

if TYPE_CHECKING:
    from tipline.exchange.hash_lists.models import Edition, Finding, HashList

app = typer.Typer(
    help="Lists of hashes: those that come in, what people found files to be, and the lists that are made of it.",
    no_args_is_help=True,
)
app.command("import")(hashes_known.import_)
app.command("fetch")(hashes_known.fetch)
app.command("known")(hashes_known.known)
app.command("known-add")(hashes_known.add)
app.command("known-change")(hashes_known.change)
app.command("known-end")(hashes_known.end)
app.command("revoke")(hashes_known.revoke)
app.command("import-status")(hashes_known.import_status)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
Name = Annotated[str, typer.Argument(help="the list's name")]
Reason = Annotated[str, typer.Option(help="on what it rests, in a sentence; never a description")]
MOST_SHOWN = 200


@app.command("confirm")
def confirm(
    file: Annotated[Path, typer.Argument(help="CSV with the columns kind and hash, or with --kind one hash a line")],
    category: Annotated[str, typer.Option(help="baseline, national, industry_a1 … industry_b2; or not: it is no CSAM")],
    reason: Reason,
    kind: Annotated[str, typer.Option(help="md5, sha1, sha256, sha512, pdq, photodna, tmk or ssdeep")] = "",
    name: Annotated[
        str, typer.Option("--list", help="a list made by hand; left out: whatever takes the category")
    ] = "",
) -> None:
    """Say what files are, by their hashes. It counts as the word of the person given with --as."""
    hashes = _read(file, kind)
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.findings import Source, find

        made = find(person, hashes, category, reason, Source("file", file.name[:80]), hash_list=name)
    typer.echo(f"finding {made.pk}: {len(set(hashes))} hashes as {category}")


def _read(file: Path, kind: str) -> list[tuple[str, str]]:
    from tipline.core.errors import InvalidInputError

    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            if kind:
                return [(kind, line.strip()) for line in opened if line.strip()]
            rows = csv.DictReader(opened)
            if not {"kind", "hash"} <= set(rows.fieldnames or ()):
                raise InvalidInputError(f"{file}: the first line names the columns kind and hash; or say --kind")
            return [(row["kind"] or "", row["hash"] or "") for row in rows]
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError(f"{file} is not text in UTF-8 with one hash a line") from error


@app.command("findings")
def findings_(as_json: AsJson = False) -> None:
    """List what people of the agency found, the newest first."""
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.findings import findings_of

        rows = [_finding(one) for one in findings_of(person)[:MOST_SHOWN]]
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['id']}\t{row['category']}\t{row['hashes']} hashes\t{row['person']}{'' if row['stands'] else chr(9) + 'withdrawn'}"
        )


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "id": one.pk, "category": one.category, "hashes": one.hash_count, "person": one.person.name, "at": one.at,  # type: ignore[attr-defined]  # annotated
        "reason": one.reason, "list": one.hash_list.name if one.hash_list else None, "stands": one.withdrawn_at is None,
    }  # fmt: skip


@app.command("withdraw")
def withdraw(number: Annotated[int, typer.Argument(help="the finding's number")], reason: Reason) -> None:
    """Take a finding back. What rested on it leaves the lists with their next edition."""
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.findings import withdraw as take_back

        take_back(person, number, reason)
    typer.echo(f"finding {number} is withdrawn")


@app.command("add-list")
def add_list_(
    name: Name,
    title: Annotated[str, typer.Option(help="what the list is")],
    category: Annotated[list[str], typer.Option(help="a category that goes in; may be given several times")],
    kind: Annotated[list[str] | None, typer.Option(help="a kind of hash that is handed out; left out: all")] = None,
    needs: Annotated[int, typer.Option(help="how many people of the agency must agree")] = 2,
    by_hand: Annotated[bool, typer.Option("--by-hand", help="only findings that name the list")] = False,
    automatic: Annotated[bool, typer.Option("--automatic", help="published every hour, not by a person")] = False,
) -> None:
    """Begin a list of the agency. Nothing is handed out before its first edition."""
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.lists import Rules, add_list

        made = add_list(person, Rules(name, title, category, kind or (), needs, by_hand, automatic))
    typer.echo(f"list {made.pk}: {made.name}")


@app.command("lists")
def lists_(as_json: AsJson = False) -> None:
    """List the lists of the agency, with what is published of each."""
    with asked() as (scope, _):
        from tipline.exchange.hash_lists.lists import lists_in, with_newest

        rows = [_list(one, newest) for one, newest in with_newest(lists_in(scope))]
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['id']}\t{row['agency']}/{row['name']}\t{row['entries']} entries\tedition {row['edition'] or 'none'}"
            f"\t{row['subscribers']} subscribers"
        )


def _list(one: HashList, newest: Edition | None) -> dict[str, Any]:
    return {
        "id": one.pk, "agency": one.agency.code, "name": one.name, "title": one.title, "categories": one.categories,
        "needs": one.needs, "by_hand": one.by_hand, "automatic": one.automatic, "edition": newest and newest.number,
        "entries": newest.entries if newest else 0, "published_at": newest and newest.published_at,
        "subscribers": one.subscriber_count, "last_read": one.last_read,  # type: ignore[attr-defined]  # annotated
    }  # fmt: skip


@app.command("publish")
def publish_(name: Name) -> None:
    """Make the next edition of a list of what people agree on now, and sign it."""
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.lists import publish_by

        made = publish_by(person, name)
    typer.echo(f"{name}: edition {made.number}, {made.entries} entries" if made else f"{name}: nothing changed")


@app.command("export")
def export(
    name: Name,
    output: Annotated[Path, typer.Option("-o", "--output", help="a new file; its checkpoint goes beside it")],
) -> None:
    """Write the newest edition of a list as NDJSON, for a stick, with its signed checkpoint in OUTPUT.checkpoint."""
    beside = output.with_name(f"{output.name}.checkpoint")
    refuse_existing(output)
    refuse_existing(beside)
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.files import taken
        from tipline.exchange.hash_lists.lists import list_to_publish

        edition, lines = taken(list_to_publish(person, name), person.actor)
        with writing(output), output.open("xb") as file:
            file.writelines(lines)
        write_new(beside, edition.note.encode())
    typer.echo(f"{name}: edition {edition.number}, {edition.entries} entries")


@app.command("subscribe")
def subscribe_(
    name: Name,
    who: Annotated[str, typer.Argument(help="who reads it, in words")],
    provider: Annotated[str, typer.Option(help="the user name of the provider that it is")] = "",
    peer: Annotated[str, typer.Option(help="the peer that it is")] = "",
    days: Annotated[int, typer.Option(help="how long the key works")] = 365,
    as_json: AsJson = False,
) -> None:
    """Let somebody read a list. The key is printed this once."""
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.lists import subscribe

        made = subscribe(person, name, who, provider=provider, peer=peer, days=days)
    if as_json:
        write_json({"subscriber": made.subscriber.pk, "list": made.subscriber.hash_list_id, "key": made.key})
        return
    typer.echo(made.key)
    typer.echo(f"subscriber {made.subscriber.pk} of {name}; the key is shown this once", err=True)


@app.command("unsubscribe")
def unsubscribe_(name: Name, number: Annotated[int, typer.Argument(help="the subscriber's number")]) -> None:
    """End a subscriber's key at once."""
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.lists import unsubscribe

        unsubscribe(person, name, number)
    typer.echo(f"subscriber {number} reads {name} no more")


@app.command("end-list")
def end_list_(name: Name) -> None:
    """Hand out nothing more of a list, and end its subscribers' keys."""
    with as_person() as (person, _):
        from tipline.exchange.hash_lists.lists import end_list

        end_list(person, name)
    typer.echo(f"{name} is ended")
