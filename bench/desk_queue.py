"""The queue of a desk with `size` new reports of 36 districts: the page of the screen in its order, and giving all of them their turns.

The peer is what an order worked out at the time of reading costs: each district's rows numbered by a window, and a page cut from that.
Rows are written as they stand in the table; nothing else of the reports is needed to list them.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import timedelta
from typing import Any

import psycopg
from _throwaway import installation

SIZES = (1_000, 10_000, 100_000)
DISTRICTS = 36
ROUNDS = 30
_WINDOW = """
SELECT report_id FROM (
    SELECT report_id, urgent, since, row_number() OVER (PARTITION BY flow_id, band ORDER BY since, report_id) AS place
    FROM referrals_deskrow WHERE agency_id = %s AND pile = 'new' AND NOT informational
) q ORDER BY urgent DESC, place, since, report_id LIMIT 50
"""


def run(size: int, seed: int) -> dict[str, Any]:
    """`size` reports on one desk."""
    with installation() as settings:
        from tipline.core.clock import now
        from tipline.core.database import database_urls
        from tipline.referrals.listing import Listing
        from tipline.referrals.queries import DeskTab
        from tipline.referrals.queue.turns import give_turns
        from tipline.trust.agencies.models import Agency
        from tipline.trust.agencies.queries import by_code

        desk, chance, at = by_code("IN-MH-CYBER"), random.Random(seed), now()  # noqa: S311 - for a benchmark
        flows = list(Agency.objects.order_by("pk").values_list("pk", flat=True)[:DISTRICTS])
        with psycopg.connect(database_urls(settings).owner, autocommit=True) as owner:
            for table, name in owner.execute(  # rows without their reports
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'"
                " AND conrelid IN ('referrals_deskrow'::regclass, 'routing_decision'::regclass)"
            ).fetchall():
                owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            with owner.cursor().copy(
                "COPY referrals_deskrow (agency_id, report_id, pile, urgent, priority, since, gone_at) FROM STDIN"
            ) as copy:
                for number in range(1, size + 1):
                    gone = at + timedelta(hours=chance.randint(1, 4000)) if chance.random() < 0.8 else None
                    since = at - timedelta(seconds=chance.randint(0, 30 * 86400))
                    copy.write_row(
                        (desk.pk, number, "new", chance.random() < 0.002, chance.randint(0, 100), since, gone)
                    )
            with owner.cursor().copy(
                "COPY routing_decision (report_id, agency_id, path, confidence, abstained, reasons, guesses, stage_version, at) FROM STDIN"
            ) as copy:
                for number in range(1, size + 1):
                    # one district sends half of everything
                    flow = flows[0] if chance.random() < 0.5 else chance.choice(flows)
                    copy.write_row((number, flow, "[]", 1.0, False, "[]", "[]", "1", at))
            owner.execute("ANALYZE referrals_deskrow, routing_decision")
            started = time.perf_counter()
            while give_turns():
                pass
            turned = time.perf_counter() - started
            owner.execute("VACUUM ANALYZE referrals_deskrow")
            ours: list[float] = []
            peer: list[float] = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                found = Listing(desk, DeskTab.NEW, now()).slice(0, 50)
                ours.append(time.perf_counter() - started)
                started = time.perf_counter()
                owner.execute(_WINDOW, [desk.pk]).fetchall()
                peer.append(time.perf_counter() - started)
            started = time.perf_counter()
            Listing(desk, DeskTab.NEW, now()).slice(max(0, size - 50), size)
            last = time.perf_counter() - started
    value, other = statistics.median(ours) * 1e3, statistics.median(peer) * 1e3
    return {
        "size": size, "value": round(value, 2), "unit": "ms a page", "peer": "a window at the time of reading",
        "peer_value": round(other, 2), "ratio": round(value / other, 3), "rows": len(found),
        "turns_seconds": round(turned, 2), "last_page_ms": round(last * 1e3, 1),
    }  # fmt: skip
