"""`tipline up`: everything that one machine needs, until it is told to stop."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import structlog
import typer

from tipline.cli.runtime import setup_django
from tipline.core.config import Address, Config, Face, config
from tipline.core.database import EmbeddedPostgres, database_running
from tipline.core.errors import ConfigurationError, DatabaseUnavailableError
from tipline.core.migrations import bring_up_to_date
from tipline.core.secrets import session_keys
from tipline.core.supervisor import Child, Supervisor, instance_lock

log = structlog.get_logger(__name__)

READY_SECONDS = 60
REVIVE_SECONDS = 2


def up(
    bind: Annotated[str, typer.Option(help="HOST:PORT to listen on; overrides TIPLINE_BIND")] = "",
    workers: Annotated[int, typer.Option(min=0, max=64, help="pipeline workers on this machine")] = 1,
) -> None:
    """Run the database (if it is ours), migrations, the web servers, the workers and the periodic tasks."""
    if bind:
        os.environ["TIPLINE_BIND"] = bind
    settings = config()
    with instance_lock(settings.data_dir), database_running(settings):
        session_keys(settings)
        _prepare(settings)
        faces = _with_own_process(settings)
        for face in faces:
            _refuse_taken_port(settings, face)
        with _reviving(settings):
            children = [*(_web(settings, face) for face in faces), *(_worker(n) for n in range(1, workers + 1))]
            if workers and not settings.range:  # the range has no peers
                children.append(_command("sender", "sender"))
            Supervisor(children).run(ready=lambda: _ready(settings))


@contextmanager
def _reviving(settings: Config) -> Iterator[None]:
    """Look after the embedded database meanwhile: should it die, it starts again, and the others come back to it."""
    if not settings.embedded:
        yield
        return
    server, done = EmbeddedPostgres(settings.data_dir), threading.Event()

    def watch() -> None:
        while not done.wait(REVIVE_SECONDS):
            try:
                if server.revive():
                    log.error("the database had died and was started again")
            except DatabaseUnavailableError as error:
                log.error("the database has died", why=str(error))

    watcher = threading.Thread(target=watch, name="database-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _prepare(settings: Config) -> None:
    if settings.places:
        from tipline.trust.places import check_folders

        check_folders()  # a wrong file stops the start; no report pays for it
    bring_up_to_date(settings)
    if not settings.geo:
        return
    setup_django()
    from django.db import connections

    from tipline.pipeline.attribution.services import import_source
    from tipline.trust.actors import system

    for path in settings.geo:
        import_source(path, settings.data_dir, system("cli"), at_start=True)
    connections.close_all()


def _with_own_process(settings: Config) -> list[Face]:
    """One face for each address, the console first; faces that share an address share a process."""
    return list({settings.address_of(face): face for face in reversed(Face)}.values())[::-1]


def _refuse_taken_port(settings: Config, face: Face) -> None:
    import socket

    address = settings.address_of(face)
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            name, way = (
                ("TIPLINE_BIND", "choose another with --bind")
                if face is Face.CONSOLE
                else (f"TIPLINE_{face.name}_BIND", "choose another")
            )
            raise ConfigurationError(f"{name}={address} cannot be listened on: {error.strerror}; {way}") from error


def _web(settings: Config, face: Face) -> Child:
    address = settings.address_of(face)
    # a hall of hundreds presses at once, and one process of Python computes on one core (`tipline bench training`)
    processes = 2 if settings.range else 1
    # Backpressure counts connections, and browsers keep theirs: with 64 a hall of 300 waited 20 seconds while nothing was done.
    # The threads bound how much is done at once.
    argv = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "tipline.wsgi:application",
        "--host", address.host, "--port", str(address.port),
        "--workers", str(processes), "--blocking-threads", "16", "--backpressure", "1024",
        "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "20", "--log-level", "warning",
    ]  # fmt: skip
    name = "web" if face is Face.CONSOLE else f"web-{face}"
    return Child(name, argv, {**os.environ, "TIPLINE_FACE": face.value})


def _worker(number: int) -> Child:
    return _command(f"worker-{number}", "worker")


def _command(name: str, command: str) -> Child:
    return Child(name, [sys.executable, "-m", "tipline", command], dict(os.environ))


def _ready(settings: Config) -> None:
    """Wait until the web servers say that they can work, then say so, each on a line of its own; TIPLINE_BIND's first."""
    import httpx  # heavy, and every other command would pay for it

    faces = _with_own_process(settings)
    deadline = time.monotonic() + READY_SECONDS

    def answers(address: Address) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 - compared, not bound
        try:
            return client.get(f"http://{Address(host, address.port)}/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    with httpx.Client(trust_env=False, timeout=5, headers=settings.own_headers) as client:
        while not all(answers(settings.address_of(face)) for face in faces):
            if time.monotonic() > deadline:
                log.error("the web server is not ready yet: see the lines above", seconds=READY_SECONDS)
                deadline += READY_SECONDS
            time.sleep(0.05)
    for face in faces:
        typer.echo(f"Ready{'' if face is Face.CONSOLE else f' ({face})'}: http://{settings.address_of(face)}")
    sys.stdout.flush()
