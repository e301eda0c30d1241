"""The desk and the acts on it, as its people work with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import factories
from tests.factories import drain
from tipline.console.desk import pages, views
from tipline.core.clock import now
from tipline.demo.scenario import load
from tipline.demo.synthetic import report_xml
from tipline.investigation.cases.models import Case
from tipline.pipeline.triage.models import Score, ScoreKind
from tipline.reports.models import Report
from tipline.reports.services import finish, open_report
from tipline.trust.accounts.models import Reporter, Role, User

WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY)
    return factories.provider()


@pytest.fixture
def officer(reporter: Reporter) -> User:
    return factories.person("IN-MH-JALGAON")


def page(user: User, path: str) -> str:
    response = factories.signed_in(user).get(path)
    assert response.status_code == 200
    return response.content.decode()


def tabs(text: str) -> dict[str, int]:
    """The piles as the tabs show them."""
    return {label: int(n) for label, n in re.findall(r'>([A-Z][a-z ]+) <span class="count">(\d+)</span></a>', text)}


INVITE = "Ask a desk to take part"


QUEUE = ["Take it on", "Give to somebody", "Let rest", "Only informs"]


def buttons(text: str) -> list[str]:
    return re.findall(r'<button name="verb"[^>]*>([^<]+)<', text)


def rows(text: str) -> list[int]:
    return [int(n) for n in re.findall(r'role="rowheader"><a href="/reports/(\d+)/"', text)]


def abstained(reporter: Reporter) -> Report:
    scenario = load()
    entry = next(e for e in scenario.reports if e.handle == "two_cities")
    return factories.filed(reporter, scenario.synthetic(entry, now()))


def test_what_routing_left_to_a_person_has_a_pile_of_its_own(reporter: Reporter) -> None:
    report = abstained(reporter)
    factories.filed(reporter, factories.synthetic("sure"))
    drain()
    analyst = factories.person("US-NCMEC", Role.ANALYST)
    text = page(analyst, "/desk/?tab=person")
    assert tabs(text) == {"New": 1, "Needs a person": 1, "Accepted": 0, "Sent on": 1, "All": 2}
    assert rows(text) == [report.pk]
    assert "its addresses lie in different districts of Maharashtra" in text


def test_the_pile_goes_away_with_the_last_report_that_needs_a_person(reporter: Reporter, officer: User) -> None:
    factories.filed(reporter, factories.synthetic("sure"))
    drain()
    assert "Needs a person" not in tabs(page(officer, "/desk/"))


def test_a_desk_is_offered_only_the_acts_that_it_has(reporter: Reporter, officer: User) -> None:
    abstained(reporter)
    factories.filed(reporter, factories.synthetic("sure"))
    drain()
    assert buttons(page(officer, "/desk/")) == [
        "Accept into a case", "Put into an open case", "Return", *QUEUE, "Acknowledge", "Put together", "Part again", INVITE,
    ]  # fmt: skip
    assert buttons(page(factories.person("US-NCMEC", Role.ANALYST), "/desk/")) == [
        "Forward", *QUEUE, "Draft a forward", INVITE,
    ]  # fmt: skip
    assert buttons(page(factories.person("IN-MH-JALGAON", Role.INVESTIGATOR), "/desk/")) == []


def test_a_report_page_offers_the_same_acts_while_the_report_is_new_here(reporter: Reporter, officer: User) -> None:
    report = factories.filed(reporter, factories.synthetic("sure"))
    drain()
    path = f"/reports/{report.pk}/"
    assert buttons(page(officer, path)) == [
        "Accept into a case", "Put into an open case", "Return", "Acknowledge", INVITE,
    ]  # fmt: skip
    assert buttons(page(factories.person("IN-MH-CYBER"), path)) == []
    assert buttons(page(factories.person("IN-MH-JALGAON", Role.INVESTIGATOR), path)) == []
    factories.signed_in(officer).post(
        "/desk/act/", {"verb": "accept", "report": [report.pk], "step": "do", "title": "Sure"}
    )
    assert buttons(page(officer, path)) == []


def test_a_report_that_no_desk_was_found_for_is_forwarded_from_its_page(reporter: Reporter) -> None:
    report = abstained(reporter)
    drain()
    assert buttons(page(factories.person("US-NCMEC", Role.ANALYST), f"/reports/{report.pk}/")) == [
        "Forward", "Draft a forward", INVITE,
    ]  # fmt: skip


def test_a_desk_with_nobody_below_is_told_so(reporter: Reporter) -> None:
    report = factories.filed(reporter, factories.synthetic("sure"))
    drain()
    client = factories.signed_in(factories.person("IN-GJ-CYBER"))
    text = client.post("/desk/act/", {"verb": "forward", "report": [report.pk]}).content.decode()
    assert "No active agency is below yours" in text and "sure" not in re.findall(r'class="handle">([^<]+)', text)


def test_urgent_first_then_priority_then_what_came_first(reporter: Reporter, officer: User) -> None:
    filed = {name: factories.filed(reporter, factories.synthetic(name)).pk for name in ("a", "b", "high", "urgent")}
    Report.objects.filter(pk=filed["urgent"]).update(escalated=True)
    drain()
    Score.objects.filter(report_id=filed["high"], kind=ScoreKind.PRIORITY).update(score=70)
    assert rows(page(officer, "/desk/")) == [filed["urgent"], filed["high"], filed["a"], filed["b"]]
    assert rows(page(officer, "/desk/?tab=all")) == sorted(
        filed.values(), reverse=True
    )  # looking back: the latest first


def test_choosing_all_on_the_page_needs_no_script(reporter: Reporter, officer: User) -> None:
    for number in range(3):
        factories.filed(reporter, factories.synthetic(f"h{number}"))
    drain()
    assert page(officer, "/desk/").count(" checked") == 0
    assert page(officer, "/desk/?tab=new&choose=all").count(" checked") == 3


def test_pages_stay_in_their_pile(reporter: Reporter, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    for number in range(3):
        factories.filed(reporter, factories.synthetic(f"h{number}"))
    drain()
    text = page(officer, "/desk/?tab=all")
    assert len(rows(text)) == 2
    assert 'href="?tab=all&amp;page=2"' in text
    assert len(rows(page(officer, "/desk/?tab=all&page=2"))) == 1


def test_what_was_sent_on_says_who_has_it_now(reporter: Reporter, officer: User) -> None:
    report = factories.filed(reporter, factories.synthetic("sure"))
    drain()
    text = page(factories.person("IN-NCRB"), "/desk/?tab=sent-on")
    assert rows(text) == [report.pk]
    assert "Jalgaon district cyber police station" in text
    assert "Accepted" not in re.findall(r'class="badge [^"]*">([^<]+)<', text)


def test_the_form_of_an_act_lists_what_was_chosen(reporter: Reporter, officer: User) -> None:
    report = factories.filed(reporter, factories.synthetic("sure"))
    drain()
    text = factories.signed_in(officer).post("/desk/act/", {"verb": "return", "report": [report.pk]}).content.decode()
    assert f"Report {report.pk}</a>" in text and '<span class="handle">sure</span>' in text


def test_the_form_of_an_act_shows_nothing_of_another_desks_report(reporter: Reporter, officer: User) -> None:
    theirs = factories.filed(reporter, factories.synthetic("theirs", "192.0.2.70"))
    drain()
    text = factories.signed_in(officer).post("/desk/act/", {"verb": "return", "report": [theirs.pk]}).content.decode()
    assert "theirs" not in text
    assert "None of them is new on your desk any more" in text


def test_one_report_is_put_together_with_nothing(reporter: Reporter, officer: User) -> None:
    report = factories.filed(reporter, factories.synthetic("alone"))
    drain()
    client = factories.signed_in(officer)
    text = client.post("/desk/act/", {"verb": "merge", "report": [report.pk]}, follow=True).content.decode()
    assert "Choose between 2 and 500 reports first" in text
    assert rows(text) == [report.pk]


def test_a_fault_in_the_form_is_told_at_the_top_and_at_its_field(reporter: Reporter, officer: User) -> None:
    report = factories.filed(reporter, factories.synthetic("sure"))
    drain()
    client = factories.signed_in(officer)
    act = {"report": [report.pk], "step": "do"}
    response = client.post("/desk/act/", {**act, "verb": "return", "reason": "other"})
    text = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#note">Say in a sentence why it goes back.</a>' in text
    assert 'id="note-error"' in text and "<title>Error: Return" in text
    text = client.post(
        "/desk/act/", {**act, "verb": "accept", "title": "", "section": ["IN-POCSO-15"]}
    ).content.decode()
    assert 'id="first-field-error"' in text
    ticked = re.findall(r'name="section" value="([^"]+)" checked', text)
    assert ticked == ["IN-POCSO-15"]  # what the officer had chosen stays chosen


def test_somebody_was_faster(reporter: Reporter, officer: User) -> None:
    report = factories.filed(reporter, factories.synthetic("sure"))
    drain()
    client = factories.signed_in(officer)
    act = {"verb": "accept", "report": [report.pk], "step": "do", "title": "Mine"}
    client.post("/desk/act/", act)
    late = client.post("/desk/act/", {**act, "title": "Mine too"})
    assert late.status_code == 422
    # who was faster, and when
    told = f'<a href="#chosen">Report {report.pk} is already accepted by {officer.name}, on '
    assert told in late.content.decode() and "UTC. Nothing was changed.</a>" in late.content.decode()
    assert Case.objects.count() == 1


def test_a_childs_identifier_links_nothing_and_is_shown_nowhere(reporter: Reporter, officer: User) -> None:
    victim = (
        b"<victim><victimPerson><email>shared@mail.example</email></victimPerson>"
        b"<screenName>child_handle</screenName></victim></report>"
    )
    body = report_xml(factories.synthetic("one")).replace(b"</report>", victim)
    opened = open_report(reporter, factories.document(body), factories.header())
    finish(reporter, opened.report_id)
    other = factories.filed(reporter, factories.synthetic("two", "192.0.2.12", email="shared@mail.example"))
    drain()
    text = page(officer, f"/reports/{opened.report_id}/")
    assert "shared@mail.example" not in text and "child_handle" not in text
    assert f"/reports/{other.pk}/" not in text
    assert "Withheld: identifiers and names of a child" in text


def test_names_that_accounts_give_themselves_are_shown_as_given(reporter: Reporter, officer: User) -> None:
    body = report_xml(factories.synthetic("one"))
    body = body.replace(b"</screenName>", b"</screenName><displayName>Kite &lt;3</displayName>")
    opened = open_report(reporter, factories.document(body), factories.header())
    finish(reporter, opened.report_id)
    drain()
    assert "Kite &lt;3" in page(officer, f"/reports/{opened.report_id}/")


def test_a_fault_of_ours_is_a_page_in_the_same_clothes(
    reporter: Reporter, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("made by a test")

    monkeypatch.setattr(views, "counts", broken)
    client = factories.signed_in(officer)
    client.raise_request_exception = False
    response = client.get("/desk/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
    assert "made by a test" not in response.content.decode()
    assert "Content-Security-Policy" in response.headers
