"""Clocks of cases: what starts and ends them, who may stop them, the wall, the calendar, and that nobody else sees them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.legal.clocks import services
from tipline.investigation.legal.clocks.models import Clock, FileKind
from tipline.investigation.legal.clocks.queries import Lane, clocks_of, lane_of, visible_clocks, wall
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role, User
from tipline.trust.actors import system
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db

IDS = ("child-welfare-committee", "special-court")  # what `child.known` starts


@pytest.fixture
def officer(tmp_path: Path) -> User:
    tokens.forget_all()
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return person("IN-MH-JALGAON", Role.SUPERVISOR)


@pytest.fixture
def case(officer: User) -> Case:
    report = factories.filed(factories.provider())
    drain()
    made = open_case(officer, [report.pk], "Kite")
    Clock.objects.all().delete()  # what opening a case starts is not what is looked at here
    return made


def tell(case: Case, name: str, at: datetime | None = None, subject: str = "") -> None:
    services.event(name, case.agency, at or now(), case_id=case.pk, subject=subject)


def running(case: Case) -> dict[str, Clock]:
    return {clock.clock_id: clock for clock in Clock.objects.filter(case=case, ended_at=None)}


def test_an_event_starts_what_the_file_says_and_another_ends_it(case: Case) -> None:
    at = now()
    tell(case, "child.known", at)
    assert set(running(case)) == {"child-welfare-committee", "special-court"}
    assert running(case)["special-court"].due_at == at + timedelta(hours=24)
    tell(case, "child.cwc_notified", at + timedelta(hours=25))
    assert set(running(case)) == {"special-court"}
    ended = Clock.objects.get(clock_id="child-welfare-committee")
    assert (ended.ended_by, ended.ended_at) == ("child.cwc_notified", at + timedelta(hours=25))
    acts = Entry.objects.filter(action__startswith="clock.", detail__clock__in=[*IDS, None]).values_list(
        "action", flat=True
    )
    assert sorted(acts) == ["clock.started", "clock.started"]
    assert Entry.objects.filter(action="clock.ended", object_id=str(ended.pk)).count() == 1


def test_an_event_that_is_told_twice_starts_nothing_twice_and_moves_nothing(case: Case) -> None:
    at = now()
    tell(case, "child.known", at)
    tell(case, "child.known", at + timedelta(hours=5))
    assert running(case)["special-court"].due_at == at + timedelta(hours=24)
    assert Entry.objects.filter(action="clock.started", detail__clock__in=IDS).count() == 2


def test_a_clock_ended_may_be_started_again(case: Case) -> None:
    for _ in range(2):
        tell(case, "case.preliminary_permitted")
        tell(case, "case.fir_registered")
    assert Clock.objects.filter(clock_id="preliminary-enquiry").count() == 2


def test_a_reply_ends_the_clock_of_its_own_request_only_and_the_end_of_the_case_all(case: Case) -> None:
    tell(case, "request.sent.assistance", subject="request:1")
    tell(case, "request.sent.assistance", subject="request:2")
    tell(case, "request.replied", subject="request:1")
    assert [clock.subject for clock in Clock.objects.filter(case=case, ended_at=None)] == ["request:2"]
    tell(case, "case.closed")
    assert not running(case)


def test_what_is_told_together_takes_as_many_statements_as_one(case: Case) -> None:
    def tell_all(numbers: range, name: str) -> int:
        told = [services.Happening(name, f"request:{number}") for number in numbers]
        with CaptureQueriesContext(connection) as asked:
            services.events(told, case.agency, now(), case_id=case.pk)
        return len(asked)

    one = tell_all(range(1), "request.sent.production")
    assert tell_all(range(1, 60), "request.sent.production") == one
    assert Clock.objects.filter(case=case, ended_at=None, clock_id="production").count() == 60
    assert tell_all(range(1, 60), "request.replied") <= one + 2
    assert list(Clock.objects.filter(case=case, ended_at=None).values_list("subject", flat=True)) == ["request:0"]


def test_the_platforms_year_counts_from_when_the_first_report_was_received(case: Case) -> None:
    tell(case, "case.opened")
    received = case.case_reports.get().report.received_at
    clock = running(case)["provider-preserves"]
    assert clock.started_at == received
    assert clock.due_at.date() == received.replace(year=received.year + 1).date()


def test_a_clock_of_practice_stands_still_and_its_end_moves_by_as_long(case: Case, officer: User) -> None:
    tell(case, "request.sent.preservation", now() - timedelta(days=1), "request:1")
    clock = running(case)["preservation-reply"]
    services.pause(officer, clock.pk, "The nodal officer is on leave")
    Clock.objects.filter(pk=clock.pk).update(paused_at=now() - timedelta(hours=10))
    services.resume(officer, clock.pk)
    again = running(case)["preservation-reply"]
    assert again.due_at - clock.due_at >= timedelta(hours=10)
    assert again.paused_at is None and again.pauses.get().reason == "The nodal officer is on leave"


def test_nobody_stops_a_clock_of_the_law_but_a_person_may_say_that_it_is_done(case: Case, officer: User) -> None:
    tell(case, "child.known")
    clock = running(case)["child-welfare-committee"]
    with pytest.raises(ConflictError, match=r"POCSO Act 2012 s\.19"):
        services.pause(officer, clock.pk, "Please")
    with pytest.raises(InvalidInputError, match="reason"):
        services.finish(officer, clock.pk, "  ")
    services.finish(officer, clock.pk, "Told by telephone, entry 12")
    ended = Clock.objects.get(pk=clock.pk)
    assert (ended.ended_by, ended.ended_why) == (officer.email, "Told by telephone, entry 12")
    with pytest.raises(ConflictError, match="ended already"):
        services.finish(officer, clock.pk, "Again")


def test_one_that_ran_out_cannot_be_stopped_afterwards(case: Case, officer: User) -> None:
    tell(case, "request.sent.production", now() - timedelta(days=60), "request:1")
    with pytest.raises(ConflictError, match="ran out"):
        services.pause(officer, running(case)["production"].pk, "Too late")


def test_lanes(case: Case, officer: User) -> None:
    at = now()
    tell(case, "request.sent.assistance", at - timedelta(hours=80), "request:1")
    tell(case, "request.sent.assistance", at - timedelta(hours=65), "request:2")
    tell(case, "request.sent.assistance", at, "request:3")
    tell(case, "request.sent.production", at, "request:4")
    services.pause(officer, Clock.objects.get(subject="request:4").pk, "Asked for more time")
    with acting(scope_of(officer)) as scope:
        found = wall(scope, officer.agency)
        assert {lane: [c.subject for c in clocks] for lane, clocks in found.lanes.items()} == {
            Lane.OVER: ["request:1"], Lane.WARNING: ["request:2"], Lane.RUNNING: ["request:3"], Lane.PAUSED: ["request:4"],
        }  # fmt: skip
        assert found.total == 4
        few = wall(scope, officer.agency, most=0)
        assert few.more[Lane.OVER] == 1 and few.total == 4
        assert {lane_of(c, at) for c in clocks_of(scope, case)} == set(Lane)


def test_a_rule_that_changes_does_not_change_a_clock_that_runs(case: Case, tmp_path: Path) -> None:
    tell(case, "request.sent.production", subject="request:1")
    own = tmp_path / "own.toml"
    text = """
