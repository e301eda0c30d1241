"""The jobs by which rules take in what arrived since, and by which everything is looked through once a night."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.investigation.operations.rules import APPLY, apply_rules, sweep

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *", periodic_id=APPLY)
@app.task(name=APPLY, queue=PIPELINE_QUEUE, queueing_lock=APPLY)
def apply(timestamp: int) -> None:
    """Ask the rules of every operation that is not closed of what changed, and go on with whole scans."""
    taken = apply_rules()
    if taken:
        log.info("operations took in cases and leads", taken=taken)


@app.periodic(cron="10 21 * * *", periodic_id="operations.sweep")
@app.task(name="operations.sweep", queue=PIPELINE_QUEUE, queueing_lock="operations.sweep")
def look_through(timestamp: int) -> None:
    """Ask every rule of everything, and count anew. What is found was missed: it is mended, and told in the log as an error."""
    missed = sweep()
    log.info("operations were looked through", missed=missed)
