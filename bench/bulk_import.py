"""`tipline import` of a ZIP of reports with the details of their files: reports/s, and how much memory the process takes.

The peer is bare lxml on the same documents: parsed and validated, nothing written. `mebibytes` is the peak of the process that
imports, `mebibytes_early` what it was after the first fifth: what grows with the input shows between them. `again_per_second` is the
same run once more, when everything is known.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from _throwaway import installation

SIZES = (1_000, 10_000, 100_000)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(size: int, seed: int) -> dict[str, Any]:
    """`size` reports with one to four files each."""
    with installation() as settings, tempfile.TemporaryDirectory() as folder:
        from tipline.intake.bulk import running
        from tipline.intake.bulk.inputs import Reading, read_paths
        from tipline.trust.accounts.services import add_reporter
        from tipline.trust.actors import system
        from tipline.trust.agencies.queries import by_code

        path = Path(folder) / "backlog.zip"
        if child := os.fork():  # what writes the input must not count for what reads it
            assert os.waitpid(child, 0)[1] == 0
        else:
            _write(path, size, seed)
            os._exit(0)
        reporter = add_reporter("Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), system("bench"))
        early = 0.0

        def progress(tally: running.Tally) -> None:
            nonlocal early
            if not early and tally.taken >= size / 5:
                early = _peak()

        what = running.Run(reporter, False, lambda _: None, lambda *_: None, progress, lambda: False)
        reading = Reading(settings.max_document_bytes, xml=True, whole={}, tables={})
        started = time.perf_counter()
        done = running.run(what, read_paths([path], reading))
        seconds, peak = time.perf_counter() - started, _peak()
        assert done.taken == size, done
        started = time.perf_counter()
        assert running.run(what, read_paths([path], reading)).there == size
        again = time.perf_counter() - started
        bare = _bare(path)
    return {
        "size": size, "value": round(size / seconds, 1), "unit": "reports/s", "peer": "lxml alone, nothing written",
        "peer_value": round(size / bare, 1), "ratio": round(bare / seconds, 4), "again_per_second": round(size / again, 1),
        "mebibytes": round(peak, 1), "mebibytes_early": round(early, 1),
    }  # fmt: skip


def _write(path: Path, size: int, seed: int) -> None:
    from tipline.core.clock import now
    from tipline.demo.synthetic import file_details_xml, report_xml, stream

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, report in enumerate(stream(size, seed, now(), (("Bench", "bench.example"),))):
            archive.writestr(f"r{number}.xml", report_xml(report))
            for at, body in enumerate(report.files, 1):
                archive.writestr(f"r{number}.files/{at}.xml", file_details_xml(number, f"{at:032x}", body, report, at))


def _bare(path: Path) -> float:
    from lxml import etree

    from tipline.intake.cybertipline.document import SCHEMA_FILE

    schema = etree.XMLSchema(etree.parse(SCHEMA_FILE))
    started = time.perf_counter()
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            assert schema.validate(etree.fromstring(archive.read(info)))
    return time.perf_counter() - started
