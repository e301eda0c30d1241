"""Bringing a database up to date: what is missing is seen without loading Django's models, and a newer database is refused."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tests.conftest import given_database
from tipline.core.config import Config
from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.database.layout import APP_ROLE
from tipline.core.errors import DatabaseUnavailableError
from tipline.core.migrations import _applied, _on_disk, bring_up_to_date


@pytest.fixture
def given(django_db_setup: None, postgres: EmbeddedPostgres) -> Config:
    """This worker's database, as an installation that is given it would name it."""
    return given_database(postgres, str(settings.DATABASES["default"]["NAME"]))


def test_the_names_on_disk_are_those_that_django_knows(db: None, owner_url: str) -> None:
    known = sorted(name for _, name in MigrationLoader(None).disk_migrations)
    assert sorted(_on_disk(settings.INSTALLED_APPS).elements()) == known
    assert {config.label for config in apps.get_app_configs()} >= {"reports", "procrastinate", "auth"}
    with psycopg.connect(owner_url) as owner:
        assert _applied(owner) == _on_disk(settings.INSTALLED_APPS)


def test_a_current_database_needs_nothing(given: Config) -> None:
    assert bring_up_to_date(given) == 0


def test_rights_that_were_lost_are_granted_again(given: Config, owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f"REVOKE ALL ON reports_report FROM {APP_ROLE}")  # type: ignore[call-overload]
        bring_up_to_date(given)
        granted = owner.execute("SELECT has_table_privilege(%s, 'reports_report', 'INSERT')", [APP_ROLE]).fetchone()
    assert granted == (True,)


def test_a_database_of_a_newer_tipline_is_refused(given: Config, owner_url: str, committed_db: None) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('reports', '9999_future', now())")
        try:
            with pytest.raises(DatabaseUnavailableError, match=r"newer Tipline .it has reports 9999_future"):
                bring_up_to_date(given)
        finally:
            connections["owner"].close()
            owner.execute("DELETE FROM django_migrations WHERE name = '9999_future'")
