"""The queue of what routing left to a person: sent on by somebody, one level down, with a reason; nothing goes by a guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import HttpResponse

from tests import factories
from tests.factories import drain
from tipline.core.clock import now
from tipline.demo.scenario import load
from tipline.referrals.models import Referral
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


@pytest.fixture
def unsure(reporter: Reporter) -> Report:
    """Two cities of Maharashtra."""
    scenario = load()
    entry = next(e for e in scenario.reports if e.handle == "two_cities")
    report = factories.filed(reporter, scenario.synthetic(entry, now()))
    drain()
    return report


@pytest.fixture
def nowhere(reporter: Reporter) -> Report:
    """No address at all."""
    report = factories.filed(reporter, factories.synthetic("no_address_9", ip=""))
    drain()
    return report


@pytest.fixture
def analyst(reporter: Reporter) -> User:
    return factories.person("US-NCMEC", Role.ANALYST)


def holder(report: Report) -> str:
    return str(report.holdings.get(held_until=None).agency.code)


def page(user: User, path: str = "/needs-a-person/") -> str:
    response = factories.signed_in(user).get(path)
    assert response.status_code == 200
    return response.content.decode()


def send(user: User, **form: object) -> HttpResponse:
    return factories.signed_in(user).post("/needs-a-person/", form, follow=True)  # type: ignore[return-value]


def test_each_report_says_why_and_which_desk_each_guess_leads_to(unsure: Report, analyst: User) -> None:
    text = page(analyst)
    assert "Its addresses lie in different districts of Maharashtra" in text
    assert "first to " in text and "on the way to Jalgaon district cyber police station" in text
    assert 'value="IN-MH-JALGAON"' in text and 'value="IN-MH-PUNE"' in text
    assert "checked" not in text  # no guess is chosen for anybody
    assert Entry.objects.filter(action="desk.read", actor_id=analyst.pk).exists()


def test_the_queue_says_when_its_logs_go(unsure: Report, analyst: User) -> None:
    text = page(analyst)
    assert "no time given" not in text
    assert 'class="clock' in text


def test_a_report_goes_one_level_down_and_the_note_says_for_whom(unsure: Report, analyst: User) -> None:
    done = send(analyst, report=[unsure.pk], reason="The newer address is Pune's", **{f"to-{unsure.pk}": "IN-MH-PUNE"})
    assert "1 report sent" in done.content.decode()
    assert holder(unsure) == "IN-NCRB"
    hop = Referral.objects.get(report=unsure)
    assert hop.rule == "person"
    assert hop.note == "For Pune district cyber police station (IN-MH-PUNE). The newer address is Pune's"
    assert "Nothing waits for a person" in page(analyst)


def test_several_go_with_one_reason_and_those_without_a_pick_to_the_common_desk(
    unsure: Report, nowhere: Report, analyst: User
) -> None:
    send(
        analyst, report=[unsure.pk, nowhere.pk], reason="India by language", to="IN-NCRB",
        **{f"to-{unsure.pk}": "IN-MH-JALGAON"},
    )  # fmt: skip
    assert {holder(unsure), holder(nowhere)} == {"IN-NCRB"}
    assert Referral.objects.get(report=nowhere).note == "India by language"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": "x", "to": "IN-NCRB"}, "Choose between 1 and 50 reports."),
        ({"report": True, "reason": " ", "to": "IN-NCRB"}, "Say in 1 to 2000 letters why they go there."),
        ({"report": True, "reason": "x"}, "Pick a desk below yours"),
        ({"report": True, "reason": "x", "to": "GB-NOWHERE"}, "Pick a desk below yours"),
        ({"report": True, "reason": "x", "to": "US-NCMEC"}, "Pick a desk below yours"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(
    unsure: Report, analyst: User, form: dict[str, object], words: str
) -> None:
    given = {**form, "report": [unsure.pk]} if form.get("report") else form
    answer = send(analyst, **given)
    assert answer.status_code == 422
    assert words in answer.content.decode() and "There is a problem" in answer.content.decode()
    assert holder(unsure) == "US-NCMEC"


def test_all_or_none(unsure: Report, nowhere: Report, analyst: User) -> None:
    answer = send(analyst, report=[unsure.pk, nowhere.pk], reason="x", **{f"to-{unsure.pk}": "IN-MH-PUNE"})
    assert answer.status_code == 422
    assert {holder(unsure), holder(nowhere)} == {"US-NCMEC"}
    assert f'value="{unsure.pk}" checked' in answer.content.decode()


def test_somebody_else_moved_it_meanwhile(unsure: Report, analyst: User) -> None:
    send(analyst, report=[unsure.pk], reason="x", to="IN-NCRB")
    again = send(analyst, report=[unsure.pk], reason="x", to="IN-NCRB")
    assert again.status_code == 422
    assert "no longer on your desk" in again.content.decode()


def test_the_queue_is_filtered_by_its_reason(unsure: Report, nowhere: Report, analyst: User) -> None:
    text = page(analyst, "/needs-a-person/?why=no-address")
    assert f"/reports/{nowhere.pk}/" in text and f"/reports/{unsure.pk}/" not in text
    assert 'No address <span class="count">1</span>' in text


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.STATISTICIAN, Role.TRAINEE])
def test_who_does_not_work_the_desk_gets_nothing(unsure: Report, role: Role) -> None:
    client = factories.signed_in(factories.person("US-NCMEC", role))
    assert client.get("/needs-a-person/").status_code == 403
    form = {"report": [unsure.pk], "reason": "x", "to": "IN-NCRB"}
    assert client.post("/needs-a-person/", form).status_code == 403
    assert holder(unsure) == "US-NCMEC"


def test_another_desk_neither_sees_nor_sends_it(unsure: Report) -> None:
    officer = factories.person("IN-NCRB")
    assert "two_cities" not in page(officer)
    answer = send(officer, report=[unsure.pk], reason="x", to="IN-MH-CYBER")
    assert answer.status_code == 404
    assert holder(unsure) == "US-NCMEC"
