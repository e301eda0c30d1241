"""The process that calls peers: one that drips delays neither the pipeline nor another peer."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.exchange_peers import agreed, elsewhere
from tests.factories import TESTS, agency, filed, person, provider, standard_tree
from tests.integration.exchange.test_sending import honest, served
from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.database.layout import APP_ROLE, OWNER_ROLE
from tipline.core.jobs import OUTWARD_QUEUE, PIPELINE_QUEUE
from tipline.exchange.federation.models import Delivery, Outgoing
from tipline.exchange.federation.tasks import send
from tipline.exchange.parties.models import Peer, PeerState
from tipline.exchange.parties.services import set_state
from tipline.referrals.services import forward
from tipline.reports.models import Processing, Report

WITHIN_SECONDS = 120  # a machine under load; the one that drips drips longer


@contextmanager
def running(command: str, postgres: EmbeddedPostgres, folder: Path) -> Iterator[None]:
    """`tipline worker` or `tipline sender` on the tests' database."""
    name = str(settings.DATABASES["default"]["NAME"])
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TIPLINE_", "DJANGO_"))}
    env = kept | {
        "TIPLINE_DATA_DIR": str(folder / "here"),
        "TIPLINE_DATABASE_URL": postgres.layout.url(APP_ROLE, name),
        "TIPLINE_DATABASE_OWNER_URL": postgres.layout.url(OWNER_ROLE, name),
    }
    process = subprocess.Popen([sys.executable, "-m", "tipline", command], env=env)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN_SECONDS
    while not there():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)


def test_a_peer_that_drips_delays_neither_the_pipeline_nor_another_peer(
    committed_db: None, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    agreed("IN-NCRB", "IN-MH-CYBER")
    ncrb, state = elsewhere(tmp_path, "ncrb", "IN-NCRB"), elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    called, over = threading.Event(), threading.Event()

    def drip(call: BaseHTTPRequestHandler, _: bytes) -> None:
        called.set()
        call.send_response(200)
        call.send_header("Content-Length", "100000")
        call.end_headers()
        try:
            while not over.wait(0.5):
                call.wfile.write(b" ")
                call.wfile.flush()
        except OSError:
            called.clear()  # the caller hung up

    first, second = filed(provider()), filed(provider("Photogram"))
    forward(person("US-NCMEC"), [first.pk], agency("IN-NCRB"))
    forward(person("US-NCMEC"), [second.pk], agency("IN-NCRB"))
    Outgoing.objects.filter(report=second).update(peer=state.peer)  # whatever it is, it is for the other one
    with served(drip) as slow, served(honest(state, [])) as quick, running("sender", postgres, tmp_path):
        Peer.objects.filter(pk=ncrb.peer.pk).update(url=slow)
        assert called.wait(WITHIN_SECONDS)
        Peer.objects.filter(pk=state.peer.pk).update(url=quick)
        until(lambda: Outgoing.objects.get(report=second).delivery == Delivery.DONE)
        with running("worker", postgres, tmp_path):
            until(lambda: not Report.objects.exclude(processing=Processing.DONE).exists())
        over.set()
    assert Outgoing.objects.get(report=first).delivery == Delivery.WAITING


@pytest.mark.django_db
def test_each_peer_has_a_job_of_its_own_and_never_two(tmp_path: Path) -> None:
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    ncrb, state = elsewhere(tmp_path, "ncrb", "IN-NCRB"), elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    for one in (ncrb, state):
        report = filed(provider())
        forward(person("US-NCMEC"), [report.pk], agency("IN-NCRB"))
        Outgoing.objects.filter(report=report).update(peer=one.peer)

    def jobs() -> set[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT queue_name, (args->>'peer_id')::bigint FROM procrastinate_jobs WHERE queue_name <> %s",
                [PIPELINE_QUEUE],
            )
            return set(cursor.fetchall())

    send(0)
    send(0)
    assert jobs() == {(OUTWARD_QUEUE, ncrb.peer.pk), (OUTWARD_QUEUE, state.peer.pk)}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    set_state(ncrb.peer, PeerState.SUSPENDED, "they were broken into", TESTS)
    send(0)
    assert jobs() == {(OUTWARD_QUEUE, state.peer.pk)}
