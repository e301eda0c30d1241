"""A provider's limits: changed by the operator, logged, and in force at the door."""

from __future__ import annotations

import json
import timeit
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from tests import factories
from tipline.cli import app as commands
from tipline.core.config import load_config
from tipline.core.errors import InvalidInputError, NotFoundError, TiplineError
from tipline.intake.cybertipline import credentials
from tipline.intake.doors import admission, days
from tipline.intake.doors.admission import Asked, admit
from tipline.intake.doors.days import Usage
from tipline.trust.accounts.models import Reporter
from tipline.trust.accounts.provider_limits import Limits, limits_of, set_limits
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten() -> None:
    credentials.forget_all()
    admission.forget_all()


@pytest.fixture
def reporter() -> Reporter:
    factories.standard_tree()
    return factories.provider()


def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *arguments: str) -> str:
    from contextlib import contextmanager

    from tipline.cli import runtime

    @contextmanager
    def here(*, current: bool) -> Any:
        yield load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")})

    monkeypatch.setattr(runtime, "_installation", here)
    done = CliRunner().invoke(commands, arguments)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_operator_changes_one_limit_and_the_others_stay(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = reporter.username
    run(monkeypatch, tmp_path, "reporter", "limit", name, "--calls-per-second", "12.5", "--bytes-per-day", "1000000")
    shown = json.loads(
        run(monkeypatch, tmp_path, "reporter", "limit", name, "--network", "192.0.2.0/24", "--network", "2001:db8::/32",
            "--reports-per-day", "0", "--json")
    )  # fmt: skip
    assert shown == {
        "username": name, "calls_per_second": 12.5, "burst": None, "reports_per_day": 0, "bytes_per_day": 1000000,
        "networks": ["192.0.2.0/24", "2001:db8::/32"],
    }  # fmt: skip
    listed = json.loads(run(monkeypatch, tmp_path, "reporter", "list", "--json"))
    assert listed[0]["limits"] == {key: value for key, value in shown.items() if key != "username"}
    assert (
        "calls: 12.5 a second, 1000 at once; 0 reports a day; 1000000 bytes a day; from 192.0.2.0/24, 2001:db8::/32"
        in run(monkeypatch, tmp_path, "reporter", "list")
    )
    back = run(
        monkeypatch, tmp_path, "reporter", "limit", name, "--calls-per-second", "default", "--reports-per-day", "none",
        "--bytes-per-day", "none", "--anywhere",
    )  # fmt: skip
    assert (
        "calls: 200 a second, 1000 at once (default); no quota of reports; no quota of bytes; from everywhere" in back
    )
    assert limits_of(Reporter.objects.get(pk=reporter.pk)) == Limits()


def test_what_changed_is_in_the_log_and_nothing_where_nothing_did(reporter: Reporter) -> None:
    set_limits(reporter.username, factories.TESTS, calls_per_second=0.5, networks=("192.0.2.0/24",))
    set_limits(reporter.username, factories.TESTS, calls_per_second=0.5)
    (entry,) = Entry.objects.filter(action="reporter.limited")
    assert (entry.object_type, entry.object_id) == ("reporter", str(reporter.pk))
    assert entry.detail == {
        "calls_per_second": {"before": None, "after": "0.5"},
        "networks": {"before": [], "after": ["192.0.2.0/24"]},
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--calls-per-second", "0"], ["--calls-per-second", "nan"], ["--calls-per-second", "inf"], ["--calls-per-second", "fast"],
        ["--calls-per-second", "100001"], ["--burst", "0"], ["--burst", "1.5"], ["--reports-per-day", "-1"],
        ["--bytes-per-day", str(2**53)], ["--network", "192.0.2.1/24"], ["--network", "192.0.2.0/24", "--anywhere"],
        [part for n in range(51) for part in ("--network", f"198.51.100.{n}")],
    ],
    ids=lambda a: " ".join(a[:2]),
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    with pytest.raises(InvalidInputError):
        run(monkeypatch, tmp_path, "reporter", "limit", reporter.username, *arguments)
    assert limits_of(Reporter.objects.get(pk=reporter.pk)) == Limits()
    assert not Entry.objects.filter(action="reporter.limited").exists()


def test_nobody_by_that_name(reporter: Reporter) -> None:
    with pytest.raises(NotFoundError, match="reporter list"):
        set_limits("nobody", factories.TESTS, burst=1)


def test_the_door_says_when_to_try_again(reporter: Reporter) -> None:
    set_limits(reporter.username, factories.TESTS, calls_per_second=0.2, burst=2)
    answers = [Client().get("/ispws/status", **factories.basic(reporter)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 503]
    assert answers[2]["Retry-After"] == "5"
    assert b"<responseCode>1000</responseCode>" in answers[2].content
    assert b"0.2 a second, 2 at once; try again in 5 s" in answers[2].content
    assert "Retry-After" not in answers[0]


def test_the_quota_lets_what_is_open_be_finished(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(reporter.username, factories.TESTS, reports_per_day=1)
    monkeypatch.setattr(days, "today", lambda _: Usage(reports=1))
    ask = factories.basic(reporter)
    refused = Client().post("/ispws/submit", b"<report/>", "text/xml", **ask)
    assert (refused.status_code, 0 < int(refused["Retry-After"]) <= 86400) == (503, True)
    assert b"quota of 1 reports" in refused.content
    # it comes to the record, which has no such report
    assert Client().post("/ispws/finish", {"id": 1}, **ask).status_code == 404


def test_from_another_network_it_is_refused_and_told_so(reporter: Reporter) -> None:
    set_limits(reporter.username, factories.TESTS, networks=("192.0.2.0/24",))
    refused = Client(REMOTE_ADDR="198.51.100.4").get("/ispws/status", **factories.basic(reporter))
    assert (refused.status_code, b"3000" in refused.content, b"198.51.100.4" in refused.content) == (403, True, True)
    assert Client(REMOTE_ADDR="192.0.2.9").get("/ispws/status", **factories.basic(reporter)).status_code == 200
    # without the right password nothing is told
    wrong = Client(REMOTE_ADDR="198.51.100.4").get("/ispws/status", **factories.basic(reporter, "a wrong password"))
    assert (wrong.status_code, wrong.content) == (401, b"")


def test_it_costs_no_query_and_microseconds(reporter: Reporter) -> None:
    reporter.networks = [f"198.51.100.{n}/32" for n in range(49)] + ["192.0.2.0/24"]
    reporter.calls_per_second, reporter.burst = 1e5, 10**6
    reporter.reports_per_day = reporter.bytes_per_day = 10**9
    asked = Asked("submit", "192.0.2.1", False, 1)
    caught: AbstractContextManager[Any] = CaptureQueriesContext(connection)
    with caught as queries:
        seconds = min(timeit.repeat(lambda: admit(reporter, asked), number=1000, repeat=5)) / 1000
    assert len(queries) == 0
    assert seconds < 0.001, seconds
    with pytest.raises(TiplineError):
        admit(reporter, Asked("submit", "203.0.113.1", False, 1))
