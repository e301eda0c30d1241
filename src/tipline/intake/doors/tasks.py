"""The jobs of the doors: feedback to providers, and what is loud over days."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.intake.doors.outcomes import make_feedback
from tipline.intake.doors.trends import watch_trends

log = structlog.get_logger(__name__)


# Well after midnight (UTC), so that what was written in the day's last seconds is committed; hourly, so that a machine that was
# off at night catches up.
@app.periodic(cron="20 * * * *", periodic_id="doors.feedback")
@app.task(name="doors.feedback", queue=PIPELINE_QUEUE, queueing_lock="doors.feedback")
def feedback(timestamp: int) -> None:
    """Tell providers what came of their reports, up to yesterday."""
    changed = make_feedback()
    if changed:
        log.info("feedback to providers", changed=changed)


@app.periodic(cron="25 * * * *", periodic_id="doors.trends")
@app.task(name="doors.trends", queue=PIPELINE_QUEUE, queueing_lock="doors.trends")
def trends(timestamp: int) -> None:
    """Look whether a provider's reports say less, are refused more, or have stopped."""
    found = watch_trends()
    if found:
        log.warning("a provider's reports have changed: see its page", alerts=found)
