"""The rows of a desk: a page of reports, filled in set-wise. Two queries, whatever its length; one more where reports came by the public form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tipline.console.desk.marks import QueueMarks, RoutingMarks, queue_marks, routing_marks
from tipline.core.clock import now
from tipline.intake.public_form.queries import Mark, marks
from tipline.pipeline.attribution.models import Attribution
from tipline.referrals.holding import stamp
from tipline.referrals.models import ReferralState
from tipline.reports.masking import outside
from tipline.reports.models import TRACED_ROLES, IdentifierKind, PersonRole, Report, Sighting


@dataclass(frozen=True, slots=True)
class Row:
    """One report as a desk lists it. Times are UTC.

    `holder` is the agency that has it now when that is another one; `state` is `new`, `accepted` or `elsewhere`; `hop` says how far its hop to
    this desk is, and `due` by when the desk should be done; `stamp` is what forms carry of it; `log` is the next log of its addresses to go;
    `public`: it came by the public form. `needs_person` is why routing abstained, while the report still waits here for somebody to decide.
    """

    report: Report
    handles: tuple[str, ...]
    place: str
    log: dict[str, Any] | None
    priority: int | None
    needs_person: str
    held_from: datetime
    state: str
    hop: str
    due: dict[str, Any] | None
    stamp: str
    holder: str
    public: Mark | None
    routing: RoutingMarks
    queue: QueueMarks

    @property
    def number(self) -> str:
        """The report's, as text: a template takes its time over how a number is written."""
        return str(self.report.pk)


def rows(reports: Sequence[Report]) -> list[Row]:
    """Rows for reports that come from `marked`, in their order."""
    ids = [r.pk for r in reports]
    handles: dict[int, list[str]] = defaultdict(list)
    for report_id, value, of_child, names_child in (
        Sighting.objects.filter(report_id__in=ids, role=PersonRole.REPORTED, identifier__kind=IdentifierKind.HANDLE)
        .order_by("report_id", "position")
        .values_list("report_id", "identifier__value", "identifier__of_child", "identifier__names_child")
    ):
        shown = outside(IdentifierKind.HANDLE, value, of_child=of_child, names_child=names_child)
        if shown not in handles[report_id]:
            handles[report_id].append(shown)
    places: dict[int, list[str]] = defaultdict(list)
    for report_id, state, district, country, abstained in (
        Attribution.objects.filter(report_id__in=ids, sighting__role__in=TRACED_ROLES)
        .order_by("report_id", "-confidence")
        .values_list("report_id", "state", "district", "country", "abstained")
    ):
        place = ", ".join(part for part in (district, state) if part) or country
        if place and not abstained and place not in places[report_id]:
            places[report_id].append(place)
    states = {r.pk: _state(r) for r in reports}
    public = marks(reports)
    at = now()
    return [
        Row(
            report=r,
            handles=tuple(handles[r.pk]),
            place="; ".join(places[r.pk]),
            log=_log(r.mark_clock),  # type: ignore[attr-defined]
            priority=r.mark_priority,  # type: ignore[attr-defined]
            needs_person=_why_a_person(r) if states[r.pk] == "new" else "",
            held_from=r.held_from,  # type: ignore[attr-defined]
            state=states[r.pk],
            hop=(r.hop_state or "") if states[r.pk] == "new" else "",  # type: ignore[attr-defined]
            due=_due(r, at) if states[r.pk] == "new" else None,
            stamp=stamp(r.hop_id, r.hop_state_at),  # type: ignore[attr-defined]
            holder=r.mark_holder or "",  # type: ignore[attr-defined]
            public=public.get(r.pk),
            routing=routing_marks(r),
            queue=queue_marks(r),
        )
        for r in reports
    ]


def _why_a_person(report: Report) -> str:
    routing = report.mark_routing  # type: ignore[attr-defined]
    return str(routing["reasons"][0]["text"]) if routing and routing["abstained"] and routing["reasons"] else ""


def _log(clock: dict[str, Any] | None) -> dict[str, Any] | None:
    return clock and {
        "likely_gone_at": clock["next_likely_gone_at"],
        "kept_until_by_rule_at": clock["all_gone_by_rule_at"],
        "asked": clock["noted"] > 0 and clock["next_unasked_at"] != clock["next_likely_gone_at"],
        "preserved": 0 < clock["sightings"] == clock["preserved"],
    }


def _due(report: Report, at: datetime) -> dict[str, Any] | None:
    """By when the desk should have decided. What it has jointly, what is with another report, and what has no hop has no due time."""
    due_at, remind_at = report.hop_due_at, report.hop_remind_at  # type: ignore[attr-defined]
    if due_at is None or report.jointly or report.hop_state == ReferralState.MERGED:  # type: ignore[attr-defined]
        return None
    return {"at": due_at, "state": "late" if due_at <= at else "soon" if remind_at <= at else "fine"}


def _state(report: Report) -> str:
    """Which pile a row of `referrals.queries.desk` lies in."""
    if report.held_until is not None:  # type: ignore[attr-defined]
        return "elsewhere"
    return "accepted" if report.hop_state == ReferralState.ACCEPTED else "new"  # type: ignore[attr-defined]
