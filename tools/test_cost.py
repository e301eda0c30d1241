"""Where the time of the tests goes: a plugin of pytest that counts processor seconds, which mean the same on a busy machine.

    TEST_COST=cost.jsonl .venv/bin/pytest -p tools.test_cost tests/integration
    .venv/bin/python tools/test_cost.py cost.jsonl            # by file
    .venv/bin/python tools/test_cost.py cost.jsonl --tests    # by test
    .venv/bin/python tools/test_cost.py cost.jsonl --keep     # into tests/costs.csv: the files that were run, if they are dear

A line holds the seconds of one phase of one test: by the clock, of its own process, of the commands it started and that have
ended, and of PostgreSQL. Two workers share one server, so measure PostgreSQL without `-n`.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

KEPT = Path(__file__).parents[1] / "tests" / "costs.csv"
DEAR_SECONDS = 10
PARTS = ("clock", "python", "commands", "postgres")
_servers: set[psutil.Process] = set()


def _postgres() -> float:
    """Seconds of the servers that this run has seen, with those of their ended and of their living connections."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if process.name() == "postgres" and process.ppid() == os.getpid():
                _servers.add(process)
    spent = 0.0
    for server in _servers:
        with suppress(psutil.Error):
            times = server.cpu_times()
            spent += times.user + times.system + times.children_user + times.children_system
            for child in server.children():
                with suppress(psutil.Error):
                    spent += sum(child.cpu_times()[:2])
    return spent


def _now() -> dict[str, float]:
    own, commands = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "clock": time.monotonic(),
        "python": own.ru_utime + own.ru_stime,
        "commands": commands.ru_utime + commands.ru_stime,
        "postgres": _postgres(),
    }


def _wrap(item: pytest.Item, phase: str) -> Iterator[None]:
    before = _now()
    yield
    after = _now()
    line = {"test": item.nodeid, "phase": phase} | {part: round(after[part] - before[part], 4) for part in PARTS}
    with Path(os.environ["TEST_COST"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    yield from _wrap(item, "setup")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield from _wrap(item, "call")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    yield from _wrap(item, "teardown")


def main(path: str, *options: str) -> None:
    """Print the sums, dearest first."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(PARTS, 0.0))
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = row["test"] if "--tests" in options else row["test"].partition("::")[0]
        for key in (name, "all"):
            for part in PARTS:
                sums[key][part] += row[part]
    if "--keep" in options:
        keep({name: sum(parts[part] for part in PARTS[1:]) for name, parts in sums.items() if name != "all"})
        return
    print("   sum " + " ".join(f"{part:>8}" for part in PARTS))
    ordered = sorted(sums.items(), key=lambda entry: -sum(entry[1][part] for part in PARTS[1:]))
    for name, parts in ordered[:80]:
        print(
            f"{sum(parts[part] for part in PARTS[1:]):6.1f} " + " ".join(f"{parts[part]:8.1f}" for part in PARTS), name
        )


def keep(measured: Mapping[str, float]) -> None:
    """Write down what files cost by which `tests/conftest.py` orders them. What was not measured now stays as it stands."""
    with KEPT.open(encoding="utf-8", newline="") as file:
        costs = {row["file"]: float(row["seconds"]) for row in csv.DictReader(file)} | measured
    with KEPT.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(("file", "seconds"))
        lines.writerows(
            (name, round(seconds))
            for name, seconds in sorted(costs.items(), key=lambda entry: (-round(entry[1]), entry[0]))
            if seconds >= DEAR_SECONDS and (KEPT.parents[1] / name).exists()
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
