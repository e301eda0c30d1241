"""The provider door under load: `size` reports by 16 clients, each submit → uploads → fileinfo → finish, every answer after its commit.

`value` is requests/s with 16 clients that wait for nothing but the answer; `peer_value` is pgbench's commits/s on the same server in the same
run (16 clients, one row each, durable), before and after, their mean. `p50_ms` and `p99_ms` are of a second phase at half that load, `full_p99_ms`
of the first. `cpu_ms` is what a
request cost each part of processor time. `rss_mib` is the web process's memory after the warm-up, after each tenth of the first phase, and at the end.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

SIZES = (2_000, 5_000, 50_000)
CLIENTS = 16
HALF_LOAD_SECONDS = 10
PGBENCH_SECONDS = 4
PASSWORD = "a password for a benchmark"  # noqa: S105 - of an installation that lasts for seconds
_BOUNDARY = "noise-and-no-more"
_HEAD = (
    "POST /ispws/{call} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic "
    + base64.b64encode(f"bench:{PASSWORD}".encode()).decode()
    + "\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
)


def run(size: int, seed: int) -> dict[str, Any]:
    """Load an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="tipline-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the database runs as another user
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TIPLINE_")},
            "TIPLINE_DATA_DIR": folder,
            "TIPLINE_BIND": f"127.0.0.1:{port}",
        }
        tipline = [sys.executable, "-m", "tipline"]
        subprocess.run([*tipline, "agency", "import"], env=env, check=True, capture_output=True)
        add = [*tipline, "reporter", "add", "Bench", "--username", "bench", "--password-stdin", "--json"]
        subprocess.run(add, env=env, input=PASSWORD, text=True, check=True, capture_output=True)
        _no_limits(tipline, env)
        with Path(folder, "up.log").open("wb") as log:
            server = subprocess.Popen([*tipline, "up", "--workers", "0"], env=env, stdout=subprocess.PIPE, stderr=log)
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith(b"Ready")
            before = _pgbench(folder)
            done = asyncio.run(_load(port, size, seed, server.pid))
            after = _pgbench(folder)
        finally:
            server.terminate()
            server.wait(60)
    commits = (before + after) / 2
    return {
        "size": size, "unit": "requests/s", "peer": "pgbench commits/s", "peer_value": round(commits),
        "ratio": round(done["value"] / commits, 3), "clients": CLIENTS, **done,
    }  # fmt: skip


def _no_limits(tipline: list[str], env: dict[str, str]) -> None:
    """A provider's rate is no part of what is measured."""
    limit = [*tipline, "reporter", "limit", "bench", "--calls-per-second", "100000", "--burst", "1000000"]
    subprocess.run(limit, env=env, check=True, capture_output=True)


def _pgbench(folder: str) -> float:
    from tipline.core.config import load_config
    from tipline.core.database import database_urls
    from tipline.core.database.server import binary

    url = database_urls(load_config({"TIPLINE_DATA_DIR": folder})).owner
    script = Path(folder, "one.sql")
    script.write_text("INSERT INTO bench_row (v) VALUES ('one row');\n")
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_row (id bigint GENERATED ALWAYS AS IDENTITY, v text)")
    argv = [binary("pgbench"), "-n", "-f", str(script), "-c", str(CLIENTS), "-j", "2", "-T", str(PGBENCH_SECONDS), url]
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found is not None, said
    return float(found[1])


def _web(supervisor: int) -> list[psutil.Process]:
    """The web server's processes."""
    below = psutil.Process(supervisor).children(recursive=True)
    return [p for p in below if any("granian" in part for part in p.cmdline()) or p.name().startswith("granian")]


def _rss_mib(supervisor: int) -> float:
    return sum(p.memory_info().rss for p in _web(supervisor)) / 2**20


def _cpu_seconds(supervisor: int) -> dict[str, float]:
    """What each part has used of the processors so far: on a busy machine the one number that holds still."""
    database = [p for p in psutil.process_iter() if p.name() == "postgres"]
    parts = {"web": _web(supervisor), "database": database, "client": [psutil.Process()]}
    used: dict[str, float] = {}
    for part, processes in parts.items():
        times = [p.cpu_times() for p in processes if p.is_running()]
        used[part] = sum(t.user + t.system for t in times)
    return used


def _reports(size: int, seed: int) -> Iterator[tuple[bytes, list[tuple[bytes, bytes]]]]:
    """Documents made beforehand, so that their making is no part of what is measured: report, and (upload, details) of each file."""
    from tipline.core.clock import now
    from tipline.demo.synthetic import file_details_xml, report_xml, stream

    for report in stream(size, seed, now(), (("Bench", "bench.example"),)):
        files = [
            (
                f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="id"\r\n\r\n%ID%\r\n--{_BOUNDARY}\r\nContent-Disposition:'
                f' form-data; name="file"; filename="upload-{number}.png"\r\n\r\n'.encode()
                + body
                + f"\r\n--{_BOUNDARY}--\r\n".encode(),
                file_details_xml(0, "%FILE%", body, report, number).replace(
                    b"<reportId>0<", b"<reportId>%ID%<"
                ),
            )
            for number, body in enumerate(report.files, 1)
        ]  # fmt: skip
        yield report_xml(report), files


