"""How fast the door seals an upload, and how much memory its web process needs for it. `size` is in MiB of generated noise.

A real server, a real connection, a seal in a directory. `value` is MiB/s from the first byte sent to the answer, `peer_value` the three
digests of the same noise alone, in one thread. `peak_mib` is the most memory that the web process ever had (VmHWM), `grown_mib` how
much of that came with this upload.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

SIZES = (64, 512, 5_120)
MIB = 1024 * 1024
PASSWORD = "a password for a benchmark"  # noqa: S105 - of an installation that lasts for seconds
_BOUNDARY = "noise-and-no-more"


def run(size: int, seed: int) -> dict[str, Any]:
    """Upload `size` MiB to an installation of its own."""
    import pyrage

    with tempfile.TemporaryDirectory(prefix="tipline-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the database runs as another user
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TIPLINE_")},
            "TIPLINE_DATA_DIR": folder,
            "TIPLINE_BIND": f"127.0.0.1:{port}",
            "TIPLINE_EVIDENCE_RECIPIENT": str(pyrage.x25519.Identity.generate().to_public()),
            "TIPLINE_MAX_UPLOAD_BYTES": str((size + 1) * MIB),
        }
        tipline = [sys.executable, "-m", "tipline"]
        subprocess.run([*tipline, "agency", "import"], env=env, check=True, capture_output=True)
        add = [*tipline, "reporter", "add", "Bench", "--username", "bench", "--password-stdin"]
        subprocess.run(add, env=env, input=PASSWORD, text=True, check=True, capture_output=True)
        with Path(folder, "up.log").open("wb") as log:
            server = subprocess.Popen([*tipline, "up", "--workers", "0"], env=env, stdout=subprocess.PIPE, stderr=log)
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith(b"Ready")
            _upload(port, 1, seed)  # what is loaded at the first upload is no cost of this one
            web = _web(server.pid)
            before = _peak_mib(web)
            seconds = _upload(port, size, seed)
            peak = _peak_mib(web)
        finally:
            server.terminate()
            server.wait(60)
    rate, alone = size / seconds, _digests_alone(min(size, 256), seed)
    return {
        "size": size, "value": round(rate, 1), "unit": "MiB/s", "peer": "three digests alone", "peer_value": round(alone, 1),
        "ratio": round(rate / alone, 3), "peak_mib": round(peak), "grown_mib": round(peak - before),
    }  # fmt: skip


def _noise(size: int, seed: int) -> Iterator[bytes]:
    block = random.Random(seed).randbytes(MIB)  # noqa: S311 - noise, not a secret
    for number in range(size):
        yield number.to_bytes(8, "big") + block[8:]


def _upload(port: int, size: int, seed: int) -> float:
    from tipline.core.clock import now
    from tipline.demo.synthetic import report_xml, stream

    headers = {"Authorization": "Basic " + base64.b64encode(f"bench:{PASSWORD}".encode()).decode()}
    report = report_xml(next(stream(1, seed + size, now(), (("Bench", "bench.example"),))))
    opened = _post(port, "submit", report, {**headers, "Content-Type": "text/xml"})
    report_id = re.search(rb"<reportId>(\d+)<", opened)
    assert report_id is not None, opened
    part = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}'
    head = f'{part.format("id")}"\r\n\r\n{report_id[1].decode()}\r\n{part.format("file")}"; filename="noise.bin"\r\n\r\n'.encode()
    tail = f"\r\n--{_BOUNDARY}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield head
        yield from _noise(size, seed)
        yield tail

    headers |= {
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
        "Content-Length": str(len(head) + size * MIB + len(tail)),
    }
    started = time.perf_counter()
    answer = _post(port, "upload", body(), headers)
    seconds = time.perf_counter() - started
    assert b"<responseCode>0<" in answer, answer
    return seconds


def _post(port: int, call: str, body: Any, headers: dict[str, str]) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3_600)
    try:
        connection.request("POST", f"/ispws/{call}", body=body, headers=headers)
        return connection.getresponse().read()
    finally:
        connection.close()


def _web(supervisor: int) -> list[int]:
    """The web server's processes."""
    below = psutil.Process(supervisor).children(recursive=True)
    return [p.pid for p in below if any("granian" in part for part in p.cmdline()) or p.name().startswith("granian")]


def _peak_mib(processes: list[int]) -> float:
    """The largest of them: the one that takes requests."""
    found = (re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()) for pid in processes)
    return max(int(match[1]) for match in found if match) / 1024


def _digests_alone(size: int, seed: int) -> float:
    digests = [hashlib.md5(usedforsecurity=False), hashlib.sha1(usedforsecurity=False), hashlib.sha256()]
    blocks = list(_noise(size, seed))
    started = time.perf_counter()
    for block in blocks:
        for digest in digests:
            digest.update(block)
    return size / (time.perf_counter() - started)
