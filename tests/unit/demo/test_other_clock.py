"""The clock of the demo's installations: another one where their environment says so, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tipline.demo.installations import Installation

ASKS = "from tipline.core.clock import now; print(now().isoformat()); input(); import time; time.sleep(1); print(now().isoformat())"


def told(line: str) -> timedelta:
    return datetime.fromisoformat(line) - datetime.now(UTC)


def test_a_process_has_the_clock_of_its_installation_and_follows_it(tmp_path: Path) -> None:
    one = Installation("ncrb", "IN-NCRB", "", 1, "", tmp_path, own_clock=True)
    one.set_clock(-900)
    with subprocess.Popen(
        [sys.executable, "-c", ASKS], env=one.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdin
        assert abs(told(process.stdout.readline().strip()) + timedelta(minutes=15)) < timedelta(minutes=2)
        one.set_clock(30 * 24 * 3600)
        process.stdin.write("\n")
        process.stdin.flush()
        assert abs(told(process.stdout.readline().strip()) - timedelta(days=30)) < timedelta(minutes=2)


def test_without_it_the_clock_is_the_machines(tmp_path: Path) -> None:
    environment = os.environ | {"DEMO_CLOCK_FILE": str(tmp_path / "clock")}
    (tmp_path / "clock").write_text("+86400\n", encoding="ascii")
    done = subprocess.run(
        [sys.executable, "-c", ASKS], env=environment, input="\n", capture_output=True, text=True, check=True
    )
    assert abs(told(done.stdout.splitlines()[1])) < timedelta(minutes=2)
