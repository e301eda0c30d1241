"""The job that forgets answers that nobody asks for again."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from tipline.api.models import Answered
from tipline.core.clock import now
from tipline.core.jobs import PIPELINE_QUEUE

KEPT = timedelta(days=7)


@app.periodic(cron="17 3 * * *", periodic_id="api.forget_answers")
@app.task(name="api.forget_answers", queue=PIPELINE_QUEUE, queueing_lock="api.forget_answers")
def forget_answers(timestamp: int) -> None:
    """Delete answers that are older than a week."""
    Answered.objects.filter(at__lt=now() - KEPT).delete()
