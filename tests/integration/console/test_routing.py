"""Routing rules on the screen: drafted, tried on a sample, released, rolled back; and what-if. Only for who manages them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import HttpResponse

from tests import factories
from tests.factories import drain
from tipline.core.clock import now
from tipline.demo.scenario import load
from tipline.pipeline.routing.models import RulePreview, RuleSample, RuleSet, RuleSetState
from tipline.pipeline.routing.rules import STANDARD
from tipline.pipeline.routing.services import released
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry

BODY = STANDARD.read_text(encoding="utf-8")
# the same rules, but what points to Maharashtra stays at the state's desk
CHANGED = BODY.replace(
    '[[rules]]\nname = "majority"',
    """[[rules]]
name = "maharashtra-first"
text = "What points to Maharashtra stops at the state desk."
when = { all = [{ fact = "country", equals = "IN" }, { fact = "state", equals = "Maharashtra" }] }
then = { desks = [{ to = "state", role = "lead" }] }
because = "{place} is Maharashtra's, and the state desk reads it first"

[[rules]]
name = "majority\"""",
)


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


@pytest.fixture
def reports(reporter: Reporter) -> list[Report]:
    """One that goes to Jalgaon, and one that needs a person."""
    scenario = load()
    unsure = next(e for e in scenario.reports if e.handle == "two_cities")
    made = [
        factories.filed(reporter, factories.synthetic("monsoon_kite_07")),
        factories.filed(reporter, scenario.synthetic(unsure, now())),
    ]
    drain()
    return made


@pytest.fixture
def manager(reporter: Reporter) -> User:
    return factories.person("US-NCMEC", Role.SUPERVISOR)


def get(user: User, path: str, status: int = 200) -> str:
    response = factories.signed_in(user).get(path)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def post(user: User, path: str, **form: object) -> HttpResponse:
    return factories.signed_in(user).post(path, form, follow=True)  # type: ignore[return-value]


def drafted(user: User, body: str = CHANGED) -> RuleSet:
    answer = post(user, "/routing/draft/", title="Maharashtra first", note="As the state asked", body=body)
    assert answer.status_code == 200, answer.content.decode()
    return RuleSet.objects.get(state=RuleSetState.DRAFT)


def previewed(user: User, found: RuleSet, **form: object) -> RulePreview:
    answer = post(user, f"/routing/rules/{found.number}/preview/", **(form or {"name": "The last", "last": "50"}))
    assert answer.status_code == 200, answer.content.decode()
    return RulePreview.objects.latest("id")


# -- what is in force ------------------------------------------------------------------------------------------------------


def test_the_rules_in_force_are_told_in_sentences(manager: User) -> None:
    text = get(manager, "/routing/")
    assert "rule set 1" in text and "In force" in text
    assert "the first place&#x27;s share of the weight is less than 0.67" in text
    assert "<strong>Otherwise</strong> it goes to the desk of the place." in text
    assert "a person decides" in text


# -- drafts ----------------------------------------------------------------------------------------------------------------


def test_a_draft_begins_with_the_text_in_force_and_decides_nothing(manager: User) -> None:
    assert "countries-disagree" in get(manager, "/routing/draft/")
    made = drafted(manager)
    assert (made.title, made.note, made.state) == ("Maharashtra first", "As the state asked", "draft")
    assert made.based_on is not None and made.based_on.number == 1
    assert released().number == 1
    assert Entry.objects.filter(action="routing.rules_drafted", actor_id=manager.pk).count() == 1


def test_a_form_sent_by_a_browser_keeps_the_lines_as_they_are(manager: User) -> None:
    made = drafted(manager, CHANGED.replace("\n", "\r\n"))
    assert "\r" not in made.body
    text = get(manager, f"/routing/rules/{made.number}/")
    assert len(re.findall(r"<tr class=\"added\"", text)) == 7
    assert '<tr class="removed"' not in text
    assert '<span class="hidden">added</span>' in text and "lines the same" in text


