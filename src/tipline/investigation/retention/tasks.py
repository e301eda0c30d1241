"""The jobs of retention."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tipline.core.config import config
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.investigation.retention import destroying, schedule
from tipline.investigation.retention.services import CARRY_OUT


@app.task(name=CARRY_OUT, queue=PIPELINE_QUEUE)
def carry_out(number: int) -> None:
    """Carry out an order that a second person confirmed."""
    destroying.carry_out(config(), number)


@app.periodic(cron="*/5 * * * *", periodic_id="retention.finish")
@app.task(name="retention.finish", queue=PIPELINE_QUEUE, queueing_lock="retention.finish")
def finish(timestamp: int) -> None:
    """Finish what a crash left."""
    schedule.finish_begun(config())


@app.periodic(cron="30 2 * * *", periodic_id="retention.schedule")
@app.task(name="retention.schedule", queue=PIPELINE_QUEUE, queueing_lock="retention.schedule")
def by_schedule(timestamp: int) -> None:
    """Destroy what is due, at agencies that switched their schedule on."""
    schedule.run_schedule(config())
