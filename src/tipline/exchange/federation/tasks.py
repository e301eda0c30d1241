"""The jobs that send what waits: one for each peer, side by side, on a queue of their own, so that a slow peer delays nobody else."""

from __future__ import annotations

from contextlib import suppress

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tipline.core.config import config
from tipline.core.jobs import OUTWARD_QUEUE, bury
from tipline.exchange.federation.sending import due_peers, send_to
from tipline.exchange.parties.models import Peer

log = structlog.get_logger(__name__)

SEND_TO = "federation.send_to"


@app.periodic(cron="* * * * * */5", periodic_id="federation.send")
@app.task(name="federation.send", queue=OUTWARD_QUEUE, queueing_lock="federation.send")
def send(timestamp: int) -> None:
    """Begin a job for each peer for which something is due."""
    bury(OUTWARD_QUEUE)
    for peer_id in due_peers():
        _begin(peer_id)


@app.task(name=SEND_TO, queue=OUTWARD_QUEUE)
def send_to_peer(peer_id: int) -> None:
    """Tell one peer what waits for it. What is not answered is for the next run; what a run has no time for is for one right after it."""
    peer = Peer.objects.get(pk=peer_id)
    if done := send_to(config(), peer):
        log.info("a peer was told", peer=peer.name, messages=done)
        if peer_id in due_peers():
            _begin(peer_id)


def _begin(peer_id: int) -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():  # a job that waits already finds what is due now
        app.configure_task(SEND_TO, queue=OUTWARD_QUEUE, queueing_lock=f"{SEND_TO}:{peer_id}").defer(peer_id=peer_id)
