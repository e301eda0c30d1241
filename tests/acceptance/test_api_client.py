"""The Python client against a running Tipline: a program works a case, and is told of it by a webhook."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Installation

sys.path.insert(0, str(Path(__file__).parents[2] / "clients" / "python"))
from tipline_client import ProblemError, Tipline, models

pytestmark = pytest.mark.acceptance

PROJECT = Path(__file__).parents[2]


def hash_list_of(installation: Installation, supervisor: str) -> str:
    """A published list of three hashes; returns the key that signs it."""
    folder = installation.data_dir.parent
    (folder / "hashes.csv").write_text(f"kind,hash\nsha256,{'1' * 64}\nmd5,{'2' * 32}\npdq,{'f' * 64}\n")
    (folder / "one.csv").write_text(f"kind,hash\nsha256,{'3' * 64}\n")
    hashes = ("--as", supervisor, "hashes")
    installation.run(*hashes, "add-list", "confirmed", "--title", "Confirmed", "--category", "baseline", "--needs", "1")
    reason = ("--category", "baseline", "--reason", "Examination 12")
    installation.run(*hashes, "confirm", str(folder / "hashes.csv"), *reason)
    installation.run(*hashes, "publish", "confirmed")
    return str(installation.json("keys", "list", "--json")[-1]["key"])


def the_list_is_read(installation: Installation, supervisor: str, signer: str) -> None:
    """By the client of ThreatExchange and by the example, whole and then what changed."""
    folder, hashes = installation.data_dir.parent, ("--as", supervisor, "hashes")
    made = installation.json(*hashes, "subscribe", "confirmed", "A platform", "--json")
    base, number = f"{installation.url}/api/v1/hashes", str(made["list"])
    python = PROJECT / ".tools" / "threatexchange" / "bin" / "python"
    assert python.exists(), "the client of ThreatExchange is not there: run tools/ensure_threatexchange.sh"

    def read() -> dict[str, Any]:
        script = PROJECT / "tests" / "acceptance" / "client" / "threatexchange_reads.py"
        arguments = [str(python), str(script), base, number, made["key"], str(folder / "state.json")]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout))

    def consumer(key: str = signer) -> subprocess.CompletedProcess[str]:
        (folder / "seen.csv").write_text(
            f"kind,hash\nHASH_SHA256,{'1' * 64}\nHASH_SHA256,{'3' * 64}\nHASH_PDQ,{'f' * 60}fff0\nHASH_PDQ,{'0' * 64}\n"
        )
        arguments = [
            sys.executable, str(PROJECT / "examples" / "hash_list_consumer.py"), base, number, "--state", str(folder / "copy.db"),
            "--signer", key, "--match", str(folder / "seen.csv"),
        ]  # fmt: skip
        environment = {**os.environ, "HASH_LIST_KEY": made["key"]}
        return subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120, env=environment)

    first = read()
    listed = {f"HASH_SHA256 {'1' * 64}", f"HASH_MD5 {'2' * 32}", f"HASH_PDQ {'f' * 64}"}
    assert (
        first["valid"] and set(first["exchange"]) == set(first["updates"]) == listed and all(first["updates"].values())
    )
    assert first["exchange"][f"HASH_PDQ {'f' * 64}"] == ["POSITIVE_CLASS", ["baseline"], False]
    assert (first["labels"], first["group"], first["member"]) == (["baseline"], ["Confirmed", True], [number])
    done = consumer()
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout == f"HASH_SHA256,{'1' * 64},baseline\nHASH_PDQ,{'f' * 60}fff0,baseline\n"
        and "3 entries, proven" in done.stderr
    )

    installation.run(*hashes, "withdraw", "1", "--reason", "Mixed up")
    installation.run(
        *hashes, "confirm", str(folder / "one.csv"), "--category", "baseline", "--reason", "Examination 13"
    )
    installation.run(*hashes, "publish", "confirmed")
    second = read()
    changed = {**dict.fromkeys(listed, False), f"HASH_SHA256 {'3' * 64}": True}
    assert second["updates"] == changed
    assert {name: said is not None for name, said in second["exchange"].items()} == changed
    assert consumer(signer.replace("+", "x+", 1)).returncode == 1, "signed by somebody else"
    done = consumer()
    assert (
        done.returncode == 0
        and done.stdout == f"HASH_SHA256,{'3' * 64},baseline\n"
        and "1 entries, proven" in done.stderr
    )


@pytest.mark.timeout(600)
def test_a_program_works_a_case_over_http(installation: Installation, tmp_path: Path) -> None:
    played = installation.play_the_demo()
    supervisor = next(
        one["email"] for one in played["accounts"] if one["agency"] == "IN-MH-JALGAON" and one["role"] == "supervisor"
    )
    scopes = [
        word for scope in ("reports:read", "cases:read", "cases:write", "counts:read") for word in ("--scope", scope)
    ]
    made = installation.json("token", "add", supervisor, "--name", "A program", *scopes, "--json")
    signer = hash_list_of(installation, supervisor)
    installation.up()
    the_list_is_read(installation, supervisor, signer)
    with Tipline(installation.url, made["token"]) as desk:
        assert desk.me().agency.code == "IN-MH-JALGAON"
        reports = list(desk.pages(desk.reports, limit=5))
        assert len(reports) == 16 and desk.report(reports[0].id).identifiers
        (case,) = desk.cases().items
        first = desk.write_diary(case.id, models.DiaryEntry(text="Noted by a program."), idempotency_key="one")
        again = desk.write_diary(case.id, models.DiaryEntry(text="Noted by a program."), idempotency_key="one")
        assert (first.id, again.repeated) == (again.id, True)
        assert "Noted by a program." in {entry.text for entry in desk.pages(desk.read_diary, case.id, limit=3)}
        task = desk.add_task(case.id, models.NewTask(title="Ask again"))
        desk.end_task(case.id, task.id or 0, models.EndedTask(state="done"))
        assert {one.state for one in desk.read_tasks(case.id).items if one.id == task.id} == {"done"}
        with pytest.raises(ProblemError) as refused:
            desk.acknowledge_reports(models.Chosen(reports=[reports[0].id]))
        assert refused.value.status == 403 and "reports:write" in refused.value.detail
        with pytest.raises(ProblemError) as absent:
            desk.case(987654)
        assert absent.value.status == 404
        assert desk.figure("funnel").rows
        assert {one.name for one in desk.figures()} >= {"funnel"}
    _the_pages_examples_work(installation, supervisor, tmp_path)
    assert installation.down() == 0


PROJECT = Path(__file__).parents[2]
PLACE = "http://127.0.0.1:8000"


def _the_pages_examples_work(installation: Installation, person: str, folder: Path) -> None:
    """Every command and every program that the pages on the JSON face show is run as it stands; only its place and its person are others."""
    commands = [
        line.strip()
        for page in ("reference/api.md", "how-to/api-tokens.md")
        for line in (PROJECT / "docs" / page).read_text(encoding="utf-8").splitlines()
        if line.startswith("    ") and line.strip().startswith(("curl ", "tipline "))
    ]
    assert len(commands) >= 5 and all(PLACE in line for line in commands if line.startswith("curl "))
    every = [word for scope in ("reports:read", "cases:read", "cases:write") for word in ("--scope", scope)]
    token = installation.json("token", "add", person, "--name", "Of the pages", *every, "--json")["token"]
    (folder / "token.txt").write_text(f"Authorization: Bearer {token}\n", encoding="utf-8")
    for line in commands:
        if line.startswith("tipline "):
            installation.run(*shlex.split(line.replace("officer@jalgaon.example", person))[1:])
            continue
        asked = line.replace(PLACE, installation.url).replace(
            "curl ", "curl --silent --show-error --fail-with-body ", 1
        )
        told = subprocess.run(
            ["bash", "-c", asked], cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
        assert told.returncode == 0, f"{line}\n{told.stdout}{told.stderr}"
        assert json.loads(told.stdout), line
    (program,) = re.findall(
        r"```python\n(.*?)```", (PROJECT / "clients/python/README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    exec(program.replace("https://desk.example", installation.url), {"token": token})  # noqa: S102 - our own page
    with Tipline(installation.url, token) as desk:
        (case,) = desk.cases().items
        written = [entry.text for entry in desk.pages(desk.read_diary, case.id)]
    assert written[-1] == "Looked at by a program." and {"As it stood.", "Noted by a program."} <= set(written)
