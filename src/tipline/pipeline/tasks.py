"""The jobs that wake the list of stages, and the sweep that finds what a crash left."""

from __future__ import annotations

from contextlib import suppress

from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

import tipline.pipeline.attribution.log_expiry.tasks
import tipline.pipeline.linking.tasks
import tipline.pipeline.matching.lists.tasks  # noqa: F401 - their jobs are the pipeline's
from tipline.core.jobs import PIPELINE_QUEUE, PROCESS_REPORTS, bury, wake_pipeline
from tipline.pipeline.rematching import settle_and_rematch
from tipline.pipeline.rescoring import rescore_for_a_while
from tipline.pipeline.run import BATCH_SIZE, run_patiently
from tipline.pipeline.triage.releases import RESCORE
from tipline.reports.services import expire_open

MATCH_HISTORY = "pipeline.matching"


def _absorb(job_id: int | None) -> None:
    """Delete every other wake job that is committed: the claim that follows sees the report behind each of them.

    In that order it loses nothing. A job that is not committed yet is not seen here, and wakes somebody later.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id IN ("
            " SELECT id FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' AND id <> %s"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()) FOR UPDATE SKIP LOCKED)",
            [PROCESS_REPORTS, job_id or 0],
        )


def _one_batch() -> None:
    """One batch a job: between two of them a worker can be told to stop, and others get their turn."""
    if run_patiently().total >= BATCH_SIZE:
        wake_pipeline()


@app.task(name=PROCESS_REPORTS, queue=PIPELINE_QUEUE, pass_context=True)
def process_reports(context: JobContext) -> None:
    """Take a batch of what waits through the stages."""
    _absorb(context.job.id)
    _one_batch()


@app.periodic(cron="* * * * * */10", periodic_id="sweep")
@app.task(name="pipeline.sweep", queue=PIPELINE_QUEUE, queueing_lock="pipeline.sweep", pass_context=True)
def sweep(context: JobContext, timestamp: int) -> None:
    """Find what no wake job leads to any more: a worker was killed between its claim and its commit."""
    bury(PIPELINE_QUEUE, context.job.id or 0)
    _one_batch()


@app.periodic(cron="*/5 * * * *", periodic_id="expire")
@app.task(name="pipeline.expire", queue=PIPELINE_QUEUE, queueing_lock="pipeline.expire")
def expire(timestamp: int) -> None:
    """Mark reports that were left open too long."""
    expire_open()


@app.periodic(cron="* * * * * */15", periodic_id="matching")
@app.task(name=MATCH_HISTORY, queue=PIPELINE_QUEUE, queueing_lock=MATCH_HISTORY)
def match_history(timestamp: int) -> None:
    """Compare new values with all others, and history with lists that changed, for a moment; a job for what is left over stands behind what waits."""
    if not settle_and_rematch():
        with suppress(AlreadyEnqueued):
            app.configure_task(MATCH_HISTORY, queue=PIPELINE_QUEUE, queueing_lock=MATCH_HISTORY).defer(
                timestamp=timestamp
            )


@app.periodic(cron="*/5 * * * *", periodic_id="triage.rescore_left")
@app.task(name="triage.rescore_left", queue=PIPELINE_QUEUE, queueing_lock="triage.rescore_left")
def rescore_left(timestamp: int) -> None:
    """Go on with what a worker that was killed left of scoring anew."""
    rescore()


@app.task(name=RESCORE, queue=PIPELINE_QUEUE)
def rescore() -> None:
    """Score reports anew by the rules in force, for a while; then let others have their turn."""
    if rescore_for_a_while():
        app.configure_task(RESCORE, queue=PIPELINE_QUEUE).defer()
