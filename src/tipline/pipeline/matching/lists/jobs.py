"""The job that imports a file that was sent, put down with the file itself."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from tipline.core.jobs import OUTWARD_QUEUE, PIPELINE_QUEUE

IMPORT = "matching.import_list"
# A large file takes minutes, for which no report waits: it is worked on beside the pipeline. A training range has only the one queue.
QUEUE = PIPELINE_QUEUE if settings.RANGE else OUTWARD_QUEUE


def import_later(import_id: int) -> None:
    """A worker imports the file that was sent; in the caller's transaction."""
    app.configure_task(IMPORT, queue=QUEUE).defer(import_id=import_id)
