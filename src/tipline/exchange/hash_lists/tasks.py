"""The jobs that publish lists by themselves, and forget old withdrawals."""

from __future__ import annotations

from procrastinate.contrib.django import app

import tipline.exchange.lists_in.tasks  # noqa: F401 - its job is one of hash lists'
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.exchange.hash_lists import publishing
from tipline.exchange.hash_lists.models import HashList
from tipline.trust.actors import system


@app.periodic(cron="17 * * * *", periodic_id="hash_lists.publish")
@app.task(name="hash_lists.publish", queue=PIPELINE_QUEUE, queueing_lock="hash_lists.publish")
def publish(timestamp: int) -> None:
    """Every hour: the next edition of each list that is published automatically, where something changed."""
    for one in HashList.objects.filter(ended_at=None, automatic=True).order_by("id"):
        publishing.publish(one, system("hash-lists"))


@app.periodic(cron="43 3 * * *", periodic_id="hash_lists.forget")
@app.task(name="hash_lists.forget", queue=PIPELINE_QUEUE, queueing_lock="hash_lists.forget")
def forget(timestamp: int) -> None:
    """Every night: withdrawals that were published long ago go."""
    for one in HashList.objects.filter(ended_at=None).order_by("id"):
        publishing.forget(one)
