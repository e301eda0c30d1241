"""Migrations: run by the role that owns the tables; the application's rights are granted anew after them."""

from __future__ import annotations

import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tipline.core.config import Config
from tipline.core.database import database_urls, grant_application_rights
from tipline.core.errors import DatabaseUnavailableError

# Tables that the application may only add to. trust.audit's test holds this against its models.
APPEND_ONLY = ("audit_entry",)
# One installation migrates at a time, however many machines start at once.
_ADVISORY_LOCK = 0x7469706C696E65 & 0x7FFFFFFF


def missing_migrations() -> int:
    """How many migrations this database lacks, as the application's role sees it."""
    executor = MigrationExecutor(connections["default"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date(settings: Config) -> int:
    """Apply what is missing and return how many migrations that were.

    Raises
    ------
    DatabaseUnavailableError
        when the database was migrated by a newer Tipline: an older one must not write to it.
    """
    urls = database_urls(settings)
    with psycopg.connect(urls.owner, autocommit=True) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        connection = connections["owner"]
        executor = MigrationExecutor(connection)
        applied = set(executor.loader.applied_migrations or {})
        unknown = sorted(applied - set(executor.loader.graph.nodes))
        ours = [(app, name) for app, name in unknown if app in executor.loader.migrated_apps]
        if ours:
            raise DatabaseUnavailableError(
                f"the database was brought up to date by a newer Tipline (it has {ours[0][0]} {ours[0][1]}): "
                "install that version, or restore a backup of before"
            )
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            call_command("migrate", database="owner", verbosity=0, interactive=False)
        # also when nothing was missing: the last run may have been killed in between, or the role be a new one
        grant_application_rights(lock, urls.app, APPEND_ONLY)
        connection.close()
    return len(missing)
