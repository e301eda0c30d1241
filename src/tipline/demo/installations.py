"""Installations of a demo on one machine: each with a data directory, a database server, keys and processes of its own.

A new database is made once and copied, since making four takes most of a minute. What would make the copies one installation is not
copied: keys are made anew in each, and each log is given a name of its own before anything stands in it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tipline.core.database import EmbeddedPostgres
from tipline.core.database.layout import DATABASE, SUPERUSER
from tipline.core.errors import TransientError

READY_SECONDS = 600  # many times what it takes: a machine may be busy
_OTHER_CLOCK = Path(__file__).parent / "other_clock"


def end(process: subprocess.Popen[str]) -> None:
    """Let a process drain and end; kill it if it takes too long for that."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass(slots=True)
class Installation:
    """One of them: where it is, how its database is reached, its processes. `called`: the address that it tells its peers."""

    name: str
    agency: str
    email: str
    port: int
    called: str
    folder: Path
    own_clock: bool = False
    process: subprocess.Popen[str] | None = None
    told: dict[str, Any] = field(default_factory=dict)
    _hands: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def server(self) -> EmbeddedPostgres:
        """Its database server."""
        return EmbeddedPostgres(self.folder)

    @property
    def log(self) -> Path:
        """What its processes say."""
        return self.folder / "up.log"

    @property
    def environment(self) -> dict[str, str]:
        """Of its processes; nothing of the caller's settings reaches them."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIPLINE_", "DJANGO_"))}
        kept |= {"TIPLINE_DATA_DIR": str(self.folder), "TIPLINE_BIND": f"127.0.0.1:{self.port}"}
        if self.own_clock:
            kept |= {"PYTHONPATH": str(_OTHER_CLOCK), "DEMO_CLOCK_FILE": str(self._clock)}
        return kept

    @property
    def _clock(self) -> Path:
        return self.folder / "clock"

    def set_clock(self, seconds: int) -> None:
        """How far its clock is ahead; its processes know within a second. Its database's is the machine's, as that of a server elsewhere would be."""
        new = self._clock.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n", encoding="ascii")
        new.rename(self._clock)

    def copy_of(self, made: Path) -> None:
        """Begin with a copy of a database in which there is nothing yet."""
        self.folder.mkdir(mode=0o711)
        (self.folder / "secrets").mkdir(mode=0o700)
        subprocess.run(["/bin/cp", "-a", str(made / "postgres"), str(self.folder)], check=True)  # with their owners
        shutil.copy2(made / "secrets" / "pgpass", self.folder / "secrets")
        self.set_clock(0)

    def name_log(self) -> None:
        """Give the copied log a name of its own, as a migration does in a new database."""
        with psycopg.connect(self.check_url) as connection:
            if connection.execute("SELECT EXISTS (SELECT FROM audit_entry)").fetchone() != (False,):
                raise TransientError(f"{self.name}: something stands in the log of a new database")
            connection.execute("UPDATE audit_log SET origin = 'tipline/audit/' || gen_random_uuid()")

    def run(self, part: str, **given: Any) -> dict[str, Any]:
        """Do a part in its own process, which stays for the next, on a database that answers."""
        self.ask("SELECT 1")
        if self._hands is None:
            with self.log.open("a", encoding="utf-8") as log:
                self._hands = subprocess.Popen(
                    [sys.executable, "-m", "tipline.demo.federation_part"],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment,
                )  # fmt: skip
        hands = self._hands
        if hands.stdin is None or hands.stdout is None:  # they are pipes
            raise TransientError(f"{self.name}: nobody is there")
        hands.stdin.write(json.dumps({"part": part, "email": self.email, "agency": self.agency, **given}) + "\n")
        hands.stdin.flush()
        answer = json.loads(hands.stdout.readline() or '{"failed": "its process ended"}')
        if "failed" in answer:
            raise TransientError(f"{self.name}: {part} failed: {answer['failed']}")
        found: dict[str, Any] = answer["done"]
        return found

    @property
    def check_url(self) -> str:
        """Its database as one who sees everything: to check by."""
        return self.server.layout.url(SUPERUSER, DATABASE)

    @property
    def database_pid(self) -> int | None:
        """Of its database server; None: there is none just now."""
        try:
            return int((self.server.layout.pgdata / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of its database, whoever may see them. One that was killed just now is waited for."""
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                with psycopg.connect(self.check_url, autocommit=True) as connection:
                    return connection.execute(query.encode()).fetchall()
            except psycopg.OperationalError as error:
                if time.monotonic() > until:
                    raise TransientError(f"{self.name}: the database does not come back: {error}") from error
            self.keep_up()
            time.sleep(0.2)

    def start(self, workers: int = 1) -> None:
        """`tipline up` with so many workers; its log in its folder."""
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tipline", "up", "--workers", str(workers)],
                stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True, env=self.environment,
            )  # fmt: skip

    def await_ready(self) -> None:
        """Until it serves."""
        for line in (self.process and self.process.stdout) or ():
            if line.startswith("Ready: "):
                return
        said = self.log.read_text(encoding="utf-8")[-500:]  # the folder goes with the demo
        raise TransientError(f"{self.name} did not start: {said}")

    def keep_up(self) -> None:
        """Start it again if its supervisor ended, as the machine's own service manager would."""
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def stop(self) -> None:
        """Drain and end it."""
        for process in (self.process, self._hands):
            if process is None:
                continue
            end(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def kill_child(self, name: str) -> bool:
        """Kill -9 the child whose command says `name`, which its supervisor starts again. False: it is not there just now."""
        if self.process is None or self.process.poll() is not None:
            return False
        number = self.process.pid
        with suppress(OSError):  # gone meanwhile
            for child in Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii").split():
                if f"\0{name}\0".encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(int(child), signal.SIGKILL)
                    return True
        return False

    def kill_supervisor(self) -> bool:
        """Kill -9 `tipline up` itself; the kernel tells its children to stop, and `keep_up` starts it again."""
        if self.process is None or self.process.poll() is not None:
            return False
        self.process.kill()
        return True

    def kill_database(self) -> bool:
        """Kill -9 the database server, which the supervisor starts again."""
        pid = self.database_pid
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


def new_database(folder: Path) -> None:
    """Make a database with all tables and nothing in them, and stop its server."""
    folder.mkdir(mode=0o711)
    one = Installation("template", "", "", 1, "", folder)
    with one.server.use():
        one.run("prepare")
        one.stop()


def all_at_once(what: list[Any]) -> None:
    """Call each, side by side; the first error is raised when all have ended."""
    errors: list[BaseException] = []

    def call(one: Any) -> None:
        try:
            one()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=call, args=(one,)) for one in what]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
