"""How long a district officer waits for the drafts of a case of sixteen handles: the whole set made of the record, and each of its PDFs.

`value` is the seconds of the set (FIR, certificate, a preservation letter and an order for everybody who holds records, both POCSO
notices); `pdf_ms` the slowest of its PDFs as they are first printed, in each language, and the processor's time of the slowest, which
others on the machine do not lengthen.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from _throwaway import installation

SIZES = (16, 160)


def run(size: int, seed: int) -> dict[str, Any]:
    """The drafts of a case with `size` reports, each of one account."""
    with installation():
        from tipline.investigation.cases.services import open_case
        from tipline.investigation.legal.letters.models import Letter
        from tipline.investigation.legal.letters.printing import FileKind, print_letters
        from tipline.investigation.legal.letters.queries import readable
        from tipline.investigation.legal.letters.services import make_set

        officer, reports = arranged(size)
        case = open_case(officer, reports, "A case", offences=["IN-ITA-67B", "IN-POCSO-14", "IN-POCSO-15"])
        seconds, pdf_ms, letters = {}, {}, 0
        for language in ("en", "hi", "mr"):
            started = time.perf_counter()
            letters = make_set(officer, case.pk, language).new
            seconds[language] = time.perf_counter() - started
            made = list(Letter.objects.filter(case=case, language=language).select_related("case__agency"))
            versions = readable(case, made)
            times, work = [], []
            for letter in made:
                started, worked = time.perf_counter(), time.process_time()
                print_letters(officer.actor, [(letter, versions[letter.pk])], FileKind.PDF, "IN")
                times.append((time.perf_counter() - started) * 1e3)
                work.append((time.process_time() - worked) * 1e3)
            pdf_ms[language] = {
                "slowest": round(max(times)), "median": round(statistics.median(times)), "slowest_work": round(max(work)),
            }  # fmt: skip
    return {
        "size": size, "value": round(max(seconds.values()), 3), "unit": "s/set", "letters": letters,
        "seconds": {language: round(value, 3) for language, value in seconds.items()}, "pdf_ms": pdf_ms,
    }  # fmt: skip


def arranged(size: int) -> tuple[Any, list[int]]:
    """An officer of Jalgaon, and reports of the demo that lie on their desk: more than the demo's are its handles numbered on."""
    from tipline.core.clock import now
    from tipline.demo.scenario import NETWORKS, RANGES, load
    from tipline.demo.synthetic import file_details_xml, report_xml
    from tipline.pipeline.attribution.log_expiry.services import import_directory
    from tipline.pipeline.attribution.services import import_source
    from tipline.pipeline.run import run_waiting
    from tipline.referrals.models import StandingAction
    from tipline.referrals.services import set_standing_rule
    from tipline.reports.models import Holding
    from tipline.reports.services import ReceivedDocument, ReportHeader, add_file, add_file_details, finish, open_report
    from tipline.trust.accounts.models import Role, User
    from tipline.trust.accounts.services import add_reporter
    from tipline.trust.actors import system
    from tipline.trust.agencies.queries import by_code

    bench = system("bench")
    import_source(RANGES, Path(tempfile.mkdtemp()), bench)
    import_directory(NETWORKS, bench)
    for code in ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER"):
        set_standing_rule(by_code(code), StandingAction.FORWARD, bench)
    reporter = add_reporter("Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), bench)
    scenario = load()
    entries = [entry for entry in scenario.reports if entry.expect == "IN-MH-JALGAON"]
    for number in range(size):
        entry = entries[number % len(entries)]
        made = scenario.synthetic(entry, now())
        if number >= len(entries):
            made = replace(made, handle=f"{entry.handle}_{number}", email=f"u{number}@mail.example", device="")
        body = report_xml(made)
        opened = open_report(
            reporter, _received(body, ReceivedDocument), ReportHeader("x", None, "", entry.platform, False, "")
        )
        for at, content in enumerate(made.files, 1):
            file_id = add_file(reporter, opened.report_id, f"upload-{at}.png", _digests(content), "0" * 32)
            details = file_details_xml(opened.report_id, file_id, content, made, at)
            add_file_details(reporter, opened.report_id, file_id, _received(details, ReceivedDocument))
        finish(reporter, opened.report_id)
    while run_waiting(200).total:
        pass
    jalgaon = by_code("IN-MH-JALGAON")
    held = Holding.objects.filter(agency=jalgaon, held_until=None).order_by("report_id")
    officer = User.objects.create(
        email="officer@bench.example",
        name="Officer",
        agency=jalgaon,
        role=Role.DESK_OFFICER,
        password="!",  # noqa: S106 - no hash, nobody signs in with it
    )
    return officer, list(held.values_list("report_id", flat=True))


def _received(body: bytes, document: Any) -> Any:
    import hashlib

    return document(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)


def _digests(content: bytes) -> Any:
    import hashlib

    from tipline.reports.evidence import Digests

    md5, sha1 = hashlib.md5(content, usedforsecurity=False), hashlib.sha1(content, usedforsecurity=False)
    return Digests(len(content), md5.hexdigest(), sha1.hexdigest(), hashlib.sha256(content).hexdigest())
