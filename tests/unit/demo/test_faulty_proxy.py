"""The proxy of the federation demo: what it says it did to a call is what happened to the call."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tipline.demo.faulty_proxy import KINDS, FaultyProxy, Network, altered, altered_body, carry, header

BODY = b'{"messages": [{"number": 12345678}]}'
CALL = (
    b"POST /federation/v1/messages HTTP/1.1\r\nHost: x\r\ntipline-from: ncrb\r\ntipline-to: jalgaon\r\nSignature-Input: tipline=(1)\r\n"
    b"Content-Digest: sha-256=:abc:\r\nSignature: tipline=:abcdefgh:\r\nContent-Length: " + str(len(BODY)).encode() + b"\r\n\r\n" + BODY
)  # fmt: skip


class There:
    """An installation that believes everything, and keeps what it heard."""

    def __init__(self, status: int = 200) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        there = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if len(body) == int(self.headers["Content-Length"]):
                    there.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(status)
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Signature", "tipline=:abcdefgh:")
                self.end_headers()
                self.wfile.write(b"5\r\nanswe\r\n4\r\nr 12\r\n0\r\n\r\n")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])


class Given(Network):
    """A network whose next fault the test says."""

    fault = ""

    def next_fault(self) -> str:
        return self.fault


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def linked(stack: ExitStack, fault: str, status: int = 200) -> tuple[Given, There, There, int]:
    network, there, other = Given(random.Random(1)), There(status), There(status)
    network.fault = fault
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    stack.enter_context(FaultyProxy(port, "jalgaon", there.port, network))
    network.ports["ncrb"] = other.port
    for one in (there, other):
        stack.callback(one.server.server_close)
        stack.callback(one.server.shutdown)
    return network, there, other, port


def test_a_call_without_a_fault_goes_through_whole_and_so_does_its_answer(stack: ExitStack) -> None:
    network, there, _, port = linked(stack, "")
    answer = carry(CALL, port)
    assert answer.endswith(b"5\r\nanswe\r\n4\r\nr 12\r\n0\r\n\r\n")
    [(headers, body)] = there.heard
    assert (headers["signature"], body) == ("tipline=:abcdefgh:", BODY)
    assert len(network.kept) == 1


@pytest.mark.parametrize(("fault", "heard"), [("lost call", 0), ("cut in the call", 0), ("lost answer", 1)])
def test_a_call_that_is_cut_gets_no_answer(stack: ExitStack, fault: str, heard: int) -> None:
    network, there, _, port = linked(stack, fault)
    assert carry(CALL, port) == b""
    assert len(there.heard) == heard
    assert network.wrong == []


def test_an_answer_is_cut_in_its_middle(stack: ExitStack) -> None:
    _, there, _, port = linked(stack, "cut in the answer")
    assert not carry(CALL, port).endswith(b"0\r\n\r\n")
    assert len(there.heard) == 1


@pytest.mark.parametrize("fault", ["altered body", "altered header", "altered signature"])
def test_an_altered_call_differs_in_one_place_and_must_not_be_believed(stack: ExitStack, fault: str) -> None:
    network, there, _, port = linked(stack, fault)
    carry(CALL, port)
    [(headers, body)] = there.heard
    told = {"tipline-from": "ncrb", "tipline-to": "jalgaon", "signature-input": "tipline=(1)"}
    told |= {"content-digest": "sha-256=:abc:", "signature": "tipline=:abcdefgh:"}
    assert (body != BODY) + sum(headers[name] != value for name, value in told.items()) == 1
    assert network.wrong == [f"a call that was {fault} was believed"]


def test_an_altered_call_that_is_refused_is_as_it_should_be(stack: ExitStack) -> None:
    network, there, _, port = linked(stack, "altered body", status=401)
    carry(CALL, port)
    assert len(there.heard) == 1
    assert network.wrong == []


@pytest.mark.parametrize(
    ("fault", "there_heard", "other_heard"), [("replayed at once", 2, 0), ("replayed to another", 1, 1)]
)
def test_a_replayed_call_is_the_same_to_the_byte_and_noted_if_it_is_believed(
    stack: ExitStack, fault: str, there_heard: int, other_heard: int
) -> None:
    network, there, other, port = linked(stack, fault)
    carry(CALL, port)
    assert (len(there.heard), len(other.heard)) == (there_heard, other_heard)
    assert {body for _, body in there.heard + other.heard} == {BODY}
    assert network.wrong == [f"a call that was {fault} was believed"]


def test_what_was_believed_is_said_again_later_to_the_same_and_to_another(stack: ExitStack) -> None:
    network, there, other, port = linked(stack, "")
    carry(CALL, port)
    assert network.say_again() == 2
    assert (len(there.heard), len(other.heard)) == (2, 1)
    assert len(network.wrong) == 2


def test_through_a_link_that_is_down_nothing_comes_in_either_direction(stack: ExitStack) -> None:
    network, there, _, port = linked(stack, "")
    network.cut("jalgaon", "ncrb")
    assert carry(CALL, port) == b""
    network.mend()
    assert carry(CALL, port)
    assert len(there.heard) == 1


def test_every_kind_of_fault_comes_in_turn() -> None:
    network = Network(random.Random(7), share=1)
    assert {network.next_fault() for _ in KINDS} == set(KINDS)
    assert [Network(random.Random(7), share=1).next_fault() for _ in range(3)] == [
        Network(random.Random(7), share=1).next_fault() for _ in range(3)
    ]


def test_an_alteration_changes_one_character_and_no_length() -> None:
    for one in (altered_body(CALL), altered(CALL, b"signature"), altered(CALL, b"tipline-to")):
        assert len(one) == len(CALL)
        assert sum(a != b for a, b in zip(one, CALL, strict=True)) == 1
    assert header(altered(CALL, b"signature"), b"signature") != header(CALL, b"signature")


def test_a_port_is_free_as_soon_as_its_proxy_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for _ in range(3):
        with FaultyProxy(port, "there", 1, Network(random.Random(1))):
            pass
