"""The job that reminds of outcomes that are missing."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.investigation.outcomes.reminding import raise_missing, settle

log = structlog.get_logger(__name__)


@app.periodic(cron="40 * * * *", periodic_id="outcomes.remind")
@app.task(name="outcomes.remind", queue=PIPELINE_QUEUE, queueing_lock="outcomes.remind")
def remind(timestamp: int) -> None:
    """End what is no longer missing, and remind desks of what is."""
    ended, raised = settle(), raise_missing()
    if raised:
        log.info("outcomes are missing", raised=raised, ended=ended)
