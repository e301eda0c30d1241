"""Four installations on one machine (clearinghouse, national desk, state, district), each with a database of its own.

Sixteen reports are filed at the clearinghouse's door and cross three borders; one comes back and goes down again; the district opens a
case, and its outcome returns hop by hop. Then all four databases are compared: nothing lost, doubled, or where it should not be. With
faults, calls between them are cut, delayed, altered and replayed by a proxy in between, and processes are killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tipline.core.database import EmbeddedPostgres
from tipline.core.database.layout import APP_ROLE, OWNER_ROLE, SUPERUSER
from tipline.core.database.roles import ensure_database
from tipline.core.errors import TransientError
from tipline.demo.faulty_proxy import FaultyProxy
from tipline.demo.federation_part import NOTE

CHAIN = (
    ("clearinghouse", "US-NCMEC", "analyst@clearinghouse.example"),
    ("ncrb", "IN-NCRB", "desk@ncrb.example"),
    ("maharashtra", "IN-MH-CYBER", "desk@mahacyber.example"),
    ("jalgaon", "IN-MH-JALGAON", "officer@jalgaon.example"),
)
_TREE = {
    "US-NCMEC": "US-NCMEC,Clearinghouse,clearinghouse,,US,,,America/New_York,en",
    "IN-NCRB": "IN-NCRB,National desk,national,US-NCMEC,IN,,,Asia/Kolkata,en hi",
    "IN-MH-CYBER": "IN-MH-CYBER,Maharashtra state cyber desk,state,IN-NCRB,IN,Maharashtra,,Asia/Kolkata,en mr",
    "IN-MH-JALGAON": "IN-MH-JALGAON,Jalgaon district police,district,IN-MH-CYBER,IN,Maharashtra,Jalgaon,Asia/Kolkata,en mr",
}
_HEAD = "code,name,kind,parent,country,state,district,timezone,languages"
READY_SECONDS = 240
HANDLES = 16


@dataclass(slots=True)
class Installation:
    """One of the four: where it is, how its database is reached, its processes."""

    name: str
    agency: str
    email: str
    port: int
    folder: Path
    app_url: str
    owner_url: str
    check_url: str
    process: subprocess.Popen[str] | None = None
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Of its processes; nothing of the caller's settings reaches them."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIPLINE_", "DJANGO_"))}
        return kept | {
            "TIPLINE_DATA_DIR": str(self.folder), "TIPLINE_DATABASE_URL": self.app_url,
            "TIPLINE_DATABASE_OWNER_URL": self.owner_url, "TIPLINE_BIND": f"127.0.0.1:{self.port}",
        }  # fmt: skip

    def run(self, part: str, **given: Any) -> dict[str, Any]:
        """Run a part in a process of its own."""
        answer = self.folder / f"{part}.json"
        done = subprocess.run(
            [sys.executable, "-m", "tipline.demo.federation_part", part, str(answer)],
            input=json.dumps({"email": self.email, "agency": self.agency, **given}),
            text=True, capture_output=True, env=self.environment, timeout=READY_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode:
            raise TransientError(f"{self.name}: {part} failed: {done.stderr[-1500:]}")
        found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return found

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of its database, whoever may see them: to check by."""
        with psycopg.connect(self.check_url, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def start(self, workers: int = 1) -> None:
        """`tipline up` with so many workers; its log in its folder."""
        with (self.folder / "up.log").open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tipline", "up", "--workers", str(workers)],
                stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True, env=self.environment,
            )  # fmt: skip

    def await_ready(self) -> None:
        """Until it serves."""
        for line in (self.process and self.process.stdout) or ():
            if line.startswith("Ready: "):
                return
        said = (self.folder / "up.log").read_text(encoding="utf-8")[-500:]  # the folder goes with the demo
        raise TransientError(f"{self.name} did not start: {said}")

    def stop(self) -> None:
        """Drain and end it."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill_one(self, chance: random.Random) -> str:
        """Kill -9 one of its processes, which its supervisor starts again. Returns which."""
        if self.process is None:
            return ""
        children = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii").split()
        )
        if not children:
            return ""
        pid = int(chance.choice(children))
        os.kill(pid, signal.SIGKILL)
        return f"{self.name}/{pid}"


@dataclass(frozen=True, slots=True)
class Result:
    """What the demo came to. `wrong`: sentences, empty when all is as it should be."""

    ok: bool
    seconds: float
    wrong: tuple[str, ...]
    faults: Mapping[str, int]
    case: str


def play(
    folder: Path, *, first_port: int = 8830, seed: int | None = None, tell: Callable[[str], None] = print
) -> Result:
    """Run the whole of it in a folder. With a seed, with faults."""
    chance = random.Random(seed)  # noqa: S311 - faults, no secrets
    faults: Counter[str] = Counter()
    begun = time.monotonic()
    with ExitStack() as stack:
        four = stack.enter_context(installations(folder, first_port))
        proxies = linked(stack, four, first_port, chance if seed is not None else None, faults, tell)
        for one in four:
            one.start()
            stack.callback(one.stop)
        for one in four:
            one.await_ready()
        wait = _Waiting(four, chance if seed is not None else None, faults)
        top, state, district = four[0], four[2], four[3]
        tell("Filing sixteen reports at the clearinghouse's door ...")
        top.run("file", url=top.url, providers=top.told["providers"])
        wait.until("sixteen reports lie on the district's desk", lambda: _on_desk(district) == HANDLES)
        tell("The district returns one; the state looks again and sends it down again ...")
        district.run("send_back")
        wait.until("the returned report is back at the state", lambda: _on_desk(state) == 1)
        state.run("send_down", below=district.agency)
        wait.until("it lies on the district's desk again", lambda: _on_desk(district) == HANDLES)
        tell("The district opens a case and writes its outcome ...")
        case = district.run("decide")["case"]
        wait.until("the outcome is at the clearinghouse", lambda: _heard(top) == (HANDLES, HANDLES))
        wait.until("nothing waits any more", lambda: all(_waiting(one) == 0 for one in four))
        for proxy in proxies:
            faults.update(proxy.done)
        wrong = tuple(check(four))
    return Result(not wrong, round(time.monotonic() - begun, 1), wrong, dict(faults), case)


@contextmanager
def installations(
    folder: Path, first_port: int, chain: Sequence[tuple[str, str, str]] = CHAIN
) -> Iterator[list[Installation]]:
    """Databases of one embedded server, one for each of the chain. Each installation has its own keys, files and tables; they share the server's two roles."""
    server = EmbeddedPostgres(folder / "server")
    with server.use():
        found = []
        for number, (name, agency, email) in enumerate(chain):
            url = {role: server.layout.url(role, name) for role in (SUPERUSER, OWNER_ROLE, APP_ROLE)}
            ensure_database(server.layout.url(SUPERUSER, "postgres"), url[SUPERUSER], name, OWNER_ROLE)
            own = folder / name
            own.mkdir(mode=0o700)
            found.append(
                Installation(
                    name, agency, email, first_port + number, own, url[APP_ROLE], url[OWNER_ROLE], url[SUPERUSER]
                )
            )
        yield found


