"""What the rows of a desk say beside the report itself, asked together with the reports: no query of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject

from tipline.pipeline.attribution.log_expiry.models import ReportClock
from tipline.pipeline.routing.models import Decision, DecisionDesk, DeskRole, Reroute, RerouteState
from tipline.pipeline.triage.models import Lane, Score, ScoreKind
from tipline.referrals.models import Waiting
from tipline.reports.models import Holding, Report

_CLOCK = ("next_likely_gone_at", "next_unasked_at", "all_gone_by_rule_at", "sightings", "preserved", "noted")


@dataclass(frozen=True, slots=True)
class RoutingMarks:
    """`joint`: this desk takes part and another one leads; `leads`: it is this desk's, and others take part; `waits_until`: a
    standing rule keeps it here until then; `elsewhere`: by what is known now it would go to another desk."""

    joint: bool
    leads: bool
    zero_fir: bool
    waits_until: datetime | None
    elsewhere: bool

    @property
    def any(self) -> bool:
        """Whether there is a badge to show."""
        return self.joint or self.leads or self.zero_fir or self.elsewhere or self.waits_until is not None


def marked(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Reports of `referrals.queries.desk` with what `rows` shows of them, and no more of the report than that.

    Sub-selects and no joins: PostgreSQL thinks for a fifth of a second about the order of ten joined tables that each have a policy.
    """
    here = OuterRef("pk")
    holder = Holding.objects.filter(report=here, held_until=None, joint=False).values("agency__name")[:1]
    priority = Score.objects.filter(report=here, kind=ScoreKind.PRIORITY).values("score")[:1]
    clock = ReportClock.objects.filter(report=here).values(said=_said(*_CLOCK))
    lane = Lane.objects.filter(report=here).values("urgent")
    routing = Decision.objects.filter(report=here).values(said=_said("abstained", "reasons", "zero_fir"))
    return (
        reports.select_related("reporter")
        .only("channel", "escalated", "incident_type", "reporter__name")
        .annotate(
            mark_priority=Subquery(priority),
            mark_urgent=Coalesce(Subquery(lane), F("escalated")),  # as the rows of desks are sorted
            mark_holder=Case(When(held_until__isnull=False, then=Subquery(holder))),
            mark_clock=Subquery(clock),
            mark_routing=Subquery(routing),
            mark_waits_until=Subquery(Waiting.objects.filter(report=here).values("until")),
            mark_several=Exists(DecisionDesk.objects.filter(report=here, role=DeskRole.JOINT)),
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
    )
