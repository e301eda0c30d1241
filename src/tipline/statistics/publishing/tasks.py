"""The job that makes the reports that desks get by themselves."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.statistics.publishing.making import make_due

log = structlog.get_logger(__name__)


@app.periodic(cron="*/10 * * * *", periodic_id="statistics.reports")
@app.task(name="statistics.reports", queue=PIPELINE_QUEUE, queueing_lock="statistics.reports")
def reports(timestamp: int) -> None:
    """Make what is due and was missed."""
    made = make_due()
    if made:
        log.info("reports of figures", made=made)
