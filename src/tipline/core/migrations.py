"""Migrations: run by the role that owns the tables; the application's rights are granted anew after them.

Whether anything is missing is told from the names of the files and of the applied migrations alone, since a start should not
load every model and migration to find that it has nothing to do.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tipline.core.config import Config
from tipline.core.database import database_urls, grant_application_rights, snapshot
from tipline.core.errors import DatabaseUnavailableError
from tipline.core.stamp import refuse_another, stamp

# Tables that the application may only add to; a test holds this against the models.
APPEND_ONLY = (
    "audit_entry", "audit_log", "audit_leaf", "audit_node", "audit_checkpoint", "audit_publication",
    "reports_unmasking", "reports_unmaskingend", "reports_unmaskingreview",
    "retention_certificate", "attribution_preservationnote",
    "cases_diaryentry", "cases_standingchange", "cases_officerchange", "cases_offenceact", "cases_firentry",
    "cases_preliminaryenquiry", "cases_caseending",
    "referrals_referralevent",
    "process_requestevent",
    "leads_stepmark",
    "records_reportorigin", "records_hoporigin", "federation_incoming",
    "packages_senthop", "packages_takenpackage", "packages_takenreturn", "packages_refusedpackage",
    "operations_boardentry", "operations_closing",
    "training_stamp",
    "training_attempts_answer", "training_attempts_hinttaken", "training_attempts_event", "training_attempts_review", "training_attempts_keptworld",
    "statistics_snapshot",
    "linking_clusterchange",
)  # fmt: skip
# One installation migrates at a time, however many machines start at once.
_ADVISORY_LOCK = 0x7469706C


def missing_migrations() -> int:
    """How many migrations this database lacks, as the application's role sees it. Needs Django to be set up."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date(settings: Config, *, by_snapshot: bool = True) -> int:
    """Apply what is missing and return how many migrations that were.

    Parameters
    ----------
    by_snapshot
        whether a new database may be made from `database/schema.sql`; False: by every migration, one after the other.

    Raises
    ------
    DatabaseUnavailableError
        when the database was migrated by a newer Tipline: an older one must not write to it; or it is a training range's and this
        installation is live, or the other way round.
    """
    from tipline.settings import INSTALLED_APPS

    urls = database_urls(settings)
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        refuse_another(owner, in_range=settings.range)
        loaded = _applied(owner).total() if by_snapshot and snapshot.load(owner) else 0
        applied = loaded + (0 if _applied(owner) == _on_disk(INSTALLED_APPS) else _migrate())
        stamp(owner, in_range=settings.range)
        # also when nothing was missing: the last run may have been killed in between, or the role be a new one
        grant_application_rights(owner, urls.app, APPEND_ONLY)
    return applied


def _applied(owner: psycopg.Connection[Any]) -> Counter[str]:
    if owner.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return Counter()
    return Counter(name for (name,) in owner.execute("SELECT name FROM django_migrations"))


def _on_disk(apps: Sequence[str]) -> Counter[str]:
    """Names of migration files of the apps. They are counted, not told apart by app: any difference leads to the full check."""
    names: Counter[str] = Counter()
    for app in apps:
        top, _, below = app.partition(".")
        spec = find_spec(top)
        if spec is not None and spec.origin is not None:
            folder = Path(spec.origin).parent.joinpath(*below.split("."), "migrations")
            names.update(path.stem for path in folder.glob("[0-9]*.py"))
    return names


def _migrate() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tipline.settings")
    import django
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
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
        # Django makes every model anew for each step: looking for garbage less often saves a fifth of the time of a first start
        before = gc.get_threshold()
        gc.set_threshold(20_000, 20, 100)
        try:
            call_command("migrate", database="owner", verbosity=0, interactive=False)
        finally:
            gc.set_threshold(*before)
    connection.close()
    return len(missing)
