"""What row-level security costs the list of stages: the same batches with the policies on and off, interleaved.

`value` is reports/s with row-level security, `peer_value` without; `ratio` near 1 means that it costs nothing.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from typing import Any

import psycopg
from _throwaway import installation

SIZES = (200, 1_000, 10_000)
BATCH = 100


def run(size: int, seed: int) -> dict[str, Any]:
    """`size` synthetic reports in batches, every second one without the policies."""
    with installation() as settings:
        from tipline.core.clock import now
        from tipline.core.database import database_urls
        from tipline.demo.synthetic import report_xml, stream
        from tipline.pipeline.run import run_waiting
        from tipline.reports.services import ReceivedDocument, ReportHeader, finish, open_report
        from tipline.trust.accounts.services import add_reporter
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        reporter = add_reporter("Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), system("bench"))
        count = max(2, size // BATCH) * BATCH
        reports = stream(count, seed, now(), (("Bench", "bench.example"),))
        seconds: dict[bool, list[float]] = {True: [], False: []}
        with psycopg.connect(database_urls(settings).owner, autocommit=True) as owner:
            tables = [t for (t,) in owner.execute("SELECT tablename FROM pg_policies").fetchall()]
            for number in range(max(2, size // BATCH)):
                secured = number % 2 == 0
                for table in tables:
                    owner.execute(f"ALTER TABLE {table} {'ENABLE' if secured else 'DISABLE'} ROW LEVEL SECURITY")
                for _ in range(BATCH):
                    body = report_xml(next(reports))
                    document = ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)
                    opened = open_report(reporter, document, ReportHeader("x", None, "", "Bench", False, ""))
                    finish(reporter, opened.report_id)
                started = time.perf_counter()
                assert run_waiting(BATCH).done == BATCH
                seconds[secured].append(time.perf_counter() - started)
    with_policies, without = (BATCH / statistics.median(seconds[secured]) for secured in (True, False))
    return {
        "size": size, "value": round(with_policies, 1), "unit": "reports/s", "peer": "policies off",
        "peer_value": round(without, 1), "ratio": round(with_policies / without, 3),
    }  # fmt: skip
