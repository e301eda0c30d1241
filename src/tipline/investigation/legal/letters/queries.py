"""Reading letters, within what somebody may see."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from tipline.core.errors import NotFoundError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.legal.letters.masking import masked, terms_of_case
from tipline.investigation.legal.letters.models import Letter, LetterVersion
from tipline.investigation.legal.letters.services import bodies_of
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


def readable(case: Case, letters: Iterable[Letter], terms: Terms | None = None) -> dict[int, LetterVersion]:
    """The version in force of each letter by the letter's id, with what is a child's (`terms`, of this case) masked. Not to be saved."""
    terms = terms_of_case(case) if terms is None else terms
    found = bodies_of(letters)
    for version in found.values():
        version.body = masked(version.body, terms)
    return found


def versions_of(letter: Letter) -> list[LetterVersion]:
    """All versions of a letter, the newest first, without their texts."""
    return list(LetterVersion.objects.filter(letter=letter).select_related("by").defer("body").order_by("-number"))
