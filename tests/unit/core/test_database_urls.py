"""Addresses of the database: in Django's form, without a password for screens, and the role that they name."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from tipline.core.config import load_config
from tipline.core.database import EmbeddedPostgres, database_urls, django_database, shares_owner_role, without_password

PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20)


def test_the_embedded_server_is_known_before_it_runs(tmp_path: Path) -> None:
    config = load_config({"TIPLINE_DATA_DIR": str(tmp_path / "a b:c")})
    urls, server = database_urls(config), EmbeddedPostgres(config.data_dir)
    assert (urls.app, urls.owner) == (server.app_url, server.owner_url)
    assert not config.data_dir.exists()
    entry = django_database(urls.app, application_name="web")
    assert entry == {
        "ENGINE": "django.db.backends.postgresql", "NAME": "tipline", "USER": "tipline_app", "PASSWORD": "",
        "HOST": str(server.layout.socket_dir), "PORT": "5432",
        "OPTIONS": {"application_name": "web", "passfile": str(config.data_dir / "secrets" / "pgpass")},
    }  # fmt: skip


def test_a_given_server_keeps_all_that_its_address_says() -> None:
    url = (
        "postgresql://us%40er:p%25w%2F@[2001:db8::5]:6432/ti%20pline"
        "?sslmode=verify-full&sslrootcert=%2Fca.pem&options=-c%20statement_timeout%3D5s"
    )
    assert django_database(url, application_name="web") == {
        "ENGINE": "django.db.backends.postgresql", "NAME": "ti pline", "USER": "us@er", "PASSWORD": "p%w/",
        "HOST": "2001:db8::5", "PORT": "6432",
        "OPTIONS": {
            "application_name": "web", "sslmode": "verify-full", "sslrootcert": "/ca.pem",
            "options": "-c statement_timeout=5s",
        },
    }  # fmt: skip


def test_several_hosts_are_allowed() -> None:
    entry = django_database("postgresql://u@one.example:1,two.example:2/db", application_name="web")
    assert (entry["HOST"], entry["PORT"]) == ("one.example,two.example", "1,2")


@given(user=PRINTABLE, password=PRINTABLE, database=PRINTABLE)
def test_names_and_passwords_of_any_characters_arrive(user: str, password: str, database: str) -> None:
    url = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@db.example/{quote(database, safe='')}"
    entry = django_database(url, application_name="web")
    assert (entry["USER"], entry["PASSWORD"], entry["NAME"]) == (user, password, database)


@given(password=PRINTABLE)
def test_a_screen_never_shows_a_password(password: str) -> None:
    secret = quote(f"5ecret{password}", safe="")
    for url in (
        f"postgresql://u:{secret}@h.example:5/db?sslmode=require",
        f"postgresql://u@h.example:5/db?password={secret}&sslmode=require",
    ):
        shown = without_password(url)
        assert "5ecret" not in shown
        rest = {"user": "u", "host": "h.example", "port": "5", "dbname": "db", "sslmode": "require"}
        assert conninfo_to_dict(shown) == rest


@pytest.mark.parametrize(
    ("app", "owner", "shared"),
    [
        ("postgresql://app@h/db", "postgresql://owner@h/db", False),
        ("postgresql://app@h/db", "", True),
        ("postgresql:///db?user=app&host=h", "postgresql://app@h/db", True),
        ("postgresql://h/db", f"postgresql://{pwd.getpwuid(os.geteuid()).pw_name}@h/db", True),
        ("", "", False),
    ],
)
def test_one_role_for_both_is_noticed(app: str, owner: str, shared: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGUSER", raising=False)
    config = load_config({"TIPLINE_DATABASE_URL": app, "TIPLINE_DATABASE_OWNER_URL": owner})
    assert shares_owner_role(config) is shared
