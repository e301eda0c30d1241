"""Accounts: passwords, second factors, limits, sessions. What a stranger, a thief of a password and a slow officer get."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import PASSWORD, TESTS, person, signed_in
from tipline.core.addresses import neighbourhood
from tipline.core.clients import client_address
from tipline.core.clock import now
from tipline.core.config import load_config
from tipline.core.errors import ConfigurationError, InvalidInputError
from tipline.core.files import replace_secret
from tipline.trust.accounts import adapters, encryption, factors, limits, people, sessions
from tipline.trust.accounts.models import Role, Tries, TriesKind, User
from tipline.trust.accounts.services import add_user
from tipline.trust.accounts.sessions import IDLE_SECONDS, LONGEST_SECONDS
from tipline.trust.accounts.tasks import forget_every_hour
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import NEEDS_SECOND_FACTOR, Can, may

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree() -> None:
    factories.standard_tree()


@pytest.fixture
def officer() -> User:
    made = person("IN-MH-JALGAON")
    made.set_password(PASSWORD)
    made.save()
    return made


def code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def typed(client: Client, email: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post("/sign-in/", {"email": email, "password": password, **more})  # type: ignore[return-value]


def acts(action: str) -> list[tuple[str, str, dict[str, object]]]:
    entries = Entry.objects.filter(action=action).order_by("id")
    return list(entries.values_list("actor_kind", "object_id", "detail"))


def text_of(answer: HttpResponse) -> str:
    """A page without what is another on every page: tokens of forms, and what was typed."""
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


# -- passwords ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 12"),
        ("x" * 1025, "at most 1024"),
        ("passwordpassword", "lists"),
        ("qwertyuiop123", "lists"),
        ("password1234", "lists"),
        ("aaaaaaaaaaaaaaaa", "lists"),
        ("123456789012", "lists"),
        ("Jyoti Patil 1987", "name and e-mail"),
        ("jyoti-patil-jalgaon", "name and e-mail"),
        ("officer@jalgaon.example", "name and e-mail"),
        ("ＪＹＯＴＩ officer 99", "name and e-mail"),
    ],
)
def test_a_password_that_others_guess_is_refused(password: str, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why):
        add_user(
            "officer@jalgaon.example",
            "Jyoti Patil",
            factories.agency("IN-MH-JALGAON"),
            Role.DESK_OFFICER,
            password,
            TESTS,
        )
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "password",
    [
        "kettle orbit marmalade",
        "an officer's password",
        "x7#Lq9-vv2Tz",
        "बारिश नदी पत्थर दीपक",
        "a long sentence nobody else writes",
    ],
)
def test_a_long_password_of_any_characters_is_accepted(password: str) -> None:
    agency = factories.agency("IN-MH-JALGAON")
    made = add_user("officer@jalgaon.example", "Jyoti Patil", agency, Role.DESK_OFFICER, password, TESTS)
    assert made.check_password(password)
    assert made.password.startswith("argon2$argon2id$")


def test_changing_the_password_takes_the_current_one_and_ends_other_sessions(officer: User) -> None:
    here, there = signed_in(officer), signed_in(officer)
    form = {"current": "not the password", "new": "kettle orbit marmalade", "again": "kettle orbit marmalade"}
    wrong = here.post("/account/password/", form)
    assert wrong.status_code == 422
    assert "That is not your password" in wrong.content.decode()
    form["current"] = PASSWORD
    assert here.post("/account/password/", {**form, "again": "another"}).status_code == 422
    weak = here.post("/account/password/", {**form, "new": "password1234", "again": "password1234"})
    assert "lists of passwords" in weak.content.decode()
    assert here.post("/account/password/", form)["Location"] == "/account/"
    assert here.get("/desk/").status_code == 200
    assert there.get("/desk/").status_code == 302
    assert [detail for _, _, detail in acts("account.password_changed")] == [{"sessions": 0}]
    officer.refresh_from_db()
    assert officer.check_password("kettle orbit marmalade")


def test_a_password_made_by_an_administrator_opens_nothing_but_its_change(officer: User) -> None:
    people.reset_password(officer, TESTS)
    client = signed_in(officer)
    for path in ("/desk/", "/account/", "/account/authenticator/", "/confirm/", "/cases/"):
        assert client.get(path)["Location"] == "/account/password/", path
    assert "first sign-in" in client.get("/account/password/").content.decode()


# -- the second factor ----------------------------------------------------------------------------------------------------


def test_which_roles_need_one() -> None:
    assert {role for role in Role if role not in NEEDS_SECOND_FACTOR} == {Role.STATISTICIAN, Role.TRAINER, Role.TRAINEE}
    for role in NEEDS_SECOND_FACTOR:
        somebody = person("IN-MH-JALGAON", role)
        assert any(may(somebody, can) for can in (Can.SEE_REPORTS, Can.SEE_LOG, Can.MANAGE_PEOPLE))
    optional = signed_in(person("US-NCMEC", Role.STATISTICIAN), second_factor=False)
    assert optional.get("/agencies/").status_code == 200  # the others: test_matrix.py


def test_from_the_first_sign_in_to_the_desk(officer: User) -> None:
    client = Client()
    assert typed(client, officer.email, next="/cases/")["Location"] == "/cases/"
    page = client.get("/account/authenticator/").content.decode()
    assert "data:" not in page
    assert "<svg" in page
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    wrong = client.post("/account/authenticator/", {"code": "000000" if code(secret) != "000000" else "000001"})
    assert wrong.status_code == 422
    done = client.post("/account/authenticator/", {"code": code(secret)})
    codes = re.findall(r"<code>(\d{8})</code>", done.content.decode())
    assert len(set(codes)) == 10
    assert client.get("/cases/").status_code == 200

    again = Client()
    assert typed(again, officer.email)["Location"] == "/sign-in/second-factor/"
    assert again.get("/desk/").status_code == 302
    used = again.post("/sign-in/second-factor/", {"code": code(secret)})
    assert used.status_code == 401  # each code works once, also the one that set it up
    assert again.post("/sign-in/second-factor/", {"code": code(secret, 1)})["Location"] == "/"
    assert again.get("/desk/").status_code == 200

    recovering = Client()
    typed(recovering, officer.email)
    assert recovering.post("/sign-in/second-factor/", {"code": codes[3]})["Location"] == "/"
    once = Client()
    typed(once, officer.email)
    assert once.post("/sign-in/second-factor/", {"code": codes[3]}).status_code == 401
    assert factors.factors_of(officer).recovery_codes == 9
    assert [detail for _, _, detail in acts("account.signed_in")] == [
        {"by": ["password"]}, {"by": ["password", "totp"]}, {"by": ["password", "recovery_codes"]},
    ]  # fmt: skip


def test_a_password_that_was_given_long_ago_or_changed_since_is_not_half_of_a_sign_in(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = factors.give_app(officer, TESTS)
    client, late = Client(), Client()
    typed(client, officer.email)
    typed(late, officer.email)
    people.reset_password(officer, TESTS)
    assert client.post("/sign-in/second-factor/", {"code": code(secret)})["Location"] == "/sign-in/"
    officer.set_password(PASSWORD)
    officer.must_change_password = False
    officer.save()
    typed(late, officer.email)
    later = time.time() + 11 * 60
    monkeypatch.setattr("tipline.console.accounts.views.time.time", lambda: later)
    assert late.post("/sign-in/second-factor/", {"code": code(secret)})["Location"] == "/sign-in/"


def test_the_first_factor_ends_sessions_that_began_with_the_password_alone(officer: User) -> None:
    thief, owner = Client(), Client()
    typed(thief, officer.email)
    typed(owner, officer.email)
    assert thief.get("/account/passkey/").status_code == 200
    page = owner.get("/account/authenticator/").content.decode()
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    owner.post("/account/authenticator/", {"code": code(secret)})
    assert owner.get("/cases/").status_code == 200
    assert thief.get("/account/passkey/")["Location"].startswith("/sign-in/")


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key of second factors of this test alone."""
    settings = load_config({"TIPLINE_DATA_DIR": str(tmp_path)})
    monkeypatch.setattr(encryption, "config", lambda: settings)
    return settings.accounts_key_file


