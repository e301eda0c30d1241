"""The job that imports a file that was sent, put down with the file itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE

IMPORT = "matching.import_list"


def import_later(import_id: int) -> None:
    """A worker imports the file that was sent; in the caller's transaction."""
    app.configure_task(IMPORT, queue=PIPELINE_QUEUE).defer(import_id=import_id)
