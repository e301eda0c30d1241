"""`tipline case …` for scripts: in somebody's name, with both locks, and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.factories import person
from tests.integration.investigation.casework import DESK, SIBLING, Work, ranked, worked
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import CasePerson, Standing
from tipline.trust.accounts.models import Rank, Role, User

pytestmark = pytest.mark.django_db
__all__ = ["runner"]


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return worked(tmp_path)


def test_a_case_is_worked_by_commands(work: Work, runner: CliRunner, tmp_path: Path) -> None:
    number = work.case.number

    def tell(who: User, *given: object) -> Any:
        done = runner.invoke(commands, ["--as", who.email, "case", *map(str, given), "--json"])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    ranked(work.one, Rank.INSPECTOR)
    tell(work.supervisor, "officer", number, work.one.email)
    tell(work.one, "fir", "register", number, "0117/2026", "--station", "Jalgaon City", "--at", "2026-01-05T10:15")
    tell(work.one, "section", "add", number, "IN-POCSO-15")
    entry = tell(work.one, "diary", "write", number, "Called the network")["entry"]
    tell(work.two, "diary", "correct", number, entry, "Called at eleven")
    assert tell(work.one, "diary", "list", number)[0]["corrects"] == entry
    tell(work.one, "diary", "print", number, "--out", tmp_path / "diary.pdf")
    assert (tmp_path / "diary.pdf").read_bytes().startswith(b"%PDF")
    task = tell(work.one, "task", "add", number, "Ask", "--assignee", work.two.email, "--due", "2026-01-01")["task"]
    assert tell(work.two, "task", "list", number)[0]["overdue"] is True
    tell(work.two, "task", "mark", number, task, "done")
    of = tell(
        work.one,
        "person",
        "add",
        number,
        "Meera Example",
        "--kind",
        "provider_reply",
        "--says",
        "Theirs",
        "--source",
        "r 1",
    )["person"]
    tell(work.one, "person", "evidence", number, of, "--kind", "device", "--says", "Signed in", "--source", "e 1")
    pieces = [e["id"] for e in tell(work.one, "person", "list", number)[0]["evidence"]]
    proposal = tell(
        work.one, "person", "propose", number, of, "--evidence", pieces[0], "--evidence", pieces[1], "--words", "Agree"
    )["proposal"]
    with pytest.raises(NotPermittedError):
        tell(work.one, "person", "decide", number, proposal, "confirm", "--words", "Yes")
    tell(work.two, "person", "decide", number, proposal, "confirm", "--words", "I looked")
    assert CasePerson.objects.get().standing == Standing.PERSON_OF_INTEREST
    shown = tell(work.one, "show", number)
    assert shown["fir"]["number"] == "0117/2026" and shown["sections"] == ["IN-ITA-67B", "IN-POCSO-15"]
    tell(work.supervisor, "close", number, "--reason", "charge_sheet", "--text", "Court 1, 12/2026")
    with pytest.raises(ConflictError, match="is closed"):
        tell(work.one, "diary", "write", number, "More")
    tell(work.supervisor, "reopen", number, "--why", "More came")
    made = tell(work.supervisor, "transfer", "offer", number, SIBLING, "--why", "Pune")["transfer"]
    pune = person(SIBLING, Role.SUPERVISOR)
    assert tell(pune, "transfer", "list")[0]["state"] == "offered"
    with pytest.raises(NotFoundError):
        tell(pune, "show", number)
    new = tell(pune, "transfer", "answer", made, "accept")["case"]
    assert tell(pune, "show", new)["agency"] == SIBLING
    with pytest.raises(NotFoundError):
        tell(work.supervisor, "show", number)
    assert tell(work.supervisor, "scheme", "CR-{number}/{year2}")["example"].startswith("CR-1/")


def test_who_does_it_has_to_be_said(work: Work, runner: CliRunner) -> None:
    done = runner.invoke(commands, ["case", "diary", "write", work.case.number, "Text"])
    assert isinstance(done.exception, InvalidInputError)
    stranger = person(DESK, Role.INVESTIGATOR)
    for command in (("show",), ("diary", "list"), ("task", "list"), ("person", "list")):
        done = runner.invoke(commands, ["--as", stranger.email, "case", *command, work.case.number])
        assert isinstance(done.exception, NotFoundError), command


def test_a_rank_is_written_down(work: Work, runner: CliRunner) -> None:
    assert runner.invoke(commands, ["user", "rank", work.one.email, "inspector"]).exit_code == 0
    work.one.refresh_from_db()
    assert work.one.rank == Rank.INSPECTOR
    done = runner.invoke(commands, ["user", "rank", work.one.email, "general"])
    assert isinstance(done.exception, InvalidInputError)
