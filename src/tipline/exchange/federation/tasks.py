"""The jobs: sending what waits, and looking how links do."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.config import config
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.exchange.federation.sending import send_waiting
from tipline.exchange.federation.watching import watch

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * * */5", periodic_id="federation.send")
@app.task(name="federation.send", queue=PIPELINE_QUEUE, queueing_lock="federation.send")
def send(timestamp: int) -> None:
    """Tell peers what waits for them. What is not answered is for the next run."""
    if done := send_waiting(config()):
        log.info("peers were told", messages=done)


@app.periodic(cron="*/5 * * * *", periodic_id="federation.watch")
@app.task(name="federation.watch", queue=PIPELINE_QUEUE, queueing_lock="federation.watch")
def watch_links(timestamp: int) -> None:
    """Raise alerts of links that fail, of what waits too long and of agreements that ended; end those of what is mended."""
    if found := watch():
        log.warning("links need somebody", alerts=found)