def test_a_fault_is_told_with_its_line_and_the_text_is_kept(manager: User) -> None:
    body = BODY.replace('fact = "places"', 'fact = "plaices"').replace(
        "less_than = 0.6666666666666666", 'less_than = "x"'
    )
    line = next(n for n, text in enumerate(body.split("\n"), 1) if "plaices" in text)
    answer = post(manager, "/routing/draft/", title="Wrong", body=body)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"Line {line}, rule two-districts-equal: " in text and "there is no fact &#x27;plaices&#x27;" in text
    assert "countries-disagree" in text and "fact = &quot;plaices&quot;" in text  # the text stays in the form
    assert not RuleSet.objects.filter(state=RuleSetState.DRAFT).exists()


@pytest.mark.parametrize("body", ["", "not toml at all [", "[about]\n", "\x01", "x" * 70_000, "[" * 500])
def test_no_text_breaks_the_form(manager: User, body: str) -> None:
    answer = post(manager, "/routing/draft/", title="Hostile", body=body)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


def test_a_title_is_asked_for(manager: User) -> None:
    answer = post(manager, "/routing/draft/", title=" ", body=CHANGED)
    assert answer.status_code == 422
    assert "Give the draft a title" in answer.content.decode() and "maharashtra-first" in answer.content.decode()


def test_a_draft_changes_until_it_is_released(manager: User) -> None:
    made = drafted(manager)
    post(manager, f"/routing/rules/{made.number}/text/", title="Better", note="", body=CHANGED + "\n# more\n")
    made.refresh_from_db()
    assert made.title == "Better" and made.body.endswith("# more\n")
    assert get(manager, "/routing/rules/1/text/", 404)


def test_hostile_text_of_a_rule_is_shown_as_text(manager: User) -> None:
    body = CHANGED.replace("stops at the state desk.", "<script>alert(1)</script>\u202eevil")
    made = drafted(manager, body)
    for path in (f"/routing/rules/{made.number}/", f"/routing/rules/{made.number}/text/"):
        assert "<script>alert" not in get(manager, path)
    assert "\u202e" not in get(manager, f"/routing/rules/{made.number}/")


# -- previews --------------------------------------------------------------------------------------------------------------


def test_a_preview_says_who_would_get_what_and_moves_nothing(manager: User, reports: list[Report]) -> None:
    made = previewed(manager, drafted(manager))
    text = get(manager, f"/routing/previews/{made.pk}/")
    assert "1 of 2 reports would go elsewhere" in text
    assert f'href="/reports/{reports[0].pk}/"' in text and f'href="/reports/{reports[1].pk}/"' not in text
    for words in ("IN-MH-JALGAON", "IN-MH-CYBER", "1 fewer", "1 more", "rule maharashtra-first", "rule majority"):
        assert words in text, words
    assert reports[0].holdings.get(held_until=None).agency.code == "IN-MH-JALGAON"
    assert Entry.objects.filter(action="routing.rules_previewed", actor_id=manager.pk).count() == 1


def test_reports_that_would_newly_need_a_person_are_counted(manager: User, reports: list[Report]) -> None:
    body = BODY.replace("district = 0.6", "district = 0.99")
    made = previewed(manager, drafted(manager, body))
    text = get(manager, f"/routing/previews/{made.pk}/")
    assert "<strong>1</strong> of them to a person’s queue" in text and "newly needs a person" in text


