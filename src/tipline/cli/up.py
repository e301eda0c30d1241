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
from tipline.core.config import Config, config
from tipline.core.database import EmbeddedPostgres, database_running
from tipline.core.errors import ConfigurationError, DatabaseUnavailableError
from tipline.core.files import read_or_create_secret
from tipline.core.migrations import bring_up_to_date
from tipline.core.supervisor import Child, Supervisor, instance_lock

log = structlog.get_logger(__name__)

READY_SECONDS = 60
REVIVE_SECONDS = 2


def up(
    bind: Annotated[str, typer.Option(help="HOST:PORT to listen on; overrides TIPLINE_BIND")] = "",
    workers: Annotated[int, typer.Option(min=0, max=64, help="pipeline workers on this machine")] = 1,
) -> None:
    """Run the database (if it is ours), migrations, the web server, the workers and the periodic tasks."""
    if bind:
        os.environ["TIPLINE_BIND"] = bind
    settings = config()
    with instance_lock(settings.data_dir), database_running(settings):
        read_or_create_secret(settings.secret_key_file, 50)
        read_or_create_secret(settings.accounts_key_file, 32)
        _prepare(settings)
        _refuse_taken_port(settings)
        with _reviving(settings):
            children = [_web(settings), *(_worker(n) for n in range(1, workers + 1))]
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
    bring_up_to_date(settings)
    if not settings.geo:
        return
    setup_django()
    from django.db import connections

    from tipline.pipeline.attribution.services import import_source
    from tipline.trust.actors import system

    for path in settings.geo:
        import_source(path, settings.data_dir, system("cli"))
    connections.close_all()


def _refuse_taken_port(settings: Config) -> None:
    import socket

    family = socket.AF_INET6 if ":" in settings.bind_host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind_host, settings.bind_port))
        except OSError as error:
            raise ConfigurationError(
                f"TIPLINE_BIND={settings.bind} cannot be listened on: {error.strerror}; choose another with --bind"
            ) from error


def _web(settings: Config) -> Child:
    argv = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "tipline.wsgi:application",
        "--host", settings.bind_host, "--port", str(settings.bind_port),
        "--workers", "1", "--blocking-threads", "4", "--backpressure", "64",
        "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "20", "--log-level", "warning",
    ]  # fmt: skip
    return Child("web", argv, dict(os.environ))


def _worker(number: int) -> Child:
    return Child(f"worker-{number}", [sys.executable, "-m", "tipline", "worker"], dict(os.environ))


def _ready(settings: Config) -> None:
    """Wait until the web server says that it can work, then say so on a line of its own."""
    import httpx  # heavy, and every other command would pay for it

    host = "127.0.0.1" if settings.bind_host in {"0.0.0.0", "::"} else settings.bind_host  # noqa: S104 - compared, not bound
    url = f"http://[{host}]:{settings.bind_port}" if ":" in host else f"http://{host}:{settings.bind_port}"
    named = next((name.lstrip(".") for name in settings.allowed_hosts if name != "*"), "localhost")
    deadline = time.monotonic() + READY_SECONDS

    def answers() -> bool:
        try:
            return client.get(f"{url}/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    with httpx.Client(trust_env=False, timeout=5, headers={"Host": named}) as client:
        while not answers():
            if time.monotonic() > deadline:
                log.error("the web server is not ready yet: see the lines above", seconds=READY_SECONDS)
                deadline += READY_SECONDS
            time.sleep(0.05)
    typer.echo(f"Ready: http://{settings.bind}")
    sys.stdout.flush()
