"""Reading outcomes, within what somebody may see: the desk's own rows with its cases, what is told with the reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from tipline.investigation.cases.models import Case, CaseAssignment
from tipline.investigation.outcomes.kinds import KINDS, label_of
from tipline.investigation.outcomes.models import Outcome, Reminder, ReportOutcome
from tipline.reports.models import Holding, Report
from tipline.trust.visibility import Scope


def visible_outcomes(scope: Scope) -> QuerySet[Outcome]:
    """What desks wrote, with its text: of the cases in scope, and of reports that became none of the agencies in scope."""
    rows = Outcome.objects.select_related("agency", "case", "recorded_by", "withdrawn_by").order_by("-id")
    if scope.everything:
        return rows
    return rows.filter(_of_visible_case(scope) | Q(case__isnull=True, agency_id__in=scope.agency_ids))


def _of_visible_case(scope: Scope) -> Q:
    """Rows of a case in scope. As `cases.queries.visible_cases` says it, without what that counts of each case."""
    of_agency = Q(case__agency_id__in=scope.agency_ids)
    if scope.assigned_to is None:
        return of_agency
    works = CaseAssignment.objects.filter(case=OuterRef("case_id"), person_id=scope.assigned_to, ended_at__isnull=True)
    return of_agency & Q(Exists(works))


def of_case(case: Case) -> list[Outcome]:
    """Everything that was said of a case that was read already, the newest first, with `of_reports`: how many it is told of."""
    rows = Outcome.objects.filter(case=case).select_related("recorded_by", "withdrawn_by")
    return list(rows.annotate(of_reports=Count("told")).order_by("-id"))


def standing(rows: Iterable[Outcome]) -> list[Outcome]:
    """Of each kind the newest that was not withdrawn, in the order given."""
    found: dict[str, Outcome] = {}
    for row in sorted(rows, key=lambda one: -one.pk):
        if row.withdrawn_at is None:
            found.setdefault(row.kind, row)
    return list(found.values())


def of_report(report: Report) -> QuerySet[ReportOutcome]:
    """What came of one report that was read already, the oldest first."""
    return ReportOutcome.objects.filter(report=report).select_related("agency").order_by("recorded_at", "id")


def told(rows: Iterable[ReportOutcome]) -> list[dict[str, Any]]:
    """What is told of it, as plain data (docs/reference/cli.md)."""
    return [
        {
            "kind": row.kind, "label": label_of(row.kind), "code": KINDS[row.kind].code if row.kind in KINDS else None,
            "terminal": row.kind in KINDS and KINDS[row.kind].terminal, "agency": row.agency.code, "agency_name": row.agency.name,
            "said_by": row.said_by or row.agency.code, "heard_at": row.heard_at.isoformat() if row.heard_at else None,
            "number": row.number, "on": row.on.isoformat(), "for_senders": row.for_senders or None,
            "recorded_at": row.recorded_at.isoformat(), "withdrawn": row.withdrawn_at is not None,
        }
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CameBack:
    """An outcome in the list of what came back: of how many of the asker's reports, and the first of them."""

    outcome: int
    kind: str
    number: int | None
    on: date
    agency: str
    agency_name: str
    for_senders: str
    recorded_at: datetime
    withdrawn: bool
    reports: int
    report: int
    said_by: str
    heard_at: datetime | None

    @property
    def label(self) -> str:
        """The kind in words."""
        return label_of(self.kind)

    @property
    def others(self) -> int:
        """How many reports beside the first."""
        return self.reports - 1


def came_back(scope: Scope, kind: str = "", *, own: int | None = None) -> QuerySet[ReportOutcome, dict[str, Any]]:
    """What is told of the reports in scope, a row an outcome, the newest first; `read` makes each a `CameBack`.

    Parameters
    ----------
    own
        an agency whose own words are left out: what came back to it from others.
    """
    rows = ReportOutcome.objects.all()
    if not scope.everything:
        seen = Holding.objects.filter(report=OuterRef("report_id"), agency_id__in=scope.agency_ids)
        rows = rows.filter(Exists(seen))
    if kind:
        rows = rows.filter(kind=kind)
    if own is not None:
        rows = rows.exclude(agency_id=own)
    return (
        rows.values(
            "outcome_id", "kind", "number", "on", "agency__code", "agency__name", "for_senders", "recorded_at", "withdrawn_at",
            "said_by",
        )
        .annotate(reports=Count("report_id"), report=Min("report_id"), heard=Min("heard_at"))
        .order_by("-recorded_at", "-outcome_id")
    )  # fmt: skip


def read(row: dict[str, Any]) -> CameBack:
    """A row of `came_back`."""
    return CameBack(
        row["outcome_id"], row["kind"], row["number"], row["on"], row["agency__code"], row["agency__name"], row["for_senders"],
        row["recorded_at"], row["withdrawn_at"] is not None, row["reports"], row["report"],
        row["said_by"] or row["agency__code"], row["heard"],
    )  # fmt: skip


def reminders(scope: Scope, agency_id: int) -> QuerySet[Reminder]:
    """Open reminders of a desk, those first that nobody has seen, then the oldest; of cases only those in scope."""
    rows = Reminder.objects.filter(agency_id=agency_id, ended_at__isnull=True)
    if not scope.everything:
        rows = rows.filter(Q(case__isnull=True, agency_id__in=scope.agency_ids) | _of_visible_case(scope))
    return rows.select_related("case", "acknowledged_by").order_by("acknowledged_at", "since", "id")


def reminders_of(case: Case) -> list[Reminder]:
    """Open reminders of one case that was read already."""
    return list(
        Reminder.objects.filter(case=case, ended_at__isnull=True).select_related("acknowledged_by").order_by("id")
    )


def unseen(scope: Scope, agency_id: int) -> QuerySet[Reminder]:
    """Open reminders of a desk that nobody has seen."""
    return reminders(scope, agency_id).filter(acknowledged_at__isnull=True)
