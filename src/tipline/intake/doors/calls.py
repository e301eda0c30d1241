"""Noting what providers asked: taken down in memory by the call, written by a thread a moment later, set-wise."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from lxml import etree

from tipline.intake.doors import days
from tipline.trust.accounts.models import Reporter

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a document: an element's path, its line (0: unknown), the rule in plain words, and what kind of fault.

    `kind`: `unknown_element`, `unknown_value` (not in the schema's list), `malformed`, or `other`.
    """

    path: str
    line: int
    rule: str
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its answer. `root` is the document when it was valid; `seconds` how long it took."""

    reporter: Reporter
    sandbox: bool
    call: str
    run: str
    at: datetime
    status: int
    code: int
    description: str
    request_id: str
    report_id: int | None
    size_bytes: int
    seconds: float
    faults: Sequence[Fault] = field(default_factory=tuple)
    root: etree._Element | None = None
    limited: bool = False


# What waits in memory at most: calls, and bytes of the documents whose score is still to be made.
MOST_WAITING = 10_000
MOST_DOCUMENT_BYTES = 16 * 1024 * 1024
# A lot is written every second, or when this many wait.
WRITE_EVERY_SECONDS = 1.0
WRITE_AT = 2_000
MOST_IN_A_LOT = 2_000

_MALFORMED_OR_INVALID = frozenset({4100, 4110})


class _Waiting:
    """What was noted and is not written yet, and the thread that writes it."""

    def __init__(self) -> None:
        self.calls: deque[Exchange] = deque()
        self.lock = threading.Lock()
        self.writing = threading.Lock()
        self.wake = threading.Event()
        self.thread: threading.Thread | None = None
        self.document_bytes = 0
        self.dropped = 0


_waiting = _Waiting()
_by_hand = False


def note(exchange: Exchange) -> None:
    """Take down a call. Never fails and never waits; what is not written when the process is killed is lost."""
    try:
        _note(exchange)
    except Exception:
        log.exception("door: a call could not be noted")


def _note(exchange: Exchange) -> None:
    waiting = _waiting
    new = not exchange.sandbox and days.count(
        exchange.reporter.pk,
        exchange.at.date(),
        reports=opens_report(exchange),
        refused=exchange.code in _MALFORMED_OR_INVALID,
        limited=exchange.limited,
        size_bytes=exchange.size_bytes if exchange.call == "upload" and not exchange.code else 0,
    )
    with waiting.lock:
        if exchange.root is not None:
            if waiting.document_bytes + exchange.size_bytes > MOST_DOCUMENT_BYTES:
                exchange = replace(exchange, root=None)
            else:
                waiting.document_bytes += exchange.size_bytes
        if len(waiting.calls) >= MOST_WAITING:
            _forget(waiting, waiting.calls.popleft())
            waiting.dropped += 1
        waiting.calls.append(exchange)
        full = len(waiting.calls) >= WRITE_AT
        if waiting.thread is None and not _by_hand:
            # said explicitly: threads that the web server made outside of Python count as daemons, and hand that on
            waiting.thread = threading.Thread(target=_write_on, args=(waiting,), name="calls", daemon=False)
            waiting.thread.start()
    if full or new:
        waiting.wake.set()


def opens_report(exchange: Exchange) -> bool:
    """Whether this call counts as a report opened."""
    return exchange.code == 0 and exchange.root is not None and str(exchange.root.tag).rpartition("}")[2] == "report"


def _forget(waiting: _Waiting, exchange: Exchange) -> None:
    if exchange.root is not None:
        waiting.document_bytes -= exchange.size_bytes


def _write_on(waiting: _Waiting) -> None:
    """The thread: a lot a second, or sooner. It is no daemon: a process that ends waits for it, and it writes what is left."""
    ending = False
    while waiting is _waiting and not ending:
        waiting.wake.wait(WRITE_EVERY_SECONDS)
        waiting.wake.clear()
        ending = not threading.main_thread().is_alive()
        if waiting.calls or not (ending or days.idle()):
            flush()


def flush() -> None:
    """Write what was noted. The thread does so by itself; tests call it."""
    # it reads what is defined here
    from tipline.intake.doors.writing import write

    with _waiting.writing:
        while True:
            with _waiting.lock:
                lot = [_waiting.calls.popleft() for _ in range(min(len(_waiting.calls), MOST_IN_A_LOT))]
                for exchange in lot:
                    _forget(_waiting, exchange)
                dropped, _waiting.dropped = _waiting.dropped, 0
            if dropped:
                log.warning("door: too many calls waited to be written", dropped=dropped)
            write(lot)
            if (
                len(lot) < MOST_IN_A_LOT
            ):  # what came meanwhile is for the next second: small lots cost as much as large ones
                return


def by_hand() -> None:
    """Nothing is written any more but by `flush`, and what waits is forgotten (tests)."""
    global _by_hand
    _by_hand = True
    _start_anew()


def _start_anew() -> None:
    """As if nothing had been noted: the thread of a process that was forked is not in its child."""
    global _waiting
    _waiting = _Waiting()
    days.forget_all()


os.register_at_fork(after_in_child=_start_anew)
