"""Four installations with four databases: sixteen handles cross three borders, and the outcome comes back; with faults, all the same."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.acceptance.conftest import TIPLINE

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(1200)]


def _demo(*options: str, port: int) -> dict[str, Any]:
    done = subprocess.run(
        [*TIPLINE, "federation", "demo", "--json", "--port", str(port), *options],
        capture_output=True, text=True, timeout=1100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_sixteen_handles_cross_three_borders_and_the_outcome_returns() -> None:
    found = _demo(port=8850)
    assert found["ok"] and found["wrong"] == [] and found["case"]


def test_cut_altered_and_replayed_calls_and_killed_processes_lose_and_double_nothing() -> None:
    found = _demo("--faults", "7", port=8880)
    assert found["ok"] and found["wrong"] == []
    done = found["faults"]
    # it did happen, or this shows nothing
    assert done["killed"] >= 2, done
    assert sum(done.get(kind, 0) for kind in ("cut_before", "cut_after", "alter", "alter_answer", "replay")) >= 5, done