class _Client:
    """One connection that is kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.seconds: list[float] = []

    async def post(self, call: str, kind: str, body: bytes) -> bytes:
        started = time.perf_counter()
        self._writer.write(_HEAD.format(call=call, kind=kind, length=len(body)).encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        assert length is not None, head
        answer = await self._reader.readexactly(int(length[1]))
        self.seconds.append(time.perf_counter() - started)
        assert b"<responseCode>0<" in answer, head + answer
        return answer

    async def file(self, report: bytes, files: list[tuple[bytes, bytes]]) -> int:
        opened = await self.post("submit", "text/xml", report)
        number = _between(opened, b"<reportId>", b"<")
        for upload, details in files:
            taken = await self.post(
                "upload", f"multipart/form-data; boundary={_BOUNDARY}", upload.replace(b"%ID%", number)
            )
            file_id = _between(taken, b"<fileId>", b"<")
            await self.post("fileinfo", "text/xml", details.replace(b"%ID%", number).replace(b"%FILE%", file_id))
        await self.post("finish", "application/x-www-form-urlencoded", b"id=" + number)
        return 2 + 2 * len(files)


def _between(text: bytes, before: bytes, after: bytes) -> bytes:
    return text.partition(before)[2].partition(after)[0]


async def _load(port: int, size: int, seed: int, supervisor: int) -> dict[str, Any]:
    async def connect() -> _Client:
        return _Client(*await asyncio.open_connection("127.0.0.1", port))

    clients = [await connect() for _ in range(CLIENTS)]
    warm = iter(list(_reports(max(CLIENTS, size // 10), seed + 1)))
    await _closed_loop(clients, warm)
    for client in clients:
        client.seconds.clear()
    memory, requests, seconds = [_rss_mib(supervisor)], 0, 0.0
    cpu = dict.fromkeys(("web", "database", "client"), 0.0)
    whole, done = max(CLIENTS, size // 10), 0
    while done < size:
        count = min(whole, size - done)
        reports = list(_reports(count, seed + 2 + done))
        used, started = _cpu_seconds(supervisor), time.perf_counter()
        requests += await _closed_loop(clients, iter(reports))
        seconds += time.perf_counter() - started
        for part, total in _cpu_seconds(supervisor).items():
            cpu[part] += total - used[part]
        memory.append(_rss_mib(supervisor))
        done += count
    rate = requests / seconds
    full = [one for client in clients for one in client.seconds]
    for client in clients:
        client.seconds.clear()
    half = rate / 2
    reports = list(_reports(int(half * HALF_LOAD_SECONDS / (requests / size)) + 1, seed + 7_777_777))
    await _open_loop(clients, reports, half, requests / size)
    paced = [one for client in clients for one in client.seconds]
    memory.append(_rss_mib(supervisor))
    return {
        "value": round(rate, 1), "reports_per_s": round(size / seconds, 1), "full_p99_ms": _percentile(full, 99),
        "p50_ms": _percentile(paced, 50), "p99_ms": _percentile(paced, 99), "cpu_ms": {part: round(1000 * total / requests, 3) for part, total in cpu.items()},
        "rss_mib": [round(m, 1) for m in memory],
    }  # fmt: skip


async def _closed_loop(clients: list[_Client], reports: Iterator[tuple[bytes, list[tuple[bytes, bytes]]]]) -> int:
    async def work(client: _Client) -> int:
        return sum([await client.file(report, files) for report, files in reports])

    return sum(await asyncio.gather(*(work(client) for client in clients)))


async def _open_loop(
    clients: list[_Client], reports: list[tuple[bytes, list[tuple[bytes, bytes]]]], rate: float, per_report: float
) -> None:
    """Reports begin at their times, whether earlier ones are answered or not, as long as a client is free."""
    free = asyncio.Queue[_Client]()
    for client in clients:
        free.put_nowait(client)
    started = time.perf_counter()

    async def one(number: int, report: bytes, files: list[tuple[bytes, bytes]]) -> None:
        await asyncio.sleep(max(0.0, started + number * per_report / rate - time.perf_counter()))
        client = await free.get()
        await client.file(report, files)
        free.put_nowait(client)

    await asyncio.gather(*(one(number, *report) for number, report in enumerate(reports)))


def _percentile(seconds: list[float], percent: int) -> float:
    return round(statistics.quantiles(seconds, n=100)[percent - 1] * 1000, 1)
