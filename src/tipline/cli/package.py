"""`tipline package …`: referrals as signed files, for where there is no wire."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.runtime import as_person, asked, refuse_existing, write_json, write_new, writing

if TYPE_CHECKING:
    from tipline.core.keys import VerifyingKey
    from tipline.exchange.package.history import Continued
    from tipline.exchange.package.reading import Verified
    from tipline.trust.actors import Actor

app = typer.Typer(help="Lead packages: referrals as signed files.", no_args_is_help=True)
sealed_app = typer.Typer(
    help="Sealed evidence in a package, as ciphertext: one person proposes it, another approves it.",
    no_args_is_help=True,
)
app.add_typer(sealed_app, name="sealed")

File = Annotated[Path, typer.Argument(metavar="FILE", help="a package", exists=True, dir_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command("export")
def export(
    referrals: Annotated[
        list[int], typer.Argument(help="numbers of referrals that went to one agency (tipline referral list)")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write; a new one")],
    encrypt: Annotated[bool, typer.Option("--encrypt", help="to the key of the receiver's installation")] = False,
    encrypt_to: Annotated[str, typer.Option(metavar="AGE1…", help="to this age public key")] = "",
    note: Annotated[str, typer.Option(help="a sentence for the other desk; no names of children")] = "",
    sealed: Annotated[
        bool,
        typer.Option("--sealed", help="with the sealed evidence that two persons released: tipline package sealed"),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write referrals as one package, signed by this installation."""
    refuse_existing(output)
    with asked() as (scope, actor):
        from tipline.core.config import config
        from tipline.exchange.package.sending import hand_over
        from tipline.trust.accounts.models import User

        person = User.objects.select_related("agency").get(pk=actor.id) if actor.id else None
        out = io.BytesIO()
        wanted = encrypt_to or ("" if encrypt else None)
        made = hand_over(config(), scope, person, referrals, out, encrypt_to=wanted, note=note, sealed=sealed)
    write_new(output, out.getvalue(), private=True)
    if as_json:
        write_json(
            {
                "uid": made.uid,
                "digest": made.digest,
                "to": made.to_agency,
                "reports": made.reports,
                "encrypted": made.encrypted,
            }
        )
        return
    typer.echo(f"{made.reports} reports for {made.to_agency}, package {made.uid}, digest {made.digest}")
    typer.echo(f"written: {output}")


