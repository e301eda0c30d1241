"""The jobs that send on what standing rules kept, and tell desks of due times."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.referrals import overdue
from tipline.referrals.bundles.proposing import propose
from tipline.referrals.queue.closing import void_overtaken
from tipline.referrals.queue.turns import give_turns
from tipline.referrals.queue.working import wake_due
from tipline.referrals.standing import release_due

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *", periodic_id="referrals.release")
@app.task(name="referrals.release", queue=PIPELINE_QUEUE, queueing_lock="referrals.release")
def release(timestamp: int) -> None:
    """Send on daily bundles, and what waited for office hours."""
    release_due()


@app.periodic(cron="*/2 * * * *", periodic_id="referrals.due")
@app.task(name="referrals.due", queue=PIPELINE_QUEUE, queueing_lock="referrals.due")
def tell_due(timestamp: int) -> None:
    """End what need not be told any more, and tell desks what is due soon or overdue. What is left over is for the next run."""
    filled, ended, raised = overdue.fill_in(), overdue.settle(), overdue.raise_due()
    if filled or raised:
        log.info("due times", filled=filled, raised=raised, ended=ended)


@app.periodic(cron="* * * * *", periodic_id="referrals.queue")
@app.task(name="referrals.queue", queue=PIPELINE_QUEUE, queueing_lock="referrals.queue")
def keep_queue(timestamp: int) -> None:
    """Give turns to what came, and bring back what has rested long enough."""
    given, woken, void = give_turns(), wake_due(), void_overtaken()
    if given or woken or void:
        log.info("desk queues", turns=given, woken=woken, overtaken=void)


@app.periodic(cron="*/2 * * * *", periodic_id="referrals.bundles")
@app.task(name="referrals.bundles", queue=PIPELINE_QUEUE, queueing_lock="referrals.bundles")
def propose_bundles(timestamp: int) -> None:
    """Propose bundles of what came to desks within the last hour."""
    added = propose()
    if added:
        log.info("bundles", reports=added)
