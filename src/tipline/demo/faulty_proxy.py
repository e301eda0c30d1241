"""A proxy between installations of the demo that does what networks and those who sit in them do: it loses, delays, alters, cuts and
repeats calls. Loopback only."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

MOST_SECONDS = 30
MOST_KEPT = 40
KINDS = (
    "lost call", "cut in the call", "cut in the answer", "lost answer", "delayed",
    "altered body", "altered header", "altered signature", "altered answer", "altered answer's signature",
    "replayed at once", "replayed to another",
)  # fmt: skip
_SIGNED = (b"content-digest", b"tipline-to", b"tipline-from", b"signature-input")


@dataclass(frozen=True, slots=True)
class Taken:
    """A call that its receiver believed, whole as it was: to be said again later."""

    port: int
    call: bytes


@dataclass
class Network:
    """What all proxies of one run share: which faults come next, which links are down, what was done, and what went wrong by it.

    Parameters
    ----------
    share
        of the calls to which something happens. Kinds come in turn, shuffled, so that a run has all of them.
    """

    chance: random.Random
    share: float = 0.35
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kept: deque[Taken] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    down: set[frozenset[str]] = field(default_factory=set)
    ports: dict[str, int] = field(default_factory=dict)
    _deck: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next_fault(self) -> str:
        """What happens to this call; empty: nothing."""
        with self._lock:
            if self.chance.random() >= self.share:
                return ""
            if not self._deck:
                self._deck = self.chance.sample(KINDS, len(KINDS))
            return self._deck.pop()

    def count(self, what: str) -> None:
        """Note what was done."""
        with self._lock:
            self.done[what] += 1

    def cut(self, one: str, other: str) -> None:
        """Take the link between two down, in both directions."""
        self.down.add(frozenset((one, other)))
        self.count("link down")

    def mend(self) -> None:
        """Put up every link again."""
        self.down.clear()

    def must_be_refused(self, what: str, answer: bytes) -> None:
        """Note it as wrong if somebody believed what nobody may believe."""
        if _status(answer) == 200:
            self.wrong.append(f"a call that was {what} was believed")

    def say_again(self) -> int:
        """Say all again that was believed, to its receiver and to another. Returns how many calls were made; each must be refused."""
        calls = 0
        for taken in list(self.kept):
            others = [port for port in self.ports.values() if port != taken.port]
            for port, what in (
                (taken.port, "replayed after others"),
                (self.chance.choice(others), "replayed to another"),
            ):
                try:
                    self.must_be_refused(what, carry(taken.call, port))
                except OSError:
                    continue
                self.count(what)
                calls += 1
        return calls


class FaultyProxy:
    """Listens on one port of this machine and carries to one installation, one call a connection."""

    def __init__(self, port: int, to: str, to_port: int, network: Network) -> None:
        self._to, self._to_port, self._network = to, to_port, network
        network.ports[to] = to_port
        self._socket = socket.create_server(("127.0.0.1", port))
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._socket.shutdown(socket.SHUT_RDWR)  # who waits in accept() would keep the port after close() alone
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                inner, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._take, args=(inner,), daemon=True).start()

    def _take(self, inner: socket.socket) -> None:
        try:
            with inner:
                inner.settimeout(MOST_SECONDS)
                call = whole(inner)
                if not call:
                    return
                if (
                    frozenset((header(call, b"tipline-from").decode("ascii", "replace"), self._to))
                    in self._network.down
                ):
                    self._network.count("call into a link that is down")
                    return
                fault = self._network.next_fault()
                inner.sendall(self._carried(call, fault))
                self._network.count(fault or "carried")
        except OSError:
            self._network.count("broken off")

    def _carried(self, call: bytes, fault: str) -> bytes:
        """Carry a call with this fault; what the caller gets of the answer."""
        network = self._network
        if fault == "lost call":
            return b""
        if fault == "cut in the call":
            head, _, body = call.partition(b"\r\n\r\n")
            with socket.create_connection(("127.0.0.1", self._to_port), timeout=MOST_SECONDS) as outer:
                outer.sendall(call[: len(head) + 4 + len(body) // 2])
            return b""
        if fault in _ALTERING:
            answer = carry(_ALTERING[fault](call), self._to_port)
            network.must_be_refused(fault, answer)
            return answer
        if fault == "delayed":
            time.sleep(network.chance.uniform(0.5, 3))
        answer = carry(call, self._to_port)
        if _status(answer) == 200:
            network.kept.append(Taken(self._to_port, call))
            if fault == "replayed at once":
                network.must_be_refused(fault, carry(call, self._to_port))
            if fault == "replayed to another":
                others = [port for name, port in network.ports.items() if name != self._to]
                network.must_be_refused(fault, carry(call, network.chance.choice(others)))
        if fault == "lost answer":
            return b""  # it was taken, and the sender never hears of it
        if fault == "cut in the answer":
            return answer[: len(answer) * 2 // 3]
        if fault == "altered answer":
            return altered_body(answer)
        return altered(answer, b"signature") if fault == "altered answer's signature" else answer


def carry(call: bytes, port: int) -> bytes:
    """Make a call on this machine; the answer, empty if there is none."""
    with socket.create_connection(("127.0.0.1", port), timeout=MOST_SECONDS) as outer:
        outer.sendall(call)
        return whole(outer)


def altered_body(message: bytes) -> bytes:
    """The same with a digit of its body changed: still JSON, no longer what was signed."""
    head, blank, body = message.partition(b"\r\n\r\n")
    for at in range(len(body) // 2, len(body)):
        if body[at : at + 1].isdigit():
            return head + blank + body[:at] + (b"1" if body[at : at + 1] != b"1" else b"2") + body[at + 1 :]
    return message


def altered(message: bytes, name: bytes) -> bytes:
    """The same with a character in the middle of a header's value changed."""
    value = header(message, name)
    letters = [at for at in range(len(value)) if value[at : at + 1].isalnum()]
    if not letters:
        return message
    at = letters[len(letters) // 2]
    other = b"b" if value[at : at + 1] != b"b" else b"c"
    return message.replace(value, value[:at] + other + value[at + 1 :], 1)


def header(message: bytes, name: bytes) -> bytes:
    """The value of a header of a message; empty when it has none."""
    for line in message.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.lower() == name:
            return value.strip()
    return b""


def _altered_header(call: bytes) -> bytes:
    return altered(call, _SIGNED[len(call) % len(_SIGNED)])


_ALTERING: dict[str, Callable[[bytes], bytes]] = {
    "altered body": altered_body,
    "altered header": _altered_header,
    "altered signature": lambda call: altered(call, b"signature"),
}


def _status(answer: bytes) -> int:
    parts = answer.split(b" ", 2)
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def whole(end: socket.socket) -> bytes:
    """One HTTP message, with a Content-Length or in chunks, the connection closed after it; as far as it came."""
    read = b""
    while b"\r\n\r\n" not in read:
        part = end.recv(65_536)
        if not part:
            return read
        read += part
    head, blank, body = read.partition(b"\r\n\r\n")
    length, chunked = 0, False
    lines = []
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        chunked = chunked or (name.lower() == b"transfer-encoding" and b"chunked" in value.lower())
        if name.lower() != b"connection":
            lines.append(line)
    while len(body) < length or (chunked and not body.endswith(b"0\r\n\r\n")):
        part = end.recv(65_536)
        if not part:
            break
        body += part
    return b"\r\n".join([*lines, b"Connection: close"]) + blank + body
