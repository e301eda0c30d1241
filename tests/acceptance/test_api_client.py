"""The Python client against a running Tipline: a program works a case, and is told of it by a webhook."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Installation

sys.path.insert(0, str(Path(__file__).parents[2] / "clients" / "python"))
from tipline_client import ProblemError, Tipline, models

pytestmark = pytest.mark.acceptance


@pytest.mark.timeout(600)
def test_a_program_works_a_case_over_http(installation: Installation, tmp_path: Path) -> None:
    played = json.loads(installation.run("demo", "--check", "--keep").stdout)
    supervisor = next(
        one["email"] for one in played["accounts"] if one["agency"] == "IN-MH-JALGAON" and one["role"] == "supervisor"
    )
    scopes = [
        word for scope in ("reports:read", "cases:read", "cases:write", "counts:read") for word in ("--scope", scope)
    ]
    made = installation.json("token", "add", supervisor, "--name", "A program", *scopes, "--json")
    installation.up()
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
