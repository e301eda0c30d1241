"""Two roles: one owns the tables and runs migrations, the weaker one is the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from tipline.core.config import Config
from tipline.core.database.layout import APP_ROLE, OWNER_ROLE
from tipline.core.database.urls import role_of


def shares_owner_role(config: Config) -> bool:
    """Whether the application connects as the role that owns the tables, which undoes the second lock."""
    if config.embedded:
        return False
    return role_of(config.database_url) == role_of(config.database_owner_url)


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


def set_passwords(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Change the passwords of these roles, all or none. The server is told digests, never the passwords."""
    with psycopg.connect(superuser_url) as connection:
        for role, password in passwords.items():
            digest = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(digest)))


def ensure_database(superuser_url: str, database_url: str, database: str, owner: str) -> None:
    """Make a database of the embedded server, owned by `owner`, with nothing in it for the public. Idempotent.

    Extensions are made by migrations: those that Tipline may want (pg_trgm, btree_gist, citext) are trusted, so the owner of a
    database can make them, here as on a server that is given.
    """
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
    row, and of the migrations' own table it only reads. Where owner and application are one role there is nothing to give:
    see `shares_owner_role`.

    Parameters
    ----------
    owner
        a connection of the role that owns the tables.
    app_url
        address that names the application's role.
    append_only
        names of tables in the schema `public`.
    """
    role = role_of(app_url)
    row = owner.execute("SELECT current_user = %s, pg_has_role(nspowner, 'USAGE') FROM pg_namespace"
                        " WHERE nspname = 'public'", [role]).fetchone()  # fmt: skip
    same, owns_schema = row or (False, False)
    if same:
        return
    app = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {app}"),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}"),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}"),
        sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {app}"),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {app}"),
    ]
    if owns_schema:  # a database that was upgraded from PostgreSQL 14 still lets everybody make tables
        statements.append(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {app}"))
    with owner.transaction():
        for statement in statements:
            owner.execute(statement.format(app=app))
        for table in append_only:
            owner.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {app}").format(
                    table=sql.Identifier("public", table), app=app
                )
            )
