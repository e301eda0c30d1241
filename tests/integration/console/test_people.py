"""An administrator's screens: the people of their own agency, and no report data. What they do there is logged by name."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.trust.accounts import factors, limits
from tipline.trust.accounts.models import Role, TriesKind, User
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree() -> None:
    factories.standard_tree()


@pytest.fixture
def administrator() -> User:
    return person("IN-MH-JALGAON", Role.ADMINISTRATOR)


@pytest.fixture
def officer() -> User:
    return person("IN-MH-JALGAON")


def act(administrator: User, somebody: User, verb: str, **more: str) -> str:
    """Send the form and follow it: the page that comes."""
    client = signed_in(administrator)
    return client.post(f"/people/{somebody.pk}/act/", {"verb": verb, **more}, follow=True).content.decode()


def logged(action: str) -> list[tuple[int | None, str, dict[str, object]]]:
    return list(Entry.objects.filter(action=action).values_list("actor_id", "object_id", "detail"))


def test_the_list_holds_the_agencys_people_and_what_is_wrong_with_their_accounts(
    administrator: User, officer: User
) -> None:
    factors.give_app(administrator, factories.TESTS)
    stranger = person("IN-MH-PUNE")
    gone = person("IN-MH-JALGAON", Role.SUPERVISOR)
    gone.is_active = False
    gone.save()
    for _ in range(limits.MOST[TriesKind.ACCOUNT]):
        limits.take(TriesKind.ACCOUNT, officer.email)
    with pytest.raises(limits.TooManyTriesError):
        limits.take(TriesKind.ACCOUNT, officer.email)
    page = signed_in(administrator).get("/people/").content.decode()
    assert stranger.email not in page
    rows = {email: row for row in page.split("<tr")[2:] for email in re.findall(r"person\d+@agency\.example", row)}
    assert rows.keys() == {administrator.email, officer.email, gone.email}
    assert "Locked out" in rows[officer.email]
    assert "Not set up" in rows[officer.email]
    assert "Deactivated" in rows[gone.email]
    assert "Set up" in rows[administrator.email]


def test_no_report_data_is_on_these_pages(administrator: User, officer: User) -> None:
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = factories.filed(factories.provider())
    drain()
    client = signed_in(administrator)
    for path in ("/people/", "/people/add/", f"/people/{officer.pk}/"):
        page = client.get(path).content.decode()
        assert "monsoon_kite_07" not in page
        assert f"/reports/{report.pk}/" not in page
    assert client.get(f"/reports/{report.pk}/").status_code == 404


def test_a_person_is_added_and_signs_in_with_a_password_that_was_shown_once(administrator: User) -> None:
    client = signed_in(administrator)
    form = {"email": "New.Officer@jalgaon.example", "name": "Neha Sonawane", "role": "investigator"}
    page = client.post("/people/add/", form).content.decode()
    password = re.search(r'id="password">([^<]+)<', page)[1]  # type: ignore[index]
    made = User.objects.get(email="new.officer@jalgaon.example")
    assert (made.agency_id, made.role, made.must_change_password) == (administrator.agency_id, "investigator", True)
    assert password not in client.get(f"/people/{made.pk}/").content.decode()
    [(by, what, detail)] = logged("account.user_added")
    assert (by, what, detail) == (administrator.pk, str(made.pk), {"agency": "IN-MH-JALGAON", "role": "investigator"})

    own = Client()
    own.post("/sign-in/", {"email": made.email, "password": password})
    assert own.get("/desk/")["Location"] == "/account/password/"
    new = {"current": password, "new": "kettle orbit marmalade", "again": "kettle orbit marmalade"}
    assert own.post("/account/password/", new).status_code == 302
    assert own.get("/desk/")["Location"] == "/account/authenticator/"  # one step after the other


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"email": "no address", "name": "N", "role": "investigator"}, "is not an e-mail address"),
        ({"email": "a@jalgaon.example", "name": "", "role": "investigator"}, "Give the name"),
        ({"email": "a@jalgaon.example", "name": "N", "role": "king"}, "Choose a role"),
    ],
)
def test_a_form_that_is_wrong_says_where(administrator: User, form: dict[str, str], why: str) -> None:
    answer = signed_in(administrator).post("/people/add/", form)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert User.objects.count() == 1


def test_a_role_is_changed_with_a_fresh_sign_in_and_an_entry_of_the_log(administrator: User, officer: User) -> None:
    session = signed_in(officer)
    stale = signed_in(administrator, fresh=False)
    asked = stale.post(f"/people/{officer.pk}/act/", {"verb": "role", "role": "supervisor"})
    assert asked["Location"].startswith("/confirm/?next=")
    officer.refresh_from_db()
    assert officer.role == Role.DESK_OFFICER

    assert "is Supervisor now" in act(administrator, officer, "role", role="supervisor")
    officer.refresh_from_db()
    assert officer.role == Role.SUPERVISOR
    [(by, what, detail)] = logged("account.role_changed")
    assert (by, what) == (administrator.pk, str(officer.pk))
    assert (detail["from"], detail["to"]) == ("desk_officer", "supervisor")
    assert session.get("/desk/").status_code == 302
    auditor = person("IN-MH-JALGAON", Role.AUDITOR)
    from tipline.trust.visibility import acting, scope_of

    with acting(scope_of(auditor)):  # the auditor of the agency reads it
        assert Entry.objects.filter(action="account.role_changed").count() == 1


@pytest.mark.parametrize("verb", ["role", "deactivate", "reset-factor", "reset-password"])
def test_an_administrator_does_none_of_it_to_themselves(administrator: User, verb: str) -> None:
    answer = signed_in(administrator).post(f"/people/{administrator.pk}/act/", {"verb": verb, "role": "supervisor"})
    assert answer.status_code == 403
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == (Role.ADMINISTRATOR, True)
    assert "own account" in signed_in(administrator).get(f"/people/{administrator.pk}/").content.decode()


def test_letting_out_and_in_again(administrator: User, officer: User) -> None:
    session = signed_in(officer)
    act(administrator, officer, "deactivate")
    assert session.get("/desk/").status_code == 302
    officer.refresh_from_db()
    assert signed_in(officer).get("/desk/").status_code == 302
    act(administrator, officer, "reactivate")
    officer.refresh_from_db()
    assert signed_in(officer).get("/desk/").status_code == 200
    assert [len(logged(f"account.{what}")) for what in ("deactivated", "reactivated")] == [1, 1]


def test_resetting_the_second_factor(administrator: User, officer: User) -> None:
    factors.give_app(officer, factories.TESTS)
    factors.make_recovery_codes(officer, factories.TESTS)
    session = signed_in(officer)
    act(administrator, officer, "reset-factor")
    assert session.get("/desk/").status_code == 302
    assert not factors.has_factor(officer)
    [(by, _, detail)] = logged("account.second_factor_reset")
    assert (by, detail["kinds"]) == (administrator.pk, ["recovery_codes", "totp"])


def test_a_new_password_works_once(administrator: User, officer: User) -> None:
    page = act(administrator, officer, "reset-password")
    password = re.search(r'id="password">([^<]+)<', page)[1]  # type: ignore[index]
    client = Client()
    client.post("/sign-in/", {"email": officer.email, "password": password})
    assert client.get("/desk/")["Location"] == "/account/password/"
    assert [by for by, _, _ in logged("account.password_reset")] == [administrator.pk]


def test_unlocking(administrator: User, officer: User) -> None:
    for _ in range(limits.MOST[TriesKind.FACTOR]):
        limits.take(TriesKind.FACTOR, str(officer.pk))
    with pytest.raises(limits.TooManyTriesError):
        limits.take(TriesKind.FACTOR, str(officer.pk))
    assert "Locked out" in signed_in(administrator).get(f"/people/{officer.pk}/").content.decode()
    assert "is unlocked" in act(administrator, officer, "unlock")
    limits.take(TriesKind.FACTOR, str(officer.pk))
    assert [by for by, _, _ in logged("account.unlocked")] == [administrator.pk]


def test_people_of_another_agency_are_not_there(administrator: User) -> None:
    stranger = person("IN-MH-PUNE")
    client = signed_in(administrator)
    assert client.get(f"/people/{stranger.pk}/").status_code == 404
    assert client.post(f"/people/{stranger.pk}/act/", {"verb": "deactivate"}).status_code == 404
    stranger.refresh_from_db()
    assert stranger.is_active


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_manages_people(role: Role, officer: User) -> None:
    client = signed_in(person("IN-MH-JALGAON", role))
    for path in ("/people/", "/people/add/", f"/people/{officer.pk}/"):
        assert client.get(path).status_code == 403, path
    assert client.post(f"/people/{officer.pk}/act/", {"verb": "deactivate"}).status_code == 403
    assert 'href="/people/"' not in client.get("/agencies/").content.decode()
