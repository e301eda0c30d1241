"""Reading cases, within what somebody may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from tipline.core.errors import NotFoundError
from tipline.core.sql import read_already, together
from tipline.investigation.cases.models import (
    Case,
    CaseAssignment,
    CaseHandle,
    CaseOffence,
    CaseReport,
    CaseState,
    PersonEvidence,
)
from tipline.investigation.operations.models import Membership
from tipline.investigation.operations.queries import visible_operations
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.queries import country_read_along, with_country
from tipline.trust.visibility import MAY, Can, Scope


def visible_cases(scope: Scope) -> QuerySet[Case]:
    """The cases of the agencies in scope, for an investigator those they are assigned to: newest first."""
    cases = Case.objects.all() if scope.everything else Case.objects.filter(agency_id__in=scope.agency_ids)
    if scope.assigned_to is not None:
        cases = cases.filter(
            Exists(
                CaseAssignment.objects.filter(case=OuterRef("pk"), person_id=scope.assigned_to, ended_at__isnull=True)
            )
        )
    return cases.select_related("agency", "opened_by", "investigating_officer").order_by("-opened_at", "-id")


def with_operations(scope: Scope, cases: QuerySet[Case]) -> QuerySet[Case]:
    """With `operations`: `code` and `name` of those that a case is in and the asker knows of, the first that it came into first."""
    rows = Membership.objects.filter(
        case=OuterRef("pk"), taken_out_at__isnull=True, operation__in=visible_operations(scope).order_by()
    ).order_by("id")
    told = rows.values(told=JSONObject(code="operation__code", name="operation__name"))
    return cases.annotate(operations=ArraySubquery(told))


def counted(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With `report_count` and `handle_count`, as sub-selects: PostgreSQL works them out for the rows of a page, after sorting."""
    return cases.annotate(report_count=_how_many(CaseReport), handle_count=_how_many(CaseHandle))


def _how_many(model: type[CaseReport | CaseHandle]) -> Coalesce:
    rows = model._default_manager.filter(case=OuterRef("pk")).order_by().values("case")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


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


def numbered(scope: Scope, text: str) -> list[Case]:
    """The cases in scope of a number, or of an id, as somebody typed it: one, none, or two where agencies have the same number."""
    by_id = text.isascii() and text.isdigit() and len(text) < 19
    cases = visible_cases(scope)
    return list((cases.filter(pk=int(text)) if by_id else cases.filter(number=text))[:2])


def visible_case(scope: Scope, case_id: int) -> Case:
    """One case, with what the head of each of its pages shows.

    Raises
    ------
    NotFoundError
        when there is none, or it is not in scope.
    """
    cases = with_operations(scope, visible_cases(scope).filter(pk=case_id))
    case = cases.annotate(country=country_read_along("agency")).first()
    if case is None:
        raise NotFoundError(f"there is no case {case_id}")
    with_country(case.agency, case.country)
    return case


def with_parts(case: Case) -> Case:
    """The same case with its sections, its accounts (each with the evidence that it was `traced` by), its reports, and who is `assigned`:
    all of them in one query."""
    traces = PersonEvidence.objects.filter(handle__case=case, withdrawn_at__isnull=True)
    offences, handles, traced, reports, assigned = together(
        CaseOffence.objects.filter(case=case).order_by("pk"),
        CaseHandle.objects.filter(case=case).select_related("identifier").order_by("pk"),
        traces.select_related("person", "added_by").order_by("pk"),
        CaseReport.objects.filter(case=case).select_related("report__reporter").order_by("pk"),
        CaseAssignment.objects.filter(case=case, ended_at__isnull=True)
        .select_related("person")
        .order_by("assigned_at", "id"),
    )
    by_handle: dict[int, list[PersonEvidence]] = defaultdict(list)
    for piece in traced:
        by_handle[piece.handle_id].append(piece)
    for handle in handles:
        handle.traced = by_handle[handle.pk]
    for name, rows in (("offences", offences), ("handles", handles), ("case_reports", reports)):
        read_already(case, name, rows)
    case.assigned = assigned  # type: ignore[attr-defined]
    return case


@dataclass(frozen=True, slots=True)
class CaseOfReport:
    """What somebody who sees a report is told of the case it is in. `visible`: they see the case too; `operations`: that they know of."""

    id: int
    number: str
    agency: str
    operations: tuple[str, ...]
    visible: bool


def told_of_case(case_id: Any) -> Func:
    """What is told of a case to every desk that one of its reports came by: `number`, `agency`, `operations`; null to everybody else.

    An expression, of one that leads to the case. The case itself is not theirs: a function of the owner reads it past the second lock.
    """
    return Func(case_id, function="tipline_case_told", output_field=JSONField())


def case_of(scope: Scope, report: Report) -> QuerySet[CaseReport]:
    """The case that a visible report is in, for `read_case`: its number is told to every desk the report came by, its page only within the scope."""
    seen = Exists(visible_cases(scope).filter(pk=OuterRef("case_id")).order_by())
    return CaseReport.objects.filter(report=report).annotate(told=told_of_case(F("case_id")), seen=seen)


def read_case(rows: Sequence[CaseReport]) -> CaseOfReport | None:
    """What `case_of` found: a report is in one case, or in none."""
    for row in rows:
        known = vars(row)
        told = known["told"]
        return CaseOfReport(row.case_id, told["number"], told["agency"], tuple(told["operations"]), bool(known["seen"]))
    return None


def assignable(case: Case) -> QuerySet[User]:
    """The people of the case's agency who may work on it and do not yet."""
    return (
        User.objects.filter(agency_id=case.agency_id, is_active=True, role__in=MAY[Can.SEE_REPORTS])
        .exclude(assignments__in=CaseAssignment.objects.filter(case=case, ended_at__isnull=True))
        .order_by("name", "id")
    )
