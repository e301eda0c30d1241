"""What the rows of a desk say beside the report itself, asked together with the reports: no query of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject

from tipline.pipeline.attribution.log_expiry.models import ReportClock
from tipline.pipeline.linking.models import Member
from tipline.pipeline.routing.models import Decision, DecisionDesk, DeskRole, Reroute, RerouteState
from tipline.pipeline.triage.models import Lane, Score, ScoreKind
from tipline.referrals.models import DeskRow, Waiting
from tipline.referrals.queue.rules import QUEUE
from tipline.reports.models import Holding, Report

_CLOCK = ("next_likely_gone_at", "next_unasked_at", "all_gone_by_rule_at", "sightings", "preserved", "noted")

_QUEUE = (
    "band", "flow__name", "urgent", "assignee_id", "assignee__name", "snoozed_until", "raised_at", "since", "informational",
    "pile",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoutingMarks:
    """`joint`: this desk takes part and another one leads; `leads`: it is this desk's, and others take part; `waits_until`: a
    standing rule keeps it here until then; `elsewhere`: by what is known now it would go to another desk."""

    joint: bool
    leads: bool
    zero_fir: bool
    waits_until: datetime | None
    elsewhere: bool
    linked: int  # how many hang together with it, itself among them; 0: none

    @property
    def any(self) -> bool:
        """Whether there is a badge to show."""
        return bool(
            self.joint or self.leads or self.zero_fir or self.elsewhere or self.linked or self.waits_until is not None
        )


@dataclass(frozen=True, slots=True)
class QueueMarks:
    """Why a report stands where it stands on a desk: `why` in a sentence; whose it is; until when it rests; when it was raised."""

    why: str = ""
    assignee: str = ""
    assignee_id: int | None = None
    resting_until: datetime | None = None
    raised_at: datetime | None = None
    since: datetime | None = None
    informational: bool = False


def marked(reports: QuerySet[Report], agency_id: int) -> QuerySet[Report]:
    """Reports of `referrals.queries.desk` with what `rows` shows of them on a desk, and no more of the report than that.

    Sub-selects and no joins: PostgreSQL thinks for a fifth of a second about the order of ten joined tables that each have a policy.
    """
    here = OuterRef("pk")
    holder = Holding.objects.filter(report=here, held_until=None, joint=False).values("agency__name")[:1]
    priority = Score.objects.filter(report=here, kind=ScoreKind.PRIORITY).values("score")[:1]
    clock = ReportClock.objects.filter(report=here).values(said=_said(*_CLOCK))
    lane = Lane.objects.filter(report=here).values("urgent")
    routing = Decision.objects.filter(report=here).values(said=_said("abstained", "reasons", "zero_fir"))
    place = DeskRow.objects.filter(report=here, agency=agency_id).values(said=_said(*_QUEUE))
    return (
        reports.select_related("reporter")
        .only("channel", "escalated", "incident_type", "reporter__name")
        .annotate(
            mark_priority=Subquery(priority),
            mark_urgent=Coalesce(Subquery(lane), F("escalated")),  # as the rows of desks are sorted
            mark_holder=Case(When(held_until__isnull=False, then=Subquery(holder))),
            mark_clock=Subquery(clock),
            mark_routing=Subquery(routing),
            mark_queue=Subquery(place),
            mark_waits_until=Subquery(Waiting.objects.filter(report=here).values("until")),
            mark_several=Exists(DecisionDesk.objects.filter(report=here, role=DeskRole.JOINT)),
            mark_linked=Subquery(Member.objects.filter(report=here, cluster__size__gt=1).values("cluster__size")),
            mark_elsewhere=Exists(Reroute.objects.filter(report=here, state=RerouteState.OPEN)),
        )
    )


def _said(*names: str) -> JSONObject:
    return JSONObject(**{name: F(name) for name in names})


def routing_marks(report: Report) -> RoutingMarks:
    """What routing says of a report of `marked`, as badges of its row."""
    said = vars(report)  # annotations, which the model does not know
    joint = bool(said["jointly"])
    return RoutingMarks(
        joint,
        said["mark_several"] and not joint,
        bool((said["mark_routing"] or {}).get("zero_fir")),
        said["mark_waits_until"],
        said["mark_elsewhere"],
        said["mark_linked"] or 0,
    )


def queue_marks(report: Report) -> QueueMarks:
    """Where a report of `marked` stands in the queue, and why."""
    said = vars(report)["mark_queue"]
    if not said or said["pile"] != "new":
        return QueueMarks()
    return QueueMarks(
        _why_here(said), said["assignee__name"] or "", said["assignee_id"], _time(said["snoozed_until"]),
        _time(said["raised_at"]), _time(said["since"]), bool(said["informational"]),
    )  # fmt: skip


def _why_here(said: dict[str, Any]) -> str:
    """The reason for its place, with the rule: `High priority, in the turn of Jalgaon Cyber Police (queue/high, version 1)`."""
    rules = QUEUE.about.version
    if said["urgent"]:
        return f"Urgent: before all that is not (queue/urgent, version {rules})"
    if not said["band"]:
        return "Came just now: it gets its turn within a minute"
    flow = said["flow__name"]
    turn = f", in the turn of {flow}" if flow else ", in the turn of what has no district yet"
    return f"{QUEUE.titled(said['band'])}{turn} (queue/{said['band']}, version {rules})"


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
