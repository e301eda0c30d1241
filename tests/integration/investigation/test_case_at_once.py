"""Two at once, with real commits: each case has its own number, and of two who decide one wins."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from tests import factories
from tests.factories import person
from tests.integration.investigation.casework import DESK, holder, worked
from tipline.core.errors import ConflictError
from tipline.investigation.cases import standing
from tipline.investigation.cases.services import open_case
from tipline.trust.visibility import OPERATOR, assume

pytestmark = pytest.mark.usefixtures("committed_db")


def test_cases_opened_at_once_get_different_numbers(tmp_path: Path) -> None:
    work = worked(tmp_path)
    provider = factories.provider("Second")
    reports = [factories.filed(provider, factories.synthetic(f"handle_{n}")) for n in range(6)]
    factories.drain()
    made: list[str] = []
    failed: list[Exception] = []
    start = threading.Barrier(len(reports))

    def opening(report_id: int) -> None:
        try:
            assume(OPERATOR)
            start.wait()
            made.append(open_case(work.supervisor, [report_id], "At once").number)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=opening, args=[report.pk]) for report in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(made)) == len(reports)


def test_two_who_decide_at_once_one_wins(tmp_path: Path) -> None:
    work = worked(tmp_path)
    of, pieces = holder(work)
    proposal = standing.propose(work.one, work.case.pk, of.pk, pieces, "Both agree")
    second = person(DESK)
    ends: list[str] = []
    start = threading.Barrier(2)

    def deciding(who: object, confirm: bool) -> None:
        try:
            assume(OPERATOR)
            start.wait()
            standing.decide(who, work.case.pk, proposal.pk, "I looked", confirm=confirm)  # type: ignore[arg-type]
            ends.append("won")
        except ConflictError as error:
            ends.append(str(error))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=deciding, args=[work.two, True]),
        threading.Thread(target=deciding, args=[second, False]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(end == "won" for end in ends) == [False, True]
    assert any("waits no longer" in end for end in ends)
