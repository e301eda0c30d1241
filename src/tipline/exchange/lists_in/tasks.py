"""The job that fetches lists."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from tipline.core.config import config
from tipline.core.errors import TiplineError
from tipline.core.jobs import OUTWARD_QUEUE
from tipline.exchange.lists_in.fetching import fetch, sources
from tipline.trust.actors import system

_log = logging.getLogger(__name__)


@app.periodic(cron="29 * * * *", periodic_id="matching.fetch_lists")
@app.task(name="matching.fetch_lists", queue=OUTWARD_QUEUE, queueing_lock="matching.fetch_lists")
def fetch_lists(timestamp: int) -> None:
    """Every hour: what changed at each place that the operator's file names."""
    settings = config()
    for source in sources(settings):
        try:
            fetch(source, settings, system("hash-lists"))
        except TiplineError as error:  # it stands with the source, too
            _log.warning("list %s was not fetched: %s", source.list, error)
