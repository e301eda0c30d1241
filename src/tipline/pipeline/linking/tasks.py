"""Jobs: history is linked a slice at a time after an upgrade."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.pipeline.linking.services import read_again

SLICE = 500


@app.task(name="linking.relink", queue=PIPELINE_QUEUE, queueing_lock="linking.relink", retry=5)
def relink(after: int) -> None:
    """Link the next reports of history, and call the next job. Stopped anywhere, it goes on where it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM reports_report WHERE id > %s AND processing = 'done' ORDER BY id LIMIT %s", [after, SLICE]
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    if ids:
        read_again(ids)
        relink.defer(after=ids[-1])
