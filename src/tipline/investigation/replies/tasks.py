"""The job that reads a large reply."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.investigation.replies import services


@app.task(name=services.READ, queue=PIPELINE_QUEUE)
def read(reply_id: int) -> None:
    """Read a reply that was too large for a page to wait for."""
    services.read(reply_id)
