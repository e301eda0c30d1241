"""Feedback: what a provider is told of its own reports, a day later, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests import factories
from tests.factories import drain, person
from tipline.core.config import load_config
from tipline.intake.cybertipline import credentials
from tipline.intake.doors import admission, outcomes
from tipline.intake.doors.models import Feedback, FeedbackDay
from tipline.intake.doors.outcomes import make_feedback
from tipline.investigation.retention import destroying
from tipline.investigation.retention.services import By, confirm, order, place_hold
from tipline.referrals.models import Referral, ReturnReason
from tipline.referrals.services import accept, return_up
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, ReporterCredential, Role
from tipline.trust.visibility import NOTHING, acting, provider_scope, scope_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DECIDED = ("accepted", "returned")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    credentials.forget_all()
    admission.forget_all()
    outcomes._months.cache_clear()
    at = [NOON]
    monkeypatch.setattr(outcomes, "now", lambda: at[0])
    return at


@pytest.fixture
def provider(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


def at_jalgaon(provider: Reporter, handle: str = "monsoon_kite_07") -> Report:
    report = factories.filed(provider, factories.synthetic(handle))
    drain()
    return report


def when(report: Report, at: datetime) -> None:
    """As if the desk had decided then."""
    Referral.objects.filter(report=report, state__in=DECIDED).update(state_at=at)


def returned(report: Report, reason: ReturnReason, at: datetime = NOON - timedelta(days=1)) -> Report:
    return_up(person("IN-MH-JALGAON"), [report.pk], reason, "a note of an officer")
    when(report, at)
    return report


def accepted(report: Report, at: datetime = NOON - timedelta(days=1)) -> Report:
    accept(person("IN-MH-JALGAON"), [report.pk])
    when(report, at)
    return report


def ask(provider: Reporter, **query: object) -> dict[str, Any]:
    answer = Client().get("/provider/feedback.json", query, **factories.basic(provider))
    assert answer.status_code == 200, answer.content
    found = json.loads(answer.content)
    assert isinstance(found, dict)
    return found


def told(provider: Reporter, **query: object) -> list[tuple[int, str, str, str]]:
    return [(f["report"], f["useful"], f["reason"], f["day"]) for f in ask(provider, **query)["feedback"]]


def test_each_decision_becomes_a_word_and_a_day(provider: Reporter) -> None:
    worked = accepted(at_jalgaon(provider))
    thin = returned(at_jalgaon(provider, "thin_1"), ReturnReason.INSUFFICIENT)
    elsewhere = returned(at_jalgaon(provider, "else_1"), ReturnReason.NOT_OUR_PLACE)
    twice = returned(at_jalgaon(provider, "twice_1"), ReturnReason.DUPLICATE)
    conflict = returned(at_jalgaon(provider, "conflict_1"), ReturnReason.CONFLICT)
    other = returned(at_jalgaon(provider, "other_1"), ReturnReason.OTHER)
    untouched = at_jalgaon(provider, "untouched_1")
    assert make_feedback() == 4
    day = "2026-11-24"
    assert told(provider) == [
        (worked.pk, "yes", "acted_on", day), (thin.pk, "no", "needs_more_identifiers", day),
        (elsewhere.pk, "not_yet_known", "not_our_place", day), (twice.pk, "no", "duplicate", day),
    ]  # fmt: skip
    assert not {conflict.pk, other.pk, untouched.pk} & {row[0] for row in told(provider)}
    found = ask(provider)
    assert found["months"] == [{"month": "2026-11", "yes": 1, "no": 2, "not_yet_known": 1}]
    assert {row["reason"] for row in found["feedback"]} <= found["reasons"].keys()
    text = json.dumps(found)
    for secret in ("JALGAON", "Jalgaon", "officer", "Person", "12:00", "agency.example"):
        assert secret not in text


def test_without_an_address_and_its_time_it_says_so(provider: Reporter) -> None:
    factories.standard_tree()
    report = factories.filed(provider, factories.synthetic("no_place", ip=""))
    drain()
    # nobody knows where it belongs, so the desk that has it is made one that got it
    jalgaon, state = factories.agency("IN-MH-JALGAON"), factories.agency("IN-MH-CYBER")
    Referral.objects.create(
        report=report, from_agency=state, to_agency=jalgaon, state="returned", return_reason="insufficient",
        sent_at=NOON - timedelta(days=2), state_at=NOON - timedelta(days=1), rule="person",
    )  # fmt: skip
    make_feedback()
    assert told(provider) == [(report.pk, "no", "needs_location", "2026-11-24")]


def test_what_was_decided_today_is_told_tomorrow(provider: Reporter, clock: list[datetime]) -> None:
    report = accepted(at_jalgaon(provider), datetime(2026, 11, 25, 0, 0, 0, tzinfo=UTC))
    last_second = accepted(at_jalgaon(provider, "late_1"), datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC))
    make_feedback()
    assert told(provider) == [(last_second.pk, "yes", "acted_on", "2026-11-24")]
    clock[0] += timedelta(days=1)
    make_feedback()
    assert [row[0] for row in told(provider)] == [last_second.pk, report.pk]


def test_within_a_day_the_order_of_acts_does_not_show(provider: Reporter) -> None:
    first, second, third = (at_jalgaon(provider, f"order_{n}") for n in range(3))
    for hour, report in enumerate((second, third, first)):
        accepted(report, datetime(2026, 11, 24, hour, tzinfo=UTC))
    make_feedback()
    assert [row[0] for row in told(provider)] == [first.pk, second.pk, third.pk]


def test_days_when_nothing_ran_are_made_up_for_and_nothing_twice(provider: Reporter, clock: list[datetime]) -> None:
    accepted(at_jalgaon(provider), NOON - timedelta(days=9))
    accepted(at_jalgaon(provider, "later_1"), NOON - timedelta(days=3))
    assert make_feedback() == 2
    assert FeedbackDay.objects.count() == 9
    assert [row[3] for row in told(provider)] == ["2026-11-16", "2026-11-22"]
    assert make_feedback() == 0
    assert FeedbackDay.objects.count() == 9
    # committed after its day was looked through: the next run looks at that day once more
    late = accepted(at_jalgaon(provider, "late_1"), datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
    assert make_feedback() == 1
    assert told(provider)[-1][0] == late.pk


def test_a_row_that_changes_comes_after_every_cursor(provider: Reporter, clock: list[datetime]) -> None:
    changing, staying = at_jalgaon(provider), at_jalgaon(provider, "stays_1")
    returned(changing, ReturnReason.INSUFFICIENT)
    returned(staying, ReturnReason.DUPLICATE)
    make_feedback()
    seen = ask(provider)
    assert [row["useful"] for row in seen["feedback"]] == ["no", "no"]
    assert ask(provider, after=seen["cursor"])["feedback"] == []
    assert ask(provider, after=seen["cursor"])["cursor"] == seen["cursor"]
    # the desk above works with it after all
    accept(person("IN-MH-CYBER"), [changing.pk])
    Referral.objects.filter(report=changing, state="accepted").update(state_at=NOON)
    clock[0] += timedelta(days=1)
    assert make_feedback() == 1
    assert told(provider, after=seen["cursor"]) == [(changing.pk, "yes", "acted_on", "2026-11-25")]
    assert ask(provider)["months"] == [{"month": "2026-11", "yes": 1, "no": 1, "not_yet_known": 0}]


def test_pages_lose_nothing_and_double_nothing(provider: Reporter) -> None:
    reports = [accepted(at_jalgaon(provider, f"page_{n}")) for n in range(5)]
    make_feedback()
    seen, cursor, more = [], "", True
    while more:
        page = ask(provider, after=cursor, limit=2)
        seen += [row["report"] for row in page["feedback"]]
        cursor, more = page["cursor"], page["more"]
    assert seen == [report.pk for report in reports]


def test_another_provider_and_a_stranger_get_nothing(provider: Reporter) -> None:
    accepted(at_jalgaon(provider))
    other = factories.provider("Clipwave")
    theirs = accepted(at_jalgaon(other, "theirs_1"))
    make_feedback()
    assert [row[0] for row in told(other)] == [theirs.pk]
    assert ask(other)["months"] == [{"month": "2026-11", "yes": 1, "no": 0, "not_yet_known": 0}]
    # a provider's positions are its own: they do not tell how much others were told
    assert ask(other)["cursor"] == ask(provider)["cursor"] == "1"
    for headers in ({}, factories.basic(provider, "a wrong password")):
        refused = Client().get("/provider/feedback.json", **headers)
        assert (refused.status_code, refused.content, refused["WWW-Authenticate"][:5]) == (401, b"", "Basic")
    # the second lock alone
    for scope, rows in ((NOTHING, 0), (provider_scope(other.pk), 1), (scope_of(person("IN-MH-JALGAON")), 0)):
        with acting(scope), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM doors_feedback")
            assert cursor.fetchone() == (rows,)


def test_the_sandbox_is_told_nothing(provider: Reporter) -> None:
    accepted(at_jalgaon(provider))
    make_feedback()
    ReporterCredential.objects.filter(reporter=provider).update(sandbox=True)
    assert ask(provider) == {
        "feedback": [],
        "cursor": "0",
        "more": False,
        "months": [],
        "reasons": outcomes.WORDS.reasons,
    }


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=9223372036854775808", "limit=0", "limit=1001", "after=١"]
)
def test_a_wrong_question_is_told_so(provider: Reporter, query: str) -> None:
    answer = Client().get(f"/provider/feedback.json?{query}", **factories.basic(provider))
    assert (answer.status_code, list(json.loads(answer.content))) == (400, ["error"])


def test_methods_limits_and_networks(provider: Reporter) -> None:
    headers = factories.basic(provider)
    assert Client().post("/provider/feedback.json", **headers).status_code == 405
    credentials.forget_all()
    Reporter.objects.filter(pk=provider.pk).update(burst=1, calls_per_second=0.1)
    admission.forget_all()
    assert Client().get("/provider/feedback.json", **headers).status_code == 200
    refused = Client().get("/provider/feedback.json", **headers)
    assert (refused.status_code, 9 <= int(refused["Retry-After"]) <= 11) == (503, True)
    credentials.forget_all()
    Reporter.objects.filter(pk=provider.pk).update(networks=["192.0.2.0/24"])
    assert Client().get("/provider/feedback.json", **headers).status_code == 403


def test_neither_a_hold_nor_a_destruction_shows(provider: Reporter, tmp_path: Path) -> None:
    def supervisor() -> By:
        somebody = person("IN-MH-JALGAON", Role.SUPERVISOR)
        return By.somebody(somebody, scope_of(somebody))

    held, gone, early = (at_jalgaon(provider, f"end_{n}") for n in range(3))
    place_hold(supervisor(), report_id=held.pk, authority="Court", reference="1")
    for report in (held, gone, early):
        accepted(report)

    def destroy(report: Report) -> None:
        made = order(supervisor(), reference="1", authority="Court", report_ids=[report.pk], court_order=True)
        confirm(supervisor(), made.pk)
        assert destroying.carry_out(load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")}), made.pk)

    destroy(early)  # before anything was told of it: nothing ever is
    make_feedback()
    before = ask(provider)
    assert [row["report"] for row in before["feedback"]] == [held.pk, gone.pk]
    destroy(gone)
    make_feedback()
    assert ask(provider) == before
    assert Feedback.objects.count() == 2


def test_it_is_made_in_a_few_statements_whatever_the_number(provider: Reporter) -> None:
    from django.test.utils import CaptureQueriesContext

    for n in range(6):
        accepted(at_jalgaon(provider, f"many_{n}"))
    with CaptureQueriesContext(connection) as few:
        assert make_feedback() == 6
    assert len(few) < 20
