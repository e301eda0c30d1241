"""The job that raises in time."""

from __future__ import annotations

import time

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.pipeline.attribution.log_expiry.raising import advance, raise_due, renew, settle

RENEW_SECONDS = 120

log = structlog.get_logger(__name__)


@app.periodic(cron="*/2 * * * *", periodic_id="log_expiry.raise")
@app.task(name="log_expiry.raise", queue=PIPELINE_QUEUE, queueing_lock="log_expiry.raise")
def raise_expiring(timestamp: int) -> None:
    """Bring the clocks up to date, end what need not be told, and raise what ends soon. What is left over is for the next run."""
    renewed, advanced = _renewed(), advance()
    ended, raised = settle(), raise_due()
    if renewed or raised:
        log.info("log expiry", renewed=renewed, advanced=advanced, raised=raised, ended=ended)


def _renewed() -> int:
    """Write clocks anew, lot by lot, each in a transaction of its own, for a while; a large backlog takes several runs."""
    end, done = time.monotonic() + RENEW_SECONDS, 0
    while time.monotonic() < end and (lot := renew()):
        done += lot
    return done
