"""The queue: procrastinate, on the same database and in the same transaction as the write that needs the work."""

from __future__ import annotations

from procrastinate.contrib.django import app

PIPELINE_QUEUE = "pipeline"
PROCESS_REPORTS = "pipeline.process"


def wake_pipeline() -> None:
    """Defer one wake job, in the caller's transaction.

    The report's own row is the outbox; this only wakes a worker. There is no queueing lock on purpose: see
    docs/explanation/decisions/0003-wake-jobs-are-absorbed.md.
    """
    app.configure_task(PROCESS_REPORTS, queue=PIPELINE_QUEUE).defer()
