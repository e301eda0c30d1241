"""The job by which rules take in what arrived since."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.investigation.operations.membership import apply_rules

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *", periodic_id="operations.apply_rules")
@app.task(name="operations.apply_rules", queue=PIPELINE_QUEUE, queueing_lock="operations.apply_rules")
def apply(timestamp: int) -> None:
    """Apply the rules of every operation that is not closed."""
    taken = apply_rules()
    if taken:
        log.info("operations took in cases and leads", taken=taken)