def test_a_sample_is_kept_and_chosen_again(manager: User, reports: list[Report]) -> None:
    made = drafted(manager)
    previewed(manager, made, name="Both", numbers=f"{reports[0].pk}, {reports[1].pk}")
    sample = RuleSample.objects.get()
    assert "Both (2 reports)" in get(manager, f"/routing/rules/{made.number}/")
    assert previewed(manager, made, sample=str(sample.pk)).sample == sample
    # the button for a new one stands after the list, and so does what it sends
    both = previewed(manager, made, sample=[str(sample.pk), ""], name="One", numbers=str(reports[0].pk))
    assert both.sample.name == "One"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "", "last": "5"}, "Choose a sample, or give a new one a name"),
        ({"name": "x"}, "one of the two"),
        ({"name": "x", "last": "5", "numbers": "1"}, "one of the two"),
        ({"name": "x", "last": "0"}, "Give a number from 1 to"),
        ({"name": "x", "last": "ten"}, "Give a number from 1 to"),
        ({"name": "x", "numbers": "12 abc"}, "report numbers"),
        ({"name": "x", "numbers": "987654321"}, "does not exist"),
        ({"sample": "77"}, "Choose a sample from the list"),
    ],
)
def test_what_is_wrong_with_a_sample_is_said(
    manager: User, reports: list[Report], form: dict[str, object], words: str
) -> None:
    made = drafted(manager)
    answer = post(manager, f"/routing/rules/{made.number}/preview/", **form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not RulePreview.objects.exists()


# -- release and rolling back -----------------------------------------------------------------------------------------------


def test_only_what_was_previewed_as_it_stands_is_released(manager: User, reports: list[Report]) -> None:
    made = drafted(manager)
    page = get(manager, f"/routing/rules/{made.number}/release/")
    assert "Preview it first" in page and "Release it" not in page
    assert post(manager, f"/routing/rules/{made.number}/release/").status_code == 422
    previewed(manager, made)
    assert "Release…" in get(manager, f"/routing/rules/{made.number}/")
    page = get(manager, f"/routing/rules/{made.number}/release/")
    assert "1 would go elsewhere" in page and "1 → 0" in page and "0 → 1" in page and "Release it" in page
    post(manager, f"/routing/rules/{made.number}/text/", title="Other", body=CHANGED + "\n# other\n")
    assert post(manager, f"/routing/rules/{made.number}/release/").status_code == 422
    assert "has changed since" in get(manager, f"/routing/previews/{RulePreview.objects.get().pk}/")
    assert released().number == 1


def test_a_released_change_decides_and_is_rolled_back_with_a_reason(
    manager: User, reporter: Reporter, reports: list[Report]
) -> None:
    made = drafted(manager)
    previewed(manager, made)
    assert "is in force" in post(manager, f"/routing/rules/{made.number}/release/", note="Agreed").content.decode()
    assert released().number == made.number
    assert "No longer in force" in get(manager, "/routing/")
    page = get(manager, "/routing/rules/1/")
    assert "Roll back to this" in page
    refused = post(manager, "/routing/rules/1/roll-back/", note=" ")
    assert refused.status_code == 422 and "letters why" in refused.content.decode()
    post(manager, "/routing/rules/1/roll-back/", note="Jalgaon waited")
    assert released().number == 1
    for action in ("routing.rules_released", "routing.rules_rolled_back"):
        assert Entry.objects.filter(action=action, actor_id=manager.pk).count() == 1
    assert post(manager, "/routing/rules/1/roll-back/", note="again").status_code == 422


def test_release_and_rolling_back_ask_for_a_fresh_sign_in(manager: User, reports: list[Report]) -> None:
    made = drafted(manager)
    previewed(manager, made)
    stale = factories.signed_in(manager, fresh=False)
    for path in (f"/routing/rules/{made.number}/release/", "/routing/rules/1/roll-back/"):
        assert stale.post(path, {"note": "x"})["Location"].startswith("/confirm/")
    assert released().number == 1


# -- what if ---------------------------------------------------------------------------------------------------------------


def ask(user: User, status: int = 200, **query: str) -> str:
    response = factories.signed_in(user).get("/routing/what-if/", {"ask": "1", **query})
    assert response.status_code == status
    return response.content.decode()


def test_what_if_says_which_rule_fires_and_the_whole_way(manager: User) -> None:
    text = ask(manager, country="IN", state="Maharashtra", district="Jalgaon", confidence="0.95")
    assert "Rule <code>majority</code>" in text
    assert "It goes to IN-MH-JALGAON at once, by the standing rules on its way." in text
    assert "US-NCMEC</a> → <a" in text and "Way to IN-MH-JALGAON" in text
    assert 'value="Jalgaon"' in text  # the form keeps the question


def test_what_if_says_what_nearly_fired_and_what_was_missing(manager: User) -> None:
    text = ask(manager, country="IN", state="Maharashtra", district="Jalgaon", confidence="0.58")
    assert "Needs a person" in text and "Rule <code>too-unsure</code>" in text
    assert "confidence is 0.58" in text or "0.58" in text


def test_a_report_fills_the_form_and_a_change_is_named(manager: User, reports: list[Report]) -> None:
    text = get(manager, f"/routing/what-if/?report={reports[0].pk}")
    assert f"What becomes of report {reports[0].pk}" in text and 'value="Jalgaon"' in text and "majority" in text
    assert Entry.objects.filter(action="report.routing_explained", object_id=str(reports[0].pk)).count() == 1
    text = ask(
        manager, report=str(reports[0].pk), country="IN", state="Maharashtra", district="Pune", confidence="0.95"
    )
    assert "What would become of it" in text and "IN-MH-PUNE" in text
    assert "places: IN, Maharashtra, Pune, 0.95" in text


def test_a_draft_is_asked_before_it_is_released(manager: User) -> None:
    made = drafted(manager)
    text = ask(
        manager, country="IN", state="Maharashtra", district="Jalgaon", confidence="0.95", rules=str(made.number)
    )
    assert "maharashtra-first" in text and "IN-MH-CYBER" in text


@pytest.mark.parametrize(
    "query",
    [
        {"country": "India"}, {"country": "IN", "confidence": "1.5"}, {"country": "IN", "confidence": "nan"},
        {"country": "IN", "district": "Jalgaon"}, {"priority": "101"}, {"priority": "-1"}, {"at": "tomorrow"},
        {"rules": "first"}, {"channel": "pigeon"}, {"receiving": "XX-NOBODY"}, {"report": "abc"},
        {"country": "\u0661\u0662"}, {"at": "9999-12-31T23:59"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_and_nothing_breaks(manager: User, query: dict[str, str]) -> None:
    response = factories.signed_in(manager).get("/routing/what-if/", {"ask": "1", **query})
    assert response.status_code in {200, 422}
    if "at" not in query or query["at"] == "tomorrow":
        assert "There is a problem" in response.content.decode()


def test_a_report_of_another_agency_is_not_explained(reports: list[Report]) -> None:
    stranger = factories.person("IN-GJ-CYBER", Role.SUPERVISOR)
    text = get(stranger, f"/routing/what-if/?report={reports[0].pk}", 422)
    assert "There is no such report" in text and "Jalgaon" not in text.split("<datalist")[0]


# -- the wrong person ------------------------------------------------------------------------------------------------------

PATHS = (
    "/routing/", "/routing/draft/", "/routing/rules/1/", "/routing/rules/1/text/", "/routing/rules/1/release/",
    "/routing/rules/1/roll-back/", "/routing/what-if/", "/routing/previews/1/",
)  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPERVISOR])
def test_other_roles_get_nothing(reporter: Reporter, role: Role) -> None:
    client = factories.signed_in(factories.person("US-NCMEC", role))
    released()
    for path in PATHS:
        assert client.get(path).status_code == 403, path
    assert client.post("/routing/draft/", {"title": "x", "body": CHANGED}).status_code == 403
    assert client.post("/routing/rules/1/preview/", {"name": "x", "last": "5"}).status_code == 403
    assert 'href="/routing/"' not in client.get("/agencies/").content.decode()
    assert RuleSet.objects.count() == 1


def test_a_district_manages_no_rules(reporter: Reporter) -> None:
    client = factories.signed_in(factories.person("IN-MH-JALGAON", Role.SUPERVISOR))
    for path in PATHS:
        assert client.get(path).status_code == 404, path
    assert 'href="/routing/"' not in client.get("/agencies/").content.decode()


def test_another_agency_s_preview_and_sample_are_not_there(manager: User, reports: list[Report]) -> None:
    made = drafted(manager)
    preview = previewed(manager, made)
    stranger = factories.person("IN-GJ-CYBER", Role.SUPERVISOR)
    assert get(stranger, f"/routing/previews/{preview.pk}/", 404)
    text = get(stranger, f"/routing/rules/{made.number}/")
    assert "The last" not in text.replace("The last reports", "")
    assert post(stranger, f"/routing/rules/{made.number}/release/").status_code == 422
    answer = post(stranger, f"/routing/rules/{made.number}/preview/", sample=str(preview.sample_id))
    assert answer.status_code == 422
