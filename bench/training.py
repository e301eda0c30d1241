"""The training range with `size` trainees at work at once, over HTTP on loopback, with the time between pages that people take.

Each trainee enters with their code, looks at their course, begins the exercise, and then reads papers, looks for values, keeps rows and
answers, with `THINK_SECONDS` between two pages (exponential, by the seed). It lasts `SECONDS`, and at most `MOST_REQUESTS`. `value` is the
95th percentile of all answers in milliseconds, `peer_value` what issue 8 allows (300), `ratio` how far below it that is. `slowest` has the 95th percentile by kind of
page. `cpu_ms` is what an answer cost each part of processor time, which holds still on a busy machine. `errors` are answers that were neither a page nor a way to one. Load of others on the machine is in `load`: measure alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import psutil

SIZES = (100, 300, 600)
SECONDS = 120
RAMP_SECONDS = 30  # a hall does not type its codes in one second
THINK_SECONDS = 8.0
MOST_REQUESTS = 20_000
GOAL_MS = 300
SCENARIO = "crypto"
_CARDS = """
import json, os, sys
from tipline.cli.runtime import installation
with installation():
    from tipline.training.courses.entry import make_cards
    from tipline.training.courses.exercises import add
    from tipline.training.courses.rosters import read_roster
    from tipline.training.courses.services import import_roster, make_course
    from tipline.trust.actors import system
    by = system("bench")
    course = make_course("Bench", by)
    rows = "".join(f"Officer {n},officer{n}@police.example,Constable,District {n % 20}\\n" for n in range(int(sys.argv[1])))
    import_roster(read_roster(("name,email,rank,district\\n" + rows).encode()), course, by)
    add(course, sys.argv[2], "foundation", 600, by)
    print(json.dumps([[card.email, card.code] for card in make_cards(course, by)]))
