"""Reading letters, within what somebody may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from tipline.core.errors import NotFoundError
from tipline.core.sql import together
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.legal.letters.body import Body
from tipline.investigation.legal.letters.masking import masked, read_terms, terms_asked
from tipline.investigation.legal.letters.models import Letter, LetterVersion
from tipline.investigation.legal.letters.services import bodies_asked, in_force
from tipline.reports.masking import Terms
from tipline.trust.visibility import Scope


def visible_letters(scope: Scope, case: Case) -> QuerySet[Letter]:
    """The letters of a visible case, in the order they were made."""
    seen = visible_cases(scope).filter(pk=case.pk).order_by().values("pk")
    return (
        Letter.objects.filter(case__in=seen)
        .select_related("case__agency", "made_by", "reviewed_by", "withdrawn_by")
        .order_by("number")
    )


def visible_letter(scope: Scope, case: Case, letter_id: int) -> Letter:
    """One letter of a visible case.

    Raises
    ------
    NotFoundError
        when the case has no such letter, or is not in scope.
    """
    found = visible_letters(scope, case).filter(pk=letter_id).first()
    if found is None:
        raise NotFoundError(f"there is no letter {letter_id} in this case")
    return found


def readable(case: Case, letters: Iterable[Letter]) -> dict[int, LetterVersion]:
    """The version in force of each letter by the letter's id, with what is a child's masked. Not to be saved. One query."""
    wanted = list(letters)
    *named, versions = together(*terms_asked(case), bodies_asked(wanted))
    terms, found = read_terms(*named), in_force(wanted, versions)
    for version in found.values():
        version.body = masked(version.body, terms)
    return found


@dataclass(frozen=True, slots=True)
class Whole:
    """A letter as its page shows it.

    Parameters
    ----------
    version
        the one in force, with what is a child's masked. Not to be saved.
    written
        its body as it stands in the record, not to be shown.
    versions
        all of them, the newest first, without their texts.
    """

    version: LetterVersion
    written: Body
    terms: Terms
    versions: list[LetterVersion]


def whole(case: Case, letter: Letter) -> Whole:
    """The version in force of a letter, what is to be masked in it, and its versions. One query."""
    every = LetterVersion.objects.filter(letter=letter).select_related("by").defer("body").order_by("-number")
    *named, current, versions = together(*terms_asked(case), bodies_asked([letter]), every)
    version, terms = in_force([letter], current)[letter.pk], read_terms(*named)
    written = version.body
    version.body = masked(written, terms)
    return Whole(version, written, terms, versions)
