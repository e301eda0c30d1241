"""Two roles: one owns the tables and runs migrations, the weaker one is the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from tipline.core.config import Config
from tipline.core.database.layout import APP_ROLE, OWNER_ROLE


def shares_owner_role(config: Config) -> bool:
    """Whether the application connects as the role that owns the tables, which undoes the second lock."""
    if config.embedded:
        return False
    return _user(config.database_url) == _user(config.database_owner_url)


def _user(url: str) -> str:
    return unquote(urlsplit(url).username or "")


def ensure_roles(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Make the owner and the application role of the embedded server, with these passwords. Idempotent."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role in (OWNER_ROLE, APP_ROLE):
            exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = sql.SQL("ALTER" if exists else "CREATE")
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                    verb, sql.Identifier(role), sql.Literal(passwords[role])
                )
            )


def ensure_database(superuser_url: str, database_url: str, database: str, owner: str) -> None:
    """Make the database of the embedded server, with its extensions and nothing for the public. Idempotent."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(database), sql.Identifier(owner)
                )
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(database), sql.Identifier(APP_ROLE)
            )
        )
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner)))


def grant_application_rights(owner: psycopg.Connection[Any], app_url: str, append_only: Sequence[str]) -> None:
    """Give the application's role what it needs on the tables that exist now, and no more. Idempotent.

    It reads and writes rows; it makes, changes and empties no table. On the `append_only` tables it cannot change or remove a
    row, and of the migrations' own table it only reads.
    """
    role = _user(app_url)
    same = owner.execute("SELECT current_user = %s", [role]).fetchone()
    if not role or (same and same[0]):
        return
    app = sql.Identifier(role)
    grants = (
        "GRANT USAGE ON SCHEMA public TO {app}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {app}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {app}",
    )
    with owner.transaction():
        for grant in grants:
            owner.execute(sql.SQL(grant).format(app=app))
        for table in append_only:
            owner.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {app}").format(
                    table=sql.Identifier(table), app=app
                )
            )
