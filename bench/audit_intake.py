"""What the log costs intake: a report filed through the services with its entries and without, paired and interleaved.

`value` is reports/s with the log, `peer_value` without; `ratio` is the cost, the median over pairs of the time with it over the
time without: 1.10 is a tenth.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from typing import Any
from unittest.mock import patch

from _throwaway import installation

SIZES = (200, 2_000, 20_000)
BATCH = 10


def run(size: int, seed: int) -> dict[str, Any]:
    """`size` reports, each opened with its document, given a file with its details, and finished: four commits."""
    with installation():
        from tipline.core.clock import now
        from tipline.demo.synthetic import file_details_xml, report_xml, stream
        from tipline.reports import services
        from tipline.reports.evidence import Digests
        from tipline.trust.accounts.services import add_reporter
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        reporter = add_reporter("Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), system("bench"))
        pairs = max(10, size // (2 * BATCH))
        reports = stream((pairs + 1) * 2 * BATCH, seed, now(), (("Bench", "bench.example"),))

        def received(body: bytes) -> services.ReceivedDocument:
            return services.ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)

        def file_some() -> float:
            bodies = [next(reports) for _ in range(BATCH)]
            started = time.perf_counter()
            for number, report in enumerate(bodies):
                opened = services.open_report(
                    reporter, received(report_xml(report)), services.ReportHeader("x", None, "", "Bench", False, "")
                )
                body = report.files[0] if report.files else f"file {number}".encode()
                digests = Digests(
                    len(body), hashlib.md5(body, usedforsecurity=False).hexdigest(),
                    hashlib.sha1(body, usedforsecurity=False).hexdigest(), hashlib.sha256(body).hexdigest(), "",
                )  # fmt: skip
                file_id = services.add_file(reporter, opened.report_id, "upload.png", digests, "0" * 32)
                details = file_details_xml(opened.report_id, file_id, body, report, 1)
                services.add_file_details(reporter, opened.report_id, file_id, received(details))
                services.finish(reporter, opened.report_id)
            return time.perf_counter() - started

        def without() -> float:
            with patch.object(services, "record", lambda *_: None):
                return file_some()

        file_some(), without()  # warm
        with_log: list[float] = []
        bare: list[float] = []
        for pair in range(pairs):  # whoever is first has the colder caches: they take turns
            if pair % 2:
                with_log.append(file_some())
                bare.append(without())
            else:
                bare.append(without())
                with_log.append(file_some())
    cost = statistics.median(w / b for w, b in zip(with_log, bare, strict=True))
    return {
        "size": pairs * BATCH, "value": round(BATCH / statistics.median(with_log), 1), "unit": "reports/s",
        "peer": "without the log", "peer_value": round(BATCH / statistics.median(bare), 1), "ratio": round(cost, 3),
    }  # fmt: skip
