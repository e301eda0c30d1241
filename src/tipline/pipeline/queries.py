"""Reading what the list of stages does."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Count, Min

from tipline.core.clock import now
from tipline.pipeline.models import Quarantine
from tipline.pipeline.routing.models import Decision
from tipline.reports.models import Processing, Report, ReportState


def overview() -> dict[str, Any]:
    """Counts by state, the oldest that waits (seconds), the queue, and what needs a person."""
    counts = dict(Report.objects.values_list("state").annotate(n=Count("id")))
    waiting = Report.objects.filter(processing=Processing.WAITING).aggregate(n=Count("id"), oldest=Min("finished_at"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing') FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing')"
        )
        todo, doing = cursor.fetchone() or (0, 0)
    oldest = waiting["oldest"]
    return {
        "reports": {state: counts.get(state, 0) for state in ReportState.values},
        "waiting": waiting["n"],
        "oldest_waiting_seconds": (now() - oldest).total_seconds() if oldest else None,
        "queue": {"todo": todo, "doing": doing},
        "processed": Report.objects.filter(processing=Processing.DONE).count(),
        "abstained": Decision.objects.filter(abstained=True).count(),
        "quarantined": Report.objects.filter(processing=Processing.QUARANTINED).count(),
    }


def quarantined() -> list[dict[str, Any]]:
    """Every open quarantine, newest first: report, stage, version, error, reason, time."""
    return [
        {
            "report": q.report_id,
            "stage": q.stage,
            "version": q.stage_version,
            "error": q.error,
            "reason": q.reason,
            "at": q.at,
        }
        for q in Quarantine.objects.filter(released_at__isnull=True).order_by("-at")[:1000]
    ]
