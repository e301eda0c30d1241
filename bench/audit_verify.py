"""Deriving the log again from its entries: seconds that `tipline audit verify` takes for `size` entries.

`sequencing_seconds` is what giving them their places took before, and the two `mebibytes` are how much the process grew meanwhile.
"""

from __future__ import annotations

import resource
import time
from typing import Any

from _throwaway import installation

SIZES = (100_000, 1_000_000)
_AT_ONCE = 5_000


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(size: int, seed: int) -> dict[str, Any]:
    """`size` entries as officers and stages write them, places for all of them, and one verification."""
    with installation() as settings:
        from tipline.trust.actors import Actor, ActorKind
        from tipline.trust.audit import tree
        from tipline.trust.audit.services import Act, record
        from tipline.trust.audit.verifying import verify

        officer = Actor(ActorKind.PERSON, 7, "officer@jalgaon.example", 5)
        detail = {"from": 2, "to": 5, "sha256": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"}
        for start in range(0, size, _AT_ONCE):
            count = min(_AT_ONCE, size - start)
            record(
                officer,
                [
                    Act("referral.forwarded", "report", start + n, detail if (n + seed) % 2 else {})
                    for n in range(count)
                ],
            )
        before = _peak()
        started = time.perf_counter()
        tree.checkpoint(settings)
        sequencing, sequencing_grew = time.perf_counter() - started, _peak() - before
        before = _peak()
        started = time.perf_counter()
        found = verify(settings)
        seconds, grew = time.perf_counter() - started, _peak() - before
        assert found.ok, found.fault
    return {
        "size": found.entries, "value": round(seconds, 2), "unit": "s", "peer": "none",
        "seconds_per_million": round(seconds / found.entries * 1e6, 1), "sequencing_seconds": round(sequencing, 2),
        "sequencing_mebibytes": round(sequencing_grew, 1), "verifying_mebibytes": round(grew, 1),
    }  # fmt: skip
