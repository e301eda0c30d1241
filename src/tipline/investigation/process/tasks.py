"""The job that tells what is due."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.investigation.process.alerts import raise_due, settle

log = structlog.get_logger(__name__)


@app.periodic(cron="*/5 * * * *", periodic_id="process.alert")
@app.task(name="process.alert", queue=PIPELINE_QUEUE, queueing_lock="process.alert")
def alert(timestamp: int) -> None:
    """End what need not be told any more, and tell what is due."""
    ended, raised = settle(), raise_due()
    if raised or ended:
        log.info("requests to holders", raised=raised, ended=ended)
