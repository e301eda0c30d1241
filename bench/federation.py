"""Referrals over the wire: two installations of this machine with a database each, from the outbox of one to the desk of the other.

`size` reports of the real mix with their documents wait at the clearinghouse for the national desk, as after weeks without a line. `value`
is referrals/s from the moment that they are due until the last one is answered, each durable on both sides; `seconds` is that
drain, and `work_ms` what the processors did for one referral, both sides and the database together, which others on the machine do not lengthen.
The pipeline of the sending side is through with the reports before, and on the receiving side none runs: that is not the wire. `peer` is COPY of the same documents into
a table of the receiver's server, committed once for each call: the bytes alone.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

SIZES = (500, 2_000, 10_000)
LONGEST_SECONDS = 3_600


def run(size: int, seed: int) -> dict[str, Any]:
    """Drain `size` referrals."""
    from tipline.demo.federation import CHAIN, linked

    with tempfile.TemporaryDirectory(prefix="tipline-bench-") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)  # as root the servers run as another user
        above, below = linked(stack, Path(folder), 8870, CHAIN[:2])
        above.run("backlog", size=size, seed=seed, below=below.agency)
        # as a link that is down: it is not called before its time
        above.ask(
            "INSERT INTO federation_link (peer_id, next_at, error_at) SELECT id, now() + interval '30 days', now() FROM parties_peer RETURNING 1"
        )
        below.start(workers=0)
        below.await_ready()
        above.start()
        above.await_ready()
        while above.ask("SELECT count(*) FROM reports_report WHERE processing <> 'done'")[0][0]:
            time.sleep(0.5)
        trees = [
            pid for one in (above, below) for pid in (one.database_pid, one.process.pid if one.process else None) if pid
        ]
        worked = _worked(trees)
        [(began,)] = above.ask(
            "WITH due AS (UPDATE federation_link SET next_at = NULL RETURNING 1) SELECT extract(epoch FROM now()) FROM due LIMIT 1"
        )
        while waits := above.ask("SELECT count(*) FROM federation_outgoing WHERE delivery = 'waiting'")[0][0]:
            assert time.time() - float(began) < LONGEST_SECONDS, f"{waits} still wait"
            time.sleep(0.5)
        [(ended,)] = above.ask(
            "SELECT extract(epoch FROM max(ended_at)) FROM federation_outgoing WHERE delivery = 'done'"
        )
        seconds, work = float(ended - began), _worked(trees) - worked
        [(taken,)] = below.ask("SELECT count(*) FROM records_hoporigin")
        assert taken == size, taken
        [(calls,)] = below.ask("SELECT count(*) FROM federation_nonce")
        bare = _bare(below, calls)
    return {
        "size": size, "value": round(size / seconds, 1), "unit": "referrals/s", "seconds": round(seconds, 1),
        "work_ms": round(work / size * 1000, 2), "calls": calls,
        "peer": "COPY of the documents", "peer_value": round(size / bare, 1), "ratio": round(bare / seconds, 4),
    }  # fmt: skip


def _bare(below: Any, calls: int) -> float:
    """Seconds that the bytes alone take, in as many commits."""
    import psycopg

    with psycopg.connect(below.check_url, autocommit=True) as connection:
        bodies = connection.execute("SELECT report_id, body FROM reports_document ORDER BY report_id").fetchall()
        connection.execute("CREATE TABLE bench_bodies (report_id bigint, body bytea)")
        step = max(1, len(bodies) // max(1, calls))
        began = time.perf_counter()
        for at in range(0, len(bodies), step):
            with connection.cursor() as cursor, cursor.copy("COPY bench_bodies FROM STDIN") as copy:
                for row in bodies[at : at + step]:
                    copy.write_row(row)
        return time.perf_counter() - began


def _worked(roots: list[int]) -> float:
    """Seconds that the processors have worked for these processes and all below them, also those that ended."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
            ticks[int(stat.parent.name)] = sum(int(one) for one in fields[11:15])
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sum(ticks.get(pid, 0) for pid in found) / os.sysconf("SC_CLK_TCK")
