"""Jobs: history is linked a slice at a time after an upgrade, and suggestions are looked for."""

from __future__ import annotations

import structlog
from django.db import connection
from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE
from tipline.pipeline.linking.services import read_again
from tipline.pipeline.linking.suggesting.services import BATCH, look

log = structlog.get_logger(__name__)
SLICE = 500
_MOST_LOOKS = 20  # of one run; what is left comes with the next


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


@app.periodic(cron="*/5 * * * *", periodic_id="linking.suggest")
@app.task(name="linking.suggest", queue=PIPELINE_QUEUE, queueing_lock="linking.suggest")
def suggest(timestamp: int) -> None:
    """Look for suggestions for reports that came since."""
    for _ in range(_MOST_LOOKS):
        found = look()
        if found.opened or found.gone:
            log.info("suggestions looked for", reports=found.reports, opened=found.opened, gone=found.gone)
        if found.reports < BATCH:
            return
