"""The demo's sixteen reports, exported by the real commands in every form, and what the standards' own programs say to each file."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.conftest import Installation
from tests.exchange_validators import check_misp, check_tables
from tests.unit.exchange.test_case_uco import COMMAND as CASE_VALIDATE
from tests.unit.exchange.test_stix import COMMAND as STIX_VALIDATOR
from tipline.exchange.forms import forms
from tipline.exchange.vics.reading import read_vics
from tipline.intake.cybertipline.document import parse_report

pytestmark = pytest.mark.acceptance
TOOLS = Path(__file__).parents[2] / "tools"


def said_by(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=500, check=False)


@pytest.mark.timeout(1200)
def test_the_demos_reports_are_valid_in_every_form(installation: Installation, tmp_path: Path) -> None:
    played = json.loads(installation.run("demo", "--check", "--keep").stdout)
    state = next(one["email"] for one in played["accounts"] if one["agency"] == "IN-MH-CYBER")
    sent = installation.json("--as", state, "referral", "list", "--tab", "all", "--json")
    hops = [str(one["referral"]) for one in sent if one["to"] == "IN-MH-JALGAON"]
    assert len(hops) == 16
    made: dict[str, Path] = {}
    for form in (one.described for one in forms()):
        made[form.name] = tmp_path / f"demo{form.suffix}"
        told = installation.json("exchange", "export", *hops, "--form", form.name, "-o", str(made[form.name]), "--json")
        assert told["reports"] == 16
    case = said_by("-c", CASE_VALIDATE, "--allow-info", "--built-version", "case-1.4.0", str(made["case-uco"]))
    assert (case.returncode, case.stdout) == (0, "Validation Report\nConforms: True\n"), case.stderr[-2000:]
    stix = said_by("-c", STIX_VALIDATOR, "--version", "2.1", "-q", str(made["stix"]))
    assert stix.returncode == 0, stix.stdout[-3000:]
    check_misp(json.loads(made["misp"].read_bytes()))
    check_tables({kind: made[kind].read_bytes() for kind in ("csv", "ndjson", "parquet")}, tmp_path)
    assert not read_vics(io.BytesIO(made["vics"].read_bytes())).unreadable
    with zipfile.ZipFile(made["cybertipline"]) as archive:
        assert (
            len([parse_report(archive.read(name)) for name in archive.namelist() if name.endswith("/report.xml")]) == 16
        )
    file = tmp_path / "demo.zip"
    installation.run(
        "agency",
        "agreement",
        "set",
        "IN-MH-CYBER",
        "IN-MH-JALGAON",
        "--reference",
        "Order 1/2026",
        "--data",
        "document",
    )
    installation.run("package", "export", *hops, "-o", str(file))
    assert installation.json("package", "verify", str(file), "--json")["reports"] == 16
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "out")
        bag = tmp_path / "out" / archive.namelist()[0].partition("/")[0]
    valid = said_by("-m", "bagit", "--validate", str(bag))
    assert valid.returncode == 0, valid.stderr[-2000:]
    script = said_by(str(TOOLS / "verify_package.py"), str(file))
    assert script.returncode == 0, script.stderr
