"""The provider door over real HTTP, by hand: what clients send besides the usual, and what breaks off."""

from __future__ import annotations

import base64
import gzip
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil
import pytest

from tests import factories
from tests.acceptance.conftest import Installation, made_in
from tipline.demo.synthetic import report_xml

pytestmark = pytest.mark.acceptance

PASSWORD = "a provider's password"
MIB = 1024 * 1024
REPORT = report_xml(factories.synthetic())
BASIC = "Basic " + base64.b64encode(f"pic:{PASSWORD}".encode()).decode()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with made_in(tmp_path_factory.mktemp("http")) as made:
        made.extra = {"TIPLINE_MAX_DOCUMENT_BYTES": str(128 * MIB)}
        made.import_agencies()
        made.run("reporter", "add", "Pictogram", "--username", "pic", "--password-stdin", stdin=f"{PASSWORD}\n")
        made.up()
        yield made


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> int:
        return int(self.body.partition(b"<responseCode>")[2].partition(b"<")[0] or -1)

    @property
    def report_id(self) -> str:
        return self.body.partition(b"<reportId>")[2].partition(b"<")[0].decode()


def ask(
    installation: Installation, method: str, path: str, body: bytes = b"", *, raw: bool = False, **headers: str
) -> Answer:
    """One request over a socket. `raw`: no Content-Length of our own."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{installation.port}", f"Authorization: {BASIC}"]
    if not raw:
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", installation.port), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        with suppress(OSError):  # when it was refused before it was read whole
            connection.sendall(body)
        return read(connection)


def read(connection: socket.socket) -> Answer:
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    while received.startswith(b"HTTP/1.1 100"):
        received = received.partition(b"\r\n\r\n")[2]
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
    return Answer(int(first.split()[1]), headers, body)


def chunked(body: bytes, size: int = 100) -> bytes:
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def opened(installation: Installation) -> str:
    answer = ask(installation, "POST", "/ispws/submit", REPORT)
    assert (answer.status, answer.code) == (200, 0)
    return answer.report_id


def multipart(**parts: bytes) -> tuple[bytes, str]:
    pieces = [
        b'--b0\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
        % (name.encode(), b'; filename="a.png"' if name == "file" else b"", value)
        for name, value in parts.items()
    ]
    return b"".join(pieces) + b"--b0--\r\n", "multipart/form-data; boundary=b0"


@pytest.mark.parametrize("kind", ["text/xml; charset=utf-8", "application/xml", "application/json", "", "nonsense;;"])
def test_a_document_is_read_whatever_its_content_type(installation: Installation, kind: str) -> None:
    headers = {"Content_Type": kind} if kind else {}
    answer = ask(installation, "POST", "/ispws/submit", REPORT, **headers)
    assert (answer.status, answer.code) == (200, 0)
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert len(answer.headers["request-id"]) == 32


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "identity", "GZIP"])
def test_a_body_may_come_packed(installation: Installation, encoding: str) -> None:
    body = REPORT if encoding == "identity" else gzip.compress(REPORT)
    answer = ask(installation, "POST", "/ispws/submit", body, Content_Encoding=encoding)
    assert (answer.status, answer.code) == (200, 0)


def test_forms_and_uploads_may_come_packed_too(installation: Installation) -> None:
    number = opened(installation)
    body, kind = multipart(id=number.encode(), file=b"noise" * 100_000)
    answer = ask(installation, "POST", "/ispws/upload", gzip.compress(body), Content_Type=kind, Content_Encoding="gzip")
    assert (answer.status, answer.code) == (200, 0)
    finished = ask(
        installation, "POST", "/ispws/finish", gzip.compress(f"id={number}".encode()),
        Content_Type="application/x-www-form-urlencoded", Content_Encoding="gzip",
    )  # fmt: skip
    assert (finished.status, finished.code, finished.body.count(b"<fileId>")) == (200, 0, 1)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (REPORT, "gzip"), (gzip.compress(REPORT)[:-9], "gzip"), (gzip.compress(REPORT) + b"rubbish", "gzip"),
        (REPORT, "br"), (gzip.compress(gzip.compress(REPORT)), "gzip, gzip"), (b"", "gzip"),
    ],
    ids=["not packed", "broken off", "with rubbish behind", "another encoding", "twice", "empty"],
)  # fmt: skip
def test_what_cannot_be_unpacked_is_refused(installation: Installation, body: bytes, encoding: str) -> None:
    answer = ask(installation, "POST", "/ispws/submit", body, Content_Encoding=encoding)
    assert (answer.status, answer.code) == (400, 4000)


def web(installation: Installation) -> psutil.Process:
    return max(installation.processes()["web"], key=lambda p: p.memory_info().rss)


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (gzip.compress(b" " * (200 * MIB), 9), {"Content_Encoding": "gzip"}, 4110),
        (b"<report>" + b"<a>" * (64 * MIB // 3), {}, 4110),
        (b"<report>" + b"<a/>" * (64 * MIB // 4), {}, 4110),
        (b'<report a="' + b"x" * (64 * MIB) + b'"/>', {}, 4110),
        (b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>" + b" " * (64 * MIB) + b"]><report>&a;</report>", {}, 4110),
        (b"<report>" + b"\xff" + b"x" * (64 * MIB), {}, 4110),
        (b"<report><!--" + b"-x" * (32 * MIB) + b"--></report>", {}, 4110),
    ],
    ids=["gzip bomb", "deep", "many elements", "huge attribute", "entities", "no UTF-8", "one comment"],
)  # fmt: skip
def test_a_hostile_document_of_64_mib_takes_little_memory(
    installation: Installation, body: bytes, headers: dict[str, Any], code: int
) -> None:
    opened(installation)
    process = web(installation)
    before, most = process.memory_info().rss, 0
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", installation.port), timeout=60) as connection:
        lines = [
            "POST /ispws/submit HTTP/1.1", f"Host: 127.0.0.1:{installation.port}", f"Authorization: {BASIC}",
            f"Content-Length: {len(body)}", *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items()),
            "Connection: close", "", "",
        ]  # fmt: skip
        try:
            connection.sendall("\r\n".join(lines).encode())
            for at in range(0, len(body), MIB):
                connection.sendall(body[at : at + MIB])
                most = max(most, process.memory_info().rss)
        except OSError:
            pass  # it was refused before it was sent whole
        answer = read(connection)
    most = max(most, process.memory_info().rss)
    if answer.status == 422:  # well-formed and no report: that is told too
        code = 4100
    assert answer.code == code
    assert answer.status in (400, 422)
    assert (most - before) / MIB < 64, f"{(most - before) / MIB:.0f} MiB more, {time.monotonic() - started:.1f} s"
    assert web(installation).pid == process.pid


def test_chunked_bodies_and_expect_continue(installation: Installation) -> None:
    answer = ask(installation, "POST", "/ispws/submit", chunked(REPORT), raw=True, Transfer_Encoding="chunked")
    assert (answer.status, answer.code) == (200, 0)
    answer = ask(installation, "POST", "/ispws/submit", REPORT, Expect="100-continue")
    assert (answer.status, answer.code) == (200, 0)
    body, kind = multipart(id=opened(installation).encode(), file=b"noise")
    answer = ask(
        installation,
        "POST",
        "/ispws/upload",
        chunked(body, 7),
        raw=True,
        Transfer_Encoding="chunked",
        Content_Type=kind,
    )
    assert (answer.status, answer.code) == (200, 0)


@pytest.mark.parametrize("kind", ["form", "multipart"])
def test_an_id_is_read_from_a_form_and_from_multipart(installation: Installation, kind: str) -> None:
    number = opened(installation).encode()
    body, content_type = (
        multipart(id=number) if kind == "multipart" else (b"id=" + number, "application/x-www-form-urlencoded")
    )
    answer = ask(installation, "POST", "/ispws/retract", body, Content_Type=content_type)
    assert (answer.status, answer.code, answer.report_id) == (200, 0, number.decode())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"id=1&id=2", "application/x-www-form-urlencoded"), (b"id=", "application/x-www-form-urlencoded"),
        (b"id=-1", "application/x-www-form-urlencoded"), (b"id=1e3", "application/x-www-form-urlencoded"),
        (b"x=" + b"y" * 70_000, "application/x-www-form-urlencoded"), (b"--b0\r\nnonsense", "multipart/form-data; boundary=b0"),
        (b"", "multipart/form-data"), (multipart(id=b"1")[0][:-8], "multipart/form-data; boundary=b0"),
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_refused(installation: Installation, body: bytes, kind: str) -> None:
    answer = ask(installation, "POST", "/ispws/finish", body, Content_Type=kind)
    assert (answer.status, answer.code) == (400, 4000)


def test_an_upload_that_breaks_off_leaves_nothing(installation: Installation) -> None:
    number = opened(installation)
    body, kind = multipart(id=number.encode(), file=b"noise" * 1000)
    answer = ask(installation, "POST", "/ispws/upload", body[:-8], Content_Type=kind)
    assert (answer.status, answer.code) == (400, 4000)
    finished = ask(
        installation, "POST", "/ispws/finish", f"id={number}".encode(), Content_Type="application/x-www-form-urlencoded"
    )
    assert (finished.code, finished.body.count(b"<fileId>")) == (0, 0)


CALLS = {
    "status": "GET, HEAD", "xsd": "GET, HEAD", "submit": "POST", "upload": "POST", "fileinfo": "POST", "finish": "POST",
    "retract": "POST",
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_methods(installation: Installation, call: str) -> None:
    allowed = CALLS[call]
    options = ask(installation, "OPTIONS", f"/ispws/{call}")
    assert (options.status, options.headers["allow"], options.body) == (200, f"{allowed}, OPTIONS", b"")
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        if method not in allowed.split(", "):
            answer = ask(installation, method, f"/ispws/{call}")
            assert (answer.status, answer.code, answer.headers["allow"]) == (405, 4000, f"{allowed}, OPTIONS"), method
    head = ask(installation, "HEAD", f"/ispws/{call}")
    assert (head.status, head.body) == (200 if "HEAD" in allowed else 405, b"")


@pytest.mark.parametrize("path", ["", "nosuchcall", "submit/", "submit/more", "STATUS", "%00", "../ispws/nothing"])
def test_an_unknown_path(installation: Installation, path: str) -> None:
    answer = ask(installation, "GET", f"/ispws/{path}")
    assert (answer.status, answer.code) == (404, 1210)


def test_a_stranger_gets_an_empty_401(installation: Installation) -> None:
    for method in ("GET", "POST", "OPTIONS", "PUT"):
        with socket.create_connection(("127.0.0.1", installation.port), timeout=60) as connection:
            connection.sendall(
                f"{method} /ispws/status HTTP/1.1\r\nHost: 127.0.0.1:{installation.port}\r\nContent-Length: 0\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            answer = read(connection)
        assert (answer.status, answer.body) == (401, b"")
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert len(answer.headers["request-id"]) == 32


def test_a_body_that_ends_early_is_not_half_a_report(installation: Installation) -> None:
    with socket.create_connection(("127.0.0.1", installation.port), timeout=60) as connection:
        connection.sendall(
            f"POST /ispws/submit HTTP/1.1\r\nHost: 127.0.0.1:{installation.port}\r\nAuthorization: {BASIC}\r\n"
            f"Content-Length: {len(REPORT) + 100}\r\n\r\n".encode()
            + REPORT
        )
        connection.shutdown(socket.SHUT_WR)
        received = connection.recv(65536)
    assert b"<responseCode>0<" not in received
    assert ask(installation, "GET", "/ispws/status").code == 0
