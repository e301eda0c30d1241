"""The sandbox forgets: what was left open expires, and everything goes within a day."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.clock import now
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.intake.doors import writing
from tipline.intake.sandbox import record

log = structlog.get_logger(__name__)


@app.periodic(cron="*/5 * * * *", periodic_id="sandbox.expire")
@app.task(name="sandbox.expire", queue=PIPELINE_QUEUE, queueing_lock="sandbox.expire")
def expire(timestamp: int) -> None:
    """Mark reports of the sandbox that were left open too long."""
    record.expire_open()


@app.periodic(cron="43 2 * * *", periodic_id="sandbox.purge")
@app.task(name="sandbox.purge", queue=PIPELINE_QUEUE, queueing_lock="sandbox.purge")
def purge(timestamp: int) -> None:
    """Delete what the sandbox keeps: reports, refused documents, and calls that are old or many."""
    reports = record.empty()
    refused, _ = RefusedDocument.objects.filter(sandbox=True, received_at__lt=now() - record.KEPT_FOR).delete()
    gone = writing.forget_old()
    log.info("sandbox emptied", reports=reports, refused_documents=refused, calls=gone)
