"""What goes wrong in the federation demo beside the wire: processes and databases that die, links that are down, clocks, sticks."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from tipline.core.errors import TransientError
from tipline.demo.faulty_proxy import Network
from tipline.demo.federation_checks import waiting
from tipline.demo.installations import Installation

THIRTY_DAYS = 30 * 24 * 3600
_PAUSE_SECONDS = 3.0
_Until = Callable[[str, Callable[[], bool]], None]


class Faults:
    """Makes them, in an order that the network's seed gives."""

    def __init__(self, four: list[Installation], network: Network) -> None:
        self._four, self._network = four, network
        self._chance = random.Random(network.chance.random())  # noqa: S311 - the proxies' threads draw from theirs meanwhile
        self._base = 0  # what the clocks of all are ahead
        web, worker, sender, supervisor = (self._chance.choice(four) for _ in range(4))
        self._plan: list[tuple[str, Callable[[], bool]]] = [
            ("web server killed", partial(web.kill_child, "granian")),
            ("worker killed", partial(worker.kill_child, "worker")),
            ("sender killed", partial(sender.kill_child, "sender")),
            ("supervisor killed", supervisor.kill_supervisor),
            *(("database killed", one.kill_database) for one in four),
        ]
        self._chance.shuffle(self._plan)
        self._next_at = time.monotonic() + 1

    def disturb(self) -> None:
        """Do the next of the plan when it is time, and start again what does not start by itself."""
        for one in self._four:
            one.keep_up()
        if not self._plan or time.monotonic() < self._next_at:
            return
        what, do = self._plan[-1]
        if do():  # else it is down just now, and its turn comes
            self._plan.pop()
            self._network.count(what)
        self._next_at = time.monotonic() + _PAUSE_SECONDS

    def all_made(self) -> bool:
        """Whether the plan is done."""
        return not self._plan

    def say_again(self) -> None:
        """Replay everything that was believed so far, now that others came after it."""
        self._network.say_again()

    @contextmanager
    def link_down(self, one: Installation, other: Installation) -> Iterator[None]:
        """No call between two gets through, in either direction."""
        self._network.cut(one.name, other.name)
        try:
            yield
        finally:
            self._network.mend()

    @contextmanager
    def wrong_clock(self, *of: Installation) -> Iterator[None]:
        """The clock of one of them is minutes or hours off; then it is put right."""
        one, by = self._chance.choice(of), self._chance.choice((-6 * 3600, -900, 900, 6 * 3600))
        self._set_clocks([one], self._base + by)
        self._network.count(f"clock {by:+d} s")
        try:
            yield
        finally:
            self._set_clocks([one], self._base)

    def until_clock_is_named(self, one: Installation, peer: Installation, until: _Until) -> None:
        """Wait until the page of a link says that it is the clock."""
        until("the page of the link names the clock", lambda: "clocks" in one.run("look", peer=peer.name)["error"])

    def thirty_days(self, below: Installation, above: Installation, until: _Until) -> None:
        """Let a link fail, and then thirty days go by for all four."""
        until("the link is known to be down", lambda: below.run("look", peer=above.name)["failures"] > 0)
        if waiting(below) == 0:
            raise TransientError(f"nothing waits at {below.name} for a link that is down")
        self._network.say_again()
        self._base += THIRTY_DAYS
        self._set_clocks(self._four, self._base)
        self._network.count("thirty days gone by")

    @staticmethod
    def _set_clocks(of: list[Installation], seconds: int) -> None:
        for one in of:
            one.set_clock(seconds)
        time.sleep(1)  # until all processes have looked

    def by_stick(self, four: list[Installation]) -> None:
        """Carry what the state sent the district on a stick: altered, to the wrong house, as it is, and once more."""
        _, other, state, district = four
        package = state.run("pack", below=district.agency)["package"]
        body = bytearray(base64.b64decode(package))
        at = self._chance.randrange(len(body) // 4, len(body) // 2)
        body[at] ^= 0x55
        altered = base64.b64encode(bytes(body)).decode("ascii")
        for what, where, stick, want in (
            ("stick altered", district, altered, {"refused"}),
            ("stick to another", other, package, {"refused"}),
            ("stick taken", district, package, {"taken"}),
            ("stick replayed", district, package, {"taken again"}),
        ):
            found = where.run("unpack", package=stick)
            came = "refused" if found["refused"] else "taken again" if found["again"] else "taken"
            if came not in want or found.get("new"):
                self._network.wrong.append(f"{what}: {found}")
            self._network.count(what)

    def finish(self) -> Iterator[str]:
        """Replay all once more, and say what was believed that may not be, and which faults were not made."""
        self._network.say_again()
        yield from self._network.wrong
        for what, _ in self._plan:
            yield f"the fault {what!r} was not made"
