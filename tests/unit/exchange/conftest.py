"""The validators of the standards are other people's programs: here they run without a network."""

from __future__ import annotations

import socket

import pytest


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a name or connects fails loudly."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a validator went to the network")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
