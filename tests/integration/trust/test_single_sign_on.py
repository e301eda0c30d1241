"""Single sign-on with a real OpenID Connect provider, over HTTP, on this machine."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import ec
from django.http import HttpResponse
from django.test import Client
from oidc_provider_mock import User as Claims
from oidc_provider_mock import run_server_in_thread

from tests import factories
from tests.factories import person
from tipline.console.accounts import single_sign_on, views
from tipline.core import config as configuration
from tipline.core.config import load_config
from tipline.core.errors import ConfigurationError
from tipline.core.single_sign_on import provider_id
from tipline.core.single_sign_on import single_sign_on as providers
from tipline.trust.accounts import factors
from tipline.trust.accounts.models import User
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


def claims(sub: str, email: str, *, verified: bool = True, **more: object) -> Claims:
    return Claims(sub=sub, claims={"email": email, "email_verified": verified, **more})  # type: ignore[dict-item]


PEOPLE = (
    claims("officer", "Officer@jalgaon.example"),
    claims("officer-mfa", "officer@jalgaon.example", amr=["pwd", "mfa"]),
    claims("unverified", "officer@jalgaon.example", verified=False),
    claims("stranger", "stranger@elsewhere.example"),
    claims("inactive", "inactive@jalgaon.example"),
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=PEOPLE) as server:
        yield f"http://localhost:{server.server_port}"


@contextmanager
def set_up(monkeypatch: pytest.MonkeyPatch, settings: object, issuer: str, folder: Path) -> Iterator[None]:
    """As if the installation had been started with these settings."""
    secret = folder / "client.secret"
    secret.write_text("a secret of the provider")
    secret.chmod(0o600)
    found = load_config(
        {
            "TIPLINE_DATA_DIR": str(configuration.config().data_dir),
            "TIPLINE_OIDC_ISSUER": issuer,
            "TIPLINE_OIDC_CLIENT_ID": "tipline",
            "TIPLINE_OIDC_CLIENT_SECRET_FILE": str(secret),
        }
    )
    for module in (views, single_sign_on):
        monkeypatch.setattr(module, "config", lambda: found)
    settings.SOCIALACCOUNT_PROVIDERS = providers(found)  # type: ignore[attr-defined]
    yield


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch, settings: object, issuer: str, tmp_path: Path) -> Iterator[None]:
    factories.standard_tree()
    with set_up(monkeypatch, settings, issuer, tmp_path):
        yield


@pytest.fixture
def officer(ready: None) -> User:
    made = person("IN-MH-JALGAON")
    made.email = "officer@jalgaon.example"
    made.save()
    return made


def sent_to_provider(client: Client, target: str = "") -> str:
    answer = client.post("/sign-in/single-sign-on/", {"next": target})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def came_back(client: Client, sub: str, target: str = "") -> HttpResponse:
    """The person signs in at the provider, in a browser that is httpx, and comes back with a code."""
    allowed = httpx.post(sent_to_provider(client, target), data={"sub": sub})
    assert allowed.status_code in {302, 303}, allowed.text
    back = urlsplit(allowed.headers["location"])
    assert back.path == "/sign-in/single-sign-on/done/"
    return client.get(f"{back.path}?{back.query}")  # type: ignore[return-value]


def logged(action: str) -> list[tuple[str, dict[str, object]]]:
    return list(Entry.objects.filter(action=action).order_by("id").values_list("object_id", "detail"))


def test_whom_the_provider_asked_for_two_factors_is_in(officer: User) -> None:
    client = Client()
    assert came_back(client, "officer-mfa", "/cases/")["Location"] == "/cases/"
    assert client.get("/cases/").status_code == 200
    assert logged("account.signed_in") == [(str(officer.pk), {"by": ["socialaccount"]})]
    assert SocialAccount.objects.get().user_id == officer.pk
    assert [what for what, _ in logged("account.single_sign_on_linked")] == [str(officer.pk)]
    # the second time by the link, whatever the address is by then
    User.objects.update(email="renamed@jalgaon.example")
    again = Client()
    assert came_back(again, "officer-mfa")["Location"] == "/"
    assert again.get("/desk/").status_code == 200
    assert len(logged("account.single_sign_on_linked")) == 1


def test_whom_it_asked_for_a_password_only_gives_our_second_factor(officer: User) -> None:
    client = Client()
    assert came_back(client, "officer")["Location"] == "/"
    assert client.get("/desk/")["Location"] == "/account/authenticator/"
    factors.give_app(officer, factories.TESTS)
    again = Client()
    assert came_back(again, "officer")["Location"] == "/sign-in/second-factor/"
    assert again.get("/desk/").status_code == 302


@pytest.mark.parametrize("sub", ["unverified", "stranger", "inactive"])
def test_nobody_is_made_and_nobody_is_told_why(officer: User, sub: str) -> None:
    inactive = person("IN-MH-JALGAON")
    inactive.email, inactive.is_active = "inactive@jalgaon.example", False
    inactive.save()
    client = Client()
    answer = came_back(client, sub)
    assert answer.status_code == 401
    assert "Single sign-on did not work" in answer.content.decode()
    assert client.get("/desk/").status_code == 302
    assert User.objects.count() == 2
    assert not SocialAccount.objects.exists()
    assert logged("account.sign_in_failed") == [("unknown", {"by": "single sign-on"})]


def test_another_person_of_the_provider_does_not_take_over_a_linked_account(officer: User) -> None:
    came_back(Client(), "officer")
    assert came_back(Client(), "officer-mfa").status_code == 401  # the same address, another person there


def test_a_person_who_was_let_out_is_out_here_too(officer: User) -> None:
    came_back(Client(), "officer-mfa")
    officer.is_active = False
    officer.save()
    assert came_back(Client(), "officer-mfa").status_code == 401


def test_a_code_without_our_state_or_used_twice_is_refused(officer: User) -> None:
    assert Client().get("/sign-in/single-sign-on/done/?code=x&state=y").status_code == 401
    client = Client()
    back = urlsplit(httpx.post(sent_to_provider(client), data={"sub": "officer-mfa"}).headers["location"])
    thief = Client()
    assert thief.get(f"{back.path}?{back.query}").status_code == 401  # another browser's
    assert client.get(f"{back.path}?{back.query}").status_code == 302
    assert Client().get(f"{back.path}?{back.query}").status_code == 401


def test_refusing_at_the_provider_leads_back_to_the_form(officer: User) -> None:
    client = Client()
    denied = httpx.post(sent_to_provider(client), data={"action": "deny"})
    back = urlsplit(denied.headers["location"])
    assert client.get(f"{back.path}?{back.query}").status_code == 401


def test_the_form_may_lead_to_the_provider_and_nowhere_else(officer: User, issuer: str) -> None:
    page = Client().get("/sign-in/")
    assert f"form-action 'self' {issuer};" in page["Content-Security-Policy"]
    assert "single sign-on" in page.content.decode()
    assert sent_to_provider(Client(), "https://evil.example/").startswith(f"{issuer}/oauth2/authorize?")
    assert "code_challenge_method=S256" in sent_to_provider(Client())
    client = Client()
    assert came_back(client, "officer-mfa", "https://evil.example/")["Location"] == "/"


@pytest.mark.usefixtures("ready")
def test_nobody_but_the_issuer_is_asked(
    monkeypatch: pytest.MonkeyPatch, settings: object, issuer: str, tmp_path: Path
) -> None:
    """A discovery document that names endpoints elsewhere, or leads elsewhere, gets no answer out of us."""
    asked: list[str] = []

    class Lying(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", f"{issuer}/.well-known/openid-configuration")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Lying)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with set_up(monkeypatch, settings, f"http://127.0.0.1:{server.server_port}", tmp_path):
            assert Client().post("/sign-in/single-sign-on/").status_code == 502
            assert asked == ["/.well-known/openid-configuration"]
            session = single_sign_on.SingleSignOnAdapter().get_requests_session()
            with pytest.raises(Exception, match="nobody else"):
                session.get(issuer)
    finally:
        server.shutdown()
        server.server_close()


def test_a_token_counts_when_the_issuer_signed_it_for_us_and_it_has_not_run_out() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    keys = {"keys": [json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))]}
    right = {"iss": "https://a.example", "aud": "tipline", "sub": "s", "iat": time.time(), "exp": time.time() + 60}

    def checked(signing: object = key, algorithm: str = "ES256", **changed: object) -> dict[str, object]:
        token = jwt.encode({**right, **changed}, signing, algorithm=algorithm)  # type: ignore[arg-type]
        return single_sign_on._checked(token, keys, "https://a.example", "tipline")

    assert checked()["sub"] == "s"
    for wrong in ({"aud": "another"}, {"iss": "https://b.example"}, {"exp": time.time() - 1}):
        with pytest.raises(ValueError, match="not valid"):
            checked(**wrong)
    with pytest.raises(ValueError, match="not valid"):
        checked(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(ValueError, match="not valid"):
        checked("a shared secret of thirty-two bytes", "HS256")
    with pytest.raises(ValueError, match="not valid"):
        checked(None, "none")


def test_without_settings_there_is_no_such_way_in() -> None:
    assert Client().post("/sign-in/single-sign-on/").status_code == 404
    assert Client().get("/sign-in/single-sign-on/done/").status_code == 404
    assert "single sign-on" not in Client().get("/sign-in/").content.decode()


def test_another_issuer_is_another_provider() -> None:
    one = dataclasses.replace(configuration.config(), oidc_issuer="https://a.example")
    two = dataclasses.replace(configuration.config(), oidc_issuer="https://b.example")
    assert provider_id(one) != provider_id(two)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"TIPLINE_OIDC_ISSUER": ""}, "TIPLINE_OIDC_ISSUER is missing"),
        ({"TIPLINE_OIDC_CLIENT_ID": ""}, "TIPLINE_OIDC_CLIENT_ID is missing"),
        ({"TIPLINE_OIDC_CLIENT_SECRET_FILE": ""}, "TIPLINE_OIDC_CLIENT_SECRET_FILE is missing"),
        (
            {"TIPLINE_OIDC_CLIENT_SECRET_FILE": "/nonexistent/file"},
            "TIPLINE_OIDC_CLIENT_SECRET_FILE: .* cannot be read",
        ),
        ({"TIPLINE_OIDC_ISSUER": "http://login.example"}, "TIPLINE_OIDC_ISSUER must be"),
        ({"TIPLINE_OIDC_ISSUER": "https://user@login.example"}, "TIPLINE_OIDC_ISSUER must be"),
        ({"TIPLINE_OIDC_ISSUER": "https://login.example/?a=b"}, "TIPLINE_OIDC_ISSUER must be"),
        ({"TIPLINE_OIDC_ISSUER": "https://[broken"}, "TIPLINE_OIDC_ISSUER must be"),
        ({"TIPLINE_OIDC_ISSUER": "login.example"}, "TIPLINE_OIDC_ISSUER must be"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(changed: dict[str, str], named: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    secret.chmod(0o600)
    right = {
        "TIPLINE_OIDC_ISSUER": "https://login.example/realm/", "TIPLINE_OIDC_CLIENT_ID": "tipline",
        "TIPLINE_OIDC_CLIENT_SECRET_FILE": str(secret),
    }  # fmt: skip
    assert load_config(right).oidc_issuer == "https://login.example/realm"
    with pytest.raises(ConfigurationError, match=named):
        load_config({**right, **changed})
    secret.chmod(0o644)
    with pytest.raises(ConfigurationError, match="TIPLINE_OIDC_CLIENT_SECRET_FILE: others can read"):
        load_config(right)
