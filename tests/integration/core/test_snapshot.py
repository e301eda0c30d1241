"""The tables of a new database come from `schema.sql`, and are those that all migrations make."""

from __future__ import annotations

import difflib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tipline.core.database import EmbeddedPostgres, snapshot
from tipline.core.database.layout import OWNER_ROLE, SUPERUSER
from tipline.core.database.roles import ensure_database


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database of its own with nothing in it, as the role that will own the tables."""
    name = "tipline_snapshot"
    layout = postgres.layout
    ensure_database(layout.url(SUPERUSER, "postgres"), layout.url(SUPERUSER, name), name, OWNER_ROLE)
    yield layout.url(OWNER_ROLE, name)
    with psycopg.connect(layout.url(SUPERUSER, "postgres"), autocommit=True) as superuser:
        superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def difference(one: str, other: str) -> str:
    return "\n".join(difflib.unified_diff(one.splitlines(), other.splitlines(), "schema.sql", "made", lineterm="", n=1))


def test_it_is_what_all_migrations_make(project: Path, tmp_path: Path) -> None:
    made = tmp_path / "schema.sql"
    subprocess.run([sys.executable, project / "tools" / "schema.py", made], check=True, timeout=280)
    kept = snapshot.SCHEMA.read_text(encoding="utf-8")
    assert not difference(kept, made.read_text(encoding="utf-8")), "run `make schema` after a new migration"


def test_what_it_makes_is_what_it_says(empty_url: str) -> None:
    with psycopg.connect(empty_url, autocommit=True) as owner:
        assert snapshot.load(owner)
        assert owner.execute("SHOW search_path").fetchone() != ("",)
        named = owner.execute("SELECT origin FROM audit_log").fetchall()
    assert not difference(snapshot.SCHEMA.read_text(encoding="utf-8"), snapshot.take(empty_url))
    assert len(named) == 1


def test_a_database_with_a_table_is_left_alone(empty_url: str) -> None:
    with psycopg.connect(empty_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE somebodys (id int)")
        assert not snapshot.load(owner)
        assert owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


def test_an_older_server_goes_by_migrations(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = tmp_path / "schema.sql"
    newer.write_text("-- The tables of a new database, for PostgreSQL 99 and later.\nCREATE TABLE early (id int);\n")
    monkeypatch.setattr(snapshot, "SCHEMA", newer)
    with psycopg.connect(empty_url, autocommit=True) as owner:
        assert not snapshot.load(owner)
        assert owner.execute("SELECT to_regclass('early')").fetchone() == (None,)


def test_a_file_that_breaks_off_leaves_nothing(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "schema.sql"
    broken.write_text("-- PostgreSQL 16\nCREATE TABLE first (id int);\nCREATE TABLE")
    monkeypatch.setattr(snapshot, "SCHEMA", broken)
    with psycopg.connect(empty_url, autocommit=True) as owner:
        with pytest.raises(psycopg.errors.SyntaxError):
            snapshot.load(owner)
        assert owner.execute("SELECT to_regclass('first')").fetchone() == (None,)


def test_rows_that_a_migration_leaves_have_to_be_known(empty_url: str) -> None:
    with psycopg.connect(empty_url, autocommit=True) as owner:
        snapshot.load(owner)
        owner.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    with pytest.raises(ValueError, match="leave rows in procrastinate_workers"):
        snapshot.take(empty_url)
