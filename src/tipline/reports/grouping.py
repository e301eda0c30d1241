"""Group commit: calls that come at the same time are written in one transaction, and share its commit.

Request threads hand their calls to a writer and wait. While it writes one lot, the next one gathers; and before it begins, it waits for
the calls that are being read already, a moment at most. So a lone call waits for nobody, and sixteen at once cost one commit. The
writer is a thread with a connection of its own: request threads that only write need none.
Every call is answered after the commit of its lot, and never before. See docs/explanation/intake.md.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog
from django.db import DatabaseError, connection

from tipline.core.errors import TiplineError, TransientError
from tipline.reports.writing import Write, write, write_one
from tipline.trust.accounts.models import Reporter

log = structlog.get_logger(__name__)

T = TypeVar("T")

MOST_AT_ONCE = 64
# A lot waits this long for calls that are being read; nobody else is waited for.
GATHER_SECONDS = 0.003
# A connection that lay idle this long is looked at before it is used.
IDLE_SECONDS = 1.0
WAIT_SECONDS = 60.0


class _Call:
    """A call on its way, and what became of it."""

    __slots__ = ("answer", "done", "error", "reporter", "write")

    def __init__(self, reporter: Reporter, call: Write[Any]) -> None:
        self.reporter = reporter
        self.write = call
        self.done = threading.Event()
        self.answer: Any = None
        self.error: BaseException | None = None


class Group:
    """The calls that wait, and the thread that writes them."""

    def __init__(self) -> None:
        self._waiting: deque[_Call] = deque()
        self._some = threading.Condition()
        self._coming = 0
        self._mine = threading.local()
        self._started_in = 0

    @contextmanager
    def coming(self) -> Iterator[None]:
        """That this thread is reading a call that will be written: the next lot waits for it, a moment at most."""
        with self._some:
            self._coming += 1
            self._mine.coming = True
        try:
            yield
        finally:
            with self._some:
                self._arrived()

    def _arrived(self) -> None:
        """Wait for this thread's call no more. The caller holds the lock."""
        if getattr(self._mine, "coming", False):
            self._mine.coming = False
            self._coming -= 1
            if self._coming == 0:
                self._some.notify_all()

    def write(self, reporter: Reporter, call: Write[T]) -> T:
        """Write a call together with whatever else is waiting. Raises as `writing.write_one` does.

        Within a transaction it is written there and then: it is part of that.

        Raises
        ------
        TransientError
            when no writer took it in time. It was not written then.
        """
        if connection.in_atomic_block:
            return write_one(reporter, call)
        mine = _Call(reporter, call)
        with self._some:
            self._start()
            self._waiting.append(mine)
            self._arrived()
            if len(self._waiting) == 1:
                self._some.notify_all()
        if not mine.done.wait(WAIT_SECONDS) and self._withdrawn(mine):
            raise TransientError("the database does not keep up")
        mine.done.wait()  # a writer has it: what becomes of it will be known
        if mine.error is not None:
            raise mine.error
        if isinstance(mine.answer, TiplineError):
            raise mine.answer
        return mine.answer  # type: ignore[no-any-return]  # what a Write[T] is answered with

    def _start(self) -> None:
        """Start the writer, once in this process (a fork takes no threads along)."""
        if self._started_in != os.getpid():
            self._started_in = os.getpid()
            self._waiting.clear()
            threading.Thread(target=self._serve, name="writer", daemon=True).start()

    def _withdrawn(self, call: _Call) -> bool:
        with self._some:
            try:
                self._waiting.remove(call)
            except ValueError:
                return False
            return True

    def _serve(self) -> None:
        used = time.monotonic()
        while True:
            lot = self._next_lot()
            if time.monotonic() - used > IDLE_SECONDS:
                connection.close_if_unusable_or_obsolete()
                if connection.connection is not None and not connection.is_usable():
                    connection.close()
            _write_lot(lot)
            used = time.monotonic()

    def _next_lot(self) -> list[_Call]:
        """Wait for calls, and take those of one provider that wait, the oldest first."""
        with self._some:
            while not self._waiting:
                self._some.wait()
            until = time.monotonic() + GATHER_SECONDS
            while self._coming > 0 and len(self._waiting) < MOST_AT_ONCE and (left := until - time.monotonic()) > 0:
                self._some.wait(left)
            reporter = self._waiting[0].reporter.pk
            lot: list[_Call] = []
            others: list[_Call] = []
            while self._waiting and len(lot) < MOST_AT_ONCE:
                call = self._waiting.popleft()
                (lot if call.reporter.pk == reporter else others).append(call)
            self._waiting.extendleft(reversed(others))
            return lot


def _write_lot(lot: list[_Call]) -> None:
    """Write a lot and answer its calls. If the database refuses it, each of them is written by itself."""
    try:
        for call, answer in zip(lot, write(lot[0].reporter, [call.write for call in lot]), strict=True):
            call.answer = answer
    except Exception as error:
        if len(lot) > 1 and _rolled_back(error):
            log.warning("a lot was refused: its calls go one by one", calls=len(lot), error=type(error).__name__)
            for call in lot:
                _write_lot([call])
            return
        for call in lot:
            call.error = error
        if isinstance(error, DatabaseError):
            connection.close_if_unusable_or_obsolete()
    finally:
        for call in lot:
            call.done.set()


def _rolled_back(error: Exception) -> bool:
    """Whether nothing of a lot was written for certain: the server said so, or it is a fault of our own before the commit."""
    return not isinstance(error, DatabaseError) or getattr(error.__cause__, "sqlstate", None) is not None


_group = Group()
coming = _group.coming


def write_together(reporter: Reporter, call: Write[T]) -> T:
    """Write a call in this process's group."""
    return _group.write(reporter, call)