def test_secrets_of_factors_are_encrypted_at_rest(officer: User, key_file: Path) -> None:
    secret = factors.give_app(officer, TESTS)
    recovery = factors.make_recovery_codes(officer, TESTS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        stored = str(cursor.fetchone()[0])
    assert secret not in stored
    assert not any(one in stored for one in recovery)
    assert key_file.stat().st_mode & 0o777 == 0o600
    replace_secret(key_file, "another key of another installation\n")
    with pytest.raises(ConfigurationError, match="restore that file"):
        factors.right_code(officer, code(secret))


def test_their_key_is_replaced_while_everything_runs(officer: User, key_file: Path) -> None:
    secret = factors.give_app(officer, TESTS)
    recovery = factors.make_recovery_codes(officer, TESTS)
    before, stored = key_file.read_text(), Authenticator.objects.get(type="totp").data["secret"]
    said = encryption.rotate(load_config({"TIPLINE_DATA_DIR": str(key_file.parent.parent)}))
    assert said.startswith("2 second factors")
    assert key_file.read_text() != before
    assert len(key_file.read_text().split()) == 1
    assert Authenticator.objects.get(type="totp").data["secret"] != stored
    assert factors.right_code(officer, code(secret))
    assert factors.right_code(officer, recovery[0])
    replace_secret(key_file, before)  # the old key opens nothing any more
    with pytest.raises(ConfigurationError):
        factors.right_code(officer, code(secret))


def test_a_rotation_that_broke_off_lost_nothing(officer: User, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = factors.give_app(officer, TESTS)
    settings = load_config({"TIPLINE_DATA_DIR": str(key_file.parent.parent)})
    with monkeypatch.context() as patched:
        patched.setattr(encryption, "_again", lambda *_: (_ for _ in ()).throw(OSError("broke off")))
        with pytest.raises(OSError, match="broke off"):
            encryption.rotate(settings)
    assert len(key_file.read_text().split()) == 2
    assert factors.right_code(officer, code(secret))
    encryption.rotate(settings)
    assert len(key_file.read_text().split()) == 1
    assert factors.right_code(officer, code(secret, 1))


def test_factors_are_changed_with_a_fresh_sign_in_only_and_each_change_is_logged(officer: User) -> None:
    factors.give_app(officer, TESTS)
    app = factors.factors_of(officer).app
    stale = signed_in(officer, fresh=False)
    for path, method in (
        ("/account/passkey/", "get"),
        ("/account/recovery-codes/", "post"),
        (f"/account/factors/{app}/", "post"),
    ):
        assert getattr(stale, method)(path)["Location"].startswith("/confirm/?next="), path
    client = signed_in(officer)
    assert len(re.findall(r"<code>\d{8}</code>", client.post("/account/recovery-codes/").content.decode())) == 10
    # the last one stays where the role needs one
    client.post(f"/account/factors/{app}/")
    assert factors.factors_of(officer).app == app
    statistician = person("IN-MH-JALGAON", Role.STATISTICIAN)
    factors.give_app(statistician, TESTS)
    factors.make_recovery_codes(statistician, TESTS)
    signed_in(statistician).post(f"/account/factors/{factors.factors_of(statistician).app}/")
    assert not Authenticator.objects.filter(user=statistician).exists()
    assert [detail["kind"] for _, _, detail in acts("account.factor_removed")] == ["app"]
    # nobody removes what is somebody else's
    assert signed_in(statistician).post(f"/account/factors/{app}/").status_code == 404


def test_confirming_with_password_or_code_leads_back_and_nowhere_else(officer: User) -> None:
    secret = factors.give_app(officer, TESTS)
    client = signed_in(officer, fresh=False)
    asked = client.get("/account/passkey/")["Location"]
    wrong = client.post(asked, {"next": "/account/passkey/", "password": "wrong"})
    assert wrong.status_code == 401
    assert client.post("/confirm/", {"next": "https://evil.example/", "password": PASSWORD})["Location"] == "/"
    assert client.get("/account/passkey/").status_code == 200
    other = signed_in(officer, fresh=False)
    done = other.post("/confirm/", {"next": "/account/passkey/", "code": code(secret)})
    assert done["Location"] == "/account/passkey/"
    assert other.get("/account/passkey/").status_code == 200
    assert acts("account.sign_in_failed") == [("system", str(officer.pk), {"by": "password"})]


def test_confirming_is_limited(officer: User) -> None:
    client = signed_in(officer, fresh=False)
    statuses = [client.post("/confirm/", {"password": f"guess {n}"}).status_code for n in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    assert client.post("/confirm/", {"password": PASSWORD}).status_code == 429


# -- limits ---------------------------------------------------------------------------------------------------------------


def test_a_lockout_is_the_same_whether_the_account_exists(officer: User) -> None:
    tried: dict[str, list[tuple[int, str]]] = {}
    for email in (officer.email, "nobody@agency.example"):
        client = Client(REMOTE_ADDR=f"192.0.2.{len(tried) + 1}")
        answers = [typed(client, email, f"wrong {n}") for n in range(12)]
        answers.append(typed(client, email))  # right, where there is an account
        tried[email] = [(answer.status_code, text_of(answer)) for answer in answers]
    real, unreal = tried.values()
    assert real == unreal
    assert [status for status, _ in real] == [401] * 10 + [429] * 3
    assert [row.count for row in Tries.objects.filter(kind=TriesKind.ACCOUNT)] == [11, 11]
    locked = acts("account.locked")
    assert locked == [
        ("system", str(officer.pk), {"kind": "account"}), ("system", "unknown", {"kind": "account"}),
    ]  # fmt: skip
    assert not Entry.objects.filter(detail__icontains="nobody@").exists()
    assert not Entry.objects.filter(object_id__icontains="nobody@").exists()


def test_a_lockout_ends_by_itself_and_tries_do_not_prolong_it(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client, at = Client(), now()
    for n in range(11):
        typed(client, officer.email, f"wrong {n}")
    monkeypatch.setattr(limits, "now", lambda: at + timedelta(minutes=14))
    assert typed(client, officer.email).status_code == 429
    assert limits.locked_until([officer]).keys() == {officer.pk}
    monkeypatch.setattr(limits, "now", lambda: at + timedelta(minutes=16))
    assert limits.locked_until([officer]) == {}
    assert typed(client, officer.email).status_code == 302


def test_an_administrator_or_the_operator_unlocks(officer: User) -> None:
    for n in range(11):
        typed(Client(), officer.email, f"wrong {n}")
    assert people.unlock(officer, TESTS)
    assert not people.unlock(officer, TESTS)
    assert typed(Client(), officer.email).status_code == 302


def test_one_network_address_may_not_try_account_after_account(officer: User) -> None:
    for _ in range(limits.MOST[TriesKind.ADDRESS]):
        limits.take(TriesKind.ADDRESS, neighbourhood("192.0.2.9"))
    assert typed(Client(REMOTE_ADDR="192.0.2.9"), "another@agency.example").status_code == 429
    assert typed(Client(REMOTE_ADDR="192.0.2.10"), officer.email).status_code == 302
    assert neighbourhood("2001:db8:1:2:3::4") == neighbourhood("2001:db8:1:2:ffff::")
    assert neighbourhood("2001:db8:1:2::") != neighbourhood("2001:db8:1:3::")


def test_limits_count_the_client_and_not_what_it_says() -> None:
    """Whom a proxy names is believed as `core.clients` says (tests/unit/core/test_clients.py)."""
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.5")
    assert adapters.AccountAdapter().get_client_ip(request) == client_address(request) == "192.0.2.1"


def test_codes_are_limited_per_person(officer: User) -> None:
    secret = factors.give_app(officer, TESTS)
    client = Client()
    typed(client, officer.email)
    wrong = "000000" if code(secret) != "000000" else "111111"
    statuses = [client.post("/sign-in/second-factor/", {"code": wrong}).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    another = Client()  # a new start is no new count
    typed(another, officer.email)
    assert another.post("/sign-in/second-factor/", {"code": code(secret)}).status_code == 429


def test_an_unknown_address_takes_as_long_as_a_wrong_password(dear_passwords: None, officer: User) -> None:
    def seconds(email: str) -> float:
        began = time.perf_counter()
        assert typed(Client(), email, "wrong").status_code == 401
        return time.perf_counter() - began

    known, unknown = [], []
    for n in range(7):
        known.append(seconds(officer.email))
        unknown.append(seconds(f"nobody{n}@agency.example"))
    # without a hash for nobody the quotient is near 0.1
    assert 0.5 < median(unknown) / median(known) < 2


@pytest.mark.parametrize("email", ["x" * 5000, "", "' OR 1=1 --"])
def test_odd_addresses_are_nobody(email: str) -> None:
    assert typed(Client(), email, "wrong").status_code == 401


def test_a_session_outlives_one_rotation_of_the_session_key_and_no_second(officer: User, settings: Any) -> None:
    client, before = signed_in(officer), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the key after the first rotation", [before]
    assert client.get("/cases/").status_code == 200  # and from here on it agrees with the new key
    stale = signed_in(officer)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", []
    assert stale.get("/cases/").status_code == 302
    assert client.get("/cases/").status_code == 302


# -- sessions -------------------------------------------------------------------------------------------------------------


def test_a_session_ends_when_idle_and_when_it_is_long(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.time()

    def at(seconds: float) -> None:
        monkeypatch.setattr(sessions.time, "time", lambda: begun + seconds)

    idle, busy = signed_in(officer), signed_in(officer)
    at(IDLE_SECONDS - 30)
    assert idle.get("/cases/").status_code == 200
    at(2 * IDLE_SECONDS - 90)
    assert idle.get("/cases/").status_code == 200  # used in between
    at(3 * IDLE_SECONDS)
    assert idle.get("/cases/").status_code == 302
    assert idle.get("/cases/").status_code == 302

    at(0)
    for used in range(0, LONGEST_SECONDS, IDLE_SECONDS // 2):
        at(used)
        assert busy.get("/cases/").status_code == 200, used
    at(LONGEST_SECONDS + 1)
    assert busy.get("/cases/").status_code == 302


def test_a_session_that_names_no_time_is_over(officer: User) -> None:
    client = signed_in(officer)
    session = client.session
    del session["tipline_times"]
    session.save()
    assert client.get("/cases/").status_code == 302


def in_by_code(officer: User, secret: str, steps: int = 0) -> Client:
    client = Client(HTTP_USER_AGENT="Firefox on a desk")
    typed(client, officer.email)
    assert client.post("/sign-in/second-factor/", {"code": code(secret, steps)}).status_code == 302
    return client


def test_one_sees_ones_sessions_and_ends_one_or_all(officer: User) -> None:
    secret = factors.give_app(officer, TESTS)
    first = in_by_code(officer, secret)
    second = in_by_code(officer, secret, 1)
    page = second.get("/account/").content.decode()
    assert page.count("Firefox on a desk") == 2
    assert "this one" in page
    mine = UserSession.objects.get(session_key=first.session.session_key)
    stranger = signed_in(person("IN-MH-PUNE"))
    assert stranger.post("/account/sessions/", {"session": mine.pk}).status_code == 404
    assert first.get("/cases/").status_code == 200
    assert second.post("/account/sessions/", {"session": mine.pk}).status_code == 302
    assert first.get("/cases/").status_code == 302
    assert second.get("/cases/").status_code == 200
    third = signed_in(officer)
    assert second.post("/account/sessions/", {"all": "1"})["Location"] == "/sign-in/"
    assert second.get("/cases/").status_code == third.get("/cases/").status_code == 302
    assert UserSession.objects.filter(user=officer).count() == 0


@pytest.mark.parametrize("act", ["role", "deactivate", "reset-mfa", "reset-password"])
def test_what_changes_somebodys_rights_ends_their_sessions_at_once(officer: User, act: str) -> None:
    factors.give_app(officer, TESTS)
    client = signed_in(officer)
    assert client.get("/cases/").status_code == 200
    match act:
        case "role":
            people.change_role(officer, Role.SUPERVISOR, TESTS)
        case "deactivate":
            people.set_active(officer, False, TESTS)
        case "reset-mfa":
            people.reset_second_factor(officer, TESTS)
        case "reset-password":
            people.reset_password(officer, TESTS)
    assert client.get("/cases/")["Location"].startswith("/sign-in/")


def test_signing_in_makes_a_new_key_and_signing_out_ends_it(officer: User) -> None:
    client = Client()
    client.get("/sign-in/passkey/")
    before = client.cookies["tipline_session"].value
    typed(client, officer.email)
    after = client.cookies["tipline_session"].value
    assert before != after
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["tipline_session"] = after
    assert thief.get("/account/authenticator/").status_code == 302


def test_what_is_over_is_forgotten(officer: User) -> None:
    client = signed_in(officer)
    limits.take(TriesKind.ACCOUNT, "old@agency.example")
    Tries.objects.update(since=now() - timedelta(hours=1))
    limits.take(TriesKind.ACCOUNT, "new@agency.example")
    UserSession.objects.create(user=officer, ip="192.0.2.1", session_key="gone", user_agent="")
    forget_every_hour(0)
    assert Tries.objects.count() == 1
    assert UserSession.objects.count() == 0
    assert client.get("/cases/").status_code == 200


def test_being_checked_costs_no_query(officer: User) -> None:
    """The session and the person, and nothing for factors, steps or times."""
    client = signed_in(officer)
    with CaptureQueriesContext(connection) as asked:
        client.get("/components/")
    questions = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(questions) == 2, questions
    assert not any("mfa_" in q or "usersessions_" in q or "account_email" in q for q in questions)
