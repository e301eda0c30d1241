"""No secret reaches a log, whoever logs it and however it is wrapped."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from tipline.core import redact
from tipline.core.config import load_config
from tipline.core.logs import configure
from tipline.core.redact import HIDDEN, hide, redacted

SECRET = "Zq8-vN2_kT5w-Xb9r"


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_known", set())


@pytest.mark.parametrize(
    "text",
    [
        f"connection to postgresql://tipline:{SECRET}@db.example/tipline failed",
        f"https://:{SECRET}@peer.example/",
        f"postgresql:///tipline?host=/run&password={SECRET}&sslmode=require",
        f"Authorization: Basic {SECRET}",
        f"{{'HTTP_AUTHORIZATION': 'Bearer {SECRET}', 'PATH_INFO': '/'}}",
        f"proxy-authorization: Digest username=a, response={SECRET}",
        f"curl said: > authorization: bearer {SECRET}",
        f"sent Basic {SECRET} to the door",
        f"Cookie: a=b; tipline_session={SECRET}; c=d",
        f"GET / tipline_session={SECRET}; x",
        f"__Host-tipline_csrf={SECRET}",
        f"{{'email': 'a@b.example', 'password': '{SECRET}'}}",
        f'{{"aws_secret_access_key": "{SECRET}"}}',
        f"AWS_SECRET_ACCESS_KEY={SECRET}",
        f"csrfmiddlewaretoken={SECRET}&next=/",
        f"api_key = {SECRET}",
        "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    shown = redacted(text)
    assert SECRET not in shown and "QQQQ" not in shown
    assert HIDDEN in shown


@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /reports/5/",
        "batch done",
        "the passwords in /var/lib/tipline/secrets/pgpass are not those of the database",
        "2 keys at https://peer.example:8443/keys",
        "a basic check",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redacted(text) == text


@given(st.text(min_size=8, max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_a_known_secret_is_hidden_wherever_it_stands(secret: str, before: str, after: str) -> None:
    redact._known.clear()
    hide(secret)
    assert secret not in redacted(f"{before} {secret} {after}").replace(HIDDEN, "")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the process writes to its log."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", io.StringIO())
    configure()
    yield sys.stderr  # type: ignore[misc]
    root.handlers, root.level = handlers, level


def test_both_ways_of_logging_are_cleaned_with_their_exceptions(logged: io.StringIO) -> None:
    hide(SECRET)
    try:
        raise ValueError(f"it was {SECRET}")
    except ValueError:
        structlog.get_logger("t").exception("mine", password="short", nested={"cookie": "x", "list": [SECRET]}, n=5)
        logging.getLogger("other").exception("theirs %s", SECRET)
    lines = logged.getvalue()
    assert SECRET not in lines and "short" not in lines
    mine, theirs = (json.loads(line) for line in lines.splitlines())
    assert (mine["n"], mine["nested"]) == (5, {"cookie": HIDDEN, "list": [HIDDEN]})
    assert "ValueError" in mine["exception"] and "ValueError" in theirs["exception"]


def test_passwords_of_addresses_are_known_from_the_start() -> None:
    load_config({"TIPLINE_DATABASE_URL": f"postgresql://a:{SECRET}@db.example/t?sslpassword=another-secret"})
    assert redacted(f"{SECRET} and another-secret") == f"{HIDDEN} and {HIDDEN}"
