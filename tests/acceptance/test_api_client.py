"""The Python client against a running Tipline: a program works a case, and is told of it by a webhook."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Installation

sys.path.insert(0, str(Path(__file__).parents[2] / "clients" / "python"))
from tipline_client import ProblemError, Tipline, models

pytestmark = pytest.mark.acceptance


@pytest.mark.timeout(600)
def test_a_program_works_a_case_over_http(installation: Installation) -> None:
    played = installation.play_the_demo()
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
    assert installation.down() == 0
