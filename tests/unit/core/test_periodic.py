"""How often jobs come that come by themselves: in a cron of six fields the seconds stand last."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from croniter import croniter  # type: ignore[import-untyped]  # comes with procrastinate

import tipline

PACKAGE = Path(tipline.__file__).parent
CRONS = sorted(
    {
        (str(path.relative_to(PACKAGE)), cron)
        for path in PACKAGE.rglob("tasks.py")
        for cron in re.findall(r'cron="([^"]+)"', path.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize(("path", "cron"), [one for one in CRONS if len(one[1].split()) == 6])
def test_what_comes_within_the_minute_comes_evenly(path: str, cron: str) -> None:
    # written first, the seconds would be minutes: every second of every tenth minute, and nothing in between
    turns = croniter(cron, datetime(2026, 1, 1, tzinfo=UTC), ret_type=datetime)
    times = [turns.get_next() for _ in range(200)]
    assert {later - one for one, later in pairwise(times)} == {timedelta(seconds=int(cron.rpartition("/")[2]))}, path


def test_there_are_some() -> None:
    assert ("pipeline/tasks.py", "* * * * * */10") in CRONS
