"""A proxy between two installations of the demo that does what networks do: loses, delays, alters, cuts and repeats calls. Loopback only."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self

MOST_SECONDS = 30


class FaultyProxy:
    """Listens on one port of this machine and carries to another, one call a connection.

    Parameters
    ----------
    seed
        of the faults; `done` counts what was done.
    share
        of the calls to which something happens.
    """

    def __init__(self, port: int, to_port: int, seed: int, share: float = 0.4) -> None:
        self._to, self._chance, self._share = to_port, random.Random(seed), share  # noqa: S311 - faults, no secrets
        self.done: Counter[str] = Counter()
        self._socket = socket.create_server(("127.0.0.1", port))
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._socket.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                inner, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(inner,), daemon=True).start()

    def _carry(self, inner: socket.socket) -> None:
        fault = ""
        if self._chance.random() < self._share:
            fault = self._chance.choice(["cut_before", "cut_after", "delay", "alter", "replay", "alter_answer"])
        try:
            with inner:
                inner.settimeout(MOST_SECONDS)
                call = _whole(inner)
                if not call:
                    return
                self.done[fault or "carried"] += 1
                if fault == "cut_before":
                    return
                if fault == "delay":
                    time.sleep(self._chance.uniform(0.5, 3))
                if fault == "alter":
                    call = _altered(call)
                answer = self._call(call)
                if fault == "replay":
                    self._call(call)
                if fault == "cut_after":
                    return  # it was taken, and the sender never hears of it
                inner.sendall(_altered(answer) if fault == "alter_answer" else answer)
        except OSError:
            self.done["broken"] += 1

    def _call(self, call: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self._to), timeout=MOST_SECONDS) as outer:
            outer.sendall(call)
            return _whole(outer)


def _altered(message: bytes) -> bytes:
    """The same with a digit of its body changed: still JSON, no longer what was signed."""
    head, blank, body = message.partition(b"\r\n\r\n")
    for at in range(len(body) // 2, len(body)):
        if body[at : at + 1].isdigit():
            return head + blank + body[:at] + (b"1" if body[at : at + 1] != b"1" else b"2") + body[at + 1 :]
    return message


def _whole(end: socket.socket) -> bytes:
    """One HTTP message, with a Content-Length or in chunks, the connection closed after it."""
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
