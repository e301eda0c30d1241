"""Reading letters, within what somebody may see."""

from __future__ import annotations

from django.db.models import QuerySet

from tipline.core.errors import NotFoundError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.legal.letters.models import Letter
from tipline.trust.agencies.models import Jurisdiction
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


def country_of(case: Case) -> str:
    """The country whose forms a case uses: that of its agency."""
    return Jurisdiction.objects.filter(agency_id=case.agency_id).order_by("id").values_list("country", flat=True).first() or ""