@app.command("verify")
def verify(
    file: File,
    key: Annotated[
        str,
        typer.Option(
            "--key", metavar="KEY", help="the sender's key, NAME+HASH+KEY, or a file of such lines or a key list"
        ),
    ] = "",
    after: Annotated[
        Path | None,
        typer.Option(
            "--after",
            metavar="FILE",
            help="an earlier package of the same sender: does its log continue the one of then?",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a package: signature, every file, and its record. Needs no database and no network."""
    from tipline.core.clock import now
    from tipline.core.text import visible
    from tipline.exchange.package.format import PackageError
    from tipline.exchange.package.reading import verify as check

    keys = _keys(key) if key else None
    try:
        with file.open("rb") as body:
            found = check(body, keys, now())
            log_continues = _continued(found, after, keys) if after else None
    except PackageError as error:
        if not as_json:
            raise
        write_json({"ok": False, "code": error.code, "error": str(error)})
        raise typer.Exit(1) from error
    meta = found.meta
    if as_json:
        write_json(
            {
                "ok": True, "uid": meta.uid, "digest": found.digest, "from": meta.sender.agency, "to": meta.receiver.agency,
                "reports": meta.reports, "data": [kind.value for kind in meta.data], "made_at": meta.made_at.isoformat(),
                "expires_at": meta.expires_at.isoformat(), "key": str(found.key), "known": found.known,
                "log_continues": log_continues.proven if log_continues else None,
            }
        )  # fmt: skip
        return
    typer.echo(f"{'verified' if found.known else 'agrees with itself'}: package {meta.uid}, digest {found.digest}")
    typer.echo(
        f"{meta.reports} reports from {visible(meta.sender.agency)} to {visible(meta.receiver.agency)}, signed by {found.key}"
    )
    if log_continues:
        typer.echo(
            f"its log {'continues' if log_continues.proven else 'is not proven to continue'} that of {after}: {log_continues.text}"
        )
    if not found.known:
        typer.echo("The key is the package's own. Give the sender's key with --key to prove who signed.", err=True)


@app.command("receive")
def receive(
    file: File,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", help="where the receipt is written; default: FILE.receipt.json")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take a package in: its reports come to the addressed desk. The same one again gives the same receipt."""
    where = receipt or file.with_name(f"{file.name}.receipt.json")
    with asked() as (_, actor):
        from tipline.core.config import config
        from tipline.exchange.package.format import PackageError
        from tipline.exchange.package.receiving import receive as take
        from tipline.trust.accounts.models import User

        person = User.objects.select_related("agency").get(pk=actor.id) if actor.id else None
        refusal: PackageError | None = None
        with file.open("rb") as body:
            try:
                taken = take(config(), person, body)
            except PackageError as error:
                refusal = error  # it is noted, which is to be committed
    if refusal is not None:
        raise refusal
    with writing(where):
        where.write_bytes(taken.receipt)
    if as_json:
        write_json(
            {
                "uid": taken.uid, "digest": taken.digest, "from": taken.from_agency, "to": taken.to_agency, "reports": taken.reports,
                "new_reports": taken.new_reports, "again": taken.again, "receipt": str(where), "warning": taken.warning,
            }
        )  # fmt: skip
        return
    typer.echo(
        f"{'taken before' if taken.again else 'taken'}: package {taken.uid} from {taken.from_agency} for {taken.to_agency}"
    )
    if taken.warning:
        typer.echo(f"Ask the sender: {taken.warning}.", err=True)
    typer.echo(f"{taken.reports} reports, {taken.new_reports} of them new; give the sender this receipt: {where}")


@app.command("receipt")
def receipt_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a receipt", exists=True, dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Take in the receipt of a package that was made here: its referrals are received."""
    with asked() as (scope, actor):
        from tipline.exchange.package.sending import take_receipt

        body = file.read_bytes()
        sent = take_receipt(scope, actor, body)
        row = {
            "uid": str(sent.uid),
            "reports": sent.reports,
            "received_at": sent.received_at.isoformat() if sent.received_at else None,
        }
    if as_json:
        write_json(row)
        return
    typer.echo(f"package {row['uid']}: {row['reports']} reports were received, {row['received_at']}")


def _operator(actor: Actor) -> None:
    from tipline.core.errors import NotPermittedError

    if actor.id:
        raise NotPermittedError("returns are between installations: the operator makes them and takes them in")


@app.command("return")
def return_(
    peer: Annotated[
        str, typer.Argument(help="the peer that handed over, or to which was handed over (tipline peer list)")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write; a new one")],
    as_json: AsJson = False,
) -> None:
    """Write what waits to be told to a peer as a signed file: states, recalls, outcomes, feedback, what was destroyed."""
    refuse_existing(output)
    with asked() as (_, actor):
        from tipline.core.config import config
        from tipline.exchange.package.returns import make_return

        _operator(actor)
        made = make_return(config(), peer, actor)
    write_new(output, made.body, private=True)
    if as_json:
        write_json({"uid": made.uid, "digest": made.digest, "to": peer, "messages": made.messages})
        return
    typer.echo(f"{made.messages} messages for {peer}, return {made.uid}, digest {made.digest}")
    typer.echo(f"written: {output}; they wait until its answer is here (tipline package answer)")


@app.command("take-return")
def take_return_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a return", exists=True, dir_okay=False)],
    answer: Annotated[
        Path | None, typer.Option("--answer", help="where the answer is written; default: FILE.answer.json")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take a return in: what it tells has its effect once. The same one again gives the same answer."""
    where = answer or file.with_name(f"{file.name}.answer.json")
    with asked() as (_, actor):
        from tipline.core.config import config
        from tipline.exchange.package.format import PackageError
        from tipline.exchange.package.returns import take_return

        _operator(actor)
        refusal: PackageError | None = None
        try:
            taken = take_return(config(), file.read_bytes(), actor)
        except PackageError as error:
            refusal = error  # it is noted, which is to be committed
    if refusal is not None:
        raise refusal
    with writing(where):
        where.write_bytes(taken.answer)
    if as_json:
        write_json(
            {
                "uid": taken.uid,
                "from": taken.peer,
                "messages": taken.messages,
                "again": taken.again,
                "answer": str(where),
            }
        )
        return
    typer.echo(f"{'taken before' if taken.again else 'taken'}: return {taken.uid} from {taken.peer}")
    typer.echo(f"{taken.messages} messages; give the sender this answer: {where}")


@app.command("answer")
def answer_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="an answer", exists=True, dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Take in the answer to a return that was made here: what the other side took waits no longer."""
    with asked() as (_, actor):
        from tipline.exchange.package.returns import take_answer

        _operator(actor)
        peer, counts = take_answer(file.read_bytes(), actor)
    if as_json:
        write_json({"from": peer, **counts})
        return
    typer.echo(f"{peer}: {counts['done']} taken, {counts['refused']} refused, {counts['later']} to be told again")


@app.command("list")
def list_(as_json: AsJson = False, limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100) -> None:
    """List packages that were made, taken and refused, the latest first."""
    with asked() as (scope, actor):
        from tipline.exchange.package.queries import told
        from tipline.trust.audit.services import Act, record

        rows: dict[str, list[dict[str, Any]]] = told(scope, limit)
        record(actor, [Act("package.listed", "package", "all", {kind: len(found) for kind, found in rows.items()})])
    if as_json:
        write_json(rows)
        return
    from tipline.core.text import visible

    for kind, found in rows.items():
        for row in found:
            typer.echo(f"{kind:<8} {row['at']}  {row['uid']}  {visible(str(row['what']))}")


@sealed_app.command("propose")
def propose(
    referral: Annotated[int, typer.Argument(help="number of a referral that your desk sent")],
    custodian: Annotated[
        str,
        typer.Option(
            metavar="AGE1…",
            help="the receiver's custodian, as they gave their key to you: the evidence is sealed to it already",
        ),
    ],
    reason: Annotated[str, typer.Option(help="why it has to go; names no child")],
) -> None:
    """Propose that the sealed evidence of a report goes with its package (tipline --as EMAIL ...)."""
    with as_person() as (person, scope):
        from tipline.exchange.package.releases import propose as proposed

        made = proposed(person, scope, referral, custodian, reason)
    typer.echo(
        f"release {made.pk}: {len(made.seals)} sealed files of report {made.report_id}; waits for a second person"
    )


@sealed_app.command("approve")
def approve(release: Annotated[int, typer.Argument(help="number of a release: tipline package sealed list")]) -> None:
    """Approve what another person proposed (tipline --as EMAIL ...). The next package of the referral may carry it, once."""
    with as_person() as (person, scope):
        from tipline.exchange.package.releases import decide

        decide(person, scope, release, approve=True)
    typer.echo(f"release {release} is approved: tipline package export --sealed")


@sealed_app.command("refuse")
def refuse(release: Annotated[int, typer.Argument(help="number of a release: tipline package sealed list")]) -> None:
    """Refuse what another person proposed (tipline --as EMAIL ...)."""
    with as_person() as (person, scope):
        from tipline.exchange.package.releases import decide

        decide(person, scope, release, approve=False)
    typer.echo(f"release {release} is refused")


@sealed_app.command("list")
def sealed_list(as_json: AsJson = False, limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100) -> None:
    """List what was proposed, by whom and why, and what became of it, the latest first."""
    with asked() as (scope, actor):
        from tipline.exchange.package.releases import told

        rows = told(scope, actor, limit)
    if as_json:
        write_json(rows)
        return
    from tipline.core.text import visible

    for row in rows:
        typer.echo(
            f"{row['release']:>6}  {row['state']:<9} report {row['report']}, referral {row['referral']} to {row['to']}, {row['files']} files:"
            f" {visible(row['reason'])} ({visible(row['proposed_by'])}{', ' + visible(row['decided_by']) if row['decided_by'] else ''})"
        )


def _continued(found: Verified, after: Path, keys: list[VerifyingKey] | None) -> Continued:
    """Whether the sender's log of a package continues that of an earlier one, which may be past its time."""
    from tipline.exchange.package.history import continues, head_of
    from tipline.exchange.package.reading import verify as check

    with after.open("rb") as body:
        return continues(found, head_of(check(body, keys)))


def _keys(given: str) -> list[VerifyingKey]:
    """Verifying keys out of an argument, or out of the file that it names."""
    import json

    from tipline.core.errors import InvalidInputError
    from tipline.core.keys import read_verifying_key

    path = Path(given)
    try:
        text = path.read_text(encoding="utf-8") if len(given) < 4096 and path.is_file() else given
        lines = (
            [line["key"] for line in json.loads(text)["keys"]] if text.lstrip().startswith("{") else text.splitlines()
        )
        return [read_verifying_key(line) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInputError(
            "--key is a key NAME+HASH+KEY, a file of such lines, or a published key list"
        ) from error
