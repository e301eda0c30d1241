"""`tipline peer …`: other installations that this one exchanges with, and how each link does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json, write_new

app = typer.Typer(help="Other installations that this one exchanges with.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
Name = Annotated[str, typer.Argument(help="the peer's name")]
Why = Annotated[str, typer.Option(help="a sentence for the log and the other desk")]


@app.command("name")
def name(
    own: Annotated[
        str, typer.Argument(metavar="NAME", help="small letters, digits, hyphens; it stays once peers know it")
    ],
    url: Annotated[str, typer.Option(help="https:// address at which peers call; left out: by stick alone")] = "",
) -> None:
    """Say what this installation is called among its peers, and where it is reached."""
    with installation():
        from tipline.exchange.parties.ourselves import set_our_name
        from tipline.trust.actors import system

        set_our_name(own, url, system("cli"))
    typer.echo(f"this installation is {own}{f' at {url}' if url else ''}")


@app.command("describe")
def describe_(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="file to write; left out: standard output")
    ] = None,
) -> None:
    """Write the descriptor of this installation, for a peer; its fingerprint, to be read aloud, goes to standard error."""
    with installation() as settings:
        from tipline.exchange.parties.descriptor import fingerprint, spoken
        from tipline.exchange.parties.ourselves import describe

        found = describe(settings)
        mark = spoken(fingerprint(found.name, [line.key for line in found.keys]))
    text = found.model_dump_json(indent=2)
    if output is None:
        typer.echo(text)
    else:
        write_new(output, text.encode() + b"\n")
    typer.echo(f"fingerprint of {found.name}: {mark}", err=True)


@app.command("add")
def add(file: Annotated[Path, typer.Argument(help="the other side's descriptor")]) -> None:
    """Take in a peer's descriptor, or a newer one of a known peer. Nothing is exchanged before `tipline peer confirm`."""
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.exchange.parties.descriptor import LARGEST_BYTES, read_descriptor, spoken
        from tipline.exchange.parties.models import PeerState
        from tipline.exchange.parties.ourselves import our_name
        from tipline.exchange.parties.services import add_peer
        from tipline.trust.actors import system

        try:
            with file.open("rb") as opened:
                raw = opened.read(LARGEST_BYTES + 1)
        except OSError as error:
            raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from error
        peer = add_peer(read_descriptor(raw), our_name(), system("cli"))
    typer.echo(f"{peer.name}: {PeerState(peer.state).label.lower()}")
    if peer.state == PeerState.INVITED:
        typer.echo(f"Its fingerprint: {spoken(peer.fingerprint)}")
        typer.echo("Ring somebody there whom you know, let them read theirs aloud, and type what you hear:")
        typer.echo(f"  tipline peer confirm {peer.name} --fingerprint '...'")


@app.command("confirm")
def confirm(
    peer: Name, fingerprint: Annotated[str, typer.Option(help="ten groups of four, as the other side read them aloud")]
) -> None:
    """Say that the other side read the same fingerprint aloud. From now on referrals go there and come from there."""
    with installation():
        from tipline.exchange.parties.services import confirm_peer, peer_named
        from tipline.trust.actors import system

        confirm_peer(peer_named(peer), fingerprint, system("cli"))
    typer.echo(f"{peer} is active")


@app.command("place")
def place(
    agency: Annotated[str, typer.Argument(help="code of an agency of the tree")],
    peer: Annotated[str, typer.Argument(help="the peer where it works; empty with --here")] = "",
    here: Annotated[bool, typer.Option("--here", help="it works in this installation again")] = False,
) -> None:
    """Say in which installation an agency works. What is referred to it crosses."""
    with installation():
        from tipline.core.errors import InvalidInputError
        from tipline.exchange.parties.services import peer_named, place_desk, take_desk_back
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        if bool(peer) == here:
            raise InvalidInputError("name the peer where the agency works, or --here")
        if here:
            take_desk_back(by_code(agency), system("cli"))
        else:
            place_desk(by_code(agency), peer_named(peer), system("cli"))
    typer.echo(f"{agency} works {'here' if here else f'at {peer}'}")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List peers, with what waits for each."""
    with installation():
        from tipline.exchange.federation.queries import links

        rows = links()
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(_line(row))


@app.command("show")
def show(peer: Name, as_json: AsJson = False) -> None:
    """Show a peer: its state, keys and agencies, what waits and since when, what went wrong last."""
    with installation():
        from tipline.core.text import visible
        from tipline.exchange.federation.queries import link
        from tipline.exchange.parties.services import peer_named

        found = link(peer_named(peer))
    if as_json:
        write_json(found)
        return
    typer.echo(_line(found))
    for key in found["keys"]:
        typer.echo(f"  key {key['key']}  {key['state']}")
    for waits in found["held"]:
        typer.echo(f"  {waits['count']} wait: {visible(waits['why'])}")
    for refused in found["refused_last"]:
        typer.echo(f"  refused: report {refused['report']}, {refused['kind']}: {visible(refused['why'])}")


def _line(row: dict[str, Any]) -> str:
    from tipline.core.text import visible

    oldest = f", oldest since {row['oldest_at']}" if row["oldest_at"] else ""
    error = f"  {visible(row['error'])}" if row["error"] else ""
    return f"{row['name']}  {row['state']}  {row['waiting']} waiting{oldest}, {row['refused']} refused{error}"


@app.command("suspend")
def suspend(peer: Name, why: Why) -> None:
    """Stop exchanging with a peer for now. What waits for it waits on."""
    _move(peer, "suspended", why)


@app.command("resume")
def resume(peer: Name) -> None:
    """Exchange with a suspended peer again."""
    _move(peer, "active", "")


@app.command("end")
def end(peer: Name, why: Why) -> None:
    """Part from a peer for good. Its descriptor can be added anew, and is compared anew."""
    _move(peer, "ended", why)


def _move(name: str, state: str, why: str) -> None:
    with installation():
        from tipline.exchange.parties.models import PeerState
        from tipline.exchange.parties.services import peer_named, set_state
        from tipline.trust.actors import system

        set_state(peer_named(name), PeerState(state), why, system("cli"))
    typer.echo(f"{name} is {state}")


@app.command("revoke-key")
def revoke(peer: Name, key: Annotated[str, typer.Argument(help="the key, or its name")], why: Why) -> None:
    """Believe a key of a peer no more."""
    with installation():
        from tipline.exchange.parties.services import peer_named, revoke_key
        from tipline.trust.actors import system

        revoke_key(peer_named(peer), key, why, system("cli"))
    typer.echo(f"nothing that {key} signs is believed any more")


@app.command("retry")
def retry(
    peer: Name,
    refused: Annotated[
        bool, typer.Option("--refused", help="also what the other side refused, as new messages")
    ] = False,
) -> None:
    """Try now what waits for a peer, instead of when its pause is over."""
    with installation():
        from tipline.exchange.federation.queries import retry_now
        from tipline.exchange.parties.services import peer_named
        from tipline.trust.actors import system

        count = retry_now(peer_named(peer), system("cli"), refused=refused)
    typer.echo(f"{count} messages are tried at once")


@app.command("send")
def send(as_json: AsJson = False) -> None:
    """Send what is due to every peer, without waiting for the worker."""
    with installation() as settings:
        from tipline.exchange.federation.sending import send_waiting

        done = send_waiting(settings)
    if as_json:
        write_json({"answered": done})
    else:
        typer.echo(f"{done} messages answered")
