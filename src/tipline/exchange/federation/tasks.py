"""The job that sends what waits."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.config import config
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.exchange.federation.sending import send_waiting

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * * */5", periodic_id="federation.send")
@app.task(name="federation.send", queue=PIPELINE_QUEUE, queueing_lock="federation.send")
def send(timestamp: int) -> None:
    """Tell peers what waits for them. What is not answered is for the next run."""
    if done := send_waiting(config()):
        log.info("peers were told", messages=done)
