"""The range and live data have no way across: the stamp, the tables, row security."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories
from tests.conftest import given_database
from tests.training_range import stamped
from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.database.layout import APP_ROLE, OWNER_ROLE, SUPERUSER
from tipline.core.errors import DatabaseUnavailableError
from tipline.core.migrations import bring_up_to_date
from tipline.training.courses.models import Course
from tipline.trust.accounts.models import User


@pytest.mark.django_db
def test_a_live_database_takes_no_row_of_training() -> None:
    with pytest.raises(DatabaseError, match="this database is not one"), transaction.atomic():
        Course.objects.create(code="batch-1", name="Batch 1")


@pytest.mark.django_db
def test_every_table_of_training_is_held_to_a_range() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'only_in_range')"
            " FROM pg_class c WHERE relkind = 'r' AND relname LIKE 'training\\_%' AND relname <> 'training_stamp'"
        )
        found = dict(cursor.fetchall())
    assert found
    assert {table for table, held in found.items() if not held} == set()


@pytest.mark.parametrize(
    "act", ["UPDATE training_stamp SET kind = 'range'", "DELETE FROM training_stamp", "TRUNCATE training_stamp"]
)
@pytest.mark.django_db
def test_neither_the_application_nor_the_owner_changes_the_stamp(act: str, owner_url: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
    with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.DatabaseError, match="never changed"):
        owner.execute(act)


@pytest.mark.django_db
def test_a_database_has_one_stamp(owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.DatabaseError):
        owner.execute("INSERT INTO training_stamp (kind) VALUES ('range')")


@pytest.mark.django_db
def test_live_refuses_a_ranges_database_and_the_range_a_live_one(postgres: EmbeddedPostgres, settings: Any) -> None:
    name = str(settings.DATABASES["default"]["NAME"])
    live = given_database(postgres, name)
    in_range = given_database(postgres, name, TIPLINE_RANGE="1")
    with pytest.raises(DatabaseUnavailableError, match="this database is a live installation's"):
        bring_up_to_date(in_range)
    with stamped(postgres.layout.url(SUPERUSER, name)):
        assert bring_up_to_date(in_range) == 0
        with pytest.raises(DatabaseUnavailableError, match="this database is a training range's"):
            bring_up_to_date(live)


def test_roles_of_one_server_do_not_open_the_other(postgres: EmbeddedPostgres, tmp_path: Any) -> None:
    """Both servers run, and the range's passwords are tried at the live socket."""
    other = EmbeddedPostgres(tmp_path / "training")
    with other.use():
        for role in (APP_ROLE, OWNER_ROLE, SUPERUSER):
            url = postgres.layout.url(role, "postgres").replace(
                str(postgres.layout.passfile).replace("/", "%2F"), str(other.layout.passfile).replace("/", "%2F")
            )
            assert str(other.layout.passfile).replace("/", "%2F") in url
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(url)


def test_people_without_a_stamp_are_taken_for_live(
    postgres: EmbeddedPostgres, settings: Any, committed_db: None
) -> None:
    """An installation of before there were ranges is live, whatever it is started as."""
    name = str(settings.DATABASES["default"]["NAME"])
    factories.standard_tree()
    User.objects.create(email="a@example.test", name="A", agency=factories.agency("IN-MH-PUNE"), role="analyst")
    with psycopg.connect(postgres.layout.url(SUPERUSER, name)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM training_stamp")
    try:
        with pytest.raises(DatabaseUnavailableError, match="live installation's"):
            bring_up_to_date(given_database(postgres, name, TIPLINE_RANGE="1"))
    finally:
        bring_up_to_date(given_database(postgres, name))
