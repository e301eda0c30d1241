"""The job that looks for suggestions."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.pipeline.linking.suggesting.services import BATCH, look

log = structlog.get_logger(__name__)
_MOST_LOOKS = 20  # of one run; what is left comes with the next


@app.periodic(cron="*/5 * * * *", periodic_id="linking.suggest")
@app.task(name="linking.suggest", queue=PIPELINE_QUEUE, queueing_lock="linking.suggest")
def suggest(timestamp: int) -> None:
    """Look for suggestions for reports that came since."""
    for _ in range(_MOST_LOOKS):
        found = look()
        if found.opened or found.gone:
            log.info("suggestions looked for", reports=found.reports, opened=found.opened, gone=found.gone)
        if found.reports < BATCH:
            return
