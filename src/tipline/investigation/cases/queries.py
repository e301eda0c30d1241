"""Reading cases, within what somebody may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from tipline.core.errors import NotFoundError
from tipline.investigation.cases.models import Case, CaseAssignment, CaseReport, CaseState, PersonEvidence
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import MAY, OPERATOR, Can, Scope, acting


def visible_cases(scope: Scope) -> QuerySet[Case]:
    """The cases of the agencies in scope, for an investigator those they are assigned to: newest first, with `report_count` and `handle_count`."""
    cases = Case.objects.all() if scope.everything else Case.objects.filter(agency_id__in=scope.agency_ids)
    if scope.assigned_to is not None:
        cases = cases.filter(
            Exists(
                CaseAssignment.objects.filter(case=OuterRef("pk"), person_id=scope.assigned_to, ended_at__isnull=True)
            )
        )
    return (
        cases.select_related("agency", "operation", "opened_by", "investigating_officer")
        .annotate(
            report_count=Count("case_reports", distinct=True),
            handle_count=Count("handles", distinct=True),
        )
        .order_by("-opened_at", "-id")
    )


def filtered(
    cases: QuerySet[Case], *, state: str = "", officer: int | None = None, mine: User | None = None
) -> QuerySet[Case]:
    """Some of the cases: in a state, with an investigating officer, those that a person works on or investigates."""
    if state in CaseState.values:
        cases = cases.filter(state=state)
    if officer is not None:
        cases = cases.filter(investigating_officer_id=officer)
    if mine is not None:
        on_it = CaseAssignment.objects.filter(case=OuterRef("pk"), person=mine, ended_at__isnull=True)
        cases = cases.filter(Q(investigating_officer=mine) | Exists(on_it))
    return cases


def officers_of(scope: Scope) -> list[tuple[int, str]]:
    """The investigating officers of the visible cases, by name."""
    found = visible_cases(scope).filter(investigating_officer__isnull=False).order_by()
    return list(
        User.objects.filter(pk__in=found.values("investigating_officer"))
        .order_by("name", "id")
        .values_list("id", "name")
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
        .prefetch_related(
            "offences",
            "handles__identifier",
            Prefetch(
                "handles__evidence",
                PersonEvidence.objects.filter(withdrawn_at__isnull=True)
                .select_related("person", "added_by")
                .order_by("pk"),
                to_attr="traced",
            ),
            "case_reports__report__reporter",
            Prefetch(
                "assignments",
                CaseAssignment.objects.filter(ended_at__isnull=True)
                .select_related("person")
                .order_by("assigned_at", "id"),
                to_attr="assigned",
            ),
        )
        .first()
    )
    if case is None:
        raise NotFoundError(f"there is no case {case_id}")
    return case


@dataclass(frozen=True, slots=True)
class CaseOfReport:
    """What somebody who sees a report is told of the case it is in. `visible`: they see the case too."""

    id: int
    number: str
    agency: str
    operation: str | None
    visible: bool


def case_of(scope: Scope, report: Report) -> CaseOfReport | None:
    """The case that a visible report is in: its number is told to every desk the report came by, its page only within the scope."""
    if not hasattr(report, "case_report"):  # visible with the report, unlike the case itself
        return None
    with acting(OPERATOR):
        found = (
            CaseReport.objects.filter(report=report)
            .select_related("case__agency", "case__operation")
            .annotate(seen=Exists(visible_cases(scope).filter(pk=OuterRef("case_id")).order_by()))
            .get()
        )
    case = found.case
    return CaseOfReport(
        case.pk, case.number, case.agency.code, case.operation.name if case.operation else None, bool(found.seen)
    )


def assignable(case: Case) -> list[User]:
    """The people of the case's agency who may work on it and do not yet."""
    return list(
        User.objects.filter(agency_id=case.agency_id, is_active=True, role__in=MAY[Can.SEE_REPORTS])
        .exclude(assignments__in=CaseAssignment.objects.filter(case=case, ended_at__isnull=True))
        .order_by("name", "id")
    )


def case_numbers(case_ids: Collection[int]) -> dict[int, str]:
    """The numbers of cases that visible reports are in: told to every desk that such a report came by, as `case_of` does. One query, or none."""
    if not case_ids:
        return {}
    with acting(OPERATOR):
        return dict(Case.objects.filter(pk__in=case_ids).values_list("pk", "number"))
