"""A person's tokens: made once, hashed at rest, bounded by what the person may, and ended at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import bearer, person
from tipline.api import asking
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import ApiToken, Role, TokenScope, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import TOKEN_NEEDS, Can

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten() -> None:
    tokens.forget_all()
    asking.forget_all()


@pytest.fixture
def officer() -> User:
    factories.standard_tree()
    return person("IN-MH-JALGAON", Role.SUPERVISOR)


def made(user: User, *scopes: str, **more: object) -> tokens.NewToken:
    return tokens.add_token(user, "Dashboard", scopes or ["reports:read"], user.actor, **more)  # type: ignore[arg-type]


def actions(**more: object) -> list[str]:
    return list(Entry.objects.filter(object_type="token", **more).order_by("id").values_list("action", flat=True))


def test_only_the_hash_is_kept(officer: User) -> None:
    new = made(officer)
    assert tokens.well_formed(new.text)
    row = ApiToken.objects.filter(pk=new.token.pk).values().get()
    assert new.text not in repr(row) and new.text[8:38] not in repr(row)
    assert row["token_hash"] == tokens.hash_of(new.text)
    assert timedelta(days=89) < row["expires_at"] - now() <= timedelta(days=90)
    assert new.text not in repr(list(Entry.objects.values()))


@pytest.mark.parametrize(
    ("scopes", "more", "words"),
    [
        ([], {}, "scopes"), (["reports:destroy"], {}, "scopes"), (["reports:read"], {"days": 0}, "days"),
        (["reports:read"], {"days": 366}, "days"), (["reports:read"], {"networks": ["192.0.2.1/24"]}, "networks"),
        (["reports:read"], {"networks": ["home"]}, "networks"), (["reports:read"], {"networks": ["192.0.2.1"] * 21}, "networks"),
    ],
)  # fmt: skip
def test_what_makes_no_token_says_why(officer: User, scopes: list[str], more: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInputError, match=rf"^{words}: "):
        tokens.add_token(officer, "Dashboard", scopes, officer.actor, **more)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match=r"^name: "):
        tokens.add_token(officer, " \n", ["reports:read"], officer.actor)
    assert not ApiToken.objects.exists()


def test_a_role_gives_no_scope_that_it_has_not(officer: User) -> None:
    for role, beyond in (
        (Role.SUPERVISOR, "log:read"),
        (Role.STATISTICIAN, "reports:read"),
        (Role.AUDITOR, "counts:read"),
    ):
        with pytest.raises(NotPermittedError, match=beyond):
            made(person("IN-MH-JALGAON", role), beyond)
    # an administrator's programs look after links and webhooks, and see no report
    theirs = {Role.ADMINISTRATOR: {"links:read", "links:write", "webhooks:read", "webhooks:write"}}
    for role in (Role.ADMINISTRATOR, Role.TRAINER, Role.TRAINEE):
        for scope in set(TokenScope.values) - theirs.get(role, set()):
            with pytest.raises(NotPermittedError):
                made(person("IN-MH-JALGAON", role), scope)


def test_no_scope_unmasks_exports_or_manages() -> None:
    fresh_only = {Can.UNMASK, Can.EXPORT, Can.MANAGE_PEOPLE, Can.MANAGE_RETENTION, Can.REVIEW_UNMASKING}
    assert set(TOKEN_NEEDS) == set(TokenScope)
    assert not fresh_only & set(TOKEN_NEEDS.values())


def test_a_person_has_a_bounded_number(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    first = made(officer).token
    made(officer)
    with pytest.raises(ConflictError, match="revoke one"):
        made(officer)
    tokens.revoke_token(first.pk, officer.actor, of=officer)
    made(officer)


def test_nobody_ends_anothers_token(officer: User) -> None:
    token = made(officer).token
    other = person("IN-MH-JALGAON", Role.SUPERVISOR)
    for number in (token.pk, 987654, 0, 2**70):
        with pytest.raises(NotFoundError):
            tokens.revoke_token(number, other.actor, of=other)
    tokens.revoke_token(token.pk, factories.TESTS)
    tokens.revoke_token(token.pk, factories.TESTS)
    assert actions() == ["token.created", "token.revoked"]


def me(text: str, address: str = "192.0.2.7") -> int:
    return Client().get("/api/v1/me", REMOTE_ADDR=address, **bearer(text)).status_code


def test_a_token_works_from_its_networks_only(officer: User) -> None:
    text = made(officer, networks=["192.0.2.0/24", "2001:db8::/32"]).text
    assert [me(text, a) for a in ("192.0.2.200", "2001:db8::1", "198.51.100.1", "2001:db9::1", "")] == [
        200,
        200,
        401,
        401,
        401,
    ]
    assert "token.refused" in actions()


def test_use_is_written_once_a_minute_and_a_new_place_is_an_entry(officer: User) -> None:
    new = made(officer)
    assert me(new.text) == 200
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert me(new.text) == 200
    assert [q["sql"].split()[0] for q in queries] == ["SELECT"]  # one query to know who asks
    assert me(new.text, "198.51.100.1") == me(new.text, "2001:db8::1") == me(new.text, "2001:db8::ffff") == 200
    new.token.refresh_from_db()
    assert new.token.addresses == ["192.0.2.7", "198.51.100.1", "2001:db8::/64"]
    assert actions() == ["token.created", *["token.new_address"] * 3]


def test_refused_use_is_an_entry_and_a_flood_of_it_is_not_a_flood_of_entries(officer: User) -> None:
    new = made(officer)
    tokens.revoke_token(new.token.pk, officer.actor)
    statuses = {me(new.text) for _ in range(30)}
    assert statuses == {401, 429}
    assert actions(object_id=str(new.token.pk)).count("token.refused") == 1
    for _ in range(30):
        me(tokens._make_text(), "203.0.113.5")
    assert 1 <= len(actions(object_id="unknown")) <= 5
    assert new.text not in repr(list(Entry.objects.values()))


def test_many_wrong_tokens_of_an_address_are_told_to_wait_and_a_right_one_works(officer: User) -> None:
    text = made(officer).text
    answers = [Client().get("/api/v1/me", **bearer(tokens._make_text())) for _ in range(12)]
    assert [a.status_code for a in answers] == [401] * 10 + [429] * 2
    assert int(answers[-1]["Retry-After"]) >= 1
    assert Client().get("/api/v1/me", **bearer(text)).status_code == 200


def test_a_token_that_is_used_too_often_waits(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_calls", asking.Buckets(per_second=0.01, burst=3))
    text = made(officer).text
    answers = [Client().get("/api/v1/me", **bearer(text)) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) == 100
    assert answers[-1].json()["title"] == "Too many requests"


# --- the pages -------------------------------------------------------------------------------------------------

FORM = {"name": "Dashboard", "scope": ["reports:read", "counts:read"], "days": "30", "networks": "192.0.2.0/24"}


def test_the_page_shows_the_token_once(officer: User) -> None:
    client = factories.signed_in(officer)
    answer = client.post("/account/tokens/new/", FORM)
    (text,) = re.findall(r"tipline_[0-9A-Za-z]{36}", answer.content.decode())
    assert me(text) == 200
    listed = client.get("/account/tokens/").content.decode()
    assert "Dashboard" in listed and text not in listed and tokens.hash_of(text) not in listed
    number = officer.tokens.get().pk
    assert client.post(f"/account/tokens/{number}/revoke/").status_code == 302
    assert me(text) == 401


def test_making_one_needs_a_fresh_sign_in(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tipline.console.authorise.reverse", lambda name: f"/{name}/")
    client = factories.signed_in(officer, fresh=False)
    assert client.get("/account/tokens/").status_code == 200
    for answer in (client.get("/account/tokens/new/"), client.post("/account/tokens/new/", FORM)):
        assert answer["Location"].startswith("/console:confirm/?next=")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"), ({"scope": []}, "scopes"), ({"scope": ["log:read"]}, "scopes"), ({"days": "many"}, "days"),
        ({"days": "9999"}, "days"), ({"networks": "home"}, "networks"),
    ],
)  # fmt: skip
def test_a_fault_of_the_form_stands_at_its_field(officer: User, change: dict[str, object], field: str) -> None:
    answer = factories.signed_in(officer).post("/account/tokens/new/", FORM | change)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_role_that_a_token_has_nothing_for_is_told_so(officer: User) -> None:
    client = factories.signed_in(person("IN-MH-JALGAON", Role.TRAINEE))
    for path in ("/account/tokens/", "/account/tokens/new/"):
        assert "Your role has nothing that a token could do" in client.get(path).content.decode()
