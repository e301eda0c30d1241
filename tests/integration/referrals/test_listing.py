"""What a desk lists: every slice of every pile in every order, counts that stop, pages behind them, and how much a page asks."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import drain
from tipline.console.desk import pages, views
from tipline.core.clock import now
from tipline.core.sql import counts
from tipline.referrals.listing import Listing
from tipline.referrals.models import DeskRow, Pile
from tipline.referrals.queries import DeskTab
from tipline.reports.models import Report
from tipline.trust.accounts.models import User

DESK = "IN-MH-JALGAON"
ASKED_AT_MOST = 12


@pytest.fixture
def officer(db: None, tmp_path: Path) -> User:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.person(DESK)


def filed(number: int) -> list[int]:
    provider = factories.provider()
    made = [factories.filed(provider, factories.synthetic(f"h{n}")).pk for n in range(number)]
    drain()
    return made


def test_each_slice_of_each_pile_is_in_its_order(officer: User) -> None:
    at = now()
    several = itertools.cycle([-3, 2, None, -1, 9, 2])
    rows = list(DeskRow.objects.filter(agency=officer.agency, report_id__in=filed(9)).order_by("report_id"))
    assert len(rows) == 9
    for place, row in enumerate(rows):
        row.pile = list(Pile)[place % 3 if place < 7 else 0]
        row.urgent, row.priority = place % 4 == 0, [None, 70, 20][place % 3]
        row.since = at - timedelta(hours=place % 5)
        gone, due = next(several), next(several)
        row.gone_at = None if gone is None else at + timedelta(days=gone)
        row.due_at = None if due is None or row.pile != Pile.NEW else at + timedelta(days=due)
    DeskRow.objects.bulk_update(rows, ["pile", "urgent", "priority", "since", "gone_at", "due_at"])
    end = at + timedelta(days=999)

    def key(row: DeskRow, tab: DeskTab, sort: str) -> tuple[object, ...]:
        age, old = row.since.timestamp(), (row.since, row.report_id)
        if sort == "due":
            return (row.due_at or end, *old)
        if sort == "logs" and row.gone_at is not None and row.gone_at <= at:
            return (1, -row.gone_at.timestamp(), -age, -row.report_id)
        if sort == "logs":
            return (2 if row.gone_at is None else 0, (row.gone_at or end).timestamp(), age, row.report_id)
        if tab in {DeskTab.NEW, DeskTab.ACCEPTED}:
            return (not row.urgent, -(row.priority or -1), *old)
        return (-age, -row.report_id)

    for tab, sort in itertools.product(DeskTab, ("", "due", "logs")):
        there = [row for row in rows if tab == DeskTab.ALL or row.pile == tab.value]
        wanted = [row.report_id for row in sorted(there, key=lambda row: key(row, tab, sort))]
        listing = Listing(officer.agency, tab, at, sort=sort)
        for start, stop in itertools.combinations(range(11), 2):
            assert listing.slice(start, stop) == wanted[start:stop], (tab, sort, start, stop)


def test_counting_stops_where_it_is_told_to(officer: User) -> None:
    filed(3)
    rows = DeskRow.objects.filter(agency=officer.agency)
    none = DeskRow.objects.none()
    assert counts({"all": (rows, 10), "two": (rows, 2), "none": (none, 10)}) == {"all": 3, "two": 2, "none": 0}
    assert counts({}) == {}


def listed(user: User, query: str) -> tuple[list[int], str]:
    text = factories.signed_in(user).get(f"/desk/?{query}").content.decode()
    return [int(n) for n in re.findall(r'role="rowheader"><a href="/reports/(\d+)/"', text)], text


def test_behind_what_was_counted_pages_go_on_one_by_one(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    monkeypatch.setattr(views, "MOST", 3)
    monkeypatch.setattr(views, "_MOST_COUNTED", {"new": 3, "person": 3, "accepted": 3, "sent-on": 3})
    made = set(filed(5))
    first, text = listed(officer, "tab=new")
    assert 'New <span class="count">3+</span>' in text
    assert 'All <span class="count">3+</span>' in text
    assert "Page 1 of 2 and more" in text
    second, _ = listed(officer, "tab=new&page=2")
    third, text = listed(officer, "tab=new&page=3")
    assert {*first, *second, *third} == made
    assert (len(first), len(second), len(third)) == (2, 2, 1)
    assert 'rel="prev" href="?tab=new&amp;page=2"' in text
    assert 'rel="next"' not in text
    assert listed(officer, "tab=new&page=4")[0] == second  # there is none: the last that was counted
    monkeypatch.setattr(pages, "FURTHEST", 2)
    assert listed(officer, "tab=new&page=3")[0] == second


def test_a_page_asks_the_same_few_questions_however_long_it_is(officer: User) -> None:
    client = factories.signed_in(officer)

    def asked(query: str) -> int:
        client.get(f"/desk/?{query}")  # what is seen for the first time is noted as received
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/desk/?{query}").status_code == 200
        said = [q["sql"] for q in queries.captured_queries]
        # a test's transaction is told its scope a second time at the end, and has savepoints
        return len([q for q in said if not q.startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]) + 1

    filed(1)
    orders = ("tab=new", "tab=all", "tab=new&sort=due", "tab=new&sort=logs", "tab=all&due=over", "tab=all&logs=7")
    one = {query: asked(query) for query in orders}
    filed(6)
    for query in orders:
        assert asked(query) <= ASKED_AT_MOST + (query == "tab=new&sort=logs"), query  # two stretches meet there
    assert one["tab=new"] == asked("tab=new")


def test_rows_of_one_desk_are_not_those_of_another(officer: User) -> None:
    made = filed(2)
    at = now()
    assert set(Listing(officer.agency, DeskTab.ALL, at).slice(0, 9)) == set(made)
    other = factories.person("IN-MH-PUNE")
    assert Listing(other.agency, DeskTab.ALL, at).slice(0, 9) == []
    assert listed(other, "tab=all")[0] == []
    assert Report.objects.filter(pk__in=made).count() == 2
