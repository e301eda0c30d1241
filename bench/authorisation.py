"""What authorisation costs a page: the same pages by the same person with both locks, with the first alone, and with none, interleaved.

`value` is the most milliseconds of work that both locks add to any of the pages; `pages` has each page's times and numbers of
queries. Work is processor time of this thread and of its PostgreSQL backend, so that others on the machine do not count.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from _throwaway import installation

SIZES = (200, 2_000, 20_000)
ROUNDS = 8
A_ROUND = 10
WARM_UP = 12
BATCH = 200
BOTH, FIRST, NONE = "both locks", "first lock", "no lock"


def run(size: int, seed: int) -> dict[str, Any]:
    """Pages of a district that holds most of `size` synthetic reports."""
    with installation() as settings:
        from django.conf import settings as django
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from tipline.core.database import database_urls

        django.ALLOWED_HOSTS = ["testserver"]
        client, paths, held = _arranged(size, seed)
        seconds: dict[tuple[str, str], list[float]] = {
            (page, mode): [] for page in paths for mode in (BOTH, FIRST, NONE)
        }
        queries: dict[tuple[str, str], int] = {}
        with psycopg.connect(database_urls(settings).owner, autocommit=True) as owner:
            owner.execute("ANALYZE")  # as autovacuum has done in an installation that lives
            tables = [t for (t,) in owner.execute("SELECT tablename FROM pg_policies").fetchall()]
            for number in range(ROUNDS):
                # each mode is as often first as last
                modes = (BOTH, FIRST, NONE) if number % 2 else (NONE, FIRST, BOTH)
                for mode in modes:
                    for table in tables:
                        switch = "ENABLE" if mode == BOTH else "DISABLE"
                        owner.execute(f"ALTER TABLE {table} {switch} ROW LEVEL SECURITY")
                    with _unlocked() if mode == NONE else ExitStack():
                        for page, path in paths.items():
                            for _ in range(WARM_UP):
                                assert client.get(path).status_code == 200
                            started = _worked()
                            for _ in range(A_ROUND):
                                client.get(path)
                            seconds[page, mode].append((_worked() - started) / A_ROUND)
                            if (page, mode) not in queries:
                                with CaptureQueriesContext(connection) as asked:
                                    client.get(path)
                                queries[page, mode] = len(asked)
    ms = {key: statistics.median(times) * 1e3 for key, times in seconds.items()}
    added = {page: ms[page, BOTH] - ms[page, NONE] for page in paths}
    worst = max(added, key=lambda page: added[page])
    return {
        "size": size, "value": round(added[worst], 2), "unit": "ms/request", "peer": "no lock",
        "peer_value": round(ms[worst, NONE], 2), "ratio": round(ms[worst, BOTH] / ms[worst, NONE], 3), "worst": worst,
        "held": held,
        "pages": {
            page: {
                mode: {"ms": round(ms[page, mode], 2), "queries": queries[page, mode]} for mode in (BOTH, FIRST, NONE)
            }
            for page in paths
        },
    }  # fmt: skip


def _worked() -> float:
    """Seconds of processor time so far: ours, and PostgreSQL's for our connection (Linux, Documentation/scheduler/sched-stats)."""
    from django.db import connection

    backend = connection.connection.info.backend_pid
    return time.thread_time() + int(Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def _arranged(size: int, seed: int) -> tuple[Any, dict[str, str], int]:
    """A signed-in officer of the district with most reports, the addresses of three pages, and how many reports it holds."""
    import hashlib
    import tempfile

    from django.db.models import Count
    from django.test import Client

    from tipline.core.clock import now
    from tipline.demo.scenario import RANGES
    from tipline.demo.synthetic import report_xml, stream
    from tipline.investigation.cases.services import open_case
    from tipline.pipeline.attribution.services import import_source
    from tipline.pipeline.run import run_waiting
    from tipline.referrals.models import StandingAction
    from tipline.referrals.services import set_standing_rule
    from tipline.reports.models import Holding
    from tipline.reports.services import ReceivedDocument, ReportHeader, finish, open_report
    from tipline.trust.accounts.models import Role, User
    from tipline.trust.accounts.services import add_reporter
    from tipline.trust.accounts.sessions import SECOND_FACTOR
    from tipline.trust.actors import system
    from tipline.trust.agencies.models import Agency, AgencyKind
    from tipline.trust.agencies.queries import by_code

    bench = system("bench")
    import_source(RANGES, Path(tempfile.mkdtemp()), bench)
    for code in ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER"):
        set_standing_rule(by_code(code), StandingAction.FORWARD, bench)
    reporter = add_reporter("Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), bench)
    for number, made in enumerate(stream(size, seed, now(), (("Bench", "bench.example"),)), 1):
        body = report_xml(made)
        document = ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)
        finish(reporter, open_report(reporter, document, ReportHeader("x", None, "", "Bench", False, "")).report_id)
        if number % BATCH == 0 or number == size:
            while run_waiting(BATCH).total:
                pass
    holding = Holding.objects.filter(held_until=None, agency__kind=AgencyKind.DISTRICT)
    most = holding.values("agency").annotate(n=Count("id")).order_by("-n").first()
    assert most is not None, "no report reached a district"
    agency = Agency.objects.get(pk=most["agency"])
    officer = User.objects.create(
        email="officer@bench.example",
        name="Officer",
        agency=agency,
        role=Role.DESK_OFFICER,
        password="!",  # noqa: S106 - no hash, nobody signs in with it
    )
    ids = list(holding.filter(agency=agency).order_by("report_id").values_list("report_id", flat=True)[:2])
    case = open_case(officer, ids[:1], "A case of the benchmark")
    client = Client()
    client.force_login(officer)
    session = client.session
    session[SECOND_FACTOR] = True
    session.save()
    return client, {"report": f"/reports/{ids[-1]}/", "desk": "/desk/", "case": f"/cases/{case.pk}/"}, most["n"]


@contextmanager
def _unlocked() -> Iterator[None]:
    """Everybody sees everything, and PostgreSQL is told nothing. Pages keep their transaction, which they need to log a reading."""
    from django.db import transaction

    from tipline.console import authorise
    from tipline.trust.visibility import OPERATOR, Scope

    @contextmanager
    def untold(scope: Scope) -> Iterator[Scope]:
        with transaction.atomic():
            yield scope

    with (
        mock.patch.object(authorise, "scope_of", return_value=OPERATOR),
        mock.patch.object(authorise, "acting", untold),
    ):
        yield
