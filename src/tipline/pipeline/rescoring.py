"""Scoring all reports anew after other rules were released: in lots, the newest reports first, each lot in a transaction of its own.

Any number of workers may call it; one works at a time. A worker that is killed loses its lot, which is done again.
"""

from __future__ import annotations

import time

from django.db import transaction

from tipline.core.clock import now
from tipline.pipeline.priority import retriage
from tipline.pipeline.triage.in_force import in_force
from tipline.pipeline.triage.models import Rescoring, RunState
from tipline.reports.models import Processing, Report
from tipline.trust.visibility import OPERATOR, acting

LOT = 200
SECONDS_A_JOB = 30
_FIRST = 2**62


def rescore_lot() -> int:
    """One lot of the run under way. Returns how many reports were looked at; 0: nothing is left to do."""
    with acting(OPERATOR), transaction.atomic():
        run = (
            Rescoring.objects.select_for_update(skip_locked=True)
            .filter(state__in=[RunState.WAITING, RunState.RUNNING])
            .order_by("-id")
            .first()
        )
        if run is None:
            return 0
        below = run.last_report_id or _FIRST
        ids = list(
            Report.objects.filter(id__lt=below, processing=Processing.DONE, destroyed_at__isnull=True)
            .order_by("-id")
            .values_list("id", flat=True)[:LOT]
        )
        if ids and run.version == in_force().version:
            retriage(ids)
            run.state, run.last_report_id, run.done = RunState.RUNNING, ids[-1], run.done + len(ids)
        else:
            run.state, run.ended_at = RunState.DONE, now()
        run.save(update_fields=["state", "last_report_id", "done", "ended_at"])
        return len(ids) if run.ended_at is None else 0


def rescore_for_a_while(seconds: float = SECONDS_A_JOB) -> bool:
    """Lots until the time is over. Whether there is more to do."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not rescore_lot():
            return False
    return True
