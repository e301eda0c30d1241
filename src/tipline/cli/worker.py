"""`tipline worker`: one pipeline worker, of which `tipline up --workers N` runs N; `tipline sender`: what calls other installations."""

from __future__ import annotations

from tipline.cli.runtime import setup_django

SIDE_BY_SIDE = 4  # no more than the threads that asyncio gives on one core


def worker() -> None:
    """Work on the queue until SIGTERM; the batch at hand is finished first."""
    setup_django()
    from tipline.core.jobs import PIPELINE_QUEUE

    _work(PIPELINE_QUEUE, 1)


def sender() -> None:
    """Call other installations until SIGTERM, several side by side: who answers slowly delays neither the pipeline nor another peer."""
    setup_django()
    from tipline.core.jobs import OUTWARD_QUEUE

    _work(OUTWARD_QUEUE, SIDE_BY_SIDE)


def _work(queue: str, at_once: int) -> None:
    from django.utils.module_loading import autodiscover_modules
    from procrastinate.contrib.django import app
    from procrastinate.jobs import DeleteJobCondition

    autodiscover_modules("tasks")
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(
            queues=[queue],
            concurrency=at_once,
            listen_notify=True,
            fetch_job_polling_interval=5,
            delete_jobs=DeleteJobCondition.ALWAYS,
            shutdown_graceful_timeout=25,
        )
