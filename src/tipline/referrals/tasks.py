"""The job that sends on what standing rules kept."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.referrals.standing import release_due


@app.periodic(cron="* * * * *", periodic_id="referrals.release")
@app.task(name="referrals.release", queue=PIPELINE_QUEUE, queueing_lock="referrals.release")
def release(timestamp: int) -> None:
    """Send on daily bundles, and what waited for office hours."""
    release_due()