def linked(
    stack: ExitStack, four: list[Installation], first_port: int, chance: random.Random | None, faults: Counter[str], tell: Callable[[str], None],
) -> list[FaultyProxy]:  # fmt: skip
    """Set all of them up, and let neighbours exchange descriptors. With faults each is reached through a proxy."""
    proxies = []
    for number, one in enumerate(four):
        tell(f"Setting up {one.name} ...")
        called = one.url
        if chance is not None:
            proxy = stack.enter_context(FaultyProxy(first_port + 10 + number, one.port, chance.randrange(2**32)))
            proxies.append(proxy)
            called = f"http://127.0.0.1:{first_port + 10 + number}"
        near = four[max(0, number - 1) : number + 2]
        rows = [_TREE[other.agency] for other in near]
        if number > 1:  # of what is further up nothing is known here
            rows[0] = rows[0].replace(f",{four[number - 2].agency},", ",,", 1)
        one.told = one.run(
            "set_up",
            tree="\n".join([_HEAD, *rows]) + "\n",
            above=number > 0,
            below=number < len(four) - 1,
            name=one.name,
            url=called,
        )
    for number, one in enumerate(four):
        near = [other for other in four[max(0, number - 1) : number + 2] if other is not one]
        peers = [
            {"agency": other.agency, "descriptor": other.told["descriptor"], "fingerprint": other.told["fingerprint"]}
            for other in near
        ]
        pairs = [(four[at].agency, four[at + 1].agency) for at in (number - 1, number) if 0 <= at < len(four) - 1]
        one.run("link", peers=peers, agreements=pairs)
    return proxies


