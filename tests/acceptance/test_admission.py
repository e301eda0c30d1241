"""The real client `ncmec-cybertip` against the limits of a provider.

It has no retry of its own: what it raises says when to try again. With an HTTP client that follows Retry-After, everything is
filed, later.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import Installation

pytestmark = pytest.mark.acceptance

PROJECT = Path(__file__).parents[2]
PASSWORD = "a provider's password"


def test_the_real_client_waits_and_succeeds(installation: Installation) -> None:
    python = PROJECT / ".tools" / "client" / "bin" / "python"
    if not python.exists():
        pytest.fail("the real client is not there: run tools/ensure_client.sh, which says why (it needs a Python 3.13)")
    installation.import_agencies()
    installation.run("reporter", "add", "Pictogram", "--username", "pic", "--password-stdin", stdin=f"{PASSWORD}\n")
    installation.run("reporter", "limit", "pic", "--calls-per-second", "2", "--burst", "3")
    installation.up()
    script = str(Path(__file__).parent / "client" / "patient.py")
    done = subprocess.run(
        [str(python), script, f"{installation.url}/ispws", "pic", PASSWORD, "3"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    code, description = found["impatient"]
    assert code == 1000
    assert "2 a second, 3 at once; try again in 1 s" in description
    assert len(set(found["done"])) == 3
    assert found["waits"]
    assert all(wait == [503, 1] for wait in found["waits"])
    assert installation.status()["reports"]["finished"] == 3
