"""Reading cases, within what somebody may see."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from tipline.core.errors import NotFoundError
from tipline.investigation.cases.models import Case
from tipline.trust.visibility import Scope


def visible_cases(scope: Scope) -> QuerySet[Case]:
    """The cases of the agencies in scope, newest first, with `report_count` and `handle_count`."""
    cases = Case.objects.all() if scope.everything else Case.objects.filter(agency_id__in=scope.agency_ids)
    return (
        cases.select_related("agency", "operation", "opened_by")
        .annotate(
            report_count=Count("case_reports", distinct=True),
            handle_count=Count("handles", distinct=True),
        )
        .order_by("-opened_at", "-id")
    )


def visible_case(scope: Scope, case_id: int) -> Case:
    """One case with everything its page shows.

    Raises
    ------
    NotFoundError
        when there is none, or it is not in scope.
    """
    case = (
        visible_cases(scope)
        .filter(pk=case_id)
        .prefetch_related("offences", "handles__identifier", "case_reports__report__reporter")
        .first()
    )
    if case is None:
        raise NotFoundError(f"there is no case {case_id}")
    return case
