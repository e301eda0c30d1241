"""What routing says of the reports of a desk, as badges of its rows. One query, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from tipline.pipeline.routing.models import DecisionDesk, DeskRole, Reroute, RerouteState
from tipline.reports.models import Report


@dataclass(frozen=True, slots=True)
class RoutingMarks:
    """`joint`: this desk takes part and another one leads; `leads`: it is this desk's, and others take part; `waits_until`: a
    standing rule keeps it here until then; `elsewhere`: by what is known now it would go to another desk."""

    joint: bool
    leads: bool
    zero_fir: bool
    waits_until: datetime | None
    elsewhere: bool


def routing_marks(reports: Sequence[Report]) -> dict[int, RoutingMarks]:
    """Marks by report id, of reports that come from `referrals.queries.desk`."""
    joint = {report.pk: bool(report.jointly) for report in reports}  # type: ignore[attr-defined]
    rows = Report.objects.filter(pk__in=joint).values_list(
        "pk",
        "routing__zero_fir",
        "waiting__until",
        Exists(DecisionDesk.objects.filter(report=OuterRef("pk"), role=DeskRole.JOINT)),
        Exists(Reroute.objects.filter(report=OuterRef("pk"), state=RerouteState.OPEN)),
    )
    return {
        pk: RoutingMarks(joint[pk], several and not joint[pk], bool(zero_fir), until, elsewhere)
        for pk, zero_fir, until, several, elsewhere in rows
    }
