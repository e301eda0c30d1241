"""Reading retention, within what somebody may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.core.sql import together
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.retention.decisions import Decision, Why, decide_cases, decide_report
from tipline.investigation.retention.models import Certificate, Destruction, DestructionItem, DestructionState, Hold
from tipline.investigation.retention.schedule import due
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import OPERATOR, Scope, acting


def visible_holds(scope: Scope) -> QuerySet[Hold]:
    """Holds of visible reports and cases, the newest first."""
    holds = Hold.objects.select_related("agency", "case").order_by("-placed_at", "-id")
    if scope.everything:
        return holds
    return holds.filter(Q(report__in=visible_reports(scope)) | Q(case__in=visible_cases(scope).order_by().values("pk")))


def visible_hold(scope: Scope, hold_id: int) -> Hold:
    """One hold.

    Raises
    ------
    NotFoundError
        when there is none, or it is not in scope.
    """
    found = visible_holds(scope).filter(pk=hold_id).first()
    if found is None:
        raise NotFoundError(f"there is no hold {hold_id}")
    return found


def visible_destructions(scope: Scope) -> QuerySet[Destruction]:
    """Destructions of the agencies in scope, the newest first, with `reports`, `cases` and `refused` counted."""
    made = Destruction.objects.select_related("agency").order_by("-id")
    if not scope.everything:
        made = made.filter(agency_id__in=scope.agency_ids)
    return made.annotate(
        reports=Count("items__report"), cases=Count("items__case"), refused=Count("items__refused_document")
    )


def visible_destruction(scope: Scope, number: int) -> Destruction:
    """One destruction.

    Raises
    ------
    NotFoundError
        when there is none, or it is not in scope.
    """
    found = visible_destructions(scope).filter(pk=number).first()
    if found is None:
        raise NotFoundError(f"there is no destruction {number}")
    return found


def items_of(made: Destruction) -> list[DestructionItem]:
    """What it takes or took, by number."""
    return list(made.items.select_related("case").order_by("report_id", "case_id", "refused_document"))


def visible_certificate(scope: Scope, number: int) -> Certificate:
    """One certificate.

    Raises
    ------
    NotFoundError
        when there is none, or it is not in scope.
    """
    found = Certificate.objects.filter(pk=number)
    if not scope.everything:
        found = found.filter(agency_id__in=scope.agency_ids)
    certificate = found.select_related("destruction", "agency").first()
    if certificate is None:
        raise NotFoundError(f"there is no certificate {number}")
    return certificate


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is told of a destroyed thing to whoever saw it: when, on what, by whom, and the certificate's number (None: being written)."""

    at: datetime
    basis: str
    on: str
    agency: str
    certificate: int | None
    visible: bool


def tombstone_of(scope: Scope, *, report_id: int | None = None, case_id: int | None = None) -> Tombstone | None:
    """How a visible report or case ended; None while it is there. Told past the second lock, as a case's number is."""
    with acting(OPERATOR):
        item = (
            DestructionItem.objects.filter(
                Q(report_id=report_id) if report_id else Q(case_id=case_id),
                destruction__state__in=[DestructionState.BEGUN, DestructionState.DONE],
            )
            .select_related("destruction__agency", "destruction__certificate")
            .first()
        )
        if item is None:
            return None
        made = item.destruction
        certificate: Certificate | None = getattr(made, "certificate", None)
    rules = ", ".join(dict.fromkeys(f"{line['rule']} (version {line['version']})" for line in item.rules))
    return Tombstone(
        made.ended_at or made.begun_at or made.ordered_at,
        made.basis,
        made.reference if made.basis == "order" else rules,
        made.agency.code,
        certificate.pk if certificate else None,
        scope.everything or made.agency_id in scope.agency_ids,
    )


@dataclass(frozen=True, slots=True)
class Section:
    """What the page of a report or a case says of retention."""

    decision: Decision
    holds: list[Hold]
    orders: list[Destruction]


def of_report(scope: Scope, report_id: int) -> Section:
    """How it stands with a report that the asker was found to see. Holds and orders are asked for only where there are some."""
    decision = decide_report(report_id, now())
    of = Q(report_id=report_id) | Q(case__case_reports__report_id=report_id)
    return _section(scope, decision, of, Q(items__report_id=report_id))


def of_case(scope: Scope, case: Case) -> Section:
    """How it stands with a visible case."""
    decision = decide_cases([case.pk], now())[case.pk]
    return _section(scope, decision, Q(case=case), Q(items__case=case))


def _section(scope: Scope, decision: Decision, held: Q, taken: Q) -> Section:
    why = {block.why for block in decision.blocks}
    holds, waiting = together(
        visible_holds(scope).filter(held, lifted_at__isnull=True) if Why.HOLD in why else Hold.objects.none(),
        visible_destructions(scope).filter(taken, state=DestructionState.ORDERED)
        if Why.UNDERWAY in why
        else Destruction.objects.none(),
    )
    return Section(decision, holds, waiting)


def overdue(days: int = 2, most: int = 100) -> tuple[int, int]:
    """Things that the schedule should have taken `days` ago and did not (at most `most`), and destructions that stand begun for an hour."""
    at = now()
    with acting(OPERATOR):
        late = sum(d.by_schedule for d in due(OPERATOR, at - timedelta(days=days), most))
        hour_ago = at - timedelta(hours=1)
        stuck = Destruction.objects.filter(
            Q(state=DestructionState.CONFIRMED, decided_at__lt=hour_ago)
            | Q(state=DestructionState.BEGUN, begun_at__lt=hour_ago)
        )
        return late, stuck.count()
