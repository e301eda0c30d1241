"""How soon the door refuses hostile documents of `size` MiB, and how much memory its web process takes for them.

An installation that allows documents of twice that size, so that no limit of the length refuses them first. `value` is the longest time in seconds
from the first byte sent to the answer; `peer_value` is the longest time that sending as many bytes to a server that only reads them takes.
`grown_mib` is by how much the most memory that the process ever had (VmHWM) grew with each document.
"""

from __future__ import annotations

import base64
import gzip
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

SIZES = (16, 64, 128)
MIB = 1024 * 1024
PASSWORD = "a password for a benchmark"  # noqa: S105 - of an installation that lasts for seconds


def _documents(size: int) -> dict[str, tuple[bytes, str]]:
    """Name → (body, Content-Encoding)."""
    whole = size * MIB
    return {
        "elements nested": (b"<report>" + b"<a>" * (whole // 3), ""),
        "elements beside each other": (b"<report>" + b"<a/>" * (whole // 4), ""),
        "an attribute": (b'<report a="' + b"x" * whole + b'"/>', ""),
        "attributes": (b"<report " + b" ".join(b"a%d='x'" % n for n in range(whole // 14)) + b"/>", ""),
        "a text": (b"<report>" + b"x" * whole + b"</report>", ""),
        "a comment": (b"<report><!--" + b"x " * (whole // 2) + b"--></report>", ""),
        "CDATA": (b"<report><![CDATA[" + b"<" * whole + b"]]></report>", ""),
        "entities": (b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>" + b" " * whole + b"]><report>&a;</report>", ""),
        "an entity at its end": (b"<report>" + b" " * whole + b"<!DOCTYPE r>", ""),
        "no UTF-8 at its end": (b"<report>" + b"x" * whole + b"\xff", ""),
        "a gzip bomb": (gzip.compress(b"<report>" + b" " * (4 * whole), 9), "gzip"),
    }


def run(size: int, seed: int) -> dict[str, Any]:
    """Send each document to an installation of its own. Nothing is drawn, so `seed` says nothing."""
    with tempfile.TemporaryDirectory(prefix="tipline-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the database runs as another user
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TIPLINE_")},
            "TIPLINE_DATA_DIR": folder,
            "TIPLINE_BIND": f"127.0.0.1:{port}",
            "TIPLINE_MAX_DOCUMENT_BYTES": str(2 * size * MIB),
        }
        tipline = [sys.executable, "-m", "tipline"]
        subprocess.run([*tipline, "agency", "import"], env=env, check=True, capture_output=True)
        add = [*tipline, "reporter", "add", "Bench", "--username", "bench", "--password-stdin"]
        subprocess.run(add, env=env, input=PASSWORD, text=True, check=True, capture_output=True)
        seconds: dict[str, float] = {}
        grown: dict[str, int] = {}
        codes: dict[str, int] = {}
        for name, (body, encoding) in _documents(size).items():
            # a process anew for each: what one document leaves in its memory is no cost of the next
            with Path(folder, "up.log").open("wb") as log:
                server = subprocess.Popen(
                    [*tipline, "up", "--workers", "0"], env=env, stdout=subprocess.PIPE, stderr=log
                )
            try:
                assert server.stdout is not None
                assert server.stdout.readline().startswith(b"Ready")
                for _ in range(3):
                    _send(port, b"<report/>", "")
                before = _peak_mib(server.pid)
                seconds[name], codes[name] = _send(port, body, encoding)
                grown[name] = round(_peak_mib(server.pid) - before)
            finally:
                server.terminate()
                server.wait(60)
    assert all(code in (4000, 4100, 4110) for code in codes.values()), codes
    peer = _only_read(size)
    worst = max(seconds.values())
    return {
        "size": size, "value": round(worst, 2), "unit": "s", "peer": "a server that only reads", "peer_value": round(peer, 2),
        "ratio": round(worst / peer, 1), "grown_mib": grown, "seconds": {name: round(s, 2) for name, s in seconds.items()},
        "codes": codes,
    }  # fmt: skip


def _send(port: int, body: bytes, encoding: str) -> tuple[float, int]:
    pair = base64.b64encode(f"bench:{PASSWORD}".encode()).decode()
    head = (
        f"POST /ispws/submit HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Basic {pair}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n"
        + (f"Content-Encoding: {encoding}\r\n" if encoding else "")
        + "\r\n"
    )
    started = time.perf_counter()
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        with suppress(OSError):  # when it is refused before it is sent whole
            connection.sendall(head.encode() + body)
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                received += piece
    code = re.search(rb"<responseCode>(\d+)<", received)
    assert code is not None, received[:300]
    return time.perf_counter() - started, int(code[1])


def _peak_mib(supervisor: int) -> float:
    below = psutil.Process(supervisor).children(recursive=True)
    web = [p.pid for p in below if any("granian" in part for part in p.cmdline()) or p.name().startswith("granian")]
    found = (re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()) for pid in web)
    return max(int(match[1]) for match in found if match) / 1024


def _only_read(size: int) -> float:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while connection.recv(256 * 1024):
                    pass

        reader = threading.Thread(target=serve)
        reader.start()
        body = b"x" * (size * MIB)
        started = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(body)
        reader.join()
        return time.perf_counter() - started
