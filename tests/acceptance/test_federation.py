"""Four installations with four database servers: sixteen handles cross three borders and the outcome comes back, whatever goes wrong."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.acceptance.conftest import TIPLINE
from tipline.demo.faulty_proxy import KINDS

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(1800)]

SEED = 1
# what happens in each run whatever its seed, beside the faults of the wire
ALWAYS = {
    "web server killed": 1, "worker killed": 1, "sender killed": 1, "supervisor killed": 1, "database killed": 4,
    "link down": 2, "thirty days gone by": 1,
    "stick altered": 1, "stick to another": 1, "stick taken": 1, "stick replayed": 1,
}  # fmt: skip


def test_sixteen_handles_cross_three_borders_and_the_outcome_returns_whatever_goes_wrong() -> None:
    done = subprocess.run(
        [*TIPLINE, "federation", "demo", "--json", "--port", "8850", "--faults", str(SEED)],
        capture_output=True, text=True, timeout=1700, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"seed {SEED}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
    found = json.loads(done.stdout)
    assert found["ok"] and found["wrong"] == [] and found["case"]
    faults = found["faults"]
    assert {what: faults.get(what) for what in ALWAYS} == ALWAYS
    assert [what for what in faults if what.startswith("clock ")]
    assert faults["replayed after others"] > 0
    assert len(set(KINDS) & set(faults)) >= len(KINDS) // 2, faults
