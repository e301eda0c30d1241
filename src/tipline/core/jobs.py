"""The queue: procrastinate, on the same database and in the same transaction as the write that needs the work."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

PIPELINE_QUEUE = "pipeline"
OUTWARD_QUEUE = "outward"  # calls to others, who may be slow: worked on by a process of its own
PROCESS_REPORTS = "pipeline.process"
# What is left to do stands in these jobs' arguments and in no table: they are taken up again, and doing a part twice changes nothing.
TAKEN_UP_AGAIN = ("linking.relink",)

# procrastinate's workers beat every 10 s
DEAD_AFTER_SECONDS = 60


def wake_pipeline() -> None:
    """Defer one wake job, in the caller's transaction.

    The report's own row is the outbox; this only wakes a worker. There is no queueing lock on purpose: see
    docs/explanation/decisions/0003-wake-jobs-are-absorbed.md.
    """
    app.configure_task(PROCESS_REPORTS, queue=PIPELINE_QUEUE).defer()


def bury(queue: str, but: int = 0) -> None:
    """Delete the jobs of workers that were killed: nothing will ever end them, and what waits in tables is their outbox.

    Those of TAKEN_UP_AGAIN wait again instead, unless the next one of their kind waits already.

    Parameters
    ----------
    but
        the job that asks.
    """
    dead = (
        "j.queue_name = %s AND j.status = 'doing' AND j.id <> %s AND NOT EXISTS (SELECT 1 FROM procrastinate_workers w"
        " WHERE w.id = j.worker_id AND w.last_heartbeat > now() - make_interval(secs => %s))"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE procrastinate_jobs j SET status = 'todo', worker_id = NULL WHERE {dead} AND j.task_name = ANY (%s)"  # noqa: S608
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs n WHERE n.queueing_lock = j.queueing_lock AND n.status = 'todo')",
            [queue, but, DEAD_AFTER_SECONDS, list(TAKEN_UP_AGAIN)],
        )
        cursor.execute(f"DELETE FROM procrastinate_jobs j WHERE {dead}", [queue, but, DEAD_AFTER_SECONDS])  # noqa: S608
