"""The commands of the contract, on a real installation."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import TIPLINE, Installation
from tipline.demo.scenario import RANGES

pytestmark = pytest.mark.acceptance


def test_from_an_empty_directory_to_a_routed_report(installation: Installation) -> None:
    assert "new" in installation.run("agency", "import").stdout
    assert "nothing to do" in installation.run("migrate").stdout
    installation.run("geo", "import", str(RANGES))
    added = installation.json(
        "reporter",
        "add",
        "Pictogram",
        "--username",
        "pic",
        "--password-stdin",
        "--json",
        stdin="a provider's password\n",
    )
    assert added == {"id": 1, "name": "Pictogram", "username": "pic", "agency": "US-NCMEC"}
    installation.run(
        "user", "add", "officer@jalgaon.example", "--agency", "IN-MH-JALGAON", "--role", "desk_officer", "--password-stdin",
        stdin="an officer's password\n",
    )  # fmt: skip
    installation.up()
    done = installation.json(
        "simulate", "--reports", "3", "--seed", "7", "--url", f"{installation.url}/ispws", "--username", "pic",
        "--password-stdin", "--json", stdin="a provider's password\n",
    )  # fmt: skip
    assert done["reports"] == 3
    status = installation.until_processed()
    assert (status["reports"]["finished"], status["processed"], status["quarantined"]) == (3, 3, 0)
    shown = installation.json("report", "show", "1", "--json")
    assert {
        "id", "reporter", "state", "received_at", "incident", "identifiers", "files", "attributions", "matches", "links",
        "triage", "routes", "referrals", "case", "stages",
    } <= set(shown)  # fmt: skip
    assert (shown["state"], shown["reporter"], shown["case"]) == ("finished", "Pictogram", None)
    assert [s["name"] for s in shown["stages"]] == [
        "extraction",
        "attribution",
        "matching",
        "linking",
        "triage",
        "routing",
    ]
    assert {"kind", "value", "role", "sightings"} <= set(shown["identifiers"][0])
    assert {"id", "md5", "sha1", "sha256", "pdq", "viewed_by_provider"} <= set(shown["files"][0])
    assert installation.down() == 0


def test_lookups_explain_themselves(installation: Installation) -> None:
    installation.run("geo", "import", str(RANGES))
    one = installation.json("geo", "lookup", "192.0.2.200", "--json")
    assert (one["country"], one["state"], one["district"], one["abstained"]) == ("IN", "Maharashtra", "Buldhana", False)
    assert "Buldhana" in one["explanation"]
    lines = installation.run(
        "geo", "lookup", "192.0.2.11", "203.0.113.200", "2001:db8:1::5", "--json"
    ).stdout.splitlines()
    several = [json.loads(line) for line in lines]
    assert [(o["ip"], o["district"], o["abstained"]) for o in several] == [
        ("192.0.2.11", "Jalgaon", False), ("203.0.113.200", "", True), ("2001:db8:1::5", "Jalgaon", False),
    ]  # fmt: skip
    refused = installation.run("geo", "lookup", "192.0.2.011", check=False)
    assert refused.returncode != 0
    assert "'192.0.2.011' is not an IP address" in refused.stderr
    some = installation.run("geo", "lookup", "192.0.2.011", "192.0.2.11", "--json", check=False)
    bad, good = (json.loads(line) for line in some.stdout.splitlines())
    assert some.returncode == 1
    assert (set(bad), bad["ip"], good["district"]) == ({"ip", "error"}, "192.0.2.011", "Jalgaon")
    for option, words in (
        (("--at", "2026-01-01T00:00:00"), "has no zone"),
        (("--at", "1970-01-01T00:00:00Z"), "is before 1990"),
        (("--port", "65536"), "is not a port"),
    ):
        assert words in installation.run("geo", "lookup", "192.0.2.11", *option, check=False).stderr


def test_a_source_can_be_gone_back_from(installation: Installation, tmp_path: Path) -> None:
    ranges = tmp_path / "mine.csv"
    for state in ("Gujarat", "Kerala"):
        ranges.write_text(
            f"network,country,state,district,owner,flags,valid_until\n192.0.2.0/24,IN,{state},,,,2026-06-30\n"
        )
        installation.run("geo", "import", str(ranges))
    when = ("192.0.2.1", "--at", "2026-06-30T23:59:59Z", "--port", "443", "--json")
    assert installation.json("geo", "lookup", *when)["state"] == "Kerala"
    assert installation.json("geo", "lookup", "192.0.2.1", "--at", "2026-07-01T00:00:00Z", "--json")["state"] == ""
    installation.run("geo", "rollback", "mine.csv")
    found = installation.json("geo", "lookup", *when)
    assert (found["state"], found["port"]) == ("Gujarat", 443)
    assert [(s["active"], s["kept"], s["networks"]) for s in installation.json("geo", "sources", "--json")] == [
        (True, True, 1), (False, True, 1),
    ]  # fmt: skip
    assert "no edition before" in installation.run("geo", "rollback", "mine.csv", check=False).stderr


def test_the_doctor_names_what_is_wrong(installation: Installation) -> None:
    installation.run("migrate")
    found = installation.json("doctor", "--deep", "--json")
    assert found["ok"]
    assert found["database_url"].startswith("postgresql://tipline_app@/tipline?host=")
    assert found["database_owner_url"].startswith("postgresql://tipline_owner@/")
    secret = (installation.data_dir / "secrets" / "pgpass").read_text().split(":")[4].strip()
    assert secret not in json.dumps(found)
    assert any("no agencies yet" in warning for warning in found["warnings"])


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("TIPLINE_BIND", "nonsense", "TIPLINE_BIND must be HOST:PORT"),
        ("TIPLINE_EVIDENCE", "show", "TIPLINE_EVIDENCE must be seal or discard"),
        ("TIPLINE_DATABASE_URL", "mysql://x/y", "TIPLINE_DATABASE_URL must look like postgresql://"),
        ("TIPLINE_DATABASE_URL", "postgresql://nobody:hunter2@127.0.0.1:1/x", "cannot be reached"),
        ("TIPLINE_GEO", "/no/such/file.csv", "TIPLINE_GEO names /no/such/file.csv"),
        ("TIPLINE_NONSENSE", "1", "TIPLINE_NONSENSE is not a setting"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(
    installation: Installation, variable: str, value: str, words: str
) -> None:
    installation.extra[variable] = value
    done = installation.run("up", check=False)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_a_second_instance_on_the_same_directory_is_told(installation: Installation) -> None:
    installation.up()
    second = installation.run("up", "--bind", "127.0.0.1:1", check=False)
    assert second.returncode == 1
    assert "already running" in second.stderr
    assert str(installation.process.pid if installation.process else 0) in second.stderr
    key = installation.data_dir / "secrets" / "session.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_nothing_is_left_running_after_a_stop(installation: Installation) -> None:
    installation.up("--workers", "2")
    assert len(installation.processes()["worker"]) == 2
    assert installation.down() == 0
    assert not any(installation.processes().values())


def test_the_demo_arrives(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("TIPLINE_")}
    done = subprocess.run(
        [*TIPLINE, "demo", "--check"], env={**env, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, timeout=120,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["ok"]
    assert (found["reports"], found["handles"], found["abstained"], found["filed"]) == (16, 16, 4, 32)
    assert found["routed_to"]["IN-MH-JALGAON"] == 16
    assert sum(found["routed_to"].values()) == 28
    assert found["path"] == ["US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON"]
    assert found["operation"] == "Operation Blackface"
    assert found["case"]["handles"] == 16
    assert {"url", "accounts", "seconds_to_routed_max"} <= set(found)
    assert not list(tmp_path.glob("tipline-demo-*"))
