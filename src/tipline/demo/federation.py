"""Four installations on one machine (clearinghouse, national desk, state, district), each with a database server of its own.

Nineteen reports are filed at the clearinghouse's door. Sixteen cross three borders, the other three go as far as their place is known and
no further; one comes back and goes down again; the district opens a case, and its outcome returns hop by hop. Then all four are compared:
nothing lost, doubled, or where it should not be.

With faults (`federation_faults`), calls are cut, delayed, altered and replayed by proxies in between, web servers, workers, supervisors and
database servers are killed, one clock goes wrong, a link is down for thirty days, and a stick carries what the wire carries as well.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tipline.core.errors import TransientError
from tipline.demo.faulty_proxy import FaultyProxy, Network
from tipline.demo.federation_checks import HANDLES, STAYING, check, expected, heard, on_desk, waiting
from tipline.demo.federation_faults import Faults
from tipline.demo.installations import READY_SECONDS, Installation, all_at_once, new_database

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
_PROXIES = 10  # their ports stand so far behind those of the installations


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
    begun = time.monotonic()
    with ExitStack() as stack:
        network = Network(random.Random(seed)) if seed is not None else None  # noqa: S311 - faults, no secrets
        tell("Setting up four installations ...")
        four = linked(stack, folder, first_port, network=network)
        for one in four:
            one.start()
        for one in four:
            one.await_ready()
        faults = Faults(four, network) if network is not None else None
        story = _Story(four, faults, tell)
        story.file()
        story.return_one()
        story.send_down()
        case = story.decide()
        wrong = (*check(four), *(faults.finish() if faults else ()))
    return Result(
        not wrong, round(time.monotonic() - begun, 1), wrong, dict(network.done) if network else {},
        case,
    )  # fmt: skip


def linked(
    stack: ExitStack,
    folder: Path,
    first_port: int,
    chain: Sequence[tuple[str, str, str]] = CHAIN,
    network: Network | None = None,
) -> list[Installation]:
    """Installations that know their neighbours, not started yet. With a network of faults each is reached through a proxy."""
    template = folder / "new"
    new_database(template)
    four = []
    for number, (name, agency, email) in enumerate(chain):
        port = first_port + number
        called = port if network is None else port + _PROXIES
        four.append(
            Installation(name, agency, email, port, f"http://127.0.0.1:{called}", folder / name, network is not None)
        )
        if network is not None:
            stack.enter_context(FaultyProxy(called, name, port, network))
    for one in four:
        one.copy_of(template)
        stack.enter_context(one.server.use())
        stack.callback(one.stop)
        one.name_log()
    all_at_once([partial(_set_up, four, number) for number in range(len(four))])
    all_at_once([partial(_link, four, number) for number in range(len(four))])
    return four


def _set_up(four: list[Installation], number: int) -> None:
    one, near = four[number], four[max(0, number - 1) : number + 2]
    rows = [_TREE[other.agency] for other in near]
    if number > 1:  # of what is further up nothing is known here
        rows[0] = rows[0].replace(f",{four[number - 2].agency},", ",,", 1)
    one.told = one.run(
        "set_up", tree="\n".join([_HEAD, *rows]) + "\n", above=number > 0, below=number < len(four) - 1,
        name=one.name, url=one.called,
    )  # fmt: skip


def _link(four: list[Installation], number: int) -> None:
    """Let one take up with its neighbours."""
    one = four[number]
    near = [other for other in four[max(0, number - 1) : number + 2] if other is not one]
    peers = [
        {"agency": other.agency, "descriptor": other.told["descriptor"], "fingerprint": other.told["fingerprint"]}
        for other in near
    ]
    pairs = [(four[at].agency, four[at + 1].agency) for at in (number - 1, number) if 0 <= at < len(four) - 1]
    one.run("link", peers=peers, agreements=pairs)


class _Story:
    """What happens, and what each step waits for."""

    def __init__(self, four: list[Installation], faults: Faults | None, tell: Callable[[str], None]) -> None:
        self._four, self._faults, self._tell = four, faults, tell
        self._top, _, self._state, self._district = four

    def file(self) -> None:
        """Providers file at the clearinghouse's door."""
        self._tell(f"Filing {HANDLES + len(STAYING)} reports at the clearinghouse's door ...")
        top, errors = self._top, []

        def call() -> None:
            try:
                top.run("file", url=top.url, providers=top.told["providers"], handles=expected())
            except TransientError as error:
                errors.append(error)

        filing = threading.Thread(target=call)
        filing.start()
        self._until("all are filed", lambda: not filing.is_alive())
        if errors:
            raise errors[0]
        self._until("sixteen reports lie on the district's desk", lambda: on_desk(self._district) == HANDLES)
        self._until("three went as far as their place is known", lambda: all(
            on_desk(one) == len([handle for handle, last in STAYING.items() if last == at])
            for at, one in enumerate(self._four[:-1])
        ))  # fmt: skip
        if self._faults:
            self._faults.say_again()

    def return_one(self) -> None:
        """The district returns a report; with faults while a clock between the two is wrong."""
        self._tell("The district returns one ...")
        here = on_desk(self._state)
        if self._faults:
            with self._faults.wrong_clock(self._state, self._district):
                self._district.run("send_back")
                self._faults.until_clock_is_named(self._district, self._state, self._until)
                if on_desk(self._state) != here:
                    raise TransientError("what was signed by a wrong clock was believed")
        else:
            self._district.run("send_back")
        self._until("the returned report is back at the state", lambda: on_desk(self._state) == here + 1)

    def send_down(self) -> None:
        """The state sends it down again; with faults the link is down, and a stick brings it before the wire does."""
        self._tell("The state looks again and sends it down again ...")
        if self._faults:
            with self._faults.link_down(self._state, self._district):
                self._state.run("send_down", below=self._district.agency, report=self._returned())
                self._faults.by_stick(self._four)
                self._until("a stick brought it", lambda: on_desk(self._district) == HANDLES)
        else:
            self._state.run("send_down", below=self._district.agency, report=self._returned())
        self._until("it lies on the district's desk again", lambda: on_desk(self._district) == HANDLES)
        self._until("the state knows", lambda: waiting(self._state) == 0)

    def _returned(self) -> int:
        [(report,)] = self._state.ask("SELECT report_id FROM referrals_referral WHERE state = 'returned'")
        return int(report)

    def decide(self) -> str:
        """The district opens a case and writes its outcome; with faults the link above is down for thirty days meanwhile."""
        self._tell("The district opens a case and writes its outcome ...")
        above = self._four[1]
        if self._faults:
            with self._faults.link_down(above, self._state):
                case = self._district.run("decide")["case"]
                self._until("it is with the state", lambda: heard(self._state) == (HANDLES, HANDLES))
                self._faults.thirty_days(self._state, above, self._until)
        else:
            case = self._district.run("decide")["case"]
        self._until("the outcome is at the clearinghouse", lambda: heard(self._top) == (HANDLES, HANDLES))
        if self._faults:
            self._until("every fault was made", self._faults.all_made)
        self._until("nothing waits any more", lambda: all(waiting(one) == 0 for one in self._four))
        return str(case)

    def _until(self, what: str, there: Callable[[], bool], seconds: float = READY_SECONDS) -> None:
        """Until it is so; with faults, processes are killed meanwhile.

        Raises
        ------
        TransientError
            saying what did not come about, and what waits where.
        """
        end = time.monotonic() + seconds
        while not there():
            if time.monotonic() > end:
                raise TransientError(f"after {seconds:.0f} s it is not so that {what}; {_where(self._four)}")
            if self._faults:
                self._faults.disturb()
            time.sleep(0.3)


_ASKED = {
    "messages": "SELECT kind, delivery, why, count(*) FROM federation_outgoing GROUP BY 1, 2, 3",
    "links": "SELECT p.name, l.failures, l.error, l.next_at - now(), l.busy_until - now() FROM federation_link l JOIN parties_peer p ON p.id = l.peer_id",
    "jobs": "SELECT task_name, status, count(*) FROM procrastinate_jobs GROUP BY 1, 2",
}


def _where(four: list[Installation]) -> str:
    """What waits at each, for a person who looks why."""
    return "; ".join(f"{one.name}: { {what: one.ask(query) for what, query in _ASKED.items()} }" for one in four)
