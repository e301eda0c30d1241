"""The job that gives entries their places, signs the head and hands it to the witness."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tipline.core.config import config
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.trust.audit.tree import checkpoint
from tipline.trust.audit.witness import publish


@app.periodic(cron="* * * * *", periodic_id="audit")
@app.task(name="audit.checkpoint", queue=PIPELINE_QUEUE, queueing_lock="audit.checkpoint")
def checkpoint_every_minute(timestamp: int) -> None:
    """One checkpoint a minute, if anything was done since the last one."""
    if checkpoint(config()) is not None:
        publish(config())
