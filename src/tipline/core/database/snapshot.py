"""The tables as all migrations leave them, kept as SQL: a new database is made from it in a second instead of a minute.

Django renders the models of the whole house anew for nearly every step of a migration, so a first start would spend more than
half a minute of a processor on tables that have no rows. `schema.sql` says what comes out. It names the migrations it stands
for: what came later runs after it, so an old file is slower, never wrong. A test makes it again from the migrations and
compares; `make schema` writes it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tipline.core.database.server import package

SCHEMA = Path(__file__).with_name("schema.sql")
# What migrations put into an empty database. The log's name is different in each, see the migration audit 0003.
_FILLED = {
    "django_migrations": ("app", "name", "applied"),
    "django_content_type": ("id", "app_label", "model"),
    "auth_permission": ("id", "name", "content_type_id", "codename"),
}
_NAME_OF_LOG = "INSERT INTO public.audit_log (origin, one) VALUES ('tipline/audit/' || gen_random_uuid(), true);"
_FIRST = "-- The tables of a new database, for PostgreSQL {} and later. Made by `make schema`: do not edit."
_SKIPPED = re.compile(r"--.*|SET \w+ = .*;|SELECT pg_catalog\.set_config\('search_path'.*|\\(un)?restrict .*|")


def take(owner_url: str) -> str:
    """The text of `schema.sql` for this migrated database without a user's rows.

    Raises
    ------
    ValueError
        when a migration left rows in a table that is not known for it.
    """
    pg_dump = package() / "pginstall" / "bin" / "pg_dump"
    command = [str(pg_dump), "--schema-only", "--no-owner", "--no-privileges", owner_url]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    with psycopg.connect(owner_url) as owner:
        # what kind of database it is, is said after them (`core.stamp`)
        filled = {name for name in _tables(owner) if name != "training_stamp" and _has_rows(owner, name)}
        if unknown := filled - {*_FILLED, "audit_log"}:
            raise ValueError(
                f"migrations leave rows in {', '.join(sorted(unknown))}: the snapshot has to be taught them"
            )
        rows = [_rows(owner, table, columns) for table, columns in _FILLED.items()]
        head = [
            _FIRST.format(owner.info.server_version // 10_000),
            "SET LOCAL check_function_bodies = false;",
            "SELECT set_config('search_path', '', true);",
        ]
    return "\n".join([*head, *_without_noise(dumped.splitlines()), *rows, _NAME_OF_LOG, ""])


def load(owner: psycopg.Connection[Any], text: str = "") -> bool:
    """Make the tables of an empty database from `schema.sql` (or this text of it), all or none; False where that cannot be.

    It cannot where there are tables, and on a server that is older than the one the file was made on.
    """
    text = text or SCHEMA.read_text(encoding="utf-8")
    made_on = re.search(r"PostgreSQL (\d+)", text)
    if made_on is None or owner.info.server_version // 10_000 < int(made_on[1]) or _tables(owner):
        return False
    with owner.transaction():
        owner.execute(text.encode())
    return True


def _tables(owner: psycopg.Connection[Any]) -> list[str]:
    found = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in found.fetchall()]


def _has_rows(owner: psycopg.Connection[Any], table: str) -> bool:
    return bool(owner.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone())


def _without_noise(lines: Iterable[str]) -> list[str]:
    """Leave out pg_dump's comments, settings and empty lines, but nothing inside of a function's body."""
    kept, body = [], False
    for line in lines:
        if body or not _SKIPPED.fullmatch(line):
            kept.append(line)
        if line.count("$") and len(re.findall(r"\$\w*\$", line)) % 2:
            body = not body
    return kept


def _rows(owner: psycopg.Connection[Any], table: str, columns: tuple[str, ...]) -> str:
    """The statement that writes the rows of a table, and with their ids the one that counts on from there."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    found = owner.execute(sql.SQL("SELECT {} FROM {} ORDER BY id").format(names, sql.Identifier(table))).fetchall()
    values = sql.SQL(",\n").join(sql.SQL("({})").format(sql.SQL(", ").join(map(_written, row))) for row in found)
    written = sql.SQL("INSERT INTO public.{} ({}) VALUES\n{};").format(sql.Identifier(table), names, values)
    if "id" in columns:
        written += sql.SQL("\nSELECT setval(pg_get_serial_sequence({}, 'id'), {});").format(
            sql.Literal(f"public.{table}"), sql.Literal(found[-1][0])
        )
    return written.as_string(owner)


def _written(value: object) -> sql.Composable:
    """A value; of a time, that it is the time of loading."""
    return sql.SQL("now()") if isinstance(value, datetime) else sql.Literal(value)
