"""A PostgreSQL that is given: the same code, two roles, and clear words about what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest

from tests.acceptance.conftest import Installation
from tipline.core.database.embedded import EmbeddedPostgres

pytestmark = pytest.mark.acceptance

PASSWORD = "a database password"


@pytest.fixture
def given(installation: Installation, postgres: EmbeddedPostgres) -> Iterator[Installation]:
    """An installation on a database of another server, with an owner and an application role made by its administrator."""
    with psycopg.connect(postgres.superuser_url, autocommit=True) as administrator:
        for role in ("given_owner", "given_app"):
            administrator.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")  # type: ignore[call-overload]
        administrator.execute("CREATE DATABASE given OWNER given_owner")
    host = quote(str(postgres.layout.socket_dir), safe="")
    for variable, role in (("TIPLINE_DATABASE_URL", "given_app"), ("TIPLINE_DATABASE_OWNER_URL", "given_owner")):
        installation.extra[variable] = f"postgresql://{role}:{quote(PASSWORD)}@/given?host={host}"
    yield installation
    if installation.process is not None:
        installation.down()
    with psycopg.connect(postgres.superuser_url, autocommit=True) as administrator:
        administrator.execute("DROP DATABASE given WITH (FORCE)")
        for role in ("given_owner", "given_app"):
            administrator.execute(f"DROP ROLE {role}")  # type: ignore[call-overload]


def test_a_given_database_works_with_the_weaker_role(given: Installation) -> None:
    told = given.run("agency", "list", check=False)
    assert told.returncode == 1
    assert "run `tipline migrate`" in told.stderr
    given.run("migrate")
    given.run("agency", "import")
    found = given.json("doctor", "--json")
    assert (found["ok"], found["embedded"]) == (True, False)
    assert found["database_url"].startswith("postgresql://given_app@/given")
    assert PASSWORD.replace(" ", "%20") not in str(found)
    assert not any("owns the tables" in warning for warning in found["warnings"])
    given.up()
    given.run("simulate", "--reports", "5")
    assert given.until_processed()["processed"] == 5
    with (
        psycopg.connect(given.extra["TIPLINE_DATABASE_URL"]) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("DELETE FROM audit_entry")
    assert not (given.data_dir / "postgres" / "data").exists()


def test_one_role_for_both_works_and_is_warned_of(given: Installation) -> None:
    given.extra["TIPLINE_DATABASE_URL"] = given.extra.pop("TIPLINE_DATABASE_OWNER_URL")
    given.run("migrate")
    assert any("owns the tables" in warning for warning in given.json("doctor", "--json")["warnings"])
