"""Four installations with four databases: sixteen handles cross three borders, and the outcome comes back."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.acceptance.conftest import TIPLINE

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(1200)]


def test_sixteen_handles_cross_three_borders_and_the_outcome_returns() -> None:
    done = subprocess.run(
        [*TIPLINE, "federation", "demo", "--json", "--port", "8850"],
        capture_output=True, text=True, timeout=1100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["ok"] and found["wrong"] == [] and found["case"]
