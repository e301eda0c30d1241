"""What the rows that desks list cost the pipeline: reports taken in and routed, with the triggers that keep them and without.

Half of the batches run with them and half without, in turns, on one installation. `ratio` is the median cost with them against without, in
processor time of this process and of PostgreSQL for it: the clock's time says more about who else is on the machine. The four upper desks hand on,
so that a report is written for up to four of them.
"""

from __future__ import annotations

import hashlib
import statistics
from typing import Any

import psycopg
from _throwaway import installation, without_triggers
from inbox import _worked

SIZES = (400, 4_000, 40_000)
BATCH = 100


def run(size: int, seed: int) -> dict[str, Any]:
    """`size` reports each way, in batches of 100, after one of each to warm up."""
    with installation() as settings:
        from tipline.core.clock import now
        from tipline.core.database import database_urls
        from tipline.demo.scenario import RANGES
        from tipline.demo.synthetic import report_xml, stream
        from tipline.pipeline.attribution.services import import_source
        from tipline.pipeline.run import run_patiently
        from tipline.referrals.models import DeskRow, StandingAction
        from tipline.referrals.services import set_standing_rule
        from tipline.reports import services
        from tipline.trust.accounts.services import add_reporter
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        actor = system("bench")
        import_source(RANGES, settings.data_dir, actor)
        for code in ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER"):
            set_standing_rule(by_code(code), StandingAction.FORWARD, actor)
        reporter = add_reporter("Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), actor)
        pairs = max(3, size // BATCH)
        reports = stream((pairs + 1) * 2 * BATCH, seed, now(), (("Bench", "bench.example"),))
        header = services.ReportHeader("x", None, "", "Bench", False, "")

        def take_in() -> float:
            started = _worked()
            for _ in range(BATCH):
                body = report_xml(next(reports))
                received = services.ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)
                services.finish(reporter, services.open_report(reporter, received, header).report_id)
            while run_patiently().total:
                pass
            return _worked() - started

        with psycopg.connect(database_urls(settings).owner, autocommit=True) as owner:
            take_in()
            with without_triggers(owner, "desk_"):
                take_in()
            kept: list[float] = []
            bare: list[float] = []
            for pair in range(pairs):  # whoever is first has the colder caches: they take turns
                for on in (True, False) if pair % 2 else (False, True):
                    if on:
                        kept.append(take_in())
                    else:
                        with without_triggers(owner, "desk_"):
                            bare.append(take_in())
        listed = DeskRow.objects.count()
    cost = statistics.median(k / b for k, b in zip(kept, bare, strict=True))
    return {
        "size": pairs * BATCH, "value": round(statistics.median(kept) / BATCH * 1e3, 2), "unit": "ms of work a report",
        "peer": "without the rows", "peer_value": round(statistics.median(bare) / BATCH * 1e3, 2), "ratio": round(cost, 3),
        "rows": listed,
    }  # fmt: skip
