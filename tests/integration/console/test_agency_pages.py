"""The page of an agency, and what its supervisor sets there: standing rule, office hours."""

from __future__ import annotations

from datetime import time

import pytest
from django.http import HttpResponse

from tests import factories
from tipline.referrals.models import StandingRule
from tipline.trust.accounts.models import Role, User
from tipline.trust.agencies.models import DeskCalendar
from tipline.trust.agencies.services import set_oversight
from tipline.trust.audit.models import Entry

STATE = "/agencies/IN-MH-CYBER/"
DISTRICT = "/agencies/IN-MH-JALGAON/"


@pytest.fixture
def supervisor(db: None) -> User:
    factories.standard_tree()
    return factories.person("IN-MH-CYBER", Role.SUPERVISOR)


def get(user: User, path: str, status: int = 200) -> str:
    response = factories.signed_in(user).get(path)
    assert response.status_code == status
    return response.content.decode()


def post(user: User, path: str, **form: object) -> HttpResponse:
    return factories.signed_in(user).post(path, form, follow=True)  # type: ignore[return-value]


def logged(action: str, user: User) -> int:
    return Entry.objects.filter(action=action, actor_id=user.pk).count()


def test_everybody_signed_in_reads_it_and_it_says_what_is_not_set(supervisor: User) -> None:
    text = get(factories.person("IN-GJ-CYBER", Role.TRAINEE), DISTRICT)
    for words in ("Jalgaon district cyber police station", "IN / Maharashtra / Jalgaon", "None given: the desk counts as always open",
                  "Holds every report for a person. No rule was ever set."):  # fmt: skip
        assert words in text, words
    assert "Change the standing rule" not in text and "Propose an agreement" not in text
    assert get(supervisor, "/agencies/XX-NOWHERE/", 404)


def test_the_standing_rule_is_set_from_the_page(supervisor: User) -> None:
    assert "Change the standing rule" in get(supervisor, STATE)
    post(supervisor, f"{STATE}standing-rule/", action="bundle", bundle_at="17:30", wait_for_hours="1")
    rule = StandingRule.objects.get(agency__code="IN-MH-CYBER")
    assert (rule.action, rule.bundle_at, rule.wait_for_hours) == ("bundle", time(17, 30), True)
    text = get(supervisor, STATE)
    assert "once a day, at 17:30 its time, in a bundle" in text and "waits while the desk below is closed" in text
    post(supervisor, f"{STATE}standing-rule/", action="hold", bundle_at="17:30")
    rule.refresh_from_db()
    assert (rule.action, rule.bundle_at, rule.wait_for_hours) == ("hold", None, False)
    assert logged("referral.rule_set", supervisor) == 2


@pytest.mark.parametrize(
    ("form", "field"),
    [({"action": "forward-all"}, "action"), ({}, "action"), ({"action": "bundle", "bundle_at": "25:00"}, "bundle_at")],
)
def test_a_wrong_standing_rule_is_said_at_its_field(supervisor: User, form: dict[str, str], field: str) -> None:
    answer = post(supervisor, f"{STATE}standing-rule/", **form)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.content.decode()
    assert not StandingRule.objects.exists()


HOURS = {
    "mon": "09:30-13:00, 14:00-18:00", "sat": "10:00 – 13:00", "closed_days": "2027-01-26\n2027-08-15",
    "deputy": "IN-MH-PUNE", "source": "Office order 12 of 2026",
}  # fmt: skip


def test_hours_are_set_shown_and_taken_away(supervisor: User) -> None:
    post(supervisor, f"{STATE}hours/", **HOURS)
    calendar = DeskCalendar.objects.get(agency__code="IN-MH-CYBER")
    assert calendar.weekly == {"mon": [["09:30", "13:00"], ["14:00", "18:00"]], "sat": [["10:00", "13:00"]]}
    assert calendar.closed_days == ["2027-01-26", "2027-08-15"]
    text = get(supervisor, STATE)
    for words in (
        "09:30-13:00, 14:00-18:00",
        "<dt>Tuesday</dt><dd>closed</dd>",
        "2027-01-26",
        "Office order 12 of 2026",
        "Asia/Kolkata",
    ):
        assert words in text, words
    assert "Open now" in text or "Closed now" in text
    assert 'value="10:00-13:00"' in get(supervisor, f"{STATE}hours/")
    post(supervisor, f"{STATE}hours/", always="1")
    assert not DeskCalendar.objects.exists()
    assert logged("agency.calendar_set", supervisor) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"mon": "nine to five"}, "mon"), ({"mon": "18:00-09:00"}, "mon"), ({"mon": "09:00-12:00, 11:00-13:00"}, "mon"),
        ({"mon": "29:00-30:00"}, "mon"), ({"closed_days": "26.1.2027"}, "closed_days"), ({"out_until": "soon"}, "out_until"),
        ({"deputy": "XX-NOBODY"}, "deputy"), ({"duty_desk": "no code"}, "duty_desk"), ({"source": ""}, "source"),
        ({"deputy": "IN-MH-CYBER"}, "deputy"), ({"source": 'x"\n[weekly]\nmon = []' + "y" * 300}, "source"),
    ],
)  # fmt: skip
def test_wrong_hours_are_said_at_their_field_and_nothing_is_set(
    supervisor: User, changed: dict[str, str], field: str
) -> None:
    answer = post(supervisor, f"{STATE}hours/", **(HOURS | changed))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in text
    assert not DeskCalendar.objects.exists()


def test_text_that_looks_like_a_file_stays_text(supervisor: User) -> None:
    post(supervisor, f"{STATE}hours/", **(HOURS | {"source": 'Order "7"\\ [weekly] <b>\u202e\U0001f600\x7f'}))
    assert 'Order "7"\\ [weekly] <b>' in DeskCalendar.objects.get().source
    assert "<b>" not in get(supervisor, STATE)


FORMS = ("standing-rule/", "hours/")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPERVISOR])
def test_other_roles_set_nothing(supervisor: User, role: Role) -> None:
    client = factories.signed_in(factories.person("IN-MH-CYBER", role))
    for form in FORMS:
        assert client.get(STATE + form).status_code == 403
    assert client.post(f"{STATE}standing-rule/", {"action": "forward"}).status_code == 403
    assert not StandingRule.objects.exists()


def test_another_agency_is_managed_only_by_who_oversees_it(supervisor: User) -> None:
    for form in FORMS:
        assert get(supervisor, DISTRICT + form, 404)
    set_oversight(
        factories.agency("IN-MH-CYBER"), factories.agency("IN-MH-JALGAON"), with_below=False, reason="Order",
        actor=factories.TESTS,
    )  # fmt: skip
    post(supervisor, f"{DISTRICT}standing-rule/", action="hold")
    assert StandingRule.objects.get().agency.code == "IN-MH-JALGAON"


def test_the_forms_ask_for_a_fresh_sign_in(supervisor: User) -> None:
    stale = factories.signed_in(supervisor, fresh=False)
    for form in FORMS:
        assert stale.post(STATE + form, {"action": "forward"})["Location"].startswith("/confirm/")
