"""The job that keeps facts fresh."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.statistics.keeping import refresh

log = structlog.get_logger(__name__)


# three times a minute, so that what happened stands in figures before the minute is over
@app.periodic(cron="* * * * * */20", periodic_id="statistics.keep")
@app.task(name="statistics.keep", queue=PIPELINE_QUEUE, queueing_lock="statistics.keep")
def keep(timestamp: int) -> None:
    """Make the facts of what changed anew."""
    changed = refresh()
    if changed:
        log.info("facts kept", rows=changed)
