"""`tipline case drafts` and `tipline case letter …`: the letters of a case, for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.case import AsJson, Number, case_of
from tipline.cli.runtime import as_person, asked, write_json

if TYPE_CHECKING:
    from tipline.investigation.legal.letters.models import Letter

letters = typer.Typer(help="Letters and forms of a case.", no_args_is_help=True)
Language = Annotated[str, typer.Option("--lang", metavar="L", help="en, hi or mr")]
LetterNumber = Annotated[
    int, typer.Argument(min=1, help="the letter's number in the case, as `case letter list` shows it")
]


def drafts(
    number: Number,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="folder to write to; made when it is missing")],
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Write every legal draft of a case as PDF; the set is made first when there is none."""
    with asked() as (scope, actor):
        from django.db import transaction

        from tipline.core.errors import InvalidInputError
        from tipline.investigation.legal.letters import queries, services
        from tipline.investigation.legal.letters.models import LetterState
        from tipline.investigation.legal.letters.printing import FileKind, print_letters
        from tipline.trust.accounts.models import User
        from tipline.trust.agencies.queries import country_of

        with transaction.atomic():
            case = case_of(scope, number)
            found = queries.visible_letters(scope, case).filter(language=language).exclude(state=LetterState.WITHDRAWN)
            if not found.exists():
                person = User.objects.filter(pk=actor.id).first() if actor.id is not None else None
                if person is not None:
                    services.make_set(person, case.pk, language)
                else:
                    services.make_set_for(actor, case, language)
            all_of_them = list(found.all())
            versions = queries.readable(case, all_of_them)
            pairs = [(letter, versions[letter.pk]) for letter in all_of_them]
            made = print_letters(actor, pairs, FileKind.PDF, country_of(case.agency))
            try:
                out.mkdir(parents=True, exist_ok=True)
                for one in made:
                    (out / one.name).write_bytes(one.content)
            except OSError as error:
                raise InvalidInputError(f"{out} cannot be written: {error.strerror}") from error
    rows = [{"file": str(out / one.name), **_row(one.letter), "sha256": one.sha256} for one in made]
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(row["file"])


@letters.command("list")
def list_(number: Number, as_json: AsJson = False) -> None:
    """List the letters of a case."""
    with asked() as (scope, actor):
        from tipline.core.text import visible
        from tipline.investigation.legal.letters.queries import visible_letters
        from tipline.trust.audit.services import Act, record

        case = case_of(scope, number)
        rows = [_row(letter) for letter in visible_letters(scope, case)]
        record(actor, [Act("letter.listed", "case", case.pk, {"letters": len(rows)})])
    if as_json:
        write_json(rows)
        return
    for row in rows:
        typer.echo(
            f"L{row['number']:<4} {row['form']:<22} {row['language']} {row['state']:<10} {visible(row['holder'])}"
        )


@letters.command("make")
def make(
    number: Number,
    form: Annotated[str, typer.Argument(help="id of the form, such as preservation")],
    language: Language = "en",
    holder: Annotated[str, typer.Option("--holder", metavar="KEY", help="to whom, by its key in the directory")] = "",
    as_json: AsJson = False,
) -> None:
    """Make one letter (needs `tipline --as EMAIL`)."""
    with as_person() as (person, scope):
        from tipline.investigation.legal.letters import services

        made = services.make(person, case_of(scope, number).pk, form, language, holder)
        row = _row(made)
    if as_json:
        write_json(row)
        return
    typer.echo(f"L{row['number']} {row['form']} {row['language']}, version {row['version']}")


@letters.command("print")
def print_(
    number: Number,
    letter: LetterNumber,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="file to write: its ending says which kind")],
) -> None:
    """Write one letter as PDF, DOCX or ODT."""
    from tipline.core.errors import InvalidInputError, NotFoundError

    with asked() as (scope, actor):
        from tipline.investigation.legal.letters import queries
        from tipline.investigation.legal.letters.printing import FileKind, print_letters
        from tipline.trust.agencies.queries import country_of

        kind = out.suffix.removeprefix(".").lower()
        if kind not in set(FileKind):
            raise InvalidInputError(f"{out.name} must end in .pdf, .docx or .odt")
        case = case_of(scope, number)
        found = queries.visible_letters(scope, case).filter(number=letter).first()
        if found is None:
            raise NotFoundError(f"case {case.number} has no letter L{letter}")
        version = queries.readable(case, [found])[found.pk]
        made = print_letters(actor, [(found, version)], FileKind(kind), country_of(case.agency))[0]
        try:
            out.write_bytes(made.content)
        except OSError as error:
            raise InvalidInputError(f"{out} cannot be written: {error.strerror}") from error
    typer.echo(f"{out}: sha256 {made.sha256}")


def _row(letter: Letter) -> dict[str, Any]:
    return {
        "number": letter.number, "form": letter.form, "language": letter.language, "holder": letter.holder_name,
        "holder_key": letter.holder_key, "version": letter.version, "state": letter.state, "edited": letter.edited,
        "missing": letter.missing, "made_at": letter.made_at.isoformat(),
    }  # fmt: skip