class _Waiting:
    """Waiting for something to come about, and killing processes meanwhile."""

    def __init__(self, four: list[Installation], chance: random.Random | None, faults: Counter[str]) -> None:
        self._four, self._chance, self._faults = four, chance, faults
        self._kill_at = time.monotonic() + 5

    def until(self, what: str, there: Callable[[], bool], seconds: float = 420) -> None:
        """Until it is so.

        Raises
        ------
        TransientError
            saying what did not come about, and what waits where.
        """
        end = time.monotonic() + seconds
        while not there():
            if time.monotonic() > end:
                state = {
                    one.name: (
                        one.ask("SELECT kind, delivery, why, count(*) FROM federation_outgoing GROUP BY 1, 2, 3"),
                        one.ask(
                            "SELECT p.name, l.failures, l.error, l.next_at - now(), l.busy_until - now()"
                            " FROM federation_link l JOIN parties_peer p ON p.id = l.peer_id"
                        ),
                        one.ask(
                            "SELECT task_name, status, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY 1, 2"
                        ),
                    )
                    for one in self._four
                }
                raise TransientError(f"after {seconds:.0f} s it is not so that {what}; messages, links, jobs: {state}")
            if self._chance is not None and time.monotonic() > self._kill_at and self._faults["killed"] < 4:
                if self._chance.choice(self._four).kill_one(self._chance):
                    self._faults["killed"] += 1
                self._kill_at = time.monotonic() + 12
            time.sleep(0.5)


def _on_desk(one: Installation) -> int:
    [(count,)] = one.ask(
        "SELECT count(*) FROM reports_holding h JOIN agencies_agency a ON a.id = h.agency_id "  # noqa: S608 - a constant of this file
        f"WHERE a.code = '{one.agency}' AND h.held_until IS NULL AND NOT h.joint"
    )
    return int(count)


def _heard(one: Installation) -> tuple[int, int]:
    """Outcomes that stand, and that were withdrawn."""
    [(stand, gone)] = one.ask(
        "SELECT count(*) FILTER (WHERE withdrawn_at IS NULL), count(*) FILTER (WHERE withdrawn_at IS NOT NULL) FROM outcomes_reportoutcome WHERE heard_at IS NOT NULL"
    )
    return int(stand), int(gone)


def _waiting(one: Installation) -> int:
    [(count,)] = one.ask("SELECT count(*) FROM federation_outgoing WHERE delivery = 'waiting'")
    return int(count)


def check(four: list[Installation]) -> Iterator[str]:
    """Everything that is not as it should be, over all four databases."""
    for at, one in enumerate(four):
        [(reports,)] = one.ask("SELECT count(*) FROM reports_report")
        if reports != HANDLES:
            yield f"{one.name} has {reports} reports and not {HANDLES}"
        here = _on_desk(one)
        if here != (HANDLES if at == len(four) - 1 else 0):
            yield f"{here} reports lie on the desk of {one.name}"
        if twice := one.ask(
            "SELECT report_id FROM referrals_referral WHERE state IN ('sent','received','acknowledged','merged','accepted') AND lead GROUP BY 1 HAVING count(*) > 1"
        ):
            yield f"{one.name} has reports with two live hops: {twice}"
        [(live,)] = one.ask("SELECT count(*) FROM referrals_referral WHERE state = 'accepted'")
        if live != (HANDLES if at >= len(four) - 2 else 0):
            yield f"{one.name} knows of {live} accepted hops"
        if refused := one.ask("SELECT kind, why FROM federation_outgoing WHERE delivery = 'refused'"):
            yield f"messages of {one.name} were refused: {refused}"
        [(cases,)] = one.ask("SELECT count(*) FROM cases_case")
        if cases != (1 if at == len(four) - 1 else 0):
            yield f"{one.name} has {cases} cases"
        if at < len(four) - 1 and _heard(one) != (HANDLES, HANDLES):
            yield f"{one.name} heard of {_heard(one)} outcomes, standing and withdrawn"
        if at < len(four) - 1 and (
            leak := [
                text
                for (text,) in one.ask("SELECT for_senders FROM outcomes_reportoutcome WHERE heard_at IS NOT NULL")
                if NOTE in text
            ]
        ):
            yield f"the district's own note is at {one.name}: {leak}"
        strangers = one.ask("SELECT code FROM agencies_agency")
        near = {other.agency for other in four[max(0, at - 1) : at + 2]}
        if {code for (code,) in strangers} != near:
            yield f"{one.name} knows of {strangers}"
    uids = [{uid for (uid,) in one.ask("SELECT uid FROM records_reportorigin")} for one in four[1:]]
    if any(found != uids[0] or len(found) != HANDLES for found in uids):
        yield "the installations do not have the same reports"