"""


def run(size: int, seed: int) -> dict[str, Any]:
    """Load a range of its own."""
    from tipline.core.training_range import range_environment

    with tempfile.TemporaryDirectory(prefix="tipline-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the database runs as another user
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        live = {name: value for name, value in os.environ.items() if not name.startswith("TIPLINE_")}
        env = range_environment(live | {"TIPLINE_DATA_DIR": folder, "TIPLINE_TRAINING_BIND": f"127.0.0.1:{port}"})
        made = subprocess.run(
            [sys.executable, "-c", _CARDS, str(size), SCENARIO], env=env, capture_output=True, text=True, check=True
        )
        cards = json.loads(made.stdout.splitlines()[-1])
        with Path(folder, "up.log").open("wb") as log:
            up = [sys.executable, "-m", "tipline", "training", "up", "--workers", "0"]
            server = subprocess.Popen(up, env=env, stdout=subprocess.PIPE, stderr=log)
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith(b"Ready")
            before = _cpu_seconds(server.pid, folder)
            taken, errors, seconds = asyncio.run(_load(f"http://127.0.0.1:{port}", cards, seed))
            used = {part: after - before[part] for part, after in _cpu_seconds(server.pid, folder).items()}
        finally:
            server.terminate()
            server.wait(60)
    every = [ms for times in taken.values() for ms in times]
    value = _p95(every)
    return {
        "size": size, "unit": "ms, p95", "value": round(value, 1), "peer": "issue 8", "peer_value": GOAL_MS,
        "ratio": round(GOAL_MS / value, 2), "p50_ms": round(sorted(every)[len(every) // 2], 1), "requests": len(every),
        "per_second": round(len(every) / seconds, 1), "errors": errors, "think_seconds": THINK_SECONDS,
        "cpu_ms": {part: round(1000 * spent / len(every), 1) for part, spent in used.items()},
        "slowest": {name: round(_p95(times), 1) for name, times in sorted(taken.items())}, "load": os.getloadavg()[0],
    }  # fmt: skip


def _cpu_seconds(supervisor: int, folder: str) -> dict[str, float]:
    """What web server and database of this range have used of the processors so far."""
    database = [
        p
        for p in psutil.process_iter(["name", "cwd"])
        if p.info["name"] == "postgres" and str(p.info["cwd"]).startswith(folder)
    ]
    parts = {"web": psutil.Process(supervisor).children(recursive=True), "database": database}
    return {part: sum(sum(p.cpu_times()[:2]) for p in found if p.is_running()) for part, found in parts.items()}


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, int(len(times) * 0.95) - 1)] if times else 0.0


async def _load(url: str, cards: list[list[str]], seed: int) -> tuple[dict[str, list[float]], int, float]:
    taken: dict[str, list[float]] = defaultdict(list)
    wrong: list[str] = []
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number, (email, code) in enumerate(cards):
            trainee = _Trainee(url, email, code, random.Random(f"{seed}/{number}"), taken, wrong, began)  # noqa: S311 - no secret
            group.create_task(trainee.work())
    for line in sorted(set(wrong))[:5]:
        print(line, file=sys.stderr)
    return taken, len(wrong), time.monotonic() - began


class _Trainee:
    """A browser with somebody before it."""

    def __init__(
        self, url: str, email: str, code: str, chance: random.Random, taken: dict[str, list[float]], wrong: list[str], began: float,
    ) -> None:  # fmt: skip
        self._card = {"email": email, "code": code}
        self._chance, self._taken, self._wrong, self._began = chance, taken, wrong, began
        self._client = httpx.AsyncClient(base_url=url, trust_env=False, timeout=60)

    async def work(self) -> None:
        """Everything that one trainee does."""
        await asyncio.sleep(self._chance.random() * RAMP_SECONDS)
        async with self._client:
            await self._get("enter", "/enter/")
            await self._post("enter", "/enter/", self._card)
            page = await self._get("course", "/mine/")
            page = await self._get("exercises", "/exercises/")
            if begin := re.search(r'action="(/exercises/\d+/begin/)"', page):
                await self._post("begin", begin[1], {})
            page = await self._get("course", "/mine/")
            found = re.search(r'href="(/attempts/\d+/)"', page)
            if found is None:
                self._wrong.append("no attempt was begun")
                return
            while self._goes_on():
                await self._act(found[1])

    def _goes_on(self) -> bool:
        return time.monotonic() - self._began < SECONDS and sum(map(len, self._taken.values())) < MOST_REQUESTS

    async def _act(self, attempt: str) -> None:
        page = await self._get("attempt", attempt)
        papers = re.findall(rf'href="({attempt}(?:papers|ledgers)/[^"]+)"', page)
        for path in self._chance.sample(papers, min(3, len(papers))):
            if self._goes_on():
                await self._get(path.split("/")[3], path)
        forms = re.findall(rf'<form[^>]*action="({attempt}answer/[^"]+)"(.*?)</form>', page, re.DOTALL)
        if forms and self._goes_on():
            path, body = self._chance.choice(forms)
            fields = {
                unescape(name): unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', body)
            }
            for name in re.findall(r'<(?:input|textarea)[^>]*name="([^"]+)"', body):
                fields.setdefault(unescape(name), f"guess {self._chance.randrange(1000)}")
            await self._post("answer", path, fields)

    async def _get(self, name: str, path: str) -> str:
        return await self._asked(name, "GET", path, None)

    async def _post(self, name: str, path: str, fields: dict[str, str]) -> str:
        return await self._asked(f"{name} (sent)", "POST", path, fields)

    async def _asked(self, name: str, method: str, path: str, fields: dict[str, str] | None) -> str:
        headers = {"X-CSRFToken": self._client.cookies.get("tipline_range_csrf", "")} if fields is not None else {}
        at = time.perf_counter()
        answer = await self._client.request(method, unescape(path), data=fields, headers=headers)
        self._taken[name].append(1000 * (time.perf_counter() - at))
        if answer.status_code not in {200, 302, 303, 422}:
            self._wrong.append(f"{method} {name}: {answer.status_code}")
        await asyncio.sleep(self._chance.expovariate(1 / THINK_SECONDS))
        return answer.text
