"""`tipline worker`: one pipeline worker. `tipline up --workers N` runs N of these."""

from __future__ import annotations

from tipline.cli.runtime import setup_django


def worker() -> None:
    """Work on the queue until SIGTERM; the batch at hand is finished first."""
    setup_django()
    from django.utils.module_loading import autodiscover_modules
    from procrastinate.contrib.django import app
    from procrastinate.jobs import DeleteJobCondition

    from tipline.core.jobs import PIPELINE_QUEUE

    autodiscover_modules("tasks")
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(
            queues=[PIPELINE_QUEUE],
            concurrency=1,
            listen_notify=True,
            fetch_job_polling_interval=5,
            delete_jobs=DeleteJobCondition.ALWAYS,
            shutdown_graceful_timeout=25,
        )
