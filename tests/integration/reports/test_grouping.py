"""Group commit: what comes together is written together, and each call is answered for itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection

from tests import factories
from tests.factories import digests, document, header, provider
from tipline.core.errors import TransientError
from tipline.reports import grouping
from tipline.reports.grouping import Group, coming, write_together
from tipline.reports.models import Report, ReportedFile
from tipline.reports.received import ReportNotFoundError
from tipline.reports.writing import AddFile, Open, write
from tipline.trust.accounts.models import Reporter

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def reporter() -> Reporter:
    factories.standard_tree()
    return provider()


@pytest.fixture
def lots(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many calls each lot had."""
    sizes: list[int] = []

    def counted(reporter: Reporter, writes: list[Any]) -> list[Any]:
        sizes.append(len(writes))
        return write(reporter, writes)

    monkeypatch.setattr(grouping, "write", counted)
    return sizes


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def opening(number: int) -> Open:
    return Open(document(f"<report>{number}</report>".encode()), header(), f"key {number}")


def together(pool: ThreadPoolExecutor, calls: list[Callable[[], Any]]) -> list[Any]:
    """The results or errors of calls that come at the same time."""
    gate = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        with coming():
            gate.wait(10)
            try:
                return call()
            except Exception as error:
                return error

    return list(pool.map(one, calls))


def test_calls_of_many_threads_share_a_commit(reporter: Reporter, lots: list[int], threads: ThreadPoolExecutor) -> None:
    opened = together(threads, [lambda n=n: write_together(reporter, opening(n)) for n in range(16)])
    assert sorted(Report.objects.values_list("pk", flat=True)) == sorted(o.report_id for o in opened)
    assert {r.pk: r.idempotency_key for r in Report.objects.all()} == {
        o.report_id: f"key {n}" for n, o in enumerate(opened)
    }
    assert sum(lots) == 16 and len(lots) < 16


def test_each_gets_its_own_refusal(reporter: Reporter, threads: ThreadPoolExecutor) -> None:
    report_id = write_together(reporter, opening(0)).report_id
    calls = [
        lambda n=n: write_together(reporter, AddFile(report_id if n % 2 else 2**40, "f", digests(b"x"), "0" * 32))
        for n in range(8)
    ]
    answers = together(threads, calls)
    assert [type(a) for a in answers] == [ReportNotFoundError, str] * 4
    assert set(ReportedFile.objects.values_list("wire_id", flat=True)) == {a for a in answers if isinstance(a, str)}


def test_two_providers_at_once_see_only_their_own(reporter: Reporter, threads: ThreadPoolExecutor) -> None:
    other = provider("Other")
    mine = write_together(reporter, opening(0)).report_id
    calls = [
        lambda who=who: write_together(who, AddFile(mine, "f", digests(b"x"), "0" * 32))
        for who in (reporter, other, reporter, other)
    ]
    assert [type(a) for a in together(threads, calls)] == [str, ReportNotFoundError, str, ReportNotFoundError]


def test_what_the_database_refuses_fails_alone(reporter: Reporter, threads: ThreadPoolExecutor) -> None:
    poisoned = Open(document(b"<report/>"), header(), "x" * 300)  # longer than the column
    answers = together(
        threads,
        [lambda n=n: write_together(reporter, poisoned if n == 3 else opening(n)) for n in range(8)],
    )
    assert isinstance(answers[3], DataError)
    assert Report.objects.count() == 7
    assert all(not isinstance(a, Exception) for n, a in enumerate(answers) if n != 3)


def test_a_commit_whose_end_is_not_known_is_not_tried_again(
    reporter: Reporter, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def lost(reporter: Reporter, writes: list[Any]) -> list[Any]:
        tries.append(len(writes))
        write(reporter, writes)  # it is committed, and nobody hears of it
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(grouping, "write", lost)
    answers = together(threads, [lambda n=n: write_together(reporter, opening(n)) for n in range(4)])
    assert all(isinstance(a, OperationalError) for a in answers)
    assert sum(tries) == 4
    assert Report.objects.count() == 4


def test_the_writer_outlives_a_lost_connection(reporter: Reporter) -> None:
    first = write_together(reporter, opening(0)).report_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user"
        )
    try:  # the call that meets the dead connection may be refused, and be told so
        write_together(reporter, opening(1))
    except OperationalError:
        write_together(reporter, opening(1))
    assert Report.objects.filter(pk__gt=first).count() == 1


def test_within_a_transaction_it_is_part_of_that(reporter: Reporter, lots: list[int]) -> None:
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write_together(reporter, opening(0))
        raise ZeroDivisionError
    assert Report.objects.count() == 0
    assert lots == []


def test_a_call_that_no_writer_takes_is_withdrawn(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    held, go = threading.Event(), threading.Event()

    def slow(reporter: Reporter, writes: list[Any]) -> list[Any]:
        held.set()
        go.wait(10)
        return write(reporter, writes)

    monkeypatch.setattr(grouping, "write", slow)
    group = Group()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(group.write, reporter, opening(0))
        assert held.wait(10)
        monkeypatch.setattr(grouping, "WAIT_SECONDS", 0.05)
        with pytest.raises(TransientError):
            group.write(reporter, opening(1))
        go.set()
        assert first.result(10).report_id
    assert list(Report.objects.values_list("idempotency_key", flat=True)) == ["key 0"]


def test_a_lone_call_waits_for_nobody(reporter: Reporter, lots: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "GATHER_SECONDS", 60.0)
    with coming():
        write_together(reporter, opening(0))
    with coming():
        pass  # refused before it was written
    write_together(reporter, opening(1))
    assert lots == [1, 1]


def test_a_lot_costs_as_many_statements_as_one_call(reporter: Reporter) -> None:
    def statements(count: int) -> int:
        sent = 0

        def counted(execute: Any, *args: Any) -> Any:
            nonlocal sent
            sent += 1
            return execute(*args)

        calls = [Open(document(f"<report>{count} {n}</report>".encode()), header()) for n in range(count)]
        with connection.execute_wrapper(counted):
            write(reporter, calls)
        return sent

    assert statements(1) == statements(20) <= 7
