"""The jobs that tell webhooks what happened."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tipline.core.jobs import OUTWARD_QUEUE
from tipline.exchange.webhooks import delivering
from tipline.exchange.webhooks.models import Subscription
from tipline.trust.audit.tree import sequence


@app.periodic(cron="* * * * *", periodic_id="webhooks.deliver")
@app.task(name="webhooks.deliver", queue=OUTWARD_QUEUE, queueing_lock="webhooks.deliver", lock="webhooks.deliver")
def deliver(timestamp: int) -> None:
    """Every minute: what happened since goes into the outbox, and what is due goes out."""
    if not Subscription.objects.filter(ended_at=None).exists():
        return
    sequence()
    delivering.gather()
    delivering.deliver()


@app.periodic(cron="27 3 * * *", periodic_id="webhooks.forget")
@app.task(name="webhooks.forget", queue=OUTWARD_QUEUE, queueing_lock="webhooks.forget")
def forget(timestamp: int) -> None:
    """Every night: what was told a month ago goes."""
    delivering.forget()
