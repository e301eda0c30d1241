"""The daily look at the store: uploads that a crash left unfinished are removed. Whole seals are left alone."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from tipline.core.config import Evidence, config
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.core.storage import open_store
from tipline.reports.sealed import sweep
from tipline.trust.actors import system

log = structlog.get_logger(__name__)


@app.periodic(cron="17 3 * * *", periodic_id="evidence")
@app.task(name="reports.sweep_unfinished", queue=PIPELINE_QUEUE, queueing_lock="reports.sweep_unfinished")
def sweep_unfinished(timestamp: int) -> None:
    """Remove what never became a seal. A whole seal is evidence until a person says otherwise: `tipline evidence sweep`."""
    settings = config()
    if settings.evidence is not Evidence.SEAL:
        return
    found = sweep(open_store(settings), system("evidence"), remove=True, seals=False)
    if found.unfinished:
        log.warning("evidence: unfinished uploads were removed", count=len(found.unfinished))