country = "IN"
[about]
title = "Ours"
version = "2026.1"
source = "Standing order 12"
licence = "-"
as_of = "2026-11-28"
[[clocks]]
id = "production"
label = "Reply, by our order"
starts = "request.sent.production"
ends = ["request.replied"]
days = 10
warn_hours = 24
consequence = "Remind"
law = "Practice: standing order 12"
by_law = false
source = "Standing order 12"
as_of = "2026-11-28"
"""
    own.write_text(text)
    services.import_file(own, FileKind.CLOCKS, system("tests"))
    tell(case, "request.sent.production", subject="request:2")
    spans = {c.subject: c.definition["days"] for c in Clock.objects.filter(clock_id="production")}
    assert spans == {"request:1": 30, "request:2": 10}
    assert Clock.objects.get(subject="request:2").file == "Ours 2026.1"
    own.write_text(text.replace("days = 10", "days = 11"))
    with pytest.raises(InvalidInputError, match="give the file a new version"):
        services.import_file(own, FileKind.CLOCKS, system("tests"))


def test_holidays_that_were_imported_count_for_their_state(case: Case, tmp_path: Path) -> None:
    start = datetime(2026, 11, 2, 5, tzinfo=UTC)
    days = "\n".join(
        f'[[holidays]]\nname = "Day {n}"\non = 2026-11-0{n}\nstates = ["{state}"]'
        for n, state in ((3, "Maharashtra"), (4, "Bihar"))
    )
    file = tmp_path / "days.toml"
    file.write_text(
        f'country = "IN"\n[about]\ntitle = "T"\nversion = "1"\nsource = "s"\nlicence = "-"\nas_of = "2026-11-28"\n{days}\n'
    )
    services.import_file(file, FileKind.HOLIDAYS, system("tests"))
    tell(case, "request.sent.preservation", start, "request:1")
    assert running(case)["preservation-reply"].due_at == start + timedelta(days=4)


def test_who_sees_and_stops_a_clock(case: Case, officer: User) -> None:
    tell(case, "child.known")
    clock = running(case)["special-court"]
    investigator = person("IN-MH-JALGAON", Role.INVESTIGATOR)
    analyst = person("IN-MH-JALGAON", Role.ANALYST)
    others = [person("IN-MH-CYBER", Role.SUPERVISOR), person("IN-MH-PUNE", Role.SUPERVISOR), investigator]
    for other in others:
        with acting(scope_of(other)) as scope:
            assert not visible_clocks(scope).exists()
            assert not Clock.objects.exists(), "row-level security lets it through"
            with pytest.raises(NotFoundError):
                services.finish(other, clock.pk, "x")
    with acting(scope_of(analyst)), pytest.raises(NotPermittedError):
        services.finish(analyst, clock.pk, "x")
    assign(officer, case, investigator)
    with acting(scope_of(investigator)) as scope:
        assert visible_clocks(scope).count() == 2
        services.finish(investigator, clock.pk, "Told")


# -- the pages, the calendar, the API --------------------------------------------------------------------------------------------


@pytest.fixture
def browser(officer: User) -> Client:
    return signed_in(officer)


def test_the_wall_says_what_is_over_and_what_follows(case: Case, browser: Client) -> None:
    tell(case, "child.known", now() - timedelta(hours=30))
    page = browser.get("/clocks/").content.decode()
    assert "6 hours late" in page and "Report the child to the Special Court" in page
    assert case.number in page and "the officer&#x27;s own" in page and "POCSO Act 2012 s.19(6)" in page
    screen = browser.get("/clocks/?screen=1")
    assert screen["Refresh"] == "60" and "<form" not in screen.content.decode().partition("<main")[2]


def test_a_clock_is_stopped_and_ended_by_a_form(case: Case, browser: Client) -> None:
    tell(case, "request.sent.production", subject="request:1")
    clock = running(case)["production"]
    told = browser.post(f"/clocks/{clock.pk}/", {"verb": "pause", "reason": ""}, follow=True).content.decode()
    assert "Give a reason" in told
    browser.post(f"/clocks/{clock.pk}/", {"verb": "pause", "reason": "Strike", "back": "case"})
    page = browser.get(f"/cases/{case.pk}/clocks/").content.decode()
    assert "Standing still" in page and "Strike" in page
    browser.post(f"/clocks/{clock.pk}/", {"verb": "resume", "back": "case"})
    browser.post(f"/clocks/{clock.pk}/", {"verb": "finish", "reason": "Came by post", "back": "case"})
    page = browser.get(f"/cases/{case.pk}/clocks/").content.decode()
    assert "Came by post" in page and "Ended" in page


def test_rules_are_told_with_their_sources(browser: Client, officer: User) -> None:
    page = browser.get("/clocks/rules/").content.decode()
    assert "18 USC 2258A(h)" in page and "BNSS 2023 s.173(3)" in page and "Maharashtra Day" in page


def _events(body: bytes) -> list[Any]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_the_calendar_names_numbers_and_rings_before(case: Case, browser: Client) -> None:
    tell(case, "case.preliminary_permitted")
    answer = browser.get("/clocks/clocks.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = _events(answer.content)
    clock = running(case)["preliminary-enquiry"]
    assert event["SUMMARY"] == f"End the preliminary enquiry ({case.number})"
    assert event["DTSTART"].dt.replace(microsecond=0) == clock.due_at.replace(microsecond=0)
    assert event.walk("VALARM")[0]["TRIGGER"].dt == timedelta(hours=-72)
    assert "Kite" not in answer.content.decode()


def test_a_calendar_program_gives_the_token_as_a_password(case: Case, officer: User) -> None:
    tell(case, "case.preliminary_permitted")
    token = factories.token(officer, "cases:read")
    pair = base64.b64encode(f"anything:{token}".encode()).decode()
    answer = Client().get("/api/v1/clocks.ics", headers={"authorization": f"Basic {pair}"})
    assert answer.status_code == 200 and len(_events(answer.content)) == 1
    asked = Client().get("/api/v1/clocks.ics")
    assert asked.status_code == 401 and asked["WWW-Authenticate"].startswith('Basic realm="Tipline"')
    wrong = base64.b64encode(b"anything:tipline_no").decode()
    assert Client().get("/api/v1/clocks.ics", headers={"authorization": f"Basic {wrong}"}).status_code == 401
    reports_only = factories.token(officer, "reports:read")
    pair = base64.b64encode(f"x:{reports_only}".encode()).decode()
    assert Client().get("/api/v1/clocks.ics", headers={"authorization": f"Basic {pair}"}).status_code == 403
    rows = Client().get("/api/v1/clocks", **factories.bearer(token)).json()  # type: ignore[arg-type]
    assert [row["clock"] for row in rows] == ["preliminary-enquiry"] and rows[0]["state"] == "running"
