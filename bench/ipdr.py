"""A reply of `--size` sessions (IPDR, CSV), read, staged and matched with the case's sightings: seconds, of which each part.

One case with sixteen handles, as in the bundle of Jalgaon, and one address that a translator shares among thousands of the
subscribers: the hardest row of the index. The peer is the csv module alone on the same file, nothing understood or written.
`cpu_seconds` is the CPU of this process and its database's, `mebibytes` the peak of the process.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import random
import resource
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from _throwaway import installation

SIZES = (100_000, 999_999)  # the largest that is taken: the line of headings is a row too
MOST_WIDE = 300_000  # rows with every column; of more, only what is compared fits into the largest file that is taken
HANDLES = 16
SHARED = "203.0.113.7"


def run(size: int, seed: int) -> dict[str, Any]:
    """A file of `size` rows, imported through the service that the page and the command use."""
    with installation():
        from tipline.investigation.replies import matching, services
        from tipline.investigation.replies.models import ReplyFinding, ReplyState
        from tipline.investigation.replies.services import Choice

        officer, case_id, used = _case(seed)
        body = _file(size, seed, used)
        started = time.perf_counter()
        for _ in csv.reader(io.StringIO(body.decode())):
            pass
        bare = time.perf_counter() - started
        started, cpu = time.perf_counter(), _cpu()
        reply = services.receive(
            officer, case_id, "ipdr.csv", body, company="Bench Net (example)", choice=Choice(zone="UTC")
        )
        kept = time.perf_counter() - started
        reply = services.read(reply.pk)
        seconds, cpu = time.perf_counter() - started, _cpu() - cpu
        assert reply.state == ReplyState.READY, reply.reasons
        assert (reply.row_count, reply.faulty_count) == (size, 0)
        started = time.perf_counter()
        matching.find(reply)
        again = time.perf_counter() - started
        matched = ReplyFinding.objects.filter(reply=reply, verdict="matched").count()
        assert matched == HANDLES, matched
    return {
        "size": size, "value": round(seconds, 2), "unit": "s", "target": 20 if size == 100_000 else None,
        "peer": "csv module alone", "peer_value": round(bare, 2), "ratio": round(bare / seconds, 4),
        "cpu_seconds": round(cpu, 2), "kept_seconds": round(kept, 2), "match_seconds": round(again, 3), "file_mebibytes": round(len(body) / 1024**2, 1),
        "matched": matched, "mebibytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }  # fmt: skip


def _cpu() -> float:
    """Seconds of CPU of this process and of the database's process that works for it: what the load of the machine leaves as it is."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _case(seed: int) -> tuple[Any, int, list[tuple[str, int, datetime]]]:
    """An officer, a case of sixteen reports that came down to Jalgaon, and where their accounts were."""
    from tipline.core.clock import now
    from tipline.demo.synthetic import Seen, SyntheticReport, report_xml
    from tipline.investigation.cases.services import open_case
    from tipline.pipeline.run import run_waiting
    from tipline.referrals.moving import Hop, move
    from tipline.reports.filing import Filing, file_reports
    from tipline.reports.models import Channel
    from tipline.reports.received import ReceivedDocument, ReportHeader
    from tipline.trust.accounts.models import Role, User
    from tipline.trust.accounts.services import add_reporter
    from tipline.trust.actors import system
    from tipline.trust.agencies.queries import by_code

    centre, district = by_code("US-NCMEC"), by_code("IN-MH-JALGAON")
    reporter = add_reporter("Bench", "bench", "a password for a benchmark", centre, system("bench"))
    officer = User.objects.create(
        email="officer@bench.example",
        name="Officer",
        agency=district,
        role=Role.DESK_OFFICER,
        password="!",  # noqa: S106 - no password
    )
    source = random.Random(seed)  # noqa: S311 - synthetic data, not a secret
    at = now().replace(microsecond=0) - timedelta(days=3)
    used = [
        (SHARED if n % 2 else f"198.51.100.{n + 1}", source.randrange(1024, 60000), at + timedelta(minutes=7 * n))
        for n in range(HANDLES)
    ]
    filings = []
    for n, (ip, port, when) in enumerate(used):
        report = SyntheticReport(
            handle=f"bench_{n}", platform="Pictogram", domain="pictogram.example", email=f"bench_{n}@mail.example", at=when,
            seen=(Seen(ip, port, when, "Login"),), device="", files=(),
        )  # fmt: skip
        body = report_xml(report)
        document = ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)
        filings.append(
            Filing(document, ReportHeader("Child Sex Tourism", when, when.isoformat(), "Pictogram", False, ""))
        )
    ids = [one.report_id for one in file_reports(reporter, filings, Channel.DOOR)]  # type: ignore[union-attr]
    while run_waiting().total:
        pass
    ways = ["US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON"]
    for a, b in pairwise(ways):
        move([Hop(one, by_code(a).pk, by_code(b).pk) for one in ids], "bench", "", _live(ids), system("bench"))
    return officer, open_case(officer, ids, "Bench").pk, used


def _live(ids: list[int]) -> dict[int, int]:
    from tipline.referrals.models import Referral, ReferralState

    return dict(Referral.objects.filter(report_id__in=ids, state=ReferralState.SENT).values_list("report_id", "id"))


def _file(size: int, seed: int, used: list[tuple[str, int, datetime]]) -> bytes:
    """Sessions around the uses: half at the shared address on other ports, half elsewhere; and one that fits each use."""
    source = random.Random(seed)  # noqa: S311 - synthetic data, not a secret
    out = io.StringIO()
    wide = size <= MOST_WIDE
    out.write(
        "public_ip,public_port,public_port_to,start_time,end_time,private_ip,subscriber_id,name,address,msisdn,imsi,imei\n"
        if wide
        else "public_ip,public_port,start_time,end_time,subscriber_id\n"
    )
    begin = used[0][2]
    for number in range(size):
        if number < len(used):
            ip, port, at = used[number]
            low = high = port
            start, end = at - timedelta(minutes=4), at + timedelta(minutes=9)
            who = number % 5
        else:
            ip = SHARED if number % 2 else f"192.0.2.{source.randrange(1, 255)}"
            low = 60000 + source.randrange(5000)
            high = low + 64
            start = begin + timedelta(seconds=source.randrange(-40_000, 40_000))
            end = start + timedelta(seconds=source.randrange(5, 3_600))
            who = source.randrange(10, 40_000)
        if not wide:
            out.write(f"{ip},{low},{start:%d/%m/%Y %H:%M:%S},{end:%d/%m/%Y %H:%M:%S},S{who}\n")
            continue
        out.write(
            f"{ip},{low},{high},{start:%d/%m/%Y %H:%M:%S},{end:%d/%m/%Y %H:%M:%S},10.{who >> 16 & 255}.{who >> 8 & 255}.{who & 255},"
            f"SUB{who:07d},Subscriber {who} (fictional),{who} Example Road Jalgaon,98200{who:05d},40400{who:010d},35000{who:010d}\n"
        )
    return out.getvalue().encode()
